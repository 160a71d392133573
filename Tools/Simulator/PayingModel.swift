/// Payments as an outsider folds them: every request ends in one state, no payment is taken back more than once in all,
/// what has no owner is on account 0, and what one person may not move is moved by two.

import Accounts

struct PayingModel {
    private struct Request {
        let account: AccountIndex
        let amount: Int64
        /// When a postponed one is asked again.
        var expires: Instant
        /// The service asked, so an end of the order ends it.
        let isAutopay: Bool
        var hasEnded = false
        var isPostponed = false
        var isPaid = false
        var isAnswered = false
    }

    private struct Payment {
        let amount: Int64
        var takenBack: Int64 = 0
    }

    private struct Proposal {
        let account: AccountIndex
        let author: UInt32
        let amount: Int64
    }

    private struct Day: Hashable {
        let subject: UInt64
        let day: Int64
    }

    private var requests: [Position: Request] = [:]
    private var payments: [Position: Payment] = [:]
    private var proposals: [Position: Proposal] = [:]
    private var ended: Set<AccountIndex> = []
    /// Money that is on account 0.
    private(set) var suspense: Int64 = 0
    /// Left account 0 and has not reached its account yet.
    private var transit: Int64 = 0
    private var redeemed: Set<[UInt32]> = []
    private var batches: [UInt32: VouchersMade] = [:]
    /// The greatest threshold that any catalogue had.
    private var threshold: Int64 = 0
    private var alone: [Day: Int64] = [:]
    private var roles: [UInt32: Roles] = [:]

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        func check(_ holds: Bool, _ words: String) throws(Violation) {
            try hold(
                holds, .paying, "position \(meta.position), \(event.typeName) of account \(meta.account): \(words)")
        }
        if transit != 0 {
            guard case .suspenseCredited(let e) = event else { return try check(false, "\(transit) is on its way") }
            try check(e.amount == transit, "\(transit) was on its way")
        }
        switch event {
        case .subscriberTerminated: ended.insert(meta.account)
        case .principalAdded(let e): roles[e.number] = Roles(rawValue: e.roles)
        case .catalogTermsPut(let e): threshold = max(threshold, e.approvalThreshold)
        case .paymentRequested(let e):
            requests[meta.position] = Request(
                account: meta.account, amount: e.amount, expires: Instant(milliseconds: e.expiresAt),
                isAutopay: e.autopayMonth != 0)
        case .paymentOffered(let e):
            let request = requests[e.request]
            try check(
                request?.account == meta.account && request?.hasEnded == false && request?.isPostponed == false,
                "the request has ended")
            requests[e.request]?.isAnswered = true
        case .paymentRefused(let e):
            try end(e.request, check, of: meta.account)
            requests[e.request]?.isAnswered = true
        case .paymentRequestExpired(let e):
            let request = requests[e.request]
            try check(request?.isAutopay == true || request?.expires == meta.effective, "it expires at another time")
            try end(e.request, check, of: meta.account)
        case .autopayPostponed(let e):
            let request = requests[e.request]
            try check(
                request?.isAutopay == true && request?.hasEnded == false && request?.isPostponed == false,
                "it is not open")
            requests[e.request]?.isPostponed = true
            requests[e.request]?.isAnswered = true
            requests[e.request]?.expires = Instant(milliseconds: e.retryAt)
        case .autopayRetried(let e):
            let request = requests[e.request]
            try check(request?.isPostponed == true && request?.expires == meta.effective, "it is not to be asked again")
            requests[e.request]?.isPostponed = false
            requests[e.request]?.expires = Instant(milliseconds: e.expiresAt)
        case .toppedUp(let e):
            payments[meta.position] = Payment(amount: e.amount)
            if e.voucherBatch != 0 {
                let batch = batches[e.voucherBatch]
                try check(redeemed.insert([e.voucherBatch, e.voucherNumber]).inserted, "a voucher is redeemed twice")
                try check(
                    batch?.value == e.amount && e.voucherNumber <= batch?.count ?? 0, "there is no such voucher")
            }
            guard e.request != 0 else { return }
            let request = requests[e.request]
            try check(request?.account == meta.account && request?.isPaid == false, "it was paid, or is another's")
            try check(
                e.requested == (request?.amount == e.amount ? 0 : request?.amount), "it says another request's amount")
            requests[e.request]?.isPaid = true
            requests[e.request]?.hasEnded = true
        case .paymentParked(let e):
            payments[meta.position] = Payment(amount: e.amount)
            try check(
                requests[e.request]?.account == e.account && requests[e.request]?.isPaid == false
                    && ended.contains(e.account), "its number has not ended, or it was paid")
            requests[e.request]?.isPaid = true
            suspense += e.amount
        case .suspenseAssigned(let e):
            try approve(e.proposal, e.authority, e.amount, meta, check)
            try check(e.amount <= suspense, "\(suspense) has no owner")
            suspense -= e.amount
            transit = e.amount
        case .suspenseCredited: transit = 0
        case .paymentReversed(let e):
            try takeBack(e.payment, e.amount, check)
            if meta.account == 0 { suspense -= e.amount }
            try approve(e.proposal, e.authority, e.amount, meta, check)
        case .refunded(let e):
            if e.payment != 0 { try takeBack(e.payment, e.amount, check) }
            try check(e.balanceAfter >= 0, "more is refunded than there is")
            try approve(e.proposal, e.authority, e.amount, meta, check)
        case .refundReturned(let e): if e.payment != 0 { try takeBack(e.payment, -e.amount, check) }
        case .balanceAdjusted(let e):
            try check(e.amount > 0 || e.balanceAfter >= 0, "a correction makes a debt")
            try approve(e.proposal, e.authority, e.amount, meta, check)
        case .vouchersMade(let e):
            batches[e.batch] = e
            try approve(e.proposal, e.authority, e.value * Int64(e.count), meta, check)
        case .proposalMade(let e):
            proposals[meta.position] = Proposal(account: meta.account, author: meta.principal, amount: e.amount)
        case .proposalApproved(let e):
            try check(
                proposals[e.proposal].map { $0.author != meta.principal } ?? false,
                "it was not open, or is its author's")
            proposals[e.proposal] = nil
        case .proposalDeclined(let e):
            try check(proposals.removeValue(forKey: e.proposal) != nil, "the proposal is not open")
        default: break
        }
    }

    private mutating func end(
        _ request: Position, _ check: (Bool, String) throws(Violation) -> Void, of account: AccountIndex
    ) throws(Violation) {
        let found = requests[request]
        try check(found?.account == account && found?.hasEnded == false, "the request has ended")
        requests[request]?.hasEnded = true
    }

    private mutating func takeBack(
        _ payment: Position, _ amount: Int64, _ check: (Bool, String) throws(Violation) -> Void
    ) throws(Violation) {
        let found = payments[payment] ?? Payment(amount: 0)
        try check(found.takenBack + amount <= found.amount, "more is taken back than was paid")
        payments[payment]?.takenBack += amount
    }

    /// Two persons stand for it, or one within the threshold of the day, or the acquirer itself.
    private mutating func approve(
        _ proposal: Position, _ authority: Authority, _ amount: Int64, _ meta: EventMeta,
        _ check: (Bool, String) throws(Violation) -> Void
    ) throws(Violation) {
        switch authority {
        case .approved:
            let found = proposals.removeValue(forKey: proposal)
            try check(found?.account == meta.account && found?.amount == amount, "another move was proposed")
            try check(found?.author != meta.principal, "one person proposed it and approved it")
        case .alone:
            let day = meta.effective.milliseconds / 86_400_000
            for subject in [1 << 32 | UInt64(meta.principal), UInt64(meta.account)] {
                alone[Day(subject: subject, day: day), default: 0] += abs(amount)
                try check(
                    alone[Day(subject: subject, day: day), default: 0] <= threshold, "one person moves too much alone")
            }
        case .unspecified:
            try check(
                roles[meta.principal]?.isDisjoint(with: [.operator, .admin, .cashier]) ?? false, "a person has no leave"
            )
        case .sole:
            let others = roles.filter { $0.key != meta.principal && !$0.value.isDisjoint(with: [.operator, .admin]) }
            try check(others.isEmpty, "others of the staff could approve it")
        }
    }

    func wasAnswered(_ request: Position) -> Bool { requests[request]?.isAnswered ?? false }

    /// Account 0 has exactly what has no owner.
    func check(_ state: borrowing AccountsState) throws(Violation) {
        try hold(
            state.balances[0].minorUnits == suspense, .paying,
            "account 0 has \(state.balances[0]), and \(Money(minorUnits: suspense)) have no owner")
        try hold(
            state.balances.ledger(.transit) == .zero, .paying, "\(state.balances.ledger(.transit)) is between accounts")
    }
}
