// kabinet erasure: the certificate that a person's key was destroyed: texts, time, principal, and the journal around
// it.

import Accounts
import ArgumentParser
import Engine
import EventCoding
import EventLog
import Foundation

struct Erasure: Subcommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Prints the certificate of an erasure: the destroyed key,"
            + " the time, the principal, and an extract of the log.",
        discussion: """
            POSITION is seq= of the reply to ERASE. The certificate lists every event of the account up to then, with \
            the number of its texts that were encrypted with the destroyed key. It also says whether the vault still \
            has that key. kabinet proof POSITION makes a proof of the erasure itself. The command only reads the \
            directory, so the service may run on it.

            EXAMPLES
              kabinet erasure /var/lib/kabinet 1042 > erasure-1042.txt
              kabinet erasure /var/lib/kabinet 1042 --json

            Status 0: the vault does not have the key. Status 1: it has the key, or it cannot be read.
            """)

    @Argument(
        help: "The data directory, or a backup of the log beside which the vault is restored.", completion: .directory)
    var data: String

    @Argument(help: "The position of the erasure.")
    var position: UInt64

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Entry {
        let meta: EventMeta
        let type: String
        let principal: String
        /// Texts under the key that was destroyed.
        let sealed: Int
    }

    mutating func work() async throws {
        DamagedPages.watch("take a backup, and run kabinet audit")
        let past = try PastOf(data)
        let bar = ProgressBar()
        let state = try past.state(at: "\(position)", option: "POSITION", bar)
        bar.end()
        let (meta, event): (EventMeta, Event)
        do { (meta, event) = try past.log.reader.event(at: position) } catch {
            throw Failure(message: "position \(position) cannot be read: \(error)", status: Status.refused)
        }
        guard case .personErased(let erased) = event else {
            throw Failure(message: "position \(position) is \(event.typeName), not an erasure", status: Status.usage)
        }
        let entries = try entries(meta.account, erased.destroyedKeyID, past.log, state)
        let holds: Bool?
        do { holds = try Vault.holds(erased.destroyedKeyID, data: data) } catch {
            throw Failure(message: "the vault cannot be read: \(error)", status: Status.refused)
        }
        let facts: [(name: String, value: String)] = [
            ("log", past.log.identity.name), ("position", "\(position)"), ("recorded", "\(meta.recorded)"),
            ("principal", state.principals[meta.principal].name), ("session", "\(meta.session)"),
            ("account", "\(meta.account)"), ("msisdn", "\(state.directory[meta.account].msisdn)"),
            ("destroyed_key", encodeBase64URL(erased.destroyedKeyID)),
            ("sealed_texts", "\(entries.reduce(0) { $0 + $1.sealed })"),
            ("vault", holds.map { $0 ? "STILL HAS the key" : "does not have the key" } ?? "does not exist"),
        ]
        if json { show(facts, entries, holds) } else { show(facts, entries) }
        guard holds == false else { throw Failure(message: "", status: Status.refused) }
    }

    /// The account's entries, oldest first. A key drawn at an earlier erasure sealed the entries after that one.
    private func entries(
        _ account: AccountIndex, _ destroyed: [UInt8], _ log: ReadOnlyLog, _ state: borrowing AccountsState
    ) throws -> [Entry] {
        var found: [(EventMeta, Event)] = []
        do {
            _ = try log.reader.history(of: account, from: position) { meta, event in
                found.append((meta, event))
                return true
            }
        } catch {
            throw Failure(message: "the log cannot be read: \(error)", status: Status.refused)
        }
        var isUnderIt = false
        return found.reversed().map { meta, event in
            switch event {
            case .subscriberActivated(let e): isUnderIt = e.keyID == destroyed
            case .personErased(let e): isUnderIt = e.keyID == destroyed
            default: break
            }
            return Entry(
                meta: meta, type: event.typeName, principal: state.principals[meta.principal].name,
                sealed: isUnderIt ? event.sealedTexts.count { !$0.isEmpty } : 0)
        }
    }

    private func show(_ facts: [(name: String, value: String)], _ entries: [Entry]) {
        say("CERTIFICATE OF ERASURE")
        say("")
        for (name, value) in facts { say(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value) }
        say("")
        say("Nobody can read the texts that were encrypted with this key, in any copy of the log.")
        say("")
        let heads = ["position", "recorded", "event", "principal", "sealed texts"]
        let rows = entries.map { entry in
            [
                "\(entry.meta.position)", "\(entry.meta.recorded)", entry.type, entry.principal,
                entry.sealed == 0 ? "" : "\(entry.sealed)",
            ]
        }
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [heads] + rows {
            var cells = row
            // Drops empty cells at the end.
            while cells.last?.isEmpty == true { cells.removeLast() }
            let last = cells.count - 1
            say(
                cells.indices.map { column in
                    let width = column == last ? cells[column].count : widths[column]
                    return cells[column].padding(toLength: width, withPad: " ", startingAt: 0)
                }.joined(separator: "  "))
        }
    }

    private func show(_ facts: [(name: String, value: String)], _ entries: [Entry], _ holds: Bool?) {
        let journal = entries.map { entry in
            JSONValue.object([
                ("seq", .number("\(entry.meta.position)")), ("tree_index", .number("\(entry.meta.position - 1)")),
                ("recorded", .string("\(entry.meta.recorded)")), ("type", .string(entry.type)),
                ("principal", .string(entry.principal)), ("sealed_texts", .number("\(entry.sealed)")),
            ])
        }
        let members = facts.map { ($0.name, JSONValue.string($0.value)) }
        say(JSONValue.object(members + [("journal", .array(journal))]).text)
    }
}
