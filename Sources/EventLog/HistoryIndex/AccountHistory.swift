/// Reads the events of accounts: those that the index has by its entries, and those behind it along `previous`.

package import Accounts

extension EventReader {
    /// Visits events of accounts, until the body returns false: all that the selection wants, and perhaps others. In the
    /// order of the log or against it; no event comes twice. Without an index, or with one that is wrong, every event of
    /// the accounts is read.
    package func history(
        of ends: [AccountEnd], _ selection: HistorySelection, newestFirst: Bool, index: HistoryIndex?,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        var visited = HistoryVisit(selection, newestFirst: newestFirst)
        let covered = index?.through ?? 0
        if newestFirst {
            try walkBack(ends, &visited, to: covered, body)
            guard visited.goesOn else { return }
            if let index, covered > 0, try !ask(index, &visited, body) {
                index.distrust()
                try walkBack(ends, &visited, to: 0, body)
            }
        } else {
            if let index, covered > 0, try !ask(index, &visited, body) { index.distrust() }
            guard visited.goesOn else { return }
            try walkForward(ends, &visited, after: index?.isTrusted == true ? covered : 0, body)
        }
    }

    /// False if the index is wrong or cannot be read. The events visited so far are those of the log all the same.
    private func ask(
        _ index: HistoryIndex, _ visited: inout HistoryVisit,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) -> Bool {
        var failure: LogError?
        var isRight = true
        var visit = visited
        do throws(StoreError) {
            var selection = visit.selection
            selection.recorded = try recordedTimes(of: selection.positions, in: index.through)
            _ = try index.forEach(selection, newestFirst: visit.newestFirst) { position in
                do throws(LogError) {
                    let (meta, event) = try self.event(at: position)
                    guard selection.accounts.contains(meta.account) else {
                        isRight = false
                        return false
                    }
                    visit.take(meta, event, body)
                } catch {
                    if case .store(let error) = error, error.code == .noSuchPosition {
                        isRight = false
                    } else {
                        failure = error
                    }
                    return false
                }
                return visit.goesOn
            }
        } catch {
            isRight = false
        }
        visited = visit
        if let failure { throw failure }
        return isRight
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
        _ ends: [AccountEnd], _ visited: inout HistoryVisit, to covered: Position,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        guard visited.selection.positions.upperBound > covered else { return }
        if ends.count == 1, let end = ends.first {
            return try walk(end, to: covered) { visited.take($0, $1, body) }
        }
        for position in try positions(ends, visited.selection, after: covered).reversed() where visited.goesOn {
            let (meta, event) = try event(at: position)
            visited.take(meta, event, body)
        }
    }

    private func walkForward(
        _ ends: [AccountEnd], _ visited: inout HistoryVisit, after covered: Position,
        _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        for position in try positions(ends, visited.selection, after: covered) where visited.goesOn {
            let (meta, event) = try event(at: position)
            visited.take(meta, event, body)
        }
    }

    /// The positions of the accounts' events after one, in order.
    private func positions(_ ends: [AccountEnd], _ selection: HistorySelection, after covered: Position)
        throws(LogError) -> [Position]
    {
        var positions: [Position] = []
        for end in ends {
            try walk(end, to: max(covered, selection.positions.lowerBound - 1)) { meta, _ in
                if selection.positions.contains(meta.position) { positions.append(meta.position) }
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

/// How far a read of history is.
private struct HistoryVisit {
    let selection: HistorySelection
    let newestFirst: Bool
    private(set) var goesOn = true
    private var last: Position?

    init(_ selection: HistorySelection, newestFirst: Bool) {
        (self.selection, self.newestFirst) = (selection, newestFirst)
    }

    /// Passes an event on, unless it is out of bounds or was passed on before. False at the end.
    @discardableResult
    mutating func take(
        _ meta: EventMeta, _ event: Event, _ body: (EventMeta, Event) -> Bool
    ) -> Bool {
        let position = meta.position
        if newestFirst, position < selection.positions.lowerBound {
            goesOn = false
            return false
        }
        let isNew = last.map { newestFirst ? position < $0 : position > $0 } ?? true
        guard isNew, selection.positions.contains(position) else { return true }
        last = position
        goesOn = body(meta, event)
        return goesOn
    }
}
