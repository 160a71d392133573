/// A program that is started, used through its pipes, and ended by its process id.
///
/// Spawned directly and not through a library, because the tests kill it at an instant of their choice, and the thread
/// that starts it blocks signals that the program must not inherit.

import Foundation
import Glibc

enum ExitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)
}

final class ChildProcess {
    let pid: pid_t
    let output: ByteStream
    private var input: Int32?
    private var status: ExitStatus?

    /// Standard error goes to the file if there is one, else to the tests' own.
    init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], errors: String? = nil
    ) throws {
        Self.ignoreBrokenPipes
        let toChild = try Self.makePipe()
        let fromChild = try Self.makePipe()

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        if let errors { posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KABINET_") }
        variables.merge(environment) { $1 }
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in argv + envp { free(word) } }

        var pid: pid_t = 0
        let result = posix_spawn(&pid, program, &actions, &attributes, argv, envp)
        close(toChild[0])
        close(fromChild[1])
        guard result == 0 else {
            close(toChild[1])
            close(fromChild[0])
            throw HarnessError("\(program) cannot be started: \(String(cString: strerror(result)))")
        }
        self.pid = pid
        input = toChild[1]
        output = ByteStream(fromChild[0])
    }

    deinit {
        closeInput()
        if status == nil {
            kill(pid, SIGKILL)
            _ = try? wait(within: 10)
        }
    }

    private static let ignoreBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// A pair of sockets, each to be used one way. They are created close-on-exec, so that no other child, spawned at
    /// the same time, holds an end open.
    private static func makePipe() throws -> [Int32] {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HarnessError("no pair of sockets") }
        return ends
    }

    func write(_ text: String) throws {
        guard let input else { throw HarnessError("the input is closed") }
        try writeAll(Array(text.utf8), to: input)
    }

    func closeInput() {
        if let input { close(input) }
        input = nil
    }

    func send(signal: Int32) {
        if status == nil { kill(pid, signal) }
    }

    var isRunning: Bool { (try? wait(within: 0)) == nil }

    /// Waits for its end. Throws if it does not end in time.
    func wait(within seconds: Double) throws -> ExitStatus {
        if let status { return status }
        var raw: Int32 = 0
        let ended = try eventually(within: seconds) {
            let result = waitpid(pid, &raw, WNOHANG)
            if result < 0, errno != EINTR { throw HarnessError("waitpid: \(String(cString: strerror(errno)))") }
            return result == pid
        }
        guard ended else { throw HarnessError("process \(pid) is still running after \(seconds) s") }
        let status: ExitStatus = raw & 0x7F == 0 ? .exited((raw >> 8) & 0xFF) : .signalled(raw & 0x7F)
        self.status = status
        return status
    }

    /// All of its output, and how it ended.
    func finish(within seconds: Double) throws -> (output: String, status: ExitStatus) {
        closeInput()
        let text = String(decoding: try output.toEnd(within: seconds), as: UTF8.self)
        return (text, try wait(within: seconds))
    }
}

/// A descriptor read with a deadline: a pipe or a socket. It owns the descriptor.
final class ByteStream {
    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private(set) var isAtEnd = false
    private var isOpen = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close() }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        (isOpen, isAtEnd) = (false, true)
    }

    private var available: ArraySlice<UInt8> { buffer[start...] }

    /// False at the end. A reset connection counts as an end too.
    private func fill(until deadline: ContinuousClock.Instant) throws -> Bool {
        guard !isAtEnd else { return false }
        if start > 65_536 || start == buffer.count {
            buffer.removeSubrange(..<start)
            start = 0
        }
        while true {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { throw HarnessError("nothing came in time; so far: \(text(available.prefix(400)))") }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, Int32(left.rounded(.up)))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isAtEnd = true
                return false
            }
            buffer += chunk[..<count]
            return true
        }
    }

    /// The next line without its LF; nil at the end.
    func line(within seconds: Double = 30) throws -> String? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var looked = 0
        while true {
            if let end = available.dropFirst(looked).firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return text(buffer[start..<end])
            }
            looked = available.count
            guard try fill(until: deadline) else {
                guard !available.isEmpty else { return nil }
                defer { start = buffer.count }
                return text(available)
            }
        }
    }

    /// Exactly so many bytes.
    func bytes(_ count: Int, within seconds: Double = 30) throws -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while available.count < count {
            guard try fill(until: deadline) else { throw HarnessError("the stream ended") }
        }
        defer { start += count }
        return Array(available.prefix(count))
    }

    func toEnd(within seconds: Double = 30) throws -> [UInt8] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try fill(until: deadline) {}
        defer { start = buffer.count }
        return Array(available)
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Writes all, or throws.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
    var at = 0
    while at < bytes.count {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + at, bytes.count - at) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw HarnessError("write: \(String(cString: strerror(errno)))") }
        at += count
    }
}
