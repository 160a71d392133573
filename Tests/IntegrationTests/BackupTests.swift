/// Backups of the real process, restores of them, and the files left when either is killed or finds no room.

import Foundation
import Testing

@Suite("Backup and restore", .realProcess)
struct BackupTests {
    private func kabinet(_ service: Service, _ arguments: String...) throws -> (output: String, status: ExitStatus) {
        try start(service, arguments).finish(within: 120)
    }

    /// Its messages about errors go to `home/tool`.
    private func start(_ service: Service, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Programs.binaries + "/kabinet", arguments, errors: service.home + "/tool")
    }

    private func complaints(_ service: Service) -> String {
        (try? String(contentsOfFile: service.home + "/tool", encoding: .utf8)) ?? ""
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// A service whose log has some megabytes.
    private func run(payments: Int = 12_000, _ body: (Service, LineConnection) throws -> Void) throws {
        try Service.run { service in
            let admin = try service.signIn()
            for index in 0..<5 { try admin.activate(number(index)) }
            for start in stride(from: 0, to: payments, by: 400) {
                try admin.send((start..<(start + 400)).map { topUp($0) }.joined())
                for _ in 0..<400 { #expect(try admin.reply().isOK) }
            }
            try body(service, admin)
        }
    }

    private func number(_ index: Int) -> Int { 79_001_234_500 + index }
    private func topUp(_ payment: Int) -> String {
        "TOPUP \(number(payment % 5)) \(payment % 90 + 1).5 ref=ref-\(payment) id=id-\(payment)\n"
    }

    private func balances(_ connection: LineConnection) throws -> [String?] {
        try (0..<5).map { try connection.call("BALANCE \(number($0))")["balance"] }
    }

    @Test("A backup under load holds every event that was acknowledged before it")
    func underLoad() throws {
        try run(payments: 400) { service, admin in
            let load = try start(
                service,
                [
                    "load", "--connect", "127.0.0.1:\(service.port)", "--admin-of", service.data, "--prepare",
                    "--accounts", "50", "--connections", "5", "--seconds", "60", "--mix", "topup=1", "--json",
                ])
            #expect(try eventually(within: 30) { try admin.call("STATS")["events"].flatMap { Int($0) } ?? 0 > 2000 })
            for (index, isOverTheWire) in [true, false, true, false].enumerated() {
                let acknowledged = try #require(try admin.expectOK(String(topUp(50_000 + index).dropLast()))["seq"])
                let path = service.home + "/backup\(index)"
                let position: String?
                if isOverTheWire {
                    position = try admin.expectOK("BACKUP \(path)")["position"]
                } else {
                    let (output, status) = try kabinet(service, "backup", service.data, path, "--json")
                    #expect(status == .exited(0), "\(complaints(service))")
                    let report = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                    position = (report?["position"] as? Int).map { "\($0)" }
                }
                let last = try #require(position.flatMap { Int($0) })
                #expect(last >= Int(acknowledged) ?? .max)
            }
            load.send(signal: SIGINT)
            _ = try load.finish(within: 30)
            let whole = try kabinet(service, "dump", service.data).output.split(separator: "\n").dropFirst()
            for index in 0..<4 {
                let part = try kabinet(service, "dump", service.home + "/backup\(index)").output
                    .split(separator: "\n").dropFirst()
                #expect(part.elementsEqual(whole.prefix(part.count)), "backup \(index)")
            }
        }
    }

    @Test("A service on a restored log has the same balances and refuses a payment that it already has")
    func served() throws {
        try run { service, admin in
            let before = try balances(admin)
            let reply = try admin.expectOK("BACKUP \(service.home)/b")
            #expect(try kabinet(service, "backup", "--vault", service.data, service.home + "/v").status == .exited(0))
            #expect(try admin.call("STATS")["backup_position"] == reply["position"])
            try admin.expectOK("TOPUP \(number(0)) 1000 ref=later")
            #expect(try service.terminate() == .exited(0))

            let old = service.home + "/old"
            try FileManager.default.moveItem(atPath: service.data, toPath: old)
            let (output, status) = try kabinet(
                service, "restore", service.home + "/b", service.data, "--vault", service.home + "/v")
            #expect(status == .exited(0), "\(complaints(service))")
            #expect(output.contains("put the master key into"))
            for name in ["master.key", "admin.secret"] {
                try FileManager.default.copyItem(atPath: "\(old)/\(name)", toPath: "\(service.data)/\(name)")
            }
            try service.restart()
            let again = try service.signIn()
            #expect(try balances(again) == before)
            #expect(try again.call("TRIAL.BALANCE")["sum"] == "0.00")
            #expect(try again.call(String(topUp(1).dropLast()))["repeated"] == "1")
            // The names' keys are in the vault: a registration opens nothing, a new account makes a key.
            try again.activate(number(9))
            _ = try service.terminate()
        }
    }

    @Test("A service starts on a restored log only after its keys are restored")
    func withoutKeys() throws {
        try run(payments: 400) { service, admin in
            try admin.expectOK("BACKUP \(service.home)/b")
            #expect(try kabinet(service, "backup", "--vault", service.data, service.home + "/v").status == .exited(0))
            #expect(try service.terminate() == .exited(0))
            let old = service.home + "/old"
            try FileManager.default.moveItem(atPath: service.data, toPath: old)
            let restored = try kabinet(service, "restore", service.home + "/b", service.data)
            #expect(restored.output.contains("kabinet restore VAULTBACKUP"))
            try FileManager.default.copyItem(atPath: old + "/master.key", toPath: service.data + "/master.key")
            let refused = try ChildProcess(
                Programs.kabinetd, ["--data", service.data, "--listen", "127.0.0.1:0"],
                errors: service.home + "/refused")
            #expect(try refused.finish(within: 30).status == .exited(78))
            #expect(try kabinet(service, "restore", service.home + "/v", service.data).status == .exited(0))
            try service.restart()
        }
    }

    @Test("One BACKUP runs at a time, and others get busy")
    func busy() throws {
        try run { service, _ in
            let (port, secret, home) = (service.port, try service.adminSecret, service.home)
            let replies = try concurrently(6) { index in
                let connection = try LineConnection(port: port)
                try connection.expectOK("AUTH admin \(secret)")
                return try connection.call("BACKUP \(home)/b\(index)")
            }
            #expect(replies.contains { $0.isOK })
            for (index, reply) in replies.enumerated() {
                #expect(reply.isOK || reply.error == "busy", "\(reply.closing)")
                #expect(isThere("\(home)/b\(index)") == reply.isOK)
                #expect(!isThere("\(home)/b\(index).unfinished"))
            }
        }
    }

    @Test("BACKUP refuses a wrong path with the argument and a code")
    func refused() throws {
        try run(payments: 400) { service, admin in
            try admin.expectOK("BACKUP \(service.home)/b")
            for (path, code) in [
                ("b", "invalid_text"), ("\"\"", "invalid_text"), ("\(service.home)/b", "already_exists"),
                ("\(service.home)/b/", "already_exists"), ("/", "already_exists"), ("\(service.home)/x/b", "not_found"),
                ("/proc/kabinet", "not_found"), ("\"\(service.home)/\\n\"", "invalid_text"),
                ("/" + String(repeating: "x", count: 1024), "invalid_text"),
            ] {
                let reply = try admin.call("BACKUP \(path)")
                #expect(reply.error == code, "\(path): \(reply.closing)")
                #expect(reply["field"] == "path")
            }
            #expect(try admin.call("STATS")["backup"] == "idle")
        }
    }

    @Test(
        "A backup on a full disk removes its unfinished copy and reports that",
        .enabled(if: FullDisk.canBeHad))
    func fullDisk() throws {
        try run { service, admin in
            let disk = service.home + "/disk"
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
            for size in ["64k", "1m"] {
                let (left, status) = try FullDisk.run(
                    [Programs.binaries + "/kabinet", "backup", service.data, disk + "/b"], on: disk, size: size,
                    errors: service.home + "/tool")
                #expect(status == .exited(1))
                #expect(left == "")
                #expect(complaints(service).contains("there is no room on the disk"))
                #expect(complaints(service).contains("the unfinished copy was removed: make room"))
            }
            let (left, status) = try FullDisk.run(
                [Programs.binaries + "/kabinet", "dump", service.data, disk + "/d"], on: disk, size: "1m")
            #expect(status == .exited(1))
            #expect(left == "")
            let enough = try FullDisk.run(
                [Programs.binaries + "/kabinet", "backup", service.data, disk + "/b"], on: disk, size: "64m")
            #expect(enough.left == "b\n")
            #expect(enough.status == .exited(0))
            #expect(try balances(admin).count == 5)
        }
    }

    @Test("A killed backup leaves no file under its name, and the next one is complete")
    func backupKilled() throws {
        var random = SeededGenerator("kill -9 of a backup")
        try run { service, admin in
            let path = service.home + "/b"
            for _ in 0..<5 {
                // At this rate it takes longer than any of the waits.
                let tool = try start(service, ["backup", "--rate", "1", service.data, path])
                #expect(try eventually { isThere(path + ".unfinished/log.new/data.mdb") })
                usleep(UInt32.random(in: 0...300_000, using: &random))
                tool.send(signal: SIGKILL)
                #expect(try tool.wait(within: 10) == .signalled(SIGKILL))
                #expect(!isThere(path))
            }
            #expect(try kabinet(service, "backup", service.data, path).status == .exited(0))
            #expect(!isThere(path + ".unfinished"))
            #expect(try kabinet(service, "restore", path, service.home + "/r").status == .exited(0))
            #expect(try balances(admin).count == 5)
        }
    }

    @Test("A killed restore leaves no log or a complete one, and can be repeated")
    func restoreKilled() throws {
        var random = SeededGenerator("kill -9 of a restore")
        try run { service, admin in
            try admin.expectOK("BACKUP \(service.home)/b")
            for round in 0..<8 {
                let data = "\(service.home)/r\(round)"
                let tool = try start(service, ["restore", service.home + "/b", data])
                #expect(try eventually { isThere(data + "/log.new") || isThere(data + "/log") })
                usleep(UInt32.random(in: 0...200_000, using: &random))
                tool.send(signal: SIGKILL)
                _ = try tool.wait(within: 10)
                if !isThere(data + "/log") {
                    #expect(try kabinet(service, "restore", service.home + "/b", data).status == .exited(0))
                }
                #expect(
                    try kabinet(service, "dump", data).output == kabinet(service, "dump", service.home + "/b").output)
            }
        }
    }

    @Test("A backup with any changed byte is refused with a message or gives the same log")
    func anyByte() throws {
        var random = SeededGenerator("a backup with a byte that turned")
        try run(payments: 2000) { service, admin in
            try admin.expectOK("BACKUP \(service.home)/b")
            let file = URL(filePath: service.home + "/b/log/data.mdb")
            let whole = try Data(contentsOf: file)
            let dump = try kabinet(service, "dump", service.home + "/b").output
            var refused = 0
            for round in 0..<40 {
                var turned = whole
                // Half of the changed bytes are at the start of a page, where its type is.
                let page = Int.random(in: 0..<(whole.count / 4096), using: &random) * 4096
                let place = page + Int.random(in: 0..<(round % 2 == 0 ? 32 : 4096), using: &random)
                turned[place] ^= UInt8.random(in: 1...255, using: &random)
                try turned.write(to: file)
                let data = "\(service.home)/r\(round)"
                let status = try kabinet(service, "restore", service.home + "/b", data).status
                if status == .exited(0) {
                    #expect(try kabinet(service, "dump", data).output == dump, "byte \(place)")
                } else {
                    refused += 1
                    #expect(status == .exited(1), "byte \(place)")
                    #expect(complaints(service).contains("was made"), "byte \(place)")
                    #expect(!isThere(data + "/log"))
                }
                try? FileManager.default.removeItem(atPath: service.home + "/tool")
            }
            print("a backup with a byte that turned: \(refused) of 40 were refused")
        }
    }
}

/// A small disk of the system's own, which a process may have to itself without being root.
private enum FullDisk {
    static let unshare = "/usr/bin/unshare"

    static let canBeHad: Bool = {
        guard access(unshare, X_OK) == 0, let directory = try? makeTemporaryDirectory() else { return false }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return (try? run(["/bin/true"], on: directory, size: "64k").status) == .exited(0)
    }()

    /// Runs a command with an empty disk mounted on a directory; returns the files that it left there.
    static func run(
        _ command: [String], on directory: String, size: String, errors: String? = nil
    ) throws -> (left: String, status: ExitStatus) {
        let script = """
            mount -t tmpfs -o size=\(size) tmpfs "$1" || exit 99
            directory=$1; shift
            "$@" >&2; status=$?
            ls -A "$directory"; exit $status
            """
        let shell = try ChildProcess(
            unshare, ["-rm", "/bin/sh", "-c", script, "sh", directory] + command, errors: errors)
        let (left, status) = try shell.finish(within: 60)
        return (left, status)
    }
}
