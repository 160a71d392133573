/// The index of history: finds an account's events by class and period without passing its others.
///
/// It has an entry for every event, and a second one for charges that belong to no usage. A thread that trails the log
/// adds them (`follow`). The newest are in memory, in sorted runs. Once they are `entriesOnDisk` they become a run in
/// `DATA/history`. A start reads the events again that were in memory. A reader takes the events behind the index along
/// `previous`, and so every event once it is committed.

package import Accounts
internal import LMDB
internal import Synchronization

package final class HistoryIndex: DerivedIndex {
    /// Its name in the findings of VERIFY and of an audit, beside the projections' names.
    package static let name = "history"
    private static let kind = SortedRuns.Kind(directory: "history", format: "kabinet-history 1", database: "events")

    /// A sorted run in memory.
    private struct Recent {
        var entries: [RunEntry]
        let through: Position
    }

    private struct State {
        /// The oldest first; those that are on disk by now are left out soon.
        var recent: [Recent] = []
        /// The last position that the index covers.
        var through: Position = 0
        /// Cleared when the index was found to be wrong or could not be read: it is not asked any more.
        var isTrusted = true
    }

    /// Nil: all of it is in memory, which the simulator uses.
    private let disk: SortedRuns?
    private let state: Mutex<State>
    /// Entries in memory from which on they become a run on disk.
    private let entriesOnDisk: Int

    package static let defaultEntriesOnDisk = 1 << 18
    private static let eventsAtOnce: Position = 8192

    /// Opens the index of a data directory. An index that is not of this log as it is now is made anew.
    package init(
        data: String, log store: borrowing LMDBStore, entriesOnDisk: Int = HistoryIndex.defaultEntriesOnDisk
    ) throws(StoreError) {
        let disk = try SortedRuns(Self.kind, data: data, log: store)
        state = Mutex(State(through: try disk.through))
        self.disk = disk
        self.entriesOnDisk = entriesOnDisk
    }

    /// Opens the index of a data directory read-only; nil if there is none that is of this log.
    package init?(readOnly data: String, of log: LogIdentity, _ reader: LMDBReader) throws(StoreError) {
        guard let disk = try SortedRuns(Self.kind, readOnly: data, of: log, reader) else { return nil }
        state = Mutex(State(through: try disk.through))
        self.disk = disk
        entriesOnDisk = .max
    }

    /// An index without a disk.
    package init() {
        disk = nil
        state = Mutex(State())
        entriesOnDisk = .max
    }

    /// The last position that it covers; 0 if none, or if it is not asked any more.
    package var through: Position { state.withLock { $0.isTrusted ? $0.through : 0 } }

    /// Called when it has answered wrong or cannot be read: it is made anew at the next start.
    package func distrust() {
        let isNew = state.withLock { state in
            defer { state.isTrusted = false }
            return state.isTrusted
        }
        if isNew { disk?.disown() }
    }

    package var isTrusted: Bool { state.withLock { $0.isTrusted } }

    /// Runs a body that may end the process if the index is wrong: its file is then removed first.
    func guarding<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        guard let disk else { return try body() }
        return try DamagedIndex.guarding(disk.file, body)
    }

    // MARK: - Adding

    /// Adds the next events of the log, some thousands at most. False if there is none. One thread calls it.
    package func follow(_ reader: some EventReader) throws(LogError) -> Bool {
        // As long as these cannot be written, none are added to them.
        try storing { () throws(StoreError) in try writeRecent() }
        let after = state.withLock { $0.through }
        let last = try storing { () throws(StoreError) in try reader.last }
        guard after < last else { return false }
        var entries: [RunEntry] = []
        entries.reserveCapacity(Int(min(last - after, Self.eventsAtOnce)) + 64)
        // A view of LMDB may be of a commit before the one that an earlier view showed: if the reader is held up between
        // reading the number of the last commit and its page, it gets the page of a commit that is only just written. So
        // the index covers what was read, whatever `last` said.
        var reached = after
        try reader.events(from: after + 1, through: min(last, after + Self.eventsAtOnce)) { meta, event in
            reached = meta.position
            Self.forEachEntry(of: event, meta) { entries.append($0) }
            return true
        }
        guard reached > after else { return false }
        entries.sort()
        state.withLock { state in
            state.recent.append(Recent(entries: entries, through: reached))
            state.through = reached
        }
        mergeRecent()
        try storing { () throws(StoreError) in try writeRecent() }
        return true
    }

    package static func forEachEntry(of event: Event, _ meta: EventMeta, _ body: (RunEntry) -> Void) {
        let classes = HistoryClass.classes(of: event)
        body(HistoryEntry(classes.own, meta).entry)
        if let charges = classes.charges { body(HistoryEntry(charges, meta).entry) }
    }

    /// Merges the last two runs in memory as long as they are of similar size, so that there are few. Only the thread
    /// that adds changes them, so they may be merged outside the lock.
    private func mergeRecent() {
        var recent = state.withLock { $0.recent }
        while recent.count > 1, recent[recent.count - 2].entries.count <= 2 * recent[recent.count - 1].entries.count {
            let newer = recent.removeLast()
            let older = recent.removeLast()
            recent.append(Recent(entries: merged(older.entries, newer.entries), through: newer.through))
        }
        state.withLock { $0.recent = recent }
    }

    /// Makes a run on disk of the runs in memory if they are large enough.
    private func writeRecent() throws(StoreError) {
        guard let disk else { return }
        let recent = state.withLock { $0.recent }
        guard let through = recent.last?.through, recent.reduce(0, { $0 + $1.entries.count }) >= entriesOnDisk else {
            return
        }
        // A write can fail after its run is on disk, in a merge. Then the run is not written again.
        if try disk.through < through {
            try disk.append(recent.reversed().reduce([]) { merged($1.entries, $0) }, through: through)
        }
        // A reader that took the runs before has them twice now, and leaves those of the disk's positions out.
        state.withLock { $0.recent.removeAll { $0.through <= through } }
    }

    private func merged(_ a: [RunEntry], _ b: [RunEntry]) -> [RunEntry] {
        if a.isEmpty { return b }
        var merged: [RunEntry] = []
        merged.reserveCapacity(a.count + b.count)
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            if a[i] < b[j] {
                merged.append(a[i])
                i += 1
            } else {
                merged.append(b[j])
                j += 1
            }
        }
        merged += a[i...]
        merged += b[j...]
        return merged
    }

    // MARK: - Reading

    /// Visits the positions of the entries that a selection may have, in the order of the log or against it, until the
    /// body returns false. The body may get a position outside the selection, and checks the event there. No position
    /// comes twice.
    func forEach(
        _ selection: HistorySelection, newestFirst: Bool, _ body: (Position) -> Bool
    ) throws(StoreError) {
        let recent = state.withLock { $0.recent }
        var walk = RunWalk(selection, isBackward: newestFirst)
        guard let disk else {
            for run in newestFirst ? recent.reversed() : recent where walk.goesOn { walk.visit(run.entries, body) }
            return
        }
        try disk.read { runs, onDisk, cursor throws(LMDBError) in
            let recent = recent.drop { $0.through <= onDisk }
            if newestFirst {
                for run in recent.reversed() where walk.goesOn { walk.visit(run.entries, body) }
            }
            for run in newestFirst ? runs.reversed() : runs where walk.goesOn { try walk.visit(run, &cursor, body) }
            if !newestFirst {
                for run in recent where walk.goesOn { walk.visit(run.entries, body) }
            }
        }
    }

    // MARK: - Checking

    package func readAll() throws(StoreError) { _ = try contents() }

    /// Whether it has every entry of an event that it covers.
    func has(_ event: Event, _ meta: EventMeta) throws(StoreError) -> Bool {
        let recent = state.withLock { $0.recent }
        var wanted: [RunEntry] = []
        Self.forEachEntry(of: event, meta) { wanted.append($0) }
        for run in recent {
            wanted.removeAll { entry in
                let at = run.entries.lowerBound { $0 < entry }
                return at < run.entries.count && run.entries[at] == entry
            }
        }
        guard let disk, !wanted.isEmpty else { return wanted.isEmpty }
        return try disk.read { runs, _, cursor throws(LMDBError) in
            for entry in wanted {
                var isThere = false
                for run in runs where !isThere {
                    var slice = RunSlice(of: run, from: entry, through: entry)
                    isThere = try slice.next(&cursor) != nil
                }
                guard isThere else { return false }
            }
            return true
        }
    }

    /// Everything that it holds, to be compared with the log.
    package func contents() throws(StoreError) -> HistoryContents {
        let (recent, through) = state.withLock { ($0.recent, $0.through) }
        var sum = HistorySum(through: through)
        var disorder: String?
        func look(_ entry: RunEntry, _ limit: Position) {
            if HistoryEntry(entry).position > limit {
                disorder = "an entry of it is of a later position than it covers"
            }
            sum.add(entry)
        }
        var onDisk: Position = 0
        if let disk {
            let found = try disk.contents { look($0, $1) }
            (onDisk, disorder) = (found.through, found.disorder ?? disorder)
        }
        for run in recent where run.through > onDisk {
            for entry in run.entries { look(entry, run.through) }
        }
        return HistoryContents(sum: sum, disorder: disorder)
    }
}

/// The entries up to a position, in whatever order they were counted.
package struct HistorySum: Equatable, Sendable {
    package let through: Position
    package private(set) var count = 0
    private var sum: UInt64 = 0

    package init(through: Position) { self.through = through }

    /// Ignores an entry beyond `through`.
    @inline(__always)
    package mutating func add(_ entry: RunEntry) {
        guard HistoryEntry(entry).position <= through else { return }
        count += 1
        // Mixed, so that two entries cannot swap halves unnoticed.
        let mixed = (entry.high ^ entry.low &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        sum &+= mixed ^ mixed >> 29
    }

    package mutating func add(_ event: Event, _ meta: EventMeta) {
        guard meta.position <= through else { return }
        HistoryIndex.forEachEntry(of: event, meta) { add($0) }
    }
}

package struct HistoryContents: Sendable {
    package let sum: HistorySum
    /// Describes an entry that is not where it should be; nil if there is none.
    package let disorder: String?
}
