package import Accounts

/// Why bytes of the log are not a record that this build can read. Nothing is ever skipped: each of these errors stops
/// the reader.
package enum RecordError: Error, Equatable, Sendable {
    case truncated(byteCount: Int, position: Position)
    case badChecksum(position: Position)
    case malformedHeader(position: Position)
    case unknownType(number: UInt16, position: Position)
    case newerVersion(type: String, version: UInt8, known: UInt8, position: Position)
    case malformedPayload(type: String, failure: CodingFailure, position: Position)

    package var position: Position {
        switch self {
        case .truncated(_, let position), .badChecksum(let position), .malformedHeader(let position),
            .unknownType(_, let position), .newerVersion(_, _, _, let position),
            .malformedPayload(_, _, let position):
            position
        }
    }
}

extension RecordError: CustomStringConvertible {
    /// The fault, and what the operator does about it.
    package var description: String {
        let restore = "restore the log from a backup and run `kabinet verify`"
        return switch self {
        case .truncated(let byteCount, let position):
            "record \(position) is damaged: it has \(byteCount) bytes, fewer than a header's "
                + "\(Record.headerBytes): \(restore)"
        case .badChecksum(let position):
            "record \(position) is damaged: its checksum does not fit its bytes and position: \(restore)"
        case .malformedHeader(let position):
            "record \(position) has a header that no kabinet writes: \(restore)"
        case .unknownType(let number, let position):
            "record \(position) was written by a newer kabinet: this one knows no event of type \(number): "
                + "start the version that wrote it, or a later one"
        case .newerVersion(let type, let version, let known, let position):
            "record \(position) was written by a newer kabinet: it holds version \(version) of \(type), this one "
                + "knows version \(known): start the version that wrote it, or a later one"
        case .malformedPayload(let type, let failure, let position):
            "record \(position) has a payload that is no \(type): \(failure): \(restore)"
        }
    }
}
