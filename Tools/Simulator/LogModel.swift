/// The log as an outsider folds it: with none of the service's projections, so that both can be compared.

import Accounts
import EventCoding

struct LogModel {
    struct Account {
        var msisdn: UInt64 = 0
        var last: Position = 0
        /// Without records of sign-in attempts: `if_seq=` is compared with these.
        var changes: [Position] = []
        /// The newest last.
        var balances: [(position: Position, minorUnits: Int64)] = []

        var balance: Int64 { balances.last?.minorUnits ?? 0 }

        /// The balance that a read at a position saw.
        func balance(at position: Position) -> Int64 {
            balances.last { $0.position <= position }?.minorUnits ?? 0
        }

        func lastChange(before position: Position) -> Position { changes.last { $0 < position } ?? 0 }
    }

    struct Entry {
        let meta: EventMeta
        let event: Event
        let digest: UInt64
    }

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
        let offering: UInt32
        let isUnlimited: Bool
        let granted: UInt64
        var used: UInt64 = 0
        let from: Instant
        var to: Instant

        var left: UInt64 { granted - used }
    }

    struct Product: Hashable {
        let account: AccountIndex
        let offering: UInt32
    }

    struct Reference: Hashable {
        let principal: UInt32
        let ref: String
    }

    private struct Link: Hashable {
        let manager: AccountIndex
        let managed: AccountIndex
    }

    private(set) var entries: [Entry] = []
    private(set) var accounts = [Account()]
    private(set) var accountOf: [UInt64: AccountIndex] = [:]
    /// The accounts that had a number, each since a position.
    private var owners: [UInt64: [(since: Position, account: AccountIndex)]] = [:]
    private(set) var toppedUp: [UInt64: Int64] = [:]
    private(set) var principalNumbers: [String: UInt32] = [:]
    private(set) var references: Set<Reference> = []
    /// The instant until which products are paid.
    private(set) var periods: [Product: Instant] = [:]
    /// The fees of those periods, in kopecks.
    private var paid: [Product: Int64] = [:]
    /// Since when plans are suspended.
    private var suspended: [AccountIndex: Instant] = [:]
    private var wereSuspended: Set<AccountIndex> = []
    /// The offering whose period is a calendar month, in every version of the catalogue.
    private var monthly: UInt32 = 0
    private var commandIDs: Set<Hash128> = []
    /// Ids of requests that were queued and never executed.
    private var dropped: [Hash128: String] = [:]
    private var shutOut: Set<UInt32> = []
    /// The account of each session. An end by a changed password or a newer session is not followed, because a rule of
    /// the service decides it.
    private var sessions: [UInt32: AccountIndex] = [:]
    /// Sessions that a device opened.
    private var devices: [UInt32: [UInt8]] = [:]
    private var links: Set<Link> = []
    private(set) var records: [Record: Position] = [:]
    private(set) var buckets: [BucketKey: Bucket] = [:]
    /// The administrators of each organisation, as manager and managed.
    private var administrators: Set<Link> = []
    private var organizations: [AccountIndex: AccountIndex] = [:]
    private(set) var orders = OrderModel()
    private var emails = EmailModel()
    private(set) var paying = PayingModel()

    private var bars = BarModel()
    private var dormancy = DormancyModel()
    private var autopay = AutopayModel()

    var last: Position { Position(entries.count) }

    subscript(_ position: Position) -> Entry? {
        position > 0 && position <= last ? entries[Int(position) - 1] : nil
    }

    func account(_ msisdn: UInt64) -> Account? { accountOf[msisdn].map { accounts[Int($0)] } }

    /// The account that had the number then, if only until then.
    func account(_ msisdn: UInt64, at position: Position) -> Account? {
        owners[msisdn]?.last { $0.since <= position }.map { accounts[Int($0.account)] }
    }

    /// The request will never be done.
    mutating func drop(_ id: Hash128, _ sent: Sent) throws(Violation) {
        try hold(!commandIDs.contains(id), .transactions, "\(sent.line) was done and not executed")
        dropped[id] = sent.line
    }

    mutating func follow(_ meta: EventMeta, _ event: Event, digest: UInt64) throws(Violation) {
        let before = entries.last
        func details(_ words: String) -> String { "position \(meta.position), \(event.typeName): \(words)" }
        try hold(meta.position == last + 1, .order, details("follows \(last)"))
        if let recorded = before?.meta.recorded {
            try hold(meta.recorded >= recorded, .order, details("recorded at \(meta.recorded), before \(recorded)"))
        }
        let index = Int(meta.account)
        try hold(index <= accounts.count, .order, details("is of account \(index), of \(accounts.count)"))
        if index == accounts.count { accounts.append(Account()) }
        try hold(
            meta.previous == accounts[index].last, .order,
            details("says that account \(index) was at \(meta.previous), which was at \(accounts[index].last)"))
        accounts[index].last = meta.position
        if !event.traits.isSignIn { accounts[index].changes.append(meta.position) }

        if let request = dropped[meta.commandID] {
            throw Violation(.transactions, details("\(request) was not executed"))
        }
        if !meta.commandID.isZero, before?.meta.commandID != meta.commandID {
            try hold(commandIDs.insert(meta.commandID).inserted, .ids, details("its command's id was done before"))
        }
        try hold(!shutOut.contains(meta.principal), .access, details("principal \(meta.principal) is shut out"))
        if meta.session != 0 {
            let owner = sessions[meta.session]
            try hold(
                owner.map { mayAct($0, meta.account, event) } ?? false, .access,
                details("session \(meta.session) is of account \(owner ?? 0)"))
        }
        try followPeriods(meta, event)
        try followUsage(meta, event)
        try orders.follow(meta, event)
        try emails.follow(meta, event)
        try paying.follow(meta, event)
        if let money = event.money { try follow(money, meta, event) }
        try bars.follow(meta, event)
        try dormancy.follow(meta, event)
        try autopay.follow(meta, event)
        switch event {
        case .subscriberActivated(let e):
            accounts[index].msisdn = e.msisdn
            accountOf[e.msisdn] = meta.account
            if e.organization != 0 { organizations[meta.account] = e.organization }
            owners[e.msisdn, default: []].append((meta.position, meta.account))
        case .sessionOpened(let e):
            sessions[e.session] = meta.account
            devices[e.session] = e.device
        case .sessionsEnded(let e): sessions = sessions.filter { $0.value != meta.account || $0.key == e.keptSession }
        case .subscriberTerminated:
            accountOf[accounts[index].msisdn] = nil
            periods = periods.filter { $0.key.account != meta.account }
            suspended[meta.account] = nil
            sessions = sessions.filter { $0.value != meta.account }
        case .passwordRecovered, .simReplaced: sessions = sessions.filter { $0.value != meta.account }
        case .deviceRemoved(let e): sessions = sessions.filter { devices[$0.key] != e.device }
        case .linkAdded(let e): links.insert(Link(manager: meta.account, managed: e.managed))
        case .linkRemoved(let e): links.remove(Link(manager: meta.account, managed: e.managed))
        case .administratorAdded(let e): administrators.insert(Link(manager: e.subscriber, managed: meta.account))
        case .administratorRemoved(let e): administrators.remove(Link(manager: e.subscriber, managed: meta.account))
        case .organizationJoined(let e): organizations[meta.account] = e.organization
        case .organizationLeft: organizations[meta.account] = nil
        case .sessionEnded(let e): sessions[e.session] = nil
        case .personErased: sessions = sessions.filter { $0.value != meta.account }
        case .principalDisabled(let e): shutOut.insert(e.number)
        case .principalAdded(let e): principalNumbers[e.name] = e.number
        case .paymentParked(let e):
            let reference = Reference(principal: meta.principal, ref: e.ref)
            try hold(references.insert(reference).inserted, .references, details("\(e.ref) was credited before"))
        case .toppedUp(let e):
            let reference = Reference(principal: meta.principal, ref: e.ref)
            try hold(references.insert(reference).inserted, .references, details("\(e.ref) was credited before"))
            toppedUp[accounts[index].msisdn, default: 0] += e.amount
        default: break
        }
        entries.append(Entry(meta: meta, event: event, digest: digest))
    }

    /// The rights of a session, in an outsider's words: everything with its own account, everything but access with a
    /// linked one, and nothing else except to ask for a link and to end one.
    private func mayAct(_ owner: AccountIndex, _ account: AccountIndex, _ event: Event) -> Bool {
        if owner == account { return true }
        switch event {
        case .challengeIssued(let e): return e.purpose == .link && e.forAccount == owner
        case .linkRemoved, .linkRevoked, .administratorRemoved: return true
        case .groupCreated: return administrators.contains(Link(manager: owner, managed: account))
        case .groupJoined, .groupLeft, .simSecretShown: return actsForOrganization(owner, account)
        case .toppedUp, .paymentRequested, .bucketsGranted, .tariffChanged, .optionActivated, .optionTerminated,
            .feesCharged,
            .feesReturned, .tariffChangePlanned, .tariffChangeCancelled, .tariffSuspended, .tariffResumed,
            .autopaySkipped, .spendingLimitSet, .spendingWarned, .spendingStopped, .spendingResumed, .dataStopped,
            .dataResumed:
            return links.contains(Link(manager: owner, managed: account)) || actsForOrganization(owner, account)
        // A link permits to set a ban, and not to lift it.
        case .contentAllowed, .blacklistRemoved: return actsForOrganization(owner, account)
        case .callsBanSet(let e) where !e.banned: return actsForOrganization(owner, account)
        case .simBlocked, .contentBanned, .blacklistAdded, .callsBanSet:
            return links.contains(Link(manager: owner, managed: account)) || actsForOrganization(owner, account)
        default: return false
        }
    }

    private func actsForOrganization(_ owner: AccountIndex, _ account: AccountIndex) -> Bool {
        organizations[account].map { administrators.contains(Link(manager: owner, managed: $0)) } ?? false
    }

    private mutating func follow(_ money: Movement, _ meta: EventMeta, _ event: Event) throws(Violation) {
        var balance = accounts[Int(meta.account)].balance
        switch event {
        case .toppedUp(let e): balance += e.amount
        case .paymentParked(let e): balance += e.amount
        case .suspenseCredited(let e): balance += e.amount
        case .balanceAdjusted(let e): balance += e.amount
        case .suspenseAssigned(let e): balance -= e.amount
        case .paymentReversed(let e): balance -= e.amount
        case .refunded(let e): balance -= e.amount
        case .refundReturned(let e): balance += e.amount
        default: break
        }
        for charge in money.charges { balance -= charge.amount }
        try hold(
            balance == money.balanceAfter.minorUnits, .books,
            "position \(meta.position), \(event.typeName): account \(meta.account) has \(balance) kopecks, the event"
                + " says \(money.balanceAfter.minorUnits)")
        // Usage may make a debt; nothing else takes money that is not there.
        var isOwed = money.charges.isEmpty
        switch event {
        case .usageRated, .feesReturned: isOwed = true
        default: break
        }
        try hold(
            balance >= 0 || isOwed, .limits,
            "position \(meta.position): account \(meta.account) has \(balance) kopecks")
        accounts[Int(meta.account)].balances.append((meta.position, balance))
    }

    /// A record is rated once, its parts add up to the whole of it and of its price, and no bucket gives more than it
    /// has, or outside its time.
    private mutating func followUsage(_ meta: EventMeta, _ event: Event) throws(Violation) {
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
                    offering: e.offering, isUnlimited: grant.unlimited, granted: grant.amount, from: meta.effective,
                    to: grant.validTo == 0 ? .never : Instant(milliseconds: grant.validTo))
                try hold(buckets.updateValue(bucket, forKey: key) == nil, .usage, details("a bucket is granted twice"))
            }
        case .tariffChanged(let e): end { $0.offering == e.from }
        case .optionTerminated(let e): end { $0.offering == e.option }
        case .tariffSuspended(let e): end { bucket in e.lapsed.contains { $0.offering == bucket.offering } }
        case .tariffResumed(let e):
            let suspended = Instant(milliseconds: e.suspended)
            for (key, bucket) in buckets
            where key.account == meta.account && bucket.to != .never && bucket.to > suspended {
                buckets[key]?.to = bucket.to + (meta.effective - suspended)
            }
        case .periodMoved(let e):
            for (key, bucket) in buckets
            where key.account == meta.account && bucket.offering == e.offering && bucket.to == meta.effective {
                buckets[key]?.to = Instant(milliseconds: e.periodEnd)
            }
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
    func checkBuckets(of state: borrowing AccountsState) throws(Violation) {
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

    /// True if the last event began this product unpaid, or ended a suspension: a fee is then taken, or found unpaid,
    /// without a period that ends.
    private func hasBegun(_ offering: UInt32, _ meta: EventMeta) -> Bool {
        guard periods[Product(account: meta.account, offering: offering)] == nil, let before = entries.last,
            before.meta.account == meta.account, before.meta.effective == meta.effective
        else { return false }
        switch before.event {
        case .tariffChanged(let e): return e.to == offering
        case .optionActivated(let e): return e.option == offering
        case .tariffResumed, .simUnblocked: return true
        default: return false
        }
    }

    /// A due fee is taken, or found unpaid, when the period before it ends. None is while the plan is suspended.
    private mutating func followPeriods(_ meta: EventMeta, _ event: Event) throws(Violation) {
        func end(_ offering: UInt32) throws(Violation) {
            if hasBegun(offering, meta) { return }
            let due = periods.removeValue(forKey: Product(account: meta.account, offering: offering))
            try hold(
                due == meta.effective, .due,
                "position \(meta.position): account \(meta.account) pays for offering \(offering) at"
                    + " \(meta.effective), and it is paid until \(due.map { "\($0)" } ?? "no time")")
        }
        switch event {
        case .feesCharged, .feeUnpaid, .periodMoved, .tariffChanged:
            try hold(
                suspended[meta.account] == nil, .due,
                "position \(meta.position): account \(meta.account) is suspended, and its plan goes on")
        default: break
        }
        switch event {
        case .catalogOfferingPut(let e): if e.key == "online" { monthly = e.offering }
        case .feesReturned(let e):
            for charge in e.charges {
                let product = Product(account: meta.account, offering: charge.offering)
                try hold(
                    charge.amount < 0 && periods[product] != nil, .due,
                    "position \(meta.position): unused days of a period that is not paid are credited")
                try hold(
                    -charge.amount <= paid[product] ?? 0, .due,
                    "position \(meta.position): \(-charge.amount) kopecks are credited of \(paid[product] ?? 0)")
            }
        case .tariffSuspended(let e):
            try hold(
                suspended.updateValue(meta.effective, forKey: meta.account) == nil, .due,
                "position \(meta.position): account \(meta.account) is suspended twice")
            wereSuspended.insert(meta.account)
            for lapsed in e.lapsed { periods[Product(account: meta.account, offering: lapsed.offering)] = nil }
        case .tariffResumed(let e):
            let since = suspended.removeValue(forKey: meta.account)
            try hold(
                since?.milliseconds == e.suspended, .due,
                "position \(meta.position): account \(meta.account) resumes what was not suspended then")
            for product in e.products {
                let key = Product(account: meta.account, offering: product.offering)
                let end = Instant(milliseconds: product.periodEnd)
                try hold(
                    periods[key].map { end - $0 } == since.map { meta.effective - $0 }, .due,
                    "position \(meta.position): a period does not end as much later as the suspension lasted")
                periods[key] = end
            }
        case .feesCharged(let e):
            for charge in e.charges {
                try end(charge.offering)
                // One fee a month, give or take a day and some hours, whatever happened to the region and its clock. A
                // period that a suspension moved ends on no first of a month.
                try hold(
                    charge.offering != monthly || wereSuspended.contains(meta.account)
                        || charge.periodEnd - meta.effective.milliseconds >= TimeSpan.days(26).milliseconds, .due,
                    "position \(meta.position): a month from \(meta.effective) ends at"
                        + " \(Instant(milliseconds: charge.periodEnd))")
            }
        case .feeUnpaid(let e): try end(e.offering)
        case .periodMoved(let e):
            try end(e.offering)
            let moved = Instant(milliseconds: e.periodEnd)
            try hold(
                meta.effective < moved && moved - meta.effective <= RegionClock.greatestDifference, .due,
                "position \(meta.position): a period's end moves from \(meta.effective) to \(moved)")
            periods[Product(account: meta.account, offering: e.offering)] = moved
        case .tariffChanged(let e): periods[Product(account: meta.account, offering: e.from)] = nil
        case .optionTerminated(let e): periods[Product(account: meta.account, offering: e.option)] = nil
        default: break
        }
        for charge in event.money?.charges ?? [] where charge.kind.opensPeriod && charge.amount >= 0 {
            paid[Product(account: meta.account, offering: charge.offering)] = charge.amount
            periods[Product(account: meta.account, offering: charge.offering)] =
                charge.periodEnd == 0 ? nil : Instant(milliseconds: charge.periodEnd)
        }
    }

    /// The first product whose paid time is over.
    func overdue(at now: Instant) -> (product: Product, end: Instant)? {
        let going = periods.filter { suspended[$0.key.account] == nil }
        guard let first = going.min(by: { ($0.value, $0.key.account) < ($1.value, $1.key.account) }),
            first.value <= now
        else { return nil }
        return (first.key, first.value)
    }
}

extension LogModel.Entry {
    /// True if a request reports this record of usage, word by word.
    func isTold(by sent: Sent, of log: LogModel) -> Bool {
        func same(_ usage: UsageType, _ direction: Direction, _ peer: UInt64, _ service: String, _ quantity: UInt64)
            -> Bool
        {
            var number = sent.value("peer") ?? ""
            if number.first == "+" { number.removeFirst() }
            let said = sent.value("seconds") ?? sent.value("bytes") ?? sent.value("messages") ?? "1"
            return sent.value("kind") == "\(usage.word)" && sent.value("direction") ?? "out" == "\(direction.word)"
                && number == (peer == 0 ? service : "\(peer)") && said == "\(quantity)"
                && sent.value("start").flatMap { Instant(rfc3339: $0.utf8) } == meta.effective
        }
        switch event {
        case .usageRated(let e):
            return same(e.usage, e.direction, e.peer, e.service, e.quantity) && sent.value("visited") ?? "" == e.visited
                && sent.msisdn == log.accounts[Int(meta.account)].msisdn
        case .usageRejected(let e):
            return same(e.usage, e.direction, e.peer, e.service, e.quantity) && sent.value("visited") ?? "" == e.visited
                && sent.msisdn == e.msisdn
        default: return false
        }
    }
}
