/// One line into a request:
///
///     request  = verb *( 1*SP argument )
///     argument = value | name "=" value
///     value    = bare | quoted
///
/// The first values are the command's positionals, whatever they hold; the rest are split at their first `=`. Spaces
/// before the verb and after the last argument are ignored, as in Redis, because people type them.

import Accounts

struct LineParser {
    private let line: Bytes
    private var at = 0

    init(_ line: Bytes) { self.line = line }

    /// Nil if the line is blank.
    mutating func parse(_ table: CommandTable, isRESP: Bool = false) throws(Rejection) -> Request? {
        skipSpaces()
        guard at < line.count else { return nil }
        let verb = try bare()
        let command = try findCommand(line[verb], in: table, isRESP: isRESP)
        // Redis' own commands take each value in its place, as in a frame.
        let isInPlace = isRESP && table.traits[command].pointee.isRESPOnly
        var binder = ArgumentBinder(table, command, maximumBytes: 64)
        skipSpaces()
        while at < line.count {
            if isInPlace { try value(&binder) } else { try argument(&binder) }
            skipSpaces()
        }
        return try binder.finish()
    }

    private mutating func argument(_ binder: inout ArgumentBinder) throws(Rejection) {
        if line[at] == .quote {
            // A quoted token is a value, never a name.
            let quoted = try quoted()
            guard quoted.hasEscapes else { return try binder.bind(line.slice(quoted.range)) }
            return try binder.bind(try unescape(line, quoted.range))
        }
        let isPositional = binder.wantsPositional
        let token = try bare(stoppingAtEquals: !isPositional)
        guard !isPositional, at < line.count, line[at] == .equals else {
            return try binder.bind(line.slice(token))
        }
        guard !token.isEmpty else { throw fault(at, "a name must come before =") }
        let parameter = try binder.parameter(line[token])
        at += 1
        guard at < line.count, line[at] == .quote else {
            return try binder.bind(line.slice(try bare()), to: parameter)
        }
        let quoted = try quoted()
        guard quoted.hasEscapes else { return try binder.bind(line.slice(quoted.range), to: parameter) }
        try binder.bind(try unescape(line, quoted.range), to: parameter)
    }

    private mutating func value(_ binder: inout ArgumentBinder) throws(Rejection) {
        guard line[at] == .quote else { return binder.bindInPlace(line.slice(try bare())) }
        let quoted = try quoted()
        guard quoted.hasEscapes else { return binder.bindInPlace(line.slice(quoted.range)) }
        try unescape(line, quoted.range).withUnsafeBufferPointer { binder.bindInPlace($0) }
    }

    private mutating func skipSpaces() {
        while at < line.count, line[at] == .space { at += 1 }
    }

    /// The bytes up to the next space, or `=` if that is asked for, or the line's end.
    private mutating func bare(stoppingAtEquals: Bool = false) throws(Rejection) -> Range<Int> {
        let start = at
        var isASCII = true
        scan: while at < line.count {
            let byte = line[at]
            switch byte {
            case .space: break scan
            case .equals where stoppingAtEquals: break scan
            case .quote: throw fault(at, "a quote may only begin a value: quote the whole value")
            case 0..<32, 127: throw fault(at, "a control byte is not allowed: write it as \\u00XX in a quoted value")
            case 128...: isASCII = false
            default: break
            }
            at += 1
        }
        if !isASCII { try checkUTF8(start..<at) }
        return start..<at
    }

    /// A quoted token's inside. After it comes a space or the line's end.
    private mutating func quoted() throws(Rejection) -> (range: Range<Int>, hasEscapes: Bool) {
        let open = at
        at += 1
        var isASCII = true
        var hasEscapes = false
        while at < line.count {
            let byte = line[at]
            switch byte {
            case .quote:
                let inside = (open + 1)..<at
                at += 1
                guard at == line.count || line[at] == .space else {
                    throw fault(at, "a space must follow a closing quote")
                }
                if !isASCII { try checkUTF8(inside) }
                return (inside, hasEscapes)
            case .backslash:
                // The byte after the backslash may be a quote, which closes nothing. The escape is read when the value
                // is unescaped.
                hasEscapes = true
                at += 1
                guard at < line.count, !line[at].isControl, line[at] < 128 else {
                    throw fault(at - 1, "this is not a JSON escape")
                }
            case 0..<32, 127: throw fault(at, "a control byte is not allowed: write it as \\u00XX in a quoted value")
            case 128...: isASCII = false
            default: break
            }
            at += 1
        }
        throw fault(open, "this quote is never closed")
    }

    private func checkUTF8(_ range: Range<Int>) throws(Rejection) {
        if let invalid = line.firstInvalidUTF8(in: range) { throw fault(invalid, "this byte is not UTF-8") }
    }
}

/// The fault of a line, and the byte where it is. The message never repeats the bytes themselves.
func fault(_ offset: Int, _ message: String) -> Rejection {
    Rejection(.invalidSyntax, message, column: offset + 1)
}
