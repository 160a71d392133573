// EventCoding/Generated: sizes, encoders and decoders, straight-line code over the runtime in FieldReader and
// FieldWriter. Fields go in the order of their numbers and defaults are left out: canonical proto3.

func codersFile(_ chapter: Chapter) -> String {
    var out = SourceWriter(
        source: chapter.source, opens: "The coders of a chapter's events.", imports: ["import Accounts"])
    for (index, message) in chapter.messages.enumerated() {
        if index > 0 { out.line() }
        out.block("extension \(message.name)") { out in
            sizeFunction(message, &out)
            out.line()
            writeFunction(message, &out)
            out.line()
            decodeFunction(message, &out)
        }
    }
    for enumeration in chapter.enums {
        out.line()
        out.block("extension \(enumeration.name)") { out in
            out.block("init(wire number: UInt64, _ reader: borrowing FieldReader) throws(CodingFailure)") { out in
                out.line("switch number {")
                for value in enumeration.cases { out.line("case \(value.number): self = .\(value.name)") }
                out.line("default: throw reader.failure(.unknownEnumValue)")
                out.line("}")
            }
        }
    }
    return out.text
}

/// The bits that a varint carries.
private func bits(_ type: FieldType, _ value: String) -> String {
    switch type {
    case .int64: "UInt64(bitPattern: \(value))"
    case .sint64: "zigZag(\(value))"
    case .sint32: "zigZag(Int64(\(value)))"
    case .uint32: "UInt64(\(value))"
    case .uint64: value
    case .bool: "\(value) ? 1 : 0"
    case .enumeration: "UInt64(\(value).rawValue)"
    case .string, .bytes, .message: preconditionFailure("not a varint")
    }
}

private func length(_ type: FieldType, _ value: String) -> String {
    switch type {
    case .string: "\(value).utf8.count"
    case .bytes: "\(value).count"
    default: "\(value).encodedSize"
    }
}

private func sizeFunction(_ message: Message, _ out: inout SourceWriter) {
    out.block("var encodedSize: Int") { out in
        guard !message.fields.isEmpty else {
            out.line("0")
            return
        }
        out.line("var size = 0")
        for field in message.fields {
            let tag = field.tagSize
            switch field.type {
            case let type where type.isVarint && field.isRepeated:
                out.line("if \(field.isPresent) { size += \(tag) + lengthDelimitedSize(\(field.name)PackedSize) }")
            case .bool:
                out.line("if \(field.isPresent) { size += \(tag + 1) }")
            case let type where type.isVarint:
                out.line("if \(field.isPresent) { size += \(tag) + varintSize(\(bits(type, field.name))) }")
            case let type where field.isRepeated:
                out.block("for element in \(field.name)") { out in
                    out.line("size += \(tag) + lengthDelimitedSize(\(length(type, "element")))")
                }
            case .message:
                out.line("if let \(field.name) { size += \(tag) + lengthDelimitedSize(\(field.name).encodedSize) }")
            case let type:
                out.line(
                    "if \(field.isPresent) { size += \(tag) + lengthDelimitedSize(\(length(type, field.name))) }")
            }
        }
        out.line("return size")
    }
    for field in message.fields where field.isRepeated && field.type.isVarint {
        out.line()
        out.block("private var \(field.name)PackedSize: Int") { out in
            out.line("var size = 0")
            out.line("for element in \(field.name) { size += varintSize(\(bits(field.type, "element"))) }")
            out.line("return size")
        }
    }
}

private func writeFunction(_ message: Message, _ out: inout SourceWriter) {
    guard !message.fields.isEmpty else {
        out.line("func write(to out: inout MutableRawSpan, at offset: inout Int) {}")
        return
    }
    out.block("func write(to out: inout MutableRawSpan, at offset: inout Int)") { out in
        for field in message.fields {
            let tag = "out.putTag(\(field.tag), at: &offset)"
            switch field.type {
            case let type where type.isVarint && field.isRepeated:
                out.block("if \(field.isPresent)") { out in
                    out.line(tag)
                    out.line("out.putVarint(UInt64(\(field.name)PackedSize), at: &offset)")
                    out.line(
                        "for element in \(field.name) { out.putVarint(\(bits(type, "element")), at: &offset) }")
                }
            case let type where type.isVarint:
                out.block("if \(field.isPresent)") { out in
                    out.line(tag)
                    let value = type == .bool ? "1" : bits(type, field.name)
                    out.line("out.putVarint(\(value), at: &offset)")
                }
            case .message:
                let head = field.isRepeated ? "for element in \(field.name)" : "if let \(field.name)"
                let value = field.isRepeated ? "element" : field.name
                out.block(head) { out in
                    out.line(tag)
                    out.line("out.putVarint(UInt64(\(value).encodedSize), at: &offset)")
                    out.line("\(value).write(to: &out, at: &offset)")
                }
            default:
                let head = field.isRepeated ? "for element in \(field.name)" : "if \(field.isPresent)"
                out.block(head) { out in
                    out.line(tag)
                    out.line("out.put(\(field.isRepeated ? "element" : field.name), at: &offset)")
                }
            }
        }
    }
}

private func decodeFunction(_ message: Message, _ out: inout SourceWriter) {
    out.block(
        "static func decode(_ bytes: RawSpan, _ range: Range<Int>) throws(CodingFailure) -> \(message.name)"
    ) { out in
        // Declares each field by itself, because a whole message that is filled in is copied when it is returned.
        for field in message.fields { out.line("var \(field.name): \(field.swiftType) = \(field.defaultValue)") }
        out.line("var reader = FieldReader(range)")
        out.block("while let tag = try reader.nextTag(bytes)") { out in
            guard !message.fields.isEmpty else {
                out.line("throw reader.unexpected(tag, isField: false)")
                return
            }
            out.line("switch tag {")
            for field in message.fields {
                out.line("case \(field.tag): \(decodeStatement(field))")
                if field.isRepeated, field.type.isVarint {
                    out.indented { out in
                        out.block("while !packed.isAtEnd") { out in
                            out.line("\(field.name).append(\(element(field.type, "packed")))")
                        }
                    }
                }
            }
            let numbers = message.fields.map(\.number)
            let known =
                numbers == Array(numbers[0]...numbers[numbers.count - 1])
                ? "(\(numbers[0])...\(numbers[numbers.count - 1])).contains(tag >> 3)"
                : "\(numbers).contains(tag >> 3)"
            out.line("default: throw reader.unexpected(tag, isField: \(known))")
            out.line("}")
        }
        out.parameters("return \(message.name)(", message.fields.map { "\($0.name): \($0.name)" }, ")")
    }
}

/// One packed element.
private func element(_ type: FieldType, _ reader: String) -> String {
    switch type {
    case .int64: "Int64(bitPattern: try \(reader).varint(bytes))"
    case .sint64: "unZigZag(try \(reader).varint(bytes))"
    case .sint32: "try \(reader).narrowSigned(bytes)"
    case .uint32: "try \(reader).narrow(bytes)"
    case .uint64: "try \(reader).varint(bytes)"
    case .bool: "try \(reader).flag(bytes)"
    case .enumeration(let name, _): "try \(name)(wire: try \(reader).varint(bytes), \(reader))"
    case .string, .bytes, .message: preconditionFailure("not a varint")
    }
}

private func decodeStatement(_ field: Field) -> String {
    let target = field.name
    if field.isRepeated {
        return switch field.type {
        case .string: "\(target).append(try reader.elementString(bytes))"
        case .bytes: "\(target).append(try reader.elementBytes(bytes))"
        case .message(let name): "\(target).append(try \(name).decode(bytes, try reader.elementRange(bytes)))"
        default: "var packed = try reader.packed(bytes)"
        }
    }
    return switch field.type {
    case .int64: "\(target) = try reader.int64(bytes)"
    case .sint64: "\(target) = try reader.sint64(bytes)"
    case .sint32: "\(target) = try reader.sint32(bytes)"
    case .uint32: "\(target) = try reader.uint32(bytes)"
    case .uint64: "\(target) = try reader.uint64(bytes)"
    case .bool: "\(target) = try reader.bool(bytes)"
    case .string: "\(target) = try reader.string(bytes)"
    case .bytes: "\(target) = try reader.bytes(bytes)"
    case .enumeration(let name, _): "\(target) = try \(name)(wire: try reader.uint64(bytes), reader)"
    case .message(let name): "\(target) = try \(name).decode(bytes, try reader.messageRange(bytes))"
    }
}
