/// The e-mail addresses of profiles as an outsider folds them: which challenges may confirm one.

import Accounts

struct EmailModel {
    /// The challenges whose code went to the account's present address.
    private var open: [AccountIndex: Set<[UInt8]>] = [:]
    private var addressed: Set<AccountIndex> = []

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        let account = meta.account
        func details(_ words: String) -> String { "position \(meta.position), \(event.typeName): \(words)" }
        switch event {
        case .profileSet(let e) where e.setsEmail:
            forget(account)
            if !e.sealedEmail.isEmpty { addressed.insert(account) }
        case .personErased, .subscriberTerminated: forget(account)
        case .challengeIssued(let e) where e.purpose == .email:
            try hold(addressed.contains(account), .emails, details("the profile has no address"))
            open[account, default: []].insert(e.challenge)
        case .emailConfirmed(let e):
            let isOpen = open[account, default: []].remove(e.challenge) != nil
            try hold(isOpen, .emails, details("its code was not sent to the present address, or was used"))
        case .statementOrdered(let e):
            try hold(!e.sealedEmail.isEmpty && e.from < e.to, .emails, details("it goes nowhere, or is of no time"))
        default: break
        }
    }

    private mutating func forget(_ account: AccountIndex) {
        open[account] = nil
        addressed.remove(account)
    }
}
