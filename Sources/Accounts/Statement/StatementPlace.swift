/// Places in a statement. It is ordered by effective time, and it is as of one position of the log: a record that comes
/// late belongs between rows that a reader has seen, and may not move the rows of the next page.

/// The place of an event among an account's events by effective time. Events that took effect at one instant are in the
/// order of the log.
package struct EffectivePlace: Comparable, Sendable {
    package let effective: Instant
    package let position: Position

    /// Before everything that took effect at or after an instant.
    package init(before instant: Instant) { (effective, position) = (instant, 0) }

    package init(_ meta: EventMeta) { (effective, position) = (meta.effective, meta.position) }

    fileprivate init(_ effective: Instant, _ position: Position) {
        (self.effective, self.position) = (effective, position)
    }

    package static func < (a: EffectivePlace, b: EffectivePlace) -> Bool {
        (a.effective, a.position) < (b.effective, b.position)
    }
}

/// Where a page of a statement begins: the page has what comes before a place, as of a position of the log.
/// As text: `81-1519862400000-77`, the position, and the instant and the position of the place.
package struct StatementCursor: ParameterType, CustomStringConvertible, Sendable {
    package let asOf: Position
    package let place: EffectivePlace

    package init(asOf: Position, before place: EffectivePlace) { (self.asOf, self.place) = (asOf, place) }

    package var description: String { "\(asOf)-\(place.effective.milliseconds)-\(place.position)" }

    package static var kind: ParameterKind { .token }

    package static func value(of given: GivenValue) throws(Rejection) -> StatementCursor {
        let parts = given.bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map(number)
        guard parts.count == 3, let asOf = parts[0], let effective = parts[1], let position = parts[2] else {
            throw given.rejected(.invalidKey, "\(given.name) must be next= of the page before")
        }
        return StatementCursor(
            asOf: Position(asOf), before: EffectivePlace(Instant(milliseconds: effective), Position(position)))
    }

    /// A whole number of 1 to 18 digits.
    private static func number(_ digits: some Collection<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}
