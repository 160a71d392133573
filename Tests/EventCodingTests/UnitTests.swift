/// The unit of every field of every event: walked through records that have all of them.

import Accounts
import EventCoding
import Foundation
import Testing

@Suite("Units of fields")
struct UnitTests {
    /// Every field of money. The author of a new one adds it here.
    private static let money: Set<String> = [
        "Allowance.price", "AutopayFailed.amount", "AutopaySet.amount", "AutopaySet.below", "AutopaySet.monthly_cap",
        "AutopaySkipped.amount",
        "BalanceAdjusted.amount", "BalanceAdjusted.balance_after",
        "CatalogOfferingPut.connection_fee", "CatalogOfferingPut.fee",
        "CatalogTermsPut.approval_threshold", "CatalogTermsPut.cashier_day_limit",
        "CatalogTermsPut.dormancy_day_fee", "CatalogTermsPut.greatest_payment", "CatalogTermsPut.promise_debt",
        "CatalogTermsPut.transfer_floor", "CatalogTermsPut.transfer_greatest", "CatalogTermsPut.transfer_least",
        "CatalogTermsPut.transfer_month_limit",
        "CatalogTermsPut.suspension_day_fee", "CatalogTermsPut.tariff_change_fee", "ChallengeIssued.price",
        "Charge.amount", "DormancyAnnounced.day_fee", "DormancyCharged.balance_after", "FeeUnpaid.fee",
        "FeesCharged.balance_after", "FeesReturned.balance_after", "Grant.price",
        "PromiseGiven.amount", "PromiseGiven.balance_after", "PromiseRepaid.amount", "PromiseRepaid.balance_after",
        "PromiseRepaid.left", "PromiseStep.amount", "PromiseStep.fee", "TransferReceived.amount",
        "TransferReceived.balance_after", "TransferSent.amount", "TransferSent.balance_after",
        "ProposalMade.amount", "ProposalMade.paid", "PaymentParked.amount", "PaymentParked.balance_after",
        "PaymentRequested.amount", "PaymentReversed.amount", "PaymentReversed.balance_after", "RefundReturned.amount",
        "RefundReturned.balance_after", "Refunded.amount",
        "Refunded.balance_after", "SuspenseAssigned.amount", "SuspenseAssigned.balance_after",
        "SuspenseCredited.amount", "SuspenseCredited.balance_after", "ToppedUp.repaid", "ToppedUp.requested",
        "VouchersMade.value",
        "OptionActivated.balance_after", "PurchaseConfirmed.balance", "PurchaseConfirmed.charged",
        "Rate.connection_fee", "Rate.price", "ServiceBarred.over", "ServiceRestored.balance",
        "SpendingLimitSet.amount", "SpendingResumed.limit", "SpendingResumed.spent", "SpendingStopped.limit",
        "SpendingStopped.spent", "SpendingWarned.limit", "SpendingWarned.spent", "SuspensionCharged.balance_after",
        "TariffChanged.balance_after", "TariffSuspended.day_fee", "UsageRated.over",
        "ToppedUp.amount", "ToppedUp.balance_after", "UsagePart.cost", "UsageRated.balance_after",
    ]
    /// Every field of time.
    private static let instants: Set<String> = [
        "AttemptsRefused.since", "AutopayPostponed.retry_at", "AutopayRetried.expires_at", "AutopaySet.next_at",
        "AutopaySkipped.month_end", "AutopaySkipped.next_at", "BucketExchanged.valid_to",
        "BucketGiftReceived.valid_to", "BucketGiftSent.month_start", "PaymentRequested.autopay_month",
        "PaymentRequested.autopay_next", "PaymentReversed.paid_at", "PromiseGiven.due_at", "ProposalMade.paid_at",
        "RefundReturned.paid_at", "Refunded.paid_at", "TransferReceived.month_start", "TransferSent.day_start",
        "TransferSent.month_start",
        "CatalogOfferingPut.successor_from", "CatalogOfferingPut.valid_from",
        "CatalogOfferingPut.valid_to", "CatalogScheduled.valid_from",
        "ChallengeIssued.expires_at", "Charge.period_end", "ClockMoved.from", "Grant.valid_to",
        "DataStopped.month_end", "DormancyAnnounced.first_fee_at", "DormancyAnnounced.since",
        "DormancyCharged.next_fee",
        "ProposalMade.valid_from", "SuspenseCredited.paid_at", "ProposalMade.valid_to", "PaymentRequested.expires_at",
        "PeriodMoved.period_end", "PrincipalRotated.former_until",
        "ProductMoveAnnounced.from", "ResumedProduct.period_end", "SessionOpened.expires_at",
        "SpendingMonthMoved.month_end", "SpendingStopped.month_end", "SpendingStopped.month_start",
        "SpendingWarned.month_start", "StatementOrdered.from", "StatementOrdered.to", "SuspensionCharged.next_fee",
        "TariffChangePlanned.at",
        "TariffChangePlanned.period_end", "TariffResumed.suspended", "TariffSuspended.next_fee",
        "TerminationAnnounced.terminates_at", "TerminationAnnounced.since", "TestBegan.clock",
        "UsagePart.period_from", "UsagePart.period_to", "VouchersMade.valid_to",
        "ZoneOffset.valid_from",
    ]

    @Test("Every field of every event has the unit that it is known to have")
    func walk() throws {
        var found: [FieldUnit: Set<String>] = [:]
        func visit(_ object: [String: Any], _ message: String) throws {
            for (name, value) in object {
                let unit = try #require(FieldUnit.of(name, in: message), "\(message).\(name) has no unit")
                guard case .message(let inner) = unit else {
                    found[unit, default: []].insert("\(message).\(name)")
                    continue
                }
                let objects = try #require(value as? [[String: Any]] ?? (value as? [String: Any]).map { [$0] })
                for object in objects {
                    try visit(object, inner)
                }
            }
        }
        for type in Event.allTypes {
            let event = Event.golden(type.number)
            let object = try JSONSerialization.jsonObject(with: Data(event.json.utf8))
            let message = try #require(FieldUnit.message(ofEvent: event.typeName))
            try visit(try #require(object as? [String: Any]), message)
        }
        #expect(found[.money] == Self.money)
        #expect(found[.instant] == Self.instants)
        #expect(FieldUnit.of("none", in: "ToppedUp") == nil)
        #expect(FieldUnit.message(ofEvent: "none") == nil)
    }
}
