/// Goes through the runs of the index of history, one after another, and within a run by position.

package import Accounts
internal import LMDB

/// The events of some accounts that a read wants, as far as the index knows.
package struct HistorySelection: Sendable {
    package var accounts: [AccountIndex]
    /// Only these classes; nil for all.
    package var classes: [HistoryClass]?
    /// Only positions from the first to the last, both included.
    package var positions: ClosedRange<Position>
    /// The recorded times of these two positions; nil if it is not known.
    var recorded: (first: Instant?, last: Instant?) = (nil, nil)
    /// Only events that took effect at or after `from` and before `to`; nil for no bound.
    package var from: Instant?
    package var to: Instant?

    package init(
        of accounts: [AccountIndex], _ classes: [HistoryClass]? = nil, positions: ClosedRange<Position>,
        from: Instant? = nil, to: Instant? = nil
    ) {
        (self.accounts, self.classes, self.positions) = (accounts, classes, positions)
        (self.from, self.to) = (from, to)
    }

    /// Each class with each account.
    fileprivate func forEachClass(_ body: (AccountIndex, HistoryClass) -> Void) {
        for account in accounts {
            for `class` in classes ?? [] { body(account, `class`) }
        }
    }
}

struct RunWalk {
    private let isBackward: Bool
    private let positions: ClosedRange<Position>
    private let hours: ClosedRange<UInt64>
    /// The ranges of entries that are in the order of the log, of each account and class.
    private var inOrder: [ClosedRange<RunEntry>] = []
    /// Those that are not: all entries of an account, or those of a class that are apart.
    private var unordered: [ClosedRange<RunEntry>] = []
    /// The last position that was visited; 0 before the first.
    private var last: Position = 0
    private(set) var goesOn = true

    init(_ selection: HistorySelection, isBackward: Bool) {
        self.isBackward = isBackward
        positions = selection.positions
        let fromHour = selection.from.map(HistoryEntry.hour) ?? HistoryEntry.Place.first.hour
        hours = fromHour...max(fromHour, selection.to.map(HistoryEntry.hour) ?? HistoryEntry.Place.last.hour)
        guard selection.classes != nil else {
            unordered = selection.accounts.map { HistoryEntry.all(of: $0) }
            return
        }
        let recorded = HistoryEntry.recordedHours(ofEffective: hours)
        func place(_ hour: UInt64, _ position: Position, _ time: Instant?, isFirst: Bool) -> HistoryEntry.Place {
            guard let timed = time.map(HistoryEntry.hour) else {
                return HistoryEntry.Place(hour: hour, position: isFirst ? 0 : HistoryEntry.Place.last.position)
            }
            if isFirst ? timed < hour : timed > hour {
                return HistoryEntry.Place(hour: hour, position: isFirst ? 0 : HistoryEntry.Place.last.position)
            }
            return HistoryEntry.Place(hour: timed, position: position)
        }
        let first = place(recorded.lowerBound, positions.lowerBound, selection.recorded.first, isFirst: true)
        let end = place(recorded.upperBound, positions.upperBound, selection.recorded.last, isFirst: false)
        var (inOrder, apart): ([ClosedRange<RunEntry>], [ClosedRange<RunEntry>]) = ([], [])
        let hours = hours
        selection.forEachClass { account, `class` in
            if let range = HistoryEntry.inOrder(of: account, `class`, from: first, through: end) {
                inOrder.append(range)
            }
            if let range = HistoryEntry.apart(
                of: account, `class`, from: hours.lowerBound, through: hours.upperBound)
            {
                apart.append(range)
            }
        }
        (self.inOrder, unordered) = (inOrder, apart)
    }

    /// Visits a run in memory.
    mutating func visit(_ entries: [RunEntry], _ body: (Position) -> Bool) {
        var slices = inOrder.map { slice(of: entries, $0) }
        var others: [RunEntry] = []
        for range in unordered {
            var slice = slice(of: entries, range)
            while let entry = slice.pop() { others.append(entry) }
        }
        slices.append(byPosition(others))
        slices.removeAll { $0.first == nil }
        while goesOn, let next = pop(&slices) { take(next, body) }
    }

    /// Visits a run on disk.
    mutating func visit(_ run: SortedRuns.Run, _ cursor: inout Cursor, _ body: (Position) -> Bool) throws(LMDBError) {
        var others: [RunEntry] = []
        for range in unordered {
            var slice = RunSlice(of: run, from: range.lowerBound, through: range.upperBound, isBackward: isBackward)
            while let entry = try slice.next(&cursor) { others.append(entry) }
        }
        var slices = [byPosition(others)]
        for range in inOrder {
            slices.append(
                RunSlice(of: run, from: range.lowerBound, through: range.upperBound, isBackward: isBackward))
        }
        for index in slices.indices { try slices[index].fill(&cursor) }
        slices.removeAll { $0.first == nil }
        while goesOn, let next = pop(&slices) {
            take(next, body)
            for index in slices.indices { try slices[index].fill(&cursor) }
            slices.removeAll { $0.first == nil }
        }
    }

    private func slice(of entries: [RunEntry], _ range: ClosedRange<RunEntry>) -> RunSlice {
        RunSlice(of: entries, from: range.lowerBound, through: range.upperBound, isBackward: isBackward)
    }

    private func byPosition(_ entries: [RunEntry]) -> RunSlice {
        let sorted = entries.sorted { $0.low < $1.low }
        // Compared by position only from here on.
        return RunSlice(all: sorted, isBackward: isBackward)
    }

    /// The next entry of all slices by position.
    private func pop(_ slices: inout [RunSlice]) -> RunEntry? {
        var best: (index: Int, low: UInt64)?
        for index in slices.indices {
            guard let first = slices[index].first else { continue }
            if best.map({ isBackward ? first.low > $0.low : first.low < $0.low }) ?? true { best = (index, first.low) }
        }
        return best.flatMap { slices[$0.index].pop() }
    }

    private mutating func take(_ entry: RunEntry, _ body: (Position) -> Bool) {
        let entry = HistoryEntry(entry)
        let position = entry.position
        if isBackward ? position < positions.lowerBound : position > positions.upperBound { return goesOn = false }
        guard positions.contains(position), position != last, hours.contains(entry.effectiveHour) else { return }
        last = position
        goesOn = body(position)
    }
}
