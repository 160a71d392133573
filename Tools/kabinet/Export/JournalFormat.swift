// The formats of a journal, a renderer each.

import Accounts
import ArgumentParser
import Client

enum JournalFormat: String, CaseIterable, ExpressibleByArgument {
    case hledger, ledger, beancount, csv, jsonl

    var renderer: any JournalRenderer {
        switch self {
        case .hledger: PlainTextJournal(.hledger)
        case .ledger: PlainTextJournal(.ledger)
        case .beancount: BeancountJournal()
        case .csv: CSVJournal()
        case .jsonl: JSONLinesJournal()
        }
    }
}

/// A part that a format does not have appends nothing.
protocol JournalRenderer {
    func begin(log: String, _ out: inout [UInt8])
    /// Declares an account, before its first transaction.
    func declare(_ account: JournalAccount, at instant: Instant, _ out: inout [UInt8])
    func append(_ transaction: JournalTransaction, _ out: inout [UInt8])
    /// Marks the end, to show that nothing was cut off.
    func end(transactions: Int, through position: Position, _ out: inout [UInt8])
}

extension JournalRenderer {
    func begin(log: String, _ out: inout [UInt8]) {}
    func declare(_ account: JournalAccount, at instant: Instant, _ out: inout [UInt8]) {}
    func end(transactions: Int, through position: Position, _ out: inout [UInt8]) {}

    /// The three journals that people read too: comments at both ends.
    func appendHeading(log: String, _ out: inout [UInt8]) {
        out += "; The journal of kabinet's log \(log).\n".utf8
        out += "; Debits are positive, times are UTC, texts are percent-encoded.\n".utf8
    }

    func appendEnding(transactions: Int, through position: Position, _ out: inout [UInt8]) {
        out += "\n; The end: \(transactions) transactions, through position \(position).\n".utf8
    }
}

extension Instant {
    /// `2018-03-01`, in UTC.
    func appendDate(_ out: inout [UInt8]) {
        let start = out.count
        appendRFC3339(to: &out)
        out.removeSubrange((start + 10)...)
    }
}

extension Unicode.Scalar {
    /// A letter or digit of any script.
    private var isLetterOrDigit: Bool {
        if isASCII { return ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self) }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }

    /// The character has no meaning to any of the tools, at any place: hledger ends a tag's value at a comma, ledger
    /// reads a date in brackets out of any comment.
    var isPlain: Bool { isLetterOrDigit || self == "-" || self == "." || self == "_" || self == "/" }

    /// May begin a cell: a spreadsheet takes it for a text or a number. (These begin a formula: =, +, -, @ and their
    /// wide forms.)
    var mayBeginCell: Bool { isLetterOrDigit || self == "_" || self == "/" || self == "(" || self == "#" }
}

/// The text with every other scalar as `%XX`, one for each byte of UTF-8 (RFC 3986, 2.1).
func percentEncoded(_ text: String, except isKept: (_ scalar: Unicode.Scalar, _ isFirst: Bool) -> Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
        if isKept(scalar, out.isEmpty) {
            out.unicodeScalars.append(scalar)
            continue
        }
        for byte in UTF8.encode(scalar)! {
            let digits = String(byte, radix: 16, uppercase: true)
            out += byte < 16 ? "%0\(digits)" : "%\(digits)"
        }
    }
    return out
}

func percentEncoded(_ text: String) -> String { percentEncoded(text) { scalar, _ in scalar.isPlain } }
