/// PIN, PUK: the codes of a SIM, shown to an administrator of the number's organisation and to nobody else.

package protocol SIMSecretView: Change, Prepares where Work == Both<Reauthentication.Work, Open> {
    static var secret: SimSecret { get }
    var msisdn: MSISDN { get }
    var reauthentication: Reauthentication { get }
}

extension SIMSecretView {
    fileprivate static func shows(_ verb: String, _ summary: String) -> CommandSpec {
        CommandSpec(
            verb, .secretChange, roles: .frontend, session: .administrator,
            [msisdn, Reauthentication.parameter],
            reply: [.msisdn, secret == .pin ? .pin : .puk, .seq], waits: true,
            summary: summary + " Each time is an event.",
            example: "\(verb) 79001234567 reauth=correct-horse session=Zm9yIGV4YW1wbGUgb25seQ")
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        let account = try state.directory.subscriber(msisdn)
        guard let organization = state.organizations.organization(of: account) else {
            throw .notFound("msisdn", "subscriber")
        }
        return organization
    }

    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        state.directory[try state.directory.subscriber(msisdn)].simPosition
    }

    private func sealed(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> SealedText {
        let keyID = state.directory[try state.directory.subscriber(msisdn)].keyID.bytes
        let (pin, puk): ([UInt8], [UInt8])
        switch context.recalled.first?.event {
        case .subscriberActivated(let e): (pin, puk) = (e.sealedPin, e.sealedPuk)
        case .simReplaced(let e): (pin, puk) = (e.sealedPin, e.sealedPuk)
        default:
            throw Rejection(.internalError, "the log has no SIM where the directory expects one: run kabinet verify")
        }
        return SealedText(keyID: keyID, sealed: Self.secret == .pin ? pin : puk)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Work {
        guard let work = try reauthentication.work(state, context),
            let session = state.access.session(context.caller.session)
        else {
            // Staff, which needs no session for other commands.
            throw Rejection(
                .sessionRequired, field: "session",
                "only an administrator's session may see it: give session=")
        }
        try checkOwner(session.account, state)
        return Both(work, Open(texts: [try sealed(state, context)]))
    }

    /// Refuses another administrator's number, because with that SIM card one could act as that administrator.
    private func checkOwner(_ holder: AccountIndex, _ state: borrowing AccountsState) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        guard account == holder || state.organizations.administered(by: account).isEmpty else {
            throw .notFound("msisdn", "subscriber")
        }
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        try checkOwner(context.caller.holder, state)
        guard try reauthentication.decide(done(context).first, state, context, &changes) else { return }
        // The secret must be of the number's present SIM, not of one that was replaced meanwhile.
        guard done(context).second[try sealed(state, context)] != nil else {
            throw Rejection(
                .notAvailable, field: "msisdn",
                "it no longer exists: the person was erased, or the SIM was replaced a moment ago")
        }
        changes.append(account, .simSecretShown(SimSecretShown(secret: Self.secret)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.msisdn, msisdn)
        reply.field(Self.secret == .pin ? .pin : .puk, done(context).second.first?.value ?? "")
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct PinShow: SIMSecretView {
    package static let secret = SimSecret.pin
    package static let spec = shows(
        "PIN",
        "Returns the PIN that came with a SIM to an administrator of its organisation.")

    package let msisdn: MSISDN
    package let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reauthentication = try Reauthentication(a)
    }
}

package struct PukShow: SIMSecretView {
    package static let secret = SimSecret.puk
    package static let spec = shows("PUK", "Returns the PUK of a SIM to an administrator of its organisation.")

    package let msisdn: MSISDN
    package let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reauthentication = try Reauthentication(a)
    }
}
