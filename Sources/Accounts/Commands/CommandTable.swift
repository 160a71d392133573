/// Every verb of the service, found by name without regard to case.
package struct CommandTable: Sendable {
    package let specs: [CommandSpec]
    package nonisolated(unsafe) let traits: [UnsafePointer<CommandTraits>]
    /// Open addressing over the verb's bytes; a slot holds the number of a spec plus one.
    private let slots: [UInt16]
    private let mask: Int

    package init(_ specs: [CommandSpec]) {
        self.specs = specs
        traits = specs.map(\.traits)
        var size = 64
        while size < specs.count * 4 { size *= 2 }
        mask = size - 1
        var slots = [UInt16](repeating: 0, count: size)
        for (index, spec) in specs.enumerated() {
            var at = Self.hash(spec.verb.utf8) & mask
            while slots[at] != 0 { at = (at + 1) & mask }
            slots[at] = UInt16(index + 1)
        }
        self.slots = slots
    }

    /// The number of the verb's spec; nil if the verb is unknown.
    package func find(_ verb: UnsafeBufferPointer<UInt8>) -> Int? {
        var at = Self.hash(verb) & mask
        while slots[at] != 0 {
            let index = Int(slots[at]) - 1
            if Self.isEqual(traits[index].pointee.verb, verb) { return index }
            at = (at + 1) & mask
        }
        return nil
    }

    private static func isEqual(_ name: UnsafeBufferPointer<UInt8>, _ verb: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == verb.count else { return false }
        for index in name.indices where name[index] != upper(verb[index]) { return false }
        return true
    }

    package func find(_ verb: some Sequence<UInt8>) -> Int? { Array(verb).withUnsafeBufferPointer { find($0) } }

    private static func upper(_ byte: UInt8) -> UInt8 { byte >= 97 && byte <= 122 ? byte - 32 : byte }

    private static func hash(_ verb: some Collection<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in verb { hash = (hash ^ UInt64(upper(byte))) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash >> 32 ^ hash) & Int.max
    }
}
