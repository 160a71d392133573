/// One RESP frame into a request: the same verbs and arguments as in a line, each element unquoted.

import Accounts

/// The greetings of Redis clients before their first command, in Redis' own forms.
struct RedisGreeting: Sendable {
    struct Hello: Sendable {
        let command: Int
        let principal: Int
        let secret: Int
    }

    let hello: Hello?
    let auth: Int?
    let ping: Int?

    init(_ table: CommandTable) {
        if let command = table.find("HELLO".utf8),
            let principal = table.specs[command].place(of: Accounts.Hello.principal),
            let secret = table.specs[command].place(of: Accounts.Hello.secret)
        {
            hello = Hello(command: command, principal: principal, secret: secret)
        } else {
            hello = nil
        }
        auth = table.find("AUTH".utf8)
        ping = table.find("PING".utf8)
    }
}

/// `elements` are the values' places in `frame`, the verb's first; there is at least one.
func parseFrame(
    _ elements: [Range<Int>], _ frame: Bytes, _ table: CommandTable, _ greeting: RedisGreeting
) throws(Rejection) -> Request {
    try check(frame, elements[0], 0)
    let command = try findCommand(frame[elements[0]], in: table, isRESP: true)
    var binder = ArgumentBinder(table, command, maximumBytes: frame.count)
    // Redis' own commands and an echo take any bytes, each value in its place.
    let isEcho = command == greeting.ping && elements.count == 2
    if isEcho || table.traits[command].pointee.isRESPOnly {
        for element in elements.dropFirst() { binder.bindInPlace(frame.slice(element)) }
        return try binder.finish()
    }
    for index in elements.indices.dropFirst() { try check(frame, elements[index], index) }

    var next = 1
    if command == greeting.auth, elements.count == 2 { try binder.bind("default".utf8) }
    while next < elements.count {
        if let hello = greeting.hello, command == hello.command,
            try bindOption(of: hello, &binder, elements[next...], frame, &next)
        {
            continue
        }
        try bind(&binder, frame, elements[next])
        next += 1
    }
    return try binder.finish()
}

private func bind(_ binder: inout ArgumentBinder, _ frame: Bytes, _ element: Range<Int>) throws(Rejection) {
    guard !binder.wantsPositional, let equals = frame.all[element].firstIndex(of: .equals) else {
        return try binder.bind(frame.slice(element))
    }
    let parameter = try binder.parameter(frame[element.lowerBound..<equals])
    try binder.bind(frame.slice((equals + 1)..<element.upperBound), to: parameter)
}

/// `AUTH principal secret` and `SETNAME name` after `HELLO 3`. False if the next element is neither.
private func bindOption(
    of hello: RedisGreeting.Hello, _ binder: inout ArgumentBinder, _ elements: ArraySlice<Range<Int>>, _ frame: Bytes,
    _ next: inout Int
) throws(Rejection) -> Bool {
    let first = elements.startIndex
    if frame[elements[first]].equalsWord("AUTH"), elements.count >= 3 {
        try binder.bind(frame.slice(elements[first + 1]), to: hello.principal)
        try binder.bind(frame.slice(elements[first + 2]), to: hello.secret)
        next += 3
        return true
    }
    // A name for the connection, which has no use here.
    if frame[elements[first]].equalsWord("SETNAME"), elements.count >= 2 {
        next += 2
        return true
    }
    return false
}

/// An element is UTF-8 without control bytes, like a line's value.
private func check(_ frame: Bytes, _ element: Range<Int>, _ number: Int) throws(Rejection) {
    var isASCII = true
    var at = element.lowerBound
    // Reads eight bytes at once as long as they are printable ASCII, which nearly all are.
    while at + 8 <= element.upperBound, frame.holdsPrintableASCII(at) { at += 8 }
    for at in at..<element.upperBound {
        let byte = frame[at]
        guard !byte.isControl else {
            throw Rejection(.invalidSyntax, "element \(number + 1) of the request holds a control byte")
        }
        isASCII = isASCII && byte < 128
    }
    guard isASCII || frame.firstInvalidUTF8(in: element) == nil else {
        throw Rejection(.invalidSyntax, "element \(number + 1) of the request is not UTF-8")
    }
}
