/// USAGE rates records of the network as they come, each once. USAGE.SOURCES shows how far each source is.

package struct UsageReport: Change {
    static let source = Parameter<Key>("source", "the switch or gateway that numbers the records")
    static let n = Parameter<Number>(
        "n",
        "the record's number at its source; each of the last 65536 numbers is rated once")
    package static let spec = CommandSpec(
        "USAGE", .change, roles: .network,
        UsageRecord.parameters + [source, n, UsageRecord.visited],
        reply: [
            .usage, .msisdn, .status, .reason.sometimes, .amount.sometimes, .balance.sometimes, .over.sometimes, .seq,
            .source.sometimes, .n.sometimes,
        ], ratesUsage: true,
        summary:
            "Rates a call, message or data session that is over, once,"
            + " by the tariff and packages that the subscriber had when it began.",
        example: "USAGE 79001234567 kind=voice direction=out peer=79007654321 start=2018-03-01T09:30:00Z seconds=75"
            + " source=msc-1 n=1")

    let msisdn: MSISDN
    let record: UsageRecord
    let source: String
    let number: UInt64

    package func eventTime(_ state: borrowing AccountsState) throws(Rejection) -> Instant? {
        try recall(state) == nil ? record.start : nil
    }

    /// The position at which the record was first reported; nil if it is new.
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        switch state.usage.sources.look(number, of: source) {
        case .new: return nil
        case .newSource:
            guard !state.usage.sources.isFull else {
                throw Rejection(
                    .limitReached, field: "source",
                    "the service keeps at most \(UsageSources.maximumSources) sources, because each takes up to"
                        + " \(UsageSources.maximumSourceBytes >> 10) KiB of memory: use one of the known sources")
            }
            return nil
        case .repeated(let position): return position
        case .tooOld:
            throw Rejection(
                .tooOld, field: "n",
                "the source has reported \(UsageSources.window) or more numbers after this one:"
                    + " the record may have been rated before")
        }
    }

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        record = try UsageRecord(a)
        source = try a[Self.source]
        number = try a[Self.n]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        if let first = context.recalled.first {
            guard isTold(by: first, state) else {
                throw Rejection(
                    .idConflict, field: "n",
                    "\(source) reported another record as number \(number):"
                        + " give each record its own number, and each switch its own source")
            }
            // The log knows it, so the reply is made from the first event.
            return
        }
        // The clock of a log in event time is at the record's start.
        let (account, outcome) = state.settle(
            record, of: msisdn, at: context.now, isOver: !context.isInEventTime)
        switch outcome {
        case .rejected(let reason):
            let rejected = UsageRejected(
                msisdn: msisdn.number, usage: record.usage, direction: record.direction, peer: record.peer,
                service: record.service, quantity: record.quantity, source: source, number: number, reason: reason,
                visited: record.visited)
            changes.append(account, .usageRejected(rejected), effective: record.start)
        case .rated(let rated):
            var event = UsageRated(
                usage: record.usage, direction: record.direction, peer: record.peer, service: record.service,
                quantity: record.quantity, source: source, number: number, parts: rated.parts,
                visited: record.visited)
            if rated.amount != 0 {
                event.charges = [Charge(kind: record.usage.chargeKind, amount: rated.amount)]
            }
            event.balanceAfter = state.balances[account].minorUnits - rated.amount
            if rated.amount != 0 {
                event.over = max(0, state.floor(of: account).minorUnits - event.balanceAfter)
            }
            changes.append(account, .usageRated(event), effective: record.start)
        }
    }

    /// True if the log's record says the same.
    private func isTold(by first: (meta: EventMeta, event: Event), _ state: borrowing AccountsState) -> Bool {
        let (told, owner): (UsageRecord, UInt64)
        switch first.event {
        case .usageRated(let e):
            owner = state.directory[first.meta.account].msisdn.number
            told = UsageRecord(
                usage: e.usage, direction: e.direction, peer: e.peer, service: e.service, start: first.meta.effective,
                quantity: e.quantity, visited: e.visited)
        case .usageRejected(let e):
            owner = e.msisdn
            told = UsageRecord(
                usage: e.usage, direction: e.direction, peer: e.peer, service: e.service, start: first.meta.effective,
                quantity: e.quantity, visited: e.visited)
        default: preconditionFailure("event \(first.meta.position) is no record of usage")
        }
        var alike = record
        if told.peer != record.peer, Self.read(record.peer) == told.peer { alike.peer = told.peer }
        return told == alike && owner == msisdn.number
    }

    /// Reads a peer without `+` as builds before 0.4 read and recorded it: as people write a Russian number.
    private static func read(_ peer: UInt64) -> UInt64? { MSISDN(text: "\(peer)".utf8)?.number }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard let first = context.recalled.first else {
            return render(outcome.first.event, at: outcome.firstPosition, asOf: outcome.lastPosition, &reply)
        }
        render(first.event, at: first.meta.position, asOf: first.meta.position, &reply)
        reply.field(.source, source)
        reply.field(.n, number)
        reply.field(.repeated, true)
    }

    private func render(_ event: Event, at position: Position, asOf last: Position, _ reply: inout Reply) {
        reply.field(.usage, position)
        reply.field(.msisdn, msisdn)
        switch event {
        case .usageRated(let e):
            reply.field(.status, "rated")
            reply.field(.amount, e.charges.total)
            reply.field(.balance, Money(minorUnits: e.balanceAfter))
            if e.over != 0 { reply.field(.over, Money(minorUnits: e.over)) }
        case .usageRejected(let e):
            reply.field(.status, "rejected")
            reply.field(.reason, e.reason.word)
        default: preconditionFailure("event \(position) is no record of usage")
        }
        reply.field(.seq, last)
    }
}

package struct UsageSourceList: Read {
    static let source = Parameter<Key?>("source", "this source only")
    package static let spec = CommandSpec(
        "USAGE.SOURCES", .read, roles: [.network, .operator, .auditor],
        [source], reply: [.seq], rows: [.source, .last, .missing],
        summary:
            "Lists each source of usage: the number of its last record,"
            + " and how many of its last 65536 records are missing.",
        example: "USAGE.SOURCES")

    let source: String?

    package init(_ a: Arguments) throws(Rejection) { source = try a[Self.source] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        state.usage.sources.forEach { name, last, missing in
            guard source == nil || source == name else { return }
            reply.row()
            reply.field(.source, name)
            reply.field(.last, last)
            reply.field(.missing, missing)
        }
        reply.closing()
        reply.countRows(asOf: state.position)
    }
}
