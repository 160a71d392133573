/// BUCKET.GIFT and BUCKET.EXCHANGE: data of packages goes to another subscriber, and minutes become data.

package struct BucketGift: Change {
    static let bytes = Parameter<Number>(
        "bytes", "how much data: whole GB, each of 1073741824 bytes", in: Number.positive)
    package static let spec = CommandSpec(
        "BUCKET.GIFT", .change, roles: .frontend, session: .subscriber,
        [GiftParameters.from, GiftParameters.to, bytes],
        reply: [.msisdn, .peer, .bytes, .validTo, .seq], isHeldAfterSIM: true,
        summary:
            "Gives data of a subscriber's packages to another subscriber. It lives for the days that TRANSFER.TERMS"
            + " shows, and no longer than the package that it came from.",
        example: "BUCKET.GIFT 79001234567 79007654321 bytes=1073741824")

    static let gigabyte: UInt64 = 1 << 30

    let from: MSISDN
    let to: MSISDN
    let bytes: UInt64

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[GiftParameters.from]
        to = try a[GiftParameters.to]
        bytes = try a[Self.bytes]
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.giving(from)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (terms, now) = (state.catalog.current.terms, context.now)
        guard terms.giftGigabytes > 0 else {
            throw Rejection(.notAvailable, field: "from", "the operator moves no data between subscribers")
        }
        let giver = try state.giver(from)
        guard bytes % Self.gigabyte == 0, bytes / Self.gigabyte <= terms.giftGigabytes else {
            throw Rejection(
                .invalidNumber, field: "bytes",
                "a gift is 1 to \(terms.giftGigabytes) whole GB, each of \(Self.gigabyte) bytes")
        }
        let month = state.clock(of: giver).month(of: now)
        guard state.giftsLeft(of: giver, at: now) > 0 else {
            throw Rejection(
                .limitReached, field: "from", "the limit of \(terms.giftsPerMonth) gifts a month is used up",
                retryAfterSeconds: max(1, (month.end - now).secondsRoundedUp))
        }
        let buckets = state.giveable(.data, of: giver, at: now)
        guard let parts = state.draw(bytes, from: buckets) else {
            let most = buckets.left / Self.gigabyte
            throw Rejection(
                .insufficientFunds, field: "bytes",
                "\(most) whole GB of this number's packages can be given away; what was given, exchanged or rolled over"
                    + " cannot")
        }
        // After the packages, so that nobody asks about numbers without giving something away.
        let taker = try state.taker(to, from: giver)
        try state.checkRoom(ofGiven: parts.count, account: taker, field: "to", at: now)
        let longest = now + .days(Int64(terms.giftDays))
        let grants = state.grants(of: parts.map { ($0.bucket, $0.quantity) }, as: .data, to: taker) {
            min(longest, $0.to)
        }
        let sent = BucketGiftSent(
            account: taker, msisdn: to.number, draws: parts.map(BucketDraw.init), dataBytes: bytes,
            monthStart: month.start.milliseconds)
        let received = BucketGiftReceived(
            account: giver, msisdn: from.number, grants: grants, dataBytes: bytes,
            validTo: grants.map(\.validTo).min() ?? longest.milliseconds)
        changes.append(giver, .bucketGiftSent(sent), effective: now)
        changes.append(taker, .bucketGiftReceived(received), effective: now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, from)
        reply.field(.peer, to)
        for change in outcome.events {
            guard case .bucketGiftReceived(let e) = change.event else { continue }
            reply.field(.bytes, e.dataBytes)
            reply.field(.validTo, Instant(milliseconds: e.validTo))
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct BucketExchange: Change, OfSubscriber {
    static let seconds = Parameter<Number>("seconds", "whole minutes of packages, in seconds", in: Number.positive)
    package static let spec = CommandSpec(
        "BUCKET.EXCHANGE", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn, seconds],
        reply: [.msisdn, .seconds, .bytes, .validTo.sometimes, .seq], isHeldAfterSIM: true,
        summary:
            "Exchanges minutes of a subscriber's packages for data, at the rate that TRANSFER.TERMS shows."
            + " The data lives as long as the minutes would have.",
        example: "BUCKET.EXCHANGE 79001234567 seconds=3600")

    package let msisdn: MSISDN
    let seconds: UInt64

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        seconds = try a[Self.seconds]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (terms, now) = (state.catalog.current.terms, context.now)
        guard terms.exchangeBytesPerMinute > 0 else {
            throw Rejection(.notAvailable, field: "msisdn", "the operator exchanges no minutes")
        }
        let account = try state.directory.subscriber(msisdn)
        if state.givingObstacle(of: account) == .organization {
            throw Rejection(.notAvailable, field: "msisdn", "a number of an organisation exchanges nothing")
        }
        try state.checkNotSuspended(account)
        guard seconds % 60 == 0 else {
            throw Rejection(.invalidNumber, field: "seconds", "only whole minutes are exchanged: give a multiple of 60")
        }
        let whole = state.wholeMinutes(of: account, at: now)
        guard let parts = state.draw(seconds, from: whole) else {
            throw Rejection(
                .insufficientFunds, field: "seconds",
                "\(whole.left / 60) whole minutes of this number's packages can be exchanged")
        }
        try state.checkRoom(ofGiven: parts.count, account: account, field: "msisdn", at: now)
        let rate = terms.exchangeBytesPerMinute
        let (bytes, overflow) = (seconds / 60).multipliedReportingOverflow(by: rate)
        guard !overflow, bytes <= UInt64(Int64.max) else {
            throw Rejection(.amountOverflow, field: "seconds", "so many minutes would be more data than can be counted")
        }
        let grants = state.grants(
            of: parts.map { ($0.bucket, $0.quantity / 60 * rate) }, as: .data, to: account, until: \.to)
        let exchanged = BucketExchanged(
            draws: parts.map(BucketDraw.init), grants: grants, seconds: seconds, dataBytes: bytes,
            validTo: grants.map(\.validTo).filter { $0 != 0 }.min() ?? 0)
        changes.append(account, .bucketExchanged(exchanged), effective: now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(BucketExchanged.self)
        reply.field(.msisdn, msisdn)
        reply.field(.seconds, e.seconds)
        reply.field(.bytes, e.dataBytes)
        if e.validTo != 0 { reply.field(.validTo, Instant(milliseconds: e.validTo)) }
        reply.field(.seq, outcome.lastPosition)
    }
}

extension BucketDraw {
    fileprivate init(_ part: (bucket: Usage.Bucket, quantity: UInt64)) {
        self.init(bucket: part.bucket.number, quantity: part.quantity)
    }
}

extension AccountsState {
    /// Each is looked at by every record of usage.
    private static let maximumGiven = 64

    /// Refuses more packages that are no product's than a number may have at a time.
    fileprivate func checkRoom(
        ofGiven count: Int, account: AccountIndex, field: String, at now: Instant
    ) throws(Rejection) {
        var given = 0
        usage.forEachBucket(account) { bucket in
            if bucket.origin == .gift || bucket.origin == .exchange, bucket.isValid(at: now) { given += 1 }
        }
        guard given + count <= Self.maximumGiven else {
            throw Rejection(
                .limitReached, field: field,
                "a number has at most \(Self.maximumGiven) packages that were given or exchanged: use some first")
        }
    }

    /// The packages of minutes that can be exchanged, each with what is left of it in whole minutes.
    func wholeMinutes(of account: AccountIndex, at now: Instant) -> [Usage.Bucket] {
        var whole = giveable(.voice, of: account, at: now)
        for index in whole.indices { whole[index].left -= whole[index].left % 60 }
        return whole.filter { $0.left > 0 }
    }

    /// Packages for an account that are made from parts of others, with the scope of each. They are used before others.
    fileprivate func grants(
        of parts: [(bucket: Usage.Bucket, quantity: UInt64)], as kind: UsageType, to account: AccountIndex,
        until end: (Usage.Bucket) -> Instant
    ) -> [Grant] {
        var number = usage.lastBucket(account)
        return parts.map { bucket, quantity in
            number += 1
            let end = end(bucket)
            return Grant(
                bucket: number, usage: kind, scope: UInt32(bucket.scope), priority: UsagePriority.gift,
                amount: quantity, unit: kind.usualUnit, validTo: end == .never ? 0 : end.milliseconds)
        }
    }
}
