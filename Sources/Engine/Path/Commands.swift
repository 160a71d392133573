/// Every command of the service, in the reference's order: the chapters', and the engine's own between them.

package import Accounts
package import EventLog

package struct CommandEntry<Store: EventStore & ~Copyable>: Sendable {
    package let spec: CommandSpec
    let run: @Sendable (inout CommandPath<Store>, IncomingRequest, Instant) throws(Rejection) -> RequestOutcome

    static var all: [CommandEntry] {
        var table = CommandEntries<Store>()
        table.addConnectionCommands()
        table.engine(Help.self)
        table.engine(CommandList.self)
        table.addRedisCommands()
        table.engine(RedisCommand.self)
        table.engine(RedisInfo.self)
        table.engine(Multi.self)
        table.engine(Exec.self)
        table.engine(Discard.self)
        table.engine(Watch.self)
        table.engine(Reset.self)
        table.addPrincipalCommands()
        table.change(ClockSet.self)
        table.addProvisioningCommands()
        table.addChallengeCommands()
        table.addSessionCommands()
        table.addDeviceCommands()
        table.addLinkCommands()
        table.addProfileCommands()
        table.addBalanceCommands()
        table.addPayingCommands()
        table.addPromiseCommands()
        table.addAutopayCommands()
        table.addTransferCommands()
        table.addProductCommands()
        table.addUsageCommands()
        table.addStatementCommands()
        table.addLimitCommands()
        table.addNetworkCommands()
        table.addOrganizationCommands()
        table.addCatalogCommands()
        table.addAuditCommands()
        table.engine(Stats.self)
        table.engine(SnapshotNow.self)
        table.engine(Rebuild.self)
        table.engine(Verify.self)
        table.engine(Restart.self)
        table.engine(Backup.self)
        table.engine(CheckpointNow.self)
        table.engine(Proof.self)
        table.engine(Consistency.self)
        return table.entries
    }
}

/// A command about the service itself, which the engine runs. It leaves no event.
protocol EngineCommand: Command {
    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome
}

private struct CommandEntries<Store: EventStore & ~Copyable>: CommandRegistry {
    var entries: [CommandEntry<Store>] = []

    mutating func change<C: Change>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in try path.perform(C.self, incoming, at: now) }
    }

    mutating func poll<C: Poll>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in try C.answer(&path, incoming, at: now) }
    }

    mutating func read<C: Read>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            var context = path.context(at: now, incoming.prepared)
            context.caller = try path.authorise(command, incoming, at: now)
            if incoming.request.arguments.asksForPast {
                return try path.readPast(command, incoming, by: context.caller, at: now)
            }
            path.catchUp(incoming, at: now)
            if let errand = try path.preparation(of: command, incoming, context) { return errand }
            try command.read(path.state, context, &path.reply)
            return .answered
        }
    }

    mutating func waiting<C: WaitingRead>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in try C.answer(&path, incoming, at: now) }
    }

    mutating func history<C: History>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let caller = try path.authorise(command, incoming, at: now)
            path.catchUp(incoming, at: now)
            var query = try command.query(path.state, Context(now: now, caller: caller))
            query.begin(with: caller.joining)
            return .errand(
                HistoryJob(incoming: incoming, query: query, principal: caller.principal, through: path.log.last))
        }
    }

    mutating func tail<C: History>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let caller = try path.authorise(command, incoming, at: now)
            guard !incoming.isRESP || path.connections[incoming.connection].respVersion == 3 else {
                throw Rejection(.notAvailable, "TAIL pushes events: send HELLO 3 first")
            }
            let job = TailJob(incoming, try command.query(path.state, Context(now: now, caller: caller)))
            path.reply.field(.fromPosition, job.from)
            return .stream(job)
        }
    }

    mutating func conversation<C: ConnectionCommand>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let context = path.context(at: now, incoming.prepared)
            if let errand = try path.preparation(of: command, incoming, context) { return errand }
            try command.perform(&path.connections[incoming.connection], path.state, context, &path.reply)
            return .answered
        }
    }

    mutating func engine<C: EngineCommand>(_: C.Type) {
        add(C.self) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            return try command.run(&path, incoming, by: path.authorise(command, incoming, at: now))
        }
    }

    private mutating func add<C: Command>(
        _: C.Type,
        run:
            @escaping @Sendable (inout CommandPath<Store>, IncomingRequest, Instant) throws(Rejection) -> RequestOutcome
    ) {
        entries.append(CommandEntry(spec: C.spec, run: run))
    }
}

/// The verbs, for decoders, help and the reference.
package let commandTable = CommandTable(CommandEntry<QueuedStore>.all.map(\.spec))
