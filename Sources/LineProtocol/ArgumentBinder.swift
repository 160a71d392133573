/// Binds a request's values to the parameters of its command, in the same way for both protocols.

import Accounts

struct ArgumentBinder: ~Copyable {
    private var arguments: Arguments
    private let command: Int
    /// How many positionals have a value.
    private var filled = 0
    /// How many values have come, of any kind.
    private var values = 0

    init(_ table: CommandTable, _ command: Int, maximumBytes: Int) {
        self.command = command
        arguments = Arguments(table.traits[command], maximumBytes: maximumBytes)
    }

    private var requiredPositionals: Int { arguments.traits.pointee.requiredPositionals }

    /// Whether the next value is taken literally, `=` included.
    var wantsPositional: Bool { filled < requiredPositionals }

    /// A value without a name.
    mutating func bind(_ value: some Collection<UInt8>) throws(Rejection) {
        defer { values += 1 }
        if filled < requiredPositionals {
            let isFirst = withBytes(value) { arguments.set(filled, $0) }
            assert(isFirst, "a positional has no value before its turn")
            filled += 1
        } else if filled > 0, arguments.spec.parameters[filled - 1].kind == .msisdns {
            withBytes(value) { arguments.append($0) }
        } else if values == 0, let first = arguments.spec.parameters.first, first.need == .optional {
            // `HELLO 3`, `HELP balance`: the one value that may stand without its name.
            _ = withBytes(value) { arguments.set(0, $0) }
        } else {
            throw Rejection(
                .tooManyArguments, "\(arguments.spec.verb) takes no more arguments without a name; write name=value")
        }
    }

    /// A value of one of Redis' own commands: it has its place and no name, and the last parameter takes the rest.
    mutating func bindInPlace(_ value: UnsafeBufferPointer<UInt8>) {
        let parameters = arguments.traits.pointee.parameterCount
        if values < parameters { _ = arguments.set(values, value) } else if parameters > 0 { arguments.append(value) }
        values += 1
    }

    /// The number of the parameter that a name stands for.
    func parameter(_ name: Bytes) throws(Rejection) -> Int {
        if let index = arguments.traits.pointee.names.index(ofGiven: name.all) { return index }
        throw Rejection(
            .unknownArgument, field: printable(name),
            "\(arguments.spec.verb) has no such argument; HELP \(arguments.spec.verb) lists them")
    }

    /// A value with a name.
    mutating func bind(_ value: some Collection<UInt8>, to parameter: Int) throws(Rejection) {
        values += 1
        guard withBytes(value, { arguments.set(parameter, $0) }) else {
            throw Rejection(
                .duplicateArgument, field: arguments.spec.parameters[parameter].name,
                "an argument may be given only once")
        }
    }

    /// The request, if nothing that its command needs is missing.
    consuming func finish() throws(Rejection) -> Request {
        if let index = arguments.missing {
            let name = arguments.spec.parameters[index].name
            throw Rejection(.missingArgument, field: name, "\(arguments.spec.verb) needs \(name)")
        }
        return Request(command: command, arguments: arguments)
    }

    /// A name that may be repeated to its sender. Any other could be a secret or an attack on a terminal.
    private func printable(_ name: Bytes) -> String? {
        isKey(name.all) ? String(decoding: name.all, as: UTF8.self) : nil
    }
}

/// A value's bytes, which are contiguous in every collection that is passed here.
@inline(__always)
private func withBytes<R>(_ value: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    value.withContiguousStorageIfAvailable(body) ?? Array(value).withUnsafeBufferPointer(body)
}

/// The number of the command that a verb stands for.
func findCommand(_ verb: Bytes, in table: CommandTable, isRESP: Bool) throws(Rejection) -> Int {
    guard let command = table.find(verb.all), isRESP || !table.traits[command].pointee.isRESPOnly else {
        throw Rejection(.unknownCommand, "there is no such command; HELP lists them")
    }
    return command
}
