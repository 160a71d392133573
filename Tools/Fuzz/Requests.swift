/// The request decoder's promises for any bytes: it takes no more than there is; each step takes something; the bytes
/// left waiting are bounded; and the steps are the same however the bytes are cut.

import Accounts
import LineProtocol
import TestSupport

/// Commands of every shape that the table can express, so that one mutation of a command can reach another.
private let table = CommandTable([
    CommandSpec(
        "HELLO", .connection,
        [Parameter<Number?>("version"), Accounts.Hello.principal, Accounts.Hello.secret],
        summary: "", example: ""),
    CommandSpec(
        "AUTH", .connection, [Parameter<Key>(positional: "principal"), Parameter<Secret>(positional: "secret")],
        summary: "", example: ""),
    CommandSpec("PING", .connection, [Parameter<Secret?>("text")], summary: "", example: ""),
    CommandSpec("HELP", .connection, [Parameter<PlainText?>("verb")], rows: [], summary: "", example: ""),
    CommandSpec("COMMAND", .connection, isRESPOnly: true, summary: "", example: ""),
    CommandSpec(
        "CLIENT", .connection, [Parameter<Key>(positional: "subcommand"), Parameter<PlainText?>("words")],
        isRESPOnly: true,
        summary: "", example: ""),
    CommandSpec(
        "ECHO", .connection, [Parameter<Secret>(positional: "text")], isRESPOnly: true, summary: "", example: ""),
    CommandSpec("MULTI", .connection, isRESPOnly: true, isNeverQueued: true, summary: "", example: ""),
    CommandSpec("EXEC", .connection, isRESPOnly: true, waits: true, isNeverQueued: true, summary: "", example: ""),
    CommandSpec(
        "BALANCE", .read, session: .subscriber, [Parameter<MSISDN>(positional: "msisdn")], isOfPast: true, summary: "",
        example: ""),
    CommandSpec("VERIFY", .read, rows: [], waits: true, summary: "", example: ""),
    CommandSpec(
        "TOPUP", .change,
        [Parameter<MSISDN>(positional: "msisdn"), Parameter<Amount>(positional: "amount"), Parameter<ClientID>("ref")],
        summary: "", example: ""),
    CommandSpec(
        "GROUP.ADD", .change,
        [Parameter<Number>(positional: "group"), Parameter<Several<MSISDN>>(positional: "msisdn")],
        summary: "", example: ""),
    CommandSpec(
        "PROOF", .read, [Parameter<Number>(positional: "seq"), Parameter<Number?>("size")], rows: [], waits: true,
        summary: "", example: ""),
    CommandSpec("LOGIN.CODE", .strangersChange, [Parameter<MSISDN>(positional: "msisdn")], summary: "", example: ""),
    CommandSpec(
        "CONFIRM", .signIn,
        [
            Parameter<Token>(positional: "challenge"), Parameter<Secret>(positional: "code"),
            Parameter<Secret?>("password"),
        ], waits: true,
        summary: "", example: ""),
    CommandSpec(
        "CHALLENGE", .signIn, [Parameter<Token>(positional: "challenge"), Parameter<Number?>("wait")], waits: true,
        summary: "",
        example: ""),
    CommandSpec(
        "PROFILE.SET", .change, session: .manager,
        [
            Parameter<MSISDN>(positional: "msisdn"), Parameter<PlainText?>("name"), Parameter<Key?>("language"),
            Parameter<List?>("notify"), Parameter<Secret?>("reauth"),
        ], waits: true, summary: "", example: ""),
    CommandSpec(
        "TICKET.OPEN", .change, session: .subscriber,
        [Parameter<MSISDN>(positional: "msisdn"), Parameter<PlainText>("subject"), Parameter<PlainText>("text")],
        summary: "", example: ""),
])

/// The result of one step, in values that compare.
private enum Said: Equatable {
    case request(Int, [[UInt8]?])
    case rejected(Rejection)
    case broken(Rejection)

    init(_ request: Request) {
        let arguments = request.arguments
        var values = arguments.spec.parameters.indices.map { arguments.value($0).map(Array.init) }
        values += arguments.more.map { Array(arguments.slice($0)) }
        // The past that is asked about, or the reason that there is none: never a crash.
        if let moment = try? arguments.moment(.utc) { values.append(Array("\(moment)".utf8)) }
        self = .request(request.command, values)
    }
}

func checkRequests(_ input: [UInt8], _ variation: UInt64) throws(BrokenPromise) -> UInt64 {
    let whole = try converse(input, cuts: [])
    var random = SplitMix64(seed: variation)
    for _ in 0..<2 {
        let cuts = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            Int.random(in: 0...input.count, using: &random)
        }
        let cut = try converse(input, cuts: cuts.sorted())
        try promise(cut == whole, "cut at \(cuts.sorted()) it says \(cut) and whole \(whole)")
    }
    for said in whole { try checkSaid(said) }
    return kind(whole)
}

/// A connection whose caller keeps the bytes that were not consumed.
private func converse(_ input: [UInt8], cuts: [Int]) throws(BrokenPromise) -> [Said] {
    var decoder = RequestDecoder(table: table)
    var waiting: [UInt8] = []
    var said: [Said] = []
    var start = 0
    for end in cuts + [input.count] {
        waiting += input[start..<end]
        start = end
        var at = 0
        while true {
            var consumed = -1
            let step = decoder.next(waiting.span.bytes.extracting(at..<waiting.count), consumed: &consumed)
            try promise(
                consumed >= 0 && consumed <= waiting.count - at, "it took \(consumed) of \(waiting.count - at) bytes")
            at += consumed
            if case .needsMore = step { break }
            try promise(consumed > 0, "a step took nothing")
            switch step {
            case .needsMore: break
            case .request(let request): said.append(Said(request))
            case .rejected(let rejection): said.append(.rejected(rejection))
            case .broken(let rejection):
                said.append(.broken(rejection))
                return said
            }
        }
        waiting.removeFirst(at)
        try promise(
            waiting.count <= RequestDecoder.maximumRequestBytes + 2, "it lets \(waiting.count) bytes wait")
    }
    return said
}

/// Checks the contents of a request or a refusal.
private func checkSaid(_ said: Said) throws(BrokenPromise) {
    switch said {
    case .request(let command, let values):
        let spec = table.specs[command]
        // Redis' own commands and an echo take any bytes.
        for value in values where !spec.isRESPOnly && spec.verb != "PING" {
            guard let value else { continue }
            try promise(String(validating: value, as: UTF8.self) != nil, "a value is not UTF-8: \(value)")
            try promise(!value.contains(0), "a value holds NUL")
        }
        for (index, parameter) in spec.parameters.enumerated() where parameter.need != .optional {
            try promise(values[index] != nil, "\(spec.verb) was taken without \(parameter.name)")
        }
    case .rejected(let rejection), .broken(let rejection):
        if let field = rejection.field { try promise(isKey(field.utf8), "it says back \(field.debugDescription)") }
        if let column = rejection.column {
            try promise(
                (1...RequestDecoder.maximumRequestBytes + 1).contains(column), "there is no column \(column)")
        }
    }
}

/// The shape of the results: commands, which values came, codes.
private func kind(_ all: [Said]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }
    for said in all.prefix(4) {
        switch said {
        case .request(let command, let values):
            mix(UInt64(command))
            for value in values { mix(value == nil ? 1 : 2) }
        case .rejected(let rejection), .broken(let rejection):
            for byte in rejection.code.rawValue.utf8 { mix(UInt64(byte)) }
            for byte in rejection.message.utf8 { mix(UInt64(byte)) }
        }
    }
    return hash
}
