/// The one table of commands, from which parsing, help, completion and the protocol reference are made.

/// A verb's entry in the table. It lives as long as the process.
package final class CommandSpec: Sendable {
    /// A command's effect on the log, which decides what it may take.
    package enum Effect: Sendable {
        /// Concerns the connection alone.
        case connection
        /// Reads state or the log.
        case read
        /// Appends events: takes `id=` and `if_seq=`.
        case change
        /// Appends events for anybody who names a number. Takes `id=` and no `if_seq=`, because a condition would tell
        /// strangers about the account.
        case strangersChange
        /// Appends events and returns a secret, or checks a single-use one. Takes `if_seq=` and no `id=`.
        case secretChange
        /// Tries a password or a code. Takes neither, because either would tell strangers about the account.
        case signIn
    }

    /// The session that a front end must show.
    package enum SessionNeed: Sendable {
        case none
        /// A `session=` of the subscriber that the command names.
        case subscriber
        /// A session of that subscriber, or of one who manages the number.
        case linked
        /// A session of that subscriber, of one who manages the number, or of an administrator of its organisation.
        case manager
        /// A session of an administrator of the organisation that the command is about.
        case administrator
        /// Any session; the command is about its holder.
        case holder
    }

    package let verb: String
    package let effect: Effect
    /// Own parameters in order, then the ones that its effect and session bring.
    package let parameters: [ParameterDeclaration]
    /// The fields of its replies, with those that its effect brings.
    package let shape: ReplyShape
    package let summary: String
    package let example: String
    /// The facts that every request needs.
    package nonisolated(unsafe) let traits: UnsafePointer<CommandTraits>

    package var roles: Roles { traits.pointee.roles }
    package var requiredPositionals: Int { traits.pointee.requiredPositionals }
    package var hasRows: Bool { traits.pointee.hasRows }
    package var isRESPOnly: Bool { traits.pointee.isRESPOnly }

    package static let maximumParameters = 64

    package init(
        _ verb: String, _ effect: Effect, roles: Roles = [], session: SessionNeed = .none,
        _ parameters: [any DeclaredParameter] = [], reply: [ReplyField] = [], rows: [ReplyField]? = nil,
        isRESPOnly: Bool = false, waits: Bool = false, isNeverQueued: Bool = false, isStream: Bool = false,
        isOfPast: Bool = false,
        ratesUsage: Bool = false,
        usesReserve: Bool? = nil, isHeldAfterSIM: Bool = false, endsAccess: Bool = false, summary: String,
        example: String
    ) {
        var declared = parameters
        if session != .none { declared.append(Parameters.session) }
        if isOfPast {
            precondition(effect == .read, "\(verb) reads the state of a time")
            declared.append(Parameters.at)
        }
        switch effect {
        case .change: declared += [Parameters.id, Parameters.ifSeq]
        case .strangersChange: declared.append(Parameters.id)
        case .secretChange: declared.append(Parameters.ifSeq)
        case .connection, .read, .signIn: break
        }
        let all = declared.map(\.declaration)
        precondition(all.count <= Self.maximumParameters, "\(verb) has too many parameters")
        self.verb = verb
        self.effect = effect
        self.parameters = all
        shape = ReplyShape(
            closing: reply + (rows == nil || isStream ? [] : [.rows])
                + (effect == .change || effect == .strangersChange ? [.repeated.sometimes] : []),
            rows: rows)
        for names in [shape.closing, shape.rows ?? []].map({ $0.map { "\($0.name)" } }) {
            precondition(Set(names).count == names.count, "\(verb) declares a reply field twice")
        }
        self.summary = summary
        self.example = example
        func place(_ parameter: some DeclaredParameter) -> Int? {
            all.firstIndex { $0.number == parameter.declaration.number }
        }
        func mask(where isIn: (ParameterDeclaration) -> Bool) -> UInt64 {
            all.indices.reduce(0) { $0 | (isIn(all[$1]) ? 1 << UInt64($1) : 0) }
        }
        let names = ParameterNames(all.map(\.name))
        precondition(Set(names.hashes).count == all.count, "\(verb) has two parameters of one name, or of one hash")
        var places = [UInt8](repeating: .max, count: (all.map(\.number).max() ?? -1) + 1)
        for (place, parameter) in all.enumerated() { places[parameter.number] = UInt8(place) }
        let notRepeated = [place(Parameters.id), place(Parameters.session)].compactMap(\.self).map { all[$0].name }
        let provesIdentity =
            place(Reauthentication.parameter) != nil || place(Reauthentication.password) != nil
            || place(PasswordChange.old) != nil
        let traits = UnsafeMutablePointer<CommandTraits>.allocate(capacity: 1)
        self.traits = UnsafePointer(traits)
        traits.initialize(
            to: CommandTraits(
                spec: .passRetained(self), verb: immortal(verb.utf8), names: names, places: immortal(places),
                roles: roles, session: session,
                requiredPositionals: all.prefix { $0.need == .positional }.count,
                needed: mask { $0.need != .optional },
                repeated: mask { $0.kind != .secret && !notRepeated.contains($0.name) },
                meanings: immortal(all.map { ParameterMeaning($0.kind) }),
                idParameter: place(Parameters.id), sequenceParameter: place(Parameters.ifSeq),
                referenceParameter: effect == .change ? place(Parameters.ref) : nil,
                sessionParameter: place(Parameters.session), momentParameter: place(Parameters.at),
                namesSubscriber: all.first.map { $0.kind == .msisdn && $0.need == .positional } ?? false,
                hasRows: rows != nil, ratesUsage: ratesUsage, isRESPOnly: isRESPOnly,
                usesReserve: usesReserve ?? (roles == .admin), waits: waits, isNeverQueued: isNeverQueued,
                isHeldAfterSIM: isHeldAfterSIM, endsAccess: endsAccess,
                isAttempt: roles.contains(.frontend)
                    && (effect == .signIn || effect == .strangersChange || provesIdentity)))
    }

    /// The place of a parameter in the list; nil if the command does not have it.
    package func place(of parameter: some DeclaredParameter) -> Int? {
        traits.pointee.place(of: parameter.declaration.number)
    }
}

/// The facts that the loop and the writer need at every request: plain values that live as long as the process. Two
/// threads that counted references to one spec would wait for each other's count.
package struct CommandTraits: @unchecked Sendable {
    package let spec: Unmanaged<CommandSpec>
    package let verb: UnsafeBufferPointer<UInt8>
    package let names: ParameterNames
    /// The place of a parameter by its number; 255 if the command does not have it.
    fileprivate let places: UnsafeBufferPointer<UInt8>
    /// The roles that may use it; empty for anyone, before `AUTH` too.
    package let roles: Roles
    package let session: CommandSpec.SessionNeed
    package let requiredPositionals: Int
    /// A bit for each parameter that a request must have.
    let needed: UInt64
    /// A bit for each parameter that a retry must repeat with the first value.
    let repeated: UInt64
    /// The meaning of each parameter's value.
    let meanings: UnsafeBufferPointer<ParameterMeaning>
    /// The parameters that effect and session bring; nil if they bring none.
    package let idParameter: Int?
    package let sequenceParameter: Int?
    /// The parameter behind `Change.reference`: an act under it happens once.
    package let referenceParameter: Int?
    package let sessionParameter: Int?
    package let momentParameter: Int?
    /// True if the first parameter is a subscriber's number.
    package let namesSubscriber: Bool
    package let hasRows: Bool
    /// True if it rates usage, so that a subscriber's buckets are worth prefetching.
    package let ratesUsage: Bool
    /// True for Redis' own commands, which serve its clients and are not in `HELP`.
    package let isRESPOnly: Bool
    /// True if it may use the reserve of a full disk, so that administration goes on there.
    package let usesReserve: Bool
    /// True if its reply waits for more than the commit (a hash, the vault, a scan of the log). The connection's later
    /// commands then wait too.
    package let waits: Bool
    /// True if it runs at once behind `MULTI` too.
    package let isNeverQueued: Bool
    /// True if a session of a number whose SIM is new may not use it.
    package let isHeldAfterSIM: Bool
    /// True if it takes access away, so that it is never one change too many.
    package let endsAccess: Bool
    /// True if strangers use it through a front end, so that it is limited.
    package let isAttempt: Bool

    package var parameterCount: Int { names.hashes.count }

    /// The place of a parameter by its number; nil if the command does not have it.
    @inline(__always)
    func place(of number: Int) -> Int? {
        guard number < places.count, places[number] != .max else { return nil }
        return Int(places[number])
    }
}

/// The names of a command's parameters, in order. Separate from its traits, because a call of the traits' own functions
/// would copy them.
package struct ParameterNames {
    private let names: UnsafeBufferPointer<UnsafeBufferPointer<UInt8>>
    /// No two names of a command share one.
    fileprivate let hashes: UnsafeBufferPointer<UInt64>

    fileprivate init(_ names: [String]) {
        self.names = immortal(names.map { immortal($0.utf8) })
        hashes = immortal(names.map { Self.hash($0.utf8) })
    }

    /// The number of the parameter that a stranger's bytes name.
    package func index(ofGiven name: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let index = hashes.firstIndex(of: Self.hash(name)), names[index].elementsEqual(name) else { return nil }
        return index
    }

    /// FNV-1a.
    fileprivate static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}

/// A copy that is never freed.
private func immortal<Element: BitwiseCopyable>(_ elements: some Collection<Element>) -> UnsafeBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(fromContentsOf: elements)
    return UnsafeBufferPointer(buffer)
}
