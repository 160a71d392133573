/// Fills an empty log at the first start, on the same path as every command: the first administrator, and a catalogue.
/// The events name the service itself as their principal.

package import Accounts
internal import EventLog
internal import LineProtocol

package struct BootstrapError: Error, CustomStringConvertible {
    package let description: String
}

extension OpenedService {
    /// Creates the principal `admin` if no principal exists. Its secret is in the file before the event is in the log:
    /// if the start is cut short, the next one begins again. A secret that is not given is drawn.
    package mutating func addFirstAdministrator(secretFile: String, secret given: [UInt8]? = nil) throws {
        guard path.state.principals.next == 1 else { return }
        let secret = given ?? randomBytes(32)
        try writePrivateFile(secretFile, Array((encodeBase64URL(secret) + "\n").utf8))
        let hash = vault.serverKeys.secretHash(secret)
        try path.say("PRINCIPAL.ADD admin roles=admin") { _ in DrawSecret.Output(bytes: secret, hash: hash) }
        try path.commitOrThrow()
    }

    /// Publishes a catalogue if none was ever published: the draft, its items and the publishing are one commit.
    /// `requests` makes the lines that fill the draft of this number and publish it.
    package mutating func publishFirstCatalog(_ requests: (_ draft: Int) -> [String]) throws {
        guard path.state.catalog.publishedVersion == 0 else { return }
        let draft = Int(path.state.catalog.nextDraft)
        try path.say("CATALOG.DRAFT empty=1")
        for line in requests(draft) { try path.say(line) }
        try path.commitOrThrow()
    }
}

extension CommandPath where Store: ~Copyable {
    /// Runs a line as the service itself, without a socket. `prepare` does the secret work that the command asks for.
    package mutating func say(_ line: String, prepare: (any SecretWork) -> (any Sendable)? = { _ in nil }) throws {
        let id = ConnectionID(port: 0, slot: 0, generation: 0)
        connections.open(id)
        connections[id].principal = 0
        defer { connections.close(id) }
        var decoder = RequestDecoder(table: commandTable)
        var consumed = 0
        let bytes = Array((line + "\n").utf8)
        guard case .request(let request) = decoder.next(bytes.span.bytes, consumed: &consumed) else {
            throw BootstrapError(description: "this is not a request: \(line)")
        }
        var incoming = IncomingRequest(connection: id, isRESP: false, request: request, keys: keys)
        var next = answer(incoming, at: systemClock())
        if let job = next.errand as? SecretJob, let result = prepare(job.work) {
            incoming = job.done(result)
            next = answer(incoming, at: systemClock())
        }
        guard case .answered = next, reply.status == .ok else {
            throw BootstrapError(description: "\(line): \(reply["message"] ?? "refused")")
        }
    }

    package mutating func commitOrThrow() throws {
        switch commit() {
        case .durable: return
        case .failed(let reason), .unknown(let reason):
            throw BootstrapError(description: "the log cannot be written: \(reason)")
        }
    }
}
