/// One-time challenges, the attempts to answer them, and the limits on both.

/// The subject whose attempts are counted: an account, or a number without one. Limits are the same for both, so that
/// they do not tell one from the other.
package struct AttemptSubject: Hashable, Sendable {
    var rawValue: UInt64
    private static let isStranger: UInt64 = 1 << 63

    /// `msisdn` counts only if `account` is 0, which stands for a number without an account.
    init(_ account: AccountIndex, _ msisdn: UInt64) {
        rawValue = account == 0 ? Self.isStranger | msisdn : UInt64(account)
    }

    init(rawValue: UInt64) { self.rawValue = rawValue }

    var isStranger: Bool { rawValue & Self.isStranger != 0 }

    /// Nil for a stranger.
    var account: AccountIndex? { isStranger ? nil : AccountIndex(rawValue) }
}

package struct Challenge: Sendable {
    package enum State: UInt8, Sendable {
        case pending = 0
        case granted = 1
        case denied = 2
    }

    package var subject: AttemptSubject
    package var purpose: ChallengePurpose
    package var issued: Instant
    package var expires: Instant
    package var failures = 0
    package var state = State.pending
    /// The principal that asked for it: the only one that is told the outcome.
    package var principal: UInt32 = 0
    /// For purpose link: the account that is to manage the number; 0 if there is none.
    package var forAccount: AccountIndex = 0
    /// For purpose device: the device that is to sign; zero if there is none.
    package var device = Hash128.zero
    /// For purpose buy: the subscription and the price that was told with the code; 0 if there is none.
    package var offering: UInt32 = 0
    package var price = Money.zero
    /// For purpose buy: the position of the event that says what came of it; 0 if it was not bought yet.
    package var outcome: Position = 0

    /// True if the challenge proves nothing while the SIM is new, because a thief would receive it.
    var isHeldAfterSIM: Bool {
        purpose == .recover || purpose == .link || purpose == .reauthenticate || purpose == .buy
    }
    var hasCode: Bool { purpose != .push && purpose != .device }
    /// A code to reauthenticate is shown with the command that it is for.
    var isAnsweredByConfirm: Bool { hasCode && purpose != .reauthenticate }

    /// True if it can still be answered.
    func isOpen(_ context: Context) -> Bool { isUnexpired(context.now) && failures < context.policy.codeTries }

    func isUnexpired(_ now: Instant) -> Bool { issued.lasts(until: expires, at: now) }

    /// 0 if the number is no subscriber's.
    package var account: AccountIndex { subject.account ?? 0 }
}

/// Recent attempts of one subject.
struct NumberAttempts: Sendable {
    /// The challenges of one purpose: the unused ones, and when codes were sent.
    struct Slot: Sendable {
        var purpose: ChallengePurpose
        /// Oldest first.
        var open: [Hash128] = []
        /// Times of the last hour at most, oldest first.
        var sent: [Instant] = []
    }

    /// Wrong passwords in a row.
    var failures = 0
    var lastFailure = Instant(milliseconds: 0)
    var slots: [Slot] = []

    private static let window = TimeSpan.hours(1)
    /// More codes an hour than any policy allows. Challenges that cost no message are not limited.
    private static let remembered = 32

    var isEmpty: Bool { failures == 0 && slots.isEmpty }

    func slot(_ purpose: ChallengePurpose) -> Slot? { slots.first { $0.purpose == purpose } }

    mutating func sent(_ purpose: ChallengePurpose, at now: Instant, _ body: (inout Slot) -> Void = { _ in }) {
        if slot(purpose) == nil { slots.append(Slot(purpose: purpose)) }
        for index in slots.indices where slots[index].purpose == purpose {
            slots[index].sent.removeAll { !$0.lasts(Self.window, at: now) }
            slots[index].sent.append(now)
            if slots[index].sent.count > Self.remembered { slots[index].sent.removeFirst() }
            body(&slots[index])
        }
    }

    /// The time of the last failure or sent code.
    var last: Instant { slots.compactMap(\.sent.last).reduce(lastFailure) { max($0, $1) } }

    mutating func open(_ purpose: ChallengePurpose, _ ids: [Hash128]) {
        for index in slots.indices where slots[index].purpose == purpose { slots[index].open = ids }
    }

    mutating func close(_ challenge: Hash128) {
        for index in slots.indices { slots[index].open.removeAll { $0 == challenge } }
    }

    /// Refuses if the next code of a purpose may not be sent yet.
    func checkSend(_ purpose: ChallengePurpose, at now: Instant, _ policy: AccessPolicy) throws(Rejection) {
        guard let sent = slot(purpose)?.sent.filter({ $0.lasts(Self.window, at: now) }), let last = sent.last else {
            return
        }
        var wait = last.remaining(of: policy.codeResendAfter, at: now)
        if sent.count >= policy.codesPerHour {
            wait = max(wait, sent[sent.count - policy.codesPerHour].remaining(of: Self.window, at: now))
        }
        guard wait == TimeSpan(milliseconds: 0) else {
            throw Rejection(
                .tooManyAttempts, field: "msisdn", "a code was sent a moment ago, or too many were",
                retryAfterSeconds: wait.secondsRoundedUp)
        }
    }

    /// Refuses if the next password may not be tried yet.
    func checkTry(at now: Instant, _ policy: AccessPolicy) throws(Rejection) {
        let wait = lastFailure.remaining(of: policy.wait(afterFailures: failures), at: now)
        guard wait == TimeSpan(milliseconds: 0) else {
            throw Rejection(
                .tooManyAttempts, field: "msisdn", "too many wrong passwords were given",
                retryAfterSeconds: wait.secondsRoundedUp)
        }
    }
}
