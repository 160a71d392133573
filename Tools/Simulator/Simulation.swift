/// One run: the service's writer, log and domain, with a simulated disk, clock, workers and clients. Everything that
/// happens is drawn from the seed, so the same seed gives the same run.

import Accounts
import Engine
import EventCoding
import EventLog
import TestSupport

/// The outcome of a step's commit, and of its process.
enum Fault: CaseIterable {
    /// The commit fails, and reports it.
    case failed
    /// The outcome is unknown, and the commit is in the log.
    case unsaid
    /// The outcome is unknown, and the commit is not in the log, as with a crash before it.
    case lost
    /// The disk is full at some event of the batch.
    case full
    /// The process dies after the commit, before any reply, or after some.
    case crash
}

struct Counts: Encodable {
    var steps = 0
    var requests = 0
    var acknowledged = 0
    var retries = 0
    var events = 0
    var crashes = 0
    var restartsCutShort = 0
    var snapshots = 0
    var snapshotsUsed = 0
    var failed = 0
    var unsaid = 0
    var lost = 0
    var full = 0
    /// How often each command was answered OK, by the command table's numbers: a command that is never accepted is
    /// hardly tested.
    var accepted = [Int](repeating: 0, count: commandTable.specs.count)
}

final class Simulation {
    let planted: Planted
    var draw: Draw
    var counts = Counts()
    var now = Instant(milliseconds: 1_519_894_800_000)
    private let dormancyTerms: String
    /// A number has a stored card from the beginning, because few sessions last until their number has one.
    private let hasStoredCard: Bool
    private let givingTerms =
        " promises=0:20:1:1,5:50:3:5 promise_debt=30 transfer_least=1 transfer_greatest=50 transfers_per_day=4"
        + " transfer_month_limit=90 transfer_floor=2 transfer_hold_days=2 gift_gigabytes=2 gifts_per_month=3 gift_days=7"
        + " exchange_bytes_per_minute=1000000"
    /// How far the clock is ahead of the time to which it will be set back.
    private var clockError = TimeSpan.seconds(0)
    var disk = MemoryDisk()
    var commits: Commits
    /// Separate from the other draws.
    private var lateness: Draw
    /// Decides which parts of the disk are gone at the next start.
    var losses: Draw
    let index: MemoryIndex
    /// All of it is in memory. A crash leaves all of it, a beginning, or nothing, as if that had been on the disk.
    var history = HistoryIndex()
    /// Decides how far the index of history is behind, and what a crash leaves of it.
    var historyLuck: Draw
    /// The index of history cannot be written for now.
    private var isHistoryStuck = false
    var secrets = FakeSecrets(keys: .fixed)
    var inbox = Inbox()
    var tailer: Tailer
    let desk: Desk
    var writer: Writer<SimulatedStore>

    /// The disk's contents, as an outsider folds them, and as the service's projections do, event by event.
    var log = LogModel()
    var shadow = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))

    var clients: Clients
    var connections: [Connection] = []
    var generation: UInt64 = 0
    /// By port: the connections opened and closed since the last push.
    var comings = [InboxPush](repeating: InboxPush(), count: Simulation.ports)
    /// Jobs at the workers: the job, and the step in which it will be done.
    var secretJobs: [(job: SecretJob, due: Int)] = []
    var erasures: [(erasure: Erasure, due: Int)] = []
    var readJobs: [(job: HistoryJob, due: Int)] = []
    var pastJobs: [(job: PastRead, due: Int)] = []
    var verificationJobs: [(job: VerificationJob, due: Int)] = []
    var tableJobs: [IdempotencyKeys.Table] = []
    var snapshotJobs: [SnapshotJob] = []
    var rebuildJobs: [(job: Rebuilt, due: Int)] = []
    var snapshots = SnapshotShelf()
    /// A hash of every byte that a client got.
    var fingerprint: UInt64 = 0
    /// Off while the run is prepared.
    private var hasFaults = false

    static let ports = 2
    static let slotsPerPort = 4
    /// So few keys a table that most keys of a run are in the index.
    static let keysPerTable = 32
    static let eventsPerSnapshot = 100
    static let reserveBytes = 1000
    static let stepsBetweenReplays = 500

    init(seed: UInt64, plant: Plant?) throws {
        planted = Planted(plant)
        draw = Draw(seed: seed)
        // Half of the runs have the rule.
        dormancyTerms =
            seed % 2 == 0
            ? " dormancy_after_days=20 dormancy_day_fee=1 dormancy_termination_days=60" : ""
        hasStoredCard = seed % 3 == 0
        lateness = Draw(seed: ~seed)
        losses = Draw(seed: seed &+ 1 << 63)
        historyLuck = Draw(seed: seed &+ 1 << 62)
        commits = Commits(disk)
        clients = Clients(seed: draw.word())
        index = MemoryIndex(planted)
        desk = Desk(now: now)
        tailer = Tailer(inbox: inbox)
        let state = AccountsState(idempotencyKeys: IdempotencyKeys(tableKeys: Self.keysPerTable))
        writer = try Self.writer(state, SimulatedStore(commits, planted), index, desk, inbox, tailer)
        writer.path.entropy = EntropySource(countingFrom: draw.word())
        try makeReady()
    }

    static func writer(
        _ state: consuming AccountsState, _ store: consuming SimulatedStore, _ index: MemoryIndex, _ desk: Desk,
        _ inbox: Inbox, _ tailer: Tailer
    ) throws -> Writer<SimulatedStore> {
        var path = CommandPath(
            state: state, log: try EventLog(store), keys: .fixed, keyIndex: index,
            reserve: StorageReserve(bytes: reserveBytes),
            snapshot: SnapshotState(events: eventsPerSnapshot, keeping: SnapshotShelf.retention))
        // So little at once that events come in between.
        try path.takeEventTime()
        (path.snapshot.step.rows, path.snapshot.step.lastRows) = (3, 6)
        tailer.advance(to: path.log.last)
        var writer = Writer(path: path, services: desk.services(inbox: inbox, tailer: tailer, ports: ports))
        // So few that commands come in between.
        (writer.path.duePace.most, writer.path.duePace.slice, writer.path.duePace.perSecond) = (3, 2, 100)
        return writer
    }

    /// One principal a role, and a catalogue.
    private func makeReady() throws {
        // Sometimes a log in event time.
        if draw.happens(8) { writer.path.beginEventTime(at: now) }
        for (name, roles) in Roles.named {
            let bytes = Array("the secret of \(name)".utf8)
            let (secret, hash) = (encodeBase64URL(bytes), secrets.hash(ofSecret: bytes))
            let added = PrincipalAdded(
                number: writer.path.state.principals.next, name: name, roles: roles.rawValue, secretHash: hash)
            writer.path.given(.principalAdded(added), on: 0, at: now)
            clients.secrets[name] = secret
            clients.names.append(name)
        }
        guard writer.path.commit() == .durable else { throw Violation(.service, "the first commit failed") }
        connect(as: "admin")
        for line in ["CATALOG.DRAFT empty=1"] + SampleCatalog.requests {
            let isTerms = line.contains(" terms ")
            let words = (line + (isTerms ? givingTerms + dormancyTerms : "")).split(separator: " ").map(String.init)
            guard let command = commandTable.find(words[0].utf8) else { throw Violation(.service, line) }
            connections[0].queue.append(Sent(command: command, words: words))
        }
        try finish()
        if hasStoredCard { try storeCard() }
        (hasFaults, counts) = (true, Counts())
        planted.begin()
    }

    /// Everything that the first connection has to say is said and answered.
    private func finish() throws {
        while !connections.isEmpty, !connections[0].queue.isEmpty || !connections[0].inFlight.isEmpty { try step() }
    }

    /// The first number that requests are drawn for pays with a card in an own session, and the card is stored.
    private func storeCard() throws {
        func say(_ line: String) throws {
            let words = line.split(separator: " ").map(String.init)
            guard let command = commandTable.find(words[0].utf8) else { throw Violation(.service, line) }
            connections[0].queue.append(Sent(command: command, words: words))
            try finish()
        }
        let number = Draw.firstNumber
        try say(
            "SUBSCRIBER.ACTIVATE \(number) iccid=89701200000000000099 imsi=250200000000099 region=msk tariff=free"
                + " pin=0000 puk=12345678")
        let asked = PaymentRequested(
            amount: 100_00, method: .card, expiresAt: (now + .days(1)).milliseconds, own: true)
        writer.path.given(.paymentRequested(asked), on: writer.path.state.directory.next - 1, at: now)
        guard writer.path.commit() == .durable else { throw Violation(.service, "the first commit failed") }
        let request = writer.path.log.last
        try say("TOPUP \(number) 100 ref=stored request=\(request) card=\(Draw.firstCard) card_last4=4242")
    }

    /// Something happens everywhere, then the writer takes a batch, and everything is checked.
    func step() throws {
        counts.steps += 1
        if hasFaults {
            moveClock()
            try act()
        }
        send()
        try workAside()
        let fault: Fault? = hasFaults && draw.happens(30) ? draw.one(Fault.allCases) : nil
        arm(fault)

        var batch: [Message] = []
        _ = inbox.take(into: &batch, waitingAtMost: 0, limit: 1 + draw.below(64))
        // An active plant acts at once, so that it is seen at the same step.
        commits.isLate = hasFaults && planted.active == nil && lateness.happens(2)
        while commits.areWaiting, commits.failure == nil, lateness.happens(3) { commits.endFirst() }
        let before = log.last
        let wasBehind = commits.areWaiting || desk.with { !$0.deliveries.isEmpty }
        var outcome = Writer<SimulatedStore>.Step.read
        if commits.failure == nil { outcome = writer.step(batch, at: now) }
        if let reason = commits.failure { outcome = .mustStop("\(reason)") }
        disk.heal()
        desk.with {
            for case let job as SecretJob in $0.errands { secretJobs.append((job, counts.steps + draw.below(6))) }
            for case let erasure as Erasure in $0.errands { erasures.append((erasure, counts.steps + draw.below(6))) }
            for case let job as HistoryJob in $0.errands { readJobs.append((job, counts.steps + draw.below(6))) }
            for case let job as Rebuilt in $0.errands where !job.isDone {
                rebuildJobs.append((job, counts.steps + draw.below(40)))
            }
            for case let job as PastRead in $0.errands { pastJobs.append((job, counts.steps + draw.below(12))) }
            for case let job as VerificationJob in $0.errands {
                verificationJobs.append((job, counts.steps + draw.below(12)))
            }
            tableJobs += $0.errands.compactMap { $0 as? IdempotencyKeys.Table }
            snapshotJobs += $0.snapshots
            ($0.errands, $0.snapshots) = ([], [])
        }
        try followLog()
        switch outcome {
        case .mustStop(let reason):
            try hold(fault != nil && fault != .crash, .service, "it stops: \(reason)")
            try hold(
                wasBehind || desk.with { $0.deliveries.isEmpty }, .durable,
                "a batch was answered though its commit failed")
            // Replies to durable requests are delivered all the same.
            try deliver(cutShort: false)
            count(fault)
            try crash(batch: before + 1, isUnknown: fault == .unsaid || fault == .lost)
        case .read, .wrote:
            try deliver(cutShort: fault == .crash)
            let isBehind = commits.areWaiting
            try hold(
                isBehind ? writer.path.log.last >= log.last : writer.path.log.last == log.last, .durable,
                "the writer goes on after \(writer.path.log.last), and the disk ends at \(log.last)")
            if fault == .crash {
                try crash(batch: before + 1, isUnknown: false)
            } else if !isBehind {
                try checkLive()
            }
        }
        if counts.steps % Self.stepsBetweenReplays == 0 { try checkReplay() }
    }

    private func arm(_ fault: Fault?) {
        switch fault {
        case .failed: disk.setNextCommit(.failed("told to"))
        case .unsaid: disk.setNextCommit(.unknown("told to"), lands: true)
        case .lost: disk.setNextCommit(.unknown("told to"))
        case .full: disk.refuseNextAppend(after: draw.below(5))
        case .crash, nil: break
        }
        desk.with { $0.isFull = hasFaults && draw.happens(60) }
        // Room is short for some steps, then there is room again.
        if disk.roomBytes < .max {
            if draw.happens(10) { disk.roomBytes = .max }
        } else if hasFaults, draw.happens(150) {
            disk.roomBytes = draw.one([Self.reserveBytes - 1, Self.reserveBytes / 4 - 1])
        }
    }

    /// The thread that trails the log takes a turn, unless it is stuck for some hundred steps.
    func followHistory() throws {
        if historyLuck.happens(isHistoryStuck ? 100 : 300) { isHistoryStuck.toggle() }
        guard draw.happens(4), !isHistoryStuck else { return }
        do {
            _ = try history.follow(IndexedReader(disk.reader, planted))
        } catch {
            throw Violation(.replay, "the log cannot be read: \(error)")
        }
    }

    private func count(_ fault: Fault?) {
        switch fault {
        case .failed: counts.failed += 1
        case .unsaid: counts.unsaid += 1
        case .lost: counts.lost += 1
        case .full: counts.full += 1
        case .crash, nil: break
        }
    }

    /// Moves the clock: mostly by moments, sometimes by hours or months, or back. Sometimes it is wrong for a while, by
    /// hours or by a year.
    private func moveClock() {
        let span: TimeSpan
        switch draw.below(400) {
        case 0: span = .days(Int64(1 + draw.below(draw.happens(6) ? 400 : 70)))
        case 1...6: span = .hours(Int64(1 + draw.below(30)))
        case 7...20: span = .minutes(Int64(1 + draw.below(30)))
        case 21...24: span = .minutes(-Int64(1 + draw.below(600)))
        case 25 where clockError == .seconds(0):
            span = .hours(Int64(1 + draw.below(draw.happens(2) ? 12 : 9600)))
            clockError = span
        case 26...60 where clockError != .seconds(0):
            span = TimeSpan(milliseconds: -clockError.milliseconds)
            clockError = .seconds(0)
        default: span = TimeSpan(milliseconds: Int64(draw.below(50)))
        }
        now = now + span
        // Only the wall clock takes a long step.
        let passed = span < .hours(1) ? max(span, TimeSpan(milliseconds: 1)) : .seconds(1)
        desk.with { [now] in
            $0.now = now
            $0.uptime = $0.uptime + passed
        }
    }

    /// Folds the commits since the last call, both by the outsider and by the projections.
    func followLog() throws {
        var failure: (any Error)?
        try disk.reader.scan(from: log.last + 1, through: .max) { position, bytes in
            do {
                let (meta, event) = try Record.decode(bytes, position: position)
                try log.follow(meta, event, digest: XXH64.hash(bytes))
                if case .tariffChanged(let e) = event { try checkQuote(e, meta) }
                shadow.apply(event, meta)
                return true
            } catch {
                failure = error
                return false
            }
        }
        switch failure {
        case nil: break
        case let violation as Violation: throw violation
        case let failure?: throw Violation(.replay, "a record cannot be read: \(failure)")
        }
        counts.events = Int(log.last)
    }
}

extension Simulation {
    /// A change of tariff that somebody asked for costs its quote, as the state before it gives it. One that comes with
    /// joining or leaving an organisation is free.
    private func checkQuote(_ changed: TariffChanged, _ meta: EventMeta) throws(Violation) {
        guard meta.principal != 0 else { return }
        let quotes = [false, true].map {
            shadow.quotedCharges(for: changed.to, of: meta.account, isFree: $0, at: meta.effective)
        }
        try hold(
            quotes.contains(changed.charges), .quotes,
            "position \(meta.position): charged \(changed.charges), and quoted \(quotes[0].map { "\($0)" } ?? "nothing")"
        )
    }
}
