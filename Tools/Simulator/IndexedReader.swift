/// The log as the index of history reads it: up to some position, and with the bugs that are planted there.

import Accounts
import EventCoding
import EventLog

struct IndexedReader: EventReader {
    private let base: MemoryReader
    private let planted: Planted
    private let end: Position

    init(_ base: MemoryReader, _ planted: Planted, last: Position = .max) {
        (self.base, self.planted, end) = (base, planted, last)
    }

    var last: Position { min(base.last, end) }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        try base.withRecord(at: position, body)
    }

    func scan(
        from: Position, through: Position, isLookingAhead: Bool, _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError) {
        try base.scan(from: from, through: min(through, end), isLookingAhead: isLookingAhead) { position, bytes, pass in
            guard planted.active != nil,
                case (let meta, let event)? = try? Record.decode(bytes, position: position),
                Self.mayBeWrong(meta, event)
            else { return body(position, bytes, pass) }
            if planted.happens(.eventNotIndexed) { return true }
            guard planted.happens(.classMistaken) else { return body(position, bytes, pass) }
            var other: [UInt8] = []
            Record.encode(meta, .signInFailed(SignInFailed(msisdn: 0, method: .password)), into: &other)
            return body(position, other.span.bytes, pass)
        }
    }

    /// The operator's account is left alone: no state of the past can be made without an event of its catalogue, and the
    /// run would end before the comparison.
    private static func mayBeWrong(_ meta: EventMeta, _ event: Event) -> Bool {
        if case .signInFailed = event { return false }
        return meta.account != 0
    }
}
