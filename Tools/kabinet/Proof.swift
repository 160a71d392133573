// kabinet checkpoint, kabinet proof: texts to keep elsewhere so that nobody can change the log unseen.

import Accounts
import ArgumentParser
import Client
import EventLog
import Foundation

struct CheckpointCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Prints the signed root of the log. Keep it where the service's machine cannot write.",
        discussion: """
            The checkpoint is a text in the format C2SP tlog-checkpoint: origin, size, root, signature. With it \
            anybody can later check that the log up to there is still the same: kabinet verify DATA --checkpoint FILE. \
            A person who holds the key and every copy of the checkpoints could write another log, so let another \
            person keep copies.

            EXAMPLES
              kabinet checkpoint --admin-of /var/lib/kabinet > /mnt/elsewhere/$(date +%F).txt
              kabinet checkpoint --key
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the public key that checks the signatures instead.")
    var key = false

    mutating func work() async throws {
        let client = try await connection.open()
        let answer = try await client.call("CHECKPOINT").ok()
        await client.close()
        guard let note = answer["note"], let text = answer["public_key"] else {
            throw Failure(message: "the service returned no checkpoint: \(answer)", status: Status.unavailable)
        }
        if key { say(text) } else { say(lines: Data(note.utf8)) }
    }
}

struct ProofCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Prints the proof that an event is in the log: its record, the hashes and a checkpoint.",
        discussion: """
            The proof is a text in the format C2SP tlog-proof, with the record in its extra line. Anybody can check it \
            with only the public key, on any machine: kabinet verify --proof FILE --key KEY.

            EXAMPLE
              kabinet proof 1042 --admin-of /var/lib/kabinet > payment-1042.txt
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The position of the event: seq= of the reply to the command.")
    var position: UInt64

    mutating func work() async throws {
        let client = try await connection.open()
        let head = try await client.call("CHECKPOINT").ok()
        let answer = try await client.call("PROOF", "\(position)", named: ["size": head["size"] ?? ""])
        await client.close()
        let proved = try answer.ok()
        guard let note = head["note"], let record = proved["record"].flatMap({ Data(base64Encoded: $0) }) else {
            throw Failure(message: "the service returned no proof: \(proved)", status: Status.unavailable)
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
