/// `kabinet verify`, `proof` and `checkpoint`: statuses and messages, for data that is unchanged, changed, or nonsense.

import Accounts
import EventCoding
import EventLog
import Foundation
import LMDB
import Testing

@Suite("kabinet verify", .realProcess)
struct VerifyToolTests {
    private static let number = 79_001_234_567

    /// A service with some payments, its head, and that head in a file.
    private func run(payments: Int = 300, _ body: (Service, LineConnection, Head, _ file: String) throws -> Void) throws
    {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            try admin.pay(Self.number, 0..<payments)
            let printed = try service.tool("checkpoint", "--admin-of", service.data, "--connect", address(service))
            #expect(printed.status == .exited(0), "\(printed)")
            let head = try admin.checkpoint()
            // The output is the note and no byte more or less, so that `>` keeps it.
            #expect(printed.output == head.note)
            try body(service, admin, head, service.write(printed.output, to: "kept"))
        }
    }

    private func address(_ service: Service) -> String { "127.0.0.1:\(service.port)" }

    @Test("An intact log gives status 0 and a summary, also while a service writes to it")
    func holds() throws {
        try run { service, admin, head, file in
            try admin.pay(Self.number, 1000..<1100)
            let key = try service.tool("checkpoint", "--key", "--admin-of", service.data, "--connect", address(service))
            #expect(key.output == head.key + "\n")
            let found = try service.tool("verify", service.data, "--checkpoint", file, "--key", head.key)
            #expect(found.status == .exited(0), "\(found)")
            #expect(found.complaints == "")
            #expect(found.output.contains("checkpoint   of \(head.size) events agrees\n"))
            #expect(found.output.hasSuffix("verified     all of it is as it was written\n"))
            let unsigned = try service.tool("verify", service.data, "--checkpoint", file, "--checkpoint", file)
            #expect(unsigned.status == .exited(0))
            #expect(unsigned.output.contains("its signature was not checked: add --key"))
            let json = try service.tool("verify", service.data, "--checkpoint", file, "--json")
            let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(report?["events"] as? Int == Int(head.size) + 100)
            #expect(report?["faults"] as? Int == 0)
            #expect(report?["checkpoints"] as? [Int] == [Int(head.size)])
            #expect(report?["signatures"] as? String == "not checked")
        }
    }

    @Test("Wrong usage gives status 64 and a hint, and a file that is not a checkpoint gives status 1")
    func usage() throws {
        try run(payments: 10) { service, _, head, file in
            let (data, nothing) = (service.data, service.home + "/nothing")
            for arguments in [
                [], [nothing], [service.home], [data, "--proof", file, "--key", head.key], ["--proof", file],
                ["--proof", nothing, "--key", head.key], [data, "--checkpoint", nothing], [data, "--key", "x"],
                [data, "--checkpoint", file, "--key", head.key + "="], [data, data], [data, "--no-such"],
                ["--proof", file, "--checkpoint", file, "--key", head.key],
            ] {
                let (errors, path) = (service.home + "/words", Programs.binaries + "/kabinet")
                let status = try ChildProcess(path, ["verify"] + arguments, errors: errors).finish(within: 60).status
                #expect(status == .exited(64), "\(arguments)")
                #expect(try String(contentsOfFile: errors, encoding: .utf8).count > 20)
            }
            let size = "\n\(head.size)\n"
            for text in [
                "", "\n", "hello\n", String(head.note.prefix(80)),
                head.note.replacingOccurrences(of: "\n", with: "\r\n"),
                head.note.replacingOccurrences(of: size, with: "\n\(head.size - 1)\n"),
                head.note.replacingOccurrences(of: size, with: "\n0\(head.size)\n"),
                String(repeating: "x", count: 3_000_000),
                head.note.replacingOccurrences(of: "kabinet/", with: "cabinet/"),
            ] {
                let path = try service.write(text, to: "hostile")
                let found = try service.tool("verify", data, "--checkpoint", path, "--key", head.key)
                #expect(found.status == .exited(1), "\(text.prefix(300)): \(found)")
                #expect(found.complaints.hasPrefix("kabinet: \(path): "))
                let proof = try service.tool("verify", "--proof", path, "--key", head.key)
                #expect(proof.status == .exited(1), "\(text.prefix(300)): \(proof)")
                #expect(proof.complaints.hasPrefix("kabinet: \(path): "))
            }
        }
    }

    /// Changes a record while the service does not run.
    private func change(_ data: String, at position: Position, _ body: ([UInt8]) throws -> [UInt8]) throws {
        var options = Environment.Options()
        options.maxDatabases = 4
        let environment = try Environment(path: data + "/log", options: options)
        let key = (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - 8 * $0)) }
        let records = try environment.openDatabase("records")
        let old = try environment.read { view throws(LMDBError) in try view.get(key, in: records) }
        let new = try body(#require(old))
        try environment.write { transaction throws(LMDBError) in try transaction.put(new, for: key, in: records) }
    }

    @Test("A changed record is reported with status 1, also if its checksum was made anew")
    func changed() throws {
        try run { service, _, head, file in
            #expect(try service.terminate() == .exited(0))
            let position = head.size - 100
            try change(service.data, at: position) { record in
                record.dropLast() + [record[record.count - 1] ^ 1]
            }
            var found = try service.tool("verify", service.data, "--checkpoint", file, "--key", head.key)
            #expect(found.status == .exited(1))
            #expect(found.output.contains("WRONG        position \(position), record: "), "\(found)")
            #expect(found.output.contains("WRONG        position \(position), leaf: "))
            #expect(found.output.contains("WRONG        position \(head.size), checkpoint: "))
            #expect(!found.output.contains("verified"))
            try change(service.data, at: position) { record in
                let honest = record.dropLast() + [record[record.count - 1] ^ 1]
                let bytes = Array(honest)
                var (meta, event) = try Record.decode(bytes.span.bytes, position: position)
                meta.principal += 1
                var changed: [UInt8] = []
                Record.encode(meta, event, into: &changed)
                return changed
            }
            found = try service.tool("verify", service.data, "--json")
            #expect(found.status == .exited(1))
            let report = try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any]
            let kinds = (report?["listed"] as? [[String: Any]])?.map { "\($0["kind"] ?? "") \($0["position"] ?? "")" }
            #expect(kinds?.first == "leaf \(position)")
            #expect(report?["faults"] as? Int == kinds?.count)
        }
    }

    @Test("Damaged pages of the log's file give a message and status 1, never a crash")
    func damagedPages() throws {
        var random = SeededGenerator("kabinet verify on damaged pages")
        try run(payments: 2000) { service, _, head, file in
            #expect(try service.terminate() == .exited(0))
            let path = URL(filePath: service.data + "/log/data.mdb")
            let whole = try Data(contentsOf: path)
            let pages = 2..<min(whole.count, Int(head.size) * 180) / 4096
            var refused = 0
            for round in 0..<60 {
                var damaged = whole
                let page = Int.random(in: pages, using: &random) * 4096
                switch round % 4 {
                case 0: damaged.replaceSubrange(page..<page + 4096, with: Data(count: 4096))
                case 1:
                    damaged.replaceSubrange(
                        page..<page + 16, with: Data((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }))
                case 2: damaged.replaceSubrange(page + 10..<page + 60, with: Data(repeating: 0xFF, count: 50))
                default: damaged = damaged.prefix(page + 100)
                }
                try damaged.write(to: path)
                let found = try service.tool("verify", service.data, "--checkpoint", file, "--key", head.key)
                // A page that is not in use may be anything.
                if found.status == .exited(0) { continue }
                refused += 1
                #expect(found.status == .exited(1), "round \(round), page \(page / 4096): \(found)")
                #expect(!(found.complaints + found.output).isEmpty)
                #expect(!found.output.contains("checkpoint   of"), "round \(round): \(found)")
            }
            #expect(refused > 10)
            for header in [Data(count: 8192), Data(repeating: 0x78, count: 8192), Data()] {
                try (header + whole.dropFirst(header.count)).prefix(header.isEmpty ? 0 : whole.count).write(to: path)
                let found = try service.tool("verify", service.data)
                #expect(found.status == .exited(1), "\(found)")
                #expect(found.complaints.hasPrefix("kabinet: "), "\(found)")
            }
            print("kabinet verify on damaged pages: \(refused) of 60 were refused")
        }
    }

    @Test("A proof is checked with only the key, and fails with another key, record or index")
    func proofs() throws {
        try run { service, admin, head, _ in
            for position in [1, 2, head.size / 2, head.size] {
                let printed = try service.tool(
                    "proof", "\(position)", "--admin-of", service.data, "--connect", address(service))
                #expect(printed.status == .exited(0), "\(printed)")
                let path = try service.write(printed.output, to: "proof")
                let found = try service.tool("verify", "--proof", path, "--key", head.key)
                #expect(found.status == .exited(0), "\(found)")
                #expect(found.output.hasPrefix("proved       position \(position) of \(head.size), in kabinet/"))
                let json = try service.tool("verify", "--proof", path, "--key", head.key, "--json")
                let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
                #expect(report?["seq"] as? Int == Int(position))
                var lines = printed.output.components(separatedBy: "\n")
                lines[2] = "index \(position)"
                let index = try service.write(lines.joined(separator: "\n"), to: "index")
                lines[2] = "index \(position - 1)"
                var record = try #require(Data(base64Encoded: String(lines[1].dropFirst(6))))
                record[record.count - 1] ^= 1
                lines[1] = "extra " + record.base64EncodedString()
                let changed = try service.write(lines.joined(separator: "\n"), to: "changed")
                let stranger = CheckpointSigner(seed: [UInt8](repeating: 3, count: 32), origin: "kabinet/x").key
                let twin = CheckpointSigner(
                    seed: [UInt8](repeating: 3, count: 32), origin: String(head.note.prefix { $0 != "\n" })
                ).key
                for (path, key) in [
                    (index, head.key), (changed, head.key), (path, "\(stranger)"), (path, "\(twin)"),
                ] {
                    let found = try service.tool("verify", "--proof", path, "--key", key)
                    #expect(found.status == .exited(1), "\(found)")
                    #expect(found.output == "")
                    #expect(found.complaints.hasPrefix("kabinet: \(path): "))
                }
            }
            let beyond = try service.tool("proof", "999999", "--admin-of", service.data, "--connect", address(service))
            #expect(beyond.status == .exited(1))
            #expect(beyond.complaints.contains("not_found"), "\(beyond)")
            #expect(try admin.call("STATS")["tree"] == "ok")
        }
    }

    @Test("A checkpoint that cannot be written gives status 1, and a closed pipe is not a fault")
    func notKept() throws {
        try run(payments: 10) { service, _, head, file in
            let checkpoint =
                "'\(Programs.binaries)/kabinet' checkpoint --admin-of '\(service.data)' --connect \(address(service))"
            let full = try ChildProcess(
                "/bin/sh", ["-c", checkpoint + " 2>&1 >/dev/full"]
            ).finish(within: 60)
            #expect(full.status == .exited(1))
            #expect(full.output == "kabinet: standard output cannot be written: No space left on device\n")
            let closed = try ChildProcess("/bin/sh", ["-c", checkpoint + " 2>&1 | true"]).finish(within: 60)
            #expect(closed.status == .exited(0))
            #expect(closed.output == "")
        }
    }

    @Test("After ERASE proofs, checkpoints and the log are still valid, because the tree covers encrypted texts")
    func erased() throws {
        try run(payments: 10) { service, admin, head, file in
            let erased = Self.number + 1
            let activation = try #require(try admin.activate(erased, pin: "4321")["seq"])
            let before = try service.tool(
                "proof", activation, "--admin-of", service.data, "--connect", address(service))
            try admin.expectOK("ERASE \(erased)")
            let after = try service.tool("proof", activation, "--admin-of", service.data, "--connect", address(service))
            #expect(before.output.split(separator: "\n")[1] == after.output.split(separator: "\n")[1])
            for printed in [before, after] {
                let path = try service.write(printed.output, to: "proof")
                let found = try service.tool("verify", "--proof", path, "--key", head.key)
                #expect(found.status == .exited(0), "\(found)")
                #expect(!found.output.contains("4321"))
            }
            let found = try service.tool("verify", service.data, "--checkpoint", file, "--key", head.key)
            #expect(found.status == .exited(0), "\(found)")
            #expect(try admin.areConsistent(head, try admin.checkpoint()))
        }
    }
}
