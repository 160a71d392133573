/// Helpers for every test of the real process: the programs' paths, a place for data, and threads to wait on.
///
/// These tests block: on sockets, on pipes, on a process that ends. Swift's own pool has a thread a core, and other
/// tests of the same run need it. So a test here runs on a thread of its own, and few of them at a time.

import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: - Threads

/// Runs a test's body where it may block.
struct RealProcessTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Gate.shared.enter()
        do {
            try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
        } catch {
            await Gate.shared.leave()
            throw error
        }
        await Gate.shared.leave()
    }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> RealProcessTrait? { testCase == nil ? nil : self }
}

extension Trait where Self == RealProcessTrait {
    /// The test starts processes and waits for them.
    static var realProcess: RealProcessTrait { RealProcessTrait() }
}

private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// How many tests with processes of their own run at a time: the machine may have two cores.
private actor Gate {
    static let shared = Gate()
    private var free = 3
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Runs each body on a thread, and returns when all have finished; throws the error of the first that threw.
func concurrently<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Value) throws -> [Value] {
    let results = Results<Value>(count: count)
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        Thread.detachNewThread {
            let result = Result { try body(index) }
            results.slots.withLock { $0[index] = result }
            group.leave()
        }
    }
    group.wait()
    return try results.slots.withLock { try $0.compactMap { try $0?.get() } }
}

private final class Results<Value: Sendable>: Sendable {
    let slots: Mutex<[Result<Value, any Error>?]>
    init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }
}

// MARK: - Programs

enum Programs {
    /// The directory where `swift build` put the binaries: beside the test bundle, unless the environment names
    /// another.
    static let binaries: String = {
        if let directory = ProcessInfo.processInfo.environment["KABINET_BIN_DIR"] { return directory }
        return (CommandLine.arguments[0] as NSString).deletingLastPathComponent
    }()

    static var kabinetd: String { binaries + "/kabinetd" }

    static let python = find(ProcessInfo.processInfo.environment["KABINET_PYTHON"] ?? "python3")

    /// A Python that has the `redis` package.
    static let pythonWithRedis = python(with: "redis")

    /// A Python that runs the example of a front end's tests.
    static let pythonWithPytest = python(with: "pytest, redis")

    /// A Python that has the packages which check proofs.
    static let pythonWithProofs = python(with: "nacl, tamperlog")

    private static func python(with packages: String) -> String? {
        python.flatMap { python in
            let check = try? ChildProcess(python, ["-c", "import \(packages)"])
            return (try? check?.wait(within: 30)) == .exited(0) ? python : nil
        }
    }

    static let nc = find("nc")
    static let redisCLI = find("redis-cli")

    static func find(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The repository's root, from where this file was compiled.
    static let repository = (#filePath as NSString).pathComponents.dropLast(3).reduce("") {
        ($0 as NSString).appendingPathComponent($1)
    }
}

// MARK: - Data and chance

/// A fresh directory. The caller removes it.
func makeTemporaryDirectory() throws -> String {
    var template = Array((NSTemporaryDirectory() as NSString).appendingPathComponent("kabinet-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError("mkdtemp: \(String(cString: strerror(errno)))") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// SplitMix64. The code that makes a generator prints its seed; KABINET_SEED repeats a run.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(_ purpose: String) {
        let given = ProcessInfo.processInfo.environment["KABINET_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 1...UInt64(Int64.max))
        state = seed
        print("\(purpose): KABINET_SEED=\(seed)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Polls until it holds, for conditions without an event to wait on.
func eventually(within seconds: Double = 10, _ condition: () throws -> Bool) throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(20_000)
    }
    return try condition()
}
