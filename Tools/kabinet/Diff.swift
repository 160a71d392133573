// kabinet diff: what changed between two moments of the log.

import Accounts
import ArgumentParser
import EventLog
import Foundation

struct Diff: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the changes between two moments: of the books, and of every account that changed.",
        discussion: """
            A moment is a position or a time. A position includes its own event. A time includes every event that was \
            recorded up to then. The command only reads the directory, so the service may run on it.

            EXAMPLES
              kabinet diff /var/lib/kabinet --from 2018-03-01 --to 2018-04-01
              kabinet diff /var/lib/kabinet --from 1042 --json | jq -c 'select(.msisdn)'
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Option(help: ArgumentHelp("The earlier moment.", valueName: "seq|time"))
    var from: String

    @Option(help: ArgumentHelp("The later moment; without it, the end of the log.", valueName: "seq|time"))
    var to: String?

    @Flag(help: "Print one line of JSON for each change.")
    var json = false

    private struct Change {
        let name: String
        let before: String
        let after: String
    }

    mutating func work() async throws {
        DamagedPages.watch("take a backup, and run kabinet audit")
        let past = try PastOf(data)
        let bar = ProgressBar()
        let before = try past.state(at: from, option: "--from", bar)
        let after = try past.state(at: to, option: "--to", bar)
        bar.end()
        guard before.position <= after.position else {
            throw Failure(
                message: "--from is position \(before.position), but --to is an earlier one, \(after.position)",
                status: Status.usage)
        }
        if !json {
            say("from position \(before.position), recorded \(before.recorded)")
            say("to   position \(after.position), recorded \(after.recorded)")
        }
        for account in LedgerAccount.allCases where before.balances.ledger(account) != after.balances.ledger(account) {
            show(
                [("ledger", account.name)],
                [
                    Change(
                        name: "balance", before: "\(before.balances.ledger(account))",
                        after: "\(after.balances.ledger(account))")
                ])
        }
        var changed = 0
        for index in 1..<max(1, after.directory.next) where after.directory[index].lastPosition > before.position {
            let earlier = index < before.directory.next ? facts(index, before) : [:]
            let later = facts(index, after)
            let changes = Self.names.compactMap { name -> Change? in
                let (old, new) = (earlier[name] ?? "", later[name] ?? "")
                return old == new ? nil : Change(name: name, before: old, after: new)
            }
            guard !changes.isEmpty else { continue }
            changed += 1
            let directory = after.directory[index]
            let number = directory.msisdn.number == 0 ? "" : "\(directory.msisdn)"
            show([("account", "\(index)"), ("msisdn", number)], changes)
        }
        if !json {
            say(
                "\(changed) accounts changed, by \(after.position - before.position) events of all accounts")
        }
    }

    private static let names = ["balance", "tariff", "status", "options", "registered", "organization"]

    private func facts(_ account: AccountIndex, _ state: borrowing AccountsState) -> [String: String] {
        var facts = ["balance": "\(state.balances[account])"]
        guard state.directory[account].kind == .subscriber else { return facts }
        let tariff = state.subscriptions.tariff(account)
        facts["tariff"] = state.catalog.key(UInt32(tariff.offering))
        facts["status"] = "\(tariff.status.word)"
        var options: [String] = []
        state.subscriptions.forEachOption(account) { options.append(state.catalog.key(UInt32($0.offering))) }
        // Sorted, so that an option that was switched off and on again is not a difference.
        facts["options"] = options.sorted().joined(separator: ",")
        facts["registered"] = state.access.isRegistered(account) ? "yes" : "no"
        facts["organization"] = state.organizations.organization(of: account).map { "\($0)" } ?? ""
        return facts
    }

    private func show(_ subject: [(name: String, value: String)], _ changes: [Change]) {
        if json {
            let members = subject.filter { !$0.value.isEmpty }.map {
                (name: $0.name, value: JSONValue.string($0.value))
            }
            let changes = changes.map { change in
                (
                    name: change.name,
                    value: JSONValue.object([("before", .string(change.before)), ("after", .string(change.after))])
                )
            }
            return say(JSONValue.object(members + changes).text)
        }
        let words = changes.map {
            "\($0.name) \($0.before.isEmpty ? "-" : $0.before) → \($0.after.isEmpty ? "-" : $0.after)"
        }
        let name =
            subject.last { !$0.value.isEmpty }.map { $0.name == "account" ? "account \($0.value)" : $0.value } ?? ""
        say("\(name): \(words.joined(separator: "; "))")
    }
}
