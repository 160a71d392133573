/// Reads events, on any thread: one, a range, an account's history, all of them.

package import Accounts
internal import EventCoding

extension EventReader {
    package func event(at position: Position) throws(LogError) -> (meta: EventMeta, event: Event) {
        try flatten(
            try storing { () throws(StoreError) in
                try withRecord(at: position) { bytes in decode(bytes, position) }
            })
    }

    /// XXH64 of a record: shows whether the log there is unchanged.
    package func recordDigest(at position: Position) throws(StoreError) -> UInt64 {
        try withRecord(at: position) { XXH64.hash($0) }
    }

    /// The principal, times and account of an event, without its payload.
    package func meta(at position: Position) throws(LogError) -> EventMeta {
        try flatten(
            try storing { () throws(StoreError) in
                try withRecord(at: position) { bytes in decodeMeta(bytes, position) }
            })
    }

    /// Reads the events `from` to `through`, both included, in order, until the body returns false or the log ends.
    package func events(
        from: Position = 1, through: Position = .max, _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) {
        var failure: RecordError?
        try storing { () throws(StoreError) in
            try scan(from: from, through: through) { position, bytes in
                switch decode(bytes, position) {
                case .success(let (meta, event)): return body(meta, event)
                case .failure(let error):
                    failure = error
                    return false
                }
            }
        }
        if let failure { throw .record(failure) }
    }

    /// Reads the events of one account, the newest first: follows `previous` from the account's last position, for at
    /// most `limit` of them. Returns the position to go on from; 0 if there is none.
    @discardableResult
    package func history(
        of account: AccountIndex, from last: Position, limit: Int = .max, _ body: (EventMeta, Event) -> Bool
    ) throws(LogError) -> Position {
        var next = last
        var left = limit
        while next > 0, left > 0 {
            let (meta, event) = try self.event(at: next)
            guard meta.account == account, meta.previous < next else {
                throw .order(LogOrder.Fault(position: next, reason: .strangeHistory(account: account)))
            }
            guard body(meta, event) else { return meta.previous }
            next = meta.previous
            left -= 1
        }
        return next
    }
}
