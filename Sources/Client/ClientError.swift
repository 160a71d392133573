// Everything that the client throws.

/// Why a call has no good answer.
public struct ClientError: Error, Hashable, Sendable {
    /// The failure, for programs.
    public enum Code: String, Hashable, Sendable {
        /// The service answered `ERR`: see `refusal`. The request changed nothing.
        case refused
        /// No connection could be made.
        case cannotConnect
        /// The other side was reached, but TLS could not be agreed on, usually because its certificate is not trusted.
        case tlsFailed
        /// The TLS files are unusable: one is missing, or does not fit the others.
        case invalidTLS
        /// The connection ended before the answer came. Whether the request was done is unknown: repeat it over a new
        /// connection with the same `id=`.
        case connectionLost
        /// The answer did not come in time; as with a lost connection, the request may have been done. The connection
        /// stays usable: the late answer is dropped.
        case timedOut
        /// The calling task was cancelled. The request may have been sent and done.
        case cancelled
        /// The request cannot be written as one line; it was not sent.
        case invalidRequest
        /// The service sent something that the protocol does not allow; the connection was closed.
        case protocolViolation
        /// The connection streams events (`TAIL`) and takes no other request: open another one.
        case streaming
    }

    /// The failure, for programs.
    public let code: Code
    /// The failure and its remedy, for people.
    public let message: String
    /// The service's answer if the code is `.refused`; the reason that the service gave if it announced the end of a
    /// lost connection (`shutting_down`, `slow_reader`).
    public let refusal: Refusal?

    /// An error of the client.
    public init(_ code: Code, _ message: String, refusal: Refusal? = nil) {
        self.code = code
        self.message = message
        self.refusal = refusal
    }

    init(_ refusal: Refusal) {
        self.init(.refused, refusal.description, refusal: refusal)
    }
}

extension ClientError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
