/// Money that moved on an account and is neither a charge nor a payment: a line of a statement, of kind `adjustment`.
enum Correction: String, CaseIterable, Sendable {
    /// Staff corrected the balance.
    case correction
    /// A payment was taken back.
    case reversal
    case refund
    /// A payment that had no owner was credited.
    case assignment
    /// Money that the operator lent, and its repayment.
    case promise
    case repayment
    /// Money that went to another subscriber, or came from one.
    case transfer

    /// Nil for every other event.
    init?(_ event: Event) {
        switch event {
        case .balanceAdjusted: self = .correction
        case .paymentReversed: self = .reversal
        case .refunded, .refundReturned: self = .refund
        case .suspenseCredited: self = .assignment
        case .promiseGiven: self = .promise
        case .promiseRepaid: self = .repayment
        case .transferSent, .transferReceived: self = .transfer
        default: return nil
        }
    }

    /// The types of these events.
    static let types: [UInt16] = [
        Event.balanceAdjusted(BalanceAdjusted()), .paymentReversed(PaymentReversed()), .refunded(Refunded()),
        .refundReturned(RefundReturned()), .suspenseCredited(SuspenseCredited()),
        .promiseGiven(PromiseGiven()), .promiseRepaid(PromiseRepaid()), .transferSent(TransferSent()),
        .transferReceived(TransferReceived()),
    ].map(\.typeNumber)
}

extension Event {
    /// The other number of a transfer of money; 0 for every other event.
    var transferPeer: UInt64 {
        switch self {
        case .transferSent(let e): e.msisdn
        case .transferReceived(let e): e.msisdn
        default: 0
        }
    }
}
