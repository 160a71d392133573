/// A connection and its event loop: requests in a pipeline, replies in the same order.

import Accounts
import Engine
import LineProtocol

/// A request as its client remembers it.
struct Sent {
    let command: Int
    let words: [String]
    /// The principal that sent it; nil if the connection was not signed in.
    var principal: String?
    /// The client's knowledge by then: the last position that any client was told of, and whether the id had an
    /// outcome.
    var knownPosition: Position = 0
    var idHadOutcome = false
    /// True if it was sent before.
    var isRepeat = false

    var spec: CommandSpec { commandTable.specs[command] }
    var id: String? { value("id") }

    func value(_ name: String) -> String? {
        words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    /// The verb's first argument if it is a number that may be somebody's.
    var msisdn: UInt64? {
        guard spec.traits.pointee.namesSubscriber, words.count > 1 else { return nil }
        return UInt64(words[1])
    }

    /// The words that a retry under the same id sends again.
    var repeatedWords: String {
        words.filter { word in
            guard let equals = word.firstIndex(of: "=") else { return true }
            let name = word[..<equals]
            return name != "id" && name != "session" && name != "pin" && name != "puk"
        }.joined(separator: " ")
    }

    /// The id in its principal's scope.
    var scopedID: String? {
        guard let principal, let id else { return nil }
        return principal + "/" + id
    }

    var line: String { words.joined(separator: " ") }
}

struct Connection {
    let id: ConnectionID
    let isRESP: Bool
    private var decoder = RequestDecoder(table: commandTable)
    /// The principal that it is signed in as, as far as its client knows.
    var principal: String?
    /// Not sent yet.
    var queue: [Sent] = []
    /// Sent and not answered, in order.
    var inFlight: [Sent] = []
    /// The requests queued since MULTI, in order; nil without a MULTI.
    var queued: [Sent]?
    /// A request is on its way, and those behind wait for it.
    private var isHeld = false
    var isStreaming = false
    /// The position that the log's next event must have; nil if it is not known yet.
    var nextEvent: Position?
    /// A page of events is to be read.
    var hasPage = false

    private static let maximumInFlight = 16

    init(id: ConnectionID, isRESP: Bool) { (self.id, self.isRESP) = (id, isRESP) }

    /// Takes the next request if it may go, as the event loop does. False if none may.
    mutating func next(_ planted: Planted, into push: inout InboxPush, _ send: (inout Sent) -> Void) -> Bool {
        guard !queue.isEmpty, !isHeld, !isStreaming, inFlight.count < Self.maximumInFlight else { return false }
        var sent = queue.removeFirst()
        sent.principal = principal
        send(&sent)
        inFlight.append(sent)
        let bytes = render(planted.said(sent.words))
        var consumed = 0
        switch decoder.next(bytes.span.bytes, consumed: &consumed) {
        case .request(let request):
            isHeld = request.waits
            let incoming = IncomingRequest(connection: id, isRESP: isRESP, request: request, keys: .fixed)
            push.append(planted.requested(incoming))
        case .rejected(let rejection): push.append(.rejected(id, isRESP: isRESP, rejection, closes: false))
        case .broken, .needsMore: preconditionFailure("\(sent.line) is one whole request")
        }
        return true
    }

    private func render(_ words: [String]) -> [UInt8] {
        guard isRESP else { return Array((words.joined(separator: " ") + "\n").utf8) }
        return Array(
            words.reduce("*\(words.count)\r\n") { $0 + "$\($1.utf8.count)\r\n\($1)\r\n" }.utf8)
    }

    /// The request that the next reply answers.
    mutating func answered() -> Sent? {
        guard !inFlight.isEmpty else { return nil }
        let sent = inFlight.removeFirst()
        isHeld = isHeld && !inFlight.isEmpty
        return sent
    }
}
