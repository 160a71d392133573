/// Everything around the writer in a step: clients and their loops, workers, replies.

import Accounts
import Engine
import EventLog
import Synchronization
import TestSupport

extension Simulation {
    /// Clients connect, send requests, repeat them and leave.
    func act() throws {
        for _ in 0..<(1 + draw.below(5)) {
            switch draw.below(40) {
            case 0, 1, 2: connect(as: principal())
            case 3: if !connections.isEmpty { try disconnect(draw.below(connections.count)) }
            case 4...9: if let sent = clients.again() { sayAgain(sent) }
            default:
                guard !connections.isEmpty else {
                    connect(as: principal())
                    continue
                }
                let place = draw.below(connections.count)
                guard connections[place].queue.count < 32 else { continue }
                if connections[place].isRESP, draw.happens(3) {
                    connections[place].queue += clients.transaction()
                } else {
                    for _ in 0..<(1 + draw.below(5)) { connections[place].queue.append(clients.request()) }
                }
            }
        }
    }

    private func principal() -> String { draw.happens(4) ? draw.one(clients.names) : "admin" }

    private func sayAgain(_ sent: Sent) {
        counts.retries += 1
        if let place = connections.firstIndex(where: { $0.principal == sent.principal && !$0.isStreaming }) {
            connections[place].queue.append(sent)
        } else if let name = sent.principal, connect(as: name) {
            connections[connections.count - 1].queue.append(sent)
        }
    }

    /// False if there is no place left.
    @discardableResult
    func connect(as name: String) -> Bool {
        let taken = connections.map { ($0.id.port, $0.id.slot) }
        let port = draw.below(Self.ports)
        guard let slot = (0..<Self.slotsPerPort).first(where: { slot in !taken.contains { $0 == (port, slot) } }),
            let auth = commandTable.find("AUTH".utf8)
        else { return false }
        generation += 1
        var connection = Connection(
            id: ConnectionID(port: port, slot: slot, generation: generation), isRESP: draw.happens(3))
        if connection.isRESP, draw.happens(2), let hello = commandTable.find("HELLO".utf8) {
            connection.queue.append(Sent(command: hello, words: ["HELLO", "3"]))
        }
        connection.queue.append(Sent(command: auth, words: ["AUTH", name, clients.secrets[name] ?? "none"]))
        connections.append(connection)
        comings[port].append(.opened(connection.id))
        return true
    }

    /// Unanswered requests are remembered for a retry.
    private func disconnect(_ place: Int) throws {
        let connection = connections.remove(at: place)
        try end(connection)
        comings[connection.id.port].append(.closed(connection.id))
    }

    /// The loops send every request that may go, in pushes of several.
    func send() {
        var pushes = comings
        comings = [InboxPush](repeating: InboxPush(), count: Self.ports)
        for place in connections.indices {
            let port = connections[place].id.port
            while connections[place].next(planted, into: &pushes[port], { clients.sending(&$0) }) {
                counts.requests += 1
                if draw.happens(4) { _ = inbox.push(pushes[port].take(), from: port) }
            }
        }
        for port in pushes.indices where pushes[port].count > 0 { _ = inbox.push(pushes[port].take(), from: port) }
    }

    /// Workers do the jobs whose time has come.
    func workAside() throws {
        let today = counts.steps
        for (job, due) in secretJobs where due <= today {
            inbox.push(.request(job.done(secrets.result(of: job.work))))
        }
        for (erasure, due) in erasures where due <= today {
            if !planted.happens(.keyKept) { secrets.destroyKey(erasure.keyID) }
            inbox.push(erasure.done)
        }
        erasures.removeAll { $0.due <= today }
        secretJobs.removeAll { $0.due <= today }
        do {
            for (job, due) in readJobs where due <= today {
                let indexed = writer.path.read(job, from: disk.reader, index: history)
                try hold(
                    history.isTrusted && indexed.tape == writer.path.read(job, from: disk.reader).tape, .replay,
                    "a page of history is another one with the index than without")
                inbox.push(try job.message(from: disk.reader, index: history))
            }
        } catch let error as LogError {
            throw Violation(.replay, "the log cannot be read: \(error)")
        }
        try followHistory()
        readJobs.removeAll { $0.due <= today }
        try readPast(today)
        for (job, due) in verificationJobs where due <= today { try verify(job) }
        verificationJobs.removeAll { $0.due <= today }
        if draw.happens(3) {
            for table in tableJobs where table.after == index.through {
                index.add(table)
                inbox.push(.keysIndexed(through: table.through))
            }
            tableJobs = []
        }
        if draw.happens(2) {
            for job in snapshotJobs {
                if let news = try snapshots.take(job, disk.reader, planted, fails: draw.happens(40)) {
                    inbox.push(.snapshot(news))
                    if case .ended(let end) = news, end.bytes != nil { counts.snapshots += 1 }
                }
            }
            snapshotJobs = []
        }
        for (job, due) in rebuildJobs where due <= today {
            do { try job.catchUp(from: disk.reader, until: Atomic(false)) { _ in } } catch {
                throw Violation(.replay, "a projection cannot be made anew: \(error)")
            }
            inbox.push(.rebuilding(.caughtUp(job)))
        }
        rebuildJobs.removeAll { $0.due <= today }
        if draw.happens(2) {
            for place in connections.indices where connections[place].hasPage && draw.happens(2) {
                connections[place].hasPage = false
                tailer.written(connections[place].id)
            }
            _ = tailer.step(disk.reader)
        }
    }

    var hasMessages: Bool {
        var waiting: [Message] = []
        _ = inbox.take(into: &waiting, waitingAtMost: 0)
        _ = inbox.push(waiting, from: 0)
        return !waiting.isEmpty
    }

    /// Delivers the replies that the writer released; or only some of them, before the process dies.
    func deliver(cutShort: Bool) throws {
        var deliveries = desk.with {
            let all = $0.deliveries
            $0.deliveries = []
            return all
        }
        if planted.active != nil { planted.released(&deliveries) }
        var left = cutShort ? draw.below(deliveries.count * 2 + 1) : Int.max
        for delivery in deliveries {
            guard let place = connections.firstIndex(where: { $0.id == delivery.connection }) else { continue }
            try receive(delivery, at: place, atMost: &left)
            guard left > 0 else { return }
            if delivery.closes { try disconnect(place) }
        }
    }

    private func receive(_ delivery: ConnectionReplies, at place: Int, atMost left: inout Int) throws {
        // STATS and INFO report memory, which depends on the allocator, and EXEC may have run them.
        let answered = connections[place].inFlight.prefix(delivery.answered)
        if !answered.contains(where: { ["STATS", "INFO", "EXEC"].contains($0.words[0]) }) {
            fingerprint = XXH64.hash(delivery.bytes.span.bytes, seed: fingerprint)
        }
        var answers: [Answer] = []
        var reader = AnswerReader(delivery.bytes, isRESP: connections[place].isRESP)
        var replies = 0
        do throws(Unreadable) {
            while !reader.isAtEnd {
                let expected = connections[place].inFlight.dropFirst(replies).first
                answers.append(
                    try reader.next(
                        hasRows: expected.map { $0.spec.hasRows && $0.words[0] != "TAIL" } ?? false,
                        isExec: ["EXEC", "DISCARD"].contains(expected?.words[0]),
                        isStreaming: connections[place].isStreaming))
                if answers.last?.isEvent == false { replies += 1 }
            }
        } catch {
            throw Violation(
                .replies,
                "no replies to \(connections[place].inFlight.map(\.line)): "
                    + String(decoding: delivery.bytes, as: UTF8.self))
        }
        // The line that ends a stream answers nothing.
        let isCut = delivery.isTail || delivery.closes && connections[place].isStreaming
        try hold(
            replies == delivery.answered || isCut, .replies, "\(replies) replies for \(delivery.answered) requests")
        if delivery.isTail { connections[place].hasPage = true }
        planted.received(&answers)
        for answer in answers {
            guard left > 0 else { return }
            left -= 1
            if answer.isEvent {
                try follow(answer, at: place)
            } else if let sent = connections[place].answered() {
                try take(answer, to: sent, at: place)
            }
        }
    }

    func takeDone(_ answer: Answer, to sent: Sent, at place: Int) throws {
        try clients.take(planted.answered(answer, to: sent), to: sent, log)
        counts.acknowledged = clients.acknowledged
        if answer.isOK { counts.accepted[sent.command] += 1 }
        if answer.isOK, sent.words[0] == "ERASE" { try checkErased(answer) }
        if draw.happens(4) { clients.remember(sent) }
        signIn(answer, sent, at: place)
    }

    private func readPast(_ today: Int) throws {
        for (job, due) in pastJobs where due <= today {
            let position: Position
            do { position = try disk.reader.position(of: job.moment, through: job.through) } catch {
                throw Violation(.replay, "the log cannot be read: \(error)")
            }
            let message = job.message(of: try past(through: position), isWhole: true) { [self] work in
                secrets.result(of: work)
            }
            let own = PastOfNumbers(disk.reader, index: history)
            let alone: Message?
            do { alone = try own.message(for: job, prepare: { [self] work in secrets.result(of: work) }) } catch {
                throw Violation(.replay, "a number's past cannot be made: \(error)")
            }
            if let alone {
                try hold(
                    Self.tape(of: alone) == Self.tape(of: message), .replay,
                    "at=: a number's own events at \(position) say another thing than all events")
            }
            inbox.push(message)
        }
        pastJobs.removeAll { $0.due <= today }
    }

    private static func tape(of message: Message) -> [UInt8] {
        var reply = Reply()
        switch message {
        case .done(_, let done): reply = done
        case .refused(_, let rejection): reply.reject(rejection)
        default: preconditionFailure("a read is answered or refused")
        }
        return reply.tape
    }

    /// Runs as on the service's own thread, on the snapshot that the writer has just taken.
    private func verify(_ job: VerificationJob) throws {
        let state = try past(through: job.position)
        let (faults, filter) = try snapshots.differences(at: job.position, from: state)
        try hold(
            faults.isEmpty, .replay,
            "VERIFY: the state at \(job.position) is not what the log makes, \(faults.first?.projection ?? "") of account"
                + " \(faults.first?.account ?? 0)")
        let indexed = index.contents().keys
        var keys = KeyCheck(filter: filter, recent: job.recentKeys, indexed: indexed.through)
        var missing: KeyCheck.Missing?
        var made = HistorySum(through: history.through)
        _ = try disk.reader.replay(through: max(job.last, indexed.through, made.through)) { meta, event in
            made.add(event, meta)
            keys.take(event, meta) { missing = $0 }
        }
        keys.finish(at: job.last) { missing = $0 }
        if let missing { throw Violation(.replay, "VERIFY: event \(missing.position): \(missing.message)") }
        try hold(keys.indexed == indexed, .replay, "VERIFY: the index has other keys than the log makes")
        try hold(try history.contents().sum == made, .replay, "VERIFY: the index of history is not what the log makes")
        let messages = job.messages([], snapshots: 1, trialBalance: state.trialBalance, milliseconds: 0)
        for message in messages { inbox.push(message) }
    }

    private func checkErased(_ answer: Answer) throws(Violation) {
        guard case .personErased(let e)? = answer.number("seq").flatMap({ log[$0] })?.event else {
            throw Violation(.acknowledged, "\(answer.text) is of no erasure")
        }
        try hold(secrets.destroyed.contains(e.destroyedKeyID), .erased, "\(answer.text): the vault has the key")
    }

    /// Handles a sign-in as the event loop and its client do.
    private func signIn(_ answer: Answer, _ sent: Sent, at place: Int) {
        switch sent.words[0] {
        case "AUTH":
            if answer.isOK { connections[place].principal = sent.words[1] }
            if answer.code == "wrong_credentials" { connections[place].principal = nil }
        case "HELLO": if answer.code == "wrong_credentials" { connections[place].principal = nil }
        case "TAIL" where answer.isOK:
            connections[place].isStreaming = true
            connections[place].nextEvent = sent.value("from").flatMap { Position($0) }.map { max($0, 1) }
        default: break
        }
    }

    /// Every follower of the log gets every event, in order, once it is durable.
    private func follow(_ answer: Answer, at place: Int) throws {
        guard let position = answer.number("seq") else { throw Violation(.replies, "an event has no position") }
        try hold(position <= log.last, .durable, "TAIL tells of \(position), and the disk ends at \(log.last)")
        if let expected = connections[place].nextEvent {
            try hold(position == expected, .order, "TAIL tells of \(position) where \(expected) comes next")
        }
        try hold(
            answer["type"] == log[position]?.event.typeName, .acknowledged, "TAIL tells of another event at \(position)"
        )
        connections[place].nextEvent = position + 1
    }
}
