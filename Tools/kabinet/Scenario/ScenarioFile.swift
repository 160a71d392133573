// A scenario file: requests with the replies that they must have, and directives between them.
//
//     # A payment pays the fee that waited for it.
//     at 2018-03-01T09:00:00Z
//     as payments
//     > TOPUP 79001234567 700 ref=acq-991
//     < OK payment=$payment … balance=500.00 …

import Accounts
import Foundation

/// A mistake in a file, by its line.
struct ScenarioMistake: Error, Equatable {
    let line: Int
    let message: String
}

struct ScenarioFile {
    enum Step: Equatable {
        case request(String, expected: [Pattern])
        /// `roles` is nil if the directive names none.
        case speaker(name: String, roles: String?)
        case time(Moment)
        case restart
    }

    enum Moment: Equatable {
        case instant(Instant)
        case after(TimeSpan)
    }

    struct Line: Equatable {
        /// The number of its line, from 1.
        let line: Int
        let step: Step
    }

    let path: String
    /// The text's lines, for a recording.
    let text: [Substring]
    private(set) var lines: [Line] = []

    static let maximumBytes = 16 << 20
    /// The service takes no longer line.
    private static let maximumLineBytes = 16 << 10

    init(path: String, text: String) throws(ScenarioMistake) {
        self.path = path
        self.text = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        var request: (line: Int, text: String, expected: [Pattern])?
        func end() -> [Line] {
            request.map { [Line(line: $0.line, step: .request($0.text, expected: $0.expected))] } ?? []
        }
        for (index, line) in self.text.enumerated() {
            let number = index + 1
            func mistake(_ message: String) -> ScenarioMistake { ScenarioMistake(line: number, message: message) }
            guard line.utf8.count <= Self.maximumLineBytes else {
                throw mistake("a line has at most \(Self.maximumLineBytes) bytes")
            }
            let words = line.split(separator: " ")
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if line.hasPrefix("<") {
                guard request != nil else { throw mistake("a line of a reply stands under its request") }
                request?.expected.append(Pattern(Self.rest(line)))
                continue
            }
            lines += end()
            request = nil
            if line.hasPrefix(">") {
                guard let verb = Self.rest(line).split(separator: " ").first else {
                    throw mistake("there is no request after >")
                }
                guard verb.uppercased() != "TAIL" else { throw mistake("TAIL does not end: use EVENTS") }
                request = (number, Self.rest(line), [])
                continue
            }
            do throws(DirectiveMistake) {
                lines.append(Line(line: number, step: try Self.directive(first, words.dropFirst())))
            } catch { throw mistake(error.message) }
        }
        lines += end()
    }

    /// The time of the first `at`, if no request stands before it: the service's clock begins there.
    var beginning: Instant? {
        for line in lines {
            switch line.step {
            case .time(.instant(let instant)): return instant
            case .request, .restart, .time: return nil
            case .speaker: continue
            }
        }
        return nil
    }

    var requestCount: Int {
        lines.count { if case .request = $0.step { true } else { false } }
    }

    /// The text behind the mark and one space.
    private static func rest(_ line: Substring) -> String {
        String(line.dropFirst(line.dropFirst().first == " " ? 2 : 1))
    }

    private struct DirectiveMistake: Error {
        let message: String
    }

    private static func directive(_ name: Substring, _ words: ArraySlice<Substring>) throws(DirectiveMistake) -> Step {
        switch (name, words.count) {
        case ("as", 1...2):
            let roles = words.dropFirst().first
            guard roles?.hasPrefix("roles=") ?? true else {
                throw DirectiveMistake(message: "as NAME, or as NAME roles=ROLE,ROLE")
            }
            return .speaker(name: String(words[words.startIndex]), roles: roles.map { String($0.dropFirst(6)) })
        case ("at", 1):
            guard let moment = Moment(words[words.startIndex]) else {
                throw DirectiveMistake(
                    message: "at takes a time, such as 2018-03-01T09:00:00Z or 2018-03-01, or a step, such as +30d")
            }
            return .time(moment)
        case ("restart", 0): return .restart
        case ("as", _), ("at", _), ("restart", _):
            throw DirectiveMistake(message: "\(name) has other words than it takes")
        default:
            throw DirectiveMistake(
                message: "a line is > a request, < a line of its reply, as NAME, at TIME, restart, or # a comment")
        }
    }
}

extension ScenarioFile.Moment {
    /// `2018-03-01T09:00:00Z`, `2018-03-01`, or `+90s`, `+5m`, `+2h`, `+30d`.
    init?(_ text: Substring) {
        guard text.hasPrefix("+") else {
            guard let instant = Instant(rfc3339: text.utf8) else { return nil }
            self = .instant(instant)
            return
        }
        // The service refuses more at once, and a longer step is a mistyped one.
        guard let count = Int64(text.dropFirst().dropLast()), (1...10_000_000).contains(count) else { return nil }
        switch text.last {
        case "s": self = .after(.seconds(count))
        case "m": self = .after(.minutes(count))
        case "h" where count <= 100_000: self = .after(.hours(count))
        case "d" where count <= 10_000: self = .after(.days(count))
        default: return nil
        }
    }
}
