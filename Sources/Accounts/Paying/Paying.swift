/// Everything about payments besides their postings: requests, stored cards, what was taken back of a payment, moves of
/// money that wait for a second person, refunds to be paid out, vouchers, and payments without an owner.
///
/// An account's row has its own. The lists over all accounts follow from the rows.
package struct Paying: Projection {
    package static let name = "paying"
    package static let version: UInt16 = 1

    /// The open requests of one number.
    package static let maximumOpen = 5
    /// The requests of one number that ended and are known: those of the last days at least, but no more than so many.
    static let maximumEnded = 8
    static let endedDays: Int64 = 3
    static let maximumCards = 10
    /// Proposals that wait of one account, and of the operator's own.
    static func maximumProposals(of account: AccountIndex) -> Int { account == 0 ? 1000 : 16 }

    /// An account that never did any of this has no row.
    private var rows: [AccountIndex: Row] = [:]
    private var open = PositionList()
    private var proposed = PositionList()
    private var unpaid = PositionList()
    /// The accounts that redeemed vouchers.
    private var redeemers: [VoucherID: AccountIndex] = [:]

    package init() {}

    // MARK: - Reads

    package var openCount: Int { open.count }
    package var proposedCount: Int { proposed.count }
    package var unpaidCount: Int { unpaid.count }

    /// In the order of their positions.
    package func requests(of account: AccountIndex) -> [PaymentRequest] { rows[account]?.requests ?? [] }

    func request(_ position: Position, of account: AccountIndex) -> PaymentRequest? {
        rows[account]?.requests.first { $0.position == position }
    }

    /// The open requests that somebody asked for.
    func openRequests(of account: AccountIndex) -> [PaymentRequest] {
        requests(of: account).filter { $0.state.isOpen && !$0.isAutopay }
    }

    /// Visits the open requests of all accounts in the order in which they were opened, from a position on, as long as
    /// the visitor returns true.
    func forEachOpen(from position: Position, _ visit: (PaymentRequest, AccountIndex) -> Bool) {
        open.forEach(from: position) { position, account in
            requests(of: account).first { $0.opened == position }.map { visit($0, account) } ?? true
        }
    }

    package func cards(of account: AccountIndex) -> [StoredCard] { rows[account]?.cards ?? [] }

    func hasCard(_ token: String, _ acquirer: UInt32, of account: AccountIndex) -> Bool {
        rows[account]?.cards.contains { $0.token == token && $0.acquirer == acquirer } ?? false
    }

    /// The part of a payment that was reversed, or refunded to its instrument.
    func takenBack(_ payment: Position, of account: AccountIndex) -> Money {
        rows[account]?.reversals.first { $0.payment == payment }?.amount ?? .zero
    }

    func proposal(_ position: Position, of account: AccountIndex) -> Proposal? {
        rows[account]?.proposals.first { $0.position == position }
    }

    /// True if a refund that the subscriber asked for waits.
    func hasOwnRefund(_ account: AccountIndex) -> Bool {
        rows[account]?.proposals.contains { $0.author == 0 && $0.event.kind == .refund } ?? false
    }

    func proposals(of account: AccountIndex) -> Int { rows[account]?.proposals.count ?? 0 }

    /// Visits the proposals that wait for a second person, as `forEachOpen` does.
    func forEachProposal(from position: Position, _ visit: (Proposal, AccountIndex) -> Bool) {
        proposed.forEach(from: position) { position, key in
            proposal(position, of: Self.account(key)).map { visit($0, Self.account(key)) } ?? true
        }
    }

    func refund(_ position: Position, of account: AccountIndex) -> Refund? {
        rows[account]?.refunds.first { $0.position == position }
    }

    /// Visits the refunds that are still to be paid out, as `forEachOpen` does.
    func forEachRefund(_ visit: (Refund, AccountIndex) -> Bool) {
        unpaid.forEach(from: 0) { position, account in
            refund(position, of: account).map { visit($0, account) } ?? true
        }
    }

    /// The sum that people moved alone on the account.
    func movedAlone(_ account: AccountIndex, onDayOf now: Instant) -> Money {
        rows[account]?.alone.sum(onDayOf: now) ?? .zero
    }

    /// Payments that had no owner when they came.
    var parked: [Parked] { rows[0]?.parked ?? [] }
    func parked(_ position: Position) -> Parked? { parked.first { $0.position == position } }

    var batches: [VoucherBatch] { rows[0]?.batches ?? [] }
    func redeemer(_ voucher: VoucherID) -> AccountIndex? { redeemers[voucher] }
    func redemption(_ voucher: VoucherID, by account: AccountIndex) -> Position? {
        rows[account]?.redeemed.first { $0.id == voucher }?.payment
    }

    /// The wrong secrets in a row that were tried for a number, and the time of the last.
    func voucherFailures(of account: AccountIndex) -> (count: Int, last: Instant) {
        rows[account].map { (Int($0.failures), $0.lastFailure) } ?? (0, Instant(milliseconds: 0))
    }

    /// The requests of an account expire, or are asked again, at one instant after another.
    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        for request in requests(of: account) where !request.state.hasEnded {
            body(Due(at: request.expires, .paymentRequests, of: account, 0))
        }
    }

    // MARK: - Events

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {
        let account = meta.account
        switch event {
        case .toppedUp(let e): toppedUp(e, meta)
        case .paymentRequested(let e):
            let expires = Instant(milliseconds: e.expiresAt)
            let request = PaymentRequest(
                position: meta.position, amount: Money(minorUnits: e.amount), method: e.method, card: e.card,
                acquirer: e.acquirer, isOwn: e.own, created: meta.effective, expires: expires,
                changed: meta.position, attempts: e.autopayMonth == 0 ? 0 : 1, opened: meta.position)
            change(account) { $0.requests.append(request) }
            open.insert(meta.position, of: account)
            agenda?.insert(Due(at: expires, .paymentRequests, of: account, 0))
        case .paymentOffered(let e):
            edit(e.request, of: account) {
                ($0.state, $0.url, $0.acquirer, $0.changed) = (.offered, e.url, meta.principal, meta.position)
            }
        case .paymentRefused(let e):
            end(e.request, of: account, at: meta.effective) {
                $0.end(.refused, at: meta.position)
                $0.reason = e.reason
                // An automatic payment is its card's, whoever ends it.
                if $0.acquirer == 0 { $0.acquirer = meta.principal }
            }
        case .paymentRequestExpired(let e):
            end(e.request, of: account, at: meta.effective) { $0.end(.expired, at: meta.position) }
        case .autopayPostponed(let e):
            let retry = Instant(milliseconds: e.retryAt)
            close(request: e.request, of: account)
            edit(e.request, of: account) {
                ($0.state, $0.reason, $0.url, $0.changed) = (.postponed, e.reason, "", meta.position)
                $0.expires = retry
            }
            agenda?.insert(Due(at: retry, .paymentRequests, of: account, 0))
        case .autopayRetried(let e):
            let expires = Instant(milliseconds: e.expiresAt)
            edit(e.request, of: account) {
                ($0.state, $0.reason, $0.changed, $0.expires) = (.pending, "", meta.position, expires)
                $0.attempts += 1
                $0.opened = meta.position
            }
            open.insert(meta.position, of: account)
            agenda?.insert(Due(at: expires, .paymentRequests, of: account, 0))
        case .cardRemoved(let e):
            change(account) { row in row.cards.removeAll { $0.token == e.card && $0.acquirer == e.acquirer } }
        case .subscriberTerminated:
            expireRequests(of: account, meta) { _ in true }
            forgetPerson(account)
        case .personErased:
            // Their card is forgotten.
            expireRequests(of: account, meta) { $0.isAutopay }
            forgetPerson(account)
        case .paymentParked(let e):
            let parked = Parked(
                position: meta.position, event: e, principal: meta.principal, created: meta.effective,
                left: Money(minorUnits: e.amount))
            change(0) { $0.parked.append(parked) }
        case .suspenseAssigned(let e):
            change(0) { row in
                for index in row.parked.indices where row.parked[index].position == e.payment {
                    (row.parked[index].assigned, row.parked[index].left) = (e.account, .zero)
                }
            }
            moved(Money(minorUnits: e.amount), e.authority, e.proposal, meta)
        case .paymentReversed(let e):
            takeBack(Money(minorUnits: e.amount), of: e.payment, account)
            moved(Money(minorUnits: e.amount), e.authority, e.proposal, meta)
        case .balanceAdjusted(let e):
            moved(Money(minorUnits: e.amount), e.authority, e.proposal, meta)
        case .refunded(let e):
            let number = e.proposal == 0 ? meta.position : e.proposal
            let refund = Refund(position: number, event: e, created: meta.effective)
            change(account) { $0.refunds.append(refund) }
            unpaid.insert(number, of: account)
            if e.payment != 0 { takeBack(Money(minorUnits: e.amount), of: e.payment, account) }
            moved(Money(minorUnits: e.amount), e.authority, e.proposal, meta)
        case .refundPaid(let e): settle(refund: e.refund, of: account)
        case .refundReturned(let e):
            settle(refund: e.refund, of: account)
            if e.payment != 0 { takeBack(Money(minorUnits: -e.amount), of: e.payment, account) }
        case .proposalMade(let e):
            // The subscriber asked, whatever principal carried the session.
            let author = meta.session == 0 ? meta.principal : 0
            let proposal = Proposal(position: meta.position, event: e, author: author, created: meta.effective)
            change(account) { $0.proposals.append(proposal) }
            proposed.insert(meta.position, of: Self.key(account))
        case .proposalDeclined(let e): close(e.proposal, of: account)
        case .proposalApproved(let e): close(e.proposal, of: account)
        case .vouchersVoided(let e):
            change(0) { row in
                for index in row.batches.indices where row.batches[index].event.batch == e.batch {
                    row.batches[index].isVoid = true
                }
            }
        case .vouchersMade(let e):
            change(0) { $0.batches.append(VoucherBatch(event: e, made: meta.effective)) }
            moved(Money(minorUnits: e.value * Int64(e.count)), e.authority, e.proposal, meta)
        case .voucherRefused(let e): change(account) { ($0.failures, $0.lastFailure) = (e.failures, meta.effective) }
        default: endAtUnknown(event)
        }
    }

    /// Does nothing for a payment that was not asked for, as most are.
    @inline(__always)
    private mutating func toppedUp(_ e: ToppedUp, _ meta: EventMeta) {
        guard e.request != 0 || !e.card.isEmpty || e.voucherBatch != 0 else { return }
        if e.request != 0 { settle(e.request, of: meta.account, by: meta, Money(minorUnits: e.amount), isLate: e.late) }
        if !e.card.isEmpty { store(e, meta) }
        guard e.voucherBatch != 0 else { return }
        let voucher = VoucherID(batch: e.voucherBatch, number: e.voucherNumber)
        redeemers[voucher] = meta.account
        change(meta.account) {
            $0.redeemed.append(RedeemedVoucher(id: voucher, payment: meta.position))
            $0.failures = 0
        }
    }

    private mutating func settle(
        _ request: Position, of account: AccountIndex, by meta: EventMeta, _ paid: Money, isLate: Bool = true
    ) {
        end(request, of: account, at: meta.effective) {
            $0.end(.paid, at: meta.position)
            ($0.payment, $0.paid, $0.isLate) = (meta.position, paid, isLate)
            $0.acquirer = meta.principal
        }
    }

    private mutating func store(_ e: ToppedUp, _ meta: EventMeta) {
        let card = StoredCard(token: e.card, last4: e.cardLast4, acquirer: meta.principal, added: meta.effective)
        change(meta.account) { row in
            row.cards.removeAll { $0.token == card.token && $0.acquirer == card.acquirer }
            row.cards.append(card)
            if row.cards.count > Self.maximumCards { row.cards.removeFirst() }
        }
    }

    private mutating func settle(refund: Position, of account: AccountIndex) {
        unpaid.remove(refund)
        change(account) { row in row.refunds.removeAll { $0.position == refund } }
    }

    /// Counts what leaves the account against the payment that it came with.
    private mutating func takeBack(_ amount: Money, of payment: Position, _ account: AccountIndex) {
        change(account) { row in
            if let index = row.reversals.firstIndex(where: { $0.payment == payment }) {
                row.reversals[index].amount += amount
            } else {
                row.reversals.append(Reversal(payment: payment, amount: amount))
            }
            for index in row.parked.indices where row.parked[index].position == payment {
                row.parked[index].left -= amount
            }
        }
    }

    /// Closes the proposal that was carried out, or counts what one person moved alone.
    private mutating func moved(_ amount: Money, _ authority: Authority, _ proposal: Position, _ meta: EventMeta) {
        if proposal != 0 { close(proposal, of: meta.account) }
        guard authority.isOnePerson, amount != .zero else { return }
        change(meta.account) { $0.alone.add(amount.magnitude, at: meta.effective) }
    }

    private mutating func close(_ proposal: Position, of account: AccountIndex) {
        proposed.remove(proposal)
        change(account) { row in row.proposals.removeAll { $0.position == proposal } }
    }

    private mutating func expireRequests(
        of account: AccountIndex, _ meta: EventMeta, where isToEnd: (PaymentRequest) -> Bool
    ) {
        for request in requests(of: account) where !request.state.hasEnded && isToEnd(request) {
            end(request.position, of: account, at: meta.effective) { $0.end(.expired, at: meta.position) }
        }
    }

    /// Cards are the person's. Payments stay with the account.
    private mutating func forgetPerson(_ account: AccountIndex) {
        guard rows[account] != nil else { return }
        change(account) { row in
            row.cards = []
            for index in row.requests.indices { row.requests[index].card = "" }
        }
    }

    private mutating func end(
        _ position: Position, of account: AccountIndex, at now: Instant, _ change: (inout PaymentRequest) -> Void
    ) {
        close(request: position, of: account)
        edit(position, of: account, change)
        self.change(account) { $0.forgetEnded(at: now) }
    }

    /// Takes a request out of the list of open ones, if it is there.
    private mutating func close(request: Position, of account: AccountIndex) {
        if let found = self.request(request, of: account) { open.remove(found.opened) }
    }

    private mutating func edit(
        _ position: Position, of account: AccountIndex, _ edit: (inout PaymentRequest) -> Void
    ) {
        guard let index = rows[account]?.requests.firstIndex(where: { $0.position == position }) else { return }
        change(account) { edit(&$0.requests[index]) }
    }

    private mutating func change(_ account: AccountIndex, _ change: (inout Row) -> Void) {
        change(&rows[account, default: Row()])
        if rows[account] == Row() { rows[account] = nil }
    }

    /// A list keeps no account 0, which stands for a gap there, so proposals of the operator's have another key.
    private static func key(_ account: AccountIndex) -> AccountIndex { account == 0 ? .max : account }
    private static func account(_ key: AccountIndex) -> AccountIndex { key == .max ? 0 : key }

    // MARK: - Snapshots

    package func encode(_ account: AccountIndex, into encoder: inout SnapshotEncoder) {
        var row = rows[account]
        encoder.code(&row, blank: Row())
    }

    package mutating func decode(_ account: AccountIndex, from decoder: inout SnapshotDecoder) throws(SnapshotError) {
        var row: Row?
        try decoder.code(&row, blank: Row())
        rows[account] = row
    }

    /// Fills the lists over all accounts from the rows.
    mutating func finishDecoding() {
        typealias Places = [(position: Position, account: AccountIndex)]
        var (requests, proposals, refunds) = (Places(), Places(), Places())
        redeemers = [:]
        for (account, row) in rows {
            for request in row.requests where request.state.isOpen { requests.append((request.opened, account)) }
            for proposal in row.proposals { proposals.append((proposal.position, Self.key(account))) }
            for refund in row.refunds { refunds.append((refund.position, account)) }
            for voucher in row.redeemed { redeemers[voucher.id] = account }
        }
        (open, proposed, unpaid) = (PositionList(requests), PositionList(proposals), PositionList(refunds))
    }

    package var allocatedBytes: Int {
        rows.values.reduce(0) { $0 + $1.allocatedBytes } + redeemers.count * 32 + open.allocatedBytes
            + proposed.allocatedBytes + unpaid.allocatedBytes
    }
}
