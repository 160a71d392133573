/// The writer's state of the snapshot being taken and of the last one, and when the next one is due.

package import Accounts
package import EventLog

package struct SnapshotState: Sendable {
    /// Events between two snapshots; 0: one is taken only when asked for.
    package static let defaultEvents = 1_000_000
    /// A day's snapshot that failed is not tried again sooner than this.
    private static let putOff = TimeSpan.hours(1)
    /// While a load makes days pass in moments, a day's snapshot comes no sooner than so many times as long as the last
    /// one took, so that the load keeps the disk.
    private static let rest = 20

    package let events: Position
    package let retention: SnapshotRetention
    /// The position of the last whole snapshot; 0 if there is none.
    package internal(set) var last: Position = 0
    package internal(set) var lastBytes = 0
    package internal(set) var lastMilliseconds = 0
    /// The position at which the next snapshot is due; a failure puts it off.
    var due: Position
    /// The day of UTC at which the event at `last` was recorded, or the first event if there is no snapshot; nil while
    /// the log is empty. When events are recorded on another day, a snapshot is due.
    private var day: CivilDate?
    /// By the clock that nobody sets.
    private var dailyNotBefore: Instant?
    package internal(set) var isRunning = false
    /// Bytes of the snapshot being taken.
    package internal(set) var bytes = 0
    /// The longest time that one step took on the writer, since the start.
    package internal(set) var longestStepMicroseconds = 0
    /// The size of one step between two batches.
    package var step = AccountsState.SnapshotStep()
    /// When this falls below zero the snapshot is given up, because events come faster than it follows.
    var rowsLeft = 0
    /// The snapshots that are kept for the past, as their thread last counted them.
    package internal(set) var past = PastSnapshots()
    /// A snapshot is due or was asked for, and the disk has no room for it.
    var wantsRoom = false
    /// The thread was asked to remove snapshots of the past.
    var isMakingRoom = false

    package init(events: Int = SnapshotState.defaultEvents, keeping retention: SnapshotRetention = .init()) {
        self.events = Position(events)
        self.retention = retention
        due = events == 0 ? .max : Position(events)
    }

    /// `recorded`: when the log's last event was recorded.
    mutating func isDue(at position: Position, recorded: Instant, uptime: Instant) -> Bool {
        if position >= due { return true }
        guard events > 0, retention.daily > 0, position > last else { return false }
        let today = recorded.date(offsetMinutes: 0)
        guard let day else {
            day = today
            return false
        }
        return today != day && uptime >= dailyNotBefore ?? uptime
    }

    /// `isLoad`: the times of records move the log's clock.
    mutating func take(_ news: SnapshotNews, uptime: Instant, isLoad: Bool) {
        switch news {
        case .ended(let end): ended(end, uptime: uptime, isLoad: isLoad)
        case .madeRoom(let left): (past, isMakingRoom, wantsRoom) = (left, false, false)
        }
    }

    private mutating func ended(_ end: SnapshotEnd, uptime: Instant, isLoad: Bool) {
        isRunning = false
        guard let bytes = end.bytes else {
            due = events == 0 ? .max : end.position + events
            dailyNotBefore = uptime + Self.putOff
            return
        }
        loaded(end.position, recorded: end.recorded)
        (lastBytes, lastMilliseconds) = (bytes, end.milliseconds)
        let rest = TimeSpan(milliseconds: Int64(end.milliseconds * Self.rest))
        dailyNotBefore = isLoad ? uptime + rest : nil
        if let past = end.past { self.past = past }
    }

    /// `position`: of a snapshot. `recorded`: when the event there was recorded.
    package mutating func loaded(_ position: Position, recorded: Instant?) {
        last = position
        due = events == 0 ? .max : position + events
        day = recorded?.date(offsetMinutes: 0) ?? day
    }

    /// Called at a start. `began`: when the log's first event was recorded; nil if there is none.
    mutating func opened(_ files: [SnapshotFile], logBegan began: Instant?) {
        past = PastSnapshots(of: files)
        day = day ?? began?.date(offsetMinutes: 0)
    }

    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply) {
        reply.field(.snapshot, isRunning ? "running" : "idle")
        reply.field(.snapshotPosition, last)
        reply.field(.snapshotBytes, isRunning ? bytes : lastBytes)
        reply.field(.snapshotMilliseconds, lastMilliseconds)
        reply.field(.snapshotLongestStepMicroseconds, longestStepMicroseconds)
        reply.field(.pastSnapshots, past.count)
        reply.field(.pastSnapshotBytes, past.bytes)
        if let from = past.from { reply.field(.pastSnapshotsFrom, from) }
    }
}

/// Tells the writer that a snapshot is on disk or failed.
package struct SnapshotEnd: Sendable {
    package let position: Position
    /// Nil if it failed.
    package let bytes: Int?
    package let milliseconds: Int
    /// When the event at the position was recorded; nil if it failed.
    package let recorded: Instant?
    /// The snapshots that are now kept for the past; nil if none was removed or added.
    package let past: PastSnapshots?

    package init(
        position: Position, bytes: Int?, milliseconds: Int, recorded: Instant? = nil, past: PastSnapshots? = nil
    ) {
        (self.position, self.bytes, self.milliseconds) = (position, bytes, milliseconds)
        (self.recorded, self.past) = (recorded, past)
    }
}
