/// The sums of a statement, and the bounds of its pages.

/// The money of a part of a statement: opening plus came minus went equals closing.
package struct StatementSums: Equatable, Sendable {
    /// The balance before the part.
    package var opening: Money
    package var came = Money.zero
    package var went = Money.zero
    /// The balance after it.
    package var closing: Money

    package init(opening: Money, closing: Money) { (self.opening, self.closing) = (opening, closing) }

    package mutating func add(_ movement: Movement) {
        for posting in movement.postings {
            if posting.amount < .zero { went -= posting.amount } else { came += posting.amount }
        }
    }

    package var agree: Bool { opening + came - went == closing }
}

/// The bounds and the sums of a page of a statement, which the reader found.
package struct StatementFrame: Sendable {
    package let asOf: Position
    package let isFirst: Bool
    package let isLast: Bool
    /// True if the whole period has no line.
    package let isEmpty: Bool
    /// The sums of the page; nil if the statement leaves out events that may move money.
    package var sums: StatementSums?
    /// The sums of the whole period; nil if they were not asked for.
    package var period: StatementSums?

    package init(asOf: Position, isFirst: Bool, isLast: Bool, isEmpty: Bool) {
        (self.asOf, self.isFirst, self.isLast, self.isEmpty) = (asOf, isFirst, isLast, isEmpty)
    }
}
