/// ERASE leaves nothing of the person's key on disk, whenever the process ends, and whatever vault it starts on.

import Accounts
import EventLog
import Foundation
import LMDB
import Testing

@Suite(.realProcess)
struct ErasureTests {
    private static let erased = 79_001_234_501
    private static let other = 79_001_234_502

    /// The wrapped key of each activated number, as the vault's file has it.
    private func wrappedKeys(_ service: Service) throws -> [Int: [UInt8]] {
        var ids: [Int: [UInt8]] = [:]
        _ = try ReadOnlyLog(data: service.data).reader.replay { _, event in
            if case .subscriberActivated(let e) = event { ids[Int(e.msisdn)] = e.keyID }
        }
        var options = Environment.Options()
        options.isReadOnly = true
        let vault = try Environment(path: service.data + "/vault", options: options)
        let keys = try vault.openDatabase("keys")
        return try vault.read { view throws(LMDBError) in
            var wrapped: [Int: [UInt8]] = [:]
            for (number, id) in ids { wrapped[number] = try view.get(id, in: keys) }
            return wrapped
        }
    }

    /// The files of the data directory that have these bytes anywhere.
    private func files(_ service: Service, with bytes: [UInt8]) throws -> [String] {
        let names = try #require(FileManager.default.subpaths(atPath: service.data))
        return names.filter { name in
            let data = FileManager.default.contents(atPath: service.data + "/" + name) ?? Data()
            return data.range(of: Data(bytes)) != nil
        }
    }

    private func withTwoNumbers(_ body: (Service, _ erased: [UInt8], _ other: [UInt8]) throws -> Void) throws {
        try Service.run { service in
            let admin = try service.signIn()
            for number in [Self.erased, Self.other] { try admin.activate(number) }
            let keys = try wrappedKeys(service)
            let (erased, other) = (try #require(keys[Self.erased]), try #require(keys[Self.other]))
            // Given that the search finds bytes that are there,
            #expect(try files(service, with: erased) == ["vault/data.mdb"])
            try body(service, erased, other)
            // then in the end only the vault is left, with the other's key.
            #expect(try files(service, with: erased) == [])
            #expect(try files(service, with: other) == ["vault/data.mdb"])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: service.data).filter { $0.hasPrefix("vault") } == [
                    "vault"
                ])
        }
    }

    @Test("After the reply to ERASE no file has the key, and the vault works")
    func isDestroyed() throws {
        try withTwoNumbers { service, erased, _ in
            let admin = try service.signIn()
            try admin.expectOK("ERASE \(Self.erased) id=once")
            #expect(try files(service, with: erased) == [])
            #expect(try admin.expectOK("ERASE \(Self.erased) id=once")["repeated"] == "1")
            try admin.activate(Self.other + 1)
            try service.killHard()
            try service.restart()
            #expect(try wrappedKeys(service)[Self.other + 1] != nil)
        }
    }

    @Test("The certificate shows the destroyed key, the time, the principal, and whether the vault still has the key")
    func certificate() throws {
        try withTwoNumbers { service, erased, _ in
            let admin = try service.signIn()
            try admin.expectOK("PROFILE.SET \(Self.erased) name=Anna email=anna@example.org")
            try FileManager.default.copyItem(atPath: service.data + "/vault", toPath: service.home + "/older")
            let seq = try #require(try admin.expectOK("ERASE \(Self.erased)")["seq"])
            func certificate(_ arguments: String...) throws -> (output: String, status: ExitStatus) {
                let tool = try ChildProcess(
                    Programs.binaries + "/kabinet", ["erasure", service.data, seq] + arguments,
                    errors: service.home + "/said")
                return try tool.finish(within: 60)
            }
            let text = try certificate()
            #expect(text.status == .exited(0))
            for words in [
                "CERTIFICATE OF ERASURE", "msisdn          \(Self.erased)", "principal       admin",
                "sealed_texts    4", "vault           does not have the key", "person_erased",
            ] { #expect(text.output.contains(words), "\(words): \(text.output)") }
            #expect(!text.output.contains("Anna"))
            let json = try certificate("--json")
            #expect(json.output.contains("\"sealed_texts\":2") && json.output.contains("\"position\":\"\(seq)\""))
            // An older copy of the vault has the key, until the next start.
            #expect(try service.terminate() == .exited(0))
            try FileManager.default.removeItem(atPath: service.data + "/vault")
            try FileManager.default.moveItem(atPath: service.home + "/older", toPath: service.data + "/vault")
            let older = try certificate()
            #expect(older.status == .exited(1) && older.output.contains("STILL HAS the key"), "\(older.output)")
            try service.restart()
            _ = erased
        }
    }

    @Test("The later erasures are applied to a vault restored from an older copy before the service starts")
    func olderVault() throws {
        try withTwoNumbers { service, erased, _ in
            let (vault, copy) = (service.data + "/vault", service.home + "/vault")
            #expect(try service.terminate() == .exited(0))
            try FileManager.default.copyItem(atPath: vault, toPath: copy)
            try service.restart()
            try service.signIn().expectOK("ERASE \(Self.erased)")
            // Once from a snapshot, the one of a clean stop, and once from the log alone.
            for snapshots in [true, false] {
                #expect(try service.terminate() == .exited(0))
                try FileManager.default.removeItem(atPath: vault)
                try FileManager.default.copyItem(atPath: copy, toPath: vault)
                if !snapshots { try FileManager.default.removeItem(atPath: service.data + "/snapshots") }
                #expect(try files(service, with: erased) == ["vault/data.mdb"])
                try service.restart()
                #expect(try files(service, with: erased) == [])
            }
        }
    }

    @Test(
        "An erasure that is killed or fails at any call is either completed by the next start or was never recorded",
        .needsTracing, .timeLimit(.minutes(15)),
        arguments: [
            ("fdatasync", "signal=KILL"), ("fsync", "signal=KILL"), ("rename", "signal=KILL"),
            ("unlink", "signal=KILL"),
            ("rmdir", "signal=KILL"), ("fdatasync", "error=EIO"), ("rename", "error=EIO"),
        ])
    func killed(call: String, fault: String) throws {
        try withTwoNumbers { service, _, _ in
            var (killed, round) = (0, 0)
            // Continues from the first call of this kind to the last, after which the service is no longer killed.
            while killed == round, round < 12 {
                round += 1
                let tracer = try Tracer(
                    service.process.pid,
                    ["-e", "trace=\(call)", "-e", "inject=\(call):\(fault):when=\(round)"],
                    into: service.home + "/calls-\(call)-\(round)")
                let admin = try service.signIn()
                let number = Self.erased
                // A call before the reply ends the connection, and one after it (the tidying once the erasure is done)
                // the service; after the last of them, nothing ends.
                let reply = try? admin.call("ERASE \(number) id=round-\(round)")
                if reply == nil { try tracer.waitForEnd() } else { try tracer.detach() }
                // Said again, because the service may be about to end after its reply.
                if reply == nil || (try? service.signIn().expectOK("ERASE \(number) id=round-\(round)")) == nil {
                    killed += 1
                    let status = fault == "error=EIO" ? ExitStatus.exited(74) : .signalled(SIGKILL)
                    #expect(try service.process.wait(within: 20) == status)
                    try service.restart()
                }
                try service.signIn().expectOK("ERASE \(number) id=round-\(round)")
            }
            #expect(killed > 0)
            print("\(fault) at each of \(killed) calls of \(call): erased when it is said again")
        }
    }

    private func move(_ service: Service, _ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: service.data + "/" + old, toPath: service.data + "/" + new)
    }

    private func copy(_ service: Service, _ old: String, _ new: String) throws {
        try FileManager.default.copyItem(atPath: service.data + "/" + old, toPath: service.data + "/" + new)
    }

    @Test("A start after an interrupted exchange of the vault uses the new or the old vault and loses no key")
    func betweenNames() throws {
        for hasNew in [true, false] {
            try Service.run { service in
                try service.signIn().activate(Self.other)
                let keys = try wrappedKeys(service)
                #expect(try service.terminate() == .exited(0))
                try move(service, "vault", "vault.old")
                if hasNew { try copy(service, "vault.old", "vault.new") }
                try service.restart()
                #expect(try wrappedKeys(service) == keys)
                let names = try FileManager.default.contentsOfDirectory(atPath: service.data)
                #expect(names.filter { $0.hasPrefix("vault") } == ["vault"])
            }
        }
    }

    @Test("An unfinished copy is never used as the vault")
    func unfinished() throws {
        try Service.run { service in
            try service.signIn().activate(Self.other)
            #expect(try service.terminate() == .exited(0))
            try copy(service, "vault", "vault.new")
            try move(service, "vault", "elsewhere")
            #expect(throws: HarnessError.self) { try service.restart() }
            #expect(try service.process.wait(within: 20) == .exited(78))
            try move(service, "elsewhere", "vault")
            try service.restart()
            #expect(try wrappedKeys(service)[Self.other] != nil)
        }
    }

    @Test("A refused second process does not change the first one's vault")
    func secondProcess() throws {
        try Service.run { service in
            try service.signIn().activate(Self.other)
            try copy(service, "vault", "vault.new")
            let second = try ChildProcess(
                Programs.kabinetd, ["--data", service.data, "--listen", "127.0.0.1:0"], errors: service.home + "/second"
            )
            #expect(try second.wait(within: 20) == .exited(78))
            #expect(try FileManager.default.contentsOfDirectory(atPath: service.data).contains("vault.new"))
            try service.signIn().expectOK("ERASE \(Self.other)")
        }
    }
}
