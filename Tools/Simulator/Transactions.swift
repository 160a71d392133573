/// Transactions of the simulated Redis clients. No request runs that was queued and not executed, and one commit has
/// all events of one EXEC.

import Accounts
import Engine
import EventCoding

extension Clients {
    /// A transaction that is executed, dropped, refused or left open.
    mutating func transaction() -> [Sent] {
        var requests = draw.happens(12) ? [Self.word("WATCH", "key")] : []
        if draw.happens(12) { requests.append(Self.word("UNWATCH")) }
        requests.append(Self.word("MULTI"))
        for _ in 0..<draw.below(6) {
            var sent = request()
            // A request that waits for more than a commit discards the whole transaction.
            while sent.spec.traits.pointee.waits, !draw.happens(12) { sent = request() }
            requests.append(sent)
        }
        switch draw.below(12) {
        case 0, 1: requests.append(Self.word("DISCARD"))
        case 2: requests += [Self.word("MULTI"), Self.word("EXEC")]
        case 3: break
        case 4 where draw.happens(4): requests.append(Self.word("RESET"))
        default: requests.append(Self.word("EXEC"))
        }
        return requests
    }

    private static func word(_ words: String...) -> Sent {
        guard let command = commandTable.find(words[0].utf8) else { preconditionFailure("no \(words[0])") }
        return Sent(command: command, words: words)
    }
}

extension Simulation {
    /// Handles a reply as the client of a transaction does.
    func take(_ answer: Answer, to sent: Sent, at place: Int) throws {
        let queued = connections[place].queued
        if let queued, !sent.spec.traits.pointee.isNeverQueued {
            try hold(!answer.isOK || answer.isQueued, .transactions, "\(sent.line) is answered \(answer.text) in MULTI")
            if answer.isQueued { connections[place].queued = queued + [sent] }
            return
        }
        try hold(!answer.isQueued, .transactions, "\(sent.line) is queued, and nobody said MULTI")
        switch sent.words[0] {
        case "MULTI" where queued == nil: connections[place].queued = []
        case "EXEC":
            connections[place].queued = nil
            if answer.isOK { try takeAll(answer, queued ?? [], at: place) } else { try drop(queued ?? []) }
        case "DISCARD", "RESET":
            connections[place].queued = nil
            try drop(queued ?? [])
            if sent.words[0] == "RESET" { connections[place].principal = nil }
        default: return try takeDone(answer, to: sent, at: place)
        }
        if answer.isOK { counts.accepted[sent.command] += 1 }
    }

    private func takeAll(_ answer: Answer, _ requests: [Sent], at place: Int) throws {
        try hold(
            answer.replies.count == requests.count, .transactions,
            "EXEC has \(answer.replies.count) replies for \(requests.map(\.line))")
        var positions: [Position] = []
        for (value, sent) in zip(answer.replies, requests) {
            let reply: Answer
            do throws(Unreadable) { reply = try AnswerReader.answer(value, sent.spec.hasRows) } catch {
                throw Violation(.replies, "EXEC has no reply to \(sent.line)")
            }
            try takeDone(reply, to: sent, at: place)
            let isNew = reply.isOK && sent.spec.effect != .read && reply["repeated"] == nil
            if isNew, let position = reply.number("seq") { positions.append(position) }
        }
        try hold(positions == positions.sorted(), .transactions, "EXEC did \(requests.map(\.line)) in another order")
        guard let first = positions.first, let last = positions.last else { return }
        try hold(
            !commits.ends.contains { first <= $0 && $0 < last }, .transactions,
            "EXEC did \(requests.map(\.line)) in several commits, from \(first) to \(last)")
    }

    /// A connection is gone, and with it the requests that it had queued. If EXEC was on its way, their outcome is
    /// unknown.
    func end(_ connection: Connection) throws {
        for sent in connection.inFlight { clients.remember(sent) }
        let queued = connection.queued ?? []
        if connection.inFlight.contains(where: { $0.words[0] == "EXEC" }) {
            for sent in queued { clients.remember(sent) }
        } else {
            try drop(queued)
        }
    }

    /// The requests were queued and never executed. One that was sent before, outside of the transaction, may be in the
    /// log.
    private func drop(_ requests: [Sent]) throws {
        for sent in requests where !sent.isRepeat {
            guard let id = sent.id, id.hasPrefix("y-"), let name = sent.principal,
                let principal = log.principalNumbers[name]
            else { continue }
            let hash = Array(id.utf8).withUnsafeBytes { ServerKeys.fixed.commandID($0) }
            try log.drop(hash.scoped(to: principal), sent)
        }
    }
}
