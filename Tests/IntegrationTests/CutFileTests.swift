/// A data file that was cut short: each program that opens it reports that, and none is ended by a signal.

import Foundation
import Glibc
import Testing

@Suite("A truncated data file", .realProcess)
struct CutFileTests {
    private static let number = 79_001_234_567

    enum Cut: CaseIterable {
        case all, halfAPage, onePage, twoPages, half

        func bytes(of size: Int) -> Int {
            switch self {
            case .all: 0
            case .halfAPage: 2048
            case .onePage: 4096
            case .twoPages: 8192
            case .half: size / 2
            }
        }
    }

    /// A stopped service with so much in its log that half of the file has some of it.
    private func withStopped(_ body: (Service) throws -> Void) throws {
        try Service.run(["--keys-per-table", "256", "--history-per-run", "256"]) { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            try admin.send((1...700).map { "TOPUP \(Self.number) 1 ref=r\($0) id=i\($0)\n" }.joined())
            for _ in 1...700 { _ = try admin.reply() }
            #expect(try eventually { Int(try admin.call("STATS")["keys_indexed_through"] ?? "") ?? 0 > 0 })
            #expect(try eventually { try admin.hasIndexedHistory() })
            #expect(try service.terminate() == .exited(0))
            try body(service)
        }
    }

    /// Each cut of an environment's file, to its pages and no zeros beyond them.
    private func forEachCut(_ name: String, of service: Service, _ body: (Cut) throws -> Void) throws {
        let path = "\(service.data)/\(name)/data.mdb"
        let whole = try Data(contentsOf: URL(filePath: path))
        let used = (whole.lastIndex { $0 != 0 } ?? 0) + 1
        for cut in Cut.allCases {
            try #require(truncate(path, cut.bytes(of: used)) == 0)
            try body(cut)
            try whole.write(to: URL(filePath: path))
        }
    }

    @Test("A truncated log or vault stops the start with status 78 and a message", arguments: ["log", "vault"])
    func service(name: String) throws {
        try withStopped { service in
            try forEachCut(name, of: service) { cut in
                let errors = "\(service.home)/refused"
                let process = try ChildProcess(
                    Programs.kabinetd, ["--data", service.data, "--listen", "127.0.0.1:0"], errors: errors)
                let (output, status) = try process.finish(within: 60)
                let said = try String(contentsOfFile: errors, encoding: .utf8)
                #expect(status == .exited(78) && output.isEmpty, "\(cut): \(said)")
                #expect(said.split(separator: "\n").count == 1 && said.contains("restore"), "\(cut): \(said)")
                try FileManager.default.removeItem(atPath: errors)
            }
            // After the file is restored, everything is as before.
            try service.restart()
            #expect(try service.signIn().call("BALANCE \(Self.number)")["balance"] == "700.00")
        }
    }

    @Test("A truncated index is rebuilt", arguments: ["index", "history"])
    func index(name: String) throws {
        try withStopped { service in
            try forEachCut(name, of: service) { cut in
                try service.restart()
                let admin = try service.signIn()
                #expect(try admin.call("TOPUP \(Self.number) 1 ref=r1 id=i1")["repeated"] == "1", "\(cut)")
                #expect(try eventually { try admin.hasIndexedHistory() }, "\(cut)")
                #expect(try admin.expectOK("PAYMENTS \(Self.number) limit=1000").rows.count == 700, "\(cut)")
                #expect(try admin.call("STATS")["history_index"] == "ok", "\(cut)")
                #expect(try admin.call("VERIFY")["result"] == "ok", "\(cut)")
                #expect(try service.terminate() == .exited(0))
            }
        }
    }

    @Test(
        "An index that is truncated under the running service is rebuilt by the next start",
        arguments: ["index", "history"])
    func runningIndex(name: String) throws {
        try withStopped { service in
            for bytes in [0, 4096, 20_000] {
                try service.restart()
                let admin = try service.signIn()
                #expect(try eventually { try admin.hasIndexedHistory() })
                try #require(truncate("\(service.data)/\(name)/data.mdb", off_t(bytes)) == 0)
                // The system ends a process that reads a page beyond the end, as it does with the log's file.
                let last = try? admin.call("TOPUP \(Self.number) 1 ref=r1 id=i1")
                _ = try? admin.call("PAYMENTS \(Self.number) limit=1000")
                #expect(last.map { $0["repeated"] == "1" } ?? true, "\(bytes)")
                try service.killHard()
                try service.restart()
                let again = try service.signIn()
                #expect(try again.call("TOPUP \(Self.number) 1 ref=r1 id=i1")["repeated"] == "1", "\(bytes)")
                #expect(try eventually { try again.hasIndexedHistory() }, "\(bytes)")
                #expect(try again.expectOK("PAYMENTS \(Self.number) limit=1000").rows.count == 700, "\(bytes)")
                #expect(try again.call("VERIFY")["result"] == "ok", "\(bytes)")
                #expect(try service.terminate() == .exited(0))
            }
        }
    }

    @Test("An audit reports a truncated index and checks the rest", arguments: ["index", "history"])
    func auditedIndex(name: String) throws {
        try withStopped { service in
            let kind = name == "index" ? "idempotency_keys" : "history"
            try forEachCut(name, of: service) { cut in
                let found = try service.tool(["audit", service.data])
                #expect(found.status == .exited(1), "\(cut): \(found)")
                #expect(found.output.contains("\(kind): an index cannot be opened"), "\(cut): \(found)")
                #expect(!found.output.contains("cannot be replayed"), "\(cut): \(found)")
                // The other tools do not read it.
                #expect(try service.tool(["replay", service.data]).status == .exited(0), "\(cut)")
                let explained = try service.tool(["explain", service.data, "\(Self.number)"])
                #expect(explained.status == .exited(0), "\(cut): \(explained)")
            }
            #expect(try service.tool(["audit", service.data]).status == .exited(0))
        }
    }

    @Test("The tools report a truncated log with a status, never by a signal")
    func tools() throws {
        try withStopped { service in
            let data = service.data
            try forEachCut("log", of: service) { cut in
                for (words, expected) in [
                    (["replay", data], 78), (["backup", data, service.home + "/b"], 78), (["dump", data], 78),
                    (["export", data, "--format", "csv"], 78), (["explain", data, "\(Self.number)"], 78),
                    (["diff", data, "--from", "1"], 78), (["verify", data], 1), (["audit", data], 1),
                ] as [([String], Int32)] {
                    let found = try service.tool(words)
                    #expect(found.status == .exited(expected), "\(cut), \(words): \(found)")
                    #expect(found.complaints.hasPrefix("kabinet: "), "\(cut), \(words): \(found)")
                    #expect(found.complaints.split(separator: "\n").count == 1, "\(cut), \(words): \(found)")
                }
                #expect(access(service.home + "/b", F_OK) != 0)
            }
            try forEachCut("vault", of: service) { cut in
                let found = try service.tool(["backup", "--vault", data, service.home + "/v"])
                #expect(found.status == .exited(78), "\(cut): \(found)")
                #expect(found.complaints.hasPrefix("kabinet: "), "\(cut): \(found)")
            }
        }
    }
}
