/// The writer's state of connections, and the random bits that it passes to decisions.

package import Accounts
internal import CSodium
internal import EventLog
internal import LineProtocol

/// Connection states by port and slot.
package struct ConnectionTable: ~Copyable {
    private struct Slot {
        var state = ConnectionState()
        var generation: UInt64 = 0
        var isOpen = false
    }

    private var ports: [[Slot]] = []

    package subscript(_ id: ConnectionID) -> ConnectionState {
        get { ports[id.port][id.slot].state }
        set { ports[id.port][id.slot].state = newValue }
    }

    /// Nil also if the connection is not open yet: a request may be prefetched before the message that opens its
    /// connection.
    func principal(_ id: ConnectionID) -> UInt32? {
        guard id.port < ports.count, id.slot < ports[id.port].count else { return nil }
        return ports[id.port][id.slot].state.principal
    }

    package mutating func open(_ id: ConnectionID) {
        while ports.count <= id.port { ports.append([]) }
        while ports[id.port].count <= id.slot { ports[id.port].append(Slot()) }
        ports[id.port][id.slot] = Slot(state: ConnectionState(), generation: id.generation, isOpen: true)
    }

    mutating func close(_ id: ConnectionID) { ports[id.port][id.slot].isOpen = false }

    /// False if the connection has gone, also if another one has its slot by now.
    func isOpen(_ id: ConnectionID) -> Bool {
        let slot = ports[id.port][id.slot]
        return slot.isOpen && slot.generation == id.generation
    }
}

/// 128 random bits at a time from a buffer that the kernel fills.
package struct EntropySource {
    private var words: [UInt64] = []
    /// Set where decisions must be the same in every run.
    private var counter: UInt64?

    package init(countingFrom counter: UInt64? = nil) { self.counter = counter }

    package mutating func next() -> Hash128 {
        if let counter {
            self.counter = counter + 1
            return Hash128(high: counter &* 0x9e37_79b9_7f4a_7c15, low: counter + 1)
        }
        if words.count < 2 { refill() }
        return Hash128(high: words.removeLast(), low: words.removeLast())
    }

    private mutating func refill() {
        // Expanded by libsodium from a seed of 32 kernel bytes: one kernel call per 256 bytes took a thirtieth of the
        // writer's time.
        let seed = randomBytes(randombytes_seedbytes())
        words = [UInt64](repeating: 0, count: 512)
        words.withUnsafeMutableBytes {
            guard let start = $0.baseAddress else { return }
            randombytes_buf_deterministic(start, $0.count, seed)
        }
    }
}

/// Fills with the kernel's random bytes, through libsodium.
func fillRandom(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    randombytes_buf(start, buffer.count)
}

func randomBytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        fillRandom(UnsafeMutableRawBufferPointer(buffer))
        initialized = count
    }
}

extension CommandPath where Store: ~Copyable {
    func format(_ id: ConnectionID, isRESP: Bool) -> WireFormat {
        guard isRESP else { return .lines }
        return connections[id].respVersion == 3 ? .resp3 : .resp2
    }
}
