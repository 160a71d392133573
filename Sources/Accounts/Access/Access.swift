/// The means to sign in: passwords, one-time challenges, devices, sessions, and failed attempts.
package struct Access: Projection {
    package static let name = "access"
    package static let version: UInt16 = 5

    package struct Session: Sendable {
        package var account: AccountIndex
        package var opened: Instant
        package var expires: Instant
        /// The last recorded use. Uses within `AccessPolicy.sessionUseEvery` of it are not recorded.
        package var lastUsed: Instant
        package var method: SignInMethod
        /// Zero if the session was opened without a device's key.
        var device = Hash128.zero
        var tokenHash: Hash128
    }

    /// An Argon2id digest in place: 56 bytes, no heap.
    struct Password: Sendable {
        var memoryKiB: UInt32
        var passes: UInt32
        var salt: Hash128
        var digest: (Hash128, Hash128)

        static let empty = Password(memoryKiB: 0, passes: 0, salt: .zero, digest: (.zero, .zero))
    }

    /// By account: the password's index in `passwords` plus one; 0 if the account is not registered.
    var passwordSlots: [UInt32] = []
    var passwords: [Password] = []
    var challenges: [Hash128: Challenge] = [:]
    var attempts: [AttemptSubject: NumberAttempts] = [:]
    /// The subjects of `attempts` that have no account, oldest first.
    var strangers: [AttemptSubject] = []
    var sessions: [UInt32: Session] = [:]
    var sessionByToken: [Hash128: UInt32] = [:]
    var sessionsOf: [AccountIndex: [UInt32]] = [:]
    var lastSession: UInt32 = 0
    var links: [AccountIndex: Links] = [:]
    /// In the order in which they were added.
    var devices: [AccountIndex: [Device]] = [:]
    var deviceOwners: [Hash128: AccountIndex] = [:]
    /// When the SIM was replaced.
    var held: [AccountIndex: Instant] = [:]

    package init() {}

    package var nextSession: UInt32 { lastSession + 1 }
    package var sessionCount: Int { sessions.count }

    package func isRegistered(_ account: AccountIndex) -> Bool {
        Int(account) < passwordSlots.count && passwordSlots[Int(account)] != 0
    }

    package func password(_ account: AccountIndex) -> PasswordHash? {
        guard isRegistered(account) else { return nil }
        let password = passwords[Int(passwordSlots[Int(account)]) - 1]
        return PasswordHash(
            memoryKib: password.memoryKiB, passes: password.passes, salt: password.salt.bytes,
            digest: password.digest.0.bytes + password.digest.1.bytes)
    }

    package func challenge(_ id: Hash128) -> Challenge? { challenges[id] }

    package func isHeld(_ account: AccountIndex, at now: Instant) -> Bool {
        holdLeft(account, at: now) != nil
    }

    /// How long a new SIM still holds the number's sessions back; nil if it does not.
    package func holdLeft(_ account: AccountIndex, at now: Instant) -> TimeSpan? {
        let left = held[account]?.remaining(of: AccessPolicy.simHold, at: now) ?? TimeSpan(milliseconds: 0)
        return left > TimeSpan(milliseconds: 0) ? left : nil
    }

    /// The last challenge of this purpose that is unused and satisfies `isWanted`.
    package func openChallenge(
        _ account: AccountIndex, _ purpose: ChallengePurpose, where isWanted: (Challenge) -> Bool
    ) -> (Hash128, Challenge)? {
        for id in (attempts[AttemptSubject(account, 0)]?.slot(purpose)?.open ?? []).reversed() {
            if let challenge = challenges[id], isWanted(challenge) { return (id, challenge) }
        }
        return nil
    }

    /// The live session with this token hash; nil if there is none.
    package func session(tokenHash: Hash128, now: Instant, _ policy: AccessPolicy) -> (
        number: UInt32, session: Session
    )? {
        guard let number = sessionByToken[tokenHash], let session = sessions[number], session.isLive(now, policy) else {
            return nil
        }
        return (number, session)
    }

    package func session(_ number: UInt32) -> Session? { sessions[number] }

    /// In the order in which they were opened.
    package func sessions(of account: AccountIndex) -> [(number: UInt32, session: Session)] {
        (sessionsOf[account] ?? []).compactMap { number in sessions[number].map { (number, $0) } }
    }

    /// Refuses if the next password may not be tried yet. `msisdn` counts only if `account` is nil.
    package func checkTry(_ account: AccountIndex?, _ msisdn: MSISDN, _ context: Context) throws(Rejection) {
        try attempts[AttemptSubject(account ?? 0, msisdn.number)]?.checkTry(at: context.now, context.policy)
    }

    package func checkSend(_ purpose: ChallengePurpose, _ account: AccountIndex?, _ msisdn: MSISDN, _ context: Context)
        throws(Rejection)
    {
        try attempts[AttemptSubject(account ?? 0, msisdn.number)]?.checkSend(purpose, at: context.now, context.policy)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .challengeIssued(let e): issue(e, meta)
        case .challengeResent(let e): resend(e, meta)
        case .challengeFailed(let e): if let id = Hash128(e.challenge) { challenges[id]?.failures += 1 }
        case .challengeAnswered(let e):
            if let id = Hash128(e.challenge) { challenges[id]?.state = e.granted ? .granted : .denied }
        case .purchaseConfirmed(let e):
            if let id = Hash128(e.challenge) { challenges[id]?.outcome = meta.position }
        case .registered(let e):
            use(e.challenge)
            if let password = e.password { set(password, account) }
        case .passwordRecovered(let e):
            use(e.challenge)
            if let password = e.password { set(password, account) }
            end(account) { _ in true }
            // Someone who knew the old password may have added a device.
            removeDevices(account) { _ in true }
            closeChallenges(account)
            forgetFailures(account)
        case .passwordChanged(let e):
            if let password = e.password { set(password, account) }
            if e.othersEnded { end(account) { $0 != e.keptSession } }
        case .passwordRehashed(let e): if let password = e.password { set(password, account) }
        case .sessionOpened(let e): open(e, meta)
        case .sessionUsed(let e): sessions[e.session]?.lastUsed = meta.effective
        case .sessionEnded(let e): end(account) { $0 == e.session }
        case .sessionsEnded(let e):
            end(account) { $0 != e.keptSession }
            closeChallenges(account)
        case .reauthenticated(let e):
            use(e.challenge)
            forgetFailures(account)
        case .deviceAdded(let e):
            let id = Hash128(e.device) ?? .zero
            devices[account, default: []].append(
                Device(
                    id: id, key: DeviceKey(kind: e.kind, bytes: e.publicKey), sealedName: e.sealedName,
                    added: meta.effective))
            deviceOwners[id] = account
        case .deviceRemoved(let e):
            if let id = Hash128(e.device) { removeDevices(account) { $0.id == id } }
        case .linkAdded(let e): link(account) { $0.manages.append(e.managed) }
        case .linkRemoved(let e): link(account) { $0.manages.removeAll { $0 == e.managed } }
        case .profileSet(let e):
            // A code that was sent to the former address proves nothing of the new one.
            if e.setsEmail { closeChallenges(account, of: .email) }
        case .emailConfirmed(let e): use(e.challenge)
        case .linkConfirmed(let e):
            use(e.challenge)
            link(account) { $0.managedBy.append(e.manager) }
        case .linkRevoked(let e):
            link(account) { $0.managedBy.removeAll { $0 == e.manager } }
        case .signInFailed(let e): fail(AttemptSubject(account, e.msisdn), meta)
        case .simReplaced:
            end(account) { _ in true }
            closeChallenges(account)
            held[account] = meta.effective
        case .subscriberTerminated:
            erase(account)
            held[account] = nil
        case .personErased: erase(account)
        default: endAtUnknown(event)
        }
    }

    private mutating func open(_ e: SessionOpened, _ meta: EventMeta) {
        use(e.challenge)
        let account = meta.account
        let live = (sessionsOf[account] ?? []).filter { sessions[$0]?.isUnexpired(meta.effective) ?? false }
        let kept = Set(live.suffix(AccessPolicy.sessionsPerSubscriber - 1))
        end(account) { !kept.contains($0) }
        let hash = Hash128(e.tokenHash) ?? .zero
        sessions[e.session] = Session(
            account: account, opened: meta.effective, expires: Instant(milliseconds: e.expiresAt),
            lastUsed: meta.effective, method: e.method, device: Hash128(e.device) ?? .zero, tokenHash: hash)
        sessionByToken[hash] = e.session
        sessionsOf[account, default: []].append(e.session)
        lastSession = e.session
        forgetFailures(account)
    }

    private mutating func erase(_ account: AccountIndex) {
        let subject = AttemptSubject(account, 0)
        closeChallenges(account)
        attempts[subject] = nil
        end(account) { _ in true }
        removeDevices(account) { _ in true }
        guard isRegistered(account) else { return }
        // The slot stays empty: filling it with another password would need a search for that password's account.
        passwords[Int(passwordSlots[Int(account)]) - 1] = .empty
        passwordSlots[Int(account)] = 0
    }

    // MARK: - Challenges and attempts

    /// Changes what is remembered of a subject. Strangers are forgotten, oldest first.
    private mutating func remember(_ subject: AttemptSubject, at now: Instant, _ body: (inout NumberAttempts) -> Void) {
        if subject.account == nil, attempts[subject] == nil {
            forgetStrangers(at: now)
            strangers.append(subject)
        }
        body(&attempts[subject, default: NumberAttempts()])
    }

    private mutating func forgetStrangers(at now: Instant) {
        while let first = strangers.first {
            let isLongAgo = !(attempts[first]?.last.lasts(AccessPolicy.strangersAreForgottenAfter, at: now) ?? false)
            guard isLongAgo || strangers.count >= AccessPolicy.strangers else { return }
            strangers.removeFirst()
            for slot in attempts.removeValue(forKey: first)?.slots ?? [] {
                for id in slot.open { challenges[id] = nil }
            }
        }
    }

    /// Closes the challenges of a purpose; of every purpose if it is nil.
    private mutating func closeChallenges(_ account: AccountIndex, of purpose: ChallengePurpose? = nil) {
        guard var attempts = attempts[AttemptSubject(account, 0)] else { return }
        for index in attempts.slots.indices where purpose == nil || attempts.slots[index].purpose == purpose {
            for id in attempts.slots[index].open { challenges[id] = nil }
            attempts.slots[index].open = []
        }
        self.attempts[AttemptSubject(account, 0)] = attempts
    }

    private mutating func issue(_ e: ChallengeIssued, _ meta: EventMeta) {
        let id = Hash128(e.challenge) ?? .zero
        let subject = AttemptSubject(meta.account, e.msisdn)
        let expires = Instant(milliseconds: e.expiresAt)
        var before: [Hash128] = []
        remember(subject, at: meta.effective) { attempts in
            attempts.sent(e.purpose, at: meta.effective) { slot in swap(&before, &slot.open) }
        }
        var open: [Hash128] = []
        for (index, old) in before.enumerated() {
            let isKept = index + AccessPolicy.openChallenges > before.count
            if isKept, let challenge = challenges[old], challenge.isUnexpired(meta.effective) {
                open.append(old)
            } else {
                challenges[old] = nil
            }
        }
        remember(subject, at: meta.effective) { $0.open(e.purpose, open + [id]) }
        challenges[id] = Challenge(
            subject: subject, purpose: e.purpose, issued: meta.effective, expires: expires, principal: meta.principal,
            forAccount: e.forAccount, device: Hash128(e.device) ?? .zero, offering: e.offering,
            price: Money(minorUnits: e.price))
    }

    private mutating func resend(_ e: ChallengeResent, _ meta: EventMeta) {
        guard let id = Hash128(e.challenge), let challenge = challenges[id] else { return }
        remember(challenge.subject, at: meta.effective) { $0.sent(challenge.purpose, at: meta.effective) }
    }

    private mutating func use(_ challenge: [UInt8]) {
        guard let id = Hash128(challenge), let used = challenges.removeValue(forKey: id) else { return }
        attempts[used.subject]?.close(id)
    }

    private mutating func fail(_ subject: AttemptSubject, _ meta: EventMeta) {
        remember(subject, at: meta.effective) { attempts in
            attempts.failures += 1
            attempts.lastFailure = meta.effective
        }
    }

    private mutating func forgetFailures(_ account: AccountIndex) {
        let subject = AttemptSubject(account, 0)
        attempts[subject]?.failures = 0
        if attempts[subject]?.isEmpty == true { attempts[subject] = nil }
    }

    // MARK: - Passwords, sessions, links

    private mutating func removeDevices(_ account: AccountIndex, where isRemoved: (Device) -> Bool) {
        for device in devices[account] ?? [] where isRemoved(device) {
            deviceOwners[device.id] = nil
            let opened = Set((sessionsOf[account] ?? []).filter { sessions[$0]?.device == device.id })
            end(account) { opened.contains($0) }
        }
        devices[account]?.removeAll(where: isRemoved)
        if devices[account]?.isEmpty == true { devices[account] = nil }
    }

    private mutating func link(_ account: AccountIndex, _ body: (inout Links) -> Void) {
        body(&links[account, default: Links()])
        if links[account]?.isEmpty == true { links[account] = nil }
    }

    private mutating func set(_ hash: PasswordHash, _ account: AccountIndex) {
        let password = Password(
            memoryKiB: hash.memoryKib, passes: hash.passes, salt: Hash128(hash.salt) ?? .zero,
            digest: (Hash128(hash.digest.prefix(16)) ?? .zero, Hash128(hash.digest.dropFirst(16)) ?? .zero))
        passwordSlots.reserveIndex(account, filling: 0)
        if passwordSlots[Int(account)] == 0 {
            passwords.append(password)
            passwordSlots[Int(account)] = UInt32(passwords.count)
        } else {
            passwords[Int(passwordSlots[Int(account)]) - 1] = password
        }
    }

    private mutating func end(_ account: AccountIndex, where isEnded: (UInt32) -> Bool) {
        guard let numbers = sessionsOf[account] else { return }
        for number in numbers where isEnded(number) {
            if let session = sessions.removeValue(forKey: number) { sessionByToken[session.tokenHash] = nil }
        }
        sessionsOf[account] = numbers.filter { !isEnded($0) }
        if sessionsOf[account]?.isEmpty == true { sessionsOf[account] = nil }
    }
}

extension Access.Session {
    package func isLive(_ now: Instant, _ policy: AccessPolicy) -> Bool {
        isUnexpired(now) && lastUsed.lasts(policy.sessionIdle, at: now)
    }

    fileprivate func isUnexpired(_ now: Instant) -> Bool { opened.lasts(until: expires, at: now) }

    /// True if this use is to be recorded as an event.
    package func isUseRecorded(_ now: Instant) -> Bool { !lastUsed.lasts(AccessPolicy.sessionUseEvery, at: now) }
}
