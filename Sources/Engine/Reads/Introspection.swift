/// HELP, COMMANDS, STATS: the engine describes itself.

package import Accounts
internal import EventLog

/// An engine's command that is answered at once.
protocol ImmediateCommand: EngineCommand {
    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
}

extension ImmediateCommand {
    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        // Taken out of the path, so that `perform` may change the path.
        var reply = Reply()
        swap(&reply, &path.reply)
        try perform(&path, &reply)
        path.reply = reply
        return .answered
    }
}

/// Counters of the writer; not state, so not in the log.
package struct Counters: Sendable {
    package var started = Instant(milliseconds: 0)
    /// The instant of the batch at hand.
    package var now = Instant(milliseconds: 0)
    /// The instant of the batch by the machine's clock, which a log in event time does not use.
    package var wall = Instant(milliseconds: 0)
    /// The start and the batch at hand, by the clock that nobody sets.
    package var startedUptime = Instant(milliseconds: 0)
    package var uptime = Instant(milliseconds: 0)
    package var requests = 0
    package var rejections = 0
    package var events = 0
    package var commits = 0
    package var batches = 0
    /// Due things that were carried out, since the start.
    package var dueCarriedOut = 0
    package var connections = 0
    /// Since the start.
    package var connectionsOpened = 0
    /// The first append that failed: the batch cannot be committed.
    package var failure: String?
}

struct Help: ImmediateCommand {
    private static let verb = Parameter<Verb?>("verb", "the name of a command; without it, HELP lists all commands")
    static let spec = CommandSpec(
        "HELP", .connection, [verb],
        reply: [.verb.sometimes, .summary.sometimes, .example.sometimes, .nextStep.sometimes],
        rows: [
            .verb.sometimes, .summary.sometimes, .name.sometimes, .type.sometimes, .need.sometimes, .of.sometimes,
            .help.sometimes,
        ], summary: "Lists the commands, or the arguments and reply fields of one command.", example: "HELP TOPUP")

    let verb: [UInt8]?

    init(_ a: Arguments) throws(Rejection) { verb = try a[Self.verb] }

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        let specs = path.commands.map(\.spec).filter { !$0.isRESPOnly }
        if let verb {
            guard let index = commandTable.find(verb) else {
                throw Rejection(.unknownCommand, field: "verb", "there is no such command: HELP lists them")
            }
            let spec = commandTable.specs[index]
            for parameter in spec.parameters {
                reply.row()
                reply.field(.name, parameter.name)
                reply.field(.type, parameter.kind.rawValue)
                reply.field(.need, parameter.need.rawValue)
                if !parameter.help.isEmpty { reply.field(.help, parameter.help) }
            }
            for field in spec.shape.rows ?? [] { reply.declared(field, of: "row") }
            for field in spec.shape.closing { reply.declared(field, of: "reply") }
            reply.closing()
            reply.field(.verb, spec.verb)
            reply.field(.summary, spec.summary)
            reply.field(.example, spec.example)
            reply.countRows()
            return
        }
        for spec in specs {
            reply.row()
            reply.field(.verb, spec.verb)
            reply.field(.summary, spec.summary)
        }
        reply.closing()
        reply.countRows()
        reply.field(.nextStep, "HELP verb")
    }
}

/// A verb, to be looked up.
private enum Verb: ParameterType {
    static var kind: ParameterKind { .token }

    static func value(of given: GivenValue) throws(Rejection) -> [UInt8] { Array(given.bytes) }
}

struct CommandList: ImmediateCommand {
    static let spec = CommandSpec(
        "COMMANDS", .connection, rows: [.verb, .usageText, .roles, .changes, .closingFields, .rowFields.sometimes],
        summary: "Lists every command with its arguments, roles and reply fields, for programs to read.",
        example: "COMMANDS")

    init(_ a: Arguments) throws(Rejection) {}

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        for spec in path.commands.map(\.spec) where !spec.isRESPOnly {
            reply.row()
            reply.field(.verb, spec.verb)
            reply.field(.usageText, spec.usage)
            reply.field(.roles, spec.roles.names.joined(separator: ","))
            reply.field(.changes, spec.effect != .read && spec.effect != .connection)
            reply.field(.closingFields, spec.shape.closing.map(\.usage).joined(separator: ","))
            if let rows = spec.shape.rows { reply.field(.rowFields, rows.map(\.usage).joined(separator: ",")) }
        }
        reply.closing()
        reply.countRows()
    }
}

extension Reply {
    /// Writes a row of HELP about a field of replies.
    fileprivate mutating func declared(_ field: ReplyField, of line: StaticString) {
        row()
        self.field(.name, field.name)
        self.field(.type, field.kind.rawValue)
        self.field(.need, field.isAlwaysThere ? "always" : "sometimes")
        self.field(.of, line)
        if field.help.utf8CodeUnitCount > 0 { self.field(.help, field.help) }
    }
}

extension ReplyField {
    /// `balance:money`, or `[charged:money]` if it is not always there.
    fileprivate var usage: String {
        isAlwaysThere ? "\(name):\(kind.rawValue)" : "[\(name):\(kind.rawValue)]"
    }
}

extension CommandSpec {
    /// `TOPUP msisdn amount ref= [method=] …`, as the reference writes it.
    package var usage: String {
        ([verb]
            + parameters.map {
                switch $0.need {
                case .positional: $0.name + ($0.kind == .msisdns ? "…" : "")
                case .required: "\($0.name)="
                case .optional: "[\($0.name)=]"
                }
            }).joined(separator: " ")
    }
}

struct Stats: ImmediateCommand {
    static let spec = CommandSpec(
        "STATS", .read, roles: [.auditor, .operator],
        reply: [
            .serviceVersion, .started, .uptimeSeconds, .ephemeral.sometimes, .eventTime.sometimes, .testClock.sometimes,
            .lastRecorded, .clockBehindSeconds,
            .events, .accounts, .organizations, .sessions, .idempotencyKeys, .keysIndexedThrough, .due, .dueBehind,
            .dueSince.sometimes, .ordersOpen, .ordersFailed, .paymentRequests, .proposals, .refunds,
            .suspense, .catalogVersion, .connections, .requests, .rejections,
            .appended, .commits, .storage,
            .roomBytes, .reserveBytes, .mapBytes, .usedBytes, .fileBytes, .pages.sometimes, .filler,
            .oldestReaderCommits.sometimes, .snapshot,
            .snapshotPosition, .snapshotBytes, .snapshotMilliseconds, .snapshotLongestStepMicroseconds, .pastSnapshots,
            .pastSnapshotBytes, .pastSnapshotsFrom.sometimes, .pastPosition.sometimes, .pastTarget.sometimes, .rebuild,
            .rebuildProjection.sometimes, .rebuildPosition.sometimes, .backupBytes.sometimes,
            .verify, .backup.sometimes, .backupPosition.sometimes, .backupTaken.sometimes, .tree.sometimes,
            .treeSize.sometimes, .historyIndex.sometimes, .historyIndexedThrough.sometimes, .verifyPosition.sometimes,
            .verifyLag.sometimes, .verifyMilliseconds.sometimes,
            .verifyProjection.sometimes, .verifyFirst.sometimes, .seq,
        ], rows: [.projection, .bytes], summary: "Returns the service's counters, and the memory of each projection.",
        example: "STATS")

    init(_ a: Arguments) throws(Rejection) {}

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        for (name, bytes) in path.state.allocatedBytes {
            reply.row()
            reply.field(.projection, name)
            reply.field(.bytes, bytes)
        }
        let counters = path.counters
        reply.closing()
        reply.countRows()
        reply.field(.serviceVersion, kabinetVersion)
        reply.field(.started, counters.started)
        reply.field(.uptimeSeconds, (counters.uptime - counters.startedUptime).milliseconds / 1000)
        if path.isEphemeral { reply.field(.ephemeral, true) }
        if let clock = path.eventTime { reply.field(path.logClock == .test ? .testClock : .eventTime, clock) }
        reply.field(.lastRecorded, path.state.recorded)
        reply.field(.clockBehindSeconds, path.clockBehind(at: counters.wall).secondsRoundedUp)
        reply.field(.events, path.log.last)
        reply.field(.accounts, path.state.directory.count)
        reply.field(.organizations, path.state.organizations.count)
        reply.field(.sessions, path.state.access.sessionCount)
        reply.field(.idempotencyKeys, path.state.idempotencyKeys.count)
        reply.field(.keysIndexedThrough, path.state.idempotencyKeys.indexed)
        reply.field(.due, path.state.agenda?.count ?? 0)
        reply.field(.dueBehind, path.state.agenda?.behind ?? 0)
        if let since = path.dueSince { reply.field(.dueSince, since) }
        reply.field(.ordersOpen, path.state.orders.openCount)
        reply.field(.ordersFailed, path.state.orders.failedCount)
        reply.field(.paymentRequests, path.state.paying.openCount)
        reply.field(.proposals, path.state.paying.proposedCount)
        reply.field(.refunds, path.state.paying.unpaidCount)
        reply.field(.suspense, path.state.balances[0])
        reply.field(.catalogVersion, path.state.catalog.publishedVersion)
        reply.field(.connections, counters.connections)
        reply.field(.requests, counters.requests)
        reply.field(.rejections, counters.rejections)
        reply.field(.appended, counters.events)
        reply.field(.commits, counters.commits)
        let storage = path.log.store.statistics
        reply.field(.storage, path.reserve.state.rawValue)
        reply.field(.roomBytes, path.reserve.roomBytes)
        reply.field(.reserveBytes, path.reserve.bytes)
        reply.field(.mapBytes, storage.mapBytes)
        reply.field(.usedBytes, storage.usedBytes)
        reply.field(.fileBytes, storage.fileBytes)
        if storage.pageBytes > 0 { reply.field(.pages, storage.usedBytes / storage.pageBytes) }
        reply.field(.filler, storage.isGrowing ? "running" : "idle")
        if let age = storage.oldestReaderAge { reply.field(.oldestReaderCommits, age) }
        path.snapshot.describe(&reply)
        path.past?.describe(&reply)
        reply.field(.rebuild, path.rebuild.phase.rawValue)
        if path.rebuild.phase != .none {
            reply.field(.rebuildProjection, path.rebuild.projection)
            reply.field(.rebuildPosition, path.rebuild.position)
        }
        path.verification.describe(&reply, last: path.log.last)
        path.backups?.describe(&reply)
        path.tree?.describe(&reply)
        path.historian?.describe(&reply)
        reply.field(.seq, path.state.position)
    }
}
