/// SIM.REPLACE gives a number another SIM. SUBSCRIBER.TERMINATE leaves it without one.

package struct SIMReplace: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "SIM.REPLACE", .change, roles: .network,
        [
            .positional("msisdn", .msisdn), .required("iccid", .iccid), .required("imsi", .imsi),
            .required("pin", .secret), .required("puk", .secret),
        ],
        waits: true,
        summary:
            "Puts another SIM under a number: every session ends, and for a day no code that is sent to it recovers,"
            + " links or reauthenticates.",
        example: "SIM.REPLACE 79001234567 iccid=8970120000000000019 imsi=250200000000002 pin=0000 puk=12345678")

    package let msisdn: MSISDN
    let sim: SIM

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        sim = try SIM(a)
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        let account = try cabinet.directory.subscriber(msisdn)
        return .secrets(.seal(keyID: cabinet.directory[account].keyID.bytes, [sim.pin, sim.puk]))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        guard case .sealed(let keyID, let sealed) = context.prepared else { preconditionFailure("prepared above") }
        try cabinet.directory.check(account, hasKey: keyID)
        try sim.check(cabinet, under: account)
        let replaced = SimReplaced(iccid: sim.iccid, imsi: sim.imsi, sealedPin: sealed[0], sealedPuk: sealed[1])
        changes.append(account, .simReplaced(replaced), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        reply.field("msisdn", msisdn)
        reply.field("seq", outcome.lastPosition)
    }
}

/// The numbers and codes printed on a SIM and its card.
struct SIM: Sendable {
    let iccid: String
    let imsi: String
    let pin: [UInt8]
    let puk: [UInt8]

    init(_ a: Arguments) throws(Rejection) {
        iccid = try a.digits("iccid", 19...20, .invalidICCID)
        // RULES: accept a 20-digit ICCID that does not verify, because an issuer's may not.
        guard iccid.hasPrefix("89"), iccid.utf8.count == 20 || luhnIsValid(Array(iccid.utf8)) else {
            throw Rejection(.invalidICCID, field: "iccid", "an ICCID begins with 89 and ends in Luhn's check digit")
        }
        imsi = try a.digits("imsi", 6...15, .invalidIMSI)
        pin = Array(try a.digits("pin", 4...8, .invalidPIN).utf8)
        puk = Array(try a.digits("puk", 8...8, .invalidPUK).utf8)
    }

    /// A card and an identity serve one active number. `account` is the number's own; nil if it has none yet.
    func check(_ cabinet: borrowing Cabinet, under account: AccountIndex?) throws(Rejection) {
        guard !cabinet.directory.hasOther(than: account, iccid: iccid) else {
            throw Rejection(.alreadyExists, field: "iccid", "another active number has this SIM card")
        }
        guard !cabinet.directory.hasOther(than: account, imsi: imsi) else {
            throw Rejection(.alreadyExists, field: "imsi", "another active number has this IMSI")
        }
    }
}

package struct SubscriberTerminate: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "SUBSCRIBER.TERMINATE", .change, roles: .network,
        [.positional("msisdn", .msisdn), .optional("reason", .key, "contract, or ported_out")],
        summary:
            "Ends a number's products, links and cabinet: the number is nobody's, its account keeps money and history.",
        example: "SUBSCRIBER.TERMINATE 79001234567 reason=ported_out")

    package let msisdn: MSISDN
    let reason: TerminationReason

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        reason = try a.optionalWord("reason", calling: "a reason") ?? .contract
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        changes.unlinkAll(account, cabinet, context)
        changes.dismiss(account, cabinet, context)
        if let organization = cabinet.organizations.organization(of: account) {
            changes.append(
                account, .organizationLeft(OrganizationLeft(organization: organization)), effective: context.now)
            changes.append(organization, .memberRemoved(MemberRemoved(subscriber: account)), effective: context.now)
        }
        changes.append(
            account, .subscriberTerminated(SubscriberTerminated(reason: reason)), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        reply.field("msisdn", msisdn)
        reply.field("seq", outcome.lastPosition)
    }
}
