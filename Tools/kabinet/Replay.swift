// kabinet replay: a data directory, or a copy of one, read without the service: every projection rebuilt from event 1.

import Accounts
import ArgumentParser
import EventCoding
import EventLog
import Foundation

struct Replay: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuilds every projection from the log without the service, and prints a summary.",
        discussion: """
            The command only reads the directory, so the service may run on it.

            EXAMPLE
              kabinet replay /var/lib/kabinet
              kabinet replay /var/lib/kabinet --until 2018-03-31T21:00:00Z --msisdn 79001234567
              kabinet replay /var/lib/kabinet --account 41
            """)

    @Argument(help: "The data directory.", completion: .directory)
    var data: String

    @Option(help: ArgumentHelp("Print the state of one number, and every event that changed it.", valueName: "number"))
    var msisdn: String?

    @Option(help: "Print the same for one account, which may have lost its number since.")
    var account: AccountIndex?

    @Option(
        help: ArgumentHelp(
            "Stop after this position, or after the last event recorded at or before this time.", valueName: "seq|time")
    )
    var until: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func work() async throws {
        let bound = try until.map { try Bound($0, option: "--until") } ?? .position(.max)
        let log: ReadOnlyLog
        do { log = try ReadOnlyLog(data: data) } catch { throw logFailure(error) }
        DamagedPages.watch("take a backup, and run kabinet audit")
        // No code here asks whether an id was used.
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        let started = ContinuousClock.now
        do { try replay(log, until: bound, into: &state) } catch {
            throw Failure(message: "the replay stopped: \(error)", status: Status.refused)
        }
        let seconds = Double((ContinuousClock.now - started) / .microseconds(1)) / 1e6
        guard msisdn != nil || account != nil else { return show(state, seconds: seconds) }
        try show(try Holder(msisdn, account: account, in: state), state, log)
    }

    private func replay(_ log: ReadOnlyLog, until bound: Bound, into state: inout AccountsState) throws {
        /// Not an error: the first event after the time asked for.
        struct Reached: Error {}
        var through = Position.max
        if case .position(let position) = bound { through = position }
        let bar = ProgressBar()
        defer { bar.end() }
        do {
            _ = try log.reader.replay(
                into: &state, through: through,
                progress: {
                    DamagedPages.reached($0.position)
                    bar.show("replayed", $0.position, of: $0.total, "event \($0.position)")
                },
                ahead: { state, account in state.prefetch(account) },
                { state, meta, event in
                    if case .time(let time) = bound, meta.recorded > time { throw Reached() }
                    try state.replay(event, meta)
                })
        } catch is Reached {}
    }

    private func show(_ state: borrowing AccountsState, seconds: Double) {
        let digests = state.digests
        let bytes = state.allocatedBytes.map(\.bytes)
        if json {
            let projections = zip(digests, bytes).map { digest, bytes -> JSONValue in
                .object([
                    ("name", .string(digest.name)), ("digest", .string(hex(digest.digest))),
                    ("bytes", .number(String(bytes))),
                ])
            }
            let object = JSONValue.object([
                ("events", .number(String(state.position))), ("recorded", .string("\(state.recorded)")),
                ("accounts", .number(String(state.directory.count))),
                ("organizations", .number(String(state.organizations.count))),
                ("catalog_version", .number(String(state.catalog.publishedVersion))),
                ("trial_balance", .string("\(state.trialBalance)")), ("seconds", .number(String(seconds))),
                ("projections", .array(projections)),
            ])
            say(object.text)
            return
        }
        say("events         \(state.position), the last recorded \(state.recorded)")
        say("accounts       \(state.directory.count), organisations \(state.organizations.count)")
        say("catalogue      version \(state.catalog.publishedVersion)")
        say("trial balance  \(state.trialBalance)\(state.trialBalance == .zero ? "" : ": THE BOOKS ARE WRONG")")
        say(
            "replayed in    \((seconds * 1000).rounded() / 1000) s, \(Int(Double(state.position) / max(seconds, 1e-6))) events/s"
        )
        say("")
        say("projection        digest                     bytes")
        for (digest, bytes) in zip(digests, bytes) {
            let name = digest.name.padding(toLength: 18, withPad: " ", startingAt: 0)
            let size = String(bytes)
            say(name + hex(digest.digest) + String(repeating: " ", count: max(1, 16 - size.count)) + size)
        }
    }

    private func hex(_ digest: UInt64) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A number's state, and its history: the chain of `previous`, oldest first.
    private func show(_ holder: Holder, _ state: borrowing AccountsState, _ log: ReadOnlyLog) throws {
        let account = holder.account
        var shown: [(name: String, value: String)] = [
            ("msisdn", "\(holder.msisdn)"), ("account", "\(account)"), ("balance", "\(state.balances[account])"),
        ]
        if holder.until == nil {
            let tariff = state.subscriptions.tariff(account)
            var options: [String] = []
            state.subscriptions.forEachOption(account) { options.append(state.catalog.key(UInt32($0.offering))) }
            shown += [
                ("tariff", state.catalog.key(UInt32(tariff.offering))), ("tariff_status", "\(tariff.status.word)"),
                ("options", options.joined(separator: ",")),
                ("registered", state.access.isRegistered(account) ? "yes" : "no"),
            ]
        }
        shown.append(("activated", "\(holder.from)"))
        if let until = holder.until { shown.append(("ended", "\(until)")) }
        shown.append(("as_of", "\(state.position)"))
        if let org = state.organizations.organization(of: account) { shown.append(("org", "\(org)")) }
        var history: [(meta: EventMeta, event: Event)] = []
        try log.reader.history(of: account, from: state.directory[account].lastPosition) { meta, event in
            history.append((meta, event))
            return true
        }
        var lines: [JSONValue] = []
        if !json {
            for line in holder.others { say(line) }
            for field in shown { say(field.name.padding(toLength: 15, withPad: " ", startingAt: 0) + field.value) }
        }
        if !json { say("") }
        for (meta, event) in history.reversed() {
            var bytes: [UInt8] = []
            event.appendJSON(to: &bytes)
            let payload = String(decoding: bytes, as: UTF8.self)
            let principal = state.principals[meta.principal].name
            if json {
                lines.append(
                    .object([
                        ("seq", .number("\(meta.position)")), ("type", .string(event.typeName)),
                        ("recorded", .string("\(meta.recorded)")), ("effective", .string("\(meta.effective)")),
                        ("principal", .string(principal)), ("data", JSONValue(payload) ?? .string(payload)),
                    ]))
            } else {
                let balance = event.money.map { "  balance \($0.balanceAfter)" } ?? ""
                say(
                    "\(meta.recorded)  \(meta.position)  \(event.typeName)  \(principal)\(balance)"
                        + "  \(payloadText(payload, ofEvent: event.typeName))")
            }
        }
        if json {
            let members = shown.map { (name: $0.name, value: JSONValue.string($0.value)) }
            say(JSONValue.object(members + [(name: "events", value: .array(lines))]).text)
        }
    }
}
