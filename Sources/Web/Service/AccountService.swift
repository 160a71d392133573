/// The account service as the web tier uses it: connections of one principal, in lanes, with safe retries.

package import Client
package import Logging

/// Where the service listens, and who signs in.
package struct ServiceEndpoint: Sendable {
    package var host: String
    package var port: Int
    package var tls: ClientTLS?
    /// Nil if the client certificate names the principal.
    package var credentials: (principal: String, secret: String)?

    package init(host: String, port: Int, tls: ClientTLS? = nil, credentials: (principal: String, secret: String)?) {
        (self.host, self.port, self.tls, self.credentials) = (host, port, tls, credentials)
    }
}

/// Connections are kept apart by how long their commands take, because a command that takes long holds the later ones
/// of its connection.
package enum Lane: Int, CaseIterable, Sendable {
    /// Reads of the state and changes without a hash: many share a connection.
    case quick
    /// Scans of a number's history.
    case history
    /// Hashes of passwords, codes, and what opens sealed texts.
    case secret
    /// Requests that wait for an answer on the phone.
    case wait

    /// Connections, requests in flight on each, and requests that may queue for them.
    var size: (connections: Int, inFlight: Int, queue: Int) {
        switch self {
        case .quick: (4, 256, 4096)
        case .history: (8, 1, 1024)
        case .secret: (8, 1, 1024)
        case .wait: (256, 1, 0)
        }
    }
}

/// Why the service gave no good answer.
package enum ServiceError: Error, Sendable {
    /// The service refused the request, which changed nothing.
    case refused(Refusal)
    /// The service cannot be reached, or has too much to do. The request changed nothing.
    case unavailable
    /// The reply was lost. The request may have been done.
    case outcomeUnknown

    package var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

package final class AccountService: Sendable {
    /// How long a request that may be sent again is tried, so that a restart of the service shows nobody an error.
    private static let patience = Duration.seconds(5)
    private static let timeout = Duration.seconds(10)

    /// The name of the site's principal; nil if a client certificate names it.
    package let principal: String?
    private let pools: [ConnectionPool]
    private let logger: Logger

    package init(_ endpoint: ServiceEndpoint, logger: Logger) {
        self.logger = logger
        principal = endpoint.credentials?.principal
        pools = Lane.allCases.map { ConnectionPool(endpoint, size: $0.size) }
    }

    /// Whether a request of this lane would not have to queue.
    package func hasRoom(in lane: Lane) -> Bool { pools[lane.rawValue].hasRoom }

    /// Sends a request and returns its `OK`.
    ///
    /// - Parameters:
    ///   - isRepeatable: A read, or a change with `id=`: it is sent again after a lost reply.
    ///   - wait: The time that the request itself may wait.
    package func call(
        _ request: Request, _ lane: Lane, isRepeatable: Bool, wait: Duration = .zero
    ) async throws(ServiceError) -> Reply {
        let deadline = ContinuousClock.now + Self.patience
        var pause = Duration.milliseconds(20)
        var wasSent = false
        while true {
            let failure: ClientError.Code
            switch await attempt(request, lane, timeout: Self.timeout + wait, leasedBefore: deadline) {
            case .reply(let reply):
                guard let refusal = reply.refusal else { return reply }
                guard refusal.isIdle else { throw .refused(refusal) }
                // The connection had been idle, and its end crossed the request, which was not done.
                failure = .connectionLost
            case .lost(let error):
                guard error.code != .invalidRequest else {
                    throw .refused(Refusal(code: "invalid_text", message: error.message))
                }
                failure = error.code
                wasSent = true
            case .notSent(.failed(let error)): failure = error.code
            case .notSent: failure = .cancelled
            }
            let isLost = wasSent && !isRepeatable
            guard !isLost, failure != .cancelled, ContinuousClock.now + pause < deadline else {
                // A visitor who went away is no failure of the service.
                logger.log(
                    level: failure == .cancelled ? .debug : .warning, "the account service gave no reply",
                    metadata: ["verb": "\(request.verb)", "error": "\(failure)"])
                throw wasSent ? .outcomeUnknown : .unavailable
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private enum Attempt {
        case reply(Reply)
        case lost(ClientError)
        case notSent(LeaseError)
    }

    private func attempt(
        _ request: Request, _ lane: Lane, timeout: Duration, leasedBefore deadline: ContinuousClock.Instant
    ) async -> Attempt {
        let pool = pools[lane.rawValue]
        let client: KabinetClient
        do throws(LeaseError) { client = try await pool.lease(until: deadline) } catch { return .notSent(error) }
        do throws(ClientError) {
            let reply = try await client.call(request, timeout: timeout)
            pool.release(client, isUsable: reply.refusal?.isIdle != true)
            return .reply(reply)
        } catch {
            // After a timeout the command may hold its connection for long. A request that was given up, because a
            // visitor went away, or because another read of its page failed, leaves the connection to the others.
            pool.release(client, isUsable: error.code == .invalidRequest || error.code == .cancelled)
            return .lost(error)
        }
    }

    package func close() async {
        for pool in pools { await pool.close() }
    }
}

extension Refusal {
    /// The connection was idle for too long. A thing that has expired, such as a voucher, is named by a field.
    fileprivate var isIdle: Bool { code == "expired" && field == nil }
}
