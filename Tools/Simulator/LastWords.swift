/// The last message of a run that traps: a handler that may not allocate writes the seed, the step and the command.

import Foundation

private nonisolated(unsafe) var before: UnsafeMutableBufferPointer<CChar>?
private nonisolated(unsafe) var step = 0

enum LastWords {
    /// Call it before a run.
    static func prepare(_ words: String) {
        let words = Array(words.utf8CString.dropLast())
        before?.deallocate()
        before = .allocate(capacity: words.count)
        _ = before?.initialize(from: words)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { _ in
                if let before { _ = write(STDERR_FILENO, before.baseAddress, before.count) }
                var digits = (UInt64(0), UInt64(0), UInt64(0))
                withUnsafeMutableBytes(of: &digits) { buffer in
                    var at = buffer.count - 1
                    buffer[at] = UInt8(ascii: "\n")
                    var rest = step
                    repeat {
                        at -= 1
                        buffer[at] = UInt8(48 + rest % 10)
                        rest /= 10
                    } while rest > 0
                    _ = write(STDERR_FILENO, buffer.baseAddress! + at, buffer.count - at)
                }
                _exit(1)
            }
        }
    }

    /// Call it before a step.
    static func take(_ number: Int) { step = number }
}
