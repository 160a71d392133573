// A request before it is a line: values need no quoting by the caller.

/// A verb and its values: `TOPUP 79001234567 350.00 ref=acq-991`.
///
/// ```swift
/// Request("TOPUP", "79001234567", "350.00", named: ["ref": "acq-991", "method": "card"])
/// ```
public struct Request: Hashable, Sendable {
    /// The verb; the service ignores its case.
    public var verb: String
    /// The positional values in order.
    public var positionals: [String]
    /// The named values in order. An empty value is sent as `name=`; it is not left out.
    public var named: [Field]

    /// A request with its named values as a literal.
    public init(_ verb: String, _ positionals: String..., named: KeyValuePairs<String, String> = [:]) {
        self.init(verb: verb, positionals: positionals, named: named.map { Field(name: $0.key, value: $0.value) })
    }

    /// A request of values that were collected before.
    public init(verb: String, positionals: [String], named: [Field] = []) {
        self.verb = verb
        self.positionals = positionals
        self.named = named
    }

    /// The request as one line, without its LF: values are quoted where they need it.
    public var line: String {
        var line = verb
        for value in positionals { line += " " + quotedIfNeeded(value) }
        for field in named {
            line += " \(field.name)="
            if !field.value.isEmpty { line += quotedIfNeeded(field.value) }
        }
        return line
    }
}
