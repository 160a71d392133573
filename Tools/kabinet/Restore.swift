// kabinet restore: a data directory from a backup or a dump, checked before its log gets its name.

import Accounts
import ArgumentParser
import Engine
import EventLog
import Foundation

struct Restore: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a data directory from a backup or a dump, and checks every record.",
        discussion: """
            SOURCE is a backup of the log, a dump, or a backup of the vault. DATA must not hold a log yet, or a vault \
            if that is restored. The command checks every record, rebuilds the state and checks the books before it \
            gives the log its name. If it is interrupted or fails, there is no log, and the command can be repeated.

            The service does not start on a log without its vault and the vault's master key. Texts of accounts that \
            were opened after the vault's backup stay encrypted for ever, because the backup does not have their keys.

            EXAMPLE
              kabinet restore /backup/log-2018-03-31 /var/lib/kabinet --vault /elsewhere/keys-2018-03-31
              install -m 600 /safe/master.key /var/lib/kabinet/master.key
              kabinet restore /backup/log.jsonl /var/lib/kabinet
              kabinet restore /elsewhere/keys-2018-03-31 /var/lib/kabinet
            """)

    @Argument(help: "The backup or the dump.", completion: .directory)
    var source: String

    @Argument(help: "The data directory; it is created if it does not exist.", completion: .directory)
    var data: String

    @Option(
        help: ArgumentHelp(
            "The backup of the keys that belong to the log.",
            valueName:
                "backup"), completion: .directory)
    var vault: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func work() async throws {
        do {
            if Vault.isBackup(source) { return try restoreVault() }
            try restoreAll()
        } catch { throw copyFailure(error, damaged: Status.refused) }
    }

    private func restoreVault() throws {
        guard vault == nil else {
            throw Failure(message: "\(source) is itself a backup of a vault: leave --vault out", status: Status.usage)
        }
        let lock = try DataDirectoryLock(data)
        let log = try ReadOnlyLog(data: data)
        let keys = try withExtendedLifetime(lock) { try Vault.restore(source, to: data, log: log.identity) }
        guard json else {
            say("restored \(keys.keys) keys, taken \(keys.taken), to \(data)/vault")
            return advise(keys: keys)
        }
        say(JSONValue.object([("log", .string(keys.log)), ("keys", .number("\(keys.keys)"))]).text)
    }

    private func restoreAll() throws {
        if vault != nil, Vault.isIn(data) {
            throw Failure(message: "\(data) has a vault already: leave --vault out to keep it", status: Status.usage)
        }
        let bar = ProgressBar()
        defer { bar.end() }
        let started = ContinuousClock.now
        DamagedPages.watch("no log was made; take another backup", status: Status.refused)
        var keys: VaultManifest?
        let restored = try restoreLog(source, to: data) { progress in
            switch progress {
            case .copied(let copied):
                DamagedPages.reached(copied.position)
                bar.show("copied ", copied)
            case .checked(let checked):
                bar.show("checked", checked.position, of: checked.total, "event \(checked.position)")
            }
        } complete: { log in
            if let vault { keys = try Vault.restore(vault, to: data, log: log) }
            try Vault.check(in: data, of: log)
        }
        bar.end()
        let seconds = seconds(since: started)
        guard json else {
            say(
                "restored and checked \(restored.position) events, \(restored.accounts) accounts, "
                    + "\(sizeText(restored.bytes)), to \(data) in \(seconds) s; the books balance")
            if let recorded = restored.recorded { say("the last event was recorded \(recorded)") }
            return advise(keys: keys, upTo: restored.recorded)
        }
        var members: [(name: String, value: JSONValue)] = [
            ("log", .string(restored.identity.name)), ("position", .number("\(restored.position)")),
            ("accounts", .number("\(restored.accounts)")), ("bytes", .number("\(restored.bytes)")),
            ("trial_balance", .string("\(Money.zero)")), ("seconds", .number("\(seconds)")),
        ]
        if let recorded = restored.recorded { members.append(("recorded", .string("\(recorded)"))) }
        if let keys { members.append(("keys", .number("\(keys.keys)"))) }
        say(JSONValue.object(members).text)
    }

    /// Prints the steps that remain before a service starts here.
    private func advise(keys: VaultManifest?, upTo recorded: Instant? = nil) {
        if keys == nil, !Vault.isIn(data) {
            say("no vault: names, PINs and PUKs stay encrypted, and the service does not start. Restore the vault:")
            say("  kabinet restore VAULTBACKUP \(data)")
        }
        if let keys, let recorded, let taken = Instant(rfc3339: keys.taken.utf8), taken < recorded {
            say("the keys are from \(keys.taken): texts of accounts that were opened later stay encrypted")
        }
        if access(data + "/master.key", F_OK) != 0 {
            say("put the master key into \(data)/master.key with mode 0600, or set KABINET_MASTER_KEY")
        }
    }
}
