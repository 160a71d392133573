// kabinet backup, kabinet dump: a log, or its vault, copied while the service goes on.

import Accounts
import ArgumentParser
import Engine
import EventLog
import Foundation

struct Backup: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies the log, or with --vault the keys, into a new directory. The service may run.",
        discussion: """
            A backup of the log holds no keys: names, PINs and PUKs in it stay encrypted. The vault holds the keys and \
            has backups of its own. Take one after each backup of the log, and keep it in another place. Delete it \
            soon, because it still holds the keys that were destroyed to erase persons. Neither backup holds the \
            master key.

            Status 0 means that the backup is complete. After any other status there is no backup. Scripts use --json.

            EXAMPLE
              kabinet backup /var/lib/kabinet /backup/log-2018-03-31
              kabinet backup --vault /var/lib/kabinet /elsewhere/keys-2018-03-31
              kabinet backup --rate 500 /var/lib/kabinet /backup/log-2018-03-31
            """)

    @Argument(help: "The data directory.", completion: .directory)
    var data: String

    @Argument(help: "The new directory for the backup.", completion: .directory)
    var destination: String

    @Flag(help: "Copy the keys instead of the log.")
    var vault = false

    @Option(
        help: ArgumentHelp(
            "Copy at most this many million bytes a second (default: 50, so that the service can use the disk too).",
            valueName: "MB/s"))
    var rate: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let rate, !(1...1_000_000).contains(rate) { throw ValidationError("--rate takes a number from 1") }
        if rate != nil, vault { throw ValidationError("--rate is only for the log, because a vault is small") }
    }

    mutating func work() async throws {
        do { try vault ? backUpVault() : backUpLog() } catch { throw copyFailure(error) }
    }

    private func backUpLog() throws {
        let log = try ReadOnlyLog(data: data)
        let bar = ProgressBar()
        let started = ContinuousClock.now
        DamagedPages.watch("no copy was made; take another backup")
        defer { bar.end() }
        let manifest = try log.reader.backUp(
            log.identity, to: destination, taken: systemClock(),
            bytesPerSecond: rate.map { $0 * 1_000_000 } ?? LMDBReader.unhurriedBytesPerSecond,
            leavingBytes: StorageReserve().bytesForOthersToLeave
        ) { progress in
            DamagedPages.reached(progress.position)
            bar.show("copied", progress)
        }
        bar.end()
        let seconds = seconds(since: started)
        guard json else {
            say("backed up \(manifest.position) events, \(sizeText(manifest.bytes)), to \(destination) in \(seconds) s")
            return
        }
        say(
            JSONValue.object([
                ("path", .string(destination)), ("log", .string(manifest.identity.name)),
                ("position", .number("\(manifest.position)")), ("bytes", .number("\(manifest.bytes)")),
                ("taken", .string("\(manifest.taken)")), ("seconds", .number("\(seconds)")),
            ]).text)
    }

    private func backUpVault() throws {
        let manifest = try Vault.backUp(data: data, to: destination, taken: systemClock())
        guard json else {
            say("backed up \(manifest.keys) keys to \(destination); the master key is not among them")
            return
        }
        say(
            JSONValue.object([
                ("path", .string(destination)), ("log", .string(manifest.log)), ("keys", .number("\(manifest.keys)")),
                ("taken", .string(manifest.taken)),
            ]).text)
    }
}

struct Dump: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the log as text, one line of JSON for each event. kabinet restore reads it back.",
        discussion: """
            Without FILE, or with -, the dump goes to standard output. FILE exists only if the command ends with \
            status 0. Each line ends with the whole record, so nothing is lost. Encrypted texts stay encrypted.

            EXAMPLE
              kabinet dump /var/lib/kabinet /backup/log.jsonl
              kabinet dump /var/lib/kabinet | zstd > log.jsonl.zst
              kabinet dump /backup/log-2018-03-31 | jq 'select(.type == "topped_up") | .data.amount'
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Argument(help: "The new file for the dump.", completion: .file())
    var file: String?

    mutating func work() async throws {
        do { try dump() } catch { throw copyFailure(error) }
    }

    private func dump() throws {
        let log = try ReadOnlyLog(data: data)
        // Lines that go to the same terminal show the progress.
        let bar = (file ?? "-") == "-" && isatty(STDOUT_FILENO) == 1 ? ProgressBar(isShown: false) : ProgressBar()
        defer { bar.end() }
        DamagedPages.watch("no copy was made; take another backup")
        let progress = { (progress: CopyProgress) in
            DamagedPages.reached(progress.position)
            bar.show("dumped", progress)
        }
        guard let file, file != "-" else {
            try log.reader.dump(log.identity, progress: progress) { say(lines: copy $0) }
            return
        }
        let output = try NewFile(file)
        let position = try output.fill { write in
            try log.reader.dump(log.identity, progress: progress, to: write)
        }
        bar.end()
        complain("kabinet: \(position) events are in \(file)")
    }
}

extension ProgressBar {
    func show(_ doing: String, _ progress: CopyProgress) {
        show(
            doing, progress.position, of: progress.total,
            "\(sizeText(progress.bytes)) of about \(sizeText(progress.estimatedBytes)), event \(progress.position)")
    }
}

/// The line for an operator. `damaged` is the status if the source of the copy is damaged.
func copyFailure(_ error: any Error, damaged: Int32 = Status.damaged) -> any Error {
    switch error {
    case let error as StoreError:
        switch error.code {
        case .full:
            return Failure(
                message: "\(error); the unfinished copy was removed: make room, or choose another place",
                status: Status.refused)
        case .exists:
            return Failure(message: "\(error): choose another name, or move it away", status: Status.usage)
        case .missing, .noLog, .lost: return logFailure(error)
        case .damaged, .notALog, .newerFormat:
            return Failure(message: "\(error); no copy was made", status: damaged)
        default: return Failure(message: "\(error); no copy was made", status: Status.refused)
        }
    case let error as LogError:
        if case .store(let inner) = error { return copyFailure(inner, damaged: damaged) }
        return Failure(message: "the log is damaged: \(error); no copy was made", status: damaged)
    case is DumpError, is RestoreError, is VaultError:
        return Failure(message: "\(error); no copy was made", status: Status.refused)
    default: return error
    }
}
