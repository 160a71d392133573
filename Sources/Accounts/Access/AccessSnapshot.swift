/// `Access` in snapshots.

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

    /// An account's part.
    private struct Row: Coded {
        let account: AccountIndex
        var password: Password?
        var attempts: NumberAttempts?
        /// All challenges if it is encoded, and those of the attempts if it was decoded.
        var challenges: [Hash128: Challenge] = [:]
        /// In the order in which they were opened.
        var sessions: [NumberedSession] = []
        var links = Links()
        var devices: [Device] = []
        var held: Instant?

        private var has: Has {
            var has: Has = password == nil ? [] : .password
            if attempts != nil { has.insert(.attempts) }
            if !sessions.isEmpty { has.insert(.sessions) }
            if !links.isEmpty { has.insert(.links) }
            if !devices.isEmpty { has.insert(.devices) }
            if held != nil { has.insert(.held) }
            return has
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            var has = has
            try row.code(&has)
            try row.code(&password, if: has.contains(.password), blank: .empty)
            if has.contains(.attempts) {
                var coded = attempts ?? NumberAttempts()
                try coded.code(&row, of: AttemptSubject(account, 0), &challenges)
                attempts = coded
            }
            if has.contains(.sessions) { try row.code(&sessions, each: .blank(account)) }
            if has.contains(.links) { try row.code(&links) }
            if has.contains(.devices) { try row.code(&devices, each: .blank) }
            try row.code(&held, if: has.contains(.held), blank: Instant(milliseconds: 0))
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = Row(account: account)
        if isRegistered(account) { own.password = passwords[Int(passwordSlots[Int(account)]) - 1] }
        own.attempts = attempts[AttemptSubject(account, 0)]
        own.challenges = challenges
        for number in sessionsOf[account] ?? [] {
            if let session = sessions[number] { own.sessions.append(NumberedSession(number: number, session: session)) }
        }
        own.links = links[account] ?? Links()
        own.devices = devices[account] ?? []
        own.held = held[account]
        own.code(&row)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own = Row(account: account)
        try own.code(&row)
        if let password = own.password {
            guard Int(account) < passwordSlots.count else { throw SnapshotError("a password beyond the accounts") }
            passwords.append(password)
            passwordSlots[Int(account)] = UInt32(passwords.count)
        }
        if let own = own.attempts { attempts[AttemptSubject(account, 0)] = own }
        challenges.merge(own.challenges) { $1 }
        for opened in own.sessions {
            sessions[opened.number] = opened.session
            sessionByToken[opened.session.tokenHash] = opened.number
            sessionsOf[account, default: []].append(opened.number)
        }
        if !own.links.isEmpty { links[account] = own.links }
        if !own.devices.isEmpty { devices[account] = own.devices }
        for device in own.devices { deviceOwners[device.id] = account }
        if let since = own.held { held[account] = since }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &passwordSlots, filling: 0)
        try rest.code(&lastSession)
        var strangers = strangers
        try rest.code(&strangers, each: AttemptSubject(rawValue: 0)) { rest, stranger throws(Coder.Failure) in
            try rest.code(&stranger.rawValue)
            try rest.check(stranger.isStranger && attempts[stranger] == nil, "no stranger's attempts")
            var coded = attempts[stranger] ?? NumberAttempts()
            try coded.code(&rest, of: stranger, &challenges)
            if Coder.isDecoding { attempts[stranger] = coded }
        }
        if Coder.isDecoding { self.strangers = strangers }
    }

    package var allocatedBytes: Int {
        passwordSlots.columnBytes + passwords.columnBytes + challenges.count * 96
            + attempts.count * 128 + sessions.count * 192 + links.count * 96 + devices.count * 256
    }
}

private struct NumberedSession: Coded {
    var number: UInt32
    var session: Access.Session

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&number)
        try row.code(&session)
    }

    static func blank(_ account: AccountIndex) -> NumberedSession {
        let zero = Instant(milliseconds: 0)
        return NumberedSession(
            number: 0,
            session: Access.Session(
                account: account, opened: zero, expires: zero, lastUsed: zero, method: .unspecified, tokenHash: .zero))
    }
}

extension Access.Session: Coded {
    /// The row has the account.
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&opened)
        try row.code(&expires)
        try row.code(&lastUsed)
        try row.code(&method, or: "a session of no known method")
        try row.code(&device)
        try row.code(&tokenHash)
    }
}

extension Access.Password: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&memoryKiB)
        try row.code(&passes)
        try row.code(&salt)
        try row.code(&digest.0)
        try row.code(&digest.1)
    }
}

extension NumberAttempts {
    /// Codes the attempts of a subject and the challenges that are open, which `challenges` has among others.
    fileprivate mutating func code<Coder: ColumnCoder>(
        _ row: inout Coder, of subject: AttemptSubject, _ challenges: inout [Hash128: Challenge]
    ) throws(Coder.Failure) {
        var failures = UInt32(failures)
        try row.code(&failures)
        self.failures = Int(failures)
        try row.code(&lastFailure)
        try row.code(&slots, each: Slot(purpose: .unspecified)) { row, slot throws(Coder.Failure) in
            try row.code(&slot.purpose, or: "a challenge of no known purpose")
            try row.code(&slot.sent, each: Instant(milliseconds: 0))
            let zero = Instant(milliseconds: 0)
            let blank = Challenge(subject: subject, purpose: slot.purpose, issued: zero, expires: zero)
            try row.code(&slot.open, each: .zero) { row, id throws(Coder.Failure) in
                try row.code(&id)
                var challenge = challenges[id] ?? blank
                try row.code(&challenge)
                if Coder.isDecoding { challenges[id] = challenge }
            }
        }
    }
}

extension Challenge: Coded {
    /// The subject and the purpose belong to its slot.
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&issued)
        try row.code(&expires)
        var failures = UInt32(failures)
        try row.code(&failures)
        self.failures = Int(failures)
        try row.code(&state, or: "a challenge in no known state")
        try row.code(&principal)
        try row.code(&forAccount)
        try row.code(&device)
        try row.code(&offering)
        try row.code(&price)
        try row.code(&outcome)
    }
}

extension Links: Coded {
    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&manages)
        try row.code(&managedBy)
    }
}

extension Device: Coded {
    fileprivate static let blank = Device(
        id: .zero, key: DeviceKey(kind: .unspecified, bytes: []), sealedName: [], added: Instant(milliseconds: 0))

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&id)
        try row.code(&key.kind, or: "a device's key of no known kind")
        try row.code(&key.bytes)
        try row.code(&sealedName)
        try row.code(&added)
    }
}
