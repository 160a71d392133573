// A load while it runs: its connections, all on one event loop, and their replies.

import Client
import Foundation
import NIOCore
import NIOPosix

/// Where a load goes, and over how many connections.
struct LoadTarget: Sendable {
    var endpoint: Endpoint
    /// Nil if not encrypted.
    var tls: ClientTLS?
    /// The line that signs in; nil to stay signed out.
    var signIn: ByteBuffer?
    var connections: Int
    /// Requests in flight on each.
    var pipeline: Int
}

final class LoadRun {
    /// In an open loop, requests that are due within one tick are sent together.
    private static let tick: UInt64 = 100_000
    /// The longest time without a reply.
    private static let patience: UInt64 = 30_000_000_000

    private let target: LoadTarget
    private let pace: Pace
    /// Codes of `ERR` that count as `OK`.
    private let tolerated: Set<String>
    private let loop: any EventLoop
    private let finished: EventLoopPromise<Tally>
    private let showsProgress: Bool
    private var connections: [LoadConnection] = []
    private var workload: Workload
    private var schedule: Schedule
    private var tally = Tally()
    private var inFlight = 0
    private var lastReply: UInt64 = 0
    /// True from the opening of all connections to the last reply.
    private var isRunning = false
    /// The connection whose turn it is in an open loop.
    private var turn = 0

    private init(
        _ workload: Workload, to target: LoadTarget, pace: Pace, tolerating tolerated: Set<String>,
        loop: any EventLoop
    ) {
        self.workload = workload
        self.target = target
        self.pace = pace
        self.tolerated = tolerated
        self.loop = loop
        finished = loop.makePromise()
        showsProgress = isatty(STDERR_FILENO) == 1
        schedule = Schedule(pace, began: 0)
    }

    /// Opens the connections, sends the workload at its pace, and waits for the last reply.
    ///
    /// - Throws: `Failure` if the connections could not be opened. One that breaks later is counted.
    static func perform(
        _ workload: Workload, to target: LoadTarget, pace: Pace, tolerating tolerated: Set<String> = []
    ) async throws -> Tally {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let outcome = loop.flatSubmit {
            LoadRun(workload, to: target, pace: pace, tolerating: tolerated, loop: loop).begin()
        }
        do {
            let tally = try await outcome.get()
            try await group.shutdownGracefully()
            return tally
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func begin() -> EventLoopFuture<Tally> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let target = target
        var ready: [EventLoopFuture<Void>] = []
        for _ in 0..<target.connections {
            let promise = loop.makePromise(of: Void.self)
            ready.append(promise.futureResult)
            ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try target.tls?.addHandler(to: channel, host: target.endpoint.host)
                        let run = bound.value
                        let connection = LoadConnection(
                            run: run, pipeline: target.pipeline, signIn: target.signIn, ready: promise)
                        run.connections.append(connection)
                        try channel.pipeline.syncOperations.addHandler(connection)
                    }
                }
                .connect(host: target.endpoint.host, port: target.endpoint.port)
                .whenFailure { error in
                    promise.fail(
                        Failure(
                            message: "\(target.connections) connections could not be opened: \(error)",
                            status: Status.unavailable))
                }
        }
        EventLoopFuture.andAllComplete(ready, on: loop)
            .flatMap { [ready, loop] in EventLoopFuture.andAllSucceed(ready, on: loop) }
            .assumeIsolated().whenComplete { result in
                switch result {
                case .success: self.start()
                case .failure(let error): self.finished.fail(error)
                }
            }
        return finished.futureResult
    }

    private func start() {
        let now = monotonicNanoseconds()
        schedule = Schedule(pace, began: now)
        lastReply = now
        isRunning = true
        if pace.rate == nil {
            for connection in connections { connection.send(schedule.due(at: now), at: now) }
        } else {
            sendWhatIsDue()
        }
        finishIfDone(now)
        watch()
    }

    // MARK: Sending

    /// Writes the next request, and returns its kind and the instant from which its latency counts.
    func next(at now: UInt64, into buffer: inout ByteBuffer) -> (kind: RequestKind, start: UInt64) {
        inFlight += 1
        return (workload.writeNext(to: &buffer), schedule.take(at: now))
    }

    /// Replies have made room on a connection.
    func replenish(_ connection: LoadConnection) {
        guard isRunning else { return }
        let now = monotonicNanoseconds()
        connection.send(schedule.due(at: now), at: now)
        finishIfDone(now)
    }

    /// The tick of an open loop: due requests go out over the connections in turn, and those without room wait.
    private func sendWhatIsDue() {
        guard isRunning else { return }
        let now = monotonicNanoseconds()
        var due = schedule.due(at: now)
        // First an equal share for all connections, then the rest for those that have room.
        for share in [max(1, due / max(1, connections.count)), due] {
            for _ in connections.indices where due > 0 {
                turn = (turn + 1) % connections.count
                due -= connections[turn].send(min(share, due), at: now)
            }
        }
        tally.largestBacklog = max(tally.largestBacklog, due)
        finishIfDone(now)
        guard !schedule.isOver(at: now), let next = schedule.nextIntended else { return }
        let deadline = NIODeadline.uptimeNanoseconds(max(next, now + Self.tick))
        loop.assumeIsolated().scheduleTask(deadline: deadline) { self.sendWhatIsDue() }
    }

    // MARK: Replies

    func succeeded(_ kind: RequestKind, start: UInt64, at now: UInt64) {
        inFlight -= 1
        lastReply = now
        tally.succeeded(kind, latency: start >= schedule.measuredFrom ? now - start : nil)
    }

    func refused(_ kind: RequestKind?, code: String, at now: UInt64) {
        if kind != nil { inFlight -= 1 }
        lastReply = now
        if let kind, tolerated.contains(code) {
            tally.succeeded(kind, latency: nil)
        } else {
            tally.refused(kind, code: code)
        }
    }

    /// A connection has ended, and not by this side.
    func broke(_ connection: LoadConnection) {
        guard isRunning else { return }
        tally.brokenConnections += 1
        connections.removeAll { $0 === connection }
        giveUp(on: connection)
        finishIfDone(monotonicNanoseconds())
    }

    private func giveUp(on connection: LoadConnection) {
        connection.giveUp { kind in
            inFlight -= 1
            tally.notAnswered(kind)
        }
    }

    // MARK: The end

    private func finishIfDone(_ now: UInt64) {
        let isDone = connections.isEmpty || (inFlight == 0 && schedule.isOver(at: now))
        if isDone, isRunning { finish(now) }
    }

    private func finish(_ now: UInt64) {
        isRunning = false
        for connection in connections {
            giveUp(on: connection)
            connection.close()
        }
        if pace.rate != nil { tally.unsent = schedule.owed(at: now) }
        tally.largestBacklog = max(tally.largestBacklog, tally.unsent)
        connections = []
        tally.measuredNanoseconds = lastReply - min(lastReply, schedule.measuredFrom)
        if showsProgress { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
        finished.succeed(tally)
    }

    /// Runs once a second: prints the progress, and gives up when no reply comes any more.
    private func watch(seconds: Int = 0, replies: Int = 0) {
        guard isRunning else { return }
        let now = monotonicNanoseconds()
        if seconds > 0, showsProgress {
            let backlog = pace.rate == nil ? "" : ", backlog \(schedule.due(at: now))"
            let line = "\(seconds) s: \(tally.replies - replies)/s, \(tally.errorCount) errors\(backlog)"
            FileHandle.standardError.write(Data("\r\u{1b}[K\(line)".utf8))
        }
        if inFlight > 0, now - lastReply > Self.patience { return finish(now) }
        finishIfDone(now)
        let seen = tally.replies
        loop.assumeIsolated().scheduleTask(in: .seconds(1)) { self.watch(seconds: seconds + 1, replies: seen) }
    }
}
