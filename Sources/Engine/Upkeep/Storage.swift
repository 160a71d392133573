/// Handles a disk that fills up: changes are refused before a commit could fail, and taken again when there is room.
///
/// ```
/// room >= reserve          everything
/// reserve / 4 ..< reserve  reads and administration
/// below                    reads
/// ```
///
/// Room is the space that the disk and the map still have, read before each batch. The caller repeats a refused change;
/// fees that become due meanwhile are taken, in order, once there is room.

internal import Accounts

package struct StorageReserve: Sendable {
    package static let defaultBytes = 256 << 20

    package enum State: String, Sendable {
        case ok
        /// Only administration may append.
        case low
        /// Nothing may append.
        case full
    }

    package let bytes: Int
    package private(set) var roomBytes = Int.max
    package private(set) var state = State.ok

    package init(bytes: Int = StorageReserve.defaultBytes) { self.bytes = bytes }

    /// The room that other writers must leave on the disk, so that they cause no refusal.
    package var bytesForOthersToLeave: Int { bytes + bytes / 4 }

    /// Called before a batch. True if the state has changed.
    package mutating func update(roomBytes room: Int) -> Bool {
        let before = state
        roomBytes = room
        // To leave `low` takes an eighth more room; otherwise every other batch would be refused.
        let isLow = room < (before == .ok ? bytes : bytes + bytes / 8)
        state = room < bytes / 4 ? .full : isLow ? .low : .ok
        return state != before
    }

    func check(usesReserve: Bool) throws(Rejection) {
        switch state {
        case .ok: return
        case .low where usesReserve: return
        case .low, .full:
            throw .storageFull
        }
    }
}

extension Rejection {
    static let storageFull = Rejection(
        .storageFull, "the disk is nearly full: nothing can be changed until there is room", retryAfterSeconds: 10)
}
