/// Reads a file's pages into memory ahead of a scan through the map, which would wait for them a few at a time.

internal import Accounts
internal import Glibc

package struct ReadAhead: ~Copyable {
    /// How far ahead of the scan it reads.
    private static let windowBytes = 64 << 20
    /// The most that the kernel takes in one piece of advice.
    private static let adviceBytes = 512 << 10

    private let descriptor: Int32
    private let bytes: Int
    private var advised = 0

    /// Nil if the file cannot be opened: the scan then reads it through the map alone.
    init?(path: String, bytes: Int) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.bytes = bytes
    }

    deinit { close(descriptor) }

    /// Assumes that records lie in the file nearly in the order of their positions.
    mutating func reached(_ position: Position, of total: Position) {
        guard total > 0 else { return }
        let here = Int(Double(bytes) * Double(position) / Double(total))
        let end = min(bytes, here + Self.windowBytes)
        advised = max(advised, here)
        while advised < end {
            posix_fadvise(descriptor, advised, Self.adviceBytes, Int32(POSIX_FADV_WILLNEED))
            advised += Self.adviceBytes
        }
    }
}
