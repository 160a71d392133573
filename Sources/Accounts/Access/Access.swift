/// Who may sign in: passwords, one-time challenges, sessions, failed attempts.
package struct Access: Projection {
    package static let name = "access"
    package static let version: UInt16 = 1

    package struct Challenge: Sendable {
        package var account: AccountIndex
        package var purpose: ChallengePurpose
        package var issued: Instant
        package var expires: Instant
        package var failures = 0
    }

    package struct Session: Sendable {
        package var account: AccountIndex
        package var expires: Instant
        fileprivate var tokenHash: Hash128
    }

    /// A code to be sent: a challenge as a message.
    package struct Notification: Sendable {
        package var position: Position
        package var account: AccountIndex
        package var challenge: Hash128
        package var purpose: ChallengePurpose
        package var sent: Instant
        package var expires: Instant
    }

    /// An Argon2id digest in place: 56 bytes, no heap.
    private struct Password: Sendable {
        var memoryKiB: UInt32
        var passes: UInt32
        var salt: Hash128
        var digest: (Hash128, Hash128)
    }

    private struct Failures: Sendable {
        var count = 0
        var last = Instant(milliseconds: 0)
    }

    /// By account: the password's place plus one; 0: not registered.
    private var passwordSlots: [UInt32] = []
    private var passwords: [Password] = []
    private var challenges: [Hash128: Challenge] = [:]
    /// The one open challenge of an account: a new one replaces it.
    private var challengeOf: [AccountIndex: Hash128] = [:]
    private var sessions: [UInt32: Session] = [:]
    private var sessionByToken: [Hash128: UInt32] = [:]
    private var sessionsOf: [AccountIndex: [UInt32]] = [:]
    private var lastSession: UInt32 = 0
    private var failures: [AccountIndex: Failures] = [:]
    /// Newest last; cut to its limit from the front in halves, so that an append is cheap.
    private var sent: [Notification] = []

    package init() {}

    package var nextSession: UInt32 { lastSession + 1 }
    package var sessionCount: Int { sessions.count }
    package var notifications: ArraySlice<Notification> { sent.suffix(AccessPolicy.notifications) }

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

    package func openChallenge(_ account: AccountIndex) -> Challenge? {
        challengeOf[account].flatMap { challenges[$0] }
    }

    /// The live session of a token's hash.
    package func session(tokenHash: Hash128, now: Instant) -> (number: UInt32, session: Session)? {
        guard let number = sessionByToken[tokenHash], let session = sessions[number], now < session.expires else {
            return nil
        }
        return (number, session)
    }

    package func session(_ number: UInt32) -> Session? { sessions[number] }

    /// Refuses where the next password may not be tried yet.
    package func checkTries(_ account: AccountIndex, now: Instant) throws(Rejection) {
        guard let failed = failures[account] else { return }
        let next = failed.last + AccessPolicy.wait(afterFailures: failed.count)
        guard next <= now else {
            throw Rejection(
                .tooManyAttempts, field: "msisdn", "too many wrong passwords",
                retryAfterSeconds: (next - now).secondsRoundedUp)
        }
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .challengeIssued(let e): issue(e, meta)
        case .challengeFailed(let e): if let id = Hash128(e.challenge) { challenges[id]?.failures += 1 }
        case .registered(let e):
            if let id = Hash128(e.challenge) { challenges[id] = nil }
            challengeOf[account] = nil
            if let password = e.password { set(password, account) }
        case .passwordChanged(let e):
            if let password = e.password { set(password, account) }
            if e.othersEnded { end(account) { $0 != e.keptSession } }
        case .sessionOpened(let e):
            let live = (sessionsOf[account] ?? []).filter { sessions[$0].map { $0.expires > meta.recorded } ?? false }
            let kept = Set(live.suffix(AccessPolicy.sessionsPerSubscriber - 1))
            end(account) { !kept.contains($0) }
            let hash = Hash128(e.tokenHash) ?? .zero
            sessions[e.session] = Session(
                account: account, expires: Instant(milliseconds: e.expiresAt), tokenHash: hash)
            sessionByToken[hash] = e.session
            sessionsOf[account, default: []].append(e.session)
            lastSession = e.session
            failures[account] = nil
        case .sessionEnded(let e): end(account) { $0 == e.session }
        case .signInFailed:
            guard account != 0 else { break }
            failures[account, default: Failures()].count += 1
            failures[account]?.last = meta.recorded
        case .personErased: erase(account)
        default: break
        }
    }

    private mutating func erase(_ account: AccountIndex) {
        if let challenge = challengeOf.removeValue(forKey: account) { challenges[challenge] = nil }
        // They keep their places: how many stand before them is not state, for a snapshot has the newest alone.
        for index in sent.indices where sent[index].account == account {
            (sent[index].challenge, sent[index].expires) = (.zero, Instant(milliseconds: 0))
        }
        end(account) { _ in true }
        failures[account] = nil
        guard isRegistered(account) else { return }
        // Its place stays empty: to fill it, the account of another would have to be looked for.
        passwords[Int(passwordSlots[Int(account)]) - 1] = Password(
            memoryKiB: 0, passes: 0, salt: .zero, digest: (.zero, .zero))
        passwordSlots[Int(account)] = 0
    }

    private mutating func issue(_ e: ChallengeIssued, _ meta: EventMeta) {
        let id = Hash128(e.challenge) ?? .zero
        if let old = challengeOf[meta.account] { challenges[old] = nil }
        challengeOf[meta.account] = id
        let expires = Instant(milliseconds: e.expiresAt)
        challenges[id] = Challenge(
            account: meta.account, purpose: e.purpose, issued: meta.recorded, expires: expires)
        if sent.count >= AccessPolicy.notifications * 2 { sent.removeFirst(AccessPolicy.notifications) }
        sent.append(
            Notification(
                position: meta.position, account: meta.account, challenge: id, purpose: e.purpose, sent: meta.recorded,
                expires: expires))
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

    package func digest(into hash: inout XXH64) {
        for (account, slot) in passwordSlots.enumerated() where slot != 0 {
            let password = passwords[Int(slot) - 1]
            hash.update(UInt64(account))
            for part in [password.salt, password.digest.0, password.digest.1] {
                hash.update(part.high)
                hash.update(part.low)
            }
        }
        // Dictionaries have no order: what they hold is put in one.
        for id in challenges.keys.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) }) {
            guard let challenge = challenges[id] else { continue }
            hash.update(id.high)
            hash.update(UInt64(challenge.account) << 8 | UInt64(challenge.failures))
            hash.update(challenge.issued.milliseconds)
            hash.update(challenge.expires.milliseconds)
        }
        for number in sessions.keys.sorted() {
            guard let session = sessions[number] else { continue }
            hash.update(UInt64(number) << 32 | UInt64(session.account))
            hash.update(session.tokenHash.high)
            hash.update(session.expires.milliseconds)
        }
        for account in failures.keys.sorted() {
            hash.update(UInt64(account) << 32 | UInt64(failures[account]?.count ?? 0))
            hash.update(failures[account]?.last.milliseconds ?? 0)
        }
        hash.update(UInt64(lastSession))
        hash.update(UInt64(notifications.count))
    }

    /// What of it an account has.
    private struct Has: OptionSet {
        let rawValue: UInt8
        static let password = Has(rawValue: 1)
        static let challenge = Has(rawValue: 2)
        static let sessions = Has(rawValue: 4)
        static let failures = Has(rawValue: 8)
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        let challenge = challengeOf[account].flatMap { id in challenges[id].map { (id, $0) } }
        let numbers = sessionsOf[account]
        let failed = failures[account]
        var has: Has = isRegistered(account) ? .password : []
        if challenge != nil { has.insert(.challenge) }
        if numbers != nil { has.insert(.sessions) }
        if failed != nil { has.insert(.failures) }
        row.put(has.rawValue)
        if has.contains(.password) {
            let password = passwords[Int(passwordSlots[Int(account)]) - 1]
            row.put(password.memoryKiB)
            row.put(password.passes)
            row.put(password.salt)
            row.put(password.digest.0)
            row.put(password.digest.1)
        }
        if let (id, challenge) = challenge {
            row.put(id)
            row.put(UInt32(truncatingIfNeeded: challenge.purpose.rawValue))
            row.put(challenge.issued)
            row.put(challenge.expires)
            row.put(UInt32(challenge.failures))
        }
        if let numbers {
            row.put(each: numbers.compactMap { number in sessions[number].map { (number, $0) } }) {
                $0.put($1.0)
                $0.put($1.1.expires)
                $0.put($1.1.tokenHash)
            }
        }
        if let failed {
            row.put(UInt32(failed.count))
            row.put(failed.last)
        }
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        let has = Has(rawValue: try row.number())
        if has.contains(.password) {
            guard Int(account) < passwordSlots.count else { throw SnapshotError("a password beyond the accounts") }
            passwords.append(
                Password(
                    memoryKiB: try row.number(), passes: try row.number(), salt: try row.hash(),
                    digest: (try row.hash(), try row.hash())))
            passwordSlots[Int(account)] = UInt32(passwords.count)
        }
        if has.contains(.challenge) {
            let id = try row.hash()
            guard let purpose = ChallengePurpose(rawValue: numericCast(try row.number(UInt32.self))) else {
                throw SnapshotError("a challenge of no known purpose")
            }
            challenges[id] = Challenge(
                account: account, purpose: purpose, issued: try row.instant(), expires: try row.instant(),
                failures: Int(try row.number(UInt32.self)))
            challengeOf[account] = id
        }
        if has.contains(.sessions) {
            for _ in 0..<(try row.elementCount()) {
                let number: UInt32 = try row.number()
                let session = Session(account: account, expires: try row.instant(), tokenHash: try row.hash())
                sessions[number] = session
                sessionByToken[session.tokenHash] = number
                sessionsOf[account, default: []].append(number)
            }
        }
        if has.contains(.failures) {
            failures[account] = Failures(count: Int(try row.number(UInt32.self)), last: try row.instant())
        }
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(UInt32(passwordSlots.count))
        rest.put(lastSession)
        rest.put(each: notifications) {
            $0.put($1.position)
            $0.put($1.account)
            $0.put($1.challenge)
            $0.put(UInt32(truncatingIfNeeded: $1.purpose.rawValue))
            $0.put($1.sent)
            $0.put($1.expires)
        }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        passwordSlots = Array(repeating: 0, inLargePages: try rest.columnCount())
        lastSession = try rest.number()
        sent = try rest.array { rest throws(SnapshotError) in
            let (position, account, challenge): (Position, AccountIndex, Hash128) = (
                try rest.number(), try rest.number(), try rest.hash()
            )
            guard let purpose = ChallengePurpose(rawValue: numericCast(try rest.number(UInt32.self))) else {
                throw SnapshotError("a challenge of no known purpose")
            }
            return Notification(
                position: position, account: account, challenge: challenge, purpose: purpose,
                sent: try rest.instant(), expires: try rest.instant())
        }
    }

    package var allocatedBytes: Int {
        passwordSlots.columnBytes + passwords.columnBytes + sent.columnBytes + challenges.count * 96
            + sessions.count * 160
    }
}
