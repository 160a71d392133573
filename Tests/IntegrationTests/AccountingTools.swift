/// The accounting tools that `kabinet export` writes for; each is asked for its accounts' balances.

import Foundation
import Testing

enum AccountingTools {
    static let hledger = Programs.find("hledger")
    static let ledger = Programs.find("ledger")
    /// A Python that has the `beancount` package.
    static let python: String? = Programs.python.flatMap { python in
        let check = try? ChildProcess(python, ["-c", "import beancount"])
        return (try? check?.wait(within: 30)) == .exited(0) ? python : nil
    }

    static var areThere: Bool { hledger != nil && ledger != nil && python != nil }
    static let advice: Comment = "hledger, ledger or Python's beancount are not there: Tools/test installs them"

    static let formats = ["hledger", "ledger", "beancount", "csv", "jsonl"]

    /// The balances that a format's tool reads from a journal: kopecks by account. Any other output of a tool is a
    /// fault.
    static func balances(_ format: String, _ file: String, _ options: String...) throws -> [String: Int] {
        switch format {
        case "hledger":
            let text = try run(
                hledger, ["-f", file, "--strict", "balance", "--flat", "--empty", "--no-total", "-O", "csv"])
            let rows = text.split(separator: "\n").dropFirst().joined(separator: "\n")
            return try kopecks(rows.replacing("\",\"", with: "\t"))
        case "ledger":
            let layout = #"%(account)\t%(display_total)\n"#
            return try kopecks(
                try run(
                    ledger,
                    [
                        "-f", file, "--strict", "--pedantic", "balance", "--flat", "--empty", "--no-total",
                        "--balance-format", layout,
                    ]))
        default:
            let text = try script([format, file] + options)
            return Dictionary(
                uniqueKeysWithValues: try lines(text).map { ($0[0], try #require(Int($0[1]))) })
        }
    }

    /// Checks that hledger has no other complaints.
    static func check(hledger file: String) throws {
        #expect(try run(hledger, ["-f", file, "check", "--strict", "ordereddates"]) == "")
    }

    static func script(_ arguments: [String]) throws -> String {
        try run(python, [Programs.repository + "/Tests/IntegrationTests/Scripts/journal.py"] + arguments)
    }

    private static func lines(_ text: String) throws -> [[String]] {
        try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t").map(String.init)
            return try #require(fields.count == 2 ? fields : nil, "\(line)")
        }
    }

    private static func kopecks(_ text: String) throws -> [String: Int] {
        var sums: [String: Int] = [:]
        for fields in try lines(text) {
            let amount = fields[1].trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
            sums[fields[0].trimmingCharacters(in: CharacterSet(charactersIn: "\" "))] =
                amount == "0" ? 0 : try #require(Self.kopecks(amount: amount.replacing(" RUB", with: "")), "\(fields)")
        }
        return sums
    }

    /// `-350.05` is -35005.
    static func kopecks(amount: String) -> Int? {
        amount.wholeMatch(of: /-?[0-9]+\.[0-9]{2}/).flatMap { _ in Int(amount.replacing(".", with: "")) }
    }

    /// The program's output; it must succeed and print nothing on standard error.
    private static func run(_ program: String?, _ arguments: [String]) throws -> String {
        let directory = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let process = try ChildProcess(try #require(program), arguments, errors: directory + "/errors")
        let (output, status) = try process.finish(within: 120)
        let errors = try String(contentsOfFile: directory + "/errors", encoding: .utf8)
        #expect(status == .exited(0), "\(arguments)")
        #expect(errors == "", "\(arguments)")
        return output
    }
}
