/// Rights as an outsider folds them: who acts is not shut out, and its session is open and may act on the account.

import Accounts

struct RightsModel {
    private struct Link: Hashable {
        let manager: AccountIndex
        let managed: AccountIndex
    }

    private var shutOut: Set<UInt32> = []
    /// The account of each session. An end by a changed password or a newer session is not followed, because a rule of
    /// the service decides it.
    private var sessions: [UInt32: AccountIndex] = [:]
    /// Sessions that a device opened.
    private var devices: [UInt32: [UInt8]] = [:]
    private var links: Set<Link> = []
    /// The administrators of each organisation, as manager and managed.
    private var administrators: Set<Link> = []
    private var organizations: [AccountIndex: AccountIndex] = [:]
    /// The account that got something by the last events, and the session of the giver.
    private var receiving: (account: AccountIndex, session: UInt32)?

    mutating func check(_ meta: EventMeta, _ event: Event) throws(Violation) {
        func details(_ words: String) -> String { "position \(meta.position), \(event.typeName): \(words)" }
        try hold(!shutOut.contains(meta.principal), .access, details("principal \(meta.principal) is shut out"))
        guard meta.session != 0 else { return receiving = nil }
        switch event {
        case .transferReceived, .bucketGiftReceived: receiving = (meta.account, meta.session)
        default: if receiving?.account != meta.account || receiving?.session != meta.session { receiving = nil }
        }
        let owner = sessions[meta.session]
        try hold(
            owner.map { mayAct($0, meta.account, event) } ?? false, .access,
            details("session \(meta.session) is of account \(owner ?? 0)"))
    }

    mutating func follow(_ meta: EventMeta, _ event: Event) {
        switch event {
        case .subscriberActivated(let e): if e.organization != 0 { organizations[meta.account] = e.organization }
        case .sessionOpened(let e):
            sessions[e.session] = meta.account
            devices[e.session] = e.device
        case .sessionsEnded(let e): sessions = sessions.filter { $0.value != meta.account || $0.key == e.keptSession }
        case .sessionEnded(let e): sessions[e.session] = nil
        case .subscriberTerminated, .passwordRecovered, .simReplaced, .personErased:
            sessions = sessions.filter { $0.value != meta.account }
        case .deviceRemoved(let e): sessions = sessions.filter { devices[$0.key] != e.device }
        case .linkAdded(let e): links.insert(Link(manager: meta.account, managed: e.managed))
        case .linkRemoved(let e): links.remove(Link(manager: meta.account, managed: e.managed))
        case .administratorAdded(let e): administrators.insert(Link(manager: e.subscriber, managed: meta.account))
        case .administratorRemoved(let e): administrators.remove(Link(manager: e.subscriber, managed: meta.account))
        case .organizationJoined(let e): organizations[meta.account] = e.organization
        case .organizationLeft: organizations[meta.account] = nil
        case .principalDisabled(let e): shutOut.insert(e.number)
        default: break
        }
    }

    /// The rights of a session, in an outsider's words: everything with its own account, everything but access with a
    /// linked one, and nothing else except to ask for a link and to end one.
    private func mayAct(_ owner: AccountIndex, _ account: AccountIndex, _ event: Event) -> Bool {
        if owner == account { return true }
        switch event {
        case .transferReceived(let e): return e.account == owner
        case .bucketGiftReceived(let e): return e.account == owner
        // These follow from money or data that came.
        case .promiseRepaid, .bucketsGranted, .serviceRestored, .dataResumed, .paymentRequested, .autopaySkipped:
            if receiving != nil { return true }
        default: break
        }
        switch event {
        case .challengeIssued(let e): return e.purpose == .link && e.forAccount == owner
        case .linkRemoved, .linkRevoked, .administratorRemoved: return true
        case .groupCreated: return administrators.contains(Link(manager: owner, managed: account))
        case .groupJoined, .groupLeft, .simSecretShown: return actsForOrganization(owner, account)
        case .toppedUp, .promiseRepaid, .paymentRequested, .bucketsGranted, .tariffChanged, .optionActivated,
            .optionTerminated,
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

}
