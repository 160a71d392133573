// Runs a scenario file against a service, up to its first difference.

import Accounts
import Foundation

/// The outcome of a file.
struct ScenarioOutcome {
    let path: String
    /// Requests that were answered.
    var requests = 0
    var seconds = 0.0
    /// Nil if every reply was as expected.
    var difference: ScenarioDifference?
}

/// The first thing in a file that is not as expected.
struct ScenarioDifference: Equatable {
    let line: Int
    /// The request as it was sent, or the directive.
    let said: String
    /// Nil if there was nothing to expect.
    var expected: [String]?
    /// The lines at the beginning that are as expected.
    var same = 0
    /// The lines that came, or the reason why none did.
    let came: [String]
}

struct ScenarioRun {
    private let service: TestService
    private let file: ScenarioFile
    /// The service's clock, if this tool set it.
    private var clock: Instant?
    private var captures: Captures = [:]
    private var speaker = "admin"
    private var roles: [String: String] = [:]
    private var connections: [String: LineConnection] = [:]
    /// Replies to be written behind these lines; nil if nothing is recorded.
    private var recorded: [Int: [String]]?

    /// The longest step of `CLOCK.SET`.
    private static let longestStep = TimeSpan.days(366)

    init(_ file: ScenarioFile, on service: TestService, clock: Instant?, isRecording: Bool) {
        (self.file, self.service, self.clock) = (file, service, clock)
        recorded = isRecording ? [:] : nil
    }

    /// Throws if there is no service.
    mutating func run() throws -> ScenarioOutcome {
        var outcome = ScenarioOutcome(path: file.path)
        _ = try connection(of: "admin")
        let start = ContinuousClock.now
        for line in file.lines {
            do {
                outcome.difference = try perform(line)
            } catch {
                let words = (error as? Failure)?.message ?? "\(error)"
                outcome.difference = ScenarioDifference(line: line.line, said: text(of: line), came: [words])
            }
            if outcome.difference != nil { break }
            if case .request = line.step { outcome.requests += 1 }
        }
        outcome.seconds = kabinet.seconds(since: start)
        return outcome
    }

    /// The file with the replies that it had none of; nil if it had them all.
    var recording: String? {
        guard let recorded, !recorded.isEmpty else { return nil }
        return file.text.enumerated().flatMap { index, line in
            [String(line)] + (recorded[index + 1] ?? []).map { "< \($0)" }
        }.joined(separator: "\n")
    }

    private func text(of line: ScenarioFile.Line) -> String { String(file.text[line.line - 1]) }

    private mutating func perform(_ line: ScenarioFile.Line) throws -> ScenarioDifference? {
        func difference(_ came: [String]) -> ScenarioDifference {
            ScenarioDifference(line: line.line, said: text(of: line), came: came)
        }
        switch line.step {
        case .speaker(let name, let given):
            speaker = name
            if let given { roles[name] = given }
            _ = try connection(of: name)
            return nil
        case .time(let moment): return try move(to: moment).map { difference([$0]) }
        case .restart:
            let reply = try connection(of: "admin").call("RESTART")
            return reply.last?.hasPrefix("OK") == true ? nil : difference(reply)
        case .request(let request, let expected): return try say(request, expected, line.line)
        }
    }

    private mutating func connection(of name: String) throws -> LineConnection {
        if let connection = connections[name] { return connection }
        let admin = name == "admin" ? nil : try connection(of: "admin")
        let connection = try service.connect(name, roles: roles[name], by: admin)
        connections[name] = connection
        return connection
    }

    private mutating func say(_ request: String, _ expected: [Pattern], _ line: Int) throws -> ScenarioDifference? {
        let said: String
        do { said = try fill(request, captures) } catch {
            return ScenarioDifference(
                line: line, said: request, came: ["no line above captured $\(error.name)"])
        }
        let came = try connection(of: speaker).call(said)
        if said.split(separator: " ").first?.uppercased() == "QUIT" { connections[speaker] = nil }
        guard expected.isEmpty else {
            if matches(expected, came, &captures) { return nil }
            let same = zip(expected, came).prefix { pattern, line in
                !pattern.isAnyLines && matches([pattern], [line], &captures)
            }.count
            return ScenarioDifference(
                line: line, said: said, expected: expected.map { $0.filled(captures) }, same: same, came: came)
        }
        if recorded != nil {
            let lines = came.map { record($0) }
            recorded?[line] = lines
            return nil
        }
        // A request without a reply is to be done, and nothing else is said about it.
        guard came.last?.hasPrefix("ERR") == true else { return nil }
        return ScenarioDifference(line: line, said: said, expected: ["OK …"], came: came)
    }

    /// Moves the clock, in as many steps as it takes. The reason if the service refuses.
    private mutating func move(to moment: ScenarioFile.Moment) throws -> String? {
        let admin = try connection(of: "admin")
        if clock == nil {
            guard let text = value(of: "test_clock", in: try admin.call("HELLO").last ?? ""),
                let now = Instant(rfc3339: text.utf8)
            else { return "the service has no clock to move: start it with --ephemeral --test-clock TIME" }
            clock = now
        }
        guard var now = clock else { return nil }
        let end =
            switch moment {
            case .instant(let instant): instant
            case .after(let span): now + span
            }
        guard end >= now else { return "the clock is at \(now) already, and goes forward only" }
        while now < end {
            let next = min(end, now + Self.longestStep)
            let reply = try admin.call("CLOCK.SET \(next)").last ?? ""
            guard reply.hasPrefix("OK") else { return reply }
            now = next
        }
        clock = now
        return nil
    }

    // MARK: Recording

    /// The service makes these up, and a later line may name them.
    private static let names: Set<Substring> = [
        "challenge", "code", "device", "group", "order", "org", "payment", "secret", "session", "sign", "usage",
    ]
    /// They differ from run to run, with every event that a scenario gets more, or when words for people are mended,
    /// and no later line names them.
    private static let volatile: Set<Substring> = [
        "hash", "leaf", "message", "new_root", "next", "note", "old_root", "origin", "public_key", "record", "root",
        "seq", "started", "uptime_seconds",
    ]

    /// A line of a reply as a pattern: with names for what the service made up.
    private mutating func record(_ line: String) -> String {
        var out = ""
        var rest = line[...]
        for (name, value) in fields(of: line) {
            out += rest[..<value.startIndex].replacing("$", with: "$$")
            rest = line[value.endIndex...]
            if Self.volatile.contains(name) {
                out += "…"
            } else if Self.names.contains(name) {
                out += "$" + self.name(of: value, like: name)
            } else {
                out += value.replacing("$", with: "$$")
            }
        }
        return out + rest.replacing("$", with: "$$")
    }

    /// The name under which a value was captured: that of its field, or `challenge_2` for the second one.
    private mutating func name(of value: Substring, like field: Substring) -> String {
        if let known = captures.first(where: { $0.value == value && $0.key.hasPrefix(field) }) { return known.key }
        var (name, count) = (String(field), 1)
        while captures[name] != nil {
            count += 1
            name = "\(field)_\(count)"
        }
        captures[name] = String(value)
        return name
    }
}
