// Damaged pages of a log's file can end the process that reads them, because LMDB follows their contents. The signal's
// handler then prints the reason, and that nothing was made.

import Foundation
import Synchronization

enum DamagedPages {
    private static let position = Atomic<UInt64>(0)

    nonisolated(unsafe) private static var subject: StaticString = ""
    nonisolated(unsafe) private static var advice: StaticString = ""
    nonisolated(unsafe) private static var status = Status.damaged

    /// From here on such an end prints this advice and has this status. `reached` sets the position that it prints.
    static func watch(
        _ advice: StaticString, of subject: StaticString = "the log's file is damaged after position ",
        status: Int32 = Status.damaged
    ) {
        (Self.subject, Self.advice, Self.status) = (subject, advice, status)
        for number in [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE] {
            signal(number) { number in
                // Calls only functions that a signal's handler may call.
                DamagedPages.say("\nkabinet: ")
                DamagedPages.say(DamagedPages.subject)
                DamagedPages.say(DamagedPages.position.load(ordering: .relaxed))
                DamagedPages.say(": ")
                DamagedPages.say(DamagedPages.advice)
                DamagedPages.say("\n")
                _exit(DamagedPages.status)
            }
        }
    }

    static func reached(_ position: UInt64) { Self.position.store(position, ordering: .relaxed) }

    private static func say(_ words: StaticString) {
        _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
    }

    private static func say(_ number: UInt64) {
        if number > 9 { say(number / 10) }
        var digit = UInt8(48 + number % 10)
        _ = write(STDERR_FILENO, &digit, 1)
    }
}
