/// DEVICE.ADD, DEVICES, DEVICE.REMOVE, LOGIN.DEVICE: a phone signs in with a key that never leaves it, and that a
/// fingerprint or a face unlocks.

extension CommandRegistry {
    @inlinable
    package mutating func addDeviceCommands() {
        change(DeviceAdd.self)
        change(LoginDevice.self)
        read(DeviceList.self)
        change(DeviceRemove.self)
    }
}

package struct Device: Equatable, Sendable {
    package var id: Hash128
    package var key: DeviceKey
    package var sealedName: [UInt8]
    package var added: Instant
}

/// A public key, as events record it.
package struct DeviceKey: Equatable, Sendable {
    package var kind: DeviceKeyKind
    /// P-256: an uncompressed point, 65 bytes; Ed25519: 32 bytes.
    package var bytes: [UInt8]

    package init(kind: DeviceKeyKind, bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }

    /// Accepts the raw key bytes or the key's SubjectPublicKeyInfo (RFC 5280), which phones export.
    init?(exported bytes: [UInt8]) {
        func key(_ kind: DeviceKeyKind, after prefix: [UInt8], count: Int) -> DeviceKey? {
            if bytes.count == count { return DeviceKey(kind: kind, bytes: bytes) }
            guard bytes.count == prefix.count + count, bytes.starts(with: prefix) else { return nil }
            return DeviceKey(kind: kind, bytes: Array(bytes.dropFirst(prefix.count)))
        }
        guard let key = key(.ed25519, after: Self.ed25519, count: 32) ?? key(.p256, after: Self.p256, count: 65) else {
            return nil
        }
        self = key
    }

    /// The DER before the key: sequence, algorithm, bit string (RFC 8410 and RFC 5480).
    private static let ed25519: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let p256: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]
}

extension Access {
    package func device(_ id: Hash128) -> (account: AccountIndex, device: Device)? {
        guard let account = deviceOwners[id] else { return nil }
        return devices[account]?.first { $0.id == id }.map { (account, $0) }
    }
}

/// Checks whether the bytes are a key of their kind.
package struct CheckKey: SecretWork {
    package typealias Output = Bool

    let key: DeviceKey

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Bool { tools.isKey(key) }
}

/// Checks whether a device signed a text.
package struct CheckSignature: SecretWork {
    package struct Output: Sendable {
        let text: [UInt8]
        let isRight: Bool
    }

    let key: DeviceKey
    let text: [UInt8]
    let signature: [UInt8]

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Output(text: text, isRight: tools.verifies(signature, of: text, by: key))
    }
}

package struct DeviceAdd: Change, Prepares {
    static let name = Parameter<PlainText>("name", "a name that the subscriber chooses, such as my phone")
    static let publicKey = Parameter<Token>(
        "public_key",
        "a P-256 or Ed25519 key in base64url, raw or as SubjectPublicKeyInfo")
    package static let spec = CommandSpec(
        "DEVICE.ADD", .change, roles: .frontend, session: .holder,
        [name, publicKey, Reauthentication.parameter], reply: [.device, .seq], waits: true,
        isHeldAfterSIM: true,
        summary: "Adds a device with its public key. LOGIN.DEVICE then opens a session with that key.",
        example:
            #"DEVICE.ADD name="My phone" public_key=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo reauth="correct horse" session=Zm9yIGV4YW1wbGUgb25seQ"#
    )

    let name: String
    let key: DeviceKey
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        name = try a[Self.name]
        guard let key = DeviceKey(exported: try a[Self.publicKey]) else { throw Self.invalidKey }
        self.key = key
        reauthentication = try Reauthentication(a)
    }

    private static let invalidKey = Rejection(
        .invalidKey, field: "public_key",
        "a key is P-256 (an uncompressed point of 65 bytes) or Ed25519 (32 bytes), or its SubjectPublicKeyInfo, in"
            + " base64url"
    )

    private func check(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> AccountIndex {
        guard let account = state.access.session(context.caller.session)?.account else { throw .needsSession }
        let devices = state.access.devices[account] ?? []
        guard devices.count < AccessPolicy.devicesPerSubscriber else {
            throw Rejection(
                .limitReached,
                "a subscriber has at most \(AccessPolicy.devicesPerSubscriber) devices: remove one first")
        }
        guard !devices.contains(where: { $0.key == key }) else {
            throw Rejection(.alreadyExists, field: "public_key", "another device has this key: use a new key")
        }
        return account
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<Reauthentication.Work?, Both<CheckKey, Seal>>
    {
        let account = try check(state, context)
        let seal = Seal(texts: [Array(name.utf8)], keyID: state.directory[account].keyID.bytes)
        return Both(try reauthentication.work(state, context), Both(CheckKey(key: key), seal))
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try check(state, context)
        let (isKey, sealed) = (done(context).second.first, done(context).second.second)
        guard isKey else { throw Self.invalidKey }
        guard try reauthentication.decide(done(context).first, state, context, &changes) else { return }
        try state.directory.check(account, hasKey: sealed.keyID)
        let added = DeviceAdded(
            device: context.entropy.bytes, kind: key.kind, publicKey: key.bytes, sealedName: sealed.texts[0])
        changes.append(account, .deviceAdded(added), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        let e = outcome.last(DeviceAdded.self)
        reply.field(.device, encodeBase64URL(e.device))
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct DeviceList: Read, OfSubscriber, Prepares {
    package static let spec = CommandSpec(
        "DEVICES", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.msisdn], rows: [.device, .name, .kind, .added], waits: true,
        summary: "Lists the devices that may sign in with a key of their own.",
        example: "DEVICES 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    private func devices(_ state: borrowing AccountsState) throws(Rejection) -> (keyID: [UInt8], all: [Device]) {
        let account = try state.directory.subscriber(msisdn)
        return (state.directory[account].keyID.bytes, state.access.devices[account] ?? [])
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        let (keyID, all) = try devices(state)
        return Open(texts: all.map { SealedText(keyID: keyID, sealed: $0.sealedName) })
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let names = done(context)
        let (keyID, all) = try devices(state)
        for device in all {
            reply.row()
            reply.field(.device, encodeBase64URL(device.id.bytes))
            if let name = names[SealedText(keyID: keyID, sealed: device.sealedName)] { reply.field(.name, name) }
            reply.field(.kind, device.key.kind.word)
            reply.field(.added, device.added)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows()
    }
}

package struct DeviceRemove: Change, OfSubscriber, Prepares {
    static let device = Parameter<Token>(positional: "device", "the device, as DEVICES lists it")
    package static let spec = CommandSpec(
        "DEVICE.REMOVE", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, device, Reauthentication.parameter], reply: [.device, .seq], waits: true,
        endsAccess: true,
        summary: "Removes a device and ends its sessions. The device can no longer sign in.",
        example: "DEVICE.REMOVE 79001234567 5cVbuEAhwo3Hn0MJVRM4Fg reauth=correct-horse session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN
    let device: Hash128?
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        device = Hash128(try a[Self.device])
        reauthentication = try Reauthentication(a)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Reauthentication.Work?
    {
        try reauthentication.work(state, context)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        guard let device, state.access.device(device)?.account == account else { throw .notFound("device", "device") }
        changes.append(account, .deviceRemoved(DeviceRemoved(device: device.bytes)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        let e = outcome.last(DeviceRemoved.self)
        reply.field(.device, encodeBase64URL(e.device))
        reply.field(.seq, outcome.lastPosition)
    }
}

/// Takes two calls: without a signature it returns the challenge to sign, and with one a session.
package struct LoginDevice: Change, Prepares {
    static let device = Parameter<Token>(positional: "device", "the device, as DEVICES lists it")
    static let signature = Parameter<Token?>(
        "signature",
        "the signature of the bytes of sign=: ECDSA with SHA-256, 64 bytes or DER; or Ed25519")
    package static let spec = CommandSpec(
        "LOGIN.DEVICE", .signIn, roles: [.frontend, .operator],
        [device, signature],
        reply: [
            .session.sometimes, .number.sometimes, .device.sometimes, .challenge.sometimes, .sign.sometimes, .expires,
            .seq,
        ], waits: true,
        summary: "Returns the text that the device must sign. With signature= it opens a session.",
        example: "LOGIN.DEVICE 5cVbuEAhwo3Hn0MJVRM4Fg")

    let device: Hash128?
    let signature: [UInt8]?

    package init(_ a: Arguments) throws(Rejection) {
        device = Hash128(try a[Self.device])
        signature = try a[Self.signature]
    }

    private static let refused = Rejection(
        .signInFailed, field: "signature",
        "the signature is wrong or came too late: send LOGIN.DEVICE without it for a new text")

    /// The text to sign. It names its purpose, so that the signature cannot be used for anything else.
    private static func text(_ challenge: [UInt8]) -> String { "kabinet sign-in " + encodeBase64URL(challenge) }

    private func found(_ state: borrowing AccountsState) throws(Rejection) -> (account: AccountIndex, device: Device) {
        guard let device, let found = state.access.device(device) else { throw .notFound("device", "device") }
        return found
    }

    private func open(_ account: AccountIndex, _ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Hash128
    {
        let open = state.access.openChallenge(account, .device) { $0.device == device && $0.isOpen(context) }
        guard let (id, _) = open else { throw Self.refused }
        return id
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<CheckSignature, DrawToken>?
    {
        let (account, device) = try found(state)
        guard let signature else { return nil }
        let text = Array(Self.text(try open(account, state, context).bytes).utf8)
        return Both(CheckSignature(key: device.key, text: text, signature: signature), DrawToken())
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (account, device) = try found(state)
        guard let signed = done(context) else {
            let issued = ChallengeIssued(
                challenge: context.entropy.bytes, purpose: .device,
                expiresAt: (context.now + context.policy.pushLifetime).milliseconds, device: device.id.bytes)
            return changes.append(account, .challengeIssued(issued), effective: context.now)
        }
        let id = try open(account, state, context)
        guard signed.first.isRight, signed.first.text == Array(Self.text(id.bytes).utf8) else {
            return changes.append(
                account, .challengeFailed(ChallengeFailed(challenge: id.bytes)), effective: context.now)
        }
        changes.open(account, signed.second.hash, .device, challenge: id, device: device.id, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        switch outcome.first.event {
        case .challengeIssued(let e):
            reply.field(.device, encodeBase64URL(device?.bytes ?? []))
            reply.field(.challenge, encodeBase64URL(e.challenge))
            reply.field(.sign, Self.text(e.challenge))
            reply.field(.expires, Instant(milliseconds: e.expiresAt))
            reply.field(.seq, outcome.lastPosition)
        case .sessionOpened(let e):
            if let signed = done(context) { reply.opened(e, signed.second) }
            reply.field(.seq, outcome.lastPosition)
        default: reply.reject(Self.refused)
        }
    }
}
