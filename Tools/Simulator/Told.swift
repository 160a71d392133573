/// Whether a request reports a record of usage, word by word.

import Accounts

extension LogModel.Entry {
    /// True if a request reports this record of usage, word by word.
    func isTold(by sent: Sent, of log: LogModel) -> Bool {
        func same(_ usage: UsageType, _ direction: Direction, _ peer: UInt64, _ service: String, _ quantity: UInt64)
            -> Bool
        {
            var number = sent.value("peer") ?? ""
            if number.first == "+" { number.removeFirst() }
            let said = sent.value("seconds") ?? sent.value("bytes") ?? sent.value("messages") ?? "1"
            return sent.value("kind") == "\(usage.word)" && sent.value("direction") ?? "out" == "\(direction.word)"
                && number == (peer == 0 ? service : "\(peer)") && said == "\(quantity)"
                && sent.value("start").flatMap { Instant(rfc3339: $0.utf8) } == meta.effective
        }
        switch event {
        case .usageRated(let e):
            return same(e.usage, e.direction, e.peer, e.service, e.quantity) && sent.value("visited") ?? "" == e.visited
                && sent.msisdn == log.accounts[Int(meta.account)].msisdn
        case .usageRejected(let e):
            return same(e.usage, e.direction, e.peer, e.service, e.quantity) && sent.value("visited") ?? "" == e.visited
                && sent.msisdn == e.msisdn
        default: return false
        }
    }
}
