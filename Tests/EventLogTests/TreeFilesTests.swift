/// The tree's files after a crash or a power cut, and the next opening of them.

import Accounts
import EventLog
import Foundation
import Testing

private func hash(_ text: String) -> TreeHash { .leaf(Array(text.utf8).span.bytes) }

@Suite struct TreeFilesTests {
    private let identity = LogIdentity(id: Hash128(high: 1, low: 2), created: Instant(milliseconds: 0))

    private func opened(_ home: TemporaryDirectory) throws -> TreeFiles {
        try TreeFiles(data: home.path, of: identity)
    }

    private func write(_ bytes: [UInt8], at offset: UInt64, of path: String) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    @Test("Hashes that a power cut removed or damaged are computed again")
    func upperLevels() throws {
        let home = TemporaryDirectory()
        let leaves = (0..<70_000).map { hash("\($0)") }
        var root = TreeHash.empty
        do {
            let tree = try opened(home)
            try tree.append(leaves)
            root = try tree.root(of: tree.size)
        }
        let level = home.path + "/tree/level-8"
        let whole = try Data(contentsOf: URL(filePath: level))
        for (offset, bytes) in [
            (0, [UInt8](repeating: 0, count: 512)), (whole.count - 64, [UInt8](repeating: 0, count: 64)),
            (4096, [UInt8](repeating: 0, count: 4096)), (33, [7]), (whole.count - 1, [7]), (whole.count, [1, 2, 3]),
            (whole.count, [UInt8](repeating: 9, count: 64)),
        ] {
            try write(bytes, at: UInt64(offset), of: level)
            let tree = try opened(home)
            #expect(try tree.root(of: tree.size) == root, "\(bytes.count) bytes at \(offset)")
            try tree.append([])
            #expect(try Data(contentsOf: URL(filePath: level)).prefix(whole.count) == whole)
        }
        try write([UInt8](repeating: 0, count: 32), at: 0, of: home.path + "/tree/level-16")
        let tree = try opened(home)
        #expect(try tree.root(of: tree.size) == root)
    }

    @Test("A tree either names its log or does not exist")
    func creation() throws {
        let home = TemporaryDirectory()
        let unfinished = home.path + "/tree.new"
        try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: false)
        try Data("half".utf8).write(to: URL(filePath: unfinished + "/log"))
        do {
            let tree = try opened(home)
            try tree.append([hash("a")])
        }
        #expect(!FileManager.default.fileExists(atPath: unfinished))
        #expect(try opened(home).size == 1)
        // Without its name the file cannot be matched to this log.
        #expect(unlink(home.path + "/tree/log") == 0)
        let error = #expect(throws: StoreError.self) { _ = try opened(home) }
        #expect(error?.code == .damaged)
    }

    @Test("A file that became shorter while it was open is an error and gives no wrong hash")
    func shorter() throws {
        let home = TemporaryDirectory()
        let tree = try opened(home)
        try tree.append((0..<300).map { hash("\($0)") })
        #expect(truncate(home.path + "/tree/level-0", 100) == 0)
        #expect(throws: StoreError.self) { _ = try tree.root(of: 300) }
        #expect(try opened(home).size == 3)
    }
}
