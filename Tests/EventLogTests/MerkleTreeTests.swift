/// The tree compared with RFC 6962's definitions, and every proof of every small tree.

import Accounts
import EventLog
import Foundation
import Testing

private func hash(_ text: String) -> TreeHash { .leaf(Array(text.utf8).span.bytes) }

/// MTH of RFC 6962, 2.1, word for word.
private func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
    guard leaves.count > 1 else { return leaves.first ?? .empty }
    var left = 1
    while left * 2 < leaves.count { left *= 2 }
    return .node(root(leaves.prefix(left)), root(leaves.dropFirst(left)))
}

@Suite struct MerkleTreeTests {
    private let identity = LogIdentity(id: Hash128(high: 1, low: 2), created: Instant(milliseconds: 0))

    private func withTree(_ body: (String, inout TreeFiles) throws -> Void) throws {
        let data = NSTemporaryDirectory() + "tree-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: data) }
        var tree = try TreeFiles(data: data, of: identity)
        try body(data, &tree)
    }

    @Test("Roots match the test vectors of Certificate Transparency")
    func vectors() throws {
        let leaves: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
            Array(0x60...0x6f),
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        try withTree { _, tree in
            for (leaf, expected) in zip(leaves, roots) {
                try tree.append([.leaf(leaf.span.bytes)])
                let root = try tree.root(of: tree.size)
                #expect(root.bytes.map { String(format: "%02x", $0) }.joined() == expected)
            }
        }
    }

    @Test("Every leaf of every small tree has a valid proof, and no other leaf, index, size or root has one")
    func inclusion() throws {
        let leaves = (0..<20).map { hash("\($0)") }
        try withTree { _, tree in
            try tree.append(leaves)
            for size in 1...20 {
                let root = root(leaves.prefix(size))
                #expect(try tree.root(of: UInt64(size)) == root)
                for index in 0..<size {
                    let proof = try tree.inclusion(of: Position(index + 1), size: UInt64(size))
                    func verifies(_ leaf: Int, _ index: Int, _ size: Int, _ proof: [TreeHash]) -> Bool {
                        verifyInclusion(leaves[leaf], at: UInt64(index), size: UInt64(size), root: root, proof: proof)
                    }
                    #expect(verifies(index, index, size, proof))
                    #expect(!verifies((index + 1) % 20, index, size, proof))
                    #expect(!verifies(index, index ^ 1, size, proof) || size == 1 && index ^ 1 == 0)
                    #expect(!verifies(index, index, size, proof + [root]))
                    if !proof.isEmpty { #expect(!verifies(index, index, size, proof.dropLast())) }
                    for place in proof.indices {
                        var wrong = proof
                        wrong[place] = hash("wrong")
                        #expect(!verifies(index, index, size, wrong))
                    }
                    #expect(
                        !verifyInclusion(
                            leaves[index], at: UInt64(index), size: UInt64(size), root: hash("x"), proof: proof))
                }
            }
        }
    }

    @Test("Every tree is proved to be the beginning of every later one, and another tree is not")
    func consistency() throws {
        let leaves = (0..<20).map { hash("\($0)") }
        try withTree { _, tree in
            try tree.append(leaves)
            for new in 1...20 {
                for old in 1...new {
                    let (from, to) = (root(leaves.prefix(old)), root(leaves.prefix(new)))
                    let proof = try tree.consistency(from: UInt64(old), to: UInt64(new))
                    func verifies(_ from: TreeHash, _ to: TreeHash, _ proof: [TreeHash]) -> Bool {
                        verifyConsistency(from: UInt64(old), from, to: UInt64(new), to, proof: proof)
                    }
                    #expect(verifies(from, to, proof), "\(old) to \(new)")
                    #expect(!verifies(hash("x"), to, proof))
                    #expect(!verifies(from, hash("x"), proof))
                    #expect(!verifies(from, to, proof + [to]))
                    for place in proof.indices {
                        var wrong = proof
                        wrong[place] = hash("wrong")
                        #expect(!verifies(from, to, wrong), "\(old) to \(new), hash \(place)")
                    }
                }
            }
        }
    }

    @Test("A tree of many tiles has the same roots and proofs, appended in any pieces, opened again, and cut")
    func tiles() throws {
        let leaves = (0..<70_000).map { hash("\($0)") }
        try withTree { data, tree in
            var random = SystemRandomNumberGenerator()
            var at = 0
            while at < leaves.count {
                let end = min(leaves.count, at + Int.random(in: 1...3000, using: &random))
                try tree.append(Array(leaves[at..<end]))
                at = end
            }
            let sizes = [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000]
            func check(_ tree: TreeFiles) throws {
                for size in sizes where size <= tree.size {
                    let expected = root(leaves.prefix(size))
                    #expect(try tree.root(of: UInt64(size)) == expected, "\(size)")
                    for index in [0, size / 2, size - 1] {
                        let proof = try tree.inclusion(of: Position(index + 1), size: UInt64(size))
                        #expect(
                            verifyInclusion(
                                leaves[index], at: UInt64(index), size: UInt64(size), root: expected, proof: proof))
                    }
                }
            }
            try check(tree)
            tree = try TreeFiles(data: data, of: identity)
            try check(tree)
            // Cut in the middle of tiles, and within the last hash: the whole hashes are used.
            try tree.cut(to: 66_000)
            try check(tree)
            #expect(truncate(data + "/tree/level-0", 65_800 * 32 + 7) == 0)
            #expect(truncate(data + "/tree/level-8", 100 * 32) == 0)
            #expect(unlink(data + "/tree/level-16") == 0)
            tree = try TreeFiles(data: data, of: identity)
            #expect(tree.size == 65_800)
            try check(tree)
            try tree.append(Array(leaves[65_800...]))
            try check(tree)
        }
    }

    @Test("The right edge of a growing tree gives its roots and every subtree that the files keep")
    func frontier() throws {
        let leaves = (0..<1100).map { hash("\($0)") }
        try withTree { _, tree in
            try tree.append(leaves)
            var frontier = TreeFrontier()
            #expect(frontier.root == .empty)
            var completed = 0
            for (index, leaf) in leaves.enumerated() {
                var subtrees: [(level: Int, index: UInt64, hash: TreeHash)] = []
                frontier.append(leaf) { subtrees.append(($0, $1, $2)) }
                #expect(frontier.size == UInt64(index + 1))
                if index % 7 == 0 || index > 1000 {
                    #expect(try frontier.root == tree.root(of: frontier.size), "\(frontier.size)")
                }
                // Each subtree ends with this leaf, and its hash is the root of the leaves that it covers.
                #expect(subtrees.count == (index + 1).trailingZeroBitCount)
                for subtree in subtrees {
                    let count = 1 << subtree.level
                    let first = Int(subtree.index) * count
                    #expect(first + count == index + 1)
                    if subtree.level < 5 { #expect(root(leaves[first...index]) == subtree.hash) }
                }
                completed += subtrees.count
            }
            #expect(completed == 1100 - 1100.nonzeroBitCount)
        }
    }

    @Test("A tree of another log is refused")
    func another() throws {
        try withTree { data, _ in
            let other = LogIdentity(id: Hash128(high: 3, low: 4), created: Instant(milliseconds: 0))
            #expect(throws: StoreError.self) { _ = try TreeFiles(data: data, of: other) }
        }
    }
}
