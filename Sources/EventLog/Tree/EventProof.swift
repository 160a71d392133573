/// The proof that an event is in the log, as a text to be sent: C2SP's tlog-proof, with the record in `extra`.
///
///     c2sp.org/tlog-proof@v1
///     extra soyf/4PfBuoNAAEA…       the record, base64
///     index 1041                    position − 1
///     SjsDsJ/2OB6YXrw1mIkn…         the hashes, from the leaf's sibling up
///
///     kabinet/5cVbuEAhwo3Hn…        the checkpoint whose root they lead to

package import Accounts
internal import EventCoding
internal import Foundation

package struct EventProof: Sendable {
    private static let format = "c2sp.org/tlog-proof@v1"

    package let position: Position
    package let record: [UInt8]
    package let hashes: [TreeHash]
    private let note: String
    package let checkpoint: Checkpoint

    package init(position: Position, record: [UInt8], hashes: [TreeHash], note: String, checkpoint: Checkpoint) {
        (self.position, self.record, self.hashes) = (position, record, hashes)
        (self.note, self.checkpoint) = (note, checkpoint)
    }

    package init(text: String) throws {
        guard let end = text.range(of: "\n\n") else { throw CheckpointError("it is not a proof: it has no checkpoint") }
        var lines = text[..<end.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.format[...] else {
            throw CheckpointError("it is not a proof: its first line is not \(Self.format)")
        }
        func value(_ name: String) -> Substring? {
            guard let line = lines.popFirst(), line.hasPrefix(name + " ") else { return nil }
            return line.dropFirst(name.utf8.count + 1)
        }
        guard let extra = value("extra"), let record = decodeBase64(extra), let number = value("index"),
            let index = UInt64(number), "\(index)" == number, index < UInt64(Int64.max)
        else { throw CheckpointError("it is not a proof of an event: extra and index come after the first line") }
        let hashes = lines.compactMap { decodeBase64($0).flatMap { TreeHash($0) } }
        guard hashes.count == lines.count, hashes.count <= UInt64.bitWidth else {
            throw CheckpointError("its hashes are not of 32 bytes each, in base64")
        }
        let note = String(text[end.upperBound...])
        self.init(
            position: index + 1, record: record, hashes: hashes, note: note,
            checkpoint: try Checkpoint(note: note, by: nil))
    }

    package var text: String {
        let hashes = hashes.map { Data($0.bytes).base64EncodedString() + "\n" }.joined()
        let extra = Data(record).base64EncodedString()
        return "\(Self.format)\nextra \(extra)\nindex \(position - 1)\n\(hashes)\n\(note)"
    }

    /// The event. Throws unless this key's owner signed a log that it is in.
    package func verified(by key: CheckpointKey) throws -> (EventMeta, Event) {
        _ = try Checkpoint(note: note, by: key)
        let isProved = verifyInclusion(
            .leaf(record.span.bytes), at: position - 1, size: checkpoint.size, root: checkpoint.root, proof: hashes)
        guard isProved else {
            throw CheckpointError("the hashes do not lead from this record at position \(position) to the signed root")
        }
        return try Record.decode(record.span.bytes, position: position)
    }
}
