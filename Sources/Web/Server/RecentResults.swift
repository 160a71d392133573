/// Work that several requests may ask for at once, and that must be done once. Those that come while it runs, or a short
/// time after it succeeded, get its result.

internal import Synchronization

package final class RecentResults<Value: Sendable>: Sendable {
    private struct Entry {
        var task: Task<Value, Never>
        var isDone = false
    }

    private let isKept: @Sendable (Value) -> Bool
    private let maximumEntries: Int
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameters:
    ///   - maximumEntries: Beyond them work is done without being remembered.
    ///   - isKept: Whether a result is a success. Others are forgotten at once, so that the work can be tried again.
    package init(maximumEntries: Int = 10_000, isKept: @escaping @Sendable (Value) -> Bool) {
        (self.maximumEntries, self.isKept) = (maximumEntries, isKept)
    }

    /// Does the work, unless the same is being done or was done in the last minute. A request that goes away does not
    /// end it.
    package func once(_ key: String, _ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = entries.withLock { entries in
            if let entry = entries[key] { return entry.task }
            let task = Task { await self.run(key, work) }
            if entries.count < maximumEntries { entries[key] = Entry(task: task) }
            return task
        }
        return await task.value
    }

    /// Whether the work is being done now.
    package func isRunning(_ key: String) -> Bool { entries.withLock { $0[key].map { !$0.isDone } ?? false } }

    private func run(_ key: String, _ work: @Sendable () async -> Value) async -> Value {
        let value = await work()
        guard isKept(value) else {
            forget(key)
            return value
        }
        entries.withLock { $0[key]?.isDone = true }
        Task {
            try? await Task.sleep(for: .seconds(60))
            forget(key)
        }
        return value
    }

    private func forget(_ key: String) { entries.withLock { _ = $0.removeValue(forKey: key) } }
}

/// The answers to submitted forms, so that a second submission of the same form (a double click, or a reload) gets the
/// answer of the first. They serve forms with secrets, whose commands, such as CONFIRM, take no `id=`, and would be
/// refused a second time. A refused form is corrected and submitted again.
typealias FormOutcomes = RecentResults<OutgoingHTTP>

extension FormOutcomes {
    convenience init() { self.init { $0.status == 303 } }
}
