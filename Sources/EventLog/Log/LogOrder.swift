/// The rules between records of a log that is read from its beginning.

package import Accounts

/// Follows the log event by event and refuses the first that is out of order.
///
/// Positions have no gaps; recorded times never go back; each event names the one before it of the same account. A
/// replay takes every account's last position from here, because the next events need it.
package struct LogOrder: Equatable, Sendable {
    /// The last position seen; 0 if there is none.
    package private(set) var last: Position = 0
    package private(set) var lastRecorded: Instant?
    /// By account index; 0 if the account has no event.
    package private(set) var lastPositions: [Position] = []

    package init() {}

    /// Goes on after `last`, with the values of a snapshot.
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
            /// An account's number above the event's position, which cannot be, because the indices are dense.
            case strangeAccount(AccountIndex)
            /// A history led to another account's event or forward.
            case strangeHistory(account: AccountIndex)
            /// The position to go on after is not in the log, which ends at this position.
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
        // Checked before an array grows to a damaged number.
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
