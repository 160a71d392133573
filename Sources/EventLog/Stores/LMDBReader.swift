/// Reads committed records of a log in LMDB, on any thread.

package import Accounts
internal import LMDB

package struct LMDBReader: EventReader {
    let environment: Environment
    let records: Database

    /// One view lasts at most this many records, because pages that the writer replaced stay in use while it lasts.
    private static let recordsPerView = 8192
    /// Records of a group, for scans that look ahead.
    private static let recordsPerGroup = 64

    package var last: Position {
        get throws(StoreError) {
            let key = try storing { () throws(LMDBError) in
                try environment.read { transaction throws(LMDBError) in try lastKey(transaction) }
            }
            guard let key else { throw StoreError(.damaged, "a key of the log is not a position") }
            return key
        }
    }

    /// The last position. Throws if it is not the number of entries, because a record is then missing.
    func checkedLast() throws(StoreError) -> Position {
        let (last, entries) = try storing { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                (try lastKey(transaction), try transaction.statistics(of: records).entries)
            }
        }
        guard let last, last == UInt64(entries) else {
            throw StoreError(.damaged, "the log has \(entries) records and ends at position \(last ?? 0)")
        }
        return last
    }

    private func lastKey(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Position? {
        try transaction.withCursor(records) { cursor throws(LMDBError) in
            guard try cursor.last() else { return 0 }
            return cursor.withEntry { key, _ in integer(ofKey: key) }
        }
    }

    package func makeReadAhead() -> ReadAhead? {
        ReadAhead(path: environment.path + "/data.mdb", bytes: environment.info.usedBytes)
    }

    package func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        let result = try storing { () throws(LMDBError) in
            try ReadTransaction(environment).get(integerKey(position).span.bytes, in: records, body)
        }
        guard let result else { throw .noSuchPosition(position, last: try last) }
        return result
    }

    package func scan(
        from: Position, through: Position, isLookingAhead: Bool,
        _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError) {
        precondition(from > 0, "positions begin at 1")
        var next = from
        var isOver = next > through
        var damage: StoreError?
        do throws(LMDBError) {
            var transaction = try ReadTransaction(environment)
            while !isOver {
                try transaction.withCursor(records) { cursor throws(LMDBError) in
                    guard try cursor.seek(atOrAfter: integerKey(next).span.bytes) else {
                        isOver = true
                        return
                    }
                    var left = Self.recordsPerView
                    try cursor.forEachGroup(of: Self.recordsPerGroup) { group in
                        if isLookingAhead {
                            for index in group.indices {
                                group[index].with { key, record in _ = body(integer(ofKey: key) ?? 0, record, .ahead) }
                            }
                            for index in group.indices {
                                group[index].with { key, record in _ = body(integer(ofKey: key) ?? 0, record, .near) }
                            }
                        }
                        for index in group.indices where !isOver {
                            group[index].with { key, record in
                                if integer(ofKey: key) != next {
                                    damage = StoreError(.damaged, "the log has no record at position \(next)")
                                    isOver = true
                                } else if body(next, record, .here), next < through {
                                    next += 1
                                } else {
                                    isOver = true
                                }
                            }
                        }
                        left -= group.count
                        return !isOver && left > 0
                    }
                }
                // After the last record the next seek finds none, which ends the scan.
                if !isOver { try transaction.renew() }
            }
        } catch {
            throw StoreError(error)
        }
        if let damage { throw damage }
    }
}
