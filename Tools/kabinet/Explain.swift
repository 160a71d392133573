// kabinet explain: why a balance is what it is, event by event.

import Accounts
import ArgumentParser
import EventCoding
import EventLog
import Foundation

/// Past states of a directory, for the subcommands that compare or explain them.
struct PastOf {
    let log: ReadOnlyLog
    private let states: PastStates
    private let last: Position
    private let data: String

    init(_ data: String) throws {
        self.data = data
        do throws(StoreError) {
            log = try ReadOnlyLog(data: data)
            last = try log.reader.last
        } catch {
            throw logFailure(error)
        }
        states = PastStates(data: data, of: log.identity, log.reader)
    }

    /// The state after a position, or after the events recorded up to a time; nil for the latest.
    func state(at text: String?, option: String, _ bar: ProgressBar) throws -> AccountsState {
        let moment = try moment(text, option: option)
        return try making {
            try states.bring(
                nil, to: try log.reader.position(of: moment, through: last),
                progress: { bar.show("replayed", $0) })
        }
    }

    /// The state of these accounts alone, under numbers of their own, from their own events.
    func state(of accounts: [AccountEnd], operator: AccountEnd, at text: String?, option: String) throws
        -> AccountsState
    {
        let moment = try moment(text, option: option)
        return try making {
            // Without an index, or with one that cannot be opened, every event of the accounts is read.
            let index = try? HistoryIndex(readOnly: data, of: log.identity, log.reader)
            return try PastAccounts(log.reader, index: index).state(
                of: accounts, at: try log.reader.position(of: moment, through: last), operator: `operator`)
        }
    }

    private func making(_ body: () throws -> AccountsState) throws -> AccountsState {
        do { return try body() } catch {
            throw Failure(message: "the replay stopped: \(error)", status: Status.refused)
        }
    }

    private func moment(_ text: String?, option: String) throws -> Moment {
        var moment = Moment.after(last)
        switch try text.map({ try Bound($0, option: option) }) {
        case .position(let position):
            guard position <= last else {
                throw Failure(message: "\(option): the log ends at position \(last)", status: Status.usage)
            }
            moment = .after(position)
        case .time(let time): moment = .recorded(time)
        case nil: break
        }
        return moment
    }
}

struct Explain: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Explains a balance: prints every event that changed it, with the running total.",
        discussion: """
            Prints one line for every posting: the position (kabinet proof makes its proof), the time it was recorded, \
            the event, the principal, the other account of the posting, the amount, and the balance after it. The sum \
            of all amounts must be the balance. If several accounts had the number, the command explains the last one \
            and lists all of them; --account chooses another. The command only reads the directory, so the service may \
            run on it.

            EXAMPLES
              kabinet explain /var/lib/kabinet 79001234567
              kabinet explain /var/lib/kabinet 79001234567 --at 2018-03-31T21:00:00Z
              kabinet explain /var/lib/kabinet --account 41
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Argument(help: "The telephone number; it may be left out if --account is given.")
    var msisdn: String?

    @Option(help: "The number of an account that has or had the telephone number.")
    var account: AccountIndex?

    @Option(
        help: ArgumentHelp(
            "Explain the balance as it was at this position or at this time.", valueName: "seq|time"))
    var at: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Line {
        let meta: EventMeta
        let type: String
        let principal: String
        let account: String
        let amount: Money
        let total: Money
    }

    mutating func work() async throws {
        DamagedPages.watch("take a backup, and run kabinet audit")
        let past = try PastOf(data)
        let bar = ProgressBar()
        let latest = try past.state(at: nil, option: "--at", bar)
        bar.end()
        let number = try Holder.number(msisdn, account: account, in: latest)
        var accounts: [AccountEnd] = []
        for holder in latest.directory.holders(number).sorted() { accounts.append(AccountEnd(holder, latest)) }
        let state = try past.state(of: accounts, operator: AccountEnd(0, latest), at: at, option: "--at")
        let holder = try Holder(of: number, account: account, in: state) { accounts[Int($0) - 1].account }
        let lines = try lines(of: holder, past.log, state)
        let (balance, total) = (state.balances[holder.place], lines.last?.total ?? .zero)
        if json { show(holder, lines, state, balance) } else { show(lines, holder, state, balance) }
        guard total == balance else {
            throw Failure(
                message: "the sum of the events is \(total), but the balance is \(balance): run kabinet audit",
                status: Status.refused)
        }
    }

    private func lines(of holder: Holder, _ log: ReadOnlyLog, _ state: borrowing AccountsState) throws -> [Line] {
        var history: [(meta: EventMeta, event: Event)] = []
        do {
            _ = try log.reader.history(of: holder.account, from: state.directory[holder.place].lastPosition) {
                meta, event in
                if event.money != nil { history.append((meta, event)) }
                return true
            }
        } catch {
            throw Failure(message: "the log cannot be read: \(error)", status: Status.refused)
        }
        var total = Money.zero
        var lines: [Line] = []
        for (meta, event) in history.reversed() {
            let principal = state.principals[meta.principal].name
            event.money?.forEachPosting { ledgerAccount, amount in
                total += amount
                lines.append(
                    Line(
                        meta: meta, type: event.typeName, principal: principal, account: ledgerAccount.name,
                        amount: amount, total: total))
            }
        }
        return lines
    }

    private func show(_ lines: [Line], _ holder: Holder, _ state: borrowing AccountsState, _ balance: Money) {
        for line in holder.others { say(line) }
        say(
            "\(holder.msisdn)\(holder.others.isEmpty ? "" : ", account \(holder.account),") has \(balance) at position"
                + " \(state.position), the last event recorded \(state.recorded)")
        guard !lines.isEmpty else { return say("no event changed the balance") }
        say("")
        let heads = ["position", "recorded", "event", "principal", "account", "amount", "balance"]
        let rows = lines.map { line in
            let sign = line.amount > .zero ? "+" : ""
            return [
                "\(line.meta.position)", "\(line.meta.recorded)", line.type, line.principal, line.account,
                "\(sign)\(line.amount)", "\(line.total)",
            ]
        }
        // As wide as their contents: a name may have 64 characters, a balance 14 digits.
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [heads] + rows {
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column < 5 ? row[column] + padding : padding + row[column]
            }
            say(cells.joined(separator: "  "))
        }
    }

    private func show(_ holder: Holder, _ lines: [Line], _ state: borrowing AccountsState, _ balance: Money) {
        let postings = lines.map { line in
            JSONValue.object([
                ("seq", .number("\(line.meta.position)")), ("tree_index", .number("\(line.meta.position - 1)")),
                ("recorded", .string("\(line.meta.recorded)")), ("effective", .string("\(line.meta.effective)")),
                ("type", .string(line.type)), ("principal", .string(line.principal)),
                ("account", .string(line.account)), ("amount", .string("\(line.amount)")),
                ("balance", .string("\(line.total)")),
            ])
        }
        say(
            JSONValue.object([
                ("msisdn", .string("\(holder.msisdn)")), ("account", .number("\(holder.account)")),
                ("from", .string("\(holder.from)")), ("until", holder.until.map { .string("\($0)") } ?? .null),
                ("position", .number("\(state.position)")),
                ("recorded", .string("\(state.recorded)")), ("balance", .string("\(balance)")),
                ("postings", .array(postings)),
            ]).text)
    }
}
