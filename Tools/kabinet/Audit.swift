// kabinet audit: every check of a data directory or a backup, in one report.

import Accounts
import ArgumentParser
import EventLog
import Foundation

struct Audit: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a whole data directory or backup without the service, and prints a report.",
        discussion: """
            Checks everything that kabinet verify checks: every record, their order, the tree of their hashes, and \
            checkpoints. Then it replays the log from its first event. It compares every balance with the one in its \
            event, every snapshot with the state at its position, every idempotency key and every event with its index. \
            It makes the states of 1,000 random numbers at as many moments from their own events, and compares them with \
            the replay. The sum of the books must be zero. The command only reads the directory, so the service may run \
            on it.

            EXAMPLES
              kabinet audit /var/lib/kabinet
              kabinet audit /var/lib/kabinet --checkpoint march.txt --key "$KEY" --html audit.html
              kabinet audit /var/backups/kabinet/2018-03-31 --json

            Status 0: nothing is wrong. Status 1: the report lists each fault with its position.
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @OptionGroup var evidence: EvidenceOptions

    @Option(
        help: ArgumentHelp(
            "Also write the report as a web page, into a new file.",
            valueName:
                "file"), completion: .file())
    var html: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func work() async throws {
        let page = try html.map { try NewFile($0) }
        var report = AuditReport(
            data: data, made: "\(Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))")
        let checkpoints = try evidence.checkpoints()
        DamagedPages.watch("the rest was not checked; take a backup", status: Status.refused)
        let bar = ProgressBar()
        defer { bar.end() }
        let log = try evidence.open(data)
        report.log = log.identity.name
        let began = ContinuousClock.now
        report.verification = try evidence.verify(log, in: data, checkpoints, bar)
        report.areSigned = evidence.key != nil
        do {
            let states = PastStates(data: data, of: log.identity, log.reader)
            let index = report.index(IdempotencyKeys.name) {
                try derived { try KeyIndex(readOnly: data, of: log.identity, log.reader) }
            }
            let history = report.index(HistoryIndex.name) {
                try derived { try HistoryIndex(readOnly: data, of: log.identity, log.reader) }
            }
            report.state = try states.check(
                try SnapshotFormat.list(data: data), through: report.verification?.last ?? 0, index: index,
                history: history, pasts: 1000,
                progress: { progress in
                    DamagedPages.reached(progress.position)
                    bar.show("replayed", progress.position, of: progress.total, "event \(progress.position)")
                })
        } catch {
            // A record that cannot be replayed is already in the list of faults, with its position.
            report.stopped = "\(error)"
        }
        report.seconds = seconds(since: began)
        bar.end()
        if json { say(report.json.text) } else { report.lines.forEach { say($0) } }
        if let page {
            let bytes = Array(report.page.utf8)
            try page.fill { write in try write(bytes) }
        }
        if !report.isClean { throw Failure(message: "", status: Status.refused) }
    }

    /// Opens an index that is derived from the log, and reads all of it: then a page that ends the process is blamed on
    /// it and not on the log.
    private func derived<Index: DerivedIndex>(_ open: () throws -> Index?) throws -> Index? {
        DamagedPages.watch(
            "stop the service and remove DATA/index and DATA/history, and the next start makes them again",
            of: "an index that is derived from the log is damaged, which has events up to ", status: Status.refused)
        defer { DamagedPages.watch("the rest was not checked; take a backup", status: Status.refused) }
        let index = try open()
        try index?.readAll()
        return index
    }
}
