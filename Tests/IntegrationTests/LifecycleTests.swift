/// Starting and stopping: the behaviour that a supervisor and an operator rely on.

import Foundation
import Glibc
import Testing

@Suite(.realProcess)
struct LifecycleTests {
    @Test("The service reports when it accepts connections, and a first start writes private files")
    func ready() throws {
        try Service.run { service in
            #expect(try service.connect().call("PING").closing == "OK")
            for (name, mode) in ["": 0o700, "/admin.secret": 0o600, "/master.key": 0o600, "/log/data.mdb": 0o600] {
                let attributes = try FileManager.default.attributesOfItem(atPath: service.data + name)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
            }
        }
    }

    @Test("After SIGTERM the requests sent before it get replies, and the status is 0", arguments: [SIGTERM, SIGINT])
    func drain(signal: Int32) throws {
        try Service.run { service in
            let number = 79_001_234_567
            let connection = try service.signIn()
            try connection.activate(number)
            let idle = try service.connect()
            try idle.expectOK("PING")

            // Given top-ups of which the first was answered: the others are in the service, or in its socket.
            let count = 500
            try connection.send((1...count).map { "TOPUP \(number) 1 ref=r\($0) id=i\($0)\n" }.joined())
            var answered = [try connection.reply()]
            service.process.send(signal: signal)

            // Then each gets its reply until the connection ends, and none is done without one.
            while let line = try connection.stream.line() { answered.append(LineReply(lines: [line])) }
            #expect(try service.process.wait(within: 20) == .exited(0))
            #expect(try idle.stream.toEnd() == [])
            let credited = answered.filter(\.isOK)
            #expect(answered.allSatisfy { $0.isOK || $0.error == "shutting_down" })
            #expect(service.logText.contains("stopped"))

            try service.restart()
            let balance = try service.signIn().call("BALANCE \(number)")
            #expect(balance["balance"] == "\(credited.count).00")
            #expect(credited.last?["balance"] == balance["balance"])
        }
    }

    @Test("SIGTERM stops the service while a connection keeps sending requests")
    func drainUnderLoad() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(79_001_234_567)
            let port = service.port
            let flood = Thread {
                guard let connection = try? LineConnection(port: port) else { return }
                let batch = Array(String(repeating: "PING\n", count: 1000).utf8)
                // Until the service ends the connection.
                while (try? connection.send(batch)) != nil {
                    for _ in 0..<1000 { guard (try? connection.stream.line(within: 10)) != nil else { return } }
                }
            }
            flood.start()
            usleep(200_000)
            #expect(try service.terminate(within: 20) == .exited(0))
        }
    }

    @Test("SIGTERM stops the service after the drain time while a client reads no replies")
    func drainTimeLimit() throws {
        try Service.run(["--drain-seconds", "1"]) { service in
            let admin = try service.signIn()
            // More replies than the sockets between them hold, and no reader.
            let (port, secret) = (service.port, try service.adminSecret)
            let flood = Thread {
                guard let deaf = try? LineConnection(port: port) else { return }
                _ = try? deaf.send("AUTH admin \(secret)\n" + String(repeating: "COMMANDS\n", count: 5_000))
                sleep(10)
                withExtendedLifetime(deaf) {}
            }
            flood.start()
            var answered = ""
            // Given that its requests are no longer taken.
            #expect(
                try eventually {
                    let before = answered
                    usleep(300_000)
                    answered = (try? admin.call("STATS")["requests"]) ?? ""
                    return Int(answered).map { now in Int(before).map { now - $0 <= 1 } ?? false } ?? false
                })
            #expect(try service.terminate(within: 10) == .exited(0))
        }
    }

    @Test("Requests after QUIT are not done")
    func nothingAfterQuit() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.send("PRINCIPAL.ADD before roles=auditor\nQUIT\nPRINCIPAL.ADD behind roles=auditor\n")
            #expect(try admin.reply().isOK)
            #expect(try admin.reply().closing == "OK")
            #expect(try admin.stream.line() == nil)
            let again = try service.signIn()
            #expect(try again.call("PRINCIPAL.ADD before roles=auditor").error == "already_exists")
            #expect(try again.call("PRINCIPAL.ADD behind roles=auditor").isOK)
        }
    }

    @Test("A second process on the same data is refused with the first one's pid")
    func second() throws {
        try Service.run { service in
            let (status, words) = try start(["--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(status == .exited(78))
            #expect(
                words == ["kabinetd: the data directory \(service.data) is in use by process \(service.process.pid)"])
            #expect(try service.connect().call("PING").isOK, "the first one is not disturbed")
        }
    }

    @Test("A port in use is refused with a message that names it")
    func portTaken() throws {
        try Service.run { service in
            let home = try makeTemporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: home) }
            let (status, words) = try start(["--data", home + "/data", "--listen", "127.0.0.1:\(service.port)"])
            #expect(status == .exited(78))
            #expect(words.count == 1)
            let said = "kabinetd: cannot listen on 127.0.0.1:\(service.port): another process has that port; stop it"
            #expect(words.last?.hasPrefix(said) == true, "\(words)")
        }
    }

    @Test(
        "A wrong setting is refused in one line that names it",
        arguments: [
            (["--listen", "nonsense"], "--listen must be HOST:PORT"),
            (["--listen", "127.0.0.1:65536"], "--listen must be HOST:PORT"),
            (["--listen", ":7117"], "--listen must be HOST:PORT"),
            (["--listen", "0.0.0.0:1"], "'0.0.0.0' is not loopback"),
            (["--listen", "[::]:1"], "'::' is not loopback"),
            (["--catalog", "/nowhere/catalogue.yaml"], "the catalogue /nowhere/catalogue.yaml cannot be read"),
            (["--config", "/nowhere/kabinet.json"], "the configuration file /nowhere/kabinet.json cannot be read"),
            (["--event-loops", "0"], "eventLoops must be from 1 to 64"),
            (["--log-level", "loud"], "'loud' is not a log level"),
        ])
    func badSettings(flags: [String], words: String) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let (status, lines) = try start(["--data", home + "/data"] + flags)
        #expect(status == .exited(78))
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("kabinetd: ") == true)
        #expect(lines.first?.contains(words) == true, "\(lines)")
        #expect(access(home + "/data", F_OK) != 0, "nothing was made before the settings were read")
    }

    @Test("A service does not start on a log without its keys", arguments: ["master.key", "vault"])
    func missingKeys(name: String) throws {
        try Service.run { service in
            try service.signIn().activate(79_001_234_567)
            #expect(try service.terminate() == .exited(0))
            try FileManager.default.moveItem(atPath: service.data + "/" + name, toPath: service.home + "/" + name)

            let (status, lines) = try start(["--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(status == .exited(78))
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.contains(name == "vault" ? "no vault" : "master.key") == true, "\(lines)")

            // When the part is put back, everything is as before.
            try? FileManager.default.removeItem(atPath: service.data + "/" + name)
            try FileManager.default.moveItem(atPath: service.home + "/" + name, toPath: service.data + "/" + name)
            try service.restart()
            #expect(try service.signIn().call("BALANCE 79001234567").isOK)
        }
    }

    @Test("A master key of another data directory is refused")
    func wrongMasterKey() throws {
        try Service.run { service in
            #expect(try service.terminate() == .exited(0))
            let key = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
            try key.write(to: URL(fileURLWithPath: service.data + "/master.key"))
            let (status, lines) = try start(["--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(status == .exited(78))
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.contains("key") == true, "\(lines)")
        }
    }

    @Test("An interrupted first start begins again", arguments: [1, 20, 60, 100])
    func firstStartKilled(milliseconds: UInt32) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let arguments = ["--data", home + "/data", "--listen", "127.0.0.1:0"]
        let cut = try ChildProcess(Programs.kabinetd, arguments, errors: home + "/stderr")
        usleep(milliseconds * 1000)
        cut.send(signal: SIGKILL)
        _ = try cut.wait(within: 10)

        let process = try ChildProcess(Programs.kabinetd, arguments, errors: home + "/stderr")
        // The process is ended before its directory is removed.
        defer {
            process.send(signal: SIGKILL)
            _ = try? process.wait(within: 10)
        }
        let line = try #require(try process.output.line(within: 60))
        let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
        let secret = try String(contentsOfFile: home + "/data/admin.secret", encoding: .utf8)
        let connection = try LineConnection(port: port)
        #expect(try connection.call("AUTH admin " + secret.trimmingCharacters(in: .newlines)).isOK)
        #expect(try connection.call("TARIFFS")["rows"] == "5")
    }

    /// Runs it to its end: status and the lines on stderr.
    private func start(_ arguments: [String]) throws -> (ExitStatus, [String]) {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let process = try ChildProcess(Programs.kabinetd, arguments, errors: home + "/stderr")
        let status = try process.wait(within: 30)
        let text = try String(contentsOfFile: home + "/stderr", encoding: .utf8)
        return (status, text.split(separator: "\n").map(String.init))
    }
}
