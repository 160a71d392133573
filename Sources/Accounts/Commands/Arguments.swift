/// A request's values, in the table's order of parameters: bytes, and where each value lies in them.
///
/// The parser fills it in one pass. A command reads it once, by its parameters (`a[Self.amount]`). A value of the wrong
/// type is a rejection that names the parameter. A parameter that the command does not list is a programmer's error and
/// traps.
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

    @inline(__always)
    private func lend<T, E: Error>(
        _ slot: Slot, _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> T
    ) throws(E) -> T {
        try bytes.withUnsafeBufferPointer { bytes throws(E) in
            try body(UnsafeBufferPointer(rebasing: bytes[Int(slot.offset)..<(Int(slot.offset) + Int(slot.length))]))
        }
    }

    @inline(__always)
    private func slot(of number: Int) -> Slot? {
        guard let place = traits.pointee.place(of: number) else { preconditionFailure("\(spec.verb) does not list it") }
        return slot(place)
    }

    package func has<Type>(_ parameter: Parameter<Type>) -> Bool { has(parameter.declaration) }
    func has(_ parameter: ParameterDeclaration) -> Bool { slot(of: parameter.number) != nil }

    /// The value of a parameter that this request needs, though others of the command may leave it out.
    package func require<Type>(_ parameter: Parameter<Type?>) throws(Rejection) -> Type.Value {
        guard let value = try self[parameter] else { throw .missing(parameter.declaration, of: spec) }
        return value
    }

    /// The value of a parameter. Throws if it is not of the parameter's type, with the parameter's name.
    package subscript<Type>(_ parameter: Parameter<Type>) -> Type.Value {
        get throws(Rejection) {
            guard let slot = slot(of: parameter.declared.pointee.number) else {
                return try Type.absence(of: parameter.declaration, in: spec)
            }
            return try lend(slot) { bytes throws(Rejection) in
                try Type.value(of: GivenValue(bytes, parameter.declared))
            }
        }
    }

    /// The values of a last positional that takes several.
    package subscript<Type>(_ parameter: Parameter<Several<Type>>) -> [Type.Value] {
        get throws(Rejection) {
            guard let first = slot(of: parameter.declared.pointee.number) else {
                return try Several<Type>.absence(of: parameter.declaration, in: spec)
            }
            var values: [Type.Value] = []
            for slot in [first] + more {
                values.append(
                    try lend(slot) { bytes throws(Rejection) in
                        try Type.value(of: GivenValue(bytes, parameter.declared))
                    })
            }
            return values
        }
    }
}

/// Values that the engine reads of every request that has them.
extension Arguments {
    package var asksForPast: Bool { traits.pointee.momentParameter.map(isPresent) ?? false }

    /// The past that is asked about; nil for the current state.
    package func moment(_ clock: RegionClock) throws(Rejection) -> Moment? {
        asksForPast ? try self[Parameters.at]?.moment(clock) : nil
    }

    /// The position after which the account must not have changed; nil if the request has no such condition.
    package var expectedPosition: Position? {
        get throws(Rejection) {
            traits.pointee.sequenceParameter.map(isPresent) ?? false ? try self[Parameters.ifSeq] : nil
        }
    }

    /// The bytes of the session's token; empty if they are no token, nil if no session is shown.
    package var sessionToken: [UInt8]? {
        guard let place = traits.pointee.sessionParameter, let value = value(place) else { return nil }
        return Token.bytes(value)
    }

    /// Checks the client's ID without making a string, because only its hash is used.
    package func checkID() throws(Rejection) {
        guard let place = traits.pointee.idParameter, let slot = slot(place) else { return }
        try lend(slot) { bytes throws(Rejection) in try ClientID.check(GivenValue(bytes, Parameters.id.declared)) }
    }
}

/// A stable name: 1-64 of `a-z 0-9 - _ .`.
package func isKey(_ bytes: some Collection<UInt8>) -> Bool {
    (1...64).contains(bytes.count)
        && bytes.allSatisfy {
            ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95 || $0 == 46
        }
}
