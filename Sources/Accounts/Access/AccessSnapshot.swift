/// `Access` in snapshots and digests.

extension Access {
    /// The parts of `Access` that an account has.
    private struct Has: OptionSet {
        let rawValue: UInt8
        static let password = Has(rawValue: 1)
        static let attempts = Has(rawValue: 2)
        static let sessions = Has(rawValue: 4)
        static let links = Has(rawValue: 8)
        static let devices = Has(rawValue: 16)
        static let held = Has(rawValue: 32)
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        let numbers = sessionsOf[account]
        let attempts = attempts[AttemptSubject(account, 0)]
        var has: Has = isRegistered(account) ? .password : []
        if attempts != nil { has.insert(.attempts) }
        if numbers != nil { has.insert(.sessions) }
        let links = links[account]
        if links != nil { has.insert(.links) }
        let devices = devices[account]
        if devices != nil { has.insert(.devices) }
        let held = held[account]
        if held != nil { has.insert(.held) }
        row.put(has.rawValue)
        if has.contains(.password) {
            let password = passwords[Int(passwordSlots[Int(account)]) - 1]
            row.put(password.memoryKiB)
            row.put(password.passes)
            row.put(password.salt)
            row.put(password.digest.0)
            row.put(password.digest.1)
        }
        if let attempts { encode(attempts, into: &row) }
        if let numbers {
            row.put(each: numbers.compactMap { number in sessions[number].map { (number, $0) } }) {
                $0.put($1.0)
                $0.put($1.1.opened)
                $0.put($1.1.expires)
                $0.put($1.1.lastUsed)
                $0.put(UInt8(truncatingIfNeeded: $1.1.method.rawValue))
                $0.put($1.1.device)
                $0.put($1.1.tokenHash)
            }
        }
        if let links {
            row.put(each: links.manages) { $0.put($1) }
            row.put(each: links.managedBy) { $0.put($1) }
        }
        if let devices {
            row.put(each: devices) {
                $0.put($1.id)
                $0.put(UInt8(truncatingIfNeeded: $1.key.kind.rawValue))
                $0.put(each: $1.key.bytes) { $0.put($1) }
                $0.put(each: $1.sealedName) { $0.put($1) }
                $0.put($1.added)
            }
        }
        if let held { row.put(held) }
    }

    private func encode(_ attempts: NumberAttempts, into row: inout SnapshotEncoder) {
        row.put(UInt32(attempts.failures))
        row.put(attempts.lastFailure)
        row.put(each: attempts.slots) { row, slot in
            row.put(UInt8(truncatingIfNeeded: slot.purpose.rawValue))
            row.put(each: slot.sent) { $0.put($1) }
            row.put(each: slot.open.compactMap { id in challenges[id].map { (id, $0) } }) { row, open in
                row.put(open.0)
                row.put(open.1.issued)
                row.put(open.1.expires)
                row.put(UInt32(open.1.failures))
                row.put(open.1.state.rawValue)
                row.put(open.1.principal)
                row.put(open.1.forAccount)
                row.put(open.1.device)
            }
        }
    }

    private mutating func decode(_ subject: AttemptSubject, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var attempts = NumberAttempts()
        attempts.failures = Int(try row.number(UInt32.self))
        attempts.lastFailure = try row.instant()
        for _ in 0..<(try row.elementCount()) {
            guard let purpose = ChallengePurpose(rawValue: numericCast(try row.number(UInt8.self))) else {
                throw SnapshotError("a challenge of no known purpose")
            }
            var slot = NumberAttempts.Slot(purpose: purpose)
            slot.sent = try row.array { row throws(SnapshotError) in try row.instant() }
            for _ in 0..<(try row.elementCount()) {
                let id = try row.hash()
                var challenge = Challenge(
                    subject: subject, purpose: purpose, issued: try row.instant(), expires: try row.instant(),
                    failures: Int(try row.number(UInt32.self)))
                guard let state = Challenge.State(rawValue: try row.number()) else {
                    throw SnapshotError("a challenge in no known state")
                }
                challenge.state = state
                challenge.principal = try row.number()
                challenge.forAccount = try row.number()
                challenge.device = try row.hash()
                challenges[id] = challenge
                slot.open.append(id)
            }
            attempts.slots.append(slot)
        }
        self.attempts[subject] = attempts
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
        if has.contains(.attempts) { try decode(AttemptSubject(account, 0), from: &row) }
        if has.contains(.sessions) {
            for _ in 0..<(try row.elementCount()) {
                let number: UInt32 = try row.number()
                let (opened, expires, lastUsed) = (try row.instant(), try row.instant(), try row.instant())
                guard let method = SignInMethod(rawValue: numericCast(try row.number(UInt8.self))) else {
                    throw SnapshotError("a session of no known method")
                }
                let session = Session(
                    account: account, opened: opened, expires: expires, lastUsed: lastUsed, method: method,
                    device: try row.hash(), tokenHash: try row.hash())
                sessions[number] = session
                sessionByToken[session.tokenHash] = number
                sessionsOf[account, default: []].append(number)
            }
        }
        if has.contains(.links) {
            links[account] = Links(
                manages: try row.array { row throws(SnapshotError) in try row.number() },
                managedBy: try row.array { row throws(SnapshotError) in try row.number() })
        }
        if has.contains(.devices) {
            devices[account] = try row.array { row throws(SnapshotError) in
                let id = try row.hash()
                guard let kind = DeviceKeyKind(rawValue: numericCast(try row.number(UInt8.self))) else {
                    throw SnapshotError("a device's key of no known kind")
                }
                let key = try row.array { row throws(SnapshotError) in try row.number(UInt8.self) }
                let name = try row.array { row throws(SnapshotError) in try row.number(UInt8.self) }
                return Device(
                    id: id, key: DeviceKey(kind: kind, bytes: key), sealedName: name, added: try row.instant())
            }
            for device in devices[account] ?? [] { deviceOwners[device.id] = account }
        }
        if has.contains(.held) { held[account] = try row.instant() }
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(UInt32(passwordSlots.count))
        rest.put(lastSession)
        rest.put(each: strangers) { rest, stranger in
            rest.put(stranger.rawValue)
            encode(attempts[stranger] ?? NumberAttempts(), into: &rest)
        }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        passwordSlots = Array(repeating: 0, inLargePages: try rest.columnCount())
        lastSession = try rest.number()
        for _ in 0..<(try rest.elementCount()) {
            let stranger = AttemptSubject(rawValue: try rest.number())
            guard stranger.isStranger, attempts[stranger] == nil else {
                throw SnapshotError("no stranger's attempts")
            }
            strangers.append(stranger)
            try decode(stranger, from: &rest)
        }
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
        // Sorts the keys, because dictionaries have no order.
        for subject in attempts.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let attempts = attempts[subject] else { continue }
            hash.update(subject.rawValue)
            hash.update(UInt64(attempts.failures))
            hash.update(attempts.lastFailure.milliseconds)
            for slot in attempts.slots {
                hash.update(UInt64(slot.purpose.rawValue))
                for instant in slot.sent { hash.update(instant.milliseconds) }
                for id in slot.open {
                    guard let challenge = challenges[id] else { continue }
                    hash.update(id.high)
                    hash.update(UInt64(challenge.failures) << 8 | UInt64(challenge.state.rawValue))
                    hash.update(UInt64(challenge.principal) << 32 | UInt64(challenge.forAccount))
                    hash.update(challenge.device.high)
                    hash.update(challenge.issued.milliseconds)
                    hash.update(challenge.expires.milliseconds)
                }
            }
        }
        for number in sessions.keys.sorted() {
            guard let session = sessions[number] else { continue }
            hash.update(UInt64(number) << 32 | UInt64(session.account))
            hash.update(session.tokenHash.high)
            hash.update(session.expires.milliseconds)
            hash.update(session.lastUsed.milliseconds)
            hash.update(UInt64(session.method.rawValue))
            hash.update(session.device.high)
        }
        for account in devices.keys.sorted() {
            for device in devices[account] ?? [] {
                hash.update(UInt64(account))
                hash.update(device.id.high)
                hash.update(counted: device.key.bytes)
                hash.update(counted: device.sealedName)
            }
        }
        for account in held.keys.sorted() {
            hash.update(UInt64(account))
            hash.update(held[account]?.milliseconds ?? 0)
        }
        for account in links.keys.sorted() {
            hash.update(UInt64(account))
            for other in links[account]?.manages ?? [] { hash.update(UInt64(other)) }
            for other in links[account]?.managedBy ?? [] { hash.update(1 << 32 | UInt64(other)) }
        }
        for stranger in strangers { hash.update(stranger.rawValue) }
        hash.update(UInt64(lastSession))
    }

    package var allocatedBytes: Int {
        passwordSlots.columnBytes + passwords.columnBytes + challenges.count * 96
            + attempts.count * 128 + sessions.count * 192 + links.count * 96 + devices.count * 256
    }
}
