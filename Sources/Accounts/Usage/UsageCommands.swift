/// A record of the network as a request has it; USAGE.CHECK, the cost of a record; and BUCKETS.

extension CommandRegistry {
    @inlinable
    package mutating func addUsageCommands() {
        read(BucketsRead.self)
        change(UsageReport.self)
        read(UsageCheck.self)
        read(UsageSourceList.self)
        history(ExpensesOfMonth.self)
    }
}

extension UsageRecord {
    static let kind = Parameter<UsageType>("kind")
    static let direction = Parameter<RecordDirection?>("direction", "in or out; it may be left out for data")
    static let peer = Parameter<Peer?>("peer", "the other number; for data, the service")
    static let start = Parameter<GivenTime>("start", "when the call, message or data session began")
    static let seconds = Parameter<Number?>(
        "seconds", "the length of a call, at most 86400 (a day)", in: 0...UsageType.voice.greatestQuantity)
    static let messages = Parameter<Number?>(
        "messages", "how many SMS or MMS, at most 1000; 1 if not given", in: 0...UsageType.sms.greatestQuantity)
    static let bytes = Parameter<Number?>(
        "bytes", "the volume of data, at most 1099511627776 (a TiB)", in: 0...UsageType.data.greatestQuantity)
    static let visited = Parameter<VisitedNetwork?>(
        "visited", "the visited network as MCC-MNC, such as 262-01; left out at home")
    static let parameters: [any DeclaredParameter] = [
        Parameters.msisdn, kind, direction, peer, start, seconds, messages, bytes,
    ]

    init(_ a: Arguments) throws(Rejection) {
        usage = try a[Self.kind]
        if let given = try a[Self.direction] {
            direction = given
        } else if usage == .data {
            direction = .out
        } else {
            throw Rejection(
                .missingArgument, field: "direction",
                "a call or a message needs its direction: give direction=in or direction=out")
        }
        (peer, service) = try a[Self.peer] ?? (0, "")
        start = try a[Self.start].inUTC
        let own =
            switch usage {
            case .voice: Self.seconds
            case .data: Self.bytes
            default: Self.messages
            }
        let name = own.declaration.name
        for other in [Self.seconds, Self.messages, Self.bytes] where a.has(other) && other.declaration.name != name {
            throw Rejection(
                .unknownArgument, field: other.declaration.name,
                "\(usage.word) is measured in \(name): leave this argument out")
        }
        quantity = usage == .sms || usage == .mms ? try a[own] ?? 1 : try a.require(own)
        visited = try a[Self.visited] ?? ""
    }
}

/// A network as the world numbers them: the country's three digits, a hyphen, and the network's two or three.
enum VisitedNetwork: ParameterType {
    static var kind: ParameterKind { .key }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        guard isNetwork(given.bytes, mayBeCountry: false) else {
            throw given.rejected(.invalidKey, "\(given.name) must be MCC-MNC, such as 262-01")
        }
        return given.text
    }
}

/// True for MCC-MNC, and for an MCC alone if it may be a whole country.
func isNetwork(_ text: some Collection<UInt8>, mayBeCountry: Bool) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } }), parts[0].count == 3 else { return false }
    return parts.count == 1 ? mayBeCountry : parts.count == 2 && (2...3).contains(parts[1].count)
}

/// A record has no direction `any`.
enum RecordDirection: ParameterType {
    static var kind: ParameterKind { .key }

    static func value(of given: GivenValue) throws(Rejection) -> Direction {
        switch try Key.value(of: given) {
        case "in": return .in
        case "out": return .out
        default: throw given.rejected(.invalidKey, "\(given.name) must be in or out")
        }
    }
}

/// A number in E.164, or 0 and a short number or a name of `a-z 0-9 - _ .`. A name has a letter or `_`.
enum Peer: ParameterType {
    static var kind: ParameterKind { .peer }

    static func value(of given: GivenValue) throws(Rejection) -> (number: UInt64, service: String) {
        let isName = given.bytes.contains { $0 > UInt8(ascii: "9") }
        let isShort = (1...6).contains(given.bytes.count) && given.isDigits
        guard isName || isShort else {
            do throws(NotE164) { return (try MSISDN(e164: given.bytes).number, "") } catch {
                let further = if case .length = error { ": a short number has at most 6 digits and no +" } else { "" }
                throw given.rejected(.invalidMSISDN, "\(error)\(further)")
            }
        }
        guard isKey(given.bytes), !mayHoldCardNumber(given.bytes) else {
            throw given.rejected(
                .invalidMSISDN,
                "\(given.name) must be a number in E.164, a short number, or a name of 1-64 of a-z 0-9 - _ .")
        }
        return (0, given.text)
    }
}

extension AccountsState {
    /// The account and the outcome of a record, checked against the balance and the books.
    func settle(
        _ record: UsageRecord, of msisdn: MSISDN, at now: Instant, isOver: Bool
    ) -> (AccountIndex, UsageOutcome) {
        // Usage from before activation belongs to nobody, or to the former holder of the number.
        guard let account = directory.find(msisdn) else { return (0, .rejected(.unknownNumber)) }
        let outcome = rate(record, of: account, at: now, isOver: isOver)
        switch outcome {
        case .rejected(.beforeActivation): return (0, outcome)
        case .rejected: return (account, outcome)
        case .rated(let rated):
            let amount = Money(minorUnits: rated.amount)
            let after = balances[account].minorUnits - rated.amount
            guard after >= -Money.greatest.minorUnits,
                !balances.isFull(record.usage.chargeKind.ledgerAccount, for: amount)
            else { return (account, .rejected(.amountOverflow)) }
            return (account, outcome)
        }
    }
}

package struct UsageCheck: Read {
    package static let spec = CommandSpec(
        "USAGE.CHECK", .read, roles: [.network, .operator], UsageRecord.parameters + [UsageRecord.visited],
        reply: [.msisdn, .status, .reason.sometimes, .amount.sometimes, .balance.sometimes, .seq],
        rows: [
            .free.sometimes, .bucket.sometimes, .offering.sometimes, .rate.sometimes, .bytes.sometimes,
            .chargedBytes.sometimes, .seconds.sometimes, .chargedSeconds.sometimes, .messages.sometimes,
            .chargedMessages.sometimes, .amount,
        ], ratesUsage: true,
        summary: "Returns the cost that a record would have, part by part. It changes nothing.",
        example: "USAGE.CHECK 79001234567 kind=data start=2018-03-01T09:30:00Z bytes=1048576")

    let msisdn: MSISDN
    let record: UsageRecord

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        record = try UsageRecord(a)
    }

    /// A call that is not over may be asked about, because people ask what one would cost.
    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let (account, outcome) = state.settle(record, of: msisdn, at: context.now, isOver: false)
        guard case .rated(let rated) = outcome else {
            guard case .rejected(let reason) = outcome else { return }
            reply.field(.msisdn, msisdn)
            reply.field(.status, "rejected")
            reply.field(.reason, reason.word)
            reply.countRows(asOf: state.position)
            return
        }
        for part in rated.parts { reply.part(part, of: record.usage, state.catalog) }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.field(.status, "rated")
        reply.field(.amount, Money(minorUnits: rated.amount))
        reply.field(.balance, state.balances[account] - Money(minorUnits: rated.amount))
        reply.countRows(asOf: state.position)
    }
}

extension Reply {
    fileprivate mutating func part(_ part: UsagePart, of usage: UsageType, _ catalog: borrowing Catalog) {
        row()
        if part.bucket != 0 {
            field(.bucket, part.bucket)
        } else if part.offering != 0 {
            field(.offering, catalog.key(part.offering))
            field(.rate, part.rate)
        } else {
            field(.free, true)
        }
        field(usage.names.quantity, part.quantity)
        field(usage.names.charged, part.charged)
        field(.amount, Money(minorUnits: part.cost))
    }
}

/// The names of quantities in replies, with their unit.
struct QuantityNames {
    let quantity: ReplyField
    let charged: ReplyField
    let granted: ReplyField
    let left: ReplyField
}

extension UsageType {
    var names: QuantityNames {
        switch self {
        case .voice:
            QuantityNames(
                quantity: .seconds, charged: .chargedSeconds, granted: .grantedSeconds, left: .leftSeconds)
        case .data:
            QuantityNames(quantity: .bytes, charged: .chargedBytes, granted: .grantedBytes, left: .leftBytes)
        default:
            QuantityNames(
                quantity: .messages, charged: .chargedMessages, granted: .grantedMessages, left: .leftMessages)
        }
    }
}

package struct BucketsRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "BUCKETS", .read, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [.msisdn, .seq],
        rows: Reply.bucketFields, isOfPast: true,
        summary: "Lists the subscriber's packages and the remaining amounts, in order of use.",
        example: "BUCKETS 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        reply.buckets(of: account, state, at: context.now)
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows(asOf: state.position)
    }
}

extension Reply {
    static let bucketFields: [ReplyField] = [
        .bucket, .offering.sometimes, .grantedBy.sometimes, .kind, .direction, .scope, .unlimited.sometimes,
        .grantedBytes.sometimes,
        .leftBytes.sometimes, .grantedSeconds.sometimes, .leftSeconds.sometimes, .grantedMessages.sometimes,
        .leftMessages.sometimes, .price.sometimes, .unit, .validFrom, .validTo.sometimes,
    ]

    /// Writes a row for each package that is valid at an instant, in order of use.
    mutating func buckets(of account: AccountIndex, _ state: borrowing AccountsState, at instant: Instant) {
        var buckets: [Usage.Bucket] = []
        state.usage.forEachBucket(account) { if $0.number != 0, $0.isValid(at: instant) { buckets.append($0) } }
        buckets.sort { $0.isUsed(before: $1) }
        for bucket in buckets {
            row()
            field(.bucket, bucket.number)
            if bucket.offering != 0 { field(.offering, state.catalog.key(UInt32(bucket.offering))) }
            if bucket.origin != .offering { field(.grantedBy, bucket.origin.word) }
            field(.kind, bucket.usage.word)
            field(.direction, bucket.direction.word)
            field(.scope, state.catalog.scopeKey(UInt32(bucket.scope)))
            if bucket.isUnlimited {
                field(.unlimited, true)
            } else {
                field(bucket.usage.names.granted, bucket.granted)
                field(bucket.usage.names.left, bucket.left)
            }
            if bucket.price != 0 { field(.price, Money(minorUnits: bucket.price)) }
            field(.unit, bucket.unit)
            field(.validFrom, bucket.from)
            if bucket.to != .never { field(.validTo, bucket.to) }
        }
    }
}
