/// Chooses the snapshots that stay on disk: the newest ones for the next start, and the last one of each day and of
/// each month for reads of the past.

package import Accounts
internal import Glibc

/// A snapshot on disk, as far as its first and last bytes tell.
package struct SnapshotFile: Equatable, Sendable {
    package let position: Position
    package let bytes: Int
    /// When the event at the position was recorded. Nil if the snapshot is of no use: it is not whole, or it is of
    /// another log, of another history of this log, or of another version of the projections.
    package let recorded: Instant?

    package init(position: Position, bytes: Int, recorded: Instant?) {
        (self.position, self.bytes, self.recorded) = (position, bytes, recorded)
    }
}

/// The snapshots that are kept beyond the newest ones.
package struct PastSnapshots: Equatable, Sendable {
    package var count = 0
    package var bytes = 0
    /// When the event at the oldest one's position was recorded; nil if there is none.
    package var from: Instant?

    package init() {}

    /// Counts the usable ones of `files`.
    package init(of files: [SnapshotFile]) {
        let newest = SnapshotRetention.none.kept(files)
        for file in files where file.recorded != nil && !newest.contains(file.position) {
            count += 1
            bytes += file.bytes
            from = min(from ?? .never, file.recorded ?? .never)
        }
    }
}

/// The rule by which snapshots are kept. Days and months are those of UTC, by the recorded time of a snapshot's
/// position.
package struct SnapshotRetention: Equatable, Sendable {
    /// A start that finds the newest one damaged has another one.
    package static let newest = 2
    package static let none = SnapshotRetention(daily: 0, monthly: 0)

    /// The last snapshot is kept of each of so many days that have one, and of so many months.
    package var daily: Int
    package var monthly: Int

    package init(daily: Int = 31, monthly: Int = 24) { (self.daily, self.monthly) = (daily, monthly) }

    /// The positions of the snapshots to keep: at most `newest + daily + monthly`. A snapshot of no use is kept only if
    /// there are fewer than `newest` others.
    package func kept(_ files: [SnapshotFile]) -> Set<Position> {
        let files = files.sorted { $0.position > $1.position }
        let usable = files.filter { $0.recorded != nil }
        var kept = Set(usable.prefix(Self.newest).map(\.position))
        for file in files where kept.count < Self.newest { kept.insert(file.position) }
        var days: Set<CivilDate> = []
        var months: Set<CivilDate> = []
        for file in usable {
            guard let date = file.recorded?.date(offsetMinutes: 0) else { continue }
            if days.count < daily, days.insert(date).inserted { kept.insert(file.position) }
            if months.count < monthly, months.insert(date.firstOfMonth).inserted { kept.insert(file.position) }
        }
        return kept
    }
}

extension SnapshotFormat {
    /// The snapshots of a directory, the newest first. Reads the beginning and the end of each file.
    package static func files(data: String, of identity: LogIdentity, _ reader: LMDBReader) throws(StoreError)
        -> [SnapshotFile]
    {
        let last = try reader.last
        return try list(data: data).compactMap { position -> SnapshotFile? in
            var status = stat()
            guard stat(path(data, position), &status) == 0 else { return nil }
            var recorded: Instant?
            if position <= last, let checksum = SnapshotInput.recordChecksum(data: data, at: position, of: identity),
                (try? reader.recordDigest(at: position)) == checksum
            {
                recorded = try? reader.meta(at: position).recorded
            }
            return SnapshotFile(position: position, bytes: Int(status.st_size), recorded: recorded)
        }
    }

    /// Removes the snapshots that the rule does not keep, and returns the others.
    package static func prune(data: String, _ files: [SnapshotFile], keeping rule: SnapshotRetention)
        throws(StoreError) -> [SnapshotFile]
    {
        let kept = rule.kept(files)
        for file in files where !kept.contains(file.position) { try remove(data: data, file.position) }
        return files.filter { kept.contains($0.position) }
    }

    /// Removes snapshots other than the newest ones, the oldest first, until so many bytes are free or none is left.
    /// Returns the others.
    package static func removeOldest(data: String, _ files: [SnapshotFile], bytes: Int) throws(StoreError)
        -> [SnapshotFile]
    {
        let newest = SnapshotRetention.none.kept(files)
        var (files, freed) = (files, 0)
        for file in files.sorted(by: { $0.position < $1.position })
        where !newest.contains(file.position) && freed < bytes {
            try remove(data: data, file.position)
            freed += file.bytes
            files.removeAll { $0.position == file.position }
        }
        return files
    }

    private static func remove(data: String, _ position: Position) throws(StoreError) {
        let path = path(data, position)
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("remove", path) }
    }

    static func path(_ data: String, _ position: Position) -> String {
        data + "/" + directory + "/" + name(position)
    }
}
