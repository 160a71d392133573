/// strace on a running process: its system calls are written down, or some of them made to fail.
///
/// Without strace, or if the system does not let one process trace another, the tests that need it are skipped and say
/// so.

import Foundation
import Glibc
import Testing

final class Tracer {
    private let process: ChildProcess
    let file: String

    private static let strace = Programs.find("strace")

    /// True if a process that is not the tracer's child may be traced here: tried on a sleeping one.
    static let isPermitted: Bool = {
        do {
            let home = try makeTemporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: home) }
            let sleeping = try ChildProcess("/bin/sleep", ["60"])
            _ = try Tracer(sleeping.pid, ["-e", "trace=none"], into: home + "/calls")
            return true
        } catch {
            print("strace cannot be used here, so tests that need it are skipped: \(error)")
            return false
        }
    }()

    /// Returns when every thread of the process is traced.
    init(_ pid: pid_t, _ arguments: [String], into file: String) throws {
        guard let strace = Self.strace else { throw HarnessError("there is no strace") }
        self.file = file
        let said = file + ".said"
        process = try ChildProcess(strace, ["-f", "-p", "\(pid)", "-o", file] + arguments, errors: said)
        let isAttached = try eventually(within: 20) {
            let words = (try? String(contentsOfFile: said, encoding: .utf8)) ?? ""
            if words.contains(" attached") { return true }
            guard !words.contains("attach:"), !words.contains("invalid") else { throw HarnessError(words) }
            return false
        }
        guard isAttached else { throw HarnessError("strace did not attach") }
    }

    /// The tracer ends when all traced processes have ended; then the file is whole.
    func waitForEnd() throws { _ = try process.wait(within: 60) }

    /// Detaches from the process, which goes on.
    func detach() throws {
        process.send(signal: SIGINT)
        try waitForEnd()
    }
}

extension Trait where Self == ConditionTrait {
    static var needsTracing: ConditionTrait {
        .enabled("strace is not there, or may not trace a process") { Tracer.isPermitted }
    }
}
