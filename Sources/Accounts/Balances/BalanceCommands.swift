/// BALANCE, PAYMENTS, TRIAL.BALANCE.

extension CommandRegistry {
    @inlinable
    package mutating func addBalanceCommands() {
        read(AccountRead.self)
        read(BalanceRead.self)
        history(Payments.self)
    }
}

package struct BalanceRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "BALANCE", .read, roles: [.frontend, .operator], session: .manager,
        [msisdn],
        reply: [.msisdn, .balance, .currency, .creditLimit, .seq], isOfPast: true,
        summary: "Returns a subscriber's balance.",
        example: "BALANCE 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        reply.field(.msisdn, msisdn)
        reply.field(.balance, state.balances[account])
        reply.field(.currency, Money.currency)
        reply.field(.creditLimit, -state.floor(of: account))
        reply.field(.seq, state.position)
    }
}

package struct Payments: History, OfSubscriber {
    package static let spec = CommandSpec(
        "PAYMENTS", .read, roles: [.frontend, .operator, .payments], session: .manager,
        [msisdn, NumberPage.from, NumberPage.to, Parameters.limit, NumberPage.before],
        reply: [.msisdn, .from.sometimes, .next.sometimes],
        rows: [
            .payment, .time, .amount, .method.sometimes, .cardLast4.sometimes, .ref, .request.sometimes,
            .requested.sometimes, .late.sometimes, .charged.sometimes, .balance.sometimes,
        ], waits: true, summary: "Lists payments, the newest first. An acquirer sees only its own payments.",
        example: "PAYMENTS 79001234567 from=2018-03-01")

    package let msisdn: MSISDN
    let page: NumberPage

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        page = try NumberPage(a, from: a[NumberPage.from], to: a[NumberPage.to])
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        let hasBalance = context.caller.mayReadBalances
        var query = try HistoryQuery(PaymentScan(hasBalance: hasBalance), of: msisdn, page, state)
        if !hasBalance { query.principal = context.caller.principal }
        return query
    }
}

private struct PaymentScan: HistoryScan {
    let hasBalance: Bool

    var classes: [HistoryClass]? { Event.paymentTypes.map(HistoryClass.init) }

    func accepts(_ event: Event) -> Bool { event.traits.isPayment }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        guard case .toppedUp(let payment) = row.event else { preconditionFailure("only top-ups are payments") }
        reply.row()
        reply.field(.payment, row.meta.position)
        reply.field(.time, row.meta.effective)
        reply.field(.amount, Money(minorUnits: payment.amount))
        if payment.method != .unspecified { reply.field(.method, payment.method.word) }
        if !payment.cardLast4.isEmpty { reply.field(.cardLast4, payment.cardLast4) }
        reply.field(.ref, payment.ref)
        if payment.request != 0 { reply.settlement(payment.request, payment.requested, payment.late) }
        guard hasBalance else { return }
        if !payment.charges.isEmpty { reply.field(.charged, payment.charges.total) }
        reply.field(.balance, Money(minorUnits: payment.balanceAfter))
    }
}

package struct TrialBalance: Read {
    package static let spec = CommandSpec(
        "TRIAL.BALANCE", .read, roles: .auditor, reply: [.sum, .seq], rows: [.ledgerAccount, .balance], isOfPast: true,
        summary:
            "Lists the balance of every ledger account. A sum that is not zero means that the books are wrong.",
        example: "TRIAL.BALANCE")

    package init(_ a: Arguments) throws(Rejection) {}

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        var sum = Money.zero
        func row(_ name: String, _ amount: Money) {
            reply.row()
            reply.field(.ledgerAccount, name)
            reply.field(.balance, amount)
            sum += amount
        }
        let directory = state.directory.accounts
        row("subscribers", state.balances.sum { [.subscriber, .former].contains(directory[Int($0)].kind) })
        row("suspense", state.balances[0])
        row("organizations", state.balances.sum { directory[Int($0)].kind == .organization })
        for account in LedgerAccount.allCases { row(account.name, state.balances.ledger(account)) }
        reply.closing()
        reply.countRows()
        reply.field(.sum, sum)
        reply.field(.seq, state.position)
    }
}
