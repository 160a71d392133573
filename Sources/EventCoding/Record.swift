package import Accounts

/// The record: how one event is stored in the log, for ever.
///
/// A record is a header of 80 bytes and behind it the payload, the event's message in canonical proto3. Numbers are
/// little-endian. The position is not in the record: it is the record's key.
///
///     offset  bytes  what
///          0      8  checksum: XXH64 of bytes 8 to the end, its seed the record's position
///          8      2  type: the number of the event's field in `Event`
///         10      1  version of the type's schema, from 1
///         11      1  zero
///         12      4  account
///         16      8  recorded, milliseconds since 1970-01-01T00:00:00Z, signed
///         24      8  effective, the same
///         32      8  position of the same account's event before this one; 0: none
///         40      4  principal; 0: the service itself
///         44      4  session; 0: none
///         48     16  hash of the command's id, its high half and its low half; zero: none
///         64     16  hash of the command's arguments, the same
///         80      …  payload, to the end of the value
///
/// A record is valid at a position if it has a header, the checksum fits, byte 11 is zero, the type is known, its
/// version is not newer than this build's, and the payload decodes. The position seeds the checksum, so a record that
/// was copied to another place fails like a damaged one. There is one encoding of an event: decoding and encoding again
/// gives the same bytes, if the record is of the version that is written now. An older record is converted to that
/// version when it is read (Upcasters.swift), and stays unchanged in the log.
package enum Record {
    package static let headerBytes = 80

    private enum Offset {
        static let checksum = 0
        static let type = 8
        static let version = 10
        static let reserved = 11
        static let account = 12
        static let recorded = 16
        static let effective = 24
        static let previous = 32
        static let principal = 40
        static let session = 44
        static let commandID = 48
        static let arguments = 64
    }

    /// Appends a whole record. The position is only in the checksum.
    package static func encode(_ meta: EventMeta, _ event: Event, into bytes: inout [UInt8]) {
        precondition(meta.position > 0, "positions count from 1")
        let start = bytes.count
        bytes.appendZeros(headerBytes + event.payloadSize)
        let type = event.typeNumber
        guard let version = Event.schemaVersion(of: type) else { preconditionFailure("an event of no type") }
        var array = bytes.mutableSpan
        var out = array.mutableBytes
        out.store(type, start + Offset.type)
        out.store(version, start + Offset.version)
        out.store(meta.account, start + Offset.account)
        out.store(meta.recorded.milliseconds, start + Offset.recorded)
        out.store(meta.effective.milliseconds, start + Offset.effective)
        out.store(meta.previous, start + Offset.previous)
        out.store(meta.principal, start + Offset.principal)
        out.store(meta.session, start + Offset.session)
        out.store(meta.commandID.high, start + Offset.commandID)
        out.store(meta.commandID.low, start + Offset.commandID + 8)
        out.store(meta.arguments.high, start + Offset.arguments)
        out.store(meta.arguments.low, start + Offset.arguments + 8)
        var offset = start + headerBytes
        event.writePayload(to: &out, at: &offset)
        precondition(offset == out.byteCount, "an event was measured wrong")
        let checksum = XXH64.hash(out.bytes.extracting((start + Offset.type)...), seed: meta.position)
        out.store(checksum, start + Offset.checksum)
    }

    /// The header and the payload, both checked.
    package static func decode(
        _ record: RawSpan, position: Position
    ) throws(RecordError) -> (meta: EventMeta, event: Event) {
        let meta = try meta(record, position: position)
        return (meta, try event(record, position: position))
    }

    /// The payload of a record whose header was read.
    package static func event(_ record: RawSpan, position: Position) throws(RecordError) -> Event {
        let type: UInt16 = record.load(Offset.type)
        guard let known = Event.schemaVersion(of: type) else {
            throw .unknownType(number: type, position: position)
        }
        var name: String { Event.typeName(of: type) ?? "" }
        let version: UInt8 = record.load(Offset.version)
        guard version <= known else {
            throw .newerVersion(type: name, version: version, known: known, position: position)
        }
        guard version > 0, record.load(Offset.reserved) == UInt8(0) else { throw .malformedHeader(position: position) }
        let event: Event?
        do {
            event = try Event.decodePayload(type: type, record, headerBytes..<record.byteCount)
        } catch {
            throw .malformedPayload(type: name, failure: error, position: position)
        }
        guard let event else { throw .unknownType(number: type, position: position) }
        // Nearly every record is of this version, and it is not copied.
        if version == known { return event }
        var upcasted = event
        for older in version..<known where !upcast(&upcasted, from: older) {
            throw .malformedHeader(position: position)
        }
        return upcasted
    }

    /// The header alone, its checksum checked unless the caller has checked it: for scans that filter.
    package static func meta(
        _ record: RawSpan, position: Position, verifyingChecksum: Bool = true
    ) throws(RecordError) -> EventMeta {
        guard record.byteCount >= headerBytes else {
            throw .truncated(byteCount: record.byteCount, position: position)
        }
        if verifyingChecksum {
            guard isSound(record, position: position) else { throw .badChecksum(position: position) }
        }
        return EventMeta(
            position: position,
            recorded: Instant(milliseconds: record.load(Offset.recorded)),
            effective: Instant(milliseconds: record.load(Offset.effective)),
            account: record.load(Offset.account),
            previous: record.load(Offset.previous),
            principal: record.load(Offset.principal),
            session: record.load(Offset.session),
            commandID: Hash128(high: record.load(Offset.commandID), low: record.load(Offset.commandID + 8)),
            arguments: Hash128(high: record.load(Offset.arguments), low: record.load(Offset.arguments + 8)))
    }

    /// Nil if too short for a header.
    package static func typeNumber(_ record: RawSpan) -> UInt16? {
        record.byteCount >= headerBytes ? record.load(Offset.type) : nil
    }

    /// Nil if too short for a header.
    package static func account(_ record: RawSpan) -> AccountIndex? {
        record.byteCount >= headerBytes ? record.load(Offset.account) : nil
    }

    /// True if there is a header and its checksum fits.
    package static func isSound(_ record: RawSpan, position: Position) -> Bool {
        record.byteCount >= headerBytes
            && record.load(Offset.checksum) == XXH64.hash(record.extracting(Offset.type...), seed: position)
    }
}

extension RawSpan {
    @inline(__always)
    fileprivate func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
        Number(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension MutableRawSpan {
    @inline(__always)
    fileprivate mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, _ offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Number.self)
    }
}

extension [UInt8] {
    /// Grows as an append does, so that many records in one array cost no more than their bytes.
    @inline(__always)
    mutating func appendZeros(_ count: Int) {
        append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
    }
}
