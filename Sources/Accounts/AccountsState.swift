internal import Synchronization

package struct CommonState: Sendable {
    fileprivate let principals: Principals
    fileprivate let catalog: Catalog
}

/// The whole state: every projection, owned by one thread, changed by events alone.
package struct AccountsState: ~Copyable {
    /// Forces pass-by-reference, because it contains an atomic; copying 688 bytes a call was measurable.
    private let isLentByAddress = Atomic<Bool>(true)
    package internal(set) var directory = Directory()
    package internal(set) var principals = Principals()
    package internal(set) var catalog = Catalog()
    package internal(set) var access = Access()
    package internal(set) var notifications = Notifications()
    package internal(set) var profiles = Profiles()
    package internal(set) var balances = Balances()
    package internal(set) var subscriptions = Subscriptions()
    package internal(set) var organizations = Organizations()
    package internal(set) var usage = Usage()
    package internal(set) var limits = Limits()
    package internal(set) var dormancy = Dormancy()
    package internal(set) var services = Services()
    package internal(set) var orders = Orders()
    package internal(set) var paying = Paying()
    package internal(set) var promises = Promises()
    package internal(set) var autopay = Autopay()
    package internal(set) var transfers = Transfers()
    package internal(set) var idempotencyKeys: IdempotencyKeys
    /// The last event applied. A read reports it as `seq=`.
    package internal(set) var position: Position = 0
    /// The recorded time of the last event. Recorded times never go back.
    package internal(set) var recorded = Instant(milliseconds: 0)
    /// The things that are due, in order. Nil until `makeAgenda`, and in past states, where nobody asks for them.
    package var agenda: Agenda?
    /// The snapshot that is being made; nil if there is none.
    var pass: SnapshotPass?

    package init(idempotencyKeys: IdempotencyKeys = IdempotencyKeys()) { self.idempotencyKeys = idempotencyKeys }

    package mutating func apply(_ event: Event, _ meta: EventMeta) { apply(event, event.money, meta) }

    /// Total and deterministic. `money` is the event's. The directory and the balances apply the event first. The
    /// projections that its schema names follow in the order of `visitProjections`, and one may read those before it.
    package mutating func apply(_ event: Event, _ money: Movement?, _ meta: EventMeta) {
        precondition(meta.position == position + 1, "event \(meta.position) after \(position)")
        directory.apply(event, meta)
        if let money {
            if !money.charges.isEmpty {
                let clock = clock(of: meta.account)
                let date = clock.date(at: meta.effective)
                balances.monthStart = clock.start(of: date.firstOfMonth)
                subscriptions.day = UInt8(date.day)
            }
            balances.apply(money, isUsage: event.isUsage, meta)
        }
        route(event, meta)
        if money != nil { promises.follow(meta.account, balances[meta.account]) }
        if money != nil { autopay.follow(event, meta.account, balances[meta.account]) }
        if catalog.hasSuccessors { addMoves(after: event, of: meta.account) }
        if catalog.dormancy.isOn {
            watchDormancy(after: event, hasTurned: money != nil && balances.hasTurned, of: meta.account)
        }
        idempotencyKeys.apply(event, meta)
        if pass != nil { pass?.changed.insert(meta.account) }
        position = meta.position
        recorded = meta.recorded
    }

    /// The events up to this position that were not applied change nothing here: they are other accounts'.
    package mutating func stand(at position: Position, recorded: Instant) {
        (self.position, self.recorded) = (position, recorded)
    }

    /// The projections that the operator's events alone make, and that every account's state may name.
    package var common: CommonState {
        get { CommonState(principals: principals, catalog: catalog) }
        set { (principals, catalog) = (newValue.principals, newValue.catalog) }
    }

    /// Prefetches what finding a number's account, deciding on it and applying to it will read. For several numbers, or
    /// several events, the cache misses then overlap.
    package func prefetch(_ msisdn: MSISDN) { directory.prefetch(msisdn) }

    package func prefetch(accountOf msisdn: MSISDN) {
        guard let account = directory.find(msisdn) else { return }
        prefetch(account)
        subscriptions.prefetch(account)
        usage.prefetch(account)
    }

    /// Prefetches the first bucket. Call it once the memory of `prefetch(accountOf:)` has arrived.
    package func prefetch(bucketsOf msisdn: MSISDN) {
        guard let account = directory.find(msisdn) else { return }
        usage.prefetch(bucketsOf: account)
    }

    package func prefetch(_ account: AccountIndex) {
        directory.prefetch(account)
        balances.prefetch(account)
    }

    /// Full tables of keys that were not yet taken to the index.
    package mutating func takeFullKeys() -> [IdempotencyKeys.Table] { idempotencyKeys.takeFull() }

    /// Tells the idempotency keys that the index on disk now answers for positions up to this one.
    package mutating func keysAreIndexed(through position: Position) { idempotencyKeys.areIndexed(through: position) }

    /// Tables of the keys that the index does not answer for.
    package mutating func lendRecentKeys() -> [IdempotencyKeys.Table] { idempotencyKeys.lendRecent(at: position) }

    /// Projections that can be exchanged for one made from the same events. The idempotency keys are partly on disk.
    package static var replaceable: [String] { snapshotVersions.map(\.name).filter { $0 != IdempotencyKeys.name } }

    /// Exchanges one projection with that of another state at the same position.
    package mutating func replace(_ name: String, with other: inout AccountsState) {
        precondition(other.position == position, "a projection at \(other.position) for one at \(position)")
        precondition(Self.replaceable.contains(name), "\(name) cannot be replaced")
        let exchange = Exchange(name: name)
        var held: (any Projection)?
        editProjections(exchange, &held)
        other.editProjections(exchange, &held)
        editProjections(exchange, &held)
        if Self.projectionsWithDue.contains(name) { swap(&agenda, &other.agenda) }
    }

    /// Swaps the projection that it holds with the named one. The first call takes one, the second exchanges it for
    /// another's, the third puts that back.
    private struct Exchange: ProjectionEditor {
        let name: String

        func edit<P: Projection>(_ projection: inout P, _ held: inout (any Projection)?) {
            guard P.name == name else { return }
            let before = projection
            if let held = held as? P { projection = held }
            held = before
        }
    }

    /// The sum of every account and ledger account. If it is not zero, the books are wrong.
    package var trialBalance: Money {
        LedgerAccount.allCases.reduce(balances.sum { _ in true }) { $0 &+ balances.ledger($1) }
    }

    /// Each projection's digest by its name, in the order of application: a hash of its part of every row, in the order
    /// of accounts, and of its rest. `encode` makes an event's record.
    package func digests(encode: @escaping (Event) -> [UInt8]) -> [(name: String, digest: UInt64)] {
        var digests = Digests(accounts: 0..<directory.next, encoder: SnapshotEncoder(encode: encode))
        visitProjections(Digesting(), &digests)
        return digests.all
    }

    private struct Digests {
        let accounts: Range<AccountIndex>
        var encoder: SnapshotEncoder
        var all: [(name: String, digest: UInt64)] = []
    }

    private struct Digesting: ProjectionVisitor {
        func visit<P: Projection>(_ projection: borrowing P, _ digests: inout Digests) {
            var hash = XXH64(seed: UInt64(P.version))
            for account in digests.accounts {
                projection.encode(account, into: &digests.encoder)
                // Short pieces are hashed byte by byte, so many rows are hashed at once.
                if digests.encoder.count >= 1 << 16 { digests.encoder.move(into: &hash) }
            }
            projection.digestRest(&digests.encoder, into: &hash)
            digests.all.append((P.name, hash.finalize()))
        }
    }

    /// The bytes of each projection's columns, and last those of the agenda of all of them, if there is one.
    package var allocatedBytes: [(name: String, bytes: Int)] {
        struct Sizes: ProjectionVisitor {
            func visit<P: Projection>(_ projection: borrowing P, _ all: inout [(name: String, bytes: Int)]) {
                all.append((P.name, projection.allocatedBytes))
            }
        }
        var all: [(name: String, bytes: Int)] = []
        visitProjections(Sizes(), &all)
        return all + (agenda.map { [("agenda", $0.allocatedBytes)] } ?? [])
    }

    /// Names and versions of the projections. A snapshot with others is not used.
    package static var snapshotVersions: [(name: String, version: UInt16)] {
        struct Versions: ProjectionVisitor {
            func visit<P: Projection>(_ projection: borrowing P, _ all: inout [(name: String, version: UInt16)]) {
                all.append((P.name, P.version))
            }
        }
        var all: [(name: String, version: UInt16)] = []
        AccountsState().visitProjections(Versions(), &all)
        return all
    }
}
