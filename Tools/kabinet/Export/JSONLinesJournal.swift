// The journal as lines of JSON, one a transaction. Texts are exact; unprintable characters are escaped.

import Accounts
import Client

struct JSONLinesJournal: JournalRenderer {
    func append(_ transaction: JournalTransaction, _ out: inout [UInt8]) {
        out += "{\"position\":\(transaction.position),\"recorded_at\":\"".utf8
        transaction.recorded.appendRFC3339(to: &out)
        out += "\",\"effective_at\":\"".utf8
        transaction.effective.appendRFC3339(to: &out)
        out += "\",\"type\":\"\(transaction.type)\",\"principal\":\(quoted(transaction.principal))".utf8
        if let msisdn = transaction.msisdn { out += ",\"msisdn\":\"\(msisdn)\"".utf8 }
        if let reference = transaction.reference { out += ",\"reference\":\(quoted(reference))".utf8 }
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
}
