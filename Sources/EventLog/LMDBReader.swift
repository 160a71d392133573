/// Committed records of a log in LMDB, for any thread.

package import Accounts
internal import LMDB

package struct LMDBReader: EventReader {
    let environment: Environment
    let records: Database

    /// One view lasts at most so many records: while it lasts, pages that the writer replaced stay in use.
    private static let recordsPerView = 8192

    package var last: Position {
        get throws(StoreError) {
            let key = try storing { () throws(LMDBError) in
                try environment.read { transaction throws(LMDBError) in try lastKey(transaction) }
            }
            guard let key else { throw StoreError(.damaged, "a key of the log is not a position") }
            return key
        }
    }

    /// The last position, held against the number of entries: a record that is missing shows.
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
        from: Position, through: Position, lookingAhead: Int,
        _ body: (Position, RawSpan, _ isAhead: Bool) -> Bool
    ) throws(StoreError) {
        precondition(from > 0, "positions begin at 1")
        var next = from
        var isOver = next > through
        var damage: StoreError?
        do throws(LMDBError) {
            var transaction = try ReadTransaction(environment)
            while !isOver {
                try transaction.withCursors(records) { cursor, scout throws(LMDBError) in
                    guard try cursor.seek(atOrAfter: integerKey(next).span.bytes) else {
                        isOver = true
                        return
                    }
                    var left = Self.recordsPerView
                    // Records of the group that the scout has shown and that are yet to come.
                    var shown = 0
                    var scoutGoesOn = false
                    if lookingAhead > 0 { scoutGoesOn = try scout.seek(atOrAfter: integerKey(next).span.bytes) }
                    try cursor.forEach { key, record in
                        if shown == 0 {
                            while scoutGoesOn, shown < lookingAhead {
                                scout.withEntry { _ = body(integer(ofKey: $0) ?? 0, $1, true) }
                                shown += 1
                                // What it cannot read, the reader behind it will not be able to, and says so.
                                scoutGoesOn = (try? scout.next()) ?? false
                            }
                        }
                        shown = max(0, shown - 1)
                        guard integer(ofKey: key) == next else {
                            damage = StoreError(.damaged, "the log has no record at position \(next)")
                            isOver = true
                            return false
                        }
                        guard body(next, record, false), next < through else {
                            isOver = true
                            return false
                        }
                        next += 1
                        left -= 1
                        return left > 0
                    }
                }
                // Past the last record the next seek finds none.
                if !isOver { try transaction.renew() }
            }
        } catch {
            throw StoreError(error)
        }
        if let damage { throw damage }
    }
}
