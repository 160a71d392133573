/// The kit for tests of the domain: given events or commands, when a command at an instant, then events, reply,
/// projections.
///
/// ```swift
/// let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
/// cabinet.given(subscriber: "79001234567", tariff: "free", balance: "100")
/// cabinet.when("TARIFF.CHANGE 79001234567 talk")
/// cabinet.then("OK tariff=talk balance=40.00")
/// cabinet.then(.tariffChanged(TariffChanged(from: 1, to: 2, charges: [...], balanceAfter: 4000)))
/// cabinet.then("79001234567", tariff: "talk", balance: "40.00")
/// ```
///
/// It is the real command path over a store in memory, with a clock that the test sets and secrets that are made at
/// once. After every step the trial balance is zero, or the step fails.

package import Accounts
internal import Engine
internal import EventLog
internal import LineProtocol
internal import TestSupport
package import Testing

package final class Scenario {
    /// The answer to a command.
    package struct Answer {
        package let text: String
        package let reply: Reply
        /// A field of the closing line.
        package subscript(_ name: String) -> String { reply[name] ?? "" }
        package var rows: [[String: String]] { reply.rows }
        package var isOK: Bool { if case .error = reply.status { false } else { true } }
    }

    package private(set) var now: Instant
    /// The last command's, and the events that it appended.
    package private(set) var answer = Answer(text: "", reply: Reply())
    package private(set) var events: [Event] = []
    /// How many due fees are taken before a command; nil for all of them.
    package var dueLimit: Int?
    /// False if the state is only read: then not even a number's own fee is taken before a read of it.
    var takesDue = true
    var path: CommandPath<MemoryStore>
    private let disk: MemoryDisk
    /// It has the events up to some read of history, or all.
    private let history = HistoryIndex()
    private var readsOfHistory = 0
    private var secrets: FakeSecrets
    private var generation: UInt64 = 0

    /// Makes one principal a role, named like it, and the kit's catalogue. The machine's clock is the kit's; a log in
    /// event time goes by its records, and a log of a test by CLOCK.SET.
    package init(
        at start: String = "2018-03-01T09:00:00Z", inEventTime: Bool = false, ofTest: Bool = false,
        catalog: [String] = SampleCatalog.requests
    ) {
        now = Scenario.instant(start)
        disk = MemoryDisk()
        secrets = FakeSecrets(keys: .fixed)
        path = Scenario.path(AccountsState(), MemoryStore(disk))
        if inEventTime || ofTest { path.beginEventTime(at: now, ofTest ? .test : .records) }
        for (name, _) in Roles.named { given("PRINCIPAL.ADD \(name) roles=\(name)", as: nil) }
        if !catalog.isEmpty { given("CATALOG.DRAFT empty=1") }
        for line in catalog { given(line) }
    }

    /// The state that a disk's records make, at the time of the last.
    init(disk: MemoryDisk) {
        self.disk = disk
        let state = Replayed(MemoryStore(disk).makeReader()).taken()
        now = state.recorded
        secrets = FakeSecrets(keys: .fixed)
        for id in state.directory.destroyedKeyIDs { secrets.destroyKey(id.bytes) }
        path = Scenario.path(state, MemoryStore(disk))
    }

    private static func path(_ state: consuming AccountsState, _ store: consuming MemoryStore) -> CommandPath<
        MemoryStore
    > {
        do {
            var path = CommandPath(state: state, log: try EventLog(store), keys: .fixed)
            try path.takeEventTime()
            // CLOCK.SET is answered at once, because no writer goes on with it.
            path.duePace.slice = 1_000_000
            path.entropy = EntropySource(countingFrom: path.log.last &* 1_000_003)
            return path
        } catch { preconditionFailure("memory can be read: \(error)") }
    }

    package static func instant(_ text: String) -> Instant {
        guard let instant = Instant(rfc3339: text.utf8) else { preconditionFailure("no such time: \(text)") }
        return instant
    }

    /// Reads the state.
    package func look<R>(_ body: (borrowing AccountsState) -> R) -> R { body(path.state) }

    /// Sets the bytes that the disk can still take.
    package func given(roomBytes: Int) { disk.roomBytes = roomBytes }

    /// Changes the usual limits.
    package func given(policy change: (inout AccessPolicy) -> Void) { change(&path.policy) }

    package var trialBalance: Money { path.state.trialBalance }
    package var digests: [(name: String, digest: UInt64)] { path.state.digests }
    /// Every record, as on disk.
    package var records: [[UInt8]] { disk.records }
}

// MARK: - Given and when

extension Scenario {
    /// Commands that must succeed.
    package func given(
        _ lines: String..., as role: String? = "admin", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for line in lines {
            say(line, as: role)
            if !answer.isOK {
                Issue.record("given \(line)\n    answered \(answer.text)", sourceLocation: sourceLocation)
            }
        }
    }

    /// Appends an event directly, without a command.
    package func given(_ event: Event, on account: AccountIndex = 0) {
        path.given(event, on: account, at: now)
        settle()
    }

    /// An active number with so much money; its fee, if the tariff has one, is taken.
    package func given(
        subscriber msisdn: String, tariff: String = "free", region: String = "msk", balance: String = "0",
        org: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        given(
            "SUBSCRIBER.ACTIVATE \(msisdn) iccid=897010000\(msisdn) imsi=2502\(msisdn) region=\(region)"
                + " tariff=\(tariff) pin=0000 puk=12345678" + (org.map { " org=\($0)" } ?? ""),
            sourceLocation: sourceLocation)
        if balance != "0" {
            given("TOPUP \(msisdn) \(balance) ref=given-\(msisdn)", sourceLocation: sourceLocation)
        }
    }

    /// A registered number and its open session, with the password `correct horse`.
    package func given(signedIn msisdn: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
        given("REGISTER \(msisdn)", sourceLocation: sourceLocation)
        let challenge = answer["challenge"]
        given("NOTIFICATIONS msisdn=\(msisdn)", sourceLocation: sourceLocation)
        let code = answer.rows.last?["code"] ?? ""
        given(#"CONFIRM \#(challenge) \#(code) password="correct horse""#, sourceLocation: sourceLocation)
        return answer["session"]
    }

    /// The code that a challenge would have, sent or not.
    package static func code(of challenge: [UInt8]) -> String { ServerKeys.fixed.code(challenge: challenge) }

    /// Sets the clock to an instant; everything due meanwhile happens, in order, `dueLimit` of it.
    package func at(_ time: String) {
        let instant = Scenario.instant(time)
        precondition(instant >= now, "the kit's clock does not go back")
        let before = path.log.last
        now = instant
        _ = path.reserve.update(roomBytes: path.log.store.roomBytes)
        while path.runDue(at: now, limit: dueLimit ?? 4096), dueLimit == nil {}
        settle()
        collect(after: before)
    }

    /// The machine's clock is set, forward or back. Due events happen before the next command.
    package func given(clock time: String) { now = Scenario.instant(time) }

    /// Every row of the command table.
    package static var specs: [CommandSpec] { commandTable.specs }

    /// A command of a principal with this role.
    @discardableResult
    package func when(_ line: String, as role: String = "admin") -> Answer {
        say(line, as: role)
        return answer
    }

    /// Commands whose work with secrets is done at the same time: the first is decided when it is done for all of them.
    package func when(sideBySide lines: [String], as role: String = "admin") -> [Answer] {
        let before = path.log.last
        let requests = lines.map { line in
            guard case .success(var incoming) = request(line, as: role) else {
                preconditionFailure("no request: \(line)")
            }
            if let job = path.answer(incoming, at: now).errand as? SecretJob {
                incoming = job.done(secrets.result(of: job.work))
            }
            return incoming
        }
        let answers = requests.map { incoming in
            _ = path.answer(incoming, at: now)
            return Scenario.answer(path.reply)
        }
        settle()
        collect(after: before)
        return answers
    }

    /// The process dies and starts again: the log makes the state.
    package func restart() { resume(replayed().taken()) }

    func resume(_ state: consuming AccountsState) { path = Scenario.path(state, MemoryStore(disk)) }

    /// A projection is exchanged for the one that the log makes, as `REBUILD` does.
    package func exchange(_ projection: String) {
        var other = replayed().taken()
        other.makeAgenda()
        path.state.replace(projection, with: &other)
    }

    /// The state that the log alone makes.
    package func replayed() -> Replayed { Replayed(path.log.makeReader()) }

    /// A command that was recorded by a build that compared arguments by their spelling.
    package func given(recordedAsSpelled line: String) { say(line, as: "admin", asSpelled: true) }

    /// A page of history, which must be the same with an index that has all events or some of them, and without one.
    private func read(_ job: HistoryJob) -> Reply {
        let reader = path.log.makeReader()
        let reply = path.read(job, from: reader)
        readsOfHistory += 1
        if readsOfHistory % 2 == 1 { while (try? history.follow(reader)) == true {} }
        let indexed = path.read(job, from: reader, index: history)
        precondition(history.isTrusted, "the index of history answered wrong")
        precondition(
            Scenario.answer(indexed).text == Scenario.answer(reply).text,
            "with an index the reply is \(Scenario.answer(indexed).text), and without one \(Scenario.answer(reply).text)"
        )
        return reply
    }

    private func say(_ line: String, as role: String?, asSpelled: Bool = false) {
        let before = path.log.last
        _ = path.reserve.update(roomBytes: path.log.store.roomBytes)
        if takesDue { _ = path.runDue(at: now, limit: dueLimit ?? 4096) }
        var reply = Reply()
        switch request(line, as: role) {
        case .success(var incoming):
            if asSpelled { incoming.argumentsHash = ServerKeys.fixed.arguments(incoming.request, asSpelled: true) }
            var errand = path.answer(incoming, at: now).errand
            if let job = errand as? SecretJob {
                incoming = job.done(secrets.result(of: job.work))
                errand = path.answer(incoming, at: now).errand
            }
            reply = path.reply
            switch errand {
            case let erasure as Erasure: secrets.destroyKey(erasure.keyID)
            case let job as HistoryJob: reply = read(job)
            case let read as PastRead: reply = past(read)
            default: break
            }
        case .failure(let rejection): reply.reject(rejection)
        }
        answer = Scenario.answer(reply)
        settle()
        collect(after: before)
    }

    /// Reads a past state.
    private func past(_ read: PastRead) -> Reply {
        var reply = Reply()
        do {
            let reader = path.log.makeReader()
            let position = try reader.position(of: read.moment, through: path.log.last)
            func prepared(_ work: any SecretWork) -> (any Sendable)? {
                var secrets = secrets
                return secrets.result(of: work)
            }
            func answer(_ message: Message) -> Reply {
                var reply = Reply()
                switch message {
                case .done(_, let done): reply = done
                case .refused(_, let rejection): reply.reject(rejection)
                default: preconditionFailure("a read is answered or refused")
                }
                return reply
            }
            // A number's own events say the same of it as all events together.
            let alone = try PastOfNumbers(reader, index: history).message(for: read, prepare: prepared)
            reply = answer(
                read.message(of: Replayed(reader, through: position).taken(), isWhole: true, prepare: prepared))
            if let alone {
                let (own, whole) = (Scenario.answer(answer(alone)).text, Scenario.answer(reply).text)
                precondition(own == whole, "its own events say \(own), and all events \(whole)")
            }
        } catch { Issue.record("the log cannot be read: \(error)") }
        return reply
    }

    /// The pools that a command's work passes through, in order; none if it needs no work. The command is not decided.
    package func pools(of line: String, as role: String = "admin") -> [SecretPool] {
        guard case .success(let incoming) = request(line, as: role),
            let job = path.answer(incoming, at: now).errand as? SecretJob
        else { return [] }
        func pools(of work: some SecretWork) -> [SecretPool] {
            guard case .goOn(let rest) = work.step(&secrets) else { return [work.pool] }
            return [work.pool] + pools(of: rest)
        }
        return pools(of: job.work)
    }

    /// A line on a separate connection.
    private func request(_ line: String, as role: String?) -> Result<IncomingRequest, Rejection> {
        generation += 1
        let id = ConnectionID(port: 0, slot: 0, generation: generation)
        path.connections.open(id)
        path.connections[id].principal = role.map { path.state.principals.find($0) ?? 0 } ?? 0
        var decoder = RequestDecoder(table: commandTable)
        var consumed = 0
        let bytes = Array((line + "\n").utf8)
        switch decoder.next(bytes.span.bytes, consumed: &consumed) {
        case .request(let request):
            return .success(IncomingRequest(connection: id, isRESP: false, request: request, keys: .fixed))
        case .rejected(let rejection), .broken(let rejection): return .failure(rejection)
        case .needsMore: preconditionFailure("a line is whole")
        }
    }

    private static func answer(_ reply: Reply) -> Answer {
        var text: [UInt8] = []
        encode(reply, hasRows: true, as: .lines, into: &text)
        return Answer(text: String(decoding: text.dropLast(), as: UTF8.self), reply: reply)
    }

    private func settle() {
        if path.commit() != .durable { Issue.record("memory did not commit") }
        if path.state.trialBalance != .zero { Issue.record("the trial balance is \(path.state.trialBalance)") }
    }

    private func collect(after before: Position) {
        events = []
        do {
            try path.log.makeReader().events(from: before + 1) { _, event in
                events.append(event)
                return true
            }
        } catch { Issue.record("the log cannot be read: \(error)") }
    }
}

/// A state made from the log alone.
package struct Replayed: ~Copyable {
    package let state: AccountsState
    /// Positions at which the books did not balance: none.
    package let unbalanced: [Position]

    consuming func taken() -> AccountsState { state }

    init(_ reader: MemoryReader, through last: Position = .max) {
        var state = AccountsState()
        var unbalanced: [Position] = []
        do {
            _ = try reader.replay { meta, event in
                guard meta.position <= last else { return }
                state.apply(event, meta)
                if event.money != nil, state.trialBalance != .zero { unbalanced.append(meta.position) }
            }
        } catch { Issue.record("the log cannot be replayed: \(error)") }
        self.state = state
        self.unbalanced = unbalanced
    }
}
