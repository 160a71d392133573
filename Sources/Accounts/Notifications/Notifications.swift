/// The newest messages to subscribers. An event's schema declares the notice that is sent for it (`@notice`). A code or
/// a question on the phone is sent with its challenge, if answering it would open anything.
package struct Notifications: Projection {
    package static let name = "notifications"
    package static let version: UInt16 = 2

    /// The number of messages kept for all subscribers together.
    package static let maximum = 10_000

    /// Newest last. Half is cut from the front at a time, so that an append is cheap.
    private var sent: [Notification] = []

    package init() {}

    package var newest: ArraySlice<Notification> { sent.suffix(Self.maximum) }

    /// Call it after `access` has applied the event, so that its challenge is there.
    mutating func apply(_ event: Event, _ meta: EventMeta, _ access: borrowing Access) {
        switch event {
        case .challengeIssued(let e): send(e.challenge, meta, access)
        case .challengeResent(let e): send(e.challenge, meta, access)
        case .personErased, .subscriberTerminated: forget(meta.account)
        case .statementOrdered(let e):
            // Before the notice about it, which has the same position.
            put(
                Notification(
                    position: meta.position, account: meta.account, kind: .statement, sent: meta.effective,
                    expires: meta.effective + StatementOrder.lifetime, statement: StatementOrder(e)))
            tell(.statementOrdered, meta)
        default:
            guard let notice = event.notice else { endAtUnknown(event) }
            tell(notice, meta)
        }
    }

    /// Sends nothing if there is nobody to send it to, or if the code would open nothing.
    private mutating func send(_ id: [UInt8], _ meta: EventMeta, _ access: borrowing Access) {
        guard let id = Hash128(id), let challenge = access.challenge(id), let account = challenge.subject.account
        else { return }
        switch challenge.purpose {
        case _ where challenge.isHeldAfterSIM && access.isHeld(account, at: meta.effective): return
        case .register where access.isRegistered(account): return tell(.alreadyRegistered, meta)
        case .signIn, .recover, .push: guard access.isRegistered(account) else { return }
        case .device: return
        default: break
        }
        let kind: Notification.Kind =
            switch challenge.purpose {
            case .push: .push
            case .email: .emailCode
            default: .code(challenge.purpose)
            }
        put(
            Notification(
                position: meta.position, account: account, kind: kind, challenge: id, sent: meta.effective,
                expires: challenge.expires))
    }

    private mutating func tell(_ notice: Notice, _ meta: EventMeta) {
        put(
            Notification(
                position: meta.position, account: meta.account, kind: .notice(notice), sent: meta.effective,
                expires: meta.effective + notice.lifetime))
    }

    private mutating func put(_ notification: Notification) {
        if sent.count >= Self.maximum * 2 { sent.removeFirst(Self.maximum) }
        sent.append(notification)
    }

    /// Ends the account's messages. They keep their places, because a snapshot has the newest alone: the number of
    /// messages before them is not state.
    private mutating func forget(_ account: AccountIndex) {
        for index in sent.indices where sent[index].account == account {
            (sent[index].challenge, sent[index].expires) = (.zero, Instant(milliseconds: 0))
            if sent[index].statement != nil { sent[index].statement = .forgotten }
        }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        var newest = newest
        let zero = Instant(milliseconds: 0)
        try rest.code(&newest, each: Notification(position: 0, account: 0, kind: .push, sent: zero, expires: zero))
        if Coder.isDecoding { sent = Array(newest) }
    }

    package var allocatedBytes: Int { sent.columnBytes }
}
