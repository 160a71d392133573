/// Reads everything in the index, to compare it with the log.

package import Accounts
internal import LMDB

package struct KeyContents: Sendable {
    package let keys: KeySum
    /// Describes an entry that is not where it should be; nil if there is none.
    package let disorder: String?

    package init(keys: KeySum, disorder: String? = nil) { (self.keys, self.disorder) = (keys, disorder) }
}

extension KeyIndex {
    /// Reads everything in one view.
    package func contents() throws(StoreError) -> KeyContents {
        try storing { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                var keys = KeySum(through: try through(transaction))
                var disorder: String?
                let named = try transaction.get(Array("runs".utf8), in: meta)
                if let named, named.count % 8 != 0 { disorder = "its list of runs has a strange size" }
                let runs = Self.runs(named)
                try transaction.withCursor(self.keys) { cursor throws(LMDBError) in
                    for run in runs {
                        guard try cursor.seek(atOrAfter: Self.key(run.number, 0, 0).span.bytes) else { break }
                        var last: Entry?
                        try cursor.forEach { key, block in
                            guard key.byteCount == Self.keyBytes, block.byteCount % Self.entryBytes == 0 else {
                                disorder = "a block of run \(run.number) has another size"
                                return false
                            }
                            let (number, fingerprint, position) = Self.parts(key)
                            guard number == run.number else { return false }
                            let entries = Self.entries(block)
                            if entries.first != Entry(fingerprint: fingerprint, position: position) {
                                disorder = "a block of run \(run.number) begins with another entry than its key"
                            }
                            for entry in entries {
                                if let last, entry <= last { disorder = "run \(run.number) is not in order" }
                                if entry.position > keys.through { disorder = "run \(run.number) is ahead of it" }
                                last = entry
                                keys.add(entry)
                            }
                            return true
                        }
                    }
                }
                return KeyContents(keys: keys, disorder: disorder)
            }
        }
    }
}
