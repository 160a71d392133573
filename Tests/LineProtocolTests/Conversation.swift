/// Helpers that the tests of this module share: a small table, a caller that keeps the bytes that were not consumed,
/// and steps that can be compared and read.

import Accounts
import LineProtocol
import Testing

let table = CommandTable([
    CommandSpec(
        "HELLO", .connection,
        [Parameter<Number?>("version"), Accounts.Hello.principal, Accounts.Hello.secret],
        summary: "", example: ""),
    CommandSpec(
        "AUTH", .connection, [Parameter<Key>(positional: "principal"), Parameter<Secret>(positional: "secret")],
        summary: "",
        example: ""),
    CommandSpec("PING", .connection, [Parameter<PlainText?>("text")], summary: "", example: ""),
    CommandSpec("HELP", .connection, [Parameter<PlainText?>("verb")], hasRows: true, summary: "", example: ""),
    CommandSpec("COMMAND", .connection, hasRows: true, isRESPOnly: true, summary: "", example: ""),
    CommandSpec(
        "CLIENT", .connection, [Parameter<PlainText?>("subcommand"), Parameter<PlainText?>("words")], isRESPOnly: true,
        summary: "", example: ""),
    CommandSpec(
        "ECHO", .connection, [Parameter<PlainText>(positional: "text")], isRESPOnly: true, summary: "", example: ""),
    CommandSpec(
        "BALANCE", .read, session: .subscriber, [Parameter<MSISDN>(positional: "msisdn")], summary: "", example: ""),
    CommandSpec(
        "TOPUP", .change,
        [
            Parameter<MSISDN>(positional: "msisdn"), Parameter<Amount>(positional: "amount"),
            Parameter<ClientID>("ref"),
            Parameter<Key?>("method"),
        ], summary: "", example: ""),
    CommandSpec(
        "GROUP.ADD", .change,
        [Parameter<Number>(positional: "group"), Parameter<Several<MSISDN>>(positional: "msisdn")], summary: "",
        example: ""),
    CommandSpec(
        "TICKET.OPEN", .change,
        [Parameter<MSISDN>(positional: "msisdn"), Parameter<PlainText>("subject"), Parameter<PlainText>("text")],
        summary: "",
        example: ""),
])

/// A step, in values that compare byte by byte.
enum Said: Equatable, CustomStringConvertible {
    case request(String, [String: [[UInt8]]])
    case rejected(Rejection)
    case broken(Rejection)

    static func request(_ verb: String, _ values: KeyValuePairs<String, String> = [:]) -> Said {
        var all: [String: [[UInt8]]] = [:]
        for (name, value) in values { all[name, default: []].append(Array(value.utf8)) }
        return .request(verb, all)
    }

    init(_ request: Request) {
        let arguments = request.arguments
        var all: [String: [[UInt8]]] = [:]
        for (index, parameter) in arguments.spec.parameters.enumerated() {
            guard let value = arguments.value(index) else { continue }
            all[parameter.name] = [Array(value)]
            let isLast = index == arguments.spec.parameters.count - 1
            if parameter.kind == .msisdns || arguments.spec.isRESPOnly && isLast {
                all[parameter.name, default: []] += arguments.more.map { Array(arguments.slice($0)) }
            }
        }
        self = .request(table.specs[request.command].verb, all)
    }

    var description: String {
        switch self {
        case .request(let verb, let values):
            let words = values.sorted { $0.key < $1.key }.map { name, values in
                values.map { "\(name)=\(String(decoding: $0, as: UTF8.self).debugDescription)" }.joined(separator: " ")
            }
            return ([verb] + words).joined(separator: " ")
        case .rejected(let rejection): return "rejected \(rejection)"
        case .broken(let rejection): return "broken \(rejection)"
        }
    }

    var rejection: Rejection? {
        switch self {
        case .request: nil
        case .rejected(let rejection), .broken(let rejection): rejection
        }
    }
}

/// One connection's calls, in which the caller keeps the bytes that were not consumed.
struct Conversation {
    private var decoder = RequestDecoder(table: table)
    private var waiting: [UInt8] = []
    private(set) var said: [Said] = []
    private(set) var mostWaiting = 0
    private(set) var isBroken = false
    var isRESP: Bool { decoder.isRESP }

    mutating func receive(_ bytes: some Sequence<UInt8>) {
        waiting += bytes
        while true {
            var consumed = -1
            let input = waiting
            let step = decoder.next(input.span.bytes, consumed: &consumed)
            precondition(0...waiting.count ~= consumed, "consumed \(consumed) of \(waiting.count)")
            waiting.removeFirst(consumed)
            switch step {
            case .needsMore:
                mostWaiting = max(mostWaiting, waiting.count)
                return
            case .request(let request): said.append(Said(request))
            case .rejected(let rejection): said.append(.rejected(rejection))
            case .broken(let rejection):
                said.append(.broken(rejection))
                isBroken = true
            }
            precondition(consumed > 0, "a step that takes nothing would never end")
        }
    }
}

func said(_ bytes: some Sequence<UInt8>) -> [Said] {
    var conversation = Conversation()
    conversation.receive(bytes)
    return conversation.said
}

func said(_ text: String) -> [Said] { said(text.utf8) }

/// The steps of bytes that come in the given pieces.
func said(_ bytes: [UInt8], cutAt cuts: some Sequence<Int>) -> [Said] {
    var conversation = Conversation()
    var start = 0
    for cut in cuts {
        conversation.receive(bytes[start..<cut])
        start = cut
    }
    conversation.receive(bytes[start...])
    return conversation.said
}

/// A RESP request of these elements.
func frame(_ elements: [[UInt8]]) -> [UInt8] {
    var bytes = Array("*\(elements.count)\r\n".utf8)
    for element in elements { bytes += Array("$\(element.count)\r\n".utf8) + element + [13, 10] }
    return bytes
}

func frame(_ elements: String...) -> [UInt8] { frame(elements.map { Array($0.utf8) }) }

/// Deterministic, so that a printed seed is enough to repeat a failure.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

/// A new seed each run, or the one of a failure that is to be repeated.
func newSeed(_ function: String = #function) -> UInt64 {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    print("\(function) seed=\(seed)")
    return seed
}
