// A file that is either whole under its name or absent.

import Foundation

struct NewFile {
    private let path: String
    private var unfinished: String { path + ".unfinished" }

    /// Bytes written and synced at once, so that a service on the same disk never waits long.
    private static let pieceBytes = 4 << 20

    init(_ path: String) throws {
        guard access(path, F_OK) != 0 else {
            throw Failure(message: "\(path) exists already: choose another name", status: Status.usage)
        }
        self.path = path
    }

    /// Writes the output of `body` to a file that only its owner can read.
    func fill<Value>(_ body: (_ write: (borrowing [UInt8]) throws -> Void) throws -> Value) throws -> Value {
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create") }
        defer { close(descriptor) }
        do {
            var unsynced = 0
            let value = try body { bytes in
                var left = bytes[...]
                while !left.isEmpty {
                    let count = left.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw failure("write") }
                    left = left.dropFirst(count)
                    unsynced += count
                }
                guard unsynced >= Self.pieceBytes else { return }
                guard fdatasync(descriptor) == 0 else { throw failure("sync") }
                unsynced = 0
            }
            guard fsync(descriptor) == 0, rename(unfinished, path) == 0 else { throw failure("finish") }
            let parent = (path as NSString).deletingLastPathComponent
            let directory = open(parent.isEmpty ? "." : parent, O_RDONLY | O_CLOEXEC)
            if directory >= 0 {
                fsync(directory)
                close(directory)
            }
            return value
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    private func failure(_ doing: String) -> Failure {
        Failure(
            message: "could not \(doing) \(path): \(String(cString: strerror(errno))); the unfinished file was removed",
            status: Status.refused)
    }
}
