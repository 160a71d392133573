// The journal as lines of JSON, one a transaction. Texts are exact; what is not printable is escaped.

import Accounts
import Client

struct JSONLinesJournal: JournalRenderer {
    func append(_ transaction: JournalTransaction, _ out: inout [UInt8]) {
        out += "{\"position\":\(transaction.position),\"recorded_at\":\"".utf8
        transaction.recorded.appendRFC3339(to: &out)
        out += "\",\"effective_at\":\"".utf8
        transaction.effective.appendRFC3339(to: &out)
        out += "\",\"type\":\"\(transaction.type)\",\"principal\":\(Self.string(transaction.principal))".utf8
        if let msisdn = transaction.msisdn { out += ",\"msisdn\":\"\(msisdn)\"".utf8 }
        if let reference = transaction.reference { out += ",\"reference\":\(Self.string(reference))".utf8 }
        out += ",\"postings\":[".utf8
        for (index, posting) in transaction.postings.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += "{\"account\":\"\(posting.account.name)\",\"amount_kopecks\":\(posting.amount.minorUnits),".utf8
            out += "\"amount\":\"".utf8
            posting.amount.append(to: &out)
            out += "\"}".utf8
        }
        out += "]}\n".utf8
    }

    static func string(_ text: String) -> String {
        let quoted = quoted(text)
        if quoted.unicodeScalars.allSatisfy(\.isPrintable) { return quoted }
        var out = ""
        for scalar in quoted.unicodeScalars {
            if scalar.isPrintable {
                out.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out
    }
}
