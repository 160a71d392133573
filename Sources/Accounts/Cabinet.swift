internal import Synchronization

/// The whole state: every projection, owned by one thread, changed by events alone.
package struct Cabinet: ~Copyable {
    /// Holds nothing: what has an atomic in it is lent by its address, and not copied for every call that looks at it.
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
    package internal(set) var idempotencyKeys: IdempotencyKeys
    /// The last event applied: a read's `seq=`.
    package internal(set) var position: Position = 0
    /// Recorded times never go back: the last event's.
    package internal(set) var recorded = Instant(milliseconds: 0)
    /// The things that are due, in order; nil until `makeAgenda`, as in states of the past, where nobody asks for them.
    package var agenda: Agenda?
    /// The snapshot that is being made.
    var pass: SnapshotPass?

    package init(idempotencyKeys: IdempotencyKeys = IdempotencyKeys()) { self.idempotencyKeys = idempotencyKeys }

    package mutating func apply(_ event: Event, _ meta: EventMeta) { apply(event, event.money, meta) }

    /// Total and deterministic. `money` is the event's. The projections that the event's schema names apply it after the
    /// directory and the balances, in the order of `visitProjections`: one may read those before it.
    package mutating func apply(_ event: Event, _ money: Movement?, _ meta: EventMeta) {
        precondition(meta.position == position + 1, "event \(meta.position) after \(position)")
        directory.apply(event, meta)
        if let money {
            if !money.charges.isEmpty {
                balances.monthStart = clock(of: meta.account).month(of: meta.effective).start
            }
            balances.apply(money, meta)
        }
        route(event, meta)
        idempotencyKeys.apply(event, meta)
        if pass != nil { pass?.changed.insert(meta.account) }
        position = meta.position
        recorded = meta.recorded
    }

    /// What finding a number's account, deciding on it and applying to it will read: of several numbers, or of several
    /// events, the cache misses then overlap.
    package func prefetch(_ msisdn: MSISDN) { directory.prefetch(msisdn) }

    package func prefetch(accountOf msisdn: MSISDN) {
        guard let account = directory.find(msisdn) else { return }
        prefetch(account)
        subscriptions.prefetch(account)
        usage.prefetch(account)
    }

    /// Once what that asked for is there: the first bucket.
    package func prefetch(bucketsOf msisdn: MSISDN) {
        guard let account = directory.find(msisdn) else { return }
        usage.prefetch(bucketsOf: account)
    }

    package func prefetch(_ account: AccountIndex) {
        directory.prefetch(account)
        balances.prefetch(account)
    }

    /// Full tables of keys that nobody has taken to the index yet.
    package mutating func takeFullKeys() -> [IdempotencyKeys.Table] { idempotencyKeys.takeFull() }

    /// The index on disk answers for these positions from here on.
    package mutating func keysAreIndexed(through position: Position) { idempotencyKeys.areIndexed(through: position) }

    /// Tables of the keys that the index does not answer for.
    package mutating func lendRecentKeys() -> [IdempotencyKeys.Table] { idempotencyKeys.lendRecent(at: position) }

    /// Projections that can be exchanged for one that the same events made. The idempotency keys have a part on disk.
    package static var replaceable: [String] { snapshotVersions.map(\.name).filter { $0 != IdempotencyKeys.name } }

    /// Exchanges one projection with another state of the same position.
    package mutating func replace(_ name: String, with other: inout Cabinet) {
        precondition(other.position == position, "a projection at \(other.position) for one at \(position)")
        precondition(Self.replaceable.contains(name), "\(name) cannot be replaced")
        let exchange = Exchange(name: name)
        var held: (any Projection)?
        editProjections(exchange, &held)
        other.editProjections(exchange, &held)
        editProjections(exchange, &held)
        if Self.projectionsWithDue.contains(name) { swap(&agenda, &other.agenda) }
    }

    /// Puts what it holds into a projection's place and holds that: the first time it takes one, the second it exchanges
    /// it for another's, the third it puts that back.
    private struct Exchange: ProjectionEditor {
        let name: String

        func edit<P: Projection>(_ projection: inout P, _ held: inout (any Projection)?) {
            guard P.name == name else { return }
            let before = projection
            if let held = held as? P { projection = held }
            held = before
        }
    }

    /// Sum of every account and ledger account: zero, or the books are wrong.
    package var trialBalance: Money {
        LedgerAccount.allCases.reduce(balances.sum { _ in true }) { $0 &+ balances.ledger($1) }
    }

    /// Each projection's digest by its name, in the order of application.
    package var digests: [(name: String, digest: UInt64)] {
        struct Digests: ProjectionVisitor {
            func visit<P: Projection>(_ projection: borrowing P, _ all: inout [(name: String, digest: UInt64)]) {
                var hash = XXH64(seed: UInt64(P.version))
                projection.digest(into: &hash)
                all.append((P.name, hash.finalize()))
            }
        }
        var all: [(name: String, digest: UInt64)] = []
        visitProjections(Digests(), &all)
        return all
    }

    /// The bytes of each projection's columns; and, last, of the agenda of all of them, where there is one.
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

    /// Names and versions of the projections: a snapshot of others is not used.
    package static var snapshotVersions: [(name: String, version: UInt16)] {
        struct Versions: ProjectionVisitor {
            func visit<P: Projection>(_ projection: borrowing P, _ all: inout [(name: String, version: UInt16)]) {
                all.append((P.name, P.version))
            }
        }
        var all: [(name: String, version: UInt16)] = []
        Cabinet().visitProjections(Versions(), &all)
        return all
    }
}
