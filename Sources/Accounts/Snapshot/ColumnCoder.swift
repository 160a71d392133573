/// A pass over columns: the encoder reads each value, and the decoder sets it. So a row lists its columns once, in its
/// `code`, and the digest of a projection is a hash of what is encoded.

package protocol ColumnCoder {
    /// `Never` if it encodes.
    associatedtype Failure: Error
    static var isDecoding: Bool { get }

    mutating func code<Number: FixedWidthInteger & BitwiseCopyable>(_ number: inout Number) throws(Failure)
    mutating func code(_ bytes: inout [UInt8]) throws(Failure)
    mutating func code(_ event: inout Event) throws(Failure)
    /// Codes the number of elements that follow, each of at least a byte.
    mutating func code(count: inout Int) throws(Failure)
    /// Codes the length of a column. A decoded column is filled with `blank` until its rows are decoded.
    mutating func code<Element>(lengthOf column: inout [Element], filling blank: Element) throws(Failure)
    /// Refuses what was decoded if it is not right. The encoder does not look.
    func check(_ isRight: @autoclosure () -> Bool, _ refusal: @autoclosure () -> String) throws(Failure)
}

/// A row, or a part of one.
protocol Coded {
    /// Codes its columns in the order in which a snapshot has them. An encoder calls it on a copy.
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure)
}

extension ColumnCoder {
    @inline(__always)
    mutating func code(_ value: inout some Coded) throws(Failure) { try value.code(&self) }

    /// Codes a part that is there if `isThere`.
    mutating func code<Value: Coded>(
        _ value: inout Value?, if isThere: Bool, blank: @autoclosure () -> Value
    ) throws(Failure) {
        if Self.isDecoding { value = isThere ? blank() : nil }
        try value?.code(&self)
    }

    /// Codes whether the part is there, then the part.
    mutating func code<Value: Coded>(_ value: inout Value?, blank: @autoclosure () -> Value) throws(Failure) {
        var isThere = value != nil
        try code(&isThere)
        try code(&value, if: isThere, blank: blank())
    }

    /// Codes the number of elements, then each by `body`. A decoded one begins as `blank`.
    @inline(__always)
    mutating func code<Elements: RangeReplaceableCollection>(
        _ elements: inout Elements, each blank: @autoclosure () -> Elements.Element,
        _ body: (inout Self, inout Elements.Element) throws(Failure) -> Void
    ) throws(Failure) {
        var count = elements.count
        try code(count: &count)
        guard Self.isDecoding else {
            for var element in elements { try body(&self, &element) }
            return
        }
        elements = Elements()
        elements.reserveCapacity(count)
        for _ in 0..<count {
            var element = blank()
            try body(&self, &element)
            elements.append(element)
        }
    }

    mutating func code<Elements: RangeReplaceableCollection>(
        _ elements: inout Elements, each blank: @autoclosure () -> Elements.Element
    ) throws(Failure) where Elements.Element: Coded {
        try code(&elements, each: blank()) { coder, element throws(Failure) in try element.code(&coder) }
    }

    mutating func code<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: inout [Number]) throws(Failure) {
        try code(&numbers, each: 0) { coder, number throws(Failure) in try coder.code(&number) }
    }

    mutating func code<Options: OptionSet>(_ options: inout Options) throws(Failure)
    where Options.RawValue: FixedWidthInteger & BitwiseCopyable {
        var bits = options.rawValue
        try code(&bits)
        options = Options(rawValue: bits)
    }

    /// Codes a payload as the event that holds it, so that the schema alone lists its fields.
    mutating func code<Payload: EventPayload>(_ payload: inout Payload, in event: Event) throws(Failure) {
        var event = event
        try code(&event)
        try set(&payload, to: Payload(event), or: "an event of another kind")
    }

    /// Codes a case of an enum in a byte, and refuses a number that is of no case.
    @inline(__always)
    mutating func code<Value: RawRepresentable>(_ value: inout Value, or refusal: String) throws(Failure)
    where Value.RawValue: FixedWidthInteger {
        var byte = UInt8(truncatingIfNeeded: value.rawValue)
        try code(&byte)
        try set(&value, to: Value(rawValue: numericCast(byte)), or: refusal)
    }

    /// Sets a value that follows from what was decoded, and refuses if there is none. The encoder leaves it.
    @inline(__always)
    func set<Value>(_ value: inout Value, to decoded: @autoclosure () -> Value?, or refusal: String) throws(Failure) {
        guard Self.isDecoding else { return }
        let decoded = decoded()
        try check(decoded != nil, refusal)
        if let decoded { value = decoded }
    }
}

extension Instant: Coded {
    @inline(__always)
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) { try row.code(&milliseconds) }
}

extension CompactInstant: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        var instant = instant
        try row.code(&instant)
        self = CompactInstant(instant)
    }
}

extension Money: Coded {
    @inline(__always)
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) { try row.code(&minorUnits) }
}

extension Hash128: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&high)
        try row.code(&low)
    }
}

extension Bool: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        var byte: UInt8 = self ? 1 : 0
        try row.code(&byte)
        try row.check(byte <= 1, "\(byte) is neither yes nor no")
        self = byte == 1
    }
}

extension String: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        var bytes = Array(utf8)
        try row.code(&bytes)
        try row.set(&self, to: String(validating: bytes, as: UTF8.self), or: "a text is not UTF-8")
    }
}
