/// A message to a subscriber: a code, a question on the phone, a notice, or a statement by e-mail.

package struct Notification: Sendable, Coded {
    package enum Kind: Equatable, Sendable {
        /// Carries the challenge's code.
        case code(ChallengePurpose)
        /// The phone asks, and the network reports the digit.
        case push
        case notice(Notice)
        /// Carries the challenge's code to the profile's e-mail address.
        case emailCode
        /// The statement that was ordered, as a file to an e-mail address.
        case statement
    }

    package var position: Position
    package var account: AccountIndex
    package var kind: Kind
    /// Zero if it is of no challenge.
    package var challenge = Hash128.zero
    package var sent: Instant
    package var expires: Instant
    /// Nil for every other kind than a statement.
    package var statement: StatementOrder?

    /// True if it is to be sent, because it has not expired and was not ended.
    package func isSent(at now: Instant) -> Bool { sent.lasts(until: expires, at: now) }

    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&position)
        try rest.code(&account)
        var packed = kind.packed
        try rest.code(&packed)
        try rest.set(&kind, to: Kind(packed: packed), or: "a message of no known kind")
        try rest.code(&challenge)
        try rest.code(&sent)
        try rest.code(&expires)
        try rest.code(&statement, if: kind == .statement, blank: .forgotten)
    }
}

extension Notification.Kind {
    /// The kind in the upper 16 bits, and its purpose or notice in the lower ones.
    var packed: UInt32 {
        switch self {
        case .code(let purpose): UInt32(truncatingIfNeeded: purpose.rawValue)
        case .push: 1 << 16
        case .notice(let notice): 2 << 16 | UInt32(notice.rawValue)
        case .emailCode: 3 << 16
        case .statement: 4 << 16
        }
    }

    init?(packed: UInt32) {
        let which = UInt16(truncatingIfNeeded: packed)
        switch packed >> 16 {
        case 0:
            guard let purpose = ChallengePurpose(rawValue: numericCast(which)) else { return nil }
            self = .code(purpose)
        case 1: self = .push
        case 2:
            guard let notice = Notice(rawValue: which) else { return nil }
            self = .notice(notice)
        case 3: self = .emailCode
        case 4: self = .statement
        default: return nil
        }
    }
}
