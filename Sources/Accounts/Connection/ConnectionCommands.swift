/// HELLO, AUTH, PING, QUIT, and what Redis clients say on connecting. HELP and COMMANDS read the command table,
/// which is the engine's.

package struct Hello: Conversation {
    package static let spec = CommandSpec(
        "HELLO", .connection,
        [
            .optional("version", .number, "1 in lines; 2 or 3 in RESP"), .optional("principal", .key),
            .optional("secret", .secret),
        ],
        waits: true, summary: "Who answers; in RESP, the protocol's version and sign-in.", example: "HELLO")

    let version: UInt64?
    let principal: String?
    let secret: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        version = try a.optionalNumber("version", in: 1...3)
        principal = try a.optionalKey("principal")
        secret = a.has("secret") ? try a.secret("secret") : []
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        principal == nil ? nil : .secrets(.hashSecret(secret))
    }

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        if let principal { try connection.signIn(principal, cabinet, context) }
        if let version, version > 1 { connection.respVersion = Int(version) }
        reply.field("server", "kabinet")
        reply.field("version", kabinetVersion)
        reply.integer("proto", connection.respVersion)
        reply.field("protocol", 1)
    }
}

/// The version that `HELLO` and `--version` say.
package let kabinetVersion = "0.4.0"

package struct Auth: Conversation {
    package static let spec = CommandSpec(
        "AUTH", .connection, [.positional("principal", .key), .positional("secret", .secret)], waits: true,
        summary: "Signs a principal in on this connection.", example: "AUTH portal 3q2-7wAAAAA…")

    let principal: String
    let secret: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        principal = try a.verbatim("principal")
        secret = try a.secret("secret")
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        .secrets(.hashSecret(secret))
    }

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        try connection.signIn(principal, cabinet, context)
        if let number = connection.principal {
            reply.field("principal", principal)
            reply.field("roles", cabinet.principals[number].roles.names.joined(separator: ","))
            reply.okAlone()
        }
    }
}

extension ConnectionState {
    fileprivate mutating func signIn(_ name: String, _ cabinet: borrowing Cabinet, _ context: Context)
        throws(Rejection)
    {
        guard case .secretHash(let hash) = context.prepared else { preconditionFailure("prepared above") }
        principal = nil
        guard let number = cabinet.principals.find(name),
            cabinet.principals[number].accepts(secretHash: hash, now: context.now)
        else { throw Rejection(.wrongCredentials, "the principal or its secret is wrong") }
        principal = number
    }
}

/// Looks at every byte, whatever differs.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

package struct Ping: Conversation {
    package static let spec = CommandSpec("PING", .connection, summary: "Answers.", example: "PING")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { reply.pong() }
}

package struct Quit: Conversation {
    package static let spec = CommandSpec(
        "QUIT", .connection, waits: true, summary: "Ends the connection.", example: "QUIT")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { connection.isClosing = true }
}

/// `COMMAND`, `CLIENT` and `CONFIG`: enough for the usual Redis clients to start.
package struct RedisCommand: Conversation {
    package static let spec = CommandSpec(
        "COMMAND", .connection, hasRows: true, isRESPOnly: true, summary: "An empty list, for Redis clients.",
        example: "COMMAND DOCS")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { reply.list() }
}

package struct RedisClient: Conversation {
    package static let spec = CommandSpec(
        "CLIENT", .connection, isRESPOnly: true, summary: "OK, for Redis clients.",
        example: "CLIENT SETNAME web")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {}
}

package struct RedisConfig: Conversation {
    package static let spec = CommandSpec(
        "CONFIG", .connection, hasRows: true, isRESPOnly: true, summary: "An empty list, for redis-benchmark.",
        example: "CONFIG GET save")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { reply.list() }
}
