/// Events that an older version of their schema wrote, converted to the current version.
///
/// A record stays as it was written, for ever. A read passes it through these steps, each from one version to the next.
/// Every version below the one that this build writes has its step: `GoldenTests` checks that, and the result for each
/// golden record of an older version (`Schemas/golden/lifted`).

internal import Accounts

/// False if this type has no such version, or that version could not express this event.
func upcast(_ event: inout Event, from version: UInt8) -> Bool {
    switch (event, version) {
    case (.principalRotated(let e), 1) where e.formerUntil == 0:
        // The secret before it was refused at once; a `formerUntil` of 0 now means the same.
        break
    case (.principalAdded(let e), 1) where e.methods == 0 && e.author == 0: break
    case (.toppedUp(let e), 1)
    where e.request == 0 && e.requested == 0 && !e.late && e.card.isEmpty && e.voucherBatch == 0
        && e.voucherNumber == 0 && e.repaid == 0:
        break
    case (.signInFailed(var e), 1) where e.method == .unspecified:
        // Passwords were the only method, so there was no field for it.
        e.method = .password
        event = .signInFailed(e)
    case (.challengeIssued(let e), 1) where e.msisdn == 0 && e.forAccount == 0 && e.device.isEmpty: break
    case (.challengeIssued(let e), 2) where e.offering == 0 && e.price == 0 && e.purpose != .buy: break
    case (.usageRated(let e), 1) where e.visited.isEmpty && e.over == 0: break
    case (.usageRejected(let e), 1) where e.visited.isEmpty: break
    case (.catalogZonePut(let e), 1) where e.networks.isEmpty: break
    case (.optionActivated(let e), 1) where e.askedBy == 0: break
    case (.sessionOpened(var e), 1) where e.method == .unspecified && e.challenge.isEmpty && e.device.isEmpty:
        e.method = .password
        event = .sessionOpened(e)
    case (.catalogTermsPut(let e), 1) where e.lateUsageDays == 0 && e.greatestPayment == 0 && e.cashierDayLimit == 0:
        break
    case (.catalogTermsPut(let e), 2) where e.greatestPayment == 0 && e.cashierDayLimit == 0: break
    case (.catalogTermsPut(let e), 3)
    where e.suspensionFreeDays == 0 && e.suspensionDayFee == 0 && e.moveNoticeDays == 0
        && e.suspensionFreeAgainAfterDays == 0:
        break
    case (.catalogTermsPut(let e), 4)
    where e.paymentRequestMinutes == 0 && e.approvalThreshold == 0 && e.dormancyAfterDays == 0
        && e.dormancyDayFee == 0 && e.dormancyTerminationDays == 0 && !e.publicationApproval && e.promises.isEmpty
        && e.promiseDebt == 0 && e.transferGreatest == 0 && e.giftGigabytes == 0 && e.exchangeBytesPerMinute == 0:
        break
    case (.catalogOfferingPut(var e), 1):
        for index in e.allowances.indices {
            let allowance = e.allowances[index]
            guard allowance == Allowance(usage: allowance.usage, amount: allowance.amount) else { return false }
            // There was no field for the direction: a package of minutes or messages was for calls and messages out.
            if allowance.usage != .data { e.allowances[index].direction = .out }
        }
        for rate in e.rates
        where rate != Rate(usage: rate.usage, direction: rate.direction, price: rate.price, unit: rate.unit) {
            return false
        }
        event = .catalogOfferingPut(e)
    case (.catalogOfferingPut(let e), 2)
    where e.provider.isEmpty && e.bundled.isEmpty && e.validFrom == 0 && e.validTo == 0
        && [.tariff, .option, .unspecified].contains(e.kind):
        break
    case (.catalogOfferingPut(let e), 3)
    where e.billingDay == 0 && !e.prorated && !e.stopsWhenBlocked && e.successor.isEmpty && e.successorFrom == 0
        && e.periodUnit != .year:
        break
    default: return false
    }
    return true
}
