/// A subscriber's products: a tariff, options, and until when each is paid.
package struct Subscriptions: Projection {
    package static let name = "subscriptions"
    package static let version: UInt16 = 4

    /// By account: the tariff, from which the options are chained, and when it was last changed.
    private struct Subscriber: Sendable, Coded {
        var tariff = Product()
        var tariffChanged = CompactInstant(.never)

        @inline(__always)
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&tariffChanged)
            try row.code(&tariff)
        }
    }

    private var subscribers: [Subscriber] = []
    private var arrangements: [AccountIndex: Arrangements] = [:]
    /// In order of their end, earliest first, as far back as usage is accepted.
    private var formers: [AccountIndex: [FormerProduct]] = [:]
    /// All subscribers' options. Each chain begins at the tariff's `next`.
    private var options = ChainPool<Product>()

    /// The day of the month of the event being applied, in the account's region. `AccountsState` sets it before an event
    /// with charges.
    var day: UInt8 = 0

    package static let maximumOptions = 50
    static let maximumFormers = 128

    package init() {}

    package func tariff(_ account: AccountIndex) -> Product {
        Int(account) < subscribers.count ? subscribers[Int(account)].tariff : Product()
    }

    /// The tariff at an instant, as far back as usage is accepted.
    package func tariff(_ account: AccountIndex, at instant: Instant) -> Product {
        if !formers.isEmpty, let former = formers[account]?.first(where: { $0.isTariff && instant < $0.until }) {
            return former.product
        }
        return tariff(account)
    }

    /// Visits the options at an instant, as far back as usage is accepted.
    package func forEachOption(_ account: AccountIndex, at instant: Instant, _ visit: (Product) -> Void) {
        if !formers.isEmpty {
            for former in formers[account] ?? []
            where !former.isTariff && former.product.since <= instant && instant < former.until {
                visit(former.product)
            }
        }
        forEachOption(account) { if $0.since <= instant { visit($0) } }
    }

    /// Keeps a product as it was until now, for records that come late.
    private mutating func keepFormer(_ account: AccountIndex, _ offering: UInt32, until instant: Instant) {
        guard offering != 0, let product = product(account, offering) else { return }
        var all = formers[account] ?? []
        all.removeAll { $0.until < instant - .days(Usage.retentionDays) }
        // So many in two months are no ordinary history: the first option to end gives way, else the first tariff.
        if all.count == Self.maximumFormers { all.remove(at: all.firstIndex { !$0.isTariff } ?? 0) }
        let isTariff = UInt32(tariff(account).offering) == offering
        all.append(FormerProduct(product, isTariff: isTariff, until: instant))
        formers[account] = all
    }

    func prefetch(_ account: AccountIndex) { subscribers.prefetchElement(Int(account)) }

    /// When the tariff was last changed; nil if never.
    package func tariffChanged(_ account: AccountIndex) -> Instant? {
        let instant = subscribers[Int(account)].tariffChanged.instant
        return instant == .never ? nil : instant
    }

    /// Visits the options in the order of their activation.
    package func forEachOption(_ account: AccountIndex, _ visit: (Product) -> Void) {
        options.forEach(from: tariff(account).next, visit)
    }

    package func optionCount(_ account: AccountIndex) -> Int {
        var count = 0
        forEachOption(account) { _ in count += 1 }
        return count
    }

    package func option(_ account: AccountIndex, _ offering: UInt32) -> Product? {
        var found: Product?
        forEachOption(account) { if UInt32($0.offering) == offering { found = $0 } }
        return found
    }

    /// The product of this offering, tariff or option; nil if there is none.
    package func product(_ account: AccountIndex, _ offering: UInt32) -> Product? {
        let tariff = tariff(account)
        return UInt32(tariff.offering) == offering ? tariff : option(account, offering)
    }

    /// The arrangements of a subscriber; empty if there are none.
    package func arrangements(_ account: AccountIndex) -> Arrangements {
        arrangements.isEmpty ? Arrangements() : arrangements[account] ?? Arrangements()
    }

    package func isSuspended(_ account: AccountIndex) -> Bool { arrangements(account).isSuspended }

    /// Visits what is due of an account: ends of paid periods, a change on a date, fees of a suspension, and moves from
    /// retired offerings. While the plan is suspended, only the suspension's fees are.
    func forEachDue(of account: AccountIndex, _ catalog: borrowing Catalog, _ body: (Due) -> Void) {
        let arranged = arrangements(account)
        guard !arranged.isSuspended else {
            if arranged.nextSuspensionFee != .never {
                body(Due(at: arranged.nextSuspensionFee, .suspensionFee, of: account, 0))
            }
            return
        }
        func look(_ product: Product) {
            guard product.offering != 0 else { return }
            if product.periodEnd != .never {
                body(Due(at: product.periodEnd, .periodEnd, of: account, UInt32(product.offering)))
            }
            if catalog.hasSuccessors { forEachMove(of: product, arranged, account, catalog, body) }
        }
        if arranged.plannedTariff != 0, arranged.plannedAt != .never {
            body(Due(at: arranged.plannedAt, .tariffChange, of: account, UInt32(arranged.plannedTariff)))
        }
        look(tariff(account))
        forEachOption(account, look)
    }

    /// Visits the announcement of a move to a successor, or the move of a product without a paid period.
    private func forEachMove(
        of product: Product, _ arranged: Arrangements, _ account: AccountIndex, _ catalog: borrowing Catalog,
        _ body: (Due) -> Void
    ) {
        guard let move = catalog.move(from: UInt32(product.offering)) else { return }
        if !arranged.announced.contains(move.to) {
            body(Due(at: move.announced, .moveNotice, of: account, UInt32(product.offering)))
        } else if product.periodEnd == .never {
            body(Due(at: max(move.from, product.since), .move, of: account, UInt32(product.offering)))
        }
    }

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {
        let account = meta.account
        switch event {
        case .subscriberActivated(let e):
            subscribers.reserveIndex(account, filling: Subscriber())
            subscribers[Int(account)].tariff.offering = UInt16(e.tariff)
            subscribers[Int(account)].tariff.status = e.unpaid ? .unpaid : .active
            subscribers[Int(account)].tariff.since = meta.effective
        case .tariffChanged(let e):
            keepFormer(account, UInt32(tariff(account).offering), until: meta.effective)
            // A move of the operator's is no change of the subscriber's.
            let isOwn = meta.principal != 0 || UInt32(arrangements(account).plannedTariff) == e.to
            arrange(account) { arranged in
                arranged.plannedTariff = 0
                arranged.announced.removeAll { $0 == e.to }
            }
            let options = subscribers[Int(account)].tariff.next
            var tariff = Product()
            tariff.offering = UInt16(e.to)
            tariff.next = options
            tariff.since = meta.effective
            subscribers[Int(account)].tariff = tariff
            if isOwn { subscribers[Int(account)].tariffChanged = CompactInstant(meta.effective) }
            paid(account, e.charges, at: meta.effective, &agenda)
        case .optionActivated(let e):
            // A package that was used up and is bought again is already there.
            if option(account, e.option) == nil { append(e, to: account, since: meta.effective) }
            if !arrangements.isEmpty { arrange(account) { $0.announced.removeAll { $0 == e.option } } }
            paid(account, e.charges, at: meta.effective, &agenda)
        case .subscriberTerminated:
            (formers[account], arrangements[account]) = (nil, nil)
            remove(from: account) { _ in true }
            subscribers[Int(account)] = Subscriber()
        case .optionTerminated(let e):
            keepFormer(account, e.option, until: meta.effective)
            remove(from: account) { UInt32($0.offering) == e.option }
        case .toppedUp(let e): if !e.charges.isEmpty { paid(account, e.charges, at: meta.effective, &agenda) }
        case .balanceAdjusted(let e): if !e.charges.isEmpty { paid(account, e.charges, at: meta.effective, &agenda) }
        case .transferReceived(let e): if !e.charges.isEmpty { paid(account, e.charges, at: meta.effective, &agenda) }
        case .promiseGiven(let e): paid(account, e.charges, at: meta.effective, &agenda)
        case .suspenseCredited(let e): if !e.charges.isEmpty { paid(account, e.charges, at: meta.effective, &agenda) }
        case .feesCharged(let e): paid(account, e.charges, at: meta.effective, &agenda)
        case .periodMoved(let e):
            let end = Instant(milliseconds: e.periodEnd)
            edit(account, e.offering) { $0.periodEnd = end }
            agenda?.insert(Due(at: end, .periodEnd, of: account, e.offering))
        case .feeUnpaid(let e): endPeriod(account, e.offering, at: meta.effective)
        case .tariffChangePlanned(let e):
            let at = e.at == 0 ? Instant.never : Instant(milliseconds: e.at)
            arrange(account) { ($0.plannedTariff, $0.plannedAt) = (UInt16(e.to), at) }
            if at != .never { agenda?.insert(Due(at: at, .tariffChange, of: account, e.to)) }
        case .tariffChangeCancelled, .tariffChangeFailed: arrange(account) { $0.plannedTariff = 0 }
        case .productMoveAnnounced(let e): arrange(account) { $0.announced.append(e.successor) }
        case .tariffSuspended(let e):
            for lapsed in e.lapsed { endPeriod(account, lapsed.offering, at: meta.effective) }
            let fee = e.nextFee == 0 ? Instant.never : Instant(milliseconds: e.nextFee)
            arrange(account) { ($0.suspended, $0.nextSuspensionFee) = (meta.effective, fee) }
            if fee != .never { agenda?.insert(Due(at: fee, .suspensionFee, of: account, 0)) }
        case .suspensionCharged(let e):
            let fee = e.nextFee == 0 ? Instant.never : Instant(milliseconds: e.nextFee)
            arrange(account) { $0.nextSuspensionFee = fee }
            if fee != .never { agenda?.insert(Due(at: fee, .suspensionFee, of: account, 0)) }
        case .tariffResumed(let e):
            arrange(account) {
                ($0.suspended, $0.nextSuspensionFee, $0.resumed) = (.never, .never, meta.effective)
            }
            for resumed in e.products {
                let end = Instant(milliseconds: resumed.periodEnd)
                edit(account, resumed.offering) {
                    $0.periodEnd = end
                    $0.startDay = UInt8(resumed.billingDay)
                }
                agenda?.insert(Due(at: end, .periodEnd, of: account, resumed.offering))
            }
        default: endAtUnknown(event)
        }
    }

    /// Changes a subscriber's arrangements, and forgets them once they are empty.
    private mutating func arrange(_ account: AccountIndex, _ change: (inout Arrangements) -> Void) {
        var arranged = arrangements(account)
        change(&arranged)
        if arranged.plannedTariff == 0 { arranged.plannedAt = .never }
        if !arranged.isEmpty || !arrangements.isEmpty { arrangements[account] = arranged.isEmpty ? nil : arranged }
    }

    /// The paid period of a product is over, and nothing is paid.
    private mutating func endPeriod(_ account: AccountIndex, _ offering: UInt32, at instant: Instant) {
        keepFormer(account, offering, until: instant)
        edit(account, offering) {
            $0.status = .unpaid
            $0.periodEnd = .never
            $0.since = instant
        }
    }

    /// Opens the periods of the fees that were taken.
    private mutating func paid(
        _ account: AccountIndex, _ charges: [Charge], at instant: Instant, _ agenda: inout Agenda?
    ) {
        let day = day
        for charge in charges where charge.kind.opensPeriod {
            let wasUnpaid = product(account, charge.offering)?.status == .unpaid
            if wasUnpaid { keepFormer(account, charge.offering, until: instant) }
            let end = charge.periodEnd == 0 ? Instant.never : Instant(milliseconds: charge.periodEnd)
            edit(account, charge.offering) {
                $0.status = .active
                $0.periodEnd = end
                if wasUnpaid || $0.startDay == 0 { $0.startDay = day }
                $0.paidFrom = instant
                $0.paid = Money(minorUnits: charge.amount)
                if wasUnpaid { $0.since = instant }
            }
            if end != .never { agenda?.insert(Due(at: end, .periodEnd, of: account, charge.offering)) }
        }
    }

    private mutating func edit(_ account: AccountIndex, _ offering: UInt32, _ change: (inout Product) -> Void) {
        if UInt32(subscribers[Int(account)].tariff.offering) == offering {
            change(&subscribers[Int(account)].tariff)
            return
        }
        options.edit(from: subscribers[Int(account)].tariff.next) { product in
            guard UInt32(product.offering) == offering else { return false }
            change(&product)
            return true
        }
    }

    private mutating func append(_ activated: OptionActivated, to account: AccountIndex, since: Instant) {
        var product = Product()
        (product.offering, product.since, product.askedBy) = (UInt16(activated.option), since, activated.askedBy)
        options.append(product, to: &subscribers[Int(account)].tariff.next)
    }

    private mutating func remove(from account: AccountIndex, where isRemoved: (Product) -> Bool) {
        options.remove(from: &subscribers[Int(account)].tariff.next, where: isRemoved)
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var subscriber = Int(account) < subscribers.count ? subscribers[Int(account)] : Subscriber()
        subscriber.code(&row)
        row.put(UInt8(optionCount(account)))
        forEachOption(account) { option in
            var option = option
            option.code(&row)
        }
        var former = formers[account] ?? []
        row.code(&former, each: Self.blankFormer)
        var arranged = arrangements[account]
        row.code(&arranged, blank: Arrangements())
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var subscriber = Subscriber()
        try subscriber.code(&row)
        var last: UInt32 = 0
        for _ in 0..<(try row.number(UInt8.self)) {
            var option = Product()
            try option.code(&row)
            options.append(option, to: &subscriber.tariff.next, after: &last)
        }
        var former: [FormerProduct] = []
        try row.code(&former, each: Self.blankFormer)
        if !former.isEmpty { formers[account] = former }
        var arranged: Arrangements?
        try row.code(&arranged, blank: Arrangements())
        if let arranged { arrangements[account] = arranged }
        if Int(account) < subscribers.count { subscribers[Int(account)] = subscriber }
    }

    private static let blankFormer = FormerProduct(Product(), isTariff: false, until: .never)

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &subscribers, filling: Subscriber())
        // Freed slots are not state: a state from a snapshot has none.
        var optionCount = UInt32(options.count)
        try rest.code(&optionCount)
        // The count is only a hint.
        let most = subscribers.count * Self.maximumOptions
        if Coder.isDecoding { options = ChainPool(capacity: min(Int(optionCount), most)) }
    }

    package var allocatedBytes: Int {
        subscribers.columnBytes + options.columnBytes + formers.count * 128 + arrangements.count * 96
    }
}

extension Instant {
    /// After every other instant.
    package static let never = Instant(milliseconds: Int64.max)
}
