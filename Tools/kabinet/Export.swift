// kabinet export: the log's money as a journal of double entries, for accounting tools and for programs.

import Accounts
import ArgumentParser
import EventCoding
import EventLog
import Foundation

struct Export: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the log's money as a double-entry journal: hledger, ledger, beancount, csv or jsonl.",
        discussion: """
            Every event that moved money is one transaction, in the log's order, dated by when it was recorded, in UTC. \
            DATA is only read; a service may run on it meanwhile. Without --output, or with -, it goes to standard output; FILE is \
            there when this ends with status 0, otherwise it is not.

            A debit is positive and a credit negative, in every format. So a subscriber's account, which is the \
            operator's debt, has BALANCE with the sign turned, and every account has the figure of TRIAL.BALANCE with \
            the sign turned. Amounts are roubles with two decimals; csv and jsonl have whole kopecks too. With --from \
            the journal begins with what the accounts had before it, each against Equity:Opening-Balances.

            References and principals' names are texts that others chose. hledger, ledger and beancount get them \
            percent-encoded, as in a URL, all but letters, digits, - . _ and /. csv is RFC 4180 and safe to open in a \
            spreadsheet: a first character that may begin a formula, control and format characters and % are \
            percent-encoded. jsonl has them as they are.

            EXAMPLE
              kabinet export DATA --format hledger --output kabinet.journal
              kabinet export DATA --format hledger | hledger -f - balance --tree
              kabinet export DATA --format csv --from 2018-03-01 --to 2018-04-01
              kabinet export DATA --format jsonl | jq -r '.reference // empty'
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Option(help: "Whose format.")
    var format: JournalFormat

    @Option(help: ArgumentHelp("The file to be made.", valueName: "file"), completion: .file())
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
        DamagedPages.watch("nothing was made of it; take another backup")
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
