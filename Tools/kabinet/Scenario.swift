// kabinet scenario: requests and the replies that they must have, from files that anyone can write.

import Accounts
import ArgumentParser
import Foundation

struct ScenarioCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario",
        abstract: "Runs scenario files: given these acts, then these replies.",
        discussion: """
            Each file speaks to a service of its own, which keeps everything in memory and ends with the file. A folder \
            stands for its files *.scenario.

            A FILE HAS THESE LINES
              > REQUEST             a request
              < LINE                a line of its reply; a request without any is to be answered OK
              as NAME [roles=…]     who speaks from here on; made on first use, with the role of that name or with these
              at TIME, at +30d      moves the clock, and what falls due happens
              restart               the service drops its state and makes it again from its log
              # TEXT                a comment

            In a line of a reply … (or ...) stands for anything, alone on a line for any lines. $name captures a value, \
            and stands for it from then on, in requests too. $$ is a dollar sign.

            EXAMPLE
              kabinet scenario Tests/Scenarios
              kabinet scenario --record new.scenario
              kabinet scenario --format junit Tests/Scenarios > report.xml

            Exit status: 0 every reply was as expected, 1 one was not or a file has a mistake, 64 wrong usage, 69 no \
            service.
            """)

    @Argument(help: "Scenario files, or folders of them.", completion: .file(extensions: ["scenario"]))
    var files: [String]

    @Option(help: ArgumentHelp("How the outcome is written: text, tap or junit.", valueName: "format"))
    var format = ScenarioFormat.text

    @Flag(help: "Write the replies that a file has none of into it, with names for what the service made up.")
    var record = false

    @Option(
        help: ArgumentHelp("The service's program (else the one beside this tool).", valueName: "path"),
        completion: .file())
    var kabinetd: String?

    @Option(
        help: ArgumentHelp(
            "The service's catalogue: a YAML file, example or none.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var catalog: String?

    @Option(
        name: .customLong("connect"),
        help: ArgumentHelp(
            "Speak to this service and start none; its administrator's secret is in KABINET_SECRET or --admin-of.",
            valueName: "host:port"))
    var endpoint: String?

    @Option(
        help: ArgumentHelp("The data directory of that service, for its secret.", valueName: "data"),
        completion: .directory)
    var adminOf: String?

    @Option(help: ArgumentHelp("How long to wait for a reply.", valueName: "seconds"))
    var timeout = 30

    /// The clock of a file that begins with no time.
    private static let beginning = "2026-01-01T09:00:00Z"

    func validate() throws {
        guard (1...3600).contains(timeout) else { throw ValidationError("--timeout takes seconds, 1 to 3600") }
        guard endpoint == nil || (kabinetd == nil && catalog == nil) else {
            throw ValidationError("--connect starts no service: leave --kabinetd and --catalog out")
        }
    }

    mutating func work() async throws {
        let paths = try files.flatMap { try Self.files(in: $0) }
        let scenarios = try paths.map { try Self.read($0) }
        let connected = try runningService()
        var report = ScenarioReport(format, count: scenarios.count)
        let progress = ProgressBar()
        // The next file's service starts while a file runs.
        var next = try scenarios.first.map { try connected ?? start(for: $0) }
        for (index, scenario) in scenarios.enumerated() {
            guard let service = next else { break }
            next = index + 1 < scenarios.count ? try connected ?? start(for: scenarios[index + 1]) : nil
            progress.show("scenarios", UInt64(index), of: UInt64(scenarios.count), scenario.path)
            var run = ScenarioRun(
                scenario, on: service, clock: connected == nil ? Self.clock(of: scenario) : nil, isRecording: record)
            let outcome = try run.run()
            if connected == nil { service.end() }
            progress.end()
            report.add(outcome)
            if let recording = run.recording { try Self.write(recording, to: scenario.path) }
        }
        report.end()
        if report.failures > 0 { throw Failure(message: "", status: Status.refused) }
    }

    private static func clock(of scenario: ScenarioFile) -> Instant? {
        scenario.beginning ?? Instant(rfc3339: beginning.utf8)
    }

    private func start(for scenario: ScenarioFile) throws -> TestService {
        let beside =
            (Bundle.main.executablePath.map { ($0 as NSString).deletingLastPathComponent } ?? ".") + "/kabinetd"
        return try TestService(
            kabinetd: kabinetd ?? beside, clock: Self.clock(of: scenario).map { "\($0)" } ?? Self.beginning,
            catalog: catalog, timeoutSeconds: timeout)
    }

    /// The service that `--connect` names; nil if each file gets its own.
    private func runningService() throws -> TestService? {
        guard let endpoint else { return nil }
        guard let address = Endpoint(endpoint) else {
            throw Failure(message: "\(endpoint) is no address; write HOST:PORT", status: Status.usage)
        }
        let secret =
            try adminOf.map { try contents(ofFile: $0 + "/admin.secret") }
            ?? ProcessInfo.processInfo.environment["KABINET_SECRET"]
        guard let secret = secret?.trimmingCharacters(in: .whitespacesAndNewlines), !secret.isEmpty else {
            throw Failure(
                message: "whose administrator? Set KABINET_SECRET, or give --admin-of DATA", status: Status.usage)
        }
        return TestService(address, adminSecret: secret, timeoutSeconds: timeout)
    }

    private static func files(in path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(message: "there is no \(path)", status: Status.usage)
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".scenario") }
        guard !names.isEmpty else { throw Failure(message: "\(path) has no file *.scenario", status: Status.usage) }
        return names.sorted().map { (path as NSString).appendingPathComponent($0) }
    }

    private static func read(_ path: String) throws -> ScenarioFile {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = attributes?[.size] as? Int, size <= ScenarioFile.maximumBytes else {
            throw Failure(
                message: "\(path) is longer than a scenario may be, \(ScenarioFile.maximumBytes >> 20) MiB",
                status: Status.usage)
        }
        let text = try contents(ofFile: path)
        do throws(ScenarioMistake) { return try ScenarioFile(path: path, text: text) } catch {
            throw Failure(message: "\(path):\(error.line): \(error.message)", status: Status.refused)
        }
    }

    /// The file is whole, old or new, whenever the tool ends.
    private static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw Failure(message: "\(path) cannot be written: \(error.localizedDescription)", status: Status.refused)
        }
        complain("kabinet: the replies are in \(path) now: read them before you trust them")
    }
}
