/// An order of a statement, as the gateway that sends its file needs it.

package struct StatementOrder: Equatable, Sendable, Coded {
    package var from: Instant
    /// Records at this instant are not included.
    package var to: Instant
    package var format: StatementFormat
    package var language: Language
    /// Sealed under the account's key.
    package var sealedEmail: [UInt8]

    /// How long its message is sent.
    package static let lifetime = TimeSpan.days(7)

    /// Nothing is left of the order of a person who was erased.
    static let forgotten = StatementOrder(
        from: Instant(milliseconds: 0), to: Instant(milliseconds: 0), format: .unspecified, language: .unspecified,
        sealedEmail: [])

    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&from)
        try rest.code(&to)
        try rest.code(&format, or: "a statement of no known form")
        try rest.code(&language, or: "a statement in no known language")
        try rest.code(&sealedEmail)
    }
}

extension StatementOrder {
    init(_ e: StatementOrdered) {
        self.init(
            from: Instant(milliseconds: e.from), to: Instant(milliseconds: e.to), format: e.format,
            language: e.language, sealedEmail: e.sealedEmail)
    }
}

extension Notifications {
    /// The order at a position, and the account that made it; nil if there is no order, or if its message has expired or
    /// ended.
    package func statementOrder(at position: Position, now: Instant) -> (account: AccountIndex, order: StatementOrder)?
    {
        let newest = newest
        // The order's message comes before the notice about it, which has the same position.
        let index = newest.firstIndex(notBefore: position)
        guard index < newest.endIndex, newest[index].position == position, newest[index].isSent(at: now),
            let order = newest[index].statement
        else { return nil }
        return (newest[index].account, order)
    }

    /// The orders of an account whose messages are still sent, and when they were made.
    func statementOrders(of account: AccountIndex, at now: Instant) -> [(ordered: Instant, order: StatementOrder)] {
        newest.compactMap { message in
            guard message.account == account, let order = message.statement, message.isSent(at: now) else { return nil }
            return (message.sent, order)
        }
    }
}
