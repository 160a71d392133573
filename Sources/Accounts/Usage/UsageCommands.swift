/// USAGE, USAGE.CHECK: records of the network, rated as they come, and what one would cost.

private let recordParameters: [Parameter] = [
    .positional("msisdn", .msisdn), .required("kind", .key, "voice, sms, mms or data"),
    .optional("direction", .key, "in or out; of data it may be left out"),
    .optional("peer", .peer, "the other number; of data: the service"),
    .required("start", .time, "when it began"), .optional("seconds", .number, "of voice; at most 86400, a day"),
    .optional("messages", .number, "of sms and mms, at most 1000; none said: 1"),
    .optional("bytes", .number, "of data; at most 1099511627776, a TiB"),
]

extension UsageRecord {
    fileprivate init(_ a: Arguments) throws(Rejection) {
        let kind = try a.key("kind")
        switch kind {
        case "voice": usage = .voice
        case "sms": usage = .sms
        case "mms": usage = .mms
        case "data": usage = .data
        default: throw Rejection(.invalidKey, field: "kind", "kind is voice, sms, mms or data")
        }
        switch try a.optionalKey("direction") {
        case "in": direction = .in
        case "out": direction = .out
        case nil where usage == .data: direction = .out
        case nil:
            throw Rejection(
                .missingArgument, field: "direction", "a call or a message came in or went out: say direction=")
        default: throw Rejection(.invalidKey, field: "direction", "direction is in or out")
        }
        (peer, service) = try a.optionalPeer("peer") ?? (0, "")
        start = try a.time("start")
        let name =
            switch usage {
            case .voice: "seconds"
            case .data: "bytes"
            default: "messages"
            }
        for other in ["seconds", "messages", "bytes"] where other != name && a.has(other) {
            throw Rejection(.unknownArgument, field: other, "\(kind) is told in \(name)")
        }
        let range = 0...usage.greatestQuantity
        quantity =
            name == "messages" ? try a.optionalNumber(name, in: range) ?? 1 : try a.number(name, in: range)
    }
}

extension UsageRejection {
    /// As replies say it.
    package var text: String {
        switch self {
        case .unspecified: "unspecified"
        case .unknownNumber: "unknown_number"
        case .beforeActivation: "before_activation"
        case .inFuture: "in_future"
        case .tooLate: "too_late"
        case .noPrice: "no_price"
        case .dataStopped: "data_stopped"
        case .amountOverflow: "amount_overflow"
        }
    }
}

extension Cabinet {
    /// What becomes of a record, the balance and the books with it.
    fileprivate func settle(
        _ record: UsageRecord, of msisdn: MSISDN, at now: Instant, isOver: Bool
    ) -> (AccountIndex, UsageOutcome) {
        // What was before belongs to nobody, or to whoever had the number then.
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

package struct UsageReport: Change {
    package static let spec = CommandSpec(
        "USAGE", .change, roles: .network,
        recordParameters + [
            .required("source", .key, "who counts the records: a switch, a gateway"),
            .required("n", .number, "the record's number there; of the last 65536 each is rated once"),
        ],
        ratesUsage: true,
        summary: "A call, message or data session that is over: rated once, by what the subscriber had when it began.",
        example: "USAGE 79001234567 kind=voice direction=out peer=79007654321 start=2018-03-01T09:30:00Z seconds=75"
            + " source=msc-1 n=1")

    let msisdn: MSISDN
    let record: UsageRecord
    let source: String
    let number: UInt64

    package func eventTime(_ cabinet: borrowing Cabinet) throws(Rejection) -> Instant? {
        try isNew(cabinet) ? record.start : nil
    }

    /// False: it was told before.
    private func isNew(_ cabinet: borrowing Cabinet) throws(Rejection) -> Bool {
        switch cabinet.usage.sources.look(number, of: source) {
        case .new: return true
        case .newSource:
            guard !cabinet.usage.sources.isFull else {
                throw Rejection(
                    .limitReached, field: "source", "at most \(UsageSources.maximumSources) sources are known")
            }
            return true
        case .repeated: return false
        case .tooOld:
            throw Rejection(
                .tooOld, field: "n",
                "the source is at least \(UsageSources.window) records further: whether this one was seen is not known")
        }
    }

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        record = try UsageRecord(a)
        source = try a.key("source")
        number = try a.number("n")
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        // Of one that was told before nothing is said to the log: the reply is made of what was asked.
        guard try isNew(cabinet) else { return }
        // The clock of a log in event time is at the record's start.
        let (account, outcome) = cabinet.settle(
            record, of: msisdn, at: context.now, isOver: !context.isInEventTime)
        switch outcome {
        case .rejected(let reason):
            let rejected = UsageRejected(
                msisdn: msisdn.number, usage: record.usage, direction: record.direction, peer: record.peer,
                service: record.service, quantity: record.quantity, source: source, number: number, reason: reason)
            changes.append(account, .usageRejected(rejected), effective: record.start)
        case .rated(let rated):
            var event = UsageRated(
                usage: record.usage, direction: record.direction, peer: record.peer, service: record.service,
                quantity: record.quantity, source: source, number: number, parts: rated.parts)
            if rated.amount != 0 {
                event.charges = [Charge(kind: record.usage.chargeKind, amount: rated.amount)]
            }
            event.balanceAfter = cabinet.balances[account].minorUnits - rated.amount
            changes.append(account, .usageRated(event), effective: record.start)
        }
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard !outcome.events.isEmpty else {
            reply.field("msisdn", msisdn)
            reply.field("source", source)
            reply.field("n", number)
            reply.field("repeated", 1)
            return
        }
        reply.field("usage", outcome.lastPosition)
        reply.field("msisdn", msisdn)
        switch outcome.first.event {
        case .usageRated(let e):
            reply.field("status", "rated")
            reply.field("amount", e.charges.total)
            reply.field("balance", Money(minorUnits: e.balanceAfter))
        case .usageRejected(let e):
            reply.field("status", "rejected")
            reply.field("reason", e.reason.text)
        default: preconditionFailure("decided above")
        }
        reply.field("seq", outcome.lastPosition)
    }
}

package struct UsageSourceList: Read {
    package static let spec = CommandSpec(
        "USAGE.SOURCES", .read, roles: [.network, .operator, .auditor],
        [.optional("source", .key, "this one alone")], hasRows: true,
        summary: "How far each source of usage is, and how many of its last 65536 records never came.",
        example: "USAGE.SOURCES")

    let source: String?

    package init(_ a: Arguments) throws(Rejection) { source = try a.optionalKey("source") }

    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        cabinet.usage.sources.forEach { name, last, missing in
            guard source == nil || source == name else { return }
            reply.row()
            reply.field("source", name)
            reply.field("last", last)
            reply.field("missing", missing)
        }
        let rows = reply.rowCount
        reply.closing()
        reply.field("rows", rows)
        reply.field("seq", cabinet.position)
    }
}

package struct UsageCheck: Read {
    package static let spec = CommandSpec(
        "USAGE.CHECK", .read, roles: [.network, .operator], recordParameters, hasRows: true, ratesUsage: true,
        summary: "What a record would cost, part by part, and change nothing.",
        example: "USAGE.CHECK 79001234567 kind=data start=2018-03-01T09:30:00Z bytes=1048576")

    let msisdn: MSISDN
    let record: UsageRecord

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        record = try UsageRecord(a)
    }

    /// A call that is not over may be asked about: people ask what one would cost.
    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let (account, outcome) = cabinet.settle(record, of: msisdn, at: context.now, isOver: false)
        guard case .rated(let rated) = outcome else {
            guard case .rejected(let reason) = outcome else { return }
            reply.field("msisdn", msisdn)
            reply.field("status", "rejected")
            reply.field("reason", reason.text)
            reply.field("rows", 0)
            reply.field("seq", cabinet.position)
            return
        }
        for part in rated.parts { reply.part(part, of: record.usage, cabinet.catalog) }
        reply.closing()
        reply.field("msisdn", msisdn)
        reply.field("status", "rated")
        reply.field("amount", Money(minorUnits: rated.amount))
        reply.field("balance", cabinet.balances[account] - Money(minorUnits: rated.amount))
        reply.field("rows", rated.parts.count)
        reply.field("seq", cabinet.position)
    }
}

extension Reply {
    fileprivate mutating func part(_ part: UsagePart, of usage: UsageType, _ catalog: borrowing Catalog) {
        row()
        if part.bucket != 0 {
            field("bucket", part.bucket)
        } else if part.offering != 0 {
            field("offering", catalog.key(part.offering))
            field("rate", part.rate)
        } else {
            field("free", 1)
        }
        field(usage.names.quantity, part.quantity)
        field(usage.names.charged, part.charged)
        field("amount", Money(minorUnits: part.cost))
    }
}

/// What quantities are called in replies, with their unit.
struct QuantityNames {
    let quantity: StaticString
    let charged: StaticString
    let granted: StaticString
    let left: StaticString
}

extension UsageType {
    var names: QuantityNames {
        switch self {
        case .voice:
            QuantityNames(
                quantity: "seconds", charged: "charged_seconds", granted: "granted_seconds", left: "left_seconds")
        case .data:
            QuantityNames(quantity: "bytes", charged: "charged_bytes", granted: "granted_bytes", left: "left_bytes")
        default:
            QuantityNames(
                quantity: "messages", charged: "charged_messages", granted: "granted_messages", left: "left_messages")
        }
    }
}

package struct BucketsRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "BUCKETS", .read, roles: [.frontend, .operator], session: .manager, [.positional("msisdn", .msisdn)],
        hasRows: true, isOfPast: true, summary: "What is left of the packages, in the order of their use.",
        example: "BUCKETS 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a.msisdn("msisdn") }

    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        var buckets: [Usage.Bucket] = []
        cabinet.usage.forEachBucket(account) { if $0.number != 0, $0.isValid(at: context.now) { buckets.append($0) } }
        buckets.sort { $0.isUsed(before: $1) }
        for bucket in buckets {
            reply.row()
            reply.field("bucket", bucket.number)
            reply.field("offering", cabinet.catalog.key(UInt32(bucket.offering)))
            reply.field("kind", "\(bucket.usage)")
            reply.field("direction", "\(bucket.direction)")
            reply.field("scope", cabinet.catalog.scopeKey(UInt32(bucket.scope)))
            if bucket.isUnlimited {
                reply.field("unlimited", 1)
            } else {
                reply.field(bucket.usage.names.granted, bucket.granted)
                reply.field(bucket.usage.names.left, bucket.left)
            }
            if bucket.price != 0 { reply.field("price", Money(minorUnits: bucket.price)) }
            reply.field("unit", bucket.unit)
            reply.field("valid_from", bucket.from)
            if bucket.to != .never { reply.field("valid_to", bucket.to) }
        }
        let rows = reply.rowCount
        reply.closing()
        reply.field("msisdn", msisdn)
        reply.field("rows", rows)
        reply.field("seq", cabinet.position)
    }
}
