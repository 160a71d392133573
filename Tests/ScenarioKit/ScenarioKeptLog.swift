/// A log that an earlier build wrote, kept as a dump, and the replies to reads of its states.

internal import Accounts
internal import Engine
internal import EventLog
internal import Foundation
internal import TestSupport

extension Scenario {
    /// The state that these records make, at the time of the last; no due fee is taken.
    package convenience init(records: [[UInt8]]) {
        self.init(disk: MemoryDisk(records: records))
        takesDue = false
    }

    /// The log as `kabinet dump` writes it.
    package func dump() throws -> [UInt8] {
        var text: [UInt8] = []
        let identity = LogIdentity(id: Hash128(high: 0x6b65_7074, low: 1), created: Instant(milliseconds: 0))
        try path.log.makeReader().dump(identity) { text += copy $0 }
        return text
    }

    /// The records of a dump.
    package static func records(ofDump text: [UInt8]) throws -> [[UInt8]] {
        let lines = text.split(separator: UInt8(ascii: "\n"))
        return try lines.dropFirst().map { line in
            struct Line: Decodable { let record: String }
            guard let record = decodeBase64URL(try JSONDecoder().decode(Line.self, from: Data(line)).record.utf8)
            else { throw StoreError(.missing, "a line of the dump has no record") }
            return record
        }
    }

    /// Every event and its effective time, in Swift's words, without the times at which they were recorded.
    package func eventLines() throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try path.log.makeReader().events(from: 1) { meta, event in
            lines.append(Array("\(meta.account) \(meta.effective) \(event)".utf8))
            return true
        }
        return lines
    }

    /// The last position of the log.
    package var last: UInt64 { path.log.last }

    /// The projections and accounts whose rows at a position are other ones if their own events alone make them, with or
    /// without the index.
    package func differencesOfOwnEvents(at position: UInt64) throws -> [String] {
        let reader = path.log.makeReader()
        let whole = Replayed(reader, through: position).taken()
        let index = HistoryIndex()
        while try index.follow(reader) {}
        let operators = AccountEnd(0, path.state)
        var differences: [String] = []
        for index in [nil, index] {
            let past = PastAccounts(reader, index: index)
            for account in 1..<whole.directory.next where whole.directory[account].kind != .organization {
                let state = try past.state(of: [AccountEnd(account, path.state)], at: position, operator: operators)
                let own = state.row(of: 1, encode: SnapshotFormat.encode)
                let all = whole.row(of: account, encode: SnapshotFormat.encode)
                for (projection, bytes) in all where own[projection] != bytes {
                    differences.append("\(projection) \(account)")
                }
            }
        }
        return differences
    }

    /// The types of the log's events.
    package func eventTypes() throws -> Set<String> {
        var types: Set<String> = []
        try path.log.makeReader().events(from: 1) { _, event in
            types.insert(event.typeName)
            return true
        }
        return types
    }
}
