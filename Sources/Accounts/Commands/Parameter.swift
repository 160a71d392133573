/// The one table of commands, from which parsing, help, completion and the protocol reference are made.

/// The type of a parameter: how its value is read, and how the reference describes it.
package enum ParameterKind: String, Sendable {
    case msisdn
    /// Several numbers, each a positional of its own. Only the last parameter may be this.
    case msisdns
    /// An amount of more than zero.
    case amount
    case money
    /// Free text, at most 256 bytes; refused if it may hold a card's number.
    case text
    /// Never compared, logged or echoed.
    case secret
    /// A stable name of the catalogue or of a principal: `a-z 0-9 - _ .`, 1-64 bytes.
    case key
    case number
    /// RFC 3339, or a bare date.
    case time
    /// A position, or a time as above.
    case moment
    case flag
    /// Comma-separated.
    case list
    /// The other side of a call, as machines write it: a number in strict E.164, a short number, or a name.
    case peer
    case iccid
    case imsi
    case inn
    /// `id=` and `ref=`: 1-64 bytes; 13-19 bare digits are refused.
    case clientID
    /// An opaque token that the service made.
    case token
    /// The absolute path of a file or a directory on the service's machine.
    case path
}

package struct Parameter: Sendable {
    package enum Need: String, Sendable {
        /// Taken verbatim, in order, before the named ones, and never by name.
        case positional
        case required
        case optional
    }

    package let name: String
    package let kind: ParameterKind
    package let need: Need
    package let help: String

    package static func positional(_ name: String, _ kind: ParameterKind, _ help: String = "") -> Parameter {
        Parameter(name: name, kind: kind, need: .positional, help: help)
    }
    package static func required(_ name: String, _ kind: ParameterKind, _ help: String = "") -> Parameter {
        Parameter(name: name, kind: kind, need: .required, help: help)
    }
    package static func optional(_ name: String, _ kind: ParameterKind, _ help: String = "") -> Parameter {
        Parameter(name: name, kind: kind, need: .optional, help: help)
    }
}

/// Roles of a principal, as bits of an event.
package struct Roles: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let frontend = Roles(rawValue: 1)
    package static let payments = Roles(rawValue: 2)
    package static let network = Roles(rawValue: 4)
    package static let `operator` = Roles(rawValue: 8)
    package static let auditor = Roles(rawValue: 16)
    package static let admin = Roles(rawValue: 32)
    /// Takes cash, up to a daily limit.
    package static let cashier = Roles(rawValue: 64)
    /// Carries messages to subscribers.
    package static let delivery = Roles(rawValue: 128)

    package static let named: [(String, Roles)] = [
        ("frontend", .frontend), ("payments", .payments), ("cashier", .cashier), ("network", .network),
        ("delivery", .delivery), ("operator", .operator), ("auditor", .auditor), ("admin", .admin),
    ]
    package static let all = Roles(named.map(\.1))

    package var names: [String] { Self.named.filter { contains($0.1) }.map { $0.0 } }
}

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
    package let parameters: [Parameter]
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
        _ parameters: [Parameter] = [], hasRows: Bool = false, isRESPOnly: Bool = false, waits: Bool = false,
        isNeverQueued: Bool = false, isOfPast: Bool = false, ratesUsage: Bool = false, usesReserve: Bool? = nil,
        isHeldAfterSIM: Bool = false, endsAccess: Bool = false, summary: String, example: String
    ) {
        var all = parameters
        if session != .none {
            all.append(.optional("session", .token, "the subscriber's session; a front end must show it"))
        }
        if isOfPast {
            precondition(effect == .read, "\(verb) reads the state of a time")
            all.append(
                .optional("at", .moment, "the state after this position, or after what was recorded up to this time"))
        }
        switch effect {
        case .change:
            all.append(.optional("id", .clientID, "makes a retry safe"))
            all.append(.optional("if_seq", .number, "refuse if the account changed after this position"))
        case .strangersChange: all.append(.optional("id", .clientID, "makes a retry safe"))
        case .secretChange:
            all.append(.optional("if_seq", .number, "refuse if the account changed after this position"))
        case .connection, .read, .signIn: break
        }
        precondition(all.count <= Self.maximumParameters, "\(verb) has too many parameters")
        self.verb = verb
        self.effect = effect
        self.parameters = all
        self.summary = summary
        self.example = example
        func place(_ name: String) -> Int? { all.firstIndex { $0.name == name } }
        func mask(where isIn: (Parameter) -> Bool) -> UInt64 {
            all.indices.reduce(0) { $0 | (isIn(all[$1]) ? 1 << UInt64($1) : 0) }
        }
        let traits = UnsafeMutablePointer<CommandTraits>.allocate(capacity: 1)
        self.traits = UnsafePointer(traits)
        let names = ParameterNames(all.map(\.name))
        precondition(Set(names.hashes).count == all.count, "\(verb) has two parameters of one name, or of one hash")
        traits.initialize(
            to: CommandTraits(
                spec: .passRetained(self), verb: immortal(verb.utf8), names: names, roles: roles, session: session,
                requiredPositionals: all.prefix { $0.need == .positional }.count,
                needed: mask { $0.need != .optional },
                repeated: mask { $0.kind != .secret && $0.name != "id" && $0.name != "session" },
                meanings: immortal(all.map { ParameterMeaning($0.kind) }),
                idParameter: place("id"), sequenceParameter: place("if_seq"),
                referenceParameter: effect == .change ? place("ref") : nil,
                sessionParameter: session == .none ? nil : place("session"),
                momentParameter: isOfPast ? place("at") : nil,
                namesSubscriber: all.first.map { $0.kind == .msisdn && $0.need == .positional } ?? false,
                hasRows: hasRows, ratesUsage: ratesUsage, isRESPOnly: isRESPOnly,
                usesReserve: usesReserve ?? (roles == .admin), waits: waits, isNeverQueued: isNeverQueued,
                isHeldAfterSIM: isHeldAfterSIM, endsAccess: endsAccess,
                isAttempt: roles.contains(.frontend)
                    && (effect == .signIn || effect == .strangersChange || place("reauth") ?? place("old") != nil)))
    }

    /// The number of a parameter, by its name.
    package func index(of name: String) -> Int? { traits.pointee.names.index(of: name) }
}

/// The facts that the loop and the writer need at every request: plain values that live as long as the process. Two
/// threads that counted references to one spec would wait for each other's count.
package struct CommandTraits: @unchecked Sendable {
    package let spec: Unmanaged<CommandSpec>
    package let verb: UnsafeBufferPointer<UInt8>
    package let names: ParameterNames
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

    /// The number of a parameter, by its name, which is one of the table's.
    func index(of name: String) -> Int? {
        var name = name
        return hashes.firstIndex(of: name.withUTF8 { Self.hash($0) })
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
