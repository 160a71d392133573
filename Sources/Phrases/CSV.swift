/// Tables as files for spreadsheets: RFC 4180, with the separators that the spreadsheet of the reader's language expects.

package struct CSV: Sendable {
    /// The file begins with it, because Excel takes a file without it for another encoding than UTF-8.
    package static let byteOrderMark = "\u{feff}"

    private let separator: Unicode.Scalar
    private let decimalPoint: String

    package init(_ language: Language) {
        switch language {
        case .ru: (separator, decimalPoint) = (";", ",")
        case .en: (separator, decimalPoint) = (",", ".")
        }
    }

    /// One line. A text that a spreadsheet would take for a formula gets an apostrophe before it.
    package func row(_ cells: [String]) -> String {
        cells.map { quoted(isFormula($0) ? "'\($0)" : $0) }.joined(separator: String(separator)) + "\r\n"
    }

    /// An amount of the protocol (`-1350.00`) as the spreadsheet reads numbers; empty if there is none.
    package func amount(_ amount: String?) -> String {
        (amount ?? "").replacing(".", with: decimalPoint)
    }

    private func quoted(_ cell: String) -> String {
        // By scalars, because CR and LF together are one character.
        let isPlain = cell.unicodeScalars.allSatisfy { scalar in
            scalar != separator && scalar != "\"" && scalar != "\r" && scalar != "\n"
        }
        return isPlain ? cell : "\"\(cell.replacing("\"", with: "\"\""))\""
    }
}

/// Whether a spreadsheet may run a text. Blanks before the sign count as nothing, because some programs drop them. By
/// scalars, because a sign with an accent after it is one character.
private func isFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { $0 != " " && $0 != "\u{a0}" }) else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": return !isNumber(text)
    default: return false
    }
}

/// Digits with at most one decimal separator, and perhaps a minus before them.
private func isNumber(_ text: String) -> Bool {
    let parts = (text.hasPrefix("-") ? text.dropFirst() : text[...])
        .split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    return parts.count <= 2
        && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }
}
