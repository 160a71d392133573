/// Double entry: every event that moves money, as postings that sum to zero.
///
/// An account's balance is the operator's debt to it: a top-up credits the account and debits cash by method, a
/// charge debits the account and credits revenue by kind. The trial balance adds the accounts' balances (credits,
/// positive) and the operator's own ledger accounts, and is zero after every event.

/// The operator's own ledger accounts. The raw value is a column's index and is never reused.
package enum LedgerAccount: Int, CaseIterable, Sendable {
    case cashOther = 0
    case cashCard = 1
    case cashCash = 2
    case cashSBP = 3
    case cashBank = 4
    case revenueOther = 5
    case revenueTariffFees = 6
    case revenueOptionFees = 7
    case revenueTariffChanges = 8
    case revenueConnections = 9
    case revenueVoice = 10
    case revenueSMS = 11
    case revenueMMS = 12
    case revenueData = 13
    case revenueSubscriptionFees = 14
    case revenueSuspensionFees = 15
    /// On the way from one account to another within a command, so it is zero between commands.
    case transit = 16
    /// Corrections of balances by staff.
    case adjustments = 17
    /// Vouchers that were redeemed; their sellers owe it.
    case cashVoucher = 18
    case revenueDormancyFees = 19
    /// Lent to subscribers, who owe it.
    case promises = 20
    case revenuePromiseFees = 21

    /// The last part of its name: the kind of thing sold.
    var word: Substring { name.split(separator: ":").last ?? "" }

    /// The name in `TRIAL.BALANCE`.
    package var name: String {
        switch self {
        case .cashOther: "cash:other"
        case .cashCard: "cash:card"
        case .cashCash: "cash:cash"
        case .cashSBP: "cash:sbp"
        case .cashBank: "cash:bank"
        case .revenueOther: "revenue:other"
        case .revenueTariffFees: "revenue:tariff_fees"
        case .revenueOptionFees: "revenue:option_fees"
        case .revenueTariffChanges: "revenue:tariff_changes"
        case .revenueConnections: "revenue:connections"
        case .revenueVoice: "revenue:voice"
        case .revenueSMS: "revenue:sms"
        case .revenueMMS: "revenue:mms"
        case .revenueData: "revenue:data"
        case .revenueSubscriptionFees: "revenue:subscription_fees"
        case .revenueSuspensionFees: "revenue:suspension_fees"
        case .transit: "transit:accounts"
        case .adjustments: "adjustment:balance"
        case .cashVoucher: "cash:voucher"
        case .revenueDormancyFees: "revenue:dormancy_fees"
        case .promises: "receivable:promises"
        case .revenuePromiseFees: "revenue:promise_fees"
        }
    }

    /// The five kinds of account that double entry knows.
    package enum Kind: Sendable {
        case asset, liability, equity, income, expense
    }

    package var kind: Kind {
        switch self {
        case .cashOther, .cashCard, .cashCash, .cashSBP, .cashBank, .cashVoucher, .promises: .asset
        case .transit: .liability
        case .adjustments: .expense
        case .revenueOther, .revenueTariffFees, .revenueOptionFees, .revenueTariffChanges, .revenueConnections,
            .revenueVoice, .revenueSMS, .revenueMMS, .revenueData, .revenueSubscriptionFees, .revenueSuspensionFees,
            .revenueDormancyFees, .revenuePromiseFees:
            .income
        }
    }
}

extension PaymentMethod {
    var ledgerAccount: LedgerAccount {
        switch self {
        case .unspecified: .cashOther
        case .card: .cashCard
        case .cash: .cashCash
        case .sbp: .cashSBP
        case .bank: .cashBank
        case .voucher: .cashVoucher
        }
    }
}

extension ChargeKind {
    var ledgerAccount: LedgerAccount {
        switch self {
        case .unspecified: .revenueOther
        case .tariffFee: .revenueTariffFees
        case .optionFee: .revenueOptionFees
        case .tariffChange: .revenueTariffChanges
        case .connection: .revenueConnections
        case .voice: .revenueVoice
        case .sms: .revenueSMS
        case .mms: .revenueMMS
        case .data: .revenueData
        case .subscriptionFee: .revenueSubscriptionFees
        case .suspensionFee: .revenueSuspensionFees
        case .dormancyFee: .revenueDormancyFees
        case .promiseFee: .revenuePromiseFees
        }
    }
}

extension ChargeKind {
    /// True for a product's fee, whose period begins when it is paid.
    package var opensPeriod: Bool { self == .tariffFee || self == .optionFee || self == .subscriptionFee }
}

extension Charge {
    /// True if a subscriber who pays it uses the number. The fee of an unused number is no use of it.
    var isUse: Bool { amount > 0 && kind != .dormancyFee }
}

extension OfferingKind {
    var feeKind: ChargeKind {
        switch self {
        case .tariff: .tariffFee
        case .subscription: .subscriptionFee
        case .option, .bundle, .unspecified: .optionFee
        }
    }
}

/// The money that an event moves on its account. `Event.money` makes it, as the schema declares.
package struct Movement {
    package let charges: [Charge]
    /// The amount credited to the account beside its charges; negative if it is debited.
    package let amount: Money
    /// The operator's side of that amount; nil if there is none.
    private let ledgerAccount: LedgerAccount?
    /// The account's balance after the event, as the event records it.
    package let balanceAfter: Money

    /// Amounts in minor units.
    init(_ charges: [Charge], _ amount: Int64 = 0, of account: LedgerAccount? = nil, leaving balanceAfter: Int64) {
        self.charges = charges
        (self.amount, ledgerAccount) = (Money(minorUnits: amount), account)
        self.balanceAfter = Money(minorUnits: balanceAfter)
    }

    /// The sum of the postings. It wraps around, because a forged amount may be any number.
    package var net: Money {
        Money(minorUnits: charges.reduce(amount.minorUnits) { $0 &- $1.amount })
    }

    /// The event's postings, in order: each amount credits the event's account and debits the operator's, or the
    /// reverse if it is negative. Balances, the export and `explain` use them.
    package func forEachPosting(_ body: (LedgerAccount, Money) throws -> Void) rethrows {
        if let ledgerAccount { try body(ledgerAccount, amount) }
        for charge in charges { try body(charge.kind.ledgerAccount, charge.credit) }
    }

    package struct Posting: Equatable, Sendable {
        /// The operator's side.
        package let ledgerAccount: LedgerAccount
        /// The change of the account's balance.
        package let amount: Money
        /// The charge that it posts; nil if it posts the movement's own amount.
        package let charge: Charge?
    }

    /// The postings of `forEachPosting`, with their charges.
    package var postings: [Posting] {
        let own = ledgerAccount.map { [Posting(ledgerAccount: $0, amount: amount, charge: nil)] } ?? []
        return own
            + charges.map { Posting(ledgerAccount: $0.kind.ledgerAccount, amount: $0.credit, charge: $0) }
    }
}

extension Charge {
    /// The change of the account's balance. It wraps around, because a forged amount may be any number.
    fileprivate var credit: Money { Money(minorUnits: 0 &- amount) }
}

extension [Charge] {
    package var total: Money { Money(minorUnits: reduce(0) { $0 + $1.amount }) }
}
