/// A data directory in which a part is gone, empty, or another log's: a part that cannot be made again stops the start,
/// and a refusal changes nothing.

import Foundation
import Glibc
import LMDB
import Testing

/// Two data directories as two services left them, for copying: every part is there and is not empty.
private struct Left {
    static let number = 79_001_234_567

    let home: String
    let secret: String

    var data: String { home + "/one/data" }
    var other: String { home + "/two/data" }

    init(in home: String) throws {
        self.home = home
        secret = try Self.fill(home + "/one")
        _ = try Self.fill(home + "/two")
    }

    private static func fill(_ home: String) throws -> String {
        try FileManager.default.createDirectory(atPath: home + "/kept", withIntermediateDirectories: true)
        // Small tables and runs, so that both indexes are written.
        return try Service.run(["--keys-per-table", "256", "--history-per-run", "256"], home: home + "/kept") {
            service in
            let admin = try service.signIn()
            try admin.activate(number)
            try admin.send((1...700).map { "TOPUP \(number) 1 ref=r\($0) id=i\($0)\n" }.joined())
            for _ in 1...700 { guard try admin.reply().isOK else { throw HarnessError("a top-up was refused") } }
            guard try eventually({ Int(try admin.call("STATS")["keys_indexed_through"] ?? "") ?? 0 > 0 }) else {
                throw HarnessError("no ids were indexed")
            }
            guard try eventually({ try admin.hasIndexedHistory() }) else {
                throw HarnessError("no history was indexed")
            }
            let secret = try service.adminSecret
            guard try service.terminate() == .exited(0) else { throw HarnessError("it did not stop") }
            try FileManager.default.moveItem(atPath: service.data, toPath: home + "/data")
            return secret
        }
    }
}

@Suite("A data directory that lacks a part", .realProcess)
struct LostPartTests {
    enum Part: String, CaseIterable {
        case log, vault, masterKey = "master.key", adminSecret = "admin.secret", index, history, snapshots, tree

        /// True if its contents are nowhere else.
        var isNeeded: Bool { [.log, .vault, .masterKey].contains(self) }
    }

    enum Loss: CaseIterable {
        case gone, empty, hollow, anotherLogs
    }

    private func withLeft(_ body: (Left) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(try Left(in: home))
    }

    /// A copy of the directories that were left.
    private func withCopy(of left: Left, _ body: (_ data: String) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.copyItem(atPath: left.data, toPath: home + "/data")
        try body(home + "/data")
    }

    private func lose(_ part: Part, _ loss: Loss, of data: String, _ left: Left) throws {
        let path = data + "/" + part.rawValue
        let files = FileManager.default
        let isFile = [.masterKey, .adminSecret].contains(part)
        let filesInIt = isFile ? [path] : try files.contentsOfDirectory(atPath: path).map { path + "/" + $0 }
        switch loss {
        case .gone: try files.removeItem(atPath: path)
        case .empty where isFile: try #require(truncate(path, 0) == 0)
        case .empty: for file in filesInIt { try files.removeItem(atPath: file) }
        case .hollow: for file in filesInIt { try #require(truncate(file, 0) == 0) }
        case .anotherLogs:
            try files.removeItem(atPath: path)
            try files.copyItem(atPath: left.other + "/" + part.rawValue, toPath: path)
        }
    }

    /// Every file but the locks.
    private func contents(_ data: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: data) where !name.hasSuffix("lock.mdb") {
            if name != "lock" { found[name] = FileManager.default.contents(atPath: data + "/" + name) ?? Data() }
        }
        return found
    }

    private func start(_ data: String) throws -> ChildProcess {
        try ChildProcess(
            Programs.kabinetd,
            [
                "--data", data, "--listen", "127.0.0.1:0", "--keys-per-table", "256", "--history-per-run", "256",
            ],
            errors: data + "-stderr")
    }

    /// Expects one line that explains how to go on, status 78, and an unchanged directory.
    private func expectRefused(_ data: String, says words: [String], _ what: String) throws {
        let before = try contents(data)
        let (output, status) = try start(data).finish(within: 60)
        let said = try String(contentsOfFile: data + "-stderr", encoding: .utf8)
        #expect(status == .exited(78) && output.isEmpty, "\(what): \(said)")
        // A snapshot may have been read before that.
        #expect(said.split(separator: "\n").filter { $0.hasPrefix("kabinetd: ") }.count == 1, "\(what): \(said)")
        for word in words { #expect(said.contains(word), "\(what): \(said)") }
        #expect(try contents(data) == before, "\(what)")
        try FileManager.default.removeItem(atPath: data + "-stderr")
    }

    /// Expects that all acknowledged changes are there, and are not done again.
    private func expectServed(_ data: String, _ secret: String, _ what: String) throws {
        let process = try start(data)
        defer { process.send(signal: SIGKILL) }
        let line = try process.output.line(within: 60)
        let said = try String(contentsOfFile: data + "-stderr", encoding: .utf8)
        let port = try #require(line?.split(separator: ":").last.flatMap { UInt16($0) }, "\(what): \(said)")
        let admin = try LineConnection(port: port)
        try admin.expectOK("AUTH admin \(secret)")
        #expect(try admin.call("BALANCE \(Left.number)")["balance"] == "700.00", "\(what)")
        for n in [1, 300, 700] {
            #expect(try admin.call("TOPUP \(Left.number) 1 ref=r\(n) id=i\(n)")["repeated"] == "1", "\(what)")
        }
        #expect(try eventually { try admin.hasIndexedHistory() }, "\(what)")
        #expect(try admin.expectOK("PAYMENTS \(Left.number) limit=1000").rows.count == 700, "\(what)")
        #expect(try admin.call("STATS")["history_index"] == "ok", "\(what)")
        #expect(try admin.call("VERIFY")["result"] == "ok", "\(what)")
        try admin.activate(Left.number + 1)
        process.send(signal: SIGTERM)
        #expect(try process.wait(within: 30) == .exited(0), "\(what)")
    }

    @Test(
        "A missing part that cannot be rebuilt stops the start without a change, and other parts are rebuilt",
        arguments: Part.allCases)
    func lost(part: Part) throws {
        try withLeft { left in
            for loss in Loss.allCases {
                try withCopy(of: left) { data in
                    try lose(part, loss, of: data, left)
                    let what = "\(part.rawValue) \(loss)"
                    guard part.isNeeded else { return try expectServed(data, left.secret, what) }
                    try expectRefused(data, says: [data, "restore"], what)
                }
            }
        }
    }

    @Test("Any single part shows that there was a log, and the message says how to begin a new one")
    func oneLeft() throws {
        try withLeft { left in
            for part in Part.allCases where part != .log {
                try withCopy(of: left) { data in
                    for other in Part.allCases where other != part {
                        try FileManager.default.removeItem(atPath: data + "/" + other.rawValue)
                    }
                    try expectRefused(data, says: [part.rawValue, "kabinet restore", "empty"], part.rawValue)
                }
            }
        }
    }

    @Test("The tools refuse a directory without its log with a message and status 78")
    func tools() throws {
        try withLeft { left in
            try withCopy(of: left) { data in
                try lose(.log, .gone, of: data, left)
                let before = try contents(data)
                for words in [
                    ["replay", data], ["backup", data, data + "-backup"], ["backup", "--vault", data, data + "-keys"],
                    ["dump", data], ["export", data, "--format", "csv"], ["verify", data], ["audit", data],
                    ["explain", data, "\(Left.number)"], ["diff", data, "--from", "1"],
                ] {
                    let (status, said) = try tool(words)
                    #expect(status == .exited(78) && said.contains("kabinet restore"), "\(words): \(said)")
                    #expect(try contents(data) == before, "\(words)")
                }
            }
        }
    }

    @Test("A lost log is restored as the message says, only beside its own vault")
    func restored() throws {
        try withLeft { left in
            try withCopy(of: left) { data in
                let backups = ["one": left.data, "two": left.other]
                for (name, source) in backups {
                    let made = try tool(["backup", source, data + "-" + name])
                    #expect(made.status == .exited(0), "\(made)")
                }
                try lose(.log, .gone, of: data, left)
                let refused = try tool(["restore", data + "-two", data])
                #expect(refused.status == .exited(1) && refused.said.contains("another log's"), "\(refused)")
                let restored = try tool(["restore", data + "-one", data])
                #expect(restored.status == .exited(0), "\(restored)")
                try expectServed(data, left.secret, "restored")
            }
        }
    }

    private func tool(_ words: [String]) throws -> (status: ExitStatus, said: String) {
        let errors = try makeTemporaryDirectory() + "/errors"
        defer { try? FileManager.default.removeItem(atPath: (errors as NSString).deletingLastPathComponent) }
        let status = try ChildProcess(Programs.binaries + "/kabinet", words, errors: errors).finish(within: 60).status
        return (status, try String(contentsOfFile: errors, encoding: .utf8))
    }

    @Test("A vault of another log is refused, with its own master key too, and an unnamed vault by its keys")
    func anotherVault() throws {
        try withLeft { left in
            for isNamed in [true, false] {
                try withCopy(of: left) { data in
                    try lose(.vault, .anotherLogs, of: data, left)
                    try lose(.masterKey, .anotherLogs, of: data, left)
                    if !isNamed { try unname(data) }
                    try expectRefused(data, says: ["another log", "restore"], "named: \(isNamed)")
                }
            }
        }
    }

    @Test("A vault of an older build without a name is accepted with its log and gets the log's name")
    func unnamed() throws {
        try withLeft { left in
            try withCopy(of: left) { data in
                try unname(data)
                try expectServed(data, left.secret, "unnamed")
                #expect(try name(data) != nil)
                try expectServed(data, left.secret, "named")
            }
        }
    }

    private func unname(_ data: String) throws {
        let vault = try Environment(path: data + "/vault")
        let meta = try vault.openDatabase("meta")
        try vault.write { transaction throws(LMDBError) in
            _ = try transaction.delete(Array("log".utf8), in: meta)
        }
    }

    private func name(_ data: String) throws -> [UInt8]? {
        let vault = try Environment(path: data + "/vault")
        let meta = try vault.openDatabase("meta")
        return try vault.read { transaction throws(LMDBError) in try transaction.get(Array("log".utf8), in: meta) }
    }

    @Test("A first start that was interrupted at any point begins again")
    func halfMade() throws {
        try withLeft { left in
            // Parts besides the mark; the vault has no use here, because no event was sealed under its keys.
            for parts in [[], ["master.key"], ["master.key", "vault"], ["master.key", "vault", "log.new"]] {
                for isHollow in [false, true] { try halfMade(parts, isHollow, left) }
            }
        }
    }

    private func halfMade(_ parts: [String], _ isHollow: Bool, _ left: Left) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let data = home + "/data"
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        for part in parts {
            let source = part == "log.new" ? "log" : part
            try FileManager.default.copyItem(atPath: "\(left.other)/\(source)", toPath: "\(data)/\(part)")
            if isHollow { _ = truncate("\(data)/\(part)\(part == "master.key" ? "" : "/data.mdb")", 0) }
        }
        try Data().write(to: URL(filePath: data + "/first-start"))
        let process = try start(data)
        defer { process.send(signal: SIGKILL) }
        let line = try #require(try process.output.line(within: 60), "\(parts)")
        let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
        let admin = try LineConnection(port: port)
        let secret = try String(contentsOfFile: data + "/admin.secret", encoding: .utf8)
        try admin.expectOK("AUTH admin " + secret.trimmingCharacters(in: .newlines))
        try admin.activate(Left.number)
        #expect(access(data + "/first-start", F_OK) != 0)
    }
}
