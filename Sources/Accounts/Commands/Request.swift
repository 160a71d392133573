/// A request: a verb of the table and its values.
package struct Request: Sendable {
    /// The verb's number in the table.
    package let command: Int
    package let arguments: Arguments

    package init(command: Int, arguments: Arguments) {
        self.command = command
        self.arguments = arguments
    }
}
