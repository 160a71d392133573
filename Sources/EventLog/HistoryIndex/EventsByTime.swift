/// Reads an account's events by effective time, as of a position of the log. The log is in the order of recording, and
/// an event may have taken effect long before it was recorded.

package import Accounts

package struct EventsByTime<Reader: EventReader> {
    private let reader: Reader
    private let index: HistoryIndex?
    private let end: AccountEnd
    /// Events up to this position come before everything else, whenever they took effect.
    private let after: Position
    private let asOf: Position

    /// Throws `wrongIndex` from each read as `history` does.
    package init(
        of end: AccountEnd, after: Position = 0, asOf: Position, _ reader: Reader, index: HistoryIndex?
    ) {
        (self.end, self.after, self.asOf) = (end, after, asOf)
        (self.reader, self.index) = (reader, index)
    }

    /// The last events before a place that took effect at or after `from`, at most `count`, the latest first.
    package func latest(
        _ count: Int, before place: EffectivePlace, from: Instant?, _ classes: [HistoryClass]?,
        where accepts: (EventMeta, Event) -> Bool
    ) throws(LogError) -> [(meta: EventMeta, event: Event)] {
        var found: [(meta: EventMeta, event: Event)] = []
        try visit(after + 1, before: place, from: from, classes) { meta, event in
            guard accepts(meta, event) else { return nil }
            // Nearly always the last one, because most events are recorded in the order in which they took effect.
            let index = found.lastIndex { EffectivePlace(meta) < EffectivePlace($0.meta) }.map { $0 + 1 } ?? 0
            found.insert((meta, event), at: index)
            if found.count > count { found.removeLast() }
            return found.count < count ? nil : found.last?.meta.effective
        }
        return found
    }

    /// The account's balance before a place.
    package func balance(before place: EffectivePlace) throws(LogError) -> Money {
        // Every event that was recorded by then took effect before the place.
        let certain = Moment.recorded(place.effective - UsageRecord.earliness - TimeSpan(milliseconds: 1))
        let last = min(asOf, max(after, try reader.position(of: certain, through: asOf)))
        var balance = try balance(at: last)
        try visit(last + 1, before: place, from: nil, HistoryClass.movingMoney) { _, event in
            balance += event.money?.net ?? .zero
            return nil
        }
        return balance
    }

    /// The money that moved in a period: what was there before it, what came, what went, and what was there after it.
    package func sums(from: Instant, to: Instant) throws(LogError) -> StatementSums {
        let (begin, end) = (EffectivePlace(before: from), EffectivePlace(before: to))
        var sums = StatementSums(opening: try balance(before: begin), closing: try balance(before: end))
        try visit(after + 1, before: end, from: from, HistoryClass.movingMoney) { _, event in
            if let money = event.money { sums.add(money) }
            return nil
        }
        return sums
    }

    /// The account's balance after a position.
    private func balance(at position: Position) throws(LogError) -> Money {
        var balance = Money.zero
        guard position > 0, end.last > 0 else { return balance }
        let selection = HistorySelection(of: [end.account], HistoryClass.movingMoney, positions: 1...position)
        try reader.history(of: [end], selection, newestFirst: true, index: index) { _, event in
            guard let money = event.money else { return true }
            balance = money.balanceAfter
            return false
        }
        return balance
    }

    /// Visits events from a position on that took effect before a place and at or after `from`, the newest of the log
    /// first. The body returns the instant before which no effective time matters to it; nil for none.
    private func visit(
        _ first: Position, before place: EffectivePlace, from: Instant?, _ classes: [HistoryClass]?,
        _ body: (EventMeta, Event) -> Instant?
    ) throws(LogError) {
        guard first <= asOf, end.last > 0 else { return }
        let selection = HistorySelection(
            of: [end.account], classes, positions: first...asOf, from: from,
            to: place.effective + TimeSpan(milliseconds: 1))
        var bound = from
        try reader.history(of: [end], selection, newestFirst: true, index: index) { meta, event in
            // This event, and any that was recorded before it, took effect by then.
            let latest = meta.recorded + UsageRecord.earliness
            if let bound, latest < bound { return false }
            guard EffectivePlace(meta) < place, from.map({ meta.effective >= $0 }) ?? true else { return true }
            if let news = body(meta, event) { bound = max(news, bound ?? news) }
            return true
        }
    }
}
