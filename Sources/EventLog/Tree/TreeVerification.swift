/// Checks the whole log against itself, its kept tree, and checkpoints that were kept elsewhere.

package import Accounts
internal import EventCoding

/// Something that is not as it was written.
package struct VerificationFault: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// A record that is damaged, or that no service of this version wrote.
        case record
        /// A gap, a time that goes back, or a wrong `previous`.
        case order
        /// A record whose hash is not the one that the tree has.
        case leaf
        /// Hashes of the tree that do not follow from its leaves.
        case tree
        /// The log is not the one that a checkpoint signs.
        case checkpoint
    }

    package let kind: Kind
    /// The first position that is concerned, or the size of the checkpoint.
    package let position: Position
    package let message: String
}

package struct TreeVerification: Sendable {
    package private(set) var faults: [VerificationFault] = []
    /// Also counts the faults that are not listed.
    package private(set) var faultCount = 0
    package fileprivate(set) var last: Position = 0
    package fileprivate(set) var root = TreeHash.empty
    /// How many of the records have a kept hash; nil if there is no tree.
    package fileprivate(set) var keptLeaves: UInt64?
    /// Sizes of the checkpoints that agree.
    package fileprivate(set) var checkpoints: [UInt64] = []

    private static let listed = 100

    fileprivate mutating func add(_ kind: VerificationFault.Kind, _ position: Position, _ message: String) {
        faultCount += 1
        guard faults.count < Self.listed else { return }
        faults.append(VerificationFault(kind: kind, position: position, message: message))
    }
}

/// Checks every record's checksum and payload, the order of all, every hash of the kept tree, and the root of every
/// checkpoint. Goes on after a fault and checks everything that it can read. The caller checks signatures. A tree that
/// exists and cannot be opened is a fault.
package func verifyLog(
    _ log: ReadOnlyLog, tree: Result<TreeFiles, StoreError>?, checkpoints: [Checkpoint],
    progress: (ReplayProgress) -> Void = { _ in }
) throws(StoreError) -> TreeVerification {
    var found = TreeVerification()
    if case .failure(let error) = tree { found.add(.tree, 1, "\(error)") }
    let total = try log.reader.checkedLast()
    found.last = total
    var tree = try? tree?.get()
    found.keptLeaves = tree?.size
    let origin = Checkpoint.origin(of: log.identity)
    var heads: [UInt64: [Checkpoint]] = [:]
    for checkpoint in checkpoints {
        guard checkpoint.origin == origin else {
            found.add(.checkpoint, checkpoint.size, "it is of \(checkpoint.origin), and this log is \(origin)")
            continue
        }
        guard checkpoint.size <= total else {
            found.add(.checkpoint, checkpoint.size, "the log ends at \(total): the events after it are missing")
            continue
        }
        heads[checkpoint.size, default: []].append(checkpoint)
    }
    if let size = tree?.size, size > total {
        found.add(.tree, total, "the tree has \(size) records, and the log \(total): the records after it are missing")
    }

    var frontier = TreeFrontier()
    func check(_ found: inout TreeVerification) {
        for checkpoint in heads[frontier.size] ?? [] {
            if checkpoint.root == frontier.root {
                found.checkpoints.append(frontier.size)
            } else {
                found.add(.checkpoint, frontier.size, "the log up to here is not the one that was signed")
            }
        }
    }
    check(&found)
    // Nil after a record that cannot be read or is out of order: the order of later records is then unknown.
    var order: LogOrder? = LogOrder()
    func checkNext(_ position: Position, _ record: RawSpan) {
        do {
            let (meta, _) = try Record.decode(record, position: position)
            try order?.follow(meta)
        } catch let error as LogOrder.Fault {
            found.add(.order, position, "\(LogError.order(error))")
            order = nil
        } catch {
            found.add(.record, position, "\(error)")
            order = nil
        }
        let leaf = TreeHash.leaf(record)
        var completed: [(level: Int, index: UInt64, hash: TreeHash)] = []
        frontier.append(leaf) { completed.append(($0, $1, $2)) }
        do throws(StoreError) {
            if try tree?.keeps(leaf, level: 0, index: position - 1) == false {
                found.add(.leaf, position, "the record is not the one whose hash was kept")
            }
            for node in completed where try tree?.keeps(node.hash, level: node.level, index: node.index) == false {
                let first = node.index << UInt64(node.level) + 1
                found.add(.tree, first, "the hash of positions \(first) to \(position) is not that of their records")
            }
        } catch {
            found.add(.tree, position, "\(error)")
            tree = nil
        }
        check(&found)
        if position % 4096 == 0 || position == total {
            progress(ReplayProgress(position: position, total: total, from: 0))
        }
    }
    do throws(StoreError) {
        try log.reader.scan(from: 1, through: total) { position, record in
            checkNext(position, record)
            return true
        }
        if frontier.size < total { throw StoreError(.damaged, "the log has no record there") }
    } catch {
        let end = frontier.size
        found.add(.record, end + 1, "\(error); the records after it were not checked")
        for size in heads.keys.sorted() where size > end {
            found.add(.checkpoint, size, "the log cannot be read up to here")
        }
    }
    found.root = frontier.root
    return found
}
