// kabinet backup, kabinet dump: a log, or its vault, copied while the service goes on.

import Accounts
import ArgumentParser
import Engine
import EventLog
import Foundation

struct Backup: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies the log, or with --vault the keys, into a new directory; the service may run.",
        discussion: """
            A backup of the log holds no keys: names, PINs and PUKs in it are sealed. The keys are the vault's, which has \
            backups of its own; take one after each of the log's, and keep them elsewhere and not for long, for a key \
            that was destroyed to erase a person lives on in them. The master key is in neither.

            There is a backup when this ends with status 0; otherwise there is nothing. Without a terminal or in a script: \
            --json.

            EXAMPLE
              kabinet backup /var/lib/kabinet /backup/log-2018-03-31
              kabinet backup --vault /var/lib/kabinet /elsewhere/keys-2018-03-31
              kabinet backup --rate 500 /var/lib/kabinet /backup/log-2018-03-31
            """)

    @Argument(help: "The data directory.", completion: .directory)
    var data: String

    @Argument(help: "The directory to be made.", completion: .directory)
    var destination: String

    @Flag(help: "The keys, and not the log.")
    var vault = false

    @Option(
        help: ArgumentHelp(
            "Copy the log at most so many million bytes a second (default: 50, which leaves the disk to the service).",
            valueName: "MB/s"))
    var rate: Int?

    @Flag(help: "One object of JSON.")
    var json = false

    func validate() throws {
        if let rate, !(1...1_000_000).contains(rate) { throw ValidationError("--rate takes a number from 1") }
        if rate != nil, vault { throw ValidationError("--rate is for the log: a vault is small") }
    }

    mutating func work() async throws {
        do { try vault ? backUpVault() : backUpLog() } catch { throw copyFailure(error) }
    }

    private func backUpLog() throws {
        let log = try ReadOnlyLog(data: data)
        let bar = ProgressBar()
        let started = ContinuousClock.now
        DamagedPages.watch("nothing was made of it; take another backup")
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
        abstract: "Writes the log as text, a line of JSON an event; `restore` reads it back.",
        discussion: """
            Without FILE, or with -, it goes to standard output. FILE is there when this ends with status 0; otherwise it is not. A \
            line ends with the record itself, so that nothing is lost; what is sealed stays sealed.

            EXAMPLE
              kabinet dump /var/lib/kabinet /backup/log.jsonl
              kabinet dump /var/lib/kabinet | zstd > log.jsonl.zst
              kabinet dump /backup/log-2018-03-31 | jq 'select(.type == "topped_up") | .data.amount'
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String

    @Argument(help: "The file to be made.", completion: .file())
    var file: String?

    mutating func work() async throws {
        do { try dump() } catch { throw copyFailure(error) }
    }

    private func dump() throws {
        let log = try ReadOnlyLog(data: data)
        // Lines that go to the same terminal show the progress.
        let bar = (file ?? "-") == "-" && isatty(STDOUT_FILENO) == 1 ? ProgressBar(isShown: false) : ProgressBar()
        defer { bar.end() }
        DamagedPages.watch("nothing was made of it; take another backup")
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
                message: "\(error); nothing is left of the attempt: make room, or choose another place",
                status: Status.refused)
        case .exists:
            return Failure(message: "\(error): choose another name, or move it away", status: Status.usage)
        case .missing, .noLog, .lost: return logFailure(error)
        case .damaged, .notALog, .newerFormat:
            return Failure(message: "\(error); nothing was made of it", status: damaged)
        default: return Failure(message: "\(error); nothing was made of it", status: Status.refused)
        }
    case let error as LogError:
        if case .store(let inner) = error { return copyFailure(inner, damaged: damaged) }
        return Failure(message: "the log is damaged: \(error); nothing was made of it", status: damaged)
    case is DumpError, is RestoreError, is VaultError:
        return Failure(message: "\(error); nothing was made of it", status: Status.refused)
    default: return error
    }
}
