/// The answers on phones for which browsers wait. The service tells a granted one once, with its session, so the answer
/// is kept for a moment: a page that was reloaded, or whose connection broke, gets it all the same.

internal import Client
internal import Phrases
internal import Web

struct PhoneAnswers: Sendable {
    private static let waitSeconds = 25
    private static let pending = Reply(fields: Fields([Field(name: "status", value: "pending")]))

    private let questions = RecentResults<Result<Reply, ServiceError>> { (try? $0.get())?["session"] != nil }

    /// The reply to `CHALLENGE`. The page's script waits for it; a browser without scripts learns at once that there is
    /// none yet, and comes again.
    func answer(to challenge: String, _ request: PageRequest) async throws(ServiceError) -> Reply {
        if !request.isBackground, questions.isRunning(challenge) { return Self.pending }
        // Without room in the lane the script asks more often.
        let seconds = request.isBackground && request.service.hasRoom(in: .wait) ? Self.waitSeconds : 0
        let commands = request.commands
        return try await questions.once(challenge) {
            do throws(ServiceError) {
                return .success(
                    try await commands(
                        .challenge, challenge, named: ["wait": String(seconds)], wait: .seconds(seconds)))
            } catch { return .failure(error) }
        }.get()
    }
}
