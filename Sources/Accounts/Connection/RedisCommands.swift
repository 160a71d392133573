/// Redis' own commands, as far as its clients send them unasked. A client acts on an `OK`, so everything that is not
/// done here is refused.

extension CommandRegistry {
    @inlinable
    package mutating func addRedisCommands() {
        conversation(RedisClient.self)
        conversation(RedisConfig.self)
        conversation(Select.self)
        conversation(Echo.self)
        conversation(Unwatch.self)
    }
}

package struct Echo: ConnectionCommand {
    static let text = Parameter<Secret>(positional: "text")
    package static let spec = CommandSpec(
        "ECHO", .connection, [text], isRESPOnly: true, summary: "Returns the same bytes.",
        example: "ECHO hello")

    let text: [UInt8]

    package init(_ a: Arguments) throws(Rejection) { text = try a[Self.text] }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        reply.field(.text) { $0 += text }
        reply.say(.value)
    }
}

package struct Select: ConnectionCommand {
    static let index = Parameter<Number>(positional: "index")
    package static let spec = CommandSpec(
        "SELECT", .connection, [index], isRESPOnly: true, summary: "Replies OK to database 0, the only one.",
        example: "SELECT 0")

    package init(_ a: Arguments) throws(Rejection) {
        guard try a[Self.index] == 0 else {
            throw Rejection(.notAvailable, field: "index", "the only database is 0")
        }
    }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {}
}

package struct RedisClient: ConnectionCommand {
    static let subcommand = Parameter<Verbatim>(positional: "subcommand")
    private static let words = Parameter<RedisWord?>("words")
    package static let spec = CommandSpec(
        "CLIENT", .connection, [subcommand, words], isRESPOnly: true,
        summary: "Returns the connection's number, or replies OK to subcommands that have no effect in this service.",
        example:
            "CLIENT SETNAME web")

    private let subcommand: String
    private let word: String

    package init(_ a: Arguments) throws(Rejection) {
        subcommand = try a[Self.subcommand].uppercased()
        word = try a[Self.words]?.uppercased() ?? ""
    }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) {
        switch (subcommand, word) {
        case ("ID", _):
            reply.integer(.id, connection.number)
            reply.say(.value)
        case ("INFO", _), ("LIST", _):
            reply.field(.client, "id=\(connection.number) name= db=0 resp=\(connection.respVersion)\n")
            reply.say(.value)
        case ("GETNAME", _):
            // Redis lists clients by name; there are no such lists here.
            reply.field(.name, "")
            reply.say(.value)
        case ("SETNAME", _), ("SETINFO", _), ("NO-EVICT", _), ("NO-TOUCH", _), ("REPLY", "ON"), ("TRACKING", "OFF"):
            break
        default:
            throw Rejection(
                .unknownCommand, field: "subcommand",
                "this service does not have that subcommand of CLIENT")
        }
    }
}

/// Any text, unchanged, which is hashed and compared like a secret.
private enum RedisWord: ParameterType {
    static var kind: ParameterKind { .secret }

    static func value(of given: GivenValue) throws(Rejection) -> String { given.text }
}

package struct RedisConfig: ConnectionCommand {
    static let subcommand = Parameter<Verbatim>(positional: "subcommand")
    package static let spec = CommandSpec(
        "CONFIG", .connection, [subcommand], isRESPOnly: true,
        summary: "Returns an empty map, because redis-benchmark asks for the configuration.",
        example:
            "CONFIG GET save")

    package init(_ a: Arguments) throws(Rejection) {
        guard try a[Self.subcommand].uppercased() == "GET" else {
            throw Rejection(
                .unknownCommand, field: "subcommand",
                "this service does not have that subcommand of CONFIG")
        }
    }

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { reply.say(.emptyMap) }
}

package struct Unwatch: ConnectionCommand {
    package static let spec = CommandSpec(
        "UNWATCH", .connection, isRESPOnly: true, summary: "Replies OK, because this service watches no keys.",
        example:
            "UNWATCH")

    package init(_ a: Arguments) throws(Rejection) {}

    package func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
        _ reply: inout Reply
    ) throws(Rejection) { connection.unwatch() }
}
