/// Planted bugs in the path of requests and replies.

import Accounts
import Engine

extension Planted {
    private static let discard = commandTable.find("DISCARD".utf8) ?? -1
    private static let exec = commandTable.find("EXEC".utf8) ?? -1

    /// The words as they leave the client.
    func said(_ words: [String]) -> [String] {
        guard happens(.conditionDropped) else { return words }
        return words.filter { !$0.hasPrefix("if_seq=") }
    }

    /// A request as the loop passes it on.
    func requested(_ incoming: IncomingRequest) -> IncomingRequest {
        var incoming = incoming
        if incoming.request.command == Self.discard, happens(.discardExecuted) {
            let exec = Request(command: Self.exec, arguments: Arguments(commandTable.traits[Self.exec]))
            return IncomingRequest(connection: incoming.connection, isRESP: true, request: exec, keys: .fixed)
        }
        guard !incoming.idHash.isZero else { return incoming }
        switch active {
        case .argumentsIgnored: incoming.argumentsHash = Hash128(high: UInt64(incoming.request.command), low: 1)
        case .retryAppliedTwice where isSeen(incoming.idHash):
            incoming.idHash = Hash128(high: incoming.idHash.high ^ 1, low: incoming.idHash.low)
            incoming.referenceHash = Hash128(high: incoming.referenceHash.high ^ 1, low: 1)
        default: break
        }
        return incoming
    }

    /// The replies of a batch, as the writer passes them on.
    func released(_ deliveries: inout [ConnectionReplies]) {
        guard deliveries.count > 1 else { return }
        if happens(.replyDropped) { deliveries.removeFirst() }
        if happens(.wrongConnection) {
            (deliveries[0].bytes, deliveries[1].bytes) = (deliveries[1].bytes, deliveries[0].bytes)
        }
    }

    /// The replies that a connection gets at once.
    func received(_ answers: inout [Answer]) {
        guard answers.count > 1, happens(.repliesSwapped) else { return }
        answers.swapAt(0, 1)
    }

    /// A reply as its client gets it.
    func answered(_ answer: Answer, to sent: Sent) -> Answer {
        guard active == .staleRead, sent.words[0] == "BALANCE", answer.isOK, let msisdn = sent.msisdn else {
            return answer
        }
        let older = older(answer, of: msisdn)
        return happens(.staleRead) ? older : answer
    }
}
