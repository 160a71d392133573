/// INFO and COMMAND: requests about the service itself by Redis clients and monitors.

internal import Accounts
internal import EventLog

struct RedisInfo: EngineCommand {
    static let section = Parameter<Secret?>("section")
    static let spec = CommandSpec(
        "INFO", .read, roles: .all, [section], isRESPOnly: true,
        summary: "Returns the service's counters under the names that Redis uses.", example: "INFO replication")

    /// In lower case; empty: all of them.
    private let sections: [String]

    init(_ a: Arguments) throws(Rejection) {
        let words = try a[Self.section].map { [$0] + a.more.map { Array(a.slice($0)) } } ?? []
        sections = words.map { String(decoding: $0, as: UTF8.self).lowercased() }
    }

    /// Counters need the roles of `STATS`; the lines that a client reads at its start are for everybody.
    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let counters = path.counters
        let uptime = counters.uptime - counters.startedUptime
        var all: [(name: String, lines: [String])] = [
            ("Server", ["redis_version:\(kabinetVersion)", "redis_mode:standalone"]),
            ("Persistence", ["loading:0"]),
            ("Replication", ["role:master", "connected_slaves:0"]),
            ("Cluster", ["cluster_enabled:0"]),
        ]
        if !caller.roles.isDisjoint(with: Stats.spec.roles.union(.admin)) {
            all[0].lines.append("uptime_in_seconds:\(uptime.milliseconds / 1000)")
            all += [
                ("Clients", ["connected_clients:\(counters.connections)", "blocked_clients:\(path.waits.count)"]),
                ("Memory", ["used_memory:\(path.state.allocatedBytes.reduce(0) { $0 + $1.1 })"]),
                (
                    "Stats",
                    [
                        "total_connections_received:\(counters.connectionsOpened)",
                        "total_commands_processed:\(counters.requests)",
                    ]
                ),
            ]
        }
        let isAll = sections.isEmpty || sections.contains { ["all", "everything", "default"].contains($0) }
        let shown = all.filter { isAll || sections.contains($0.name.lowercased()) }
        let texts = shown.map { "# \($0.name)\r\n" + $0.lines.map { $0 + "\r\n" }.joined() }
        path.reply.field(.info, texts.joined(separator: "\r\n"))
        path.reply.say(.value)
        return .answered
    }
}

struct RedisCommand: ImmediateCommand {
    static let subcommand = Parameter<Verbatim?>("subcommand")
    static let spec = CommandSpec(
        "COMMAND", .connection, [subcommand], isRESPOnly: true,
        summary: "Returns an empty list, or with COUNT the number of commands.", example: "COMMAND DOCS")

    private let isCount: Bool

    init(_ a: Arguments) throws(Rejection) {
        isCount = try a[Self.subcommand]?.uppercased() == "COUNT"
    }

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        guard isCount else { return reply.say(.emptyList) }
        reply.integer(.count, path.commands.count)
        reply.say(.value)
    }
}
