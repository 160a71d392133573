/// Secrets on disk are readable by their owner alone; otherwise the service and the tool report what to do.

import Foundation
import Testing

@Suite(.realProcess)
struct PrivateFilesTests {
    private func refusal(_ service: Service) throws -> String {
        let errors = service.home + "/refused"
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let process = try ChildProcess(
            Programs.kabinetd, ["--data", service.data, "--listen", "127.0.0.1:0"], errors: errors)
        defer { process.send(signal: SIGKILL) }
        guard try process.output.line(within: 60) == nil else { return "it started" }
        #expect(try process.wait(within: 10) == .exited(78))
        return try String(contentsOfFile: errors, encoding: .utf8)
    }

    @Test(
        "A data directory or secret that others may read stops the start, and the message has the chmod command",
        arguments: [
            ("", 0o755, "700"), ("", 0o710, "700"), ("/master.key", 0o644, "600"), ("/master.key", 0o620, "600"),
            ("/admin.secret", 0o640, "600"), ("/vault", 0o750, "700"), ("/vault/data.mdb", 0o604, "600"),
        ])
    func others(name: String, mode: Int, closed: String) throws {
        try Service.run { service in
            #expect(try service.terminate() == .exited(0))
            let path = service.data + name
            let whole = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let said = try refusal(service)
            #expect(said.contains("chmod \(closed) \(path)") && said.split(separator: "\n").count == 1, "\(said)")

            // With its old permissions restored, the service starts.
            try FileManager.default.setAttributes([.posixPermissions: whole ?? 0], ofItemAtPath: path)
            try service.restart()
            _ = try service.signIn()
        }
    }

    @Test("A backup of the vault that others may read is not restored")
    func backup() throws {
        try Service.run { service in
            try service.signIn().activate(79_001_234_567)
            let (log, keys, made) = (service.home + "/log", service.home + "/keys", service.home + "/made")
            #expect(try service.tool("backup", service.data, log).status == .exited(0))
            #expect(try service.tool("backup", "--vault", service.data, keys).status == .exited(0))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys + "/vault/data.mdb")
            let refused = try service.tool("restore", log, made, "--vault", keys)
            #expect(refused.status == .exited(1), "\(refused)")
            #expect(refused.complaints.contains("chmod 600 \(keys)/vault/data.mdb"), "\(refused)")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys + "/vault/data.mdb")
            #expect(try service.tool("restore", log, made, "--vault", keys).status == .exited(0))
        }
    }
}
