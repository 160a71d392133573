/// Keeps the current input in a file that outlives the process.
///
/// A trap leaves no chance to write anything, so the input is copied into a shared mapping before it is run. A signal
/// handler only cuts the file to length and prints its path.

import Foundation

/// The handler's data, made before any signal can come, because the handler may not allocate.
private nonisolated(unsafe) var message: UnsafeMutableBufferPointer<CChar>?
private nonisolated(unsafe) var descriptor: Int32 = -1
private nonisolated(unsafe) var length = 0

struct InputRecord: ~Copyable {
    private let path: String
    private let mapping: UnsafeMutableRawBufferPointer
    private let command: String

    init(target: String, seed: UInt64, folder: String) throws {
        path = URL(filePath: folder).appending(path: "fuzz-\(target)-\(seed)-\(getpid()).input").path
        command = "fuzz --target \(target) --seed \(seed) --input \(path)"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Mutator.maximumInputBytes)) == 0,
            let base = mmap(nil, Mutator.maximumInputBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            base != MAP_FAILED
        else { throw CocoaError(.fileWriteUnknown) }
        mapping = UnsafeMutableRawBufferPointer(start: base, count: Mutator.maximumInputBytes)

        let words = Array("\(target): trapped. The input is in \(path); again:\n  \(command)\n".utf8CString.dropLast())
        message?.deallocate()
        message = .allocate(capacity: words.count)
        _ = message?.initialize(from: words)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { _ in
                _ = ftruncate(descriptor, off_t(length))
                if let message { _ = write(STDERR_FILENO, message.baseAddress, message.count) }
                _exit(1)
            }
        }
    }

    /// Call it before the input is run.
    func take(_ input: [UInt8]) {
        length = min(input.count, mapping.count)
        mapping.copyBytes(from: input.prefix(length))
    }

    /// Leaves the file with the input that was written last.
    func report(_ what: String) {
        _ = ftruncate(descriptor, off_t(length))
        print("\(what)\nThe input is in \(path); again:\n  \(command)")
    }

    func remove() {
        munmap(mapping.baseAddress, mapping.count)
        close(descriptor)
        unlink(path)
    }
}
