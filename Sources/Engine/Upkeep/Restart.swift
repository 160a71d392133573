/// RESTART: an ephemeral service drops its state and makes it again from its log, as a start does.
///
/// A test shows by it that what it sees is in the log. The state that the log makes is compared with the one that was
/// dropped, projection by projection.

internal import Accounts
internal import EventLog

struct Restart: ImmediateCommand {
    static let spec = CommandSpec(
        "RESTART", .read, roles: .admin, reply: [.events, .seq], waits: true,
        summary: "Drops the state of an ephemeral service and makes it again from the log, as a start does.",
        example: "RESTART")

    init(_ a: Arguments) throws(Rejection) {}

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        guard path.isEphemeral else {
            throw Rejection(
                .notAvailable, "only a service that keeps nothing (kabinetd --ephemeral) drops its state")
        }
        // These hold the state, or parts of it.
        guard !path.snapshot.isRunning, path.verification.phase != .running, path.rebuild.phase != .running else {
            throw Rejection(.busy, "a snapshot, a verification or a rebuild is running", retryAfterSeconds: 1)
        }
        try path.restart()
        reply.field(.events, path.log.last)
        reply.field(.seq, path.state.position)
    }
}

extension CommandPath where Store: ~Copyable {
    fileprivate mutating func restart() throws(Rejection) {
        guard case .durable = commit() else {
            counters.failure = "what came before a restart could not be made durable"
            return
        }
        var made = AccountsState()
        do {
            _ = try log.makeReader().replay(into: &made, ahead: { state, account in state.prefetch(account) }) {
                state, meta, event in try state.replay(event, meta)
            }
        } catch { throw Rejection(.internalError, "the log cannot be replayed: \(error)") }
        let other = zip(state.digests, made.digests).first {
            $0 != $1 && AccountsState.replaceable.contains($0.name)
        }
        if let other { throw Rejection(.internalError, "the log makes another state of \(other.0.name)") }
        made.makeAgenda()
        state = made
        minuteLimits = MinuteLimits()
    }
}
