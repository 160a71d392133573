/// SIM.REPLACE gives a number another SIM. SUBSCRIBER.TERMINATE leaves it without one.

extension CommandRegistry {
    @inlinable
    package mutating func addProvisioningCommands() {
        change(SubscriberActivate.self)
        change(SIMReplace.self)
        change(SubscriberTerminate.self)
    }
}

package struct SIMReplace: Change, OfSubscriber, Prepares {
    package static let spec = CommandSpec(
        "SIM.REPLACE", .change, roles: .network,
        [msisdn, SIM.iccid, SIM.imsi, SIM.pin, SIM.puk],
        reply: [.msisdn, .seq], waits: true,
        summary:
            "Replaces a number's SIM and ends every session."
            + " For a day no code that is sent to the number may recover, link, buy or reauthenticate.",
        example: "SIM.REPLACE 79001234567 iccid=8970120000000000019 imsi=250200000000002 pin=0000 puk=12345678")

    package let msisdn: MSISDN
    let sim: SIM

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        sim = try SIM(a)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Seal {
        let account = try state.directory.subscriber(msisdn)
        return Seal(texts: [sim.pin, sim.puk], keyID: state.directory[account].keyID.bytes)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let sealed = done(context)
        try state.directory.check(account, hasKey: sealed.keyID)
        try sim.check(state, under: account)
        let replaced = SimReplaced(
            iccid: sim.iccid, imsi: sim.imsi, sealedPin: sealed.texts[0], sealedPuk: sealed.texts[1])
        changes.append(account, .simReplaced(replaced), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}

/// The numbers and codes printed on a SIM and its card.
struct SIM: Sendable {
    static let iccid = Parameter<ICCID>("iccid", "the SIM card's number, 19 or 20 digits")
    static let imsi = Parameter<IMSI>("imsi", "the subscriber's identity in the network, at most 15 digits")
    static let pin = Parameter<PIN>("pin", "4 to 8 digits; it is stored encrypted")
    static let puk = Parameter<PUK>("puk", "8 digits; it is stored encrypted")

    let iccid: String
    let imsi: String
    let pin: [UInt8]
    let puk: [UInt8]

    init(_ a: Arguments) throws(Rejection) {
        iccid = try a[Self.iccid]
        imsi = try a[Self.imsi]
        pin = Array(try a[Self.pin].utf8)
        puk = Array(try a[Self.puk].utf8)
    }

    /// A card and an identity serve one active number. `account` is the number's own; nil if it has none yet.
    func check(_ state: borrowing AccountsState, under account: AccountIndex?) throws(Rejection) {
        guard !state.directory.hasOther(than: account, iccid: iccid) else {
            throw Rejection(.alreadyExists, field: "iccid", "another active number has this SIM card")
        }
        guard !state.directory.hasOther(than: account, imsi: imsi) else {
            throw Rejection(.alreadyExists, field: "imsi", "another active number has this IMSI")
        }
    }
}

enum ICCID: ParameterType {
    static var kind: ParameterKind { .iccid }

    private enum Digits: DigitsType {
        static var kind: ParameterKind { .iccid }
        static var count: ClosedRange<Int> { 19...20 }
        static var code: ErrorCode { .invalidICCID }
    }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        let iccid = try Digits.value(of: given)
        // RULES: accept a 20-digit ICCID that does not verify, because an issuer's may not.
        guard iccid.hasPrefix("89"), iccid.utf8.count == 20 || luhnIsValid(Array(iccid.utf8)) else {
            throw given.rejected(.invalidICCID, "an ICCID must begin with 89 and end with Luhn's check digit")
        }
        return iccid
    }
}

enum IMSI: DigitsType {
    static var kind: ParameterKind { .imsi }
    static var count: ClosedRange<Int> { 6...15 }
    static var code: ErrorCode { .invalidIMSI }
}

enum PIN: DigitsType {
    static var kind: ParameterKind { .secret }
    static var count: ClosedRange<Int> { 4...8 }
    static var code: ErrorCode { .invalidPIN }
}

enum PUK: DigitsType {
    static var kind: ParameterKind { .secret }
    static var count: ClosedRange<Int> { 8...8 }
    static var code: ErrorCode { .invalidPUK }
}

/// The reasons that a request may give. A number that nobody pays for is terminated by itself.
enum GivenTermination: ParameterType {
    static var kind: ParameterKind { TerminationReason.kind }
    static var words: [String] { TerminationReason.words.filter { TerminationReason(word: $0) != .dormant } }

    static func value(of given: GivenValue) throws(Rejection) -> TerminationReason {
        guard let reason = TerminationReason(word: try Key.value(of: given)), reason != .dormant else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return reason
    }
}

extension NewEvents {
    /// Ends a number with its products, links and cabinet. The account keeps its money and history.
    mutating func terminate(
        _ account: AccountIndex, _ reason: TerminationReason, _ state: borrowing AccountsState, at instant: Instant
    ) {
        unlinkAll(account, state, at: instant)
        dismiss(account, state, at: instant)
        if let organization = state.organizations.organization(of: account) {
            append(account, .organizationLeft(OrganizationLeft(organization: organization)), effective: instant)
            append(organization, .memberRemoved(MemberRemoved(subscriber: account)), effective: instant)
        }
        takeBackPromise(of: account, .end, state, at: instant)
        append(account, .subscriberTerminated(SubscriberTerminated(reason: reason)), effective: instant)
    }
}

package struct SubscriberTerminate: Change, OfSubscriber {
    static let reason = Parameter<GivenTermination?>("reason")
    package static let spec = CommandSpec(
        "SUBSCRIBER.TERMINATE", .change, roles: .network,
        [msisdn, reason],
        reply: [.msisdn, .seq],
        summary:
            "Terminates a number: its products, links and cabinet end,"
            + " and the number becomes free. The account keeps its money and history.",
        example: "SUBSCRIBER.TERMINATE 79001234567 reason=ported_out")

    package let msisdn: MSISDN
    let reason: TerminationReason

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reason = try a[Self.reason] ?? .contract
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        changes.terminate(account, reason, state, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
