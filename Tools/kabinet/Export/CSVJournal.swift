// The journal as a table, a row a posting (RFC 4180, lines that end with CR LF).
//
// Texts of others are written unchanged, in quotes if needed. Percent-encoded is only what could turn a cell into more
// than a text: a first character with which a formula begins, controls and line breaks, invisible format characters,
// and `%`. So a row is one line, and decoding gives the text back.

import Accounts
import Client

struct CSVJournal: JournalRenderer {
    private static let heading =
        "position,recorded_at,type,principal,msisdn,account,amount_kopecks,amount,effective_at,reference\r\n"

    func begin(log: String, _ out: inout [UInt8]) {
        out += Self.heading.utf8
    }

    func append(_ transaction: JournalTransaction, _ out: inout [UInt8]) {
        var head: [UInt8] = []
        head += "\(transaction.position),".utf8
        transaction.recorded.appendRFC3339(to: &head)
        head += ",\(transaction.type),\(Self.cell(transaction.principal)),".utf8
        if let msisdn = transaction.msisdn { head += "\(msisdn)".utf8 }
        var tail: [UInt8] = []
        transaction.effective.appendRFC3339(to: &tail)
        tail += ",\(Self.cell(transaction.reference ?? ""))\r\n".utf8
        for posting in transaction.postings {
            out += head
            out += ",\(posting.account.name),\(posting.amount.minorUnits),".utf8
            posting.amount.append(to: &out)
            out.append(UInt8(ascii: ","))
            out += tail
        }
    }

    static func cell(_ text: String) -> String {
        let text = percentEncoded(text) { scalar, isFirst in
            scalar != "%" && scalar.isPrintable && (!isFirst || scalar.mayBeginCell)
        }
        let isBare = text.unicodeScalars.allSatisfy { $0.isPlain || $0 == "%" }
        return isBare ? text : quoted(text)
    }

    /// RFC 4180. Works by scalars, because a quote with a combining mark is another character.
    static func quoted(_ text: String) -> String {
        var quoted = "\"".unicodeScalars
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
