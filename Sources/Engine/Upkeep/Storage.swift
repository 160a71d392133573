/// A disk that fills up: changes are refused before a commit could fail, and taken again when there is room.
///
/// ```
/// room >= reserve          everything
/// reserve / 4 ..< reserve  reads and administration
/// below                    reads
/// ```
///
/// Room is what the disk and the map can yet take, looked at before each batch. What a change would have appended is
/// not lost but said again by its caller; fees that become due meanwhile are taken, in order, once there is room.

internal import Accounts

package struct StorageReserve: Sendable {
    package static let defaultBytes = 256 << 20

    package enum State: String, Sendable {
        case ok
        /// Only administration may append.
        case low
        /// Nothing may.
        case full
    }

    package let bytes: Int
    package private(set) var roomBytes = Int.max
    package private(set) var state = State.ok

    package init(bytes: Int = StorageReserve.defaultBytes) { self.bytes = bytes }

    /// What somebody else must leave on the disk, so that nothing is refused for it.
    package var bytesForOthersToLeave: Int { bytes + bytes / 4 }

    /// Before a batch. True: the state is another one.
    package mutating func update(roomBytes room: Int) -> Bool {
        let before = state
        roomBytes = room
        // What was low is not well again at once, or every other batch would be refused.
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
