/// A field of replies. A command's `spec` lists the fields of its rows and of its closing line.
package struct ReplyField: Sendable {
    /// The type of a value, as `HELP` and the reference name it.
    package enum Kind: String, Sendable {
        case msisdn
        case money
        /// A whole number: a position, an account, an amount of something.
        case number
        /// 1 or 0.
        case flag
        /// RFC 3339, in UTC, with milliseconds.
        case time
        /// Seconds, with three decimals.
        case seconds
        case text
        /// One of a closed list of words.
        case word
        /// A stable name of the catalogue or of a principal.
        case key
        /// Comma-separated.
        case list
        /// An opaque token.
        case token
        /// The other side of a call: a number, or a short number or a name.
        case peer
    }

    package let name: StaticString
    package let kind: Kind
    package let help: StaticString
    /// False if some replies do not have it.
    package let isAlwaysThere: Bool

    package init(_ name: StaticString, _ kind: Kind, _ help: StaticString = "") {
        self.init(name, kind, help, isAlwaysThere: true)
    }

    private init(_ name: StaticString, _ kind: Kind, _ help: StaticString, isAlwaysThere: Bool) {
        (self.name, self.kind, self.help, self.isAlwaysThere) = (name, kind, help, isAlwaysThere)
    }

    /// The field, in the list of a command whose replies do not always have it.
    package var sometimes: ReplyField { ReplyField(name, kind, help, isAlwaysThere: false) }
}

/// The fields that a command's replies have.
package struct ReplyShape: Sendable {
    package let closing: [ReplyField]
    /// Nil if the command has no rows.
    package let rows: [ReplyField]?

    /// The mistake in a reply that is not of this shape; nil if it is. Debug builds look at every reply.
    package func mistake(in reply: Reply) -> String? {
        if case .error = reply.status { return nil }
        for (index, line) in (reply.rows + [reply.closingFields]).enumerated() {
            let isRow = index < reply.rowCount
            guard let declared = isRow ? rows : closing else { return "a row, and the command has none" }
            let names = Set(declared.map { "\($0.name)" })
            if let stranger = line.keys.first(where: { !names.contains($0) }) {
                return "\(isRow ? "a row" : "the closing line") has \(stranger)="
            }
            if let absent = declared.first(where: { $0.isAlwaysThere && line["\($0.name)"] == nil }) {
                return "\(isRow ? "a row" : "the closing line") lacks \(absent.name)="
            }
        }
        return nil
    }
}
