// A field of a message, and the names and comments that all declarations share.

import SwiftProtobuf
import SwiftProtobufPluginLibrary

enum FieldType: Equatable {
    case int64, sint32, sint64, uint32, uint64, bool
    case string, bytes
    case enumeration(String, zero: String)
    case message(String)

    /// Encoded as one varint, so that a repeated field of it is packed.
    var isVarint: Bool {
        switch self {
        case .string, .bytes, .message: false
        default: true
        }
    }
}

struct Field {
    let name: String
    let protoName: String
    let number: Int
    let type: FieldType
    let isRepeated: Bool
    let comments: [String]
    let annotations: Annotations

    init(_ field: FieldDescriptor) throws {
        name = swiftName(field.name)
        protoName = field.name
        number = Int(field.number)
        isRepeated = field.isRepeated
        comments = protoc_gen_events.comments(field)
        annotations = try Annotations(field, of: .field)
        type =
            switch field.type {
            case .int64: .int64
            case .sint32: .sint32
            case .sint64: .sint64
            case .uint32: .uint32
            case .uint64: .uint64
            case .bool: .bool
            case .string: .string
            case .bytes: .bytes
            case .enum:
                .enumeration(field.enumType.name, zero: try Enumeration(field.enumType).zero.name)
            case .message where field.messageType.file.package == Schema.package:
                .message(field.messageType.name)
            default:
                throw Refusal(
                    "\(field.fullName): a field of an event is int64, sint32, sint64, uint32, uint64, bool, string, "
                        + "bytes, an enum or a message of this package")
            }
        guard !isRepeated || !type.isVarint || field.isPacked else {
            throw Refusal("\(field.fullName): repeated numbers are packed")
        }
    }

    /// The wire type in a tag: 0 for a varint, 2 for a length and bytes.
    var wireType: Int { type.isVarint && !isRepeated ? 0 : 2 }

    var tag: Int { number << 3 | wireType }

    var tagSize: Int {
        var size = 1
        var rest = tag >> 7
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    var elementType: String {
        switch type {
        case .int64, .sint64: "Int64"
        case .sint32: "Int32"
        case .uint32: "UInt32"
        case .uint64: "UInt64"
        case .bool: "Bool"
        case .string: "String"
        case .bytes: "[UInt8]"
        case .enumeration(let name, _), .message(let name): name
        }
    }

    var swiftType: String {
        if isRepeated { return "[\(elementType)]" }
        if case .message = type { return "\(elementType)?" }
        return elementType
    }

    var defaultValue: String {
        if isRepeated { return "[]" }
        return switch type {
        case .int64, .sint32, .sint64, .uint32, .uint64: "0"
        case .bool: "false"
        case .string: "\"\""
        case .bytes: "[]"
        case .enumeration(_, let zero): ".\(zero)"
        case .message: "nil"
        }
    }

    /// The condition under which a singular field is on the wire.
    var isPresent: String {
        if isRepeated { return "!\(name).isEmpty" }
        return switch type {
        case .string, .bytes: "!\(name).isEmpty"
        case .bool: name
        default: "\(name) != \(defaultValue)"
        }
    }
}

/// `key_id` → `keyID`, as swift-protobuf names fields; a keyword of the language goes in backticks.
func swiftName(_ name: String) -> String {
    let camel = NamingUtils.toLowerCamelCase(name)
    let reserved: Set<String> = [
        "as", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else", "enum",
        "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init",
        "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public",
        "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
        "throws", "true", "try", "typealias", "var", "where", "while",
    ]
    return reserved.contains(camel) ? "`\(camel)`" : camel
}

/// `PaymentMethod` → `payment_method`.
func snakeCase(_ name: String) -> String {
    var out = ""
    for character in name {
        if character.isUppercase, !out.isEmpty { out += "_" }
        out += character.lowercased()
    }
    return out
}

/// The lines of the comment above a declaration, without those that only the plugin reads.
func comments(_ declaration: some ProvidesSourceCodeLocation) -> [String] {
    declaration.protoSourceComments(commentPrefix: "")
        .split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.trimmingPrefix(" ") }
        .map(String.init)
        .reversed().drop(while: \.isEmpty).reversed()
}
