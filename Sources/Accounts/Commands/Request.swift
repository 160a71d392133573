/// A place in the log's time.
package enum Moment: Equatable, Sendable {
    /// After the event at this position; 0 for before the first.
    case after(Position)
    /// After the last event recorded at or before this time.
    case recorded(Instant)
}

/// A request: a verb of the table and its values.
package struct Request: Sendable {
    /// The verb's number in the table.
    package let command: Int
    package let arguments: Arguments

    package init(command: Int, arguments: Arguments) {
        self.command = command
        self.arguments = arguments
    }

    /// True if its reply waits for more than the commit.
    package var waits: Bool {
        let traits = arguments.traits
        return traits.pointee.waits || traits.pointee.momentParameter.map { arguments.value($0) != nil } ?? false
    }
}
