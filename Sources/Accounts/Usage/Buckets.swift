/// A subscriber's buckets of usage, and the records of the network that were seen.
///
/// A bucket outlives its validity, because a record that comes late draws on the buckets of its own time.
package struct Usage: Projection {
    package static let name = "usage"
    package static let version: UInt16 = 3

    /// The way in which a subscriber got a package. The raw value is a column's, and the name is the word of `granted_by=`.
    package enum Origin: UInt8, Sendable {
        /// A product includes it.
        case offering = 0
        /// The rest of the period before.
        case rolledOver = 1
        /// Another subscriber gave it.
        case gift = 2
        /// It was exchanged for minutes.
        case exchange = 3

        var word: String { self == .rolledOver ? "rolled_over" : "\(self)" }
    }

    /// A package, a step of a price, or the paid and unused rest of an accumulated price.
    package struct Bucket: Sendable, Coded {
        /// Counted from 1 within the account; 0 for the rest of a unit of an accumulated price.
        package var number: UInt32 = 0
        package var offering: UInt16 = 0
        /// 0: everywhere but abroad; 1: on-net; 2: home; from 3 on: a zone. For an accumulated price: its rate.
        package var scope: UInt16 = 0
        package var usage = UsageType.unspecified
        package var direction = Direction.any
        package var priority: UInt8 = 0
        package var isUnlimited = false
        package var isRollover = false
        package var origin = Origin.offering
        package var unit: UInt32 = 1
        /// The price of a unit, in kopecks.
        package var price: Int64 = 0
        package var granted: UInt64 = 0
        package var left: UInt64 = 0
        package var from = Instant(milliseconds: 0)
        package var to = Instant.never

        /// The order of use: the lower priority, then the earlier end, then the older.
        func isUsed(before other: Bucket) -> Bool {
            (priority, to.milliseconds, number) < (other.priority, other.to.milliseconds, other.number)
        }

        package func isValid(at instant: Instant) -> Bool { from <= instant && instant < to }
    }

    /// The terms that all buckets of a grant share, kept once, so that one in the pool is smaller.
    fileprivate struct Terms: Hashable, Sendable {
        let offering: UInt16
        let scope: UInt16
        let usage: UsageType
        let direction: Direction
        let priority: UInt8
        let isUnlimited: Bool
        let isRollover: Bool
        let origin: Origin
        let unit: UInt32
        let price: Int64

        init(_ bucket: Bucket) {
            (offering, scope, usage, direction) = (bucket.offering, bucket.scope, bucket.usage, bucket.direction)
            (priority, unit, price) = (bucket.priority, bucket.unit, bucket.price)
            (isUnlimited, isRollover, origin) = (bucket.isUnlimited, bucket.isRollover, bucket.origin)
        }
    }

    /// A bucket in the pool: 40 bytes, in this order.
    fileprivate struct Kept: Chained {
        let granted: UInt64
        var left: UInt64
        let from: CompactInstant
        private let termsLow: UInt16
        var to: CompactInstant
        private let termsHigh: UInt16
        let number: UInt32
        /// The next bucket of the same account.
        var next: UInt32 = 0

        init(_ bucket: Bucket, terms: UInt32) {
            (granted, left, number) = (bucket.granted, bucket.left, bucket.number)
            (from, to) = (CompactInstant(bucket.from), CompactInstant(bucket.to))
            (termsLow, termsHigh) = (UInt16(truncatingIfNeeded: terms), UInt16(terms >> 16))
        }

        var terms: Int { Int(termsHigh) << 16 | Int(termsLow) }
    }

    /// How long a bucket is kept after its end, for records that come late.
    package static let retentionDays: Int64 = 62
    /// Far more than products can have at a time, with those that were given or exchanged. Switching on and off all day drops the oldest that ended.
    static let maximumBuckets = 4096

    /// By account: where its chain of buckets begins, and how many were ever granted.
    private struct Holder: Sendable {
        var first: ChainPool<Kept>.Head = 0
        var granted: UInt32 = 0
    }

    private var holders: [Holder] = []
    private var pool = ChainPool<Kept>()
    /// In order of appearance: as many as the catalogue's versions ever had packages. They follow from the buckets.
    private var terms: [Terms] = []
    private var termsIndex: [Terms: UInt32] = [:]
    package internal(set) var sources = UsageSources()

    package init() {}

    func prefetch(_ account: AccountIndex) { holders.prefetchElement(Int(account)) }

    func prefetch(bucketsOf account: AccountIndex) {
        pool.prefetch(first(account))
    }

    /// Visits the buckets in the order in which they were granted.
    package func forEachBucket(_ account: AccountIndex, _ visit: (Bucket) -> Void) {
        pool.forEach(from: first(account)) { visit(Bucket($0, terms[$0.terms])) }
    }

    private mutating func kept(_ bucket: Bucket) -> Kept {
        let new = Terms(bucket)
        let index = termsIndex[new] ?? UInt32(terms.count)
        if index == terms.count {
            terms.append(new)
            termsIndex[new] = index
        }
        return Kept(bucket, terms: index)
    }

    package func lastBucket(_ account: AccountIndex) -> UInt32 {
        Int(account) < holders.count ? holders[Int(account)].granted : 0
    }

    package func bucketCount(_ account: AccountIndex) -> Int {
        var count = 0
        forEachBucket(account) { _ in count += 1 }
        return count
    }

    private func first(_ account: AccountIndex) -> UInt32 {
        Int(account) < holders.count ? holders[Int(account)].first : 0
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .bucketsGranted(let e):
            removeForgotten(account, before: meta.effective - .days(Self.retentionDays))
            end(account, where: { UInt32($0.offering) == e.offering }, at: meta.effective)
            for grant in e.grants where grant.rolledOver != 0 {
                edit(account) { bucket, left, _ in if bucket.number == grant.rolledOver { left = 0 } }
            }
            removeExcess(account, leaving: Self.maximumBuckets - e.grants.count, at: meta.effective)
            for grant in e.grants { append(Bucket(grant, of: e.offering, from: meta.effective), to: account) }
        case .bucketGiftSent(let e): take(e.draws, from: account)
        case .bucketGiftReceived(let e): add(e.grants, .gift, to: account, at: meta.effective)
        case .bucketExchanged(let e):
            take(e.draws, from: account)
            add(e.grants, .exchange, to: account, at: meta.effective)
        case .tariffChanged(let e): end(account, where: { UInt32($0.offering) == e.from }, at: meta.effective)
        case .periodMoved(let e):
            edit(account) { bucket, _, to in
                if UInt32(bucket.offering) == e.offering, to == meta.effective {
                    to = Instant(milliseconds: e.periodEnd)
                }
            }
        case .tariffSuspended(let e):
            for lapsed in e.lapsed {
                end(account, where: { UInt32($0.offering) == lapsed.offering }, at: meta.effective)
            }
        case .tariffResumed(let e):
            let suspended = Instant(milliseconds: e.suspended)
            let length = meta.effective - suspended
            // A gift lives no longer than the package that it came from.
            edit(account) { bucket, _, to in
                if bucket.number != 0, bucket.origin != .gift, to != .never, to > suspended { to = to + length }
            }
        case .optionTerminated(let e): end(account, where: { UInt32($0.offering) == e.option }, at: meta.effective)
        case .subscriberTerminated: remove(account) { _ in true }
        case .usageRated(let e):
            for part in e.parts { draw(account, part) }
            sources.insert(e.number, of: e.source, at: meta.position)
        case .usageRejected(let e): sources.insert(e.number, of: e.source, at: meta.position)
        default: endAtUnknown(event)
        }
    }

    private mutating func take(_ draws: [BucketDraw], from account: AccountIndex) {
        edit(account) { bucket, left, _ in
            for draw in draws where draw.bucket == bucket.number { left -= min(left, draw.quantity) }
        }
    }

    /// Packages that no product includes.
    private mutating func add(_ grants: [Grant], _ origin: Origin, to account: AccountIndex, at instant: Instant) {
        removeForgotten(account, before: instant - .days(Self.retentionDays))
        removeExcess(account, leaving: Self.maximumBuckets - grants.count, at: instant)
        for grant in grants {
            var bucket = Bucket(grant, of: 0, from: instant)
            bucket.origin = origin
            append(bucket, to: account)
        }
    }

    /// Ends the buckets that `isEnding` selects. An event may say that their rest is taken over.
    private mutating func end(_ account: AccountIndex, where isEnding: (Bucket) -> Bool, at instant: Instant) {
        edit(account) { bucket, _, to in
            if isEnding(bucket), to > instant { to = max(bucket.from, instant) }
        }
    }

    private mutating func draw(_ account: AccountIndex, _ part: UsagePart) {
        if part.bucket != 0 {
            edit(account) { bucket, left, _ in
                if bucket.number == part.bucket, !bucket.isUnlimited { left -= min(left, part.charged) }
            }
        } else if part.periodTo != 0 {
            var isThere = false
            edit(account) { bucket, left, _ in
                guard bucket.isLeft(of: part) else { return }
                left = part.left
                isThere = true
            }
            guard !isThere else { return }
            var bucket = Bucket()
            bucket.offering = UInt16(part.offering)
            bucket.scope = UInt16(part.rate)
            bucket.left = part.left
            bucket.from = Instant(milliseconds: part.periodFrom)
            bucket.to = Instant(milliseconds: part.periodTo)
            append(bucket, to: account)
        }
    }

    /// Changes what is left of each bucket, and its end. Nothing else in a bucket ever changes.
    private mutating func edit(
        _ account: AccountIndex, _ change: (Bucket, _ left: inout UInt64, _ to: inout Instant) -> Void
    ) {
        let terms = terms
        pool.edit(from: first(account)) { kept in
            var (left, to) = (kept.left, kept.to.instant)
            change(Bucket(kept, terms[kept.terms]), &left, &to)
            (kept.left, kept.to) = (left, CompactInstant(to))
            return false
        }
    }

    private mutating func append(_ bucket: Bucket, to account: AccountIndex) {
        holders.reserveIndex(account, filling: Holder())
        holders[Int(account)].granted = max(holders[Int(account)].granted, bucket.number)
        pool.append(kept(bucket), to: &holders[Int(account)].first)
    }

    private mutating func removeForgotten(_ account: AccountIndex, before instant: Instant) {
        remove(account) { $0.to < instant }
    }

    private mutating func removeExcess(_ account: AccountIndex, leaving limit: Int, at instant: Instant) {
        var excess = bucketCount(account) - limit
        guard excess > 0 else { return }
        remove(account) { bucket in
            guard excess > 0, bucket.to <= instant else { return false }
            excess -= 1
            return true
        }
    }

    private mutating func remove(_ account: AccountIndex, where isRemoved: (Bucket) -> Bool) {
        guard first(account) != 0 else { return }
        let terms = terms
        pool.remove(from: &holders[Int(account)].first) { isRemoved(Bucket($0, terms[$0.terms])) }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        row.put(lastBucket(account))
        row.put(UInt32(bucketCount(account)))
        forEachBucket(account) { bucket in
            var bucket = bucket
            bucket.code(&row)
        }
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        let granted: UInt32 = try row.number()
        let count: UInt32 = try row.number()
        guard granted != 0 || count != 0 else { return }
        holders.reserveIndex(account, filling: Holder())
        var last: UInt32 = 0
        for _ in 0..<count {
            var bucket = Bucket()
            try bucket.code(&row)
            pool.append(kept(bucket), to: &holders[Int(account)].first, after: &last)
        }
        holders[Int(account)].granted = granted
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&sources)
    }

    /// Folds the blocks of the sources too, because they are no part of the rest: a snapshot has them beside it.
    package func digestRest(_ encoder: inout SnapshotEncoder, into hash: inout XXH64) {
        encodeRest(into: &encoder)
        encoder.move(into: &hash)
        sources.forEachBlock { hash.update($0) }
    }

    package var allocatedBytes: Int { holders.columnBytes + pool.columnBytes + sources.allocatedBytes }
}

extension Usage.Bucket {
    fileprivate init(_ kept: Usage.Kept, _ terms: Usage.Terms) {
        self.init(
            number: kept.number, offering: terms.offering, scope: terms.scope, usage: terms.usage,
            direction: terms.direction, priority: terms.priority, isUnlimited: terms.isUnlimited,
            isRollover: terms.isRollover, origin: terms.origin, unit: terms.unit, price: terms.price,
            granted: kept.granted,
            left: kept.left, from: kept.from.instant, to: kept.to.instant)
    }

    init(_ grant: Grant, of offering: UInt32, from: Instant) {
        number = grant.bucket
        self.offering = UInt16(offering)
        scope = UInt16(grant.scope)
        usage = grant.usage
        direction = grant.direction
        priority = UInt8(grant.priority)
        isUnlimited = grant.unlimited
        isRollover = grant.rollover
        origin = grant.rolledOver == 0 ? .offering : .rolledOver
        unit = UInt32(grant.unit)
        price = grant.price
        granted = grant.amount
        left = grant.amount
        self.from = from
        to = grant.validTo == 0 ? .never : Instant(milliseconds: grant.validTo)
    }

    /// True if it is the rest of the unit that this part paid for.
    func isLeft(of part: UsagePart) -> Bool {
        number == 0 && UInt32(offering) == part.offering && UInt32(scope) == part.rate
            && from.milliseconds == part.periodFrom
    }

    fileprivate var kinds: UInt16 {
        UInt16(usage.rawValue) << 8 | UInt16(direction.rawValue) << 4 | UInt16(origin.rawValue) << 2
            | (isUnlimited ? 2 : 0) | (isRollover ? 1 : 0)
    }

    @inline(__always)
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&number)
        try row.code(&offering)
        try row.code(&scope)
        var kinds = kinds
        try row.code(&kinds)
        try row.set(&usage, to: UsageType(rawValue: Int32(kinds >> 8)), or: "a bucket of no known kind")
        try row.set(&direction, to: Direction(rawValue: Int32(kinds >> 4 & 15)), or: "a bucket of no known kind")
        try row.set(&origin, to: Usage.Origin(rawValue: UInt8(kinds >> 2 & 3)), or: "a bucket of no known origin")
        (isUnlimited, isRollover) = (kinds & 2 != 0, kinds & 1 != 0)
        try row.code(&priority)
        try row.code(&unit)
        try row.check(unit > 0, "a bucket without a unit")
        try row.code(&price)
        try row.code(&granted)
        try row.code(&left)
        try row.code(&from)
        try row.code(&to)
    }
}
