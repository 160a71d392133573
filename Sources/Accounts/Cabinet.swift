/// The whole state: every projection, owned by one thread, changed by events alone.
package struct Cabinet: ~Copyable {
    package private(set) var directory = Directory()
    package private(set) var principals = Principals()
    package private(set) var catalog = Catalog()
    package private(set) var access = Access()
    package private(set) var balances = Balances()
    package private(set) var subscriptions = Subscriptions()
    package private(set) var organizations = Organizations()
    package private(set) var commandIDs = CommandIDs()
    /// The last event applied: a read's `seq=`.
    package private(set) var position: Position = 0
    /// Recorded times never go back: the last event's.
    package private(set) var recorded = Instant(milliseconds: 0)

    package init() {}

    /// Total, deterministic, in this order: a projection may read those before it.
    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        precondition(meta.position == position + 1, "event \(meta.position) after \(position)")
        directory.apply(event, meta)
        switch event {
        case .principalAdded, .principalRotated, .principalDisabled: principals.apply(event, meta)
        case .catalogDrafted, .catalogRegionPut, .catalogNumberRangePut, .catalogTermsPut, .catalogOfferingPut,
            .catalogPublished, .catalogOfferingRetired:
            catalog.apply(event, meta)
        default:
            if let money = event.money {
                if !money.charges.isEmpty {
                    balances.offsetMinutes = catalog.offsetMinutes(
                        region: directory.regionKey(meta.account), at: meta.effective)
                }
                balances.apply(event, meta)
            } else {
                access.apply(event, meta)
                organizations.apply(event, meta)
            }
            subscriptions.apply(event, meta)
        }
        commandIDs.apply(event, meta)
        position = meta.position
        recorded = meta.recorded
    }

    /// Drops the agenda's first entry: the scheduler has taken it.
    package mutating func popAgenda() { subscriptions.popAgenda() }

    /// Sum of every account and ledger account: zero, or the books are wrong.
    package var trialBalance: Money {
        LedgerAccount.allCases.reduce(balances.sum { _ in true }) { $0 + balances.ledger($1) }
    }

    /// Each projection's digest by its name, in the order of application.
    package var digests: [(name: String, digest: UInt64)] {
        func digest(_ projection: some Projection) -> (String, UInt64) {
            var hash = XXH64(seed: UInt64(type(of: projection).version))
            projection.digest(into: &hash)
            return (type(of: projection).name, hash.finalize())
        }
        return [
            digest(directory), digest(principals), digest(catalog), digest(access), digest(balances),
            digest(subscriptions), digest(organizations), digest(commandIDs),
        ]
    }

    /// What each projection's columns hold of memory.
    package var allocatedBytes: [(name: String, bytes: Int)] {
        func bytes(_ projection: some Projection) -> (String, Int) {
            (type(of: projection).name, projection.allocatedBytes)
        }
        return [
            bytes(directory), bytes(principals), bytes(catalog), bytes(access), bytes(balances),
            bytes(subscriptions), bytes(organizations), bytes(commandIDs),
        ]
    }
}

/// Which commands were done: the hash of every `id=` to the position of its first event. Whoever finds one
/// compares the whole hash with the record there.
package struct CommandIDs: Projection {
    package static let name = "command_ids"
    package static let version: UInt16 = 1

    private var table = FingerprintTable()
    private var last = Hash128.zero

    package init() {}

    package var count: Int { table.count }

    package func first(of id: Hash128, where isIt: (Position) -> Bool) -> Position? {
        table.first(of: id, where: isIt)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        defer { last = meta.commandID }
        // The events of one command follow one another: only the first is remembered.
        guard meta.commandID != .zero, meta.commandID != last else { return }
        table.insert(meta.commandID, meta.position)
    }

    package func digest(into hash: inout XXH64) {
        hash.update(UInt64(table.count))
        hash.update(table.digest)
    }

    package var allocatedBytes: Int { table.allocatedBytes }
}
