// The service's replies.

/// The answer to one request: its rows and how it ended. A refusal is an answer too: it is read from `refusal`, or
/// thrown by `ok()`.
public struct Reply: Hashable, Sendable {
    /// The `ROW` and `EVENT` lines in order. Empty for verbs that answer one line.
    public let rows: [Fields]
    /// True if the rows are events of the log (`EVENT`), false if they are plain ones (`ROW`).
    public let rowsAreEvents: Bool
    /// The closing line's fields; for a refusal, those beside its code.
    public let fields: Fields
    /// Why the request was refused; nil if it was done.
    public let refusal: Refusal?

    /// An answer that was given.
    public init(rows: [Fields] = [], rowsAreEvents: Bool = false, fields: Fields) {
        self.rows = rows
        self.rowsAreEvents = rowsAreEvents
        self.fields = fields
        refusal = nil
    }

    /// A request that was refused.
    public init(
        rows: [Fields] = [], rowsAreEvents: Bool = false, refusal: Refusal, fields: Fields = Fields()
    ) {
        self.rows = rows
        self.rowsAreEvents = rowsAreEvents
        self.fields = fields
        self.refusal = refusal
    }

    /// True if the request was done (`OK`), false if it was refused (`ERR`).
    public var isOK: Bool { refusal == nil }

    /// A value of the closing line by its name.
    public subscript(_ name: String) -> String? { fields[name] }

    /// The fields of `OK`; an `ERR` is thrown as `ClientError` with the code `.refused`.
    @discardableResult
    public func ok() throws(ClientError) -> Fields {
        if let refusal { throw ClientError(refusal) }
        return fields
    }
}

extension Reply: CustomStringConvertible {
    /// The reply's lines as the protocol writes them.
    public var description: String {
        var lines = rows.map { "\(rowsAreEvents ? "EVENT" : "ROW") \($0)" }
        if let refusal {
            lines.append(fields.isEmpty ? "ERR \(refusal.code)" : "ERR \(refusal.code) \(fields)")
        } else {
            lines.append(fields.isEmpty ? "OK" : "OK \(fields)")
        }
        return lines.joined(separator: "\n")
    }
}

/// Why the service refused a request. A refused request changed nothing.
public struct Refusal: Hashable, Sendable {
    /// One of the protocol's closed list of stable codes, such as `insufficient_funds`: what programs branch on.
    public let code: String
    /// The name of the argument at fault, where there is one.
    public let field: String?
    /// The reason in words, for people.
    public let message: String
    /// Whole seconds after which the same request may succeed; nil if waiting does not help.
    public let retryAfterSeconds: Int64?
    /// The 1-based byte column at fault, of a line that could not be read.
    public let column: Int64?

    /// A refusal.
    public init(
        code: String, field: String? = nil, message: String = "", retryAfterSeconds: Int64? = nil,
        column: Int64? = nil
    ) {
        self.code = code
        self.field = field
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        self.column = column
    }

    init(code: String, fields: Fields) {
        self.init(
            code: code, field: fields["field"], message: fields["message"] ?? "",
            retryAfterSeconds: fields.integer("retry_after"), column: fields.integer("column"))
    }
}

extension Refusal: CustomStringConvertible {
    /// `code: words (argument …); when to retry`, for a person.
    public var description: String {
        var text = message.isEmpty ? code : "\(code): \(message)"
        if let field { text += " (argument \(field))" }
        if let retryAfterSeconds { text += "; try again in \(retryAfterSeconds) s" }
        return text
    }
}
