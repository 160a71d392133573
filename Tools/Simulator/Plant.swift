/// Bugs, planted only at the edges between the simulator and the service: in the store, in the restart, in the path of
/// requests and replies. The service itself has none of them. The simulator's worth is shown by the plants that it
/// catches.

import Accounts
import EventCoding
import EventLog
import Synchronization
import TestSupport

enum Plant: String, CaseIterable {
    // In the store.
    case replyBeforeSync = "reply-before-sync"
    case wrongPrevious = "wrong-previous"
    case recordedBack = "recorded-back"
    case kopeckOnDisk = "kopeck-on-disk"
    case otherOrderDone = "other-order-done"
    // In the restart.
    case snapshotRowLost = "snapshot-row-lost"
    case snapshotAhead = "snapshot-ahead"
    case lostLastBatch = "lost-last-batch"
    case syncRetried = "sync-retried"
    case kopeckOnReplay = "kopeck-on-replay"
    case clockInApply = "clock-in-apply"
    case idForgotten = "id-forgotten"
    case idNotIndexed = "id-not-indexed"
    case feeSkipped = "fee-skipped"
    case dueTwice = "due-twice"
    // In the path of requests.
    case retryAppliedTwice = "retry-applied-twice"
    case argumentsIgnored = "arguments-ignored"
    case conditionDropped = "condition-dropped"
    case discardExecuted = "discard-executed"
    // In the path of replies.
    case wrongConnection = "wrong-connection"
    case replyDropped = "reply-dropped"
    case repliesSwapped = "replies-swapped"
    case staleRead = "stale-read"
    case failureAnswered = "failure-answered"
    // In the index of history.
    case eventNotIndexed = "event-not-indexed"
    case classMistaken = "class-mistaken"
    // In the vault.
    case keyKept = "key-kept"

    var summary: String {
        switch self {
        case .replyBeforeSync: "a commit says durable, and is written with the next one"
        case .wrongPrevious: "a record names another event as the one before it"
        case .recordedBack: "a record is an hour older than the one before it"
        case .kopeckOnDisk: "a payment is written with a kopeck more than was answered"
        case .otherOrderDone: "a report of an order is written with an earlier order's number"
        case .snapshotRowLost: "what changes while a snapshot is taken is not in it"
        case .snapshotAhead: "a snapshot says one event more than it has"
        case .lostLastBatch: "a crash takes the last batch, which was acknowledged"
        case .syncRetried: "a batch whose commit is unknown is written again after the restart"
        case .kopeckOnReplay: "a payment is replayed with a kopeck more"
        case .clockInApply: "a replay applies events at its own time"
        case .idForgotten: "a replay forgets an id"
        case .idNotIndexed: "the index of older ids loses a table"
        case .feeSkipped: "a restart forgets a fee that is due"
        case .dueTwice: "a restart forgets that a due fee was taken"
        case .retryAppliedTwice: "a retry is taken for a new command"
        case .argumentsIgnored: "an id with other arguments is taken for a retry"
        case .conditionDropped: "if_seq= is lost on the way"
        case .discardExecuted: "what a transaction queued is run before it is discarded"
        case .wrongConnection: "two connections get each other's replies"
        case .replyDropped: "a reply is not sent"
        case .repliesSwapped: "a connection gets two replies in the other order"
        case .staleRead: "a read is answered from an older state"
        case .eventNotIndexed: "the index of history lacks an event"
        case .classMistaken: "the index of history has an event under another class"
        case .keyKept: "the key of a person who was erased is not destroyed"
        case .failureAnswered: "a batch whose commit failed is answered as if it had not"
        }
    }

    /// The chance: once in so many times that it could happen.
    var odds: UInt64 {
        switch self {
        case .replyBeforeSync, .wrongPrevious, .recordedBack, .kopeckOnDisk: 50
        case .eventNotIndexed, .classMistaken, .wrongConnection, .replyDropped, .repliesSwapped, .staleRead: 20
        case .conditionDropped: 3
        default: 1
        }
    }
}

/// The plant of a run, with draws of its own, so that a run without it draws the same.
final class Planted: Sendable {
    private let plant: Plant?
    private let state = Mutex(State())

    private struct State {
        var isOn = false
        var chance = SplitMix64(seed: 1)
        var seen: Set<Hash128> = []
        var answers: [UInt64: Answer] = [:]
    }

    init(_ plant: Plant?) { self.plant = plant }

    /// From now on the bug may happen: not while a run is prepared.
    func begin() { state.withLock { $0.isOn = true } }

    var active: Plant? { plant != nil && state.withLock { $0.isOn } ? plant : nil }

    func happens(_ plant: Plant) -> Bool {
        active == plant && state.withLock { $0.chance.next() % plant.odds == 0 }
    }

    /// True if it was asked for before.
    func isSeen(_ id: Hash128) -> Bool { state.withLock { !$0.seen.insert(id).inserted } }

    /// The first answer about a number.
    func older(_ answer: Answer, of msisdn: UInt64) -> Answer {
        state.withLock {
            if let older = $0.answers[msisdn] { return older }
            $0.answers[msisdn] = answer
            return answer
        }
    }
}

/// Changed records, each with a correct checksum.
extension Planted {
    func rewritten(_ record: [UInt8], at position: Position) -> [UInt8] {
        if happens(.wrongPrevious) {
            return edited(record, position) { meta, _ in meta.previous = meta.previous == 0 ? 1 : meta.previous - 1 }
        }
        if happens(.recordedBack) {
            return edited(record, position) { meta, _ in meta.recorded = meta.recorded - .hours(1) }
        }
        if active == .kopeckOnDisk {
            return edited(record, position) { _, event in
                guard case .toppedUp(var payment) = event, self.happens(.kopeckOnDisk) else { return }
                payment.amount += 1
                payment.balanceAfter += 1
                event = .toppedUp(payment)
            }
        }
        if active == .otherOrderDone {
            return edited(record, position) { _, event in
                guard case .orderDone(var done) = event, self.happens(.otherOrderDone) else { return }
                done.order -= 1
                event = .orderDone(done)
            }
        }
        return record
    }

    private func edited(
        _ record: [UInt8], _ position: Position, _ edit: (inout EventMeta, inout Event) -> Void
    ) -> [UInt8] {
        guard position > 1, case (var meta, var event)? = try? Record.decode(record.span.bytes, position: position)
        else { return record }
        edit(&meta, &event)
        var bytes: [UInt8] = []
        Record.encode(meta, event, into: &bytes)
        return bytes
    }
}

/// Changes to the events that a restart replays, and to the disk that it finds.
extension Planted {
    /// Changes an event before it is applied. `shifted` has the accounts whose balances were changed before.
    func replayed(
        _ meta: inout EventMeta, _ event: inout Event, last: Position, now: Instant, shifted: inout Set<AccountIndex>
    ) {
        switch active {
        case .clockInApply: (meta.recorded, meta.effective) = (max(now, meta.recorded), max(now, meta.effective))
        case .idForgotten: if meta.position + 20 > last { meta.commandID = .zero }
        case .dueTwice:
            if case .feesCharged(var fees) = event, meta.position + 40 > last {
                for index in fees.charges.indices { fees.charges[index].periodEnd = meta.effective.milliseconds }
                event = .feesCharged(fees)
            }
        case .kopeckOnReplay:
            if case .toppedUp(var payment) = event, shifted.isEmpty {
                payment.amount += 1
                event = .toppedUp(payment)
                shifted.insert(meta.account)
            }
            guard shifted.contains(meta.account) else { return }
            switch event {
            case .toppedUp(var e):
                e.balanceAfter += 1
                event = .toppedUp(e)
            case .feesCharged(var e):
                e.balanceAfter += 1
                event = .feesCharged(e)
            case .tariffChanged(var e):
                e.balanceAfter += 1
                event = .tariffChanged(e)
            case .optionActivated(var e):
                e.balanceAfter += 1
                event = .optionActivated(e)
            default: break
            }
        default: break
        }
    }

    /// The pieces of a snapshot, as they are written.
    func written(_ chunks: [SnapshotChunk]) -> [SnapshotChunk] {
        chunks.last?.kind == .rest && happens(.snapshotRowLost) ? chunks.suffix(1) : chunks
    }

    /// Changes the first event after a snapshot into one of no effect, as if the snapshot had it.
    func afterSnapshot(_ event: inout Event) {
        guard happens(.snapshotAhead) else { return }
        switch event {
        case .challengeIssued, .organizationJoined, .groupJoined, .sessionOpened, .registered:
            event = .signInFailed(SignInFailed(msisdn: 0, method: .password))
        default: break
        }
    }

    /// The disk as a restart finds it. `batch` is where the last batch begins; `isUnknown` is true if its commit ended
    /// as unknown.
    func found(_ disk: MemoryDisk, batch: Position, isUnknown: Bool) -> MemoryDisk {
        let records = disk.records
        switch active {
        case .lostLastBatch where batch <= records.count:
            return MemoryDisk(records: Array(records[..<Int(batch - 1)]))
        case .syncRetried where isUnknown:
            let position = Position(records.count)
            guard let last = records.last,
                case (var meta, .toppedUp(var payment))? = try? Record.decode(last.span.bytes, position: position)
            else { return disk }
            (meta.previous, meta.position) = (position, position + 1)
            payment.balanceAfter += payment.amount
            payment.charges = []
            var again: [UInt8] = []
            Record.encode(meta, .toppedUp(payment), into: &again)
            return MemoryDisk(records: records + [again])
        default: return disk
        }
    }
}
