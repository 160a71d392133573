/// Records of usage and packages as an outsider folds them: a record is rated once, its parts are the whole of it, and no
/// package gives more than it has, or outside its time. Packages that move between subscribers lose nothing.

import Accounts

struct UsageModel {
    /// A network's record: its source, and its number there.
    struct Record: Hashable {
        let source: String
        let number: UInt64
    }

    struct BucketKey: Hashable {
        let account: AccountIndex
        let number: UInt32
    }

    /// A package, from its events alone.
    struct Bucket {
        /// 0 if another subscriber gave it, or if it was exchanged.
        let offering: UInt32
        /// It can be given away.
        let isGiveable: Bool
        let isGift: Bool
        let isUnlimited: Bool
        let granted: UInt64
        var used: UInt64 = 0
        let from: Instant
        var to: Instant

        var left: UInt64 { granted - used }
    }

    private(set) var records: [Record: Position] = [:]
    private(set) var buckets: [BucketKey: Bucket] = [:]

    /// Taken from packages and not yet added to others: the quantity, and the first end of those packages.
    private var given: (quantity: UInt64, end: Instant)?

    private mutating func draw(
        _ draws: [BucketDraw], _ meta: EventMeta, _ details: (String) -> String
    ) throws(Violation) -> (quantity: UInt64, end: Instant) {
        var drawn = (quantity: UInt64(0), end: Instant.never)
        for draw in draws {
            let key = BucketKey(account: meta.account, number: draw.bucket)
            guard var bucket = buckets[key], bucket.isGiveable, bucket.from <= meta.effective,
                meta.effective < bucket.to, draw.quantity <= bucket.left
            else { throw Violation(.usage, details("bucket \(draw.bucket) cannot be given, or has not so much")) }
            bucket.used += draw.quantity
            buckets[key] = bucket
            drawn = (drawn.quantity + draw.quantity, min(drawn.end, bucket.to))
        }
        return drawn
    }

    private mutating func add(
        _ grants: [Grant], _ meta: EventMeta, _ quantity: UInt64, isGift: Bool, _ details: (String) -> String
    ) throws(Violation) {
        try hold(grants.reduce(0) { $0 + $1.amount } == quantity, .usage, details("it is not the sum of its packages"))
        for grant in grants {
            let end = grant.validTo == 0 ? Instant.never : Instant(milliseconds: grant.validTo)
            let bucket = Bucket(
                offering: 0, isGiveable: false, isGift: isGift, isUnlimited: false, granted: grant.amount,
                from: meta.effective, to: end)
            let key = BucketKey(account: meta.account, number: grant.bucket)
            try hold(buckets.updateValue(bucket, forKey: key) == nil, .usage, details("a bucket is granted twice"))
        }
        let first = grants.map { $0.validTo == 0 ? Instant.never : Instant(milliseconds: $0.validTo) }.min()
        try hold(
            first.map { $0 <= given?.end ?? $0 } ?? false, .usage, details("it lives longer than its packages"))
        given = nil
    }

    /// A record is rated once, its parts add up to the whole of it and of its price, and no bucket gives more than it
    /// has, or outside its time.
    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        func details(_ words: String) -> String { "position \(meta.position), \(event.typeName): \(words)" }
        func end(_ isEnding: (Bucket) -> Bool) {
            for (key, bucket) in buckets where key.account == meta.account && isEnding(bucket) {
                buckets[key]?.to = min(bucket.to, max(bucket.from, meta.effective))
            }
        }
        switch event {
        case .bucketsGranted(let e):
            for grant in e.grants where grant.rolledOver != 0 {
                let former = buckets[BucketKey(account: meta.account, number: grant.rolledOver)]
                try hold(former?.left == grant.amount, .usage, details("another amount rolls over"))
                buckets[BucketKey(account: meta.account, number: grant.rolledOver)]?.used += grant.amount
            }
            end { $0.offering == e.offering }
            for grant in e.grants {
                let key = BucketKey(account: meta.account, number: grant.bucket)
                let bucket = Bucket(
                    offering: e.offering, isGiveable: grant.rolledOver == 0 && grant.price == 0 && !grant.unlimited,
                    isGift: false, isUnlimited: grant.unlimited, granted: grant.amount, from: meta.effective,
                    to: grant.validTo == 0 ? .never : Instant(milliseconds: grant.validTo))
                try hold(buckets.updateValue(bucket, forKey: key) == nil, .usage, details("a bucket is granted twice"))
            }
        case .tariffChanged(let e): end { $0.offering == e.from }
        case .optionTerminated(let e): end { $0.offering == e.option }
        case .tariffSuspended(let e): end { bucket in e.lapsed.contains { $0.offering == bucket.offering } }
        case .tariffResumed(let e):
            let suspended = Instant(milliseconds: e.suspended)
            for (key, bucket) in buckets
            where key.account == meta.account && bucket.to != .never && bucket.to > suspended && !bucket.isGift {
                buckets[key]?.to = bucket.to + (meta.effective - suspended)
            }
        case .periodMoved(let e):
            for (key, bucket) in buckets
            where key.account == meta.account && bucket.offering == e.offering && bucket.to == meta.effective {
                buckets[key]?.to = Instant(milliseconds: e.periodEnd)
            }
        case .bucketGiftSent(let e):
            given = try draw(e.draws, meta, details)
            try hold(given?.quantity == e.dataBytes, .usage, details("it is not the sum of its parts"))
        case .bucketGiftReceived(let e):
            try hold(given?.quantity == e.dataBytes, .usage, details("another volume was given"))
            try add(e.grants, meta, e.dataBytes, isGift: true, details)
        case .bucketExchanged(let e):
            given = try draw(e.draws, meta, details)
            try hold(given?.quantity == e.seconds, .usage, details("it is not the sum of its parts"))
            try add(e.grants, meta, e.dataBytes, isGift: false, details)
        case .subscriberTerminated: buckets = buckets.filter { $0.key.account != meta.account }
        case .usageRated(let e):
            try hold(
                records.updateValue(meta.position, forKey: Record(source: e.source, number: e.number)) == nil,
                .references,
                details("\(e.source) \(e.number) was rated before"))
            try hold(
                e.parts.reduce(0) { $0 + $1.quantity } == e.quantity
                    && e.parts.reduce(0) { $0 + $1.cost } == e.charges.reduce(0) { $0 + $1.amount },
                .usage, details("its parts are not the whole"))
            for part in e.parts where part.bucket != 0 {
                let key = BucketKey(account: meta.account, number: part.bucket)
                guard var bucket = buckets[key], bucket.from <= meta.effective, meta.effective < bucket.to else {
                    throw Violation(.usage, details("bucket \(part.bucket) was not the subscriber's then"))
                }
                guard !bucket.isUnlimited else { continue }
                bucket.used += part.charged
                try hold(
                    bucket.used <= bucket.granted && part.quantity <= part.charged, .usage,
                    details("bucket \(part.bucket) gives more than it has"))
                buckets[key] = bucket
            }
        case .usageRejected(let e):
            try hold(
                records.updateValue(meta.position, forKey: Record(source: e.source, number: e.number)) == nil,
                .references,
                details("\(e.source) \(e.number) was taken before"))
        default: break
        }
    }

    /// Granted = used + left, for every bucket that the state still has.
    func check(_ state: borrowing AccountsState) throws(Violation) {
        var wrong: String?
        for account in 0..<state.directory.next {
            state.usage.forEachBucket(account) { bucket in
                guard bucket.number != 0 else { return }
                let logged = buckets[BucketKey(account: account, number: bucket.number)]
                guard let logged, logged.isUnlimited || logged.left == bucket.left, logged.to == bucket.to else {
                    wrong = "account \(account), bucket \(bucket.number): \(bucket.left) are left of \(bucket.granted)"
                    return
                }
            }
        }
        if let wrong { throw Violation(.usage, wrong) }
    }
}
