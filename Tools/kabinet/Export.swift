// kabinet export: the log's money as a journal of double entries, for accounting tools and for programs.

import Accounts
import ArgumentParser
import EventCoding
import EventLog
import Foundation

struct Export: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the log's payments and charges as a double-entry journal.",
        discussion: """
            Each event that moved money becomes one transaction, in the order of the log. Its date is the day when it \
            was recorded, in UTC. Without --output, or with -, the journal goes to standard output. FILE exists only \
            if the command ends with status 0. The command only reads DATA, so the service may run on it.

            In every format a debit is positive and a credit negative. A subscriber's account is a debt of the \
            operator, so it has the sign opposite to that of BALANCE. Every account has the sign opposite to that of \
            TRIAL.BALANCE. Amounts are roubles with two decimals; csv and jsonl have whole kopecks too. With --from \
            the journal begins with the earlier balance of each account, against Equity:Opening-Balances.

            Other people choose payment references and the names of principals. In hledger, ledger and beancount all \
            their characters but letters, digits, - . _ and / are percent-encoded, as in a URL. csv is RFC 4180 and \
            safe to open in a spreadsheet: control and format characters, %, and a first character that may begin a \
            formula are percent-encoded. jsonl has them unchanged.

            EXAMPLE
              kabinet export DATA --format hledger --output kabinet.journal
              kabinet export DATA --format hledger | hledger -f - balance --tree
              kabinet export DATA --format csv --from 2018-03-01 --to 2018-04-01
              kabinet export DATA --format jsonl | jq -r '.reference // empty'
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Option(help: "The format of the journal.")
    var format: JournalFormat

    @Option(help: ArgumentHelp("The new file for the journal.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Begin with this position, or with the first event recorded at or after this time.", valueName: "seq|time"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "End before this position, or before the first event recorded at or after this time.",
            valueName: "seq|time"))
    var to: String?

    mutating func work() async throws {
        do { try export() } catch { throw copyFailure(error) }
    }

    private func export() throws {
        let from = try from.map { try Bound($0, option: "--from") }
        let to = try to.map { try Bound($0, option: "--to") }
        let log = try ReadOnlyLog(data: data)
        // Lines that go to the same terminal show the progress.
        let bar = (output ?? "-") == "-" && isatty(STDOUT_FILENO) == 1 ? ProgressBar(isShown: false) : ProgressBar()
        defer { bar.end() }
        DamagedPages.watch("no journal was made; take another backup")
        guard let output, output != "-" else {
            _ = try write(log, from, to, bar) { say(lines: copy $0) }
            return
        }
        let file = try NewFile(output)
        let transactions = try file.fill { try write(log, from, to, bar, to: $0) }
        bar.end()
        complain("kabinet: \(transactions) transactions are in \(output)")
    }

    /// Returns the number of transactions.
    private func write(
        _ log: ReadOnlyLog, _ from: Bound?, _ to: Bound?, _ bar: ProgressBar,
        to write: (borrowing [UInt8]) throws -> Void
    ) throws -> Int {
        /// Not an error: the first event at or after `to`.
        struct Reached: Error {}
        // The state names accounts and principals, and has the accounts' balances before `from`. No code here asks
        // whether an id was used.
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        var journal = JournalWriter(format.renderer, log: log.identity.name)
        var isOpen = from == nil
        do {
            _ = try log.reader.replay(
                into: &state,
                progress: {
                    DamagedPages.reached($0.position)
                    bar.show("exported", $0.position, of: $0.total, "event \($0.position)")
                },
                ahead: { state, account in state.prefetch(account) },
                { state, meta, event in
                    if let to, to.isReached(by: meta) { throw Reached() }
                    if !isOpen, let from, from.isReached(by: meta) {
                        try journal.open(state, write)
                        isOpen = true
                    }
                    try state.replay(event, meta)
                    if isOpen, let transaction = JournalTransaction(event, meta, state) {
                        try journal.append(transaction, write)
                    }
                })
        } catch is Reached {}
        if !isOpen { try journal.open(state, write) }
        try journal.end(state, write)
        return journal.transactions
    }
}
