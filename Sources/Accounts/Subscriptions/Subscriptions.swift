/// A subscriber's products: a tariff, options, and until when each is paid.
package struct Subscriptions: Projection {
    package static let name = "subscriptions"
    package static let version: UInt16 = 4

    package enum Status: UInt8, Sendable {
        case active = 0
        /// The fee could not be taken. Base prices hold until a top-up covers it.
        case unpaid = 1

        /// The word in replies.
        package var word: StaticString {
            switch self {
            case .active: "active"
            case .unpaid: "unpaid"
            }
        }
    }

    /// A product: an offering that a subscriber has. 24 bytes.
    package struct Product: Chained, Coded {
        private var compactEnd = CompactInstant(.never)
        package var offering: UInt16 = 0
        private var compactSince = CompactInstant(Instant(milliseconds: 0))
        package var status = Status.active
        // 24 bits, in the space that alignment leaves.
        private var askedByHigh: UInt8 = 0
        private var askedByLow: UInt16 = 0
        /// The next option of the same subscriber.
        var next: UInt32 = 0

        package init() {}

        /// The end of the paid period, when the next fee is due; the greatest instant if there is no next fee.
        package var periodEnd: Instant {
            get { compactEnd.instant }
            set { compactEnd = CompactInstant(newValue) }
        }

        /// When its present status began, paid or not.
        package var since: Instant {
            get { compactSince.instant }
            set { compactSince = CompactInstant(newValue) }
        }

        /// The principal that asked for it; 0 if the log does not say. A subscription to content alone has it.
        package var askedBy: UInt32 {
            get { UInt32(askedByHigh) << 16 | UInt32(askedByLow) }
            set {
                precondition(newValue < 1 << 24, "a principal of number \(newValue)")
                (askedByHigh, askedByLow) = (UInt8(newValue >> 16), UInt16(truncatingIfNeeded: newValue))
            }
        }

        @inline(__always)
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&offering)
            try row.code(&status, or: "a product of no known status")
            try row.code(&compactEnd)
            try row.code(&compactSince)
            try row.code(&askedByHigh)
            try row.code(&askedByLow)
        }
    }

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

    /// A product, paid or not, as it was for a time.
    package struct FormerProduct: Sendable, Coded {
        package private(set) var product: Product
        package private(set) var isTariff: Bool
        package private(set) var until: Instant

        fileprivate init(_ product: Product, isTariff: Bool, until: Instant) {
            (self.product, self.isTariff, self.until) = (product, isTariff, until)
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&isTariff)
            try row.code(&product)
            try row.code(&until)
        }
    }

    private var subscribers: [Subscriber] = []
    /// In order of their end, earliest first, as far back as usage is accepted.
    private var formers: [AccountIndex: [FormerProduct]] = [:]
    /// All subscribers' options. Each chain begins at the tariff's `next`.
    private var options = ChainPool<Product>()

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

    /// Visits the fees to come of an account's products.
    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        func look(_ product: Product) {
            guard product.periodEnd != .never else { return }
            body(Due(at: product.periodEnd, .fee, of: account, UInt32(product.offering)))
        }
        look(tariff(account))
        forEachOption(account, look)
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
            let options = subscribers[Int(account)].tariff.next
            var tariff = Product()
            tariff.offering = UInt16(e.to)
            tariff.next = options
            tariff.since = meta.effective
            subscribers[Int(account)].tariff = tariff
            subscribers[Int(account)].tariffChanged = CompactInstant(meta.effective)
            paid(account, e.charges, at: meta.effective, &agenda)
        case .optionActivated(let e):
            // A package that was used up and is bought again is already there.
            if option(account, e.option) == nil { append(e, to: account, since: meta.effective) }
            paid(account, e.charges, at: meta.effective, &agenda)
        case .subscriberTerminated:
            formers[account] = nil
            remove(from: account) { _ in true }
            subscribers[Int(account)] = Subscriber()
        case .optionTerminated(let e):
            keepFormer(account, e.option, until: meta.effective)
            remove(from: account) { UInt32($0.offering) == e.option }
        case .toppedUp(let e): if !e.charges.isEmpty { paid(account, e.charges, at: meta.effective, &agenda) }
        case .feesCharged(let e): paid(account, e.charges, at: meta.effective, &agenda)
        case .periodMoved(let e):
            let end = Instant(milliseconds: e.periodEnd)
            edit(account, e.offering) { $0.periodEnd = end }
            agenda?.insert(Due(at: end, .fee, of: account, e.offering))
        case .feeUnpaid(let e):
            keepFormer(account, e.offering, until: meta.effective)
            edit(account, e.offering) {
                $0.status = .unpaid
                $0.periodEnd = .never
                $0.since = meta.effective
            }
        default: endAtUnknown(event)
        }
    }

    /// Opens the periods of the fees that were taken.
    private mutating func paid(
        _ account: AccountIndex, _ charges: [Charge], at instant: Instant, _ agenda: inout Agenda?
    ) {
        for charge in charges where charge.kind.opensPeriod {
            let wasUnpaid = product(account, charge.offering)?.status == .unpaid
            if wasUnpaid { keepFormer(account, charge.offering, until: instant) }
            let end = charge.periodEnd == 0 ? Instant.never : Instant(milliseconds: charge.periodEnd)
            edit(account, charge.offering) {
                $0.status = .active
                $0.periodEnd = end
                if wasUnpaid { $0.since = instant }
            }
            if end != .never { agenda?.insert(Due(at: end, .fee, of: account, charge.offering)) }
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
        subscribers.columnBytes + options.columnBytes + formers.count * 128
    }
}

extension Instant {
    /// After every other instant.
    package static let never = Instant(milliseconds: Int64.max)
}
