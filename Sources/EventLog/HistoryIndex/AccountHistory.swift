/// Reads the events of accounts: those that the index has by its entries, and those behind it along `previous`.

package import Accounts

extension EventReader {
    /// Visits events of accounts, until the body returns false: all that the selection wants, and perhaps others. In
    /// the order of the log or against it; no event comes twice. Without an index every event of the accounts is read.
    /// Throws `wrongIndex` if the index names events that are not the accounts', or cannot be read: `asking` reads
    /// again.
    package func history(
        of ends: [AccountEnd], _ selection: HistorySelection, newestFirst: Bool, index: HistoryIndex?,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        var visit = HistoryVisit(positions: selection.positions, newestFirst: newestFirst)
        let covered = index?.through ?? 0
        if newestFirst { try walkBack(ends, &visit, to: covered, body) }
        if let index, covered > 0, visit.goesOn { try ask(index, selection, &visit, body) }
        if !newestFirst { try walkForward(ends, &visit, after: covered, body) }
    }

    private func ask(
        _ index: HistoryIndex, _ selection: HistorySelection, _ visit: inout HistoryVisit,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        var failure: LogError?
        var asked = visit
        var chain = EventChain(selection, newestFirst: visit.newestFirst)
        do throws(StoreError) {
            var selection = selection
            selection.recorded = try recordedTimes(of: selection.positions, in: index.through)
            try index.forEach(selection, newestFirst: visit.newestFirst) { position in
                do throws(LogError) {
                    let (meta, event) = try self.event(at: position)
                    guard selection.accounts.contains(meta.account), chain.takes(meta) else { throw .wrongIndex }
                    asked.take(meta, event, body)
                } catch {
                    failure = error
                    return false
                }
                return asked.goesOn
            }
        } catch {
            throw .wrongIndex
        }
        visit = asked
        if case .store(let error)? = failure, error.code == .noSuchPosition { throw .wrongIndex }
        if let failure { throw failure }
    }

    /// The recorded times of the bounds, so that the index is asked for no more than is between them.
    private func recordedTimes(
        of positions: ClosedRange<Position>, in covered: Position
    ) throws(StoreError) -> (first: Instant?, last: Instant?) {
        func time(_ position: Position) throws(StoreError) -> Instant? {
            guard position > 1, position <= covered else { return nil }
            return try withRecord(at: position) { try? decodeMeta($0, position).get() }?.recorded
        }
        return (try time(positions.lowerBound), try time(positions.upperBound))
    }

    /// Visits the events after a position, the newest first.
    private func walkBack(
        _ ends: [AccountEnd], _ visit: inout HistoryVisit, to covered: Position, _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        guard visit.positions.upperBound > covered else { return }
        if ends.count == 1, let end = ends.first {
            return try walk(end, to: covered) { visit.take($0, $1, body) }
        }
        for position in try positions(ends, within: visit.positions, after: covered).reversed() where visit.goesOn {
            let (meta, event) = try event(at: position)
            visit.take(meta, event, body)
        }
    }

    private func walkForward(
        _ ends: [AccountEnd], _ visit: inout HistoryVisit, after covered: Position,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        guard visit.goesOn, visit.positions.upperBound > covered else { return }
        for position in try positions(ends, within: visit.positions, after: covered) where visit.goesOn {
            let (meta, event) = try event(at: position)
            visit.take(meta, event, body)
        }
    }

    /// The positions of the accounts' events after one, in order.
    private func positions(_ ends: [AccountEnd], within bounds: ClosedRange<Position>, after covered: Position)
        throws(LogError) -> [Position]
    {
        var positions: [Position] = []
        for end in ends {
            try walk(end, to: max(covered, bounds.lowerBound - 1)) { meta, _ in
                if bounds.contains(meta.position) { positions.append(meta.position) }
                return true
            }
        }
        return positions.sorted()
    }

    private func walk(
        _ end: AccountEnd, to covered: Position, _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        var next = end.last
        while next > covered {
            let (meta, event) = try event(at: next)
            guard meta.account == end.account, meta.previous < next else {
                throw .order(LogOrder.Fault(position: next, reason: .strangeHistory(account: end.account)))
            }
            guard body(meta, event) else { return }
            next = meta.previous
        }
    }
}

extension HistoryIndex {
    /// Reads with an index. If it is wrong it is not asked any more, and the body reads once more without it.
    package static func asking<R>(
        _ index: HistoryIndex?, _ body: (HistoryIndex?) throws(LogError) -> R
    ) throws(LogError) -> R {
        do throws(LogError) { return try body(index) } catch {
            guard case .wrongIndex = error, let index else { throw error }
            index.distrust()
            return try body(nil)
        }
    }
}

/// Finds an event that the index lacks: if a read wants every event, each names the one before it.
private struct EventChain {
    private let isWhole: Bool
    private let first: Position
    private let newestFirst: Bool
    /// By account: the event that has to come next, or the one that came last.
    private var links: [AccountIndex: Position] = [:]

    init(_ selection: HistorySelection, newestFirst: Bool) {
        isWhole = selection.classes == nil && selection.from == nil && selection.to == nil
        (first, self.newestFirst) = (selection.positions.lowerBound, newestFirst)
    }

    /// False if an event should have come before this one.
    mutating func takes(_ meta: EventMeta) -> Bool {
        guard isWhole else { return true }
        let link = links.updateValue(newestFirst ? meta.previous : meta.position, forKey: meta.account)
        if newestFirst { return link.map { $0 == meta.position } ?? true }
        return link.map { $0 == meta.previous } ?? (meta.previous < first)
    }
}

/// How far a read of history is.
private struct HistoryVisit {
    let positions: ClosedRange<Position>
    let newestFirst: Bool
    private(set) var goesOn = true
    private var last: Position?

    init(positions: ClosedRange<Position>, newestFirst: Bool) {
        (self.positions, self.newestFirst) = (positions, newestFirst)
    }

    /// Passes an event on, unless it is out of bounds or was passed on before. False at the end.
    @discardableResult
    mutating func take(_ meta: EventMeta, _ event: Event, _ body: (EventMeta, Event) -> Bool) -> Bool {
        let position = meta.position
        if newestFirst, position < positions.lowerBound {
            goesOn = false
            return false
        }
        let isNew = last.map { newestFirst ? position < $0 : position > $0 } ?? true
        guard isNew, positions.contains(position) else { return true }
        last = position
        goesOn = body(meta, event)
        return goesOn
    }
}
