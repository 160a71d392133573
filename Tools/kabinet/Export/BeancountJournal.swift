// The journal of beancount.
//
// ```
// 2018-03-01 open Assets:Cash:Card RUB
// 2018-03-01 * "topped_up"
//   position: 36
//   recorded: "2018-03-01T09:30:00.120Z"
//   principal: "acquirer"
//   reference: "acq-991"
//   Assets:Cash:Card  700.00 RUB
//   Liabilities:Subscriber:79001234567  -700.00 RUB
// ```

import Accounts

struct BeancountJournal: JournalRenderer {
    func begin(log: String, _ out: inout [UInt8]) {
        appendHeading(log: log, &out)
        out += "option \"operating_currency\" \"\(Money.currency)\"\n1970-01-01 commodity \(Money.currency)\n".utf8
    }

    func declare(_ account: JournalAccount, at instant: Instant, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        instant.appendDate(&out)
        out += " open \(account.name) \(Money.currency)\n".utf8
    }

    func append(_ transaction: JournalTransaction, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        transaction.recorded.appendDate(&out)
        out += " * \"\(transaction.type)\"\n  position: \(transaction.position)\n  recorded: \"".utf8
        transaction.recorded.appendRFC3339(to: &out)
        if transaction.effective != transaction.recorded {
            out += "\"\n  effective: \"".utf8
            transaction.effective.appendRFC3339(to: &out)
        }
        out += "\"\n  principal: \"\(percentEncoded(transaction.principal))\"\n".utf8
        if let reference = transaction.reference { out += "  reference: \"\(percentEncoded(reference))\"\n".utf8 }
        for posting in transaction.postings {
            out += "  \(posting.account.name)  ".utf8
            posting.amount.appendWithCurrency(&out)
            out.append(UInt8(ascii: "\n"))
        }
    }

    func end(transactions: Int, through position: Position, _ out: inout [UInt8]) {
        appendEnding(transactions: transactions, through: position, &out)
    }
}
