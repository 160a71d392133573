// kabinet checkpoint, kabinet proof: texts to keep elsewhere so that nobody can change the log unseen.

import Accounts
import ArgumentParser
import Client
import EventLog
import Foundation

struct CheckpointCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Prints the signed head of the log: keep it where the service's machine cannot reach.",
        discussion: """
            A text by C2SP's tlog-checkpoint: origin, size, root, signature. Whoever has one can later prove that the log \
            up to there is still the same: kabinet verify DATA --checkpoint FILE. Who holds the key and every copy of the \
            checkpoints could write another log; so let somebody else keep them.

            EXAMPLES
              kabinet checkpoint --admin-of /var/lib/kabinet > /mnt/elsewhere/$(date +%F).txt
              kabinet checkpoint --key
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "The public key that its signatures are checked with, instead.")
    var key = false

    mutating func work() async throws {
        let client = try await connection.open()
        let answer = try await client.call("CHECKPOINT").ok()
        await client.close()
        guard let note = answer["note"], let text = answer["public_key"] else {
            throw Failure(message: "the service answered no checkpoint: \(answer)", status: Status.unavailable)
        }
        if key { say(text) } else { say(lines: Data(note.utf8)) }
    }
}

struct ProofCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Prints the proof that an event is in the log: its record, the hashes and a checkpoint.",
        discussion: """
            A text by C2SP's tlog-proof, with the record in its extra line. It is checked with the public key alone, on \
            any machine: kabinet verify --proof FILE --key KEY.

            EXAMPLE
              kabinet proof 1042 --admin-of /var/lib/kabinet > payment-1042.txt
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The event's position: seq= of the reply that told of it.")
    var position: UInt64

    mutating func work() async throws {
        let client = try await connection.open()
        let head = try await client.call("CHECKPOINT").ok()
        let answer = try await client.call("PROOF", "\(position)", named: ["size": head["size"] ?? ""])
        await client.close()
        let proved = try answer.ok()
        guard let note = head["note"], let record = proved["record"].flatMap({ Data(base64Encoded: $0) }) else {
            throw Failure(message: "the service answered no proof: \(proved)", status: Status.unavailable)
        }
        let hashes = answer.rows.compactMap { row in
            row["hash"].flatMap { Data(base64Encoded: $0) }.flatMap { TreeHash($0) }
        }
        let proof = EventProof(
            position: position, record: Array(record), hashes: hashes, note: note,
            checkpoint: try Checkpoint(note: note, by: nil))
        say(lines: Data(proof.text.utf8))
    }
}
