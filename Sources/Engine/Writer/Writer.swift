/// The writer's thread: takes a batch, runs it through the command path, commits, releases the replies.

package import Accounts
internal import DequeModule
package import EventLog
internal import Glibc
internal import LineProtocol

/// Tests and the simulator step it batch by batch without a thread.
package struct Writer<Store: EventStore & ~Copyable>: ~Copyable {
    package var path: CommandPath<Store>
    private var outbox = Outbox()
    /// Errands of batches that may not be durable yet, with the number of the batch, oldest first.
    private var errands: Deque<(batch: Int, errand: any Errand)> = []
    private let services: WriterServices
    /// Read from the clock once a batch.
    private var now = Instant(milliseconds: 0)
    /// Requests of transactions that this batch ran.
    private var executed = 0
    /// Requests of one batch; its last message may exceed the limit. Their callers send again while the next batch
    /// runs.
    private static var batchLimit: Int { 1024 }
    /// The number of waiting requests at which this batch's commit is left to another thread. With fewer, the writer
    /// would finish them long before the commit, and the batches would be small.
    private static var worthHandingOver: Int { batchLimit / 2 }
    /// As many requests as memory can serve at once, and some more.
    private static var prefetchedTogether: Int { 32 }

    package init(path: consuming CommandPath<Store>, services: WriterServices) {
        self.path = path
        self.services = services
        self.path.counters.started = services.clock()
        self.path.counters.startedUptime = services.uptime()
        self.path.verification.begin(at: self.path.counters.startedUptime)
    }

    /// Runs until the inbox is stopped and empty. Never returns after a failed commit.
    mutating func run() {
        var batch: [Message] = []
        // A batch that wrote is followed by a moment's wait for as many requests as it had; a batch of reads is not.
        var gathering = 1
        while let paused = services.inbox.take(
            into: &batch, waitingAtMost: millisecondsToNextDue(), gathering: gathering,
            limit: Self.batchLimit)
        {
            for port in paused { services.ports[port].resume() }
            switch step(batch, at: services.clock()) {
            case .wrote(let count): gathering = count
            case .read: gathering = 1
            case .mustStop(let reason): services.failStop(reason)
            }
            batch.removeAll(keepingCapacity: true)
        }
        path.log.settle()
        // A last snapshot shortens the next start.
        if path.snapshot.due != .max, path.log.last > path.snapshot.last, path.hasDiskForSnapshot {
            _ = path.beginSnapshot()
            while case let chunks = path.takeSnapshotStep(), !chunks.isEmpty {
                while !services.hasRoomForSnapshot() { usleep(500) }
                services.writeSnapshot(.chunks(chunks, isPaced: false))
            }
        }
    }

    /// The outcome of a batch.
    package enum Step: Equatable {
        case read
        /// Events were appended; `requests` is the size of the batch.
        case wrote(requests: Int)
        /// Memory is ahead of the disk: nothing more may be answered or written.
        case mustStop(String)
    }

    /// Runs one batch: due instants, the messages in order, the commit, the replies.
    package mutating func step(_ batch: [Message], at now: Instant) -> Step {
        let before = path.log.last
        self.now = now
        if path.reserve.update(roomBytes: path.log.store.roomBytes) { services.storageChanged(path.reserve) }
        (path.counters.wall, path.counters.uptime) = (now, services.uptime())
        runDue(before: batch)
        path.waits.wakeDue(at: path.counters.uptime)
        var count = 0
        executed = 0
        // After a failed append no further message is handled, because the log must not be used.
        for message in batch where path.counters.failure == nil {
            count += message.count
            handle(message)
        }
        let hasAppended = path.log.last != before
        for table in path.state.takeFullKeys() { hold(table) }
        path.counters.batches += 1
        if let reason = commit(hasAppended) { return .mustStop(reason) }
        path.goOnWithClock()
        for incoming in path.waits.takeWoken() { services.inbox.push(.request(incoming)) }
        path.beginDueVerification(at: path.counters.uptime)
        goOnWithSnapshot()
        path.goOnWithRebuild()
        if let rebuilt = path.rebuild.forThread.take() { begin(rebuilt) }
        return hasAppended ? .wrote(requests: count) : .read
    }

    /// Carries out some of what is due. The requests of the batch wait for it, so it is a small slice if there are any.
    private mutating func runDue(before batch: [Message]) {
        let isAsked = batch.contains { $0.asks }
        let pace = path.duePace.limit(isAsked: isAsked, at: path.counters.uptime)
        // The records of a load come after everything that is due by their time.
        let limit = path.logClock == .records ? path.duePace.most : pace
        let before = path.counters.dueCarriedOut
        path.runDue(at: path.eventTime ?? now, limit: limit)
        path.duePace.spend(path.counters.dueCarriedOut - before)
    }

    /// Takes a step of a snapshot between two batches: some tenths of a millisecond.
    private mutating func goOnWithSnapshot() {
        path.beginDueSnapshot()
        if services.hasRoomForSnapshot(), let bytes = path.takeMissingRoom() {
            services.writeSnapshot(.makeRoom(bytes: bytes))
        }
        guard path.state.isTakingSnapshot, services.hasRoomForSnapshot() else { return }
        if path.reserve.state != .ok {
            path.state.cancelSnapshot()
            return services.writeSnapshot(.givenUp(at: path.log.last))
        }
        let chunks = path.takeSnapshotStep()
        // The last piece is of a position that must be on disk first.
        if chunks.last?.kind == .rest { path.log.settle() }
        services.writeSnapshot(chunks.isEmpty ? .givenUp(at: path.log.last) : .chunks(chunks, isPaced: true))
    }

    /// The time until there is work that no message announces; nil if there is none.
    package func millisecondsToNextDue() -> Int64? {
        // Due instants wait for room, which no message announces.
        guard path.reserve.state == .ok else { return 1000 }
        if path.rebuild.nearlyDone != nil { return 0 }
        if path.state.isTakingSnapshot { return services.hasRoomForSnapshot() ? 0 : 1 }
        let (now, uptime) = (services.clock(), services.uptime())
        let lengths = [
            path.verification.millisecondsToDue(at: uptime), path.waits.next.map { max(0, ($0 - uptime).milliseconds) },
        ]
        let isPaced = path.logClock != .records
        let slice = path.isBehind ? (isPaced ? path.duePace.millisecondsToSlice(at: uptime) : 0) : nil
        // In event time nothing becomes due by waiting.
        let agenda = path.isBehind ? nil : path.state.agenda?.first?.instant
        let instants = path.eventTime != nil ? [] : [agenda, path.minuteLimits.due]
        let byClock = instants.map { $0.map { min(max(0, ($0 - now).milliseconds), Self.trustedMilliseconds) } }
        return ([slice] + lengths + byClock).compactMap(\.self).min()
    }

    /// The longest wait by the wall clock, because it may be set meanwhile without notice.
    private static var trustedMilliseconds: Int64 { 2000 }

    /// Makes the batch durable, then sends its replies: here, or beside the writer if there is more to do. Answers the
    /// reason why nothing more may be answered or written; nil if there is none.
    private mutating func commit(_ hasAppended: Bool) -> String? {
        let release = Release(deliveries: outbox.take(), through: path.log.last)
        let batch = path.counters.batches
        if hasAppended || path.counters.failure != nil || path.log.isCommitting {
            let (services, hasErrands) = (self.services, errands.last?.batch == batch)
            let outcome = path.commit(hasAppended, hasMoreToDo: services.inbox.waitingCount >= Self.worthHandingOver) {
                outcome in
                if let reason = outcome.reasonToStop { services.failStop(reason) }
                release(services)
                if hasErrands { services.inbox.push(.durable(batch: batch)) }
            }
            guard let outcome else { return nil }
            if let reason = outcome.reasonToStop { return reason }
        }
        release(services)
        beginErrands(through: batch)
        return nil
    }

    /// Holds an errand back until this batch is durable.
    private mutating func hold(_ errand: any Errand) { errands.append((path.counters.batches + 1, errand)) }

    private mutating func beginErrands(through batch: Int) {
        while let first = errands.first, first.batch <= batch {
            errands.removeFirst()
            begin(first.errand)
        }
    }

    private func begin(_ errand: any Errand) {
        if let reader = errand.reader, !path.connections.isOpen(reader) { return }
        if !services.begin(errand) { for refusal in errand.refusals { services.inbox.push(refusal) } }
    }

    private mutating func handle(_ message: Message) {
        switch message {
        case .requests(let requests): answer(requests)
        case .opened(let id):
            path.connections.open(id)
            path.counters.connections += 1
            path.counters.connectionsOpened += 1
            path.connections[id].number = path.counters.connectionsOpened
        case .certified(let id, let name): signIn(id, as: name)
        case .closed(let id):
            services.tailer.forget(id)
            path.waits.forget(id)
            path.transactions.take(id)
            path.connections.close(id)
            path.counters.connections -= 1
        case .rejected(let id, let isRESP, let rejection, let closes):
            path.abortTransaction(of: id)
            // The line may have been a WATCH that is too long to be read.
            if isRESP, rejection.code == .lineTooLong { path.connections[id].refuseWatch() }
            path.reply.reject(rejection)
            path.counters.rejections += 1
            send(to: id, isRESP, hasRows: false) { $0.closes = $0.closes || closes }
        case .refused(let incoming, let rejection) where path.connections.isOpen(incoming.connection):
            path.reply.reject(rejection)
            path.counters.rejections += 1
            send(to: incoming.connection, incoming.isRESP, hasRows: false)
        case .page(let page) where path.connections.isOpen(page.incoming.connection):
            path.reply.reset()
            page.write(path.state, &path.reply)
            send(to: page.incoming.connection, page.incoming.isRESP, hasRows: true)
        case .done(let incoming, let reply) where path.connections.isOpen(incoming.connection):
            assert(reply.isOfShape(incoming))
            send(reply, to: incoming)
        case .tailed(let page) where path.connections.isOpen(page.connection): stream(page)
        case .rebuilding(let news): path.take(news)
        case .snapshot(let news):
            path.snapshot.take(news, uptime: path.counters.uptime, isLoad: path.logClock == .records)
            guard case .ended(let end) = news else { break }
            let (job, refused) = path.verificationJob(at: end.bytes == nil ? nil : end.position)
            refuse(refused, Rejection(.notAvailable, "no snapshot could be taken to compare with: try again"))
            if let job { hold(job) }
        case .verified(let end): path.take(end)
        case .endWaits: path.waits.close()
        case .durable(let batch): beginErrands(through: batch)
        case .keysIndexed(let position): path.state.keysAreIndexed(through: position)
        // The connection has gone, so its reply is dropped.
        case .refused, .page, .done, .tailed: break
        }
    }

    /// A certificate replaces `AUTH`. If it names no principal that may act, the connection can still send `AUTH`.
    private mutating func signIn(_ id: ConnectionID, as name: String) {
        guard let principal = path.state.principals.find(name), path.state.principals.isEnabled(principal) else {
            return services.certificateRefused(name)
        }
        path.connections[id].principal = principal
        outbox.with(id) { $0.isSignedIn = true }
    }

    private mutating func refuse(_ askers: [IncomingRequest], _ rejection: Rejection) {
        for incoming in askers where path.connections.isOpen(incoming.connection) {
            path.reply.reject(rejection)
            path.counters.rejections += 1
            send(to: incoming.connection, incoming.isRESP, hasRows: false)
        }
    }

    private mutating func answer(_ requests: [IncomingRequest]) {
        let requests = requests.span
        for start in stride(from: 0, to: requests.count, by: Self.prefetchedTogether) {
            let group = start..<min(start + Self.prefetchedTogether, requests.count)
            path.prefetch(requests, group)
            for index in group
            where path.counters.failure == nil && path.connections.isOpen(requests[index].connection) {
                answer(requests[index])
            }
        }
    }

    private mutating func answer(_ incoming: IncomingRequest) {
        path.counters.requests += 1
        let traits = incoming.request.arguments.traits
        let hasRows = traits.pointee.hasRows
        if incoming.isRESP, path.connections[incoming.connection].isQueuing, !traits.pointee.isNeverQueued {
            path.queue(incoming)
            return send(to: incoming.connection, true, hasRows: false)
        }
        switch path.answer(incoming, at: now) {
        case .answered:
            let connection = path.connections[incoming.connection]
            send(to: incoming.connection, incoming.isRESP, hasRows: hasRows) {
                $0.closes = $0.closes || connection.isClosing
                $0.isSignedIn = connection.principal != nil
            }
        case .later: break
        case .transaction: execute(incoming)
        case .errand(let errand): hold(errand)
        case .stream(let errand):
            send(to: incoming.connection, incoming.isRESP, hasRows: false) { $0.streams = true }
            hold(errand)
        }
    }

    /// Runs the queued requests of a connection, and answers `EXEC` with an array of their replies. A batch that has
    /// run many of them leaves the rest to the next batch, because the callers of a batch wait for all of it.
    private mutating func execute(_ incoming: IncomingRequest) {
        let id = incoming.connection
        let count = path.transactions.count(id)
        guard executed == 0 || executed + count <= Self.batchLimit else {
            path.counters.requests -= 1
            return services.inbox.push(.request(incoming))
        }
        executed += count
        // They were counted when they were queued.
        path.counters.requests -= count
        let requests = path.endTransaction(of: id)
        var before = 0
        outbox.with(id) {
            encodeArray(of: count, into: &$0.bytes)
            before = $0.answered
        }
        answer(requests)
        outbox.with(id) {
            precondition(
                $0.answered - before == count || path.counters.failure != nil, "what waits for more is not queued")
            $0.answered = before + 1
        }
    }

    private mutating func stream(_ page: TailPage) {
        var page = page
        let principal = path.connections[page.connection].principal ?? 0
        if !path.state.principals[principal].isEnabled {
            services.tailer.forget(page.connection)
            page.rows = []
            page.cut = Rejection(.authRequired, "the principal may no longer read events")
        }
        let format = path.format(page.connection, isRESP: page.isRESP)
        for row in page.rows {
            path.reply.reset()
            path.reply.event(row, path.state)
            outbox.with(page.connection) {
                encodeTailEvent(path.reply, as: format, into: &$0.bytes)
                $0.isTail = true
            }
        }
        guard let cut = page.cut else { return }
        path.reply.reject(cut)
        outbox.with(page.connection) {
            encode(path.reply, hasRows: false, as: format, into: &$0.bytes)
            $0.closes = true
        }
    }

    private mutating func send(_ reply: Reply, to incoming: IncomingRequest) {
        let format = path.format(incoming.connection, isRESP: incoming.isRESP)
        let hasRows = incoming.request.arguments.traits.pointee.hasRows
        outbox.with(incoming.connection) {
            encode(reply, hasRows: hasRows, as: format, into: &$0.bytes)
            $0.answered += 1
        }
    }

    private mutating func send(
        to id: ConnectionID, _ isRESP: Bool, hasRows: Bool, _ more: (inout ConnectionReplies) -> Void = { _ in }
    ) {
        let format = path.format(id, isRESP: isRESP)
        outbox.with(id) {
            encode(path.reply, hasRows: hasRows, as: format, into: &$0.bytes)
            $0.answered += 1
            more(&$0)
        }
    }
}

extension Durability {
    /// Nil if the batch is durable.
    var reasonToStop: String? {
        switch self {
        case .durable: nil
        case .failed(let reason): "the log cannot be written: \(reason)"
        case .unknown(let reason): "the log may or may not have been written: \(reason)"
        }
    }
}
