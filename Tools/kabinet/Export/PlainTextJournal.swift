// The journal of hledger and of ledger, which differ in their directives only.
//
// ```
// account Assets:Cash:Card
// 2018-03-01 * (36) topped_up
//     ; recorded: 2018-03-01T09:30:00.120Z
//     ; principal: acquirer
//     ; reference: acq-991
//     Assets:Cash:Card  700.00 RUB
//     Liabilities:Subscriber:79001234567  -700.00 RUB = -700.00 RUB
// ```
//
// The code is the event's position. `=` asserts the balance after a posting, and both tools check it.

import Accounts

struct PlainTextJournal: JournalRenderer {
    enum Tool { case hledger, ledger }

    private let tool: Tool

    init(_ tool: Tool) { self.tool = tool }

    func begin(log: String, _ out: inout [UInt8]) {
        appendHeading(log: log, &out)
        switch tool {
        case .hledger: out += "commodity 1000.00 \(Money.currency)\n".utf8
        case .ledger:
            out += "commodity \(Money.currency)\n    format 1000.00 \(Money.currency)\n".utf8
            for tag in ["recorded", "effective", "principal", "reference"] { out += "tag \(tag)\n".utf8 }
        }
    }

    func declare(_ account: JournalAccount, at instant: Instant, _ out: inout [UInt8]) {
        out += "\naccount \(account.name)\n".utf8
    }

    func append(_ transaction: JournalTransaction, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        transaction.recorded.appendDate(&out)
        out += " * (\(transaction.position)) \(transaction.type)\n    ; recorded: ".utf8
        transaction.recorded.appendRFC3339(to: &out)
        if transaction.effective != transaction.recorded {
            out += "\n    ; effective: ".utf8
            transaction.effective.appendRFC3339(to: &out)
        }
        out += "\n    ; principal: \(percentEncoded(transaction.principal))\n".utf8
        if let reference = transaction.reference { out += "    ; reference: \(percentEncoded(reference))\n".utf8 }
        for posting in transaction.postings {
            out += "    \(posting.account.name)  ".utf8
            posting.amount.appendWithCurrency(&out)
            if let balance = posting.balanceAfter {
                out += " = ".utf8
                balance.appendWithCurrency(&out)
            }
            out.append(UInt8(ascii: "\n"))
        }
    }

    func end(transactions: Int, through position: Position, _ out: inout [UInt8]) {
        appendEnding(transactions: transactions, through: position, &out)
    }
}

extension Money {
    /// `700.00 RUB`.
    func appendWithCurrency(_ out: inout [UInt8]) {
        append(to: &out)
        out += " \(Self.currency)".utf8
    }
}
