/// A whole data directory after a crash, with both indexes beside their log, and the answers that they give then.

import Accounts
import EventLog
import Foundation
import Glibc
import Testing

final class CrashedDirectory {
    private let home: String
    private let secrets: [String: Data]
    private var disks: [Disk]
    private let images: [ImageFile]

    init(_ recording: Recording, home: String) throws {
        (self.home, secrets) = (home, recording.secrets)
        disks = recording.record.files.map { Disk($0) }
        images = try recording.record.files.map { try ImageFile(home: home, environment: $0.name) }
        for (disk, image) in zip(disks, images) { image.reset(to: disk) }
    }

    /// Passes on a directory that a crash at a time may leave. Times must not go back.
    func crash(at time: Int, using random: inout SeededGenerator, _ body: (_ data: String) throws -> Void) throws {
        for index in disks.indices {
            var durable: [Range<Int>] = []
            disks[index].advance(to: time) { durable.append($0) }
            for range in durable { images[index].keep(range, of: disks[index]) }
            _ = images[index].scatter(disks[index], using: &random)
        }
        defer { for (disk, image) in zip(disks, images) { image.restore(to: disk) } }
        let files = FileManager.default
        let data = home + "/crashed"
        try? files.removeItem(atPath: data)
        try files.copyItem(atPath: home + "/image", toPath: data)
        for (name, bytes) in secrets { try bytes.write(to: URL(filePath: data + "/" + name)) }
        for name in ["", "log", "vault", "index", "history"] { chmod("\(data)/\(name)", 0o700) }
        for name in secrets.keys { chmod("\(data)/\(name)", 0o600) }
        try body(data)
    }

    /// Opens log and indexes as a start does. Returns the last position that the index of history had. `isWhole` also
    /// compares every id.
    @available(*, noasync)
    func checkIndexes(_ data: String, isWhole: Bool, using random: inout SeededGenerator) throws -> Position {
        let store = try LMDBStore(data: data)
        let reader = store.makeReader()
        let last = try reader.last
        let history = try HistoryIndex(data: data, log: store, entriesOnDisk: 256)
        let found = history.through
        var ends: [AccountIndex: Position] = [:]
        var (left, all) = (HistorySum(through: found), HistorySum(through: last))
        try reader.events { meta, event in
            left.add(event, meta)
            all.add(event, meta)
            ends[meta.account] = meta.position
            return true
        }
        let contents = try history.contents()
        #expect(contents.sum == left && contents.disorder == nil, "through \(found) of \(last)")
        while try history.follow(reader) {}
        #expect(try history.contents().sum == all)
        let payments = Event.paymentTypes.flatMap(HistoryClass.ofType)
        for (account, end) in ends {
            let selection = HistorySelection(
                of: [account], Bool.random(using: &random) ? payments : nil, positions: 1...last)
            let newestFirst = Bool.random(using: &random)
            func page(_ index: HistoryIndex?) throws -> [Position] {
                var positions: [Position] = []
                try reader.history(
                    of: [AccountEnd(account, last: end)], selection, newestFirst: newestFirst, index: index
                ) { meta, event in
                    let own = HistoryClass.classes(of: event).own
                    if selection.classes?.contains(own) ?? true { positions.append(meta.position) }
                    return true
                }
                return positions
            }
            #expect(try page(history) == page(nil), "account \(account)")
        }
        #expect(history.isTrusted)
        let keys = try KeyIndex(data: data, log: store)
        if isWhole {
            let check = try PastStates(data: data, of: store.identity, reader).check(
                [], through: last, index: keys, history: history)
            #expect(check.faults == [])
            #expect(check.index != nil && check.history != nil)
        }
        return found
    }

    /// Starts the service on the directory. PAYMENTS of each number has the log's payments.
    func checkStart(_ data: String) throws {
        var numbers: [AccountIndex: UInt64] = [:]
        var payments: [AccountIndex: [String]] = [:]
        do {
            try ReadOnlyLog(data: data).reader.events { meta, event in
                if case .subscriberActivated(let activated) = event { numbers[meta.account] = activated.msisdn }
                if case .toppedUp = event { payments[meta.account, default: []].append("\(meta.position)") }
                return true
            }
        }
        let process = try ChildProcess(
            Programs.kabinetd,
            ["--data", data, "--listen", "127.0.0.1:0", "--keys-per-table", "256", "--history-per-run", "256"],
            errors: data + "-stderr")
        defer { process.send(signal: SIGKILL) }
        let line = try process.output.line(within: 60)
        let said = (try? String(contentsOfFile: data + "-stderr", encoding: .utf8)) ?? ""
        let port = try #require(line?.split(separator: ":").last.flatMap { UInt16($0) }, "\(said)")
        let admin = try LineConnection(port: port)
        let secret = String(decoding: secrets["admin.secret"] ?? Data(), as: UTF8.self)
        try admin.expectOK("AUTH admin " + secret.trimmingCharacters(in: .newlines))
        for isIndexed in [false, true] {
            if isIndexed { #expect(try eventually { try admin.hasIndexedHistory() }) }
            for (account, msisdn) in numbers {
                let page = try admin.call("PAYMENTS \(msisdn) limit=1000")
                // A number may have ended.
                guard page.isOK else { continue }
                #expect(page.rows.compactMap { $0["payment"] } == (payments[account] ?? []).reversed(), "\(msisdn)")
            }
        }
        #expect(try admin.call("STATS")["history_index"] == "ok")
        process.send(signal: SIGTERM)
        #expect(try process.wait(within: 30) == .exited(0))
    }
}
