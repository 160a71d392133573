/// What must hold between records: that the log, read from its beginning, is one story.

package import Accounts

/// Follows the log event by event and refuses the first that does not follow.
///
/// Positions have no gaps; recorded time never goes back; each event names the one before it of the same account.
/// What it learns on the way, every account's last position, is what the next events need: who replays a log takes
/// it from here.
package struct LogOrder: Equatable, Sendable {
    /// The last position seen; 0: none.
    package private(set) var last: Position = 0
    package private(set) var lastRecorded: Instant?
    /// By account index; 0: the account has no event.
    package private(set) var lastPositions: [Position] = []

    package init() {}

    /// To go on after `last`, as a snapshot left it.
    package init(last: Position, lastRecorded: Instant?, lastPositions: [Position]) {
        self.last = last
        self.lastRecorded = lastRecorded
        self.lastPositions = lastPositions
    }

    package struct Fault: Error, Equatable, Sendable {
        package enum Reason: Equatable, Sendable {
            case gap(after: Position)
            case timeWentBack(from: Instant, to: Instant)
            case wrongPrevious(account: AccountIndex, says: Position, was: Position)
            /// More accounts than events: the indices are dense.
            case strangeAccount(AccountIndex)
            /// A history led to another account's event or forward.
            case strangeHistory(account: AccountIndex)
            /// What the replay was to go on after is not there: the log ends at this position.
            case notInLog(Position)
        }

        package let position: Position
        package let reason: Reason

        package init(position: Position, reason: Reason) { (self.position, self.reason) = (position, reason) }
    }

    package func lastPosition(of account: AccountIndex) -> Position {
        account < lastPositions.count ? lastPositions[Int(account)] : 0
    }

    /// Inlined, because the column would otherwise be held for as long as the call.
    @inline(__always)
    func prefetch(_ account: AccountIndex) { lastPositions.prefetchElement(Int(account)) }

    package mutating func follow(_ meta: EventMeta) throws(Fault) {
        guard meta.position == last + 1 else { throw fault(meta, .gap(after: last)) }
        if let lastRecorded, meta.recorded < lastRecorded {
            throw fault(meta, .timeWentBack(from: lastRecorded, to: meta.recorded))
        }
        // Before an array grows to a damaged number.
        guard UInt64(meta.account) <= meta.position else { throw fault(meta, .strangeAccount(meta.account)) }
        let previous = lastPosition(of: meta.account)
        guard meta.previous == previous else {
            throw fault(meta, .wrongPrevious(account: meta.account, says: meta.previous, was: previous))
        }
        let index = Int(meta.account)
        lastPositions.reserveIndex(meta.account, filling: 0)
        lastPositions[index] = meta.position
        last = meta.position
        lastRecorded = meta.recorded
    }

    private func fault(_ meta: EventMeta, _ reason: Fault.Reason) -> Fault {
        Fault(position: meta.position, reason: reason)
    }
}

extension LogOrder.Fault: CustomStringConvertible {
    package var description: String {
        let what =
            switch reason {
            case .gap(let last): "does not follow position \(last)"
            case .timeWentBack(let from, let to):
                "was recorded at \(to.milliseconds) ms, before the one before it, at \(from.milliseconds) ms"
            case .wrongPrevious(let account, let says, let was):
                "says that account \(account) had its last event at \(says); it was at \(was)"
            case .strangeAccount(let account): "is of account \(account), which there cannot be yet"
            case .strangeHistory(let account): "is not of the history of account \(account)"
            case .notInLog(let last): "is not in the log, which ends at \(last)"
            }
        return "position \(position) \(what)"
    }
}
