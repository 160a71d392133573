import ArgumentParser
import CatalogFile
import Client
import EventLog
import Foundation
import Synchronization
import Testing

@testable import kabinet

@Suite("The address and the principal")
struct ConnectionTests {
    @Test(
        "an address is a host and a port",
        arguments: [
            ("127.0.0.1:7117", "127.0.0.1", 7117), ("[::1]:1", "::1", 1), ("svc.local:65535", "svc.local", 65535),
        ])
    func endpoint(_ text: String, _ host: String, _ port: Int) {
        let endpoint = Endpoint(text)
        #expect(endpoint?.host == host)
        #expect(endpoint?.port == port)
    }

    @Test("nothing else is an address", arguments: ["", "host", "host:", ":7117", "host:0", "host:65536", "::1:7117"])
    func noEndpoint(_ text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test("an option overrides the environment, and the environment overrides the default")
    func precedence() throws {
        let named = try ConnectionOptions.parse(["--connect", "a:1"])
        #expect(try named.resolvedEndpoint(["KABINET_CONNECT": "b:2"]).host == "a")
        let unnamed = try ConnectionOptions.parse([])
        #expect(try unnamed.resolvedEndpoint(["KABINET_CONNECT": "b:2"]).host == "b")
        #expect(try unnamed.resolvedEndpoint([:]) == Endpoint("127.0.0.1:7117"))
    }

    @Test("without a principal nobody signs in, and a principal without a secret gets a hint")
    func noSecret() throws {
        let options = try ConnectionOptions.parse([])
        #expect(try options.resolvedCredentials(["KABINET_SECRET": "s"]) == nil)
        #expect(
            try options.resolvedCredentials(["KABINET_PRINCIPAL": "web", "KABINET_SECRET": "s"])
                == Credentials(principal: "web", secret: "s"))
        let failure = #expect(throws: Failure.self) { try options.resolvedCredentials(["KABINET_PRINCIPAL": "web"]) }
        #expect(failure?.status == Status.usage)
        #expect(failure?.message.contains("--secret-file") == true)
    }

    @Test("the admin's secret is read from the data directory, whatever the environment says")
    func adminOf() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kabinet-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("s3cret\n".utf8).write(to: folder.appending(path: "admin.secret"))
        let options = try ConnectionOptions.parse(["--admin-of", folder.path])
        #expect(
            try options.resolvedCredentials(["KABINET_PRINCIPAL": "web", "KABINET_SECRET": "s"])
                == Credentials(principal: "admin", secret: "s3cret"))
        let both = try ConnectionOptions.parse(["--admin-of", folder.path, "--principal", "web"])
        #expect(throws: Failure.self) { try both.resolvedCredentials([:]) }
        let missing = try ConnectionOptions.parse(["--admin-of", folder.path + "/none"])
        #expect(throws: Failure.self) { try missing.resolvedCredentials([:]) }
    }
}

@Suite("The subcommands", .timeLimit(.minutes(1)))
struct SubcommandTests {
    @Test("each shows an EXAMPLE in its help")
    func examples() {
        func check(_ command: any ParsableCommand.Type) {
            #expect(command.configuration.discussion.contains("EXAMPLE"), "\(command)")
            for sub in command.configuration.subcommands { check(sub) }
        }
        check(Kabinet.self)
    }

    @Test(
        "return an exit status by the kind of failure",
        arguments: [
            (ClientError.Code.refused, 1), (.cannotConnect, 69), (.connectionLost, 69), (.timedOut, 69),
            (.protocolViolation, 69), (.invalidRequest, 64),
        ] as [(ClientError.Code, Int32)])
    func statuses(_ code: ClientError.Code, _ status: Int32) {
        #expect(explain(ClientError(code, "words"))?.status == status)
    }

    @Test("refuse a role that does not exist before they connect")
    func roles() {
        #expect(throws: (any Error).self) { try PrincipalAdd.parse(["x", "--roles", "frontend,root"]) }
        #expect(throws: Never.self) { try PrincipalAdd.parse(["x", "--roles", "frontend,payments"]) }
    }

    @Test("request events by the given filter")
    func eventsRequest() throws {
        let events = try Events.parse(["--from", "5", "--to", "9", "--msisdn", "7900", "--type", "topped_up"])
        #expect(events.request(from: 6, limit: 3).line == "EVENTS from=6 to=9 msisdn=7900 type=topped_up limit=3")
        #expect(try Events.parse([]).request(from: nil, limit: 1000).line == "EVENTS limit=1000")
    }
}

@Suite("Publishing a catalogue", .timeLimit(.minutes(1)))
struct PublishTests {
    private let catalog = CatalogFile.example

    @Test("opens an empty draft, puts every item into it and publishes it")
    func publishes() async throws {
        try await withService({ line in
            if line.hasPrefix("CATALOG.DRAFT") { return .say("OK draft=7 seq=3\n") }
            return .say(line.hasPrefix("CATALOG.PUBLISH") ? "OK draft=7 version=2 seq=9\n" : "OK draft=7\n")
        }) { client, service in
            let fields = try await publish(catalog, over: client) { _ in }
            #expect(fields["version"] == "2")
            #expect(service.lines == ["CATALOG.DRAFT empty=1"] + catalog.requests(draft: 7).map(\.line))
        }
    }

    @Test("publishes nothing when an item is refused, and names the item")
    func refused() async throws {
        try await withService({ line in
            if line.hasPrefix("CATALOG.DRAFT") { return .say("OK draft=7\n") }
            return .say(line.contains(" gudok ") ? "ERR invalid_amount field=fee message=\"too much\"\n" : "OK\n")
        }) { client, service in
            let said = Mutex<[String]>([])
            let failure = await #expect(throws: Failure.self) {
                try await publish(catalog, over: client) { line in said.withLock { $0.append(line) } }
            }
            #expect(failure?.status == Status.refused)
            #expect(said.withLock { $0 }.contains { $0.hasPrefix("option gudok: invalid_amount: too much") })
            #expect(!service.lines.contains { $0.hasPrefix("CATALOG.PUBLISH") })
        }
    }

    @Test(
        "sends the same line over the socket as the catalogue renders",
        arguments: CatalogFile.example.requests(draft: 3)
    )
    func sameLine(_ request: CatalogRequest) {
        #expect(Request(request).line == request.line)
    }
}

@Suite("A stream of requests", .timeLimit(.minutes(1)))
struct PipelineTests {
    /// Lines one by one, as standard input gives them.
    private func source(_ lines: [String]) -> @Sendable () -> String? {
        let rest = Mutex(lines[...])
        return { rest.withLock { $0.popFirst() } }
    }

    @Test("is answered in order, blank lines apart, however long it is")
    func order() async throws {
        try await withService({ .say("OK echo=\($0.split(separator: " ").last!)\n") }) { client, _ in
            let lines = (0..<2_000).map { $0 % 3 == 0 ? " " : "PING \($0)" }
            var shown: [String] = []
            try await pipeline(source(lines), over: client, timeout: .seconds(30)) { shown.append($0["echo"]!) }
            #expect(shown == (0..<2_000).filter { $0 % 3 != 0 }.map { String($0) })
        }
    }

    @Test("stops where the connection is lost, with requests in flight")
    func connectionLost() async throws {
        try await withService({ $0 == "QUIT" ? .sayAndClose("OK\n") : .say("OK\n") }) { client, _ in
            let lines = ["PING", "QUIT"] + Array(repeating: "PING", count: 1_000)
            var shown = 0
            let error = await #expect(throws: ClientError.self) {
                try await pipeline(source(lines), over: client, timeout: .seconds(30)) { _ in shown += 1 }
            }
            #expect(error?.code == .connectionLost)
            #expect(shown == 2)
        }
    }

    @Test("may not begin a tail, which would not end")
    func noTail() async throws {
        try await withService({ _ in .say("OK\n") }) { client, service in
            let failure = await #expect(throws: Failure.self) {
                try await pipeline(source(["tail from=1"]), over: client, timeout: .seconds(30)) { _ in }
            }
            #expect(failure?.status == Status.usage)
            #expect(service.lines.isEmpty)
        }
    }
}

@Suite("Backup, restore and dump")
struct BackupCommandTests {
    @Test("accept --rate only for the log")
    func rates() throws {
        #expect(try Backup.parse(["data", "b", "--rate", "20"]).rate == 20)
        #expect(throws: (any Error).self) { try Backup.parse(["data", "b", "--rate", "0"]) }
        #expect(throws: (any Error).self) { try Backup.parse(["data", "b", "--rate", "5", "--vault"]) }
        #expect(throws: (any Error).self) { try Backup.parse(["data"]) }
    }

    @Test("show their progress, never more than 100 %")
    func bar() {
        #expect(ProgressBar.line("copied", 1, of: 3, "x") == "copied [##########--------------------] 33 %  x")
        #expect(ProgressBar.line("copied", 4, of: 3, "x").contains("100 %"))
        #expect(ProgressBar.line("copied", 0, of: 0, "x").contains("100 %"))
    }

    @Test(
        "print sizes in readable units",
        arguments: [
            (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_621_440, "2.6 MB"), (80_000_000_000, "80 GB"),
        ])
    func sizes(_ bytes: Int, _ text: String) {
        #expect(sizeText(bytes) == text)
    }

    @Test(
        "return an exit status by the kind of failure",
        arguments: [
            (StoreError.Code.full, 1), (.exists, 64), (.missing, 64), (.noLog, 64), (.lost, 78), (.damaged, 78),
            (.inUse, 1),
        ] as [(StoreError.Code, Int32)])
    func statuses(_ code: StoreError.Code, _ status: Int32) {
        #expect((copyFailure(StoreError(code, "words")) as? Failure)?.status == status)
    }

    @Test("leave a complete file under its name or none, and never overwrite one")
    func newFile() throws {
        struct Enough: Error {}
        let folder = FileManager.default.temporaryDirectory.appending(path: "kabinet-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/dump"
        #expect(throws: Enough.self) {
            try NewFile(path).fill { write in
                try write(Array("half".utf8))
                throw Enough()
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        try NewFile(path).fill { write in try write(Array("whole".utf8)) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
        #expect(throws: Failure.self) { try NewFile(path) }
    }
}

@Suite("kabinet statement")
struct StatementFileTests {
    @Test("a number and a period, or an order, are read part after part") func requests() throws {
        let words = ["79001234567", "--from", "2018-03-01", "--to", "2018-04-01", "--format", "html"]
        let statement = try StatementFile.parse(words)
        let line = "STATEMENT.FILE 79001234567 from=2018-03-01 to=2018-04-01 format=html limit=500"
        #expect(statement.request(before: nil).line == line)
        #expect(statement.request(before: "81-5-77").line == line + " before=81-5-77")
        #expect(try StatementFile.parse(["--order", "7"]).request(before: nil).line == "NOTIFICATION.FILE 7 limit=500")
    }

    @Test(
        "anything between is refused",
        arguments: [
            [], ["79001234567"], ["79001234567", "--from", "2018-03-01"], ["--order", "7", "--format", "csv"],
            ["79001234567", "--order", "7"],
        ])
    func wrong(_ words: [String]) {
        #expect(throws: (any Error).self) { try StatementFile.parse(words) }
    }
}
