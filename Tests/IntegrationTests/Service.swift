/// kabinetd for a test: on its own data directory and a free port, ended and removed with the test.

import Foundation
import Glibc

final class Service {
    let home: String
    /// The command line that starts it, and the additions to the environment.
    private let words: [String]
    private let environment: [String: String]
    private(set) var process: ChildProcess
    private(set) var port: UInt16

    var data: String { home + "/data" }
    var log: String { home + "/stderr" }

    /// Starts it, passes it to the body, and cleans up whatever happens. A launcher is a program, by its path, and its
    /// arguments, that becomes the service. A given home is removed too.
    static func run<Value>(
        _ arguments: [String] = [], environment: [String: String] = [:], launcher: [String] = [],
        home: String? = nil, _ body: (Service) throws -> Value
    ) throws -> Value {
        let service = try Service(arguments, environment, launcher, home ?? makeTemporaryDirectory())
        defer { service.remove() }
        do { return try body(service) } catch {
            print("kabinetd said before the failure:\n\(service.logText.suffix(2000))")
            throw error
        }
    }

    /// The same, for a body that awaits.
    static func run<Value>(
        _ arguments: [String] = [], home: String? = nil, _ body: (Service) async throws -> Value
    ) async throws -> Value {
        let service = try Service(arguments, [:], [], home ?? makeTemporaryDirectory())
        defer { service.remove() }
        return try await body(service)
    }

    private init(_ arguments: [String], _ environment: [String: String], _ launcher: [String], _ home: String) throws {
        self.home = home
        self.environment = environment
        words = launcher + [Programs.kabinetd, "--data", home + "/data", "--listen", "127.0.0.1:0"] + arguments
        do {
            process = try Self.launch(words, environment, home)
            port = try Self.awaitReady(process, home)
        } catch {
            try? FileManager.default.removeItem(atPath: home)
            throw error
        }
    }

    private static func launch(_ words: [String], _ environment: [String: String], _ home: String) throws
        -> ChildProcess
    {
        try ChildProcess(words[0], Array(words.dropFirst()), environment: environment, errors: home + "/stderr")
    }

    private static func awaitReady(_ process: ChildProcess, _ home: String) throws -> UInt16 {
        let ready = "kabinetd is ready on 127.0.0.1:"
        guard let line = try process.output.line(within: 60), line.hasPrefix(ready),
            let port = UInt16(line.dropFirst(ready.count))
        else {
            let said = (try? String(contentsOfFile: home + "/stderr", encoding: .utf8)) ?? ""
            throw HarnessError("kabinetd did not become ready: \(said)")
        }
        return port
    }

    /// Starts it again on the same data, on another port.
    func restart() throws {
        process = try Self.launch(words, environment, home)
        port = try Self.awaitReady(process, home)
    }

    /// Starts it and kills it so soon after; returns whether it had become ready.
    func killDuringStart(after microseconds: UInt32) throws -> Bool {
        process = try Self.launch(words, environment, home)
        usleep(microseconds)
        try killHard()
        return try !process.output.toEnd().isEmpty
    }

    /// Kills it at once.
    func killHard() throws {
        process.send(signal: SIGKILL)
        _ = try process.wait(within: 10)
    }

    func terminate(within seconds: Double = 20) throws -> ExitStatus {
        process.send(signal: SIGTERM)
        return try process.wait(within: seconds)
    }

    private func remove() {
        try? killHard()
        try? FileManager.default.removeItem(atPath: home)
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    var adminSecret: String {
        get throws {
            try String(contentsOfFile: data + "/admin.secret", encoding: .utf8).trimmingCharacters(in: .newlines)
        }
    }

    // MARK: Connections

    func connect() throws -> LineConnection { try LineConnection(port: port) }
    func connectRESP() throws -> RESPConnection { try RESPConnection(port: port) }

    func signIn() throws -> LineConnection {
        let connection = try connect()
        try connection.expectOK("AUTH admin \(try adminSecret)")
        return connection
    }

    func signInRESP(version: Int) throws -> RESPConnection {
        let connection = try connectRESP()
        let hello = try connection.call("HELLO", "\(version)", "AUTH", "admin", try adminSecret)
        guard hello["proto"] == "\(version)" else { throw HarnessError("HELLO: \(hello)") }
        return connection
    }

    /// Resident memory, in bytes.
    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { throw HarnessError("no VmRSS") }
        return kilobytes * 1024
    }
}

extension LineConnection {
    /// Whether the index of history has every event.
    func hasIndexedHistory() throws -> Bool {
        let stats = try expectOK("STATS")
        return stats["history_indexed_through"] == stats["events"]
    }

    /// Puts a number into service; by default under the plan that costs nothing.
    @discardableResult
    func activate(
        _ msisdn: Int, tariff: String = "klassicheskiy", pin: String = "0000", puk: String = "12345678"
    ) throws -> LineReply {
        try expectOK(
            "SUBSCRIBER.ACTIVATE \(msisdn) iccid=\(iccid(msisdn)) imsi=\(imsi(msisdn)) region=msk tariff=\(tariff)"
                + " pin=\(pin) puk=\(puk) id=activate-\(msisdn)")
    }
}

/// One SIM a number: 20 digits from 89, and 15.
func iccid(_ msisdn: Int) -> String { "8970120" + String(format: "%013ld", msisdn) }
func imsi(_ msisdn: Int) -> String { "25020" + String(format: "%010ld", msisdn % 10_000_000_000) }
