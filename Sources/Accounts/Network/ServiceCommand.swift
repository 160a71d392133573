/// SERVICE: what the network allows a number now, and why it does not allow the rest.

/// The services of the network that may be barred one by one.
package enum ServiceKind: CaseIterable, Sendable {
    case voiceOut, voiceIn, smsOut, smsIn, mms, data, roamingData, content, massCalls

    package var word: StaticString {
        switch self {
        case .voiceOut: "voice_out"
        case .voiceIn: "voice_in"
        case .smsOut: "sms_out"
        case .smsIn: "sms_in"
        case .mms: "mms"
        case .data: "data"
        case .roamingData: "roaming_data"
        case .content: "content"
        case .massCalls: "mass_calls"
        }
    }
}

/// Why a service is barred.
package enum ServiceReason: CaseIterable, Sendable {
    case simBlock, suspended, funds, spendingLimit, feeUnpaid, packageUsedUp, roamingLimit, contentBan, callsBan

    package var word: String {
        switch self {
        case .simBlock: "sim_block"
        case .suspended: "suspended"
        case .funds: "funds"
        case .spendingLimit: "spending_limit"
        case .feeUnpaid: "fee_unpaid"
        case .packageUsedUp: "package_used_up"
        case .roamingLimit: "roaming_limit"
        case .contentBan: "content_ban"
        case .callsBan: "calls_ban"
        }
    }

    /// Calls and messages to the subscriber cost nothing, so a lack of money does not bar them.
    func bars(_ service: ServiceKind) -> Bool {
        switch self {
        case .simBlock, .suspended: true
        case .funds, .spendingLimit:
            switch service {
            case .voiceOut, .smsOut, .mms, .data, .roamingData, .content: true
            case .voiceIn, .smsIn, .massCalls: false
            }
        case .feeUnpaid: service == .data || service == .roamingData
        case .packageUsedUp: service == .data
        case .roamingLimit: service == .roamingData
        case .contentBan: service == .content
        case .callsBan: service == .massCalls
        }
    }
}

extension AccountsState {
    /// Why this service is barred for a number now; empty if it is allowed. It is the one place that says so.
    package func reasons(against service: ServiceKind, of account: AccountIndex) -> [ServiceReason] {
        ServiceReason.allCases.filter { $0.bars(service) && holds($0, of: account) }
    }

    private func holds(_ reason: ServiceReason, of account: AccountIndex) -> Bool {
        switch reason {
        case .simBlock: services.simBlock(account) != nil
        case .contentBan: services.hasContentBan(account)
        case .callsBan: services.hasCallsBan(account)
        case .suspended: subscriptions.isSuspended(account)
        case .funds: limits[account].stops.contains(.funds)
        case .spendingLimit: limits[account].stops.contains(.spendingLimit)
        case .feeUnpaid: limits[account].stops.contains(.feeUnpaid)
        case .packageUsedUp: limits[account].stops.contains(.packageUsedUp)
        case .roamingLimit: limits[account].stops.contains(.roamingLimit)
        }
    }
}

package struct ServiceRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "SERVICE", .read, roles: [.frontend, .operator, .network], session: .manager, [msisdn],
        reply: [
            .msisdn, .simBlock.sometimes, .contentBan, .callsBan, .over.sometimes, .seq, .suspendedSince.sometimes,
        ],
        rows: [.networkService, .allowed, .reasons.sometimes],
        summary: "Shows which services of the network a number may use now, and the reasons against the others.",
        example: "SERVICE 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        for service in ServiceKind.allCases {
            let reasons = state.reasons(against: service, of: account)
            reply.row()
            reply.field(.networkService, service.word)
            reply.field(.allowed, reasons.isEmpty)
            if !reasons.isEmpty { reply.field(.reasons, reasons.map(\.word).joined(separator: ",")) }
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        if let block = state.services.simBlock(account) { reply.field(.simBlock, block.authority.word) }
        reply.field(.contentBan, state.services.hasContentBan(account))
        reply.field(.callsBan, state.services.hasCallsBan(account))
        let over = state.floor(of: account) - state.balances[account]
        if state.limits[account].stops.contains(.funds), over > .zero { reply.field(.over, over) }
        reply.countRows(asOf: state.position)
        reply.suspension(of: account, state)
    }
}
