/// What is to be sent to subscribers: codes, questions on the phone, notices.

package struct Notification: Sendable {
    package enum Kind: Equatable, Sendable {
        /// Carries the challenge's code.
        case code(ChallengePurpose)
        /// The phone asks, and the network reports the digit.
        case push
        case notice(Notice)
    }

    /// Of what the subscriber should hear, above all who did not do it.
    package enum Notice: UInt8, CaseIterable, Sendable {
        case alreadyRegistered = 1
        case registered = 2
        case passwordChanged = 3
        case passwordRecovered = 4
        case linked = 5
        case unlinked = 6
        case deviceAdded = 7
        case deviceRemoved = 8
        case simReplaced = 9
        case simSecretShown = 10

        package var name: String {
            switch self {
            case .alreadyRegistered: "already_registered"
            case .registered: "registered"
            case .passwordChanged: "password_changed"
            case .passwordRecovered: "password_recovered"
            case .linked: "linked"
            case .unlinked: "unlinked"
            case .deviceAdded: "device_added"
            case .deviceRemoved: "device_removed"
            case .simReplaced: "sim_replaced"
            case .simSecretShown: "sim_secret_shown"
            }
        }
    }

    package var position: Position
    package var account: AccountIndex
    package var kind: Kind
    /// Zero: of a notice.
    package var challenge = Hash128.zero
    package var sent: Instant
    package var expires: Instant
}

extension ChallengePurpose {
    /// As replies say it.
    package var name: String {
        switch self {
        case .unspecified: "unspecified"
        case .register: "register"
        case .signIn: "sign_in"
        case .recover: "recover"
        case .link: "link"
        case .reauthenticate: "reauthenticate"
        case .push: "push"
        case .device: "device"
        }
    }
}

extension Notification.Kind {
    /// A byte for the kind, one for which of it.
    var packed: UInt16 {
        switch self {
        case .code(let purpose): UInt16(truncatingIfNeeded: purpose.rawValue)
        case .push: 0x100
        case .notice(let notice): 0x200 | UInt16(notice.rawValue)
        }
    }

    init?(packed: UInt16) {
        switch packed >> 8 {
        case 0:
            guard let purpose = ChallengePurpose(rawValue: numericCast(packed)) else { return nil }
            self = .code(purpose)
        case 1: self = .push
        case 2:
            guard let notice = Notification.Notice(rawValue: UInt8(truncatingIfNeeded: packed)) else { return nil }
            self = .notice(notice)
        default: return nil
        }
    }
}
