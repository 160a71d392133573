/// HELLO, AUTH, PING, QUIT. HELP and COMMANDS read the command table, which is the engine's.

extension CommandRegistry {
    @inlinable
    package mutating func addConnectionCommands() {
        conversation(Hello.self)
        conversation(Auth.self)
        conversation(Ping.self)
        conversation(Quit.self)
    }
}

package struct Hello: ConnectionCommand, Prepares {
    static let version = Parameter<Number?>("version", "the protocol version: 1 in lines; 2 or 3 in RESP")
    package static let principal = Parameter<Key?>(
        "principal",
        "the principal that signs in; without it, nobody signs in")
    package static let secret = Parameter<Secret?>("secret", "the secret of the principal")
    package static let spec = CommandSpec(
        "HELLO", .connection,
        [version, principal, secret],
        reply: [
            .server, .serviceVersion, .proto, .id, .mode, .role, .modules, .lineProtocol, .ephemeral.sometimes,
            .testClock.sometimes,
        ], waits: true,
        summary:
            "Returns the server's name and version. It can also sign in, and in RESP it selects the protocol version.",
        example:
            "HELLO")

    let version: UInt64?
    let principal: String?
    let secret: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        version = try a[Self.version]
        guard version.map({ (1...3).contains($0) }) ?? true else {
            throw Rejection(.unsupportedProtocol, field: "version", "version must be 1 in lines, and 2 or 3 in RESP")
        }
        principal = try a[Self.principal]
        secret = try a[Self.secret] ?? []
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) -> HashSecret? {
        principal == nil ? nil : HashSecret(secret: secret)
    }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        if let principal, let hash = done(context) { try connection.signIn(principal, hash, state, at: context.now) }
        if let version, version > 1 { connection.respVersion = Int(version) }
        reply.field(.server, "kabinet")
        reply.field(.serviceVersion, kabinetVersion)
        reply.integer(.proto, connection.respVersion)
        reply.integer(.id, connection.number)
        reply.field(.mode, "standalone")
        reply.field(.role, "master")
        reply.emptyList(.modules)
        reply.field(.lineProtocol, 1)
        if context.isEphemeral { reply.field(.ephemeral, true) }
        if context.clock == .test { reply.field(.testClock, context.now) }
    }
}

/// The version that `HELLO` and `--version` show.
package let kabinetVersion = "0.6.0"

package struct Auth: ConnectionCommand, Prepares {
    static let principal = Parameter<Verbatim>(
        positional: "principal",
        "the name of a principal, as PRINCIPALS lists it")
    static let secret = Parameter<Secret>(
        positional: "secret",
        "the secret that PRINCIPAL.ADD or PRINCIPAL.ROTATE returned")
    package static let spec = CommandSpec(
        "AUTH", .connection, [principal, secret], reply: [.principal, .roles], waits: true,
        summary: "Signs a principal in on this connection.", example: "AUTH portal 3q2-7wAAAAA…")

    let principal: String
    let secret: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        principal = try a[Self.principal]
        secret = try a[Self.secret]
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) -> HashSecret {
        HashSecret(secret: secret)
    }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        try connection.signIn(principal, done(context), state, at: context.now)
        if let number = connection.principal {
            reply.field(.principal, principal)
            reply.field(.roles, state.principals[number].roles.names.joined(separator: ","))
            reply.say(.word(.ok))
        }
    }
}

/// Hashes a principal's secret for comparing.
package struct HashSecret: SecretWork {
    package typealias Output = [UInt8]

    let secret: [UInt8]

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> [UInt8] {
        tools.hash(ofSecret: decodeBase64URL(secret) ?? secret)
    }
}

extension ConnectionState {
    fileprivate mutating func signIn(
        _ name: String, _ hash: [UInt8], _ state: borrowing AccountsState, at now: Instant
    ) throws(Rejection) {
        principal = nil
        guard let number = state.principals.find(name),
            state.principals[number].accepts(secretHash: hash, now: now)
        else { throw Rejection(.wrongCredentials, "the principal or its secret is wrong") }
        principal = number
    }
}

/// Compares every byte, even after a difference.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

package struct Ping: ConnectionCommand {
    static let text = Parameter<Secret?>("text", "a text that the reply returns")
    package static let spec = CommandSpec(
        "PING", .connection, [text], reply: [.text.sometimes],
        summary: "Replies OK, and returns text= if it is given.",
        example:
            "PING")

    private let text: [UInt8]?

    package init(_ a: Arguments) throws(Rejection) { text = try a[Self.text] }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        guard let text else { return reply.say(.word(.pong)) }
        reply.field(.text) { $0 += text }
        reply.say(.value)
    }
}

package struct Quit: ConnectionCommand {
    package static let spec = CommandSpec(
        "QUIT", .connection, waits: true, isNeverQueued: true, summary: "Ends the connection.", example: "QUIT")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { connection.isClosing = true }
}
