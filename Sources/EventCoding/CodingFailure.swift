/// Why a payload is not one of ours. There is one encoding of an event, so every payload that our encoder would not
/// have written is refused, even if protobuf in general would take it.
package struct CodingFailure: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// A field ends past the payload.
        case truncated
        /// More bytes than the number needs, or more than 64 bits.
        case overlongVarint
        /// A number that the field's type cannot hold.
        case outOfRange
        /// The schema has no such field: nothing is skipped.
        case unknownField
        case wrongWireType
        /// Fields go in the order of their numbers, each but a repeated one at most once.
        case outOfOrder
        /// A default that should have been left out.
        case explicitDefault
        case unknownEnumValue
        case invalidUTF8
    }

    package var reason: Reason
    /// The number of the field, in the innermost message.
    package var field: UInt32
    /// Where reading stopped, from the start of the bytes.
    package var offset: Int

    package init(reason: Reason, field: UInt32, offset: Int) {
        self.reason = reason
        self.field = field
        self.offset = offset
    }
}

extension CodingFailure: CustomStringConvertible {
    package var description: String {
        let what =
            switch reason {
            case .truncated: "ends too early"
            case .overlongVarint: "has an overlong number"
            case .outOfRange: "has a number out of its type's range"
            case .unknownField: "is not in the schema"
            case .wrongWireType: "has another wire type than the schema's"
            case .outOfOrder: "is repeated or out of order"
            case .explicitDefault: "spells out a default"
            case .unknownEnumValue: "has a value that its enum does not name"
            case .invalidUTF8: "is not UTF-8"
            }
        return "field \(field) \(what), at byte \(offset)"
    }
}
