// How the outcomes of scenario files are written: for a person, as TAP, or as JUnit's XML.

import ArgumentParser
import Foundation

enum ScenarioFormat: String, CaseIterable, ExpressibleByArgument {
    case text, tap, junit
}

extension ScenarioDifference {
    /// The difference as a person reads it: where and what in one line, then the request, the lines of the reply that
    /// were expected, and those that were answered.
    func lines(in path: String) -> [String] {
        guard let expected else { return ["\(path):\(line): \(said)"] + came.map { "    \($0)" } }
        let isOneLine = expected.count == came.count
        let (wanted, answered) = (expected.dropFirst(same), came.dropFirst(same))
        var lines = ["\(path):\(line + (expected.isEmpty ? 0 : 1 + same)): \(words(wanted.first, answered.first))"]
        lines.append("  > \(said)")
        lines += came.prefix(same).map { "    < \($0)" }
        lines += (isOneLine ? wanted.prefix(1) : wanted).map { "  expected < \($0)" }
        lines += (isOneLine ? answered.prefix(1) : answered).map { "  answered < \($0)" }
        return lines
    }

    /// The difference of two lines in words.
    private func words(_ wanted: String?, _ answered: String?) -> String {
        guard let wanted else { return "a line was answered that was not expected" }
        guard let answered else { return "a line was expected, and the reply has no more" }
        let values = Dictionary(fields(of: answered).map { ($0.0, $0.1) }) { first, _ in first }
        let kinds = [wanted, answered].map { $0.prefix { $0 != " " } }
        if kinds[0] != kinds[1], !kinds[0].contains("…") { return "\(kinds[1]) was answered, and \(kinds[0]) expected" }
        for (name, value) in fields(of: wanted) where !value.contains("…") && values[name] != value {
            guard let came = values[name] else { return "the reply has no \(name)=" }
            return "\(name) is \(came), and \(value) was expected"
        }
        return "the reply is not as expected"
    }
}

/// Writes outcomes as they come; JUnit's at the end, because its head has the sums.
struct ScenarioReport {
    private let format: ScenarioFormat
    private var outcomes: [ScenarioOutcome] = []

    init(_ format: ScenarioFormat, count: Int) {
        self.format = format
        if format == .tap { say("TAP version 13\n1..\(count)") }
    }

    var failures: Int { outcomes.count { $0.difference != nil } }

    mutating func add(_ outcome: ScenarioOutcome) {
        outcomes.append(outcome)
        let lines = outcome.difference?.lines(in: outcome.path) ?? []
        switch format {
        case .text: for line in lines { say(line) }
        case .tap:
            say("\(lines.isEmpty ? "ok" : "not ok") \(outcomes.count) - \(outcome.path.replacing("#", with: "\\#"))")
            guard !lines.isEmpty else { return }
            say("  ---\n  message: |")
            for line in lines { say("    \(line)") }
            say("  ...")
        case .junit: break
        }
    }

    func end() {
        let requests = outcomes.reduce(0) { $0 + $1.requests }
        let seconds = outcomes.reduce(0) { $0 + $1.seconds }
        switch format {
        case .text:
            // A millisecond is the least that is measured.
            let rate = ", \(Int(Double(requests) / max(seconds, 0.001))) a second"
            let sums = "\(counted(outcomes.count, "scenario")), \(counted(requests, "request"))\(rate)"
            say("\(sums): \(failures == 0 ? "all as expected" : "\(failures) with a difference; each ended there")")
        case .tap: break
        case .junit: say(xml(seconds))
        }
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func xml(_ seconds: Double) -> String {
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuite name=\"kabinet scenario\" tests=\"\(outcomes.count)\" failures=\"\(failures)\""
                + " errors=\"0\" time=\"\(seconds)\">",
        ]
        for outcome in outcomes {
            let path = outcome.path as NSString
            let head =
                "  <testcase classname=\"\(escaped(path.deletingLastPathComponent))\""
                + " name=\"\(escaped(path.lastPathComponent))\" time=\"\(outcome.seconds)\""
            guard let difference = outcome.difference else {
                lines.append(head + "/>")
                continue
            }
            let words = difference.lines(in: outcome.path)
            lines.append(head + ">")
            lines.append(
                "    <failure message=\"\(escaped(words[0]))\">\(escaped(words.joined(separator: "\n")))</failure>")
            lines.append("  </testcase>")
        }
        return (lines + ["</testsuite>"]).joined(separator: "\n")
    }

    /// Text that XML takes: it has no way to write most control characters.
    private func escaped(_ text: String) -> String {
        printable(text).reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n": out += "&#10;"
            default: out.append(character)
            }
        }
    }
}
