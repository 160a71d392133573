/// The tours of the documents, each sent to a fresh service: its replies match those that the document shows.
///
/// In a block marked `console`, `> ` is a request, `< ` a line of its reply, `$ ` a command for a shell, and a line
/// without a mark is the command's output. `…` stands for anything, also for lines when it is alone on one. The service
/// makes up the value of a volatile field (a secret, a time): the test puts the value that it received into the tour's
/// later requests.
///
/// A document's first tour begins at its first line, and the next one at each line `<!-- a fresh service -->`. The
/// line `kabinetd …` of a tour's `sh` block has the service's arguments. The lines above it in that block are run first.
/// If the block has the line `./Tools/run`, the service is prepared as that script prepares it.

import Foundation
import Testing

@Suite("The README", .realProcess)
struct ReadmeTests {
    @Test("A fresh service answers as the tour shows", .timeLimit(.minutes(15)), arguments: Tour.inDocuments)
    private func tour(_ tour: Tour) throws {
        let home = try makeTemporaryDirectory()
        if !tour.preparations.isEmpty {
            let commands = tour.preparations.joined(separator: "\n")
            let shell = try ChildProcess("/bin/sh", ["-e", "-c", "cd '\(home)'; exec 2>preparations.log; \(commands)"])
            try #require(try shell.finish(within: 60).status == .exited(0))
        }
        // The service does not work in the directory of the tour's files.
        let arguments = tour.arguments.map {
            FileManager.default.fileExists(atPath: "\(home)/\($0)") ? "\(home)/\($0)" : $0
        }
        try Service.run(arguments, home: home) { service in
            if tour.isPrepared {
                try #require(try service.shell("'\(Programs.repository)/Tools/prepare' data --demo") == [])
            }
            var connection: LineConnection?
            var values = TourValues()
            for step in tour.steps {
                let request = values.translated(step.said)
                let heard: [String]
                if step.isForShell {
                    heard = try service.shell(request)
                } else {
                    if connection == nil { connection = try service.signIn() }
                    heard = try #require(connection).call(request).lines
                }
                if !values.matches(step.expected, heard) {
                    Issue.record(
                        """
                        \(tour.document), line \(step.line): \(step.said)
                        the tour shows
                            \(step.expected.joined(separator: "\n    "))
                        and this came
                            \(heard.joined(separator: "\n    "))
                        """)
                }
            }
            if tour.steps.contains(where: { $0.said.hasPrefix("kill -HUP") }) {
                #expect(try eventually { service.logText.contains("new connections get the certificate") })
            }
        }
    }

    @Test(
        "A document has its tours, and none of their steps is lost",
        arguments: [
            ("README.md", 1, 12), ("docs/auditor.md", 1, 24), ("docs/front-end.md", 3, 64), ("docs/month.md", 1, 15),
            ("docs/operator.md", 2, 18), ("docs/tls.md", 1, 5),
        ])
    func documents(name: String, tours: Int, leastSteps: Int) {
        let found = Tour.inDocuments.filter { $0.document == name }
        #expect(found.count == tours)
        let steps = found.map(\.steps.count).reduce(0, +)
        #expect(steps >= leastSteps, "\(name) has \(steps) steps")
    }

    @Test("What the service makes up is learnt once, and keeps its meaning")
    func learning() {
        var tour = TourValues()
        let learns = tour.matches(["OK balance=1.00 session=abc"], ["OK balance=1.00 session=xyz"])
        #expect(learns)
        #expect(tour.translated("BALANCE 7 session=abc") == "BALANCE 7 session=xyz")
        let forgets = tour.matches(["OK session=abc"], ["OK session=other"])
        #expect(!forgets)
    }

    @Test(
        "A line matches itself, a line alone does not match two, and a gap matches what is left out",
        arguments: [
            (["OK balance=1.00"], ["OK balance=1.00"], true),
            (["OK balance=1.00"], ["OK balance=1.01"], false),
            (["OK balance=1.00"], ["OK balance=1.00 seq=4"], false),
            (["OK expires=2026-11-22T18:00:00Z"], ["OK expires=2027-01-01T00:00:00Z"], true),
            (["OK expires=2026-11-22T18:00:00Z"], ["OK sent=2027-01-01T00:00:00Z"], false),
            (["OK"], ["ROW a=1", "OK"], false),
            (["ROW a=1", "…", "OK rows=3"], ["ROW a=1", "ROW a=2", "ROW a=3", "OK rows=3"], true),
            (["ROW a=1", "…", "OK rows=3"], ["ROW a=1", "ROW a=2"], false),
            (["…Z  41 x"], ["2031-01-01T00:00:00Z  41 x"], true),
            (["…Z  41 x"], ["2031-01-01T00:00:00Z  42 x"], false),
            (["from=2 …"], ["from=2 to=3"], true),
        ])
    func matching(expected: [String], heard: [String], isMatch: Bool) {
        var tour = TourValues()
        let matches = tour.matches(expected, heard)
        #expect(matches == isMatch)
    }
}

extension Service {
    /// The output of a shell command, in a directory where this service's data is `data`.
    fileprivate func shell(_ command: String) throws -> [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let command = command.replacing("7117", with: "\(port)")
        let shell = try ChildProcess(
            "/bin/sh", ["-c", "cd '\(home)' && exec 2>&1; \(command)"],
            environment: ["PATH": "\(Programs.binaries):\(path)", "KABINET_CONNECT": "127.0.0.1:\(port)"])
        return try shell.finish(within: 30).output.split(separator: "\n").map(String.init)
    }
}

/// A tour of one document: its steps, and how its service is started.
private struct Tour: Sendable, CustomTestStringConvertible {
    struct Step {
        let line: Int
        let said: String
        let isForShell: Bool
        var expected: [String] = []
    }

    let document: String
    /// The number of the tour in its document, from 1.
    let number: Int
    private(set) var steps: [Step] = []
    /// Shell commands that are run before the service starts.
    private(set) var preparations: [String] = []
    /// The service's arguments. The address is the harness's, because a test does not listen on every address.
    private(set) var arguments: [String] = []
    /// Whether the service has the principals and the demo numbers of Tools/run.
    private(set) var isPrepared = false

    var testDescription: String { "\(document), tour \(number)" }

    /// The tours of README.md and of all of docs.
    static let inDocuments: [Tour] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: Programs.repository + "/docs")) ?? []
        let names = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
        return names.flatMap { name in
            tours(of: name, (try? String(contentsOfFile: Programs.repository + "/" + name, encoding: .utf8)) ?? "")
        }
    }()

    private static func tours(of document: String, _ text: String) -> [Tour] {
        var tours = [Tour(document: document, number: 1)]
        var block: Substring?
        var commands: [String] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let last = tours.count - 1
            if line.hasPrefix("```") {
                block = block == nil ? line.dropFirst(3) : nil
                commands = []
            } else if block == nil, line == "<!-- a fresh service -->" {
                tours.append(Tour(document: document, number: tours.count + 1))
            } else if block == "sh", line.hasPrefix("kabinetd ") {
                tours[last].start(line, after: commands)
            } else if block == "sh", line.split(separator: " ").first == "./Tools/run" {
                tours[last].isPrepared = true
            } else if block == "sh" {
                commands.append(String(line))
            } else if block == "console" {
                tours[last].add(line, number: number + 1)
            }
        }
        return tours.filter { !$0.steps.isEmpty }
    }

    private mutating func start(_ command: Substring, after commands: [String]) {
        precondition(steps.isEmpty && arguments.isEmpty, "\(testDescription): its service has started")
        preparations = commands
        arguments = command.split(separator: " ").dropFirst().map(String.init)
        if let address = arguments.firstIndex(of: "--listen") { arguments.removeSubrange(address...address + 1) }
    }

    private mutating func add(_ line: Substring, number: Int) {
        if line.hasPrefix("> ") || line.hasPrefix("$ ") {
            let said = String(line.dropFirst(2))
            steps.append(Step(line: number, said: said, isForShell: line.hasPrefix("$")))
        } else if !steps.isEmpty {
            steps[steps.count - 1].expected.append(String(line.hasPrefix("< ") ? line.dropFirst(2) : line))
        }
    }
}

/// The values that a run learns, and the comparison of lines by them.
private struct TourValues {
    /// The service makes these up.
    private static let identifiers: Set = ["challenge", "code", "secret", "session", "valid_from"]
    private static let times: Set = [
        "expires", "sent", "period_end", "valid_to", "time", "recorded", "effective", "opened", "last_used", "as_of",
        "due_time", "month_from",
    ]

    /// Maps the tour's made-up values to this run's.
    private var known: [String: String] = [:]

    func translated(_ text: String) -> String {
        known.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    mutating func matches(_ expected: [String], _ heard: [String]) -> Bool {
        var heard = heard[...]
        for (index, line) in expected.enumerated() {
            if line == "…" {
                let left = expected.count - index - 1
                guard heard.count >= left else { return false }
                heard = heard.suffix(left)
            } else {
                guard let next = heard.popFirst(), matches(line, next) else { return false }
            }
        }
        return heard.isEmpty
    }

    private mutating func matches(_ expected: String, _ heard: String) -> Bool {
        let wanted = expected.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let found = heard.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // A line with a gap may have a different number of words.
        guard !expected.contains("…") else { return Self.fits(expected, heard) }
        guard wanted.count == found.count else { return false }
        for (wanted, found) in zip(wanted, found) where translated(wanted) != found {
            let (name, value) = Self.field(wanted)
            let (heardName, heardValue) = Self.field(found)
            guard name == heardName, !heardValue.isEmpty else { return false }
            if Self.identifiers.contains(name), known[value] == nil {
                known[value] = heardValue
            } else if !Self.times.contains(name) {
                return false
            }
        }
        return true
    }

    private static func field(_ word: String) -> (name: String, value: String) {
        guard let equals = word.firstIndex(of: "=") else { return ("", word) }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    /// True if the parts between the gaps are in the line, in their order, the first at its beginning, the last at its
    /// end.
    private static func fits(_ pattern: String, _ line: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
        var rest = line[...]
        guard let first = parts.first, let last = parts.last, rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
