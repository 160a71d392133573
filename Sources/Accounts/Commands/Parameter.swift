/// What a command takes: the one table from which parsing, help, completion and the protocol reference are made.

/// The type of a parameter, which says how its value is read and how the reference describes it.
package enum ParameterKind: String, Sendable {
    case msisdn
    /// Several numbers, each a positional of its own: only as the last parameter.
    case msisdns
    /// More than zero.
    case amount
    case money
    /// Free text, at most 256 bytes; refused where it may hold a card's number.
    case text
    /// Never compared, logged or echoed.
    case secret
    /// A stable name of the catalogue or of a principal: `a-z 0-9 - _ .`, 1-64 bytes.
    case key
    case number
    /// RFC 3339, or a bare date.
    case time
    case flag
    /// Comma-separated.
    case list
    case iccid
    case imsi
    case inn
    /// `id=` and `ref=`: 1-64 bytes; 13-19 bare digits are refused.
    case clientID
    /// An opaque token that the service made.
    case token
}

package struct Parameter: Sendable {
    package enum Need: Sendable {
        /// Taken verbatim, in order, before the named ones; never by name.
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
    package static let all: Roles = [.frontend, .payments, .network, .operator, .auditor, .admin]

    package static let named: [(String, Roles)] = [
        ("frontend", .frontend), ("payments", .payments), ("network", .network), ("operator", .operator),
        ("auditor", .auditor), ("admin", .admin),
    ]

    package var names: [String] { Self.named.filter { contains($0.1) }.map { $0.0 } }
}

/// What the table says of a verb. It lives as long as the process, so that a request on its way carries its address
/// and counts no reference.
package final class CommandSpec: Sendable {
    /// What a command does to the log, and so what it may take.
    package enum Effect: Sendable {
        /// Of the connection alone.
        case connection
        /// Reads state or the log.
        case read
        /// Appends events: takes `id=` and `if_seq=`.
        case change
        /// Appends events and answers a secret, or checks a single-use one: takes `if_seq=` and no `id=`.
        case secretChange
        /// Tries a password or a code: takes neither, for a condition would tell strangers about the account.
        case signIn
    }

    /// Which session a front end must show.
    package enum SessionNeed: Sendable {
        case none
        /// `session=` of the subscriber that the command names.
        case subscriber
    }

    package let verb: String
    package let effect: Effect
    /// Who may say it; empty: anyone, before `AUTH` too.
    package let roles: Roles
    package let session: SessionNeed
    /// Own parameters in order, then the ones that its effect and session bring.
    package let parameters: [Parameter]
    /// Of their names, for as long as the process lives.
    private nonisolated(unsafe) let nameHashes: UnsafeBufferPointer<UInt64>
    package let requiredPositionals: Int
    /// Without these a request is not whole.
    package let needed: [Int]
    /// The parameters that effect and session bring; nil: they bring none.
    package let idParameter: Int?
    package let sequenceParameter: Int?
    /// What happens once under it: the parameter behind `Change.reference`.
    package let referenceParameter: Int?
    /// Whether the first parameter is a subscriber's number.
    package let namesSubscriber: Bool
    package let sessionParameter: Int?
    /// The parameters that a retry must say again with the values of the first time.
    package let repeated: [Int]
    package let hasRows: Bool
    package let summary: String
    package let example: String
    /// Only for Redis clients' greeting: not in `HELP`.
    package let isRESPOnly: Bool
    /// Its reply waits for more than the commit (a hash, the vault, a scan of the log): a connection's commands
    /// behind it wait too.
    package let waits: Bool

    package static let maximumParameters = 24

    package init(
        _ verb: String, _ effect: Effect, roles: Roles = [], session: SessionNeed = .none,
        _ parameters: [Parameter] = [], hasRows: Bool = false, isRESPOnly: Bool = false, waits: Bool = false,
        summary: String, example: String
    ) {
        var all = parameters
        if session != .none {
            all.append(.optional("session", .token, "the subscriber's session; a front end must show it"))
        }
        switch effect {
        case .change:
            all.append(.optional("id", .clientID, "makes a retry safe"))
            all.append(.optional("if_seq", .number, "refuse if the account changed after this position"))
        case .secretChange:
            all.append(.optional("if_seq", .number, "refuse if the account changed after this position"))
        case .connection, .read, .signIn: break
        }
        precondition(all.count <= Self.maximumParameters, "\(verb) has too many parameters")
        self.verb = verb
        self.effect = effect
        self.roles = roles
        self.session = session
        self.parameters = all
        let hashes = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: all.count)
        _ = hashes.initialize(fromContentsOf: all.map { Self.hash($0.name) })
        precondition(Set(hashes).count == all.count, "\(verb) has two parameters of one name, or of one hash")
        self.nameHashes = UnsafeBufferPointer(hashes)
        self.requiredPositionals = all.prefix { $0.need == .positional }.count
        self.needed = all.indices.filter { all[$0].need != .optional }
        self.idParameter = effect == .change ? all.firstIndex { $0.name == "id" } : nil
        self.sequenceParameter = all.firstIndex { $0.name == "if_seq" }
        self.referenceParameter = effect == .change ? all.firstIndex { $0.name == "ref" } : nil
        self.namesSubscriber = all.first.map { $0.kind == .msisdn && $0.need == .positional } ?? false
        self.sessionParameter = session == .none ? nil : all.firstIndex { $0.name == "session" }
        self.repeated = all.indices.filter {
            all[$0].kind != .secret && all[$0].name != "id" && all[$0].name != "session"
        }
        self.hasRows = hasRows
        self.summary = summary
        self.example = example
        self.isRESPOnly = isRESPOnly
        self.waits = waits
        _ = Unmanaged.passRetained(self)
    }

    /// The number of a parameter, by its name.
    package func index(of name: String) -> Int? { nameHashes.firstIndex(of: Self.hash(name)) }

    /// FNV-1a. No two names of a command share one.
    private static func hash(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
