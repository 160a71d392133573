// kabinet verify: the log checked against itself, its tree and checkpoints; or one proof against a checkpoint.

import Accounts
import ArgumentParser
import EventCoding
import EventLog
import Foundation

struct Verify: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks without the service that nobody changed the log.",
        discussion: """
            Reads every record and checks its checksum, its order, its hash in the tree that the service keeps beside \
            the log, and the tree itself. With a checkpoint that was kept elsewhere it also checks that the log up to \
            there is the one that was signed. A person who can write to the data directory cannot change that. The \
            command only reads the directory, so the service may run on it.

            With --proof it needs no log: it checks a proof, as kabinet proof printed it, with the public key.

            EXAMPLES
              kabinet verify /var/lib/kabinet
              kabinet verify /var/lib/kabinet --checkpoint march.txt --checkpoint april.txt --key "$KEY"
              kabinet verify --proof payment-1042.txt --key "$KEY"

            Status 0: all of it holds; 1: it does not, and what is wrong is listed.
            """)

    @Argument(help: "The data directory, or a backup of the log.", completion: .directory)
    var data: String?

    @OptionGroup var evidence: EvidenceOptions

    @Option(help: ArgumentHelp("A proof to check instead of a log.", valueName: "file"), completion: .file())
    var proof: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if (data == nil) == (proof == nil) { throw ValidationError("give a data directory, or --proof FILE") }
        if proof != nil, evidence.key == nil {
            throw ValidationError(
                "a proof can be checked only with the public key: add --key KEY")
        }
        if proof != nil, !evidence.files.isEmpty {
            throw ValidationError(
                "a proof contains its checkpoint: leave --checkpoint out")
        }
    }

    mutating func work() async throws {
        if let proof, let key = try evidence.publicKey() { return try verify(proof: proof, key) }
        guard let data else { preconditionFailure("validated") }
        let checkpoints = try evidence.checkpoints()
        DamagedPages.watch("the rest was not checked; take a backup", status: Status.refused)
        let bar = ProgressBar()
        let found = try evidence.verify(try evidence.open(data), in: data, checkpoints, bar)
        bar.end()
        show(found, areSigned: evidence.key != nil)
        if found.faultCount > 0 { throw Failure(message: "", status: Status.refused) }
    }

    private func show(_ found: TreeVerification, areSigned: Bool) {
        if json {
            let faults = found.faults.map { fault in
                JSONValue.object([
                    ("kind", .string(fault.kind.rawValue)), ("position", .number("\(fault.position)")),
                    ("message", .string(fault.message)),
                ])
            }
            var members: [(name: String, value: JSONValue)] = [
                ("events", .number("\(found.last)")), ("root", .string(Data(found.root.bytes).base64EncodedString())),
                ("checkpoints", .array(found.checkpoints.map { .number("\($0)") })),
                ("signatures", .string(areSigned ? "checked" : "not checked")),
                ("faults", .number("\(found.faultCount)")), ("listed", .array(faults)),
            ]
            if let kept = found.keptLeaves { members.insert(("kept_hashes", .number("\(kept)")), at: 1) }
            return say(JSONValue.object(members).text)
        }
        say("events       \(found.last)")
        say("root         \(Data(found.root.bytes).base64EncodedString())")
        say("kept hashes  \(found.keptLeaves.map { "\($0)" } ?? "none: this log has no tree")")
        for size in found.checkpoints {
            say("checkpoint   of \(size) events agrees\(areSigned ? "" : "; its signature was not checked: add --key")")
        }
        for fault in found.faults {
            say("WRONG        position \(fault.position), \(fault.kind.rawValue): \(fault.message)")
        }
        if found.faultCount > found.faults.count {
            say("             and \(found.faultCount - found.faults.count) more")
        }
        if found.faultCount == 0 { say("verified     all of it is as it was written") }
    }

    private func verify(proof path: String, _ key: CheckpointKey) throws {
        let (proof, meta, event): (EventProof, EventMeta, Event)
        do {
            proof = try EventProof(text: try contents(ofFile: path) + "\n")
            (meta, event) = try proof.verified(by: key)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(message: "\(path): \(error)", status: Status.refused)
        }
        var payload: [UInt8] = []
        event.appendJSON(to: &payload)
        let text = String(decoding: payload, as: UTF8.self)
        if json {
            return say(
                JSONValue.object([
                    ("seq", .number("\(meta.position)")), ("size", .number("\(proof.checkpoint.size)")),
                    ("type", .string(event.typeName)), ("recorded", .string("\(meta.recorded)")),
                    ("effective", .string("\(meta.effective)")), ("account", .number("\(meta.account)")),
                    ("principal", .number("\(meta.principal)")), ("data", JSONValue(text) ?? .string(text)),
                ]).text)
        }
        say("proved       position \(meta.position) of \(proof.checkpoint.size), in \(proof.checkpoint.origin)")
        say("event        \(event.typeName), recorded \(meta.recorded), effective \(meta.effective)")
        say("account      \(meta.account), principal \(meta.principal)")
        say("data         \(payloadText(text, ofEvent: event.typeName))")
    }
}

/// The evidence that was kept elsewhere, and the key that it was signed with.
struct EvidenceOptions: ParsableArguments {
    @Option(
        name: .customLong("checkpoint"), parsing: .singleValue,
        help: ArgumentHelp("A checkpoint that was kept elsewhere; may be repeated.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("The public key, as kabinet checkpoint --key prints it.", valueName: "key"))
    var key: String?

    func publicKey() throws -> CheckpointKey? {
        do { return try key.map { try CheckpointKey($0) } } catch {
            throw Failure(message: "--key: \(error)", status: Status.usage)
        }
    }

    func checkpoints() throws -> [Checkpoint] {
        let key = try publicKey()
        return try files.map { path in
            let note = try contents(ofFile: path) + "\n"
            do { return try Checkpoint(note: note, by: key) } catch {
                throw Failure(message: "\(path): \(error)", status: Status.refused)
            }
        }
    }

    func open(_ data: String) throws -> ReadOnlyLog {
        do { return try ReadOnlyLog(data: data) } catch {
            let failure = logFailure(error)
            // A log that exists and cannot be opened is damaged, and damage is what the command reports.
            guard failure.status == Status.damaged, error.code != .lost else { throw failure }
            throw Failure(message: failure.message, status: Status.refused)
        }
    }

    func verify(
        _ log: ReadOnlyLog, in data: String, _ checkpoints: [Checkpoint], _ bar: ProgressBar
    ) throws -> TreeVerification {
        do {
            var tree: Result<TreeFiles, StoreError>?
            if access(data + "/" + TreeFiles.directory, F_OK) == 0 {
                do throws(StoreError) { tree = .success(try TreeFiles(reading: data, of: log.identity)) } catch {
                    tree = .failure(error)
                }
            }
            return try verifyLog(log, tree: tree, checkpoints: checkpoints) { progress in
                DamagedPages.reached(progress.position)
                bar.show("verified", progress.position, of: progress.total, "event \(progress.position)")
            }
        } catch {
            throw Failure(message: "\(error)", status: Status.refused)
        }
    }
}
