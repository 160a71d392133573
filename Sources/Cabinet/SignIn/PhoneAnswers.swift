/// The answers on phones for which browsers wait. The service tells a granted one once, with its session, so the answer
/// is kept for a moment: a page that was reloaded, or whose connection broke, gets it all the same.

internal import Client
internal import Synchronization
internal import Web

final class PhoneAnswers: Sendable {
    private typealias Question = Task<Result<Reply, ServiceError>, Never>

    private struct Entry {
        var question: Question
        /// The service granted the sign-in; the question is no longer under way.
        var isAnswered = false
        var expires: ContinuousClock.Instant
    }

    private static let waitSeconds = 25
    private static let lifetime = Duration.seconds(60)
    private static let pending = Reply(fields: Fields([Field(name: "status", value: "pending")]))
    private let entries = Mutex<[String: Entry]>([:])

    /// The reply to `CHALLENGE`. The page's script waits for it; a browser without scripts learns at once that there is
    /// none yet, and comes again.
    func answer(to challenge: String, _ request: PageRequest) async throws(ServiceError) -> Reply {
        let commands = request.commands
        // Without room in the lane the script asks more often.
        let seconds = request.isBackground && request.service.hasRoom(in: .wait) ? Self.waitSeconds : 0
        let isBackground = request.isBackground
        let question = entries.withLock { entries -> Question? in
            let now = ContinuousClock.now
            entries = entries.filter { $0.value.expires > now }
            if let entry = entries[challenge] { return entry.isAnswered || isBackground ? entry.question : nil }
            let question = Question { await self.ask(commands, challenge, seconds) }
            entries[challenge] = Entry(question: question, expires: now + Self.lifetime)
            return question
        }
        guard let question else { return Self.pending }
        return try await question.value.get()
    }

    private func ask(_ commands: Commands, _ challenge: String, _ seconds: Int) async -> Result<Reply, ServiceError> {
        let result: Result<Reply, ServiceError>
        do throws(ServiceError) {
            result = .success(
                try await commands(
                    .challenge, challenge, named: ["wait": String(seconds)], wait: .seconds(seconds)))
        } catch { result = .failure(error) }
        let isGranted = (try? result.get())?["session"] != nil
        entries.withLock { entries in
            if isGranted { entries[challenge]?.isAnswered = true } else { entries[challenge] = nil }
        }
        return result
    }
}
