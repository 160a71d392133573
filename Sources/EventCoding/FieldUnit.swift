/// The unit of an event's field, as the schemas declare it. The table is generated.
package enum FieldUnit: Hashable, Sendable {
    /// Minor units.
    case money
    /// Milliseconds since 1970; 0 means none.
    case instant
    /// A number, a quantity in base units, a text, a choice.
    case plain
    /// Fields of its own.
    case message(String)
}
