/// A request's values, in the table's order of parameters: bytes, and where each value lies in them.
///
/// The parser fills it in one pass. A command reads it once, by name and type. A value of the wrong type is a rejection
/// that names the parameter. A name that the table does not have is a programmer's error and traps.
package struct Arguments: Sendable {
    package struct Slot: Sendable {
        /// Two bytes each, because a request is at most 16 KiB.
        fileprivate var offset: UInt16
        fileprivate var length: UInt16

        fileprivate init(offset: Int, length: Int) {
            self.offset = UInt16(offset)
            self.length = UInt16(length)
        }

        /// The form stored before the values; all ones if the value is absent.
        fileprivate static let byteCount = 4
        fileprivate var packed: UInt32 { UInt32(length) << 16 | UInt32(offset) }
        fileprivate init?(packed: UInt32) {
            guard packed != .max else { return nil }
            offset = UInt16(truncatingIfNeeded: packed)
            length = UInt16(packed >> 16)
        }
    }

    package nonisolated(unsafe) let traits: UnsafePointer<CommandTraits>
    package var spec: CommandSpec { traits.pointee.spec.takeUnretainedValue() }
    /// A slot for every parameter, then every value, unquoted, one after another. A request is one allocation.
    private var bytes: [UInt8]
    /// The values after the first of a last parameter that takes several. Nil if there are none: copying nil is free.
    private var moreSlots: [Slot]?
    package var more: [Slot] { moreSlots ?? [] }

    /// `maximumBytes` is the most that the values take, so that their memory is allocated once.
    package init(_ traits: UnsafePointer<CommandTraits>, maximumBytes: Int = 0) {
        self.traits = traits
        let slotBytes = traits.pointee.parameterCount * Slot.byteCount
        bytes = []
        bytes.append(addingCapacity: slotBytes + maximumBytes) { $0.append(repeating: 0xff, count: slotBytes) }
    }

    /// Nil if the value is absent.
    private func slot(_ index: Int) -> Slot? {
        bytes.withUnsafeBytes { bytes in
            precondition(index >= 0 && (index + 1) * Slot.byteCount <= bytes.count, "no such parameter")
            return Slot(packed: bytes.loadUnaligned(fromByteOffset: index * Slot.byteCount, as: UInt32.self))
        }
    }

    /// Adds the value of a parameter. False if it has one already.
    package mutating func set(_ index: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard slot(index) == nil else { return false }
        let slot = Slot(offset: bytes.count, length: value.count)
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: slot.packed, toByteOffset: index * Slot.byteCount, as: UInt32.self)
        }
        bytes.append(contentsOf: value)
        return true
    }

    /// Adds one more value to a last positional that takes several.
    package mutating func append(_ value: UnsafeBufferPointer<UInt8>) {
        moreSlots = more + [Slot(offset: bytes.count, length: value.count)]
        bytes.append(contentsOf: value)
    }

    /// The memory that the values take.
    package var allocatedBytes: Int { bytes.capacity + more.count * MemoryLayout<Slot>.stride }

    package func isPresent(_ index: Int) -> Bool { slot(index) != nil }

    /// A parameter that the command needs and that has no value; nil if there is none.
    package var missing: Int? {
        (0..<traits.pointee.parameterCount).first { traits.pointee.needed & 1 << UInt64($0) != 0 && !isPresent($0) }
    }

    /// The bytes of a parameter by its number; nil if absent.
    package func value(_ index: Int) -> ArraySlice<UInt8>? {
        slot(index).map(slice)
    }

    package func slice(_ slot: Slot) -> ArraySlice<UInt8> {
        bytes[Int(slot.offset)..<(Int(slot.offset) + Int(slot.length))]
    }

    /// The hash of everything that a retry must repeat: the verb, and every value under its parameter's number, except
    /// `id=`, `session=` and secrets. A value is hashed by its meaning, so that `100` is `100.00`.
    ///
    /// `asSpelled` hashes values by their bytes, as older builds recorded them.
    package func hashRepeated(asSpelled: Bool = false, _ hash: (UnsafeRawBufferPointer) -> Hash128) -> Hash128 {
        let room = traits.pointee.verb.count + bytes.count + 12 * (traits.pointee.parameterCount + more.count)
        return withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { buffer in
            var at = 0
            func put(_ byte: Int) {
                buffer[at] = UInt8(truncatingIfNeeded: byte)
                at += 1
            }
            func put(_ slot: Slot, under number: Int) {
                put(number)
                // The values after the first of a last parameter are telephone numbers.
                let kind = number < traits.pointee.parameterCount ? traits.pointee.meanings[number] : .msisdn
                if !asSpelled, let meaning = lend(slot, { kind.number($0) }) {
                    // No value is this long.
                    put(0xff)
                    put(0xff)
                    for shift in 0..<8 { put(Int(truncatingIfNeeded: meaning >> (shift * 8))) }
                    return
                }
                put(Int(slot.length))
                put(Int(slot.length) >> 8)
                bytes.withUnsafeBytes { bytes in
                    let value = bytes[Int(slot.offset)..<(Int(slot.offset) + Int(slot.length))]
                    UnsafeMutableRawBufferPointer(rebasing: buffer[at..<(at + value.count)]).copyBytes(from: value)
                    at += value.count
                }
            }
            for byte in traits.pointee.verb { put(Int(byte)) }
            for index in 0..<traits.pointee.parameterCount where traits.pointee.repeated & 1 << UInt64(index) != 0 {
                if let slot = slot(index) { put(slot, under: index) }
            }
            for slot in more { put(slot, under: 255) }
            return hash(UnsafeRawBufferPointer(rebasing: buffer[..<at]))
        }
    }

    /// The hash of a parameter's bytes, by its number; nil if absent.
    package func hashValue(_ index: Int, _ hash: (UnsafeRawBufferPointer) -> Hash128) -> Hash128? {
        guard let slot = slot(index) else { return nil }
        return lend(slot) { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The subscriber's number in the first parameter; nil if there is none.
    package var firstMSISDN: MSISDN? {
        guard traits.pointee.namesSubscriber, let slot = slot(0) else { return nil }
        return lend(slot) { MSISDN(text: $0) }
    }

    private func index(of name: String) -> Int {
        guard let index = traits.pointee.names.index(of: name) else {
            preconditionFailure("\(spec.verb) has no parameter \(name)")
        }
        return index
    }

    private func raw(_ name: String) -> ArraySlice<UInt8>? { value(index(of: name)) }

    /// Reads a parameter's bytes in place, because a slice is reference-counted. Nil if absent.
    private func read<T>(
        _ name: String, _ body: (UnsafeBufferPointer<UInt8>) throws(Rejection) -> T
    ) throws(Rejection) -> T? {
        guard let slot = slot(index(of: name)) else { return nil }
        return try lend(slot, body)
    }

    @inline(__always)
    private func lend<T, E: Error>(
        _ slot: Slot, _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> T
    ) throws(E) -> T {
        try bytes.withUnsafeBufferPointer { bytes throws(E) in
            try body(UnsafeBufferPointer(rebasing: bytes[Int(slot.offset)..<(Int(slot.offset) + Int(slot.length))]))
        }
    }

    package func has(_ name: String) -> Bool { isPresent(index(of: name)) }

    private func required<T>(_ name: String, _ value: T?) throws(Rejection) -> T {
        guard let value else {
            throw Rejection(.missingArgument, field: name, "\(spec.verb) needs \(name)")
        }
        return value
    }
}

/// Typed reading. Each type has an optional and a required form.
extension Arguments {
    private func parseMSISDN(_ raw: UnsafeBufferPointer<UInt8>, _ name: String) throws(Rejection) -> MSISDN {
        guard let msisdn = MSISDN(text: raw) else {
            throw Rejection(.invalidMSISDN, field: name, "a telephone number is 7 to 15 digits, as in 79001234567")
        }
        return msisdn
    }

    package func msisdn(_ name: String) throws(Rejection) -> MSISDN {
        try required(name, try read(name) { raw throws(Rejection) in try parseMSISDN(raw, name) })
    }

    /// All values of a last positional that takes several.
    package func msisdns(_ name: String) throws(Rejection) -> [MSISDN] {
        var all = [try msisdn(name)]
        for slot in more { all.append(try lend(slot) { raw throws(Rejection) in try parseMSISDN(raw, name) }) }
        return all
    }

    /// An amount of more than zero.
    package func amount(_ name: String) throws(Rejection) -> Money {
        let money = try required(name, try optionalMoney(name))
        guard money > .zero else {
            throw Rejection(.invalidAmount, field: name, "the amount must be more than zero")
        }
        return money
    }

    package func optionalMoney(_ name: String) throws(Rejection) -> Money? {
        try read(name) { raw throws(Rejection) in
            guard let money = Money(decimal: raw) else {
                throw Rejection(
                    .invalidAmount, field: name, "an amount is 1-13 digits, then a point and 1-2 digits: 350.00")
            }
            return money
        }
    }

    package func optionalNumber(_ name: String, in range: ClosedRange<UInt64> = 0...UInt64(Int64.max)) throws(Rejection)
        -> UInt64?
    {
        try read(name) { raw throws(Rejection) in
            var value: UInt64 = 0
            guard !raw.isEmpty, raw.count <= 19, raw.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
                throw Rejection(.invalidNumber, field: name, "\(name) is a whole number")
            }
            for byte in raw { value = value &* 10 &+ UInt64(byte &- 48) }
            guard range.contains(value) else {
                throw Rejection(
                    .invalidNumber, field: name, "\(name) is from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    package func number(_ name: String, in range: ClosedRange<UInt64> = 0...UInt64(Int64.max)) throws(Rejection)
        -> UInt64
    {
        try required(name, try optionalNumber(name, in: range))
    }

    /// The number of an account, a group or a draft.
    package func index(_ name: String) throws(Rejection) -> UInt32 {
        UInt32(try number(name, in: 0...UInt64(UInt32.max)))
    }

    /// Plain text of at most `maximumBytes`. Empty text needs `mayBeEmpty`.
    package func optionalText(_ name: String, maximumBytes: Int = 256, mayBeEmpty: Bool = false) throws(Rejection)
        -> String?
    {
        guard let raw = raw(name) else { return nil }
        guard raw.count <= maximumBytes, mayBeEmpty && raw.isEmpty || isPlainText(raw) else {
            throw Rejection(
                .invalidText, field: name,
                "\(name) is 1 to \(maximumBytes) bytes of text, not blank, without control or invisible characters")
        }
        guard !mayHoldCardNumber(raw) else {
            throw Rejection(.cardNumber, field: name, "this may be a card's number: it is never stored; send a token")
        }
        return String(decoding: raw, as: UTF8.self)
    }

    package func text(_ name: String, maximumBytes: Int = 256) throws(Rejection) -> String {
        try required(name, try optionalText(name, maximumBytes: maximumBytes))
    }

    /// A secret's bytes, to be hashed or sealed. Any bytes are allowed.
    package func secret(_ name: String) throws(Rejection) -> [UInt8] {
        Array(try required(name, raw(name)))
    }

    package func optionalKey(_ name: String) throws(Rejection) -> String? {
        try read(name) { raw throws(Rejection) in
            guard isKey(raw) else {
                throw Rejection(.invalidKey, field: name, "\(name) is 1-64 of a-z 0-9 - _ .")
            }
            guard !mayHoldCardNumber(raw) else {
                throw Rejection(.cardNumber, field: name, "this may be a card's number: it is never stored")
            }
            return String(decoding: raw, as: UTF8.self)
        }
    }

    package func key(_ name: String) throws(Rejection) -> String { try required(name, try optionalKey(name)) }

    /// A word of an enum. Any other word is refused as `invalidKey`, with the allowed words.
    ///
    /// `subject` is the name of the value in the refusal; nil for the parameter's name.
    @inline(__always)
    package func optionalWord<Word: WireWord>(
        _ name: String, calling subject: String? = nil
    ) throws(Rejection) -> Word? {
        guard let key = try optionalKey(name) else { return nil }
        guard let word = Word(word: key) else { throw Self.noWord(name, subject ?? name, of: Word.words) }
        return word
    }

    private static func noWord(_ name: String, _ subject: String, of words: [String]) -> Rejection {
        let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return Rejection(.invalidKey, field: name, "\(subject) is \(list)")
    }

    package func word<Word: WireWord>(
        _ name: String, calling subject: String? = nil
    ) throws(Rejection) -> Word {
        try required(name, try optionalWord(name, calling: subject))
    }

    /// A comma-separated list; empty for an empty value.
    package func optionalList(_ name: String) -> [String]? {
        guard let raw = raw(name) else { return nil }
        return raw.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A comma-separated list of stable names, at most 64 of them.
    package func optionalKeys(_ name: String) throws(Rejection) -> [String] {
        let list = optionalList(name) ?? []
        guard list.count <= 64, list.allSatisfy({ isKey($0.utf8) && !mayHoldCardNumber($0.utf8) }) else {
            throw Rejection(
                .invalidKey, field: name, "\(name) is at most 64 names of a-z 0-9 - _ . with commas between")
        }
        return list
    }

    package func optionalFlag(_ name: String) throws(Rejection) -> Bool? {
        switch try optionalNumber(name, in: 0...1) {
        case 1: true
        case 0: false
        default: nil
        }
    }

    /// A bare date is midnight by this clock.
    package func optionalTime(_ name: String, _ clock: RegionClock = .utc) throws(Rejection) -> Instant? {
        guard let raw = raw(name) else { return nil }
        guard let instant = Instant(rfc3339: raw) else {
            throw Rejection(.invalidTime, field: name, "\(name) is RFC 3339, as in 2018-03-01T09:30:00Z, or a date")
        }
        return raw.contains(UInt8(ascii: ":")) ? instant : clock.start(of: instant.date(offsetMinutes: 0))
    }

    package func time(_ name: String) throws(Rejection) -> Instant { try required(name, try optionalTime(name)) }

    /// A number in E.164, or 0 and a short number or a name of `a-z 0-9 - _ .`. A name has a letter or `_`.
    package func optionalPeer(_ name: String) throws(Rejection) -> (number: UInt64, service: String)? {
        guard let raw = raw(name) else { return nil }
        let isName = raw.contains { $0 > UInt8(ascii: "9") }
        let isShort = (1...6).contains(raw.count) && raw.allSatisfy { $0 >= 48 && $0 <= 57 }
        guard isName || isShort else {
            do throws(NotE164) { return (try MSISDN(e164: raw).number, "") } catch {
                let further = if case .length = error { ": a short number has at most 6, and no +" } else { "" }
                throw Rejection(.invalidMSISDN, field: name, "\(error)\(further)")
            }
        }
        guard isKey(raw), !mayHoldCardNumber(raw) else {
            throw Rejection(
                .invalidMSISDN, field: name,
                "\(name) is a number in E.164, or a short number or a name of 1-64 of a-z 0-9 - _ .")
        }
        return (0, String(decoding: raw, as: UTF8.self))
    }

    package var asksForPast: Bool { traits.pointee.momentParameter.map(isPresent) ?? false }

    /// The past that is asked about; nil for the current state. A bare date is midnight by this clock.
    package func moment(_ clock: RegionClock) throws(Rejection) -> Moment? {
        guard let index = traits.pointee.momentParameter, let raw = value(index) else { return nil }
        if raw.allSatisfy({ $0 >= 48 && $0 <= 57 }), let position = try optionalNumber("at") { return .after(position) }
        return try optionalTime("at", clock).map { .recorded($0) }
    }

    /// Digits only, as many as the range allows.
    package func digits(_ name: String, _ count: ClosedRange<Int>, _ code: ErrorCode) throws(Rejection) -> String {
        let raw = try required(name, raw(name))
        guard count.contains(raw.count), raw.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            let words =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw Rejection(code, field: name, "\(name) is \(words) digits")
        }
        return String(decoding: raw, as: UTF8.self)
    }

    /// `id=` or `ref=`: a client's own name for an act.
    package func optionalClientID(_ name: String) throws(Rejection) -> String? {
        try read(name) { raw throws(Rejection) in
            try Self.checkClientID(raw, name)
            return String(decoding: raw, as: UTF8.self)
        }
    }

    /// Checks the ID without making a string, for callers that use only its hash.
    package func checkClientID(_ name: String) throws(Rejection) {
        try read(name) { raw throws(Rejection) in try Self.checkClientID(raw, name) }
    }

    private static func checkClientID(_ raw: UnsafeBufferPointer<UInt8>, _ name: String) throws(Rejection) {
        guard (1...64).contains(raw.count), isPlainText(raw, isIdentifier: true) else {
            throw Rejection(
                .invalidText, field: name,
                "\(name) is 1 to 64 bytes of text, without control or invisible characters or blanks at an end")
        }
        if (13...19).contains(raw.count) && raw.allSatisfy({ $0 >= 48 && $0 <= 57 }) || mayHoldCardNumber(raw) {
            throw Rejection(
                .cardNumber, field: name, "13 to 19 digits look like a card's number: add a prefix, or another one")
        }
    }

    /// An opaque token's bytes, decoded from base64url. Nil if the value is no such token.
    package func token(_ name: String) throws(Rejection) -> [UInt8]? {
        decodeBase64URL(try required(name, raw(name)))
    }

    package func optionalToken(_ name: String) -> [UInt8]? {
        guard let raw = raw(name) else { return nil }
        return decodeBase64URL(raw) ?? []
    }

    /// The value unchanged, to compare with a known one (a name, a code).
    package func verbatim(_ name: String) throws(Rejection) -> String {
        String(decoding: try required(name, raw(name)), as: UTF8.self)
    }
}

/// A stable name: 1-64 of `a-z 0-9 - _ .`.
package func isKey(_ bytes: some Collection<UInt8>) -> Bool {
    (1...64).contains(bytes.count)
        && bytes.allSatisfy {
            ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95 || $0 == 46
        }
}
