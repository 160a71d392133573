/// CHECKPOINT, PROOF, CONSISTENCY, and the thread that makes the log's Merkle tree.
///
/// The thread follows the log, a tenth of a second behind when it has nothing else to do, and never delays the writer.
/// Each answer comes from a tree that has everything that was durable when the question was asked.

package import Accounts
package import EventLog
internal import Foundation
internal import Glibc
package import Logging
internal import Synchronization

/// A question to the tree's thread.
package enum TreeQuestion: Sendable {
    case checkpoint
    /// `size` nil: in the tree as it is when answered.
    case proof(of: Position, size: UInt64?)
    case consistency(from: UInt64, to: UInt64)
}

/// A command that the tree's thread answers.
protocol TreeCommand: EngineCommand {
    var question: TreeQuestion { get }
}

extension TreeCommand {
    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        guard path.tree != nil else { throw Rejection(.notAvailable, "this log is not on a disk") }
        return .errand(
            TreeJob(
                incoming: incoming, question: question, principal: caller.principal, through: path.log.last))
    }
}

struct CheckpointNow: TreeCommand {
    static let spec = CommandSpec(
        "CHECKPOINT", .read, roles: .auditor, reply: [.origin, .size, .root, .publicKey, .note], waits: true,
        summary:
            "Returns the signed root of the log's Merkle tree."
            + " A copy kept elsewhere proves later whether the log up to there was changed.",
        example: "CHECKPOINT")

    init(_ a: Arguments) throws(Rejection) {}

    var question: TreeQuestion { .checkpoint }
}

struct Proof: TreeCommand {
    static let seq = Parameter<Number>(positional: "seq", "the position of the event", in: Number.positive)
    static let size = Parameter<Number?>(
        "size", "the size of the tree that contains the event; without it, of the current tree", in: Number.positive)
    static let spec = CommandSpec(
        "PROOF", .read, roles: .auditor,
        [seq, size],
        reply: [.position, .index, .size, .root, .leaf, .record], rows: [.hash], waits: true,
        summary: "Returns an event's record and the hashes that prove that a tree of that size contains it (RFC 6962).",
        example: "PROOF 42 size=1042")

    let position: Position
    let size: UInt64?

    init(_ a: Arguments) throws(Rejection) {
        position = try a[Self.seq]
        size = try a[Self.size]
    }

    var question: TreeQuestion { .proof(of: position, size: size) }
}

struct Consistency: TreeCommand {
    static let old = Parameter<Number>(positional: "old", "the size of the earlier tree", in: Number.positive)
    static let new = Parameter<Number>(positional: "new", "the size of the later tree", in: Number.positive)
    static let spec = CommandSpec(
        "CONSISTENCY", .read, roles: .auditor,
        [old, new],
        reply: [.old, .oldRoot, .new, .newRoot], rows: [.hash], waits: true,
        summary:
            "Returns the hashes that prove that a later tree only adds to an earlier one and changes nothing in it.",
        example: "CONSISTENCY 42 1042")

    let old: UInt64
    let new: UInt64

    init(_ a: Arguments) throws(Rejection) {
        old = try a[Self.old]
        new = try a[Self.new]
        guard old <= new else {
            throw Rejection(.invalidNumber, field: "new", "new must not be smaller than old")
        }
    }

    var question: TreeQuestion { .consistency(from: old, to: new) }
}

/// A question that waits for the tree to reach a position.
struct TreeJob: Errand {
    let incoming: IncomingRequest
    let question: TreeQuestion
    let principal: UInt32
    /// The log's last position when the request was run.
    let through: Position

    var reader: ConnectionID? { incoming.connection }

    func begin(on workers: Workers) -> Bool { workers.tree.submit(self) }

    var refusals: [Message] { [.refused(incoming, Rejection(.shuttingDown, "the service is stopping"))] }
}

package final class TreeKeeper: Sendable {
    private struct State {
        var size: UInt64 = 0
        /// The error that keeps the tree from growing; nil if there is none.
        var trouble: String?
    }

    private static let idleMilliseconds = 100
    private static let troubledMilliseconds = 5000
    private static let leavesPerWrite: UInt64 = 4096

    private let state = Mutex(State())
    private let queue = Queue<TreeJob>()
    private let data: String
    private let identity: LogIdentity
    private let reader: LMDBReader
    private let signer: CheckpointSigner
    private let inbox: Inbox
    private let logger: Logger

    package init(
        data: String, of identity: LogIdentity, _ reader: LMDBReader, keys: ServerKeys, inbox: Inbox, logger: Logger
    ) {
        (self.data, self.identity, self.reader) = (data, identity, reader)
        (self.inbox, self.logger) = (inbox, logger)
        signer = CheckpointSigner(seed: keys.checkpointSeed, origin: Checkpoint.origin(of: identity))
    }

    /// False if the service is stopping.
    func submit(_ job: TreeJob) -> Bool { queue.submit(job, of: job.principal) }

    package func stop() { queue.stop() }

    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply) {
        let (size, trouble) = state.withLock { ($0.size, $0.trouble) }
        reply.field(.tree, trouble == nil ? "ok" : "failed")
        reply.field(.treeSize, size)
    }

    // MARK: - The thread

    /// Runs until `stop`.
    func run() {
        lowerPriority()
        while !queue.isStopped {
            do {
                // Opened anew after a write that failed.
                let files = try open()
                while !queue.isStopped {
                    try catchUp(files)
                    state.withLock { $0.trouble = nil }
                    try answer(files)
                    queue.wait(milliseconds: Self.idleMilliseconds)
                }
                try files.sync()
            } catch {
                let isNew = state.withLock { state in
                    defer { state.trouble = "\(error)" }
                    return state.trouble != "\(error)"
                }
                if isNew { logger.error("the tree of the log is not kept: \(error)") }
                refuse(queue.take())
                if !queue.isStopped { queue.wait(milliseconds: Self.troubledMilliseconds) }
            }
        }
        refuse(queue.take())
    }

    /// Opens the tree, and cuts it where its last leaves were not written. A tree that is not of this log is renamed
    /// and not removed: it may be the evidence that the log was changed.
    private func open() throws -> TreeFiles {
        do {
            let files = try TreeFiles(data: data, of: identity)
            let last = try reader.last
            guard files.size <= last else {
                throw StoreError(.damaged, "the tree has \(files.size) records, and the log \(last)")
            }
            // The last leaves may not have been synced when the power failed.
            let believed = files.size - min(files.size, TreeFiles.doubtedLeaves)
            if let wrong = try files.firstWrong(from: believed, in: reader) {
                guard try files.leaves(from: wrong, to: wrong + 1) == [.zero] else {
                    throw StoreError(.damaged, "the tree and the log differ at position \(wrong + 1)")
                }
                try files.cut(to: wrong)
            }
            return files
        } catch let error as StoreError where error.code == .damaged {
            let name = "\(TreeFiles.directory).\(systemClock().milliseconds)"
            logger.critical(
                "\(error): one of them was changed, or the log is an older copy; the tree is kept as \(name)")
            try renameDurably(TreeFiles.directory, to: name, in: data)
            return try TreeFiles(data: data, of: identity)
        }
    }

    private func catchUp(_ files: TreeFiles) throws {
        var leaves: [TreeHash] = []
        while case let last = try reader.last, files.size < last, !queue.isStopped {
            let from = files.size
            try reader.scan(from: from + 1, through: min(last, from + Self.leavesPerWrite)) { _, record in
                leaves.append(.leaf(record))
                return true
            }
            try files.append(leaves)
            leaves.removeAll(keepingCapacity: true)
            if files.size / TreeFiles.leavesPerSync != from / TreeFiles.leavesPerSync { try files.sync() }
            state.withLock { $0.size = files.size }
        }
        state.withLock { $0.size = files.size }
    }

    /// Answers each question from a tree that has everything that was durable when it was asked.
    private func answer(_ files: TreeFiles) throws {
        var waiting = queue.take()[...]
        // If the files fail, all remaining questions are refused.
        defer { refuse(waiting) }
        while let asked = waiting.first {
            while files.size < asked.through, !queue.isStopped { try catchUp(files) }
            guard files.size >= asked.through else { return }
            do {
                inbox.push(.done(asked.incoming, try render(asked.question, files)))
            } catch let rejection as Rejection {
                inbox.push(.refused(asked.incoming, rejection))
            }
            waiting.removeFirst()
        }
    }

    private func refuse(_ all: some Sequence<TreeJob>) {
        for asked in all { inbox.push(.refused(asked.incoming, Self.refusal)) }
    }

    private static let refusal = Rejection(.notAvailable, "the tree cannot be read or written")

    /// Throws a `Rejection`, or an error of the files or the log: the files are then opened again.
    private func render(_ question: TreeQuestion, _ files: TreeFiles) throws -> Reply {
        var reply = Reply()
        switch question {
        case .checkpoint:
            // Synced first, so that a signed tree is on disk.
            try files.sync()
            let checkpoint = Checkpoint(
                origin: signer.key.name, size: files.size, root: try files.root(of: files.size))
            reply.field(.origin, checkpoint.origin)
            reply.field(.size, checkpoint.size)
            reply.field(.root, checkpoint.root.base64)
            reply.field(.publicKey, "\(signer.key)")
            reply.field(.note, checkpoint.signed(by: signer))
        case .proof(let position, let size):
            let size = size ?? files.size
            try check(size, "size", files)
            guard position <= size else {
                throw Rejection(.notFound, field: "seq", "a tree of \(size) has no position \(position)")
            }
            let record = try reader.withRecord(at: position) { $0.withUnsafeBytes { Array($0) } }
            write(try files.inclusion(of: position, size: size), to: &reply)
            reply.field(.position, position)
            reply.field(.index, position - 1)
            reply.field(.size, size)
            reply.field(.root, try files.root(of: size).base64)
            reply.field(.leaf, TreeHash.leaf(record.span.bytes).base64)
            reply.field(.record, Data(record).base64EncodedString())
        case .consistency(let old, let new):
            try check(new, "new", files)
            write(try files.consistency(from: old, to: new), to: &reply)
            reply.field(.old, old)
            reply.field(.oldRoot, try files.root(of: old).base64)
            reply.field(.new, new)
            reply.field(.newRoot, try files.root(of: new).base64)
        }
        return reply
    }

    private func check(_ size: UInt64, _ field: StaticString, _ files: TreeFiles) throws(Rejection) {
        guard size <= files.size else {
            throw Rejection(.notFound, field: "\(field)", "the log has \(files.size) events")
        }
    }

    private func write(_ hashes: [TreeHash], to reply: inout Reply) {
        for hash in hashes {
            reply.row()
            reply.field(.hash, hash.base64)
        }
        reply.closing()
        reply.countRows()
    }
}

extension TreeHash {
    fileprivate var base64: String { Data(bytes).base64EncodedString() }
}
