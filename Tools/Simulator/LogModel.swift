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

    struct Reference: Hashable {
        let principal: UInt32
        let ref: String
    }

    private(set) var entries: [Entry] = []
    private(set) var accounts = [Account()]
    private(set) var accountOf: [UInt64: AccountIndex] = [:]
    /// The accounts that had a number, each since a position.
    private var owners: [UInt64: [(since: Position, account: AccountIndex)]] = [:]
    private(set) var toppedUp: [UInt64: Int64] = [:]
    private(set) var principalNumbers: [String: UInt32] = [:]
    private(set) var references: Set<Reference> = []
    private var commandIDs: Set<Hash128> = []
    /// Ids of requests that were queued and never executed.
    private var dropped: [Hash128: String] = [:]
    private var rights = RightsModel()
    private(set) var orders = OrderModel()
    private var emails = EmailModel()
    private(set) var paying = PayingModel()
    private(set) var usage = UsageModel()
    private(set) var periods = PeriodModel()
    private(set) var giving = GivingModel()

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
        try rights.check(meta, event)
        rights.follow(meta, event)
        try periods.follow(meta, event, after: before)
        try usage.follow(meta, event)
        try giving.follow(meta, event)
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
            owners[e.msisdn, default: []].append((meta.position, meta.account))
        case .subscriberTerminated: accountOf[accounts[index].msisdn] = nil
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

    private mutating func follow(_ money: Movement, _ meta: EventMeta, _ event: Event) throws(Violation) {
        var balance = accounts[Int(meta.account)].balance
        switch event {
        case .toppedUp(let e): balance += e.amount
        case .paymentParked(let e): balance += e.amount
        case .suspenseCredited(let e): balance += e.amount
        case .balanceAdjusted(let e): balance += e.amount
        case .promiseGiven(let e): balance += e.amount
        case .transferReceived(let e): balance += e.amount
        case .promiseRepaid(let e): balance -= e.amount
        case .transferSent(let e): balance -= e.amount
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
}
