// The findings of an audit: as lines for people, as JSON, as a page.

import Accounts
import EventLog
import Foundation

struct AuditReport {
    let data: String
    let made: String
    var log = ""
    var verification: TreeVerification?
    var areSigned = false
    var state: StateCheck?
    /// Why the replay did not finish.
    var stopped: String?
    /// The indexes that could not be opened: their projection, and why.
    var unopened: [(kind: String, words: String)] = []
    var seconds = 0.0

    var isClean: Bool {
        verification?.faultCount == 0 && stopped == nil && unopened.isEmpty && state?.faults.isEmpty == true
            && state?.trialBalance == .zero
    }

    /// Opens an index, which is nil if there is none of this log. One that cannot be opened is a fault of its own: the
    /// log can be checked without it.
    mutating func index<Index>(_ kind: String, _ open: () throws -> Index?) -> Index? {
        do { return try open() } catch {
            unopened.append((kind, "an index cannot be opened, and the next start makes it anew: \(error)"))
            return nil
        }
    }

    /// Kind, position, words.
    private var faults: [(kind: String, position: Position, words: String)] {
        var faults = (verification?.faults ?? []).map { ($0.kind.rawValue, $0.position, $0.message) }
        for fault in state?.faults ?? [] {
            let whose = fault.msisdn.map { " of \($0)" } ?? fault.account.map { " of account \($0)" } ?? ""
            faults.append((fault.projection, fault.position, "\(fault.projection)\(whose): \(fault.message)"))
        }
        if let verification, verification.faultCount > verification.faults.count {
            let more = verification.faultCount - verification.faults.count
            faults.append(
                (
                    "log", 0,
                    "\(more) more records, or parts of the tree, were changed after they were written"
                ))
        }
        for index in unopened { faults.append((index.kind, 0, index.words)) }
        if let stopped { faults.append(("replay", 0, "the log cannot be replayed: \(stopped)")) }
        if let balance = state?.trialBalance, balance != .zero {
            faults.append(("balances", 0, "the trial balance is \(balance), and must be 0.00"))
        }
        return faults
    }

    private var facts: [(name: String, value: String)] {
        var facts: [(String, String)] = [("data", data), ("log", log)]
        if let verification {
            let kept = verification.keptLeaves.map { "\($0)" } ?? "none: this log has no tree"
            facts += [
                ("events", "\(verification.last)"), ("root", Data(verification.root.bytes).base64EncodedString()),
                ("kept hashes", kept),
            ]
            for size in verification.checkpoints {
                facts.append(("checkpoint", "of \(size) agrees\(areSigned ? "" : "; its signature was not checked")"))
            }
        }
        if let state {
            facts += [
                ("replayed", "\(state.position) events, the last recorded \(state.recorded)"),
                ("accounts", "\(state.accounts)"),
                (
                    "snapshots",
                    state.snapshots.isEmpty ? "none" : state.snapshots.map { "\($0)" }.joined(separator: ", ")
                ),
            ]
            let index = state.index.map { "\($0.count) keys, through event \($0.through)" }
            facts.append(("index of ids", index ?? "none that belongs to this log"))
            let history = state.history.map { "\($0.count) entries, through event \($0.through)" }
            facts.append(("history index", history ?? "none that belongs to this log"))
            facts.append(("pasts compared", "\(state.pasts) numbers, made from their own events"))
            for (position, reason) in state.unread { facts.append(("not compared", "snapshot \(position): \(reason)")) }
            facts.append(("trial balance", "\(state.trialBalance)"))
        }
        return facts + [("made", "\(made), in \(seconds) s")]
    }

    private var verdict: String { isClean ? "nothing is wrong" : "SOMETHING IS WRONG" }

    private func hex(_ digest: UInt64) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    // MARK: - As lines

    var lines: [String] {
        func padded(_ name: String) -> String { name.padding(toLength: 16, withPad: " ", startingAt: 0) }
        var lines = facts.map { padded($0.name) + $0.value }
        for (name, digest) in state?.digests ?? [] { lines.append(padded("digest") + "\(hex(digest)) \(name)") }
        for fault in faults {
            lines.append(
                padded("WRONG") + (fault.position > 0 ? "position \(fault.position), " : "")
                    + "\(fault.kind): \(fault.words)")
        }
        return lines + [padded("audited") + verdict]
    }

    // MARK: - As JSON

    var json: JSONValue {
        func number(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }
        var members: [(name: String, value: JSONValue)] = [
            ("result", .string(isClean ? "ok" : "wrong")), ("data", .string(data)), ("log", .string(log)),
            ("made", .string(made)), ("seconds", .number("\(seconds)")),
        ]
        if let verification {
            members += [
                ("events", number(verification.last)),
                ("root", .string(Data(verification.root.bytes).base64EncodedString())),
                ("checkpoints", .array(verification.checkpoints.map { number($0) })),
                ("signatures", .string(areSigned ? "checked" : "not checked")),
            ]
            if let kept = verification.keptLeaves { members.append(("kept_hashes", number(kept))) }
        }
        if let state {
            if let index = state.index { members.append(("indexed_keys", number(index.count))) }
            if let history = state.history { members.append(("history_entries", number(history.count))) }
            members.append(("pasts_compared", number(state.pasts)))
            members += [
                ("replayed", number(state.position)), ("accounts", number(state.accounts)),
                ("snapshots", .array(state.snapshots.map { number($0) })),
                (
                    "not_compared",
                    .array(
                        state.unread.map {
                            .object([("position", number($0.position)), ("reason", .string($0.reason))])
                        })
                ),
                ("trial_balance", .string("\(state.trialBalance)")),
                ("digests", .object(state.digests.map { ($0.name, .string(hex($0.digest))) })),
            ]
        }
        let listed = faults.map { fault in
            JSONValue.object([
                ("kind", .string(fault.kind)), ("position", number(fault.position)), ("message", .string(fault.words)),
            ])
        }
        return .object(members + [("faults", .array(listed))])
    }

    // MARK: - As a page

    var page: String {
        func row(_ cells: [String], _ tag: String = "td") -> String {
            "<tr>" + cells.map { "<\(tag)>\(Self.escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        let wrong = faults.map { row([$0.position > 0 ? "\($0.position)" : "", $0.kind, $0.words]) }
        let digests = (state?.digests ?? []).map { row([$0.name, hex($0.digest)]) }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Audit of \(Self.escaped(log)): \(verdict)</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
            table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
            th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd }
            td:last-child { overflow-wrap: anywhere }
            th { white-space: nowrap } td { font-variant-numeric: tabular-nums }
            .verdict { padding: .6rem 1rem; border-left: .4rem solid \(isClean ? "#2a7" : "#c33"); background: #f6f6f6 }
            @media (prefers-color-scheme: dark) {
              body { background: #181818; color: #ddd } .verdict { background: #222 } th, td { border-color: #444 }
            }
            </style></head><body>
            <h1>Audit of a log</h1>
            <p class="verdict"><strong>\(Self.escaped(verdict))</strong></p>
            <table>\(facts.map { "<tr><th>\(Self.escaped($0.name))</th><td>\(Self.escaped($0.value))</td></tr>" }.joined())</table>
            \(wrong.isEmpty ? "" : "<h2>What is wrong</h2><table>\(row(["position", "kind", "what"], "th"))\(wrong.joined())</table>")
            \(digests.isEmpty ? "" : "<h2>State at the end</h2><table>\(row(["projection", "digest"], "th"))\(digests.joined())</table>")
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        // Works by scalars, because a sign with a combining mark is another character.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
