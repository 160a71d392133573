/// The answers to recent submissions, so that a second one of the same form (a double click, or a reload) gets the
/// answer of the first. They serve forms with secrets, whose commands, such as CONFIRM, take no `id=`, and would be
/// refused a second time.

internal import Synchronization

final class FormOutcomes: Sendable {
    private struct Entry {
        var response: Task<OutgoingHTTP, Never>
        var expires: ContinuousClock.Instant
    }

    private static let lifetime = Duration.seconds(60)
    private static let maximumEntries = 10_000
    private let entries = Mutex<[String: Entry]>([:])

    /// Runs the submission, unless the same one is running or was done a short time ago. A submission that was refused
    /// is forgotten: the visitor corrects it and submits it again.
    ///
    /// A visitor who goes away does not end it.
    func once(_ key: String, _ submit: @escaping @Sendable () async -> OutgoingHTTP) async -> OutgoingHTTP {
        let now = ContinuousClock.now
        let task = entries.withLock { entries in
            if let entry = entries[key], entry.expires > now { return entry.response }
            if entries.count >= Self.maximumEntries { entries = entries.filter { $0.value.expires > now } }
            let task = Task {
                let response = await submit()
                if response.status != 303 { forget(key) }
                return response
            }
            if entries.count < Self.maximumEntries {
                entries[key] = Entry(response: task, expires: now + Self.lifetime)
            }
            return task
        }
        return await task.value
    }

    private func forget(_ key: String) { entries.withLock { _ = $0.removeValue(forKey: key) } }
}
