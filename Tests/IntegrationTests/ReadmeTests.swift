/// The README's tour, sent to a fresh service: its replies match what the README shows.
///
/// In a block marked `console`, `> ` is a request, `< ` a line of its reply, `$ ` a command for a shell, and a line
/// without a mark is the command's output. `…` stands for anything, also for lines when it is alone on one. The service
/// makes up the value of a volatile field (a secret, a time): the test puts the value that it received into the tour's
/// later requests.

import Foundation
import Testing

@Suite("The README", .realProcess)
struct ReadmeTests {
    @Test("The tour is what a fresh service answers", .timeLimit(.minutes(15)))
    func tour() async throws {
        let readme = try String(contentsOfFile: Programs.repository + "/README.md", encoding: .utf8)
        // These chapters have a service of their own.
        let steps = Tour.steps(in: readme).filter {
            !$0.chapter.hasPrefix(Self.chapterOfTLS) && !Self.chaptersOfTheirOwn.contains($0.chapter)
        }
        try #require(steps.count > 15, "the tour was not found in README.md")

        try Service.run { service in
            let connection = try service.signIn()
            try say(steps) { try $0.isForShell ? service.shell($1) : connection.call($1).lines }
        }
    }

    @Test("What the chapter of TLS shows is what comes of it", .timeLimit(.minutes(5)))
    func chapterOfTLS() throws {
        let readme = try String(contentsOfFile: Programs.repository + "/README.md", encoding: .utf8)
        let steps = Tour.steps(in: readme).filter { $0.chapter.hasPrefix(Self.chapterOfTLS) }
        try #require(steps.count > 3)
        let chapter = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix(Self.chapterOfTLS) })
        let block = try #require(chapter.split(separator: "```sh\n").last?.split(separator: "```").first)
        let commands = block.split(separator: "\n").filter { !$0.hasPrefix("kabinetd") }.joined(separator: "\n")
        let start = try #require(block.split(separator: "\n").first { $0.hasPrefix("kabinetd --listen 0.0.0.0:7117 ") })

        let home = try makeTemporaryDirectory()
        let shell = try ChildProcess("/bin/sh", ["-e", "-c", "cd '\(home)'; exec 2>openssl.log; \(commands)"])
        try #require(try shell.finish(within: 60).status == .exited(0))
        // It must not listen on every address of the machine, nor work in the tests' directory.
        let arguments = start.split(separator: " ").dropFirst(3).map { $0.hasPrefix("--") ? "\($0)" : "\(home)/\($0)" }
        try Service.run(arguments, home: home) { service in
            try say(steps) { try service.shell($1) }
            #expect(try eventually { service.logText.contains("new connections get the certificate") })
        }
    }

    @Test(
        "What a chapter with a service of its own shows is what comes of it", .timeLimit(.minutes(5)),
        arguments: zip(chaptersOfTheirOwn, [15, 7, 6]))
    func chapterOfItsOwn(name: String, least: Int) throws {
        let readme = try String(contentsOfFile: Programs.repository + "/README.md", encoding: .utf8)
        let steps = Tour.steps(in: readme).filter { $0.chapter == name }
        try #require(steps.count > least)
        let chapter = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix(name + "\n") })
        let start = chapter.split(separator: "\n").first { $0.hasPrefix("kabinetd ") } ?? ""
        try Service.run(start.split(separator: " ").dropFirst().map(String.init)) { service in
            let connection = try service.signIn()
            try say(steps) { try $0.isForShell ? service.shell($1) : connection.call($1).lines }
        }
    }

    private static let chaptersOfTheirOwn = [
        "Ways in", "What is used, and what it costs", "Bring in years of records",
    ]
    private static let chapterOfTLS = "Let other machines in"

    private func say(_ steps: [Tour.Step], _ hear: (Tour.Step, String) throws -> [String]) throws {
        var tour = Tour()
        for step in steps {
            let heard = try hear(step, tour.translated(step.said))
            if !tour.matches(step.expected, heard) {
                Issue.record(
                    """
                    README.md, line \(step.line): \(step.said)
                    the tour shows
                        \(step.expected.joined(separator: "\n    "))
                    and this came
                        \(heard.joined(separator: "\n    "))
                    """)
            }
        }
    }

    @Test("Every file that the documents link to is there")
    func links() throws {
        for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "RELIABILITY.md"] {
            let text = try String(contentsOfFile: Programs.repository + "/" + document, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
                let target = Programs.repository + "/" + match.1
                #expect(FileManager.default.fileExists(atPath: target), "\(document) links to \(match.1)")
            }
        }
    }

    @Test("What the service makes up is learnt once, and keeps its meaning")
    func learning() {
        var tour = Tour()
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
        var tour = Tour()
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

/// The tour, and the values learnt in this run.
private struct Tour {
    struct Step {
        let chapter: String
        let line: Int
        let said: String
        let isForShell: Bool
        var expected: [String] = []
    }

    /// The service makes these up.
    private static let identifiers: Set = ["challenge", "code", "secret", "session", "valid_from"]
    private static let times: Set = [
        "expires", "sent", "period_end", "valid_to", "time", "recorded", "effective", "opened", "last_used",
    ]

    /// Maps the tour's made-up values to this run's.
    private var known: [String: String] = [:]

    static func steps(in readme: String) -> [Step] {
        var steps: [Step] = []
        var isInside = false
        var chapter = ""
        for (number, line) in readme.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("## ") { chapter = String(line.dropFirst(3)) }
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("> ") || line.hasPrefix("$ ") {
                steps.append(
                    Step(
                        chapter: chapter, line: number + 1, said: String(line.dropFirst(2)),
                        isForShell: line.hasPrefix("$")))
            } else if isInside, !steps.isEmpty {
                steps[steps.count - 1].expected.append(String(line.hasPrefix("< ") ? line.dropFirst(2) : line))
            }
        }
        return steps
    }

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
