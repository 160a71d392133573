// The plugin's model of the schemas: the subset of proto3 that events use, and nothing else.
//
// Anything outside of it is refused by name here, so that the printers need not handle it.

import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// A schema that the events may not have.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

struct Schema {
    static let package = "kabinet.events"

    var chapters: [Chapter] = []
    var events: [EventType] = []

    init(_ files: [FileDescriptor]) throws {
        for file in files {
            guard file.package == Self.package, file.edition == .proto3 else {
                throw Refusal("\(file.name): a schema of events is proto3 of package \(Self.package)")
            }
            guard file.services.isEmpty, file.extensions.isEmpty else {
                throw Refusal("\(file.name): services and extensions are not supported")
            }
            if let event = file.messages.first(where: { $0.name == "Event" }) {
                guard file.messages.count == 1, file.enums.isEmpty, events.isEmpty else {
                    throw Refusal("\(file.name): message Event stands alone in one file")
                }
                events = try Self.events(event)
            } else {
                chapters.append(try Chapter(file))
            }
        }
        guard !events.isEmpty else { throw Refusal("no message Event among the schemas") }
        for message in chapters.flatMap(\.messages) { try refuseRecursion(message, path: []) }
        try checkOrders()
    }

    /// The actions of orders, each with its value and its argument's name in the schema; nil if it takes none.
    var orderActions: [(action: Enumeration.Case, argument: String?)] {
        (chapters.flatMap(\.enums).first { $0.name == "OrderAction" }?.cases ?? []).map { action in
            (action, events.lazy.compactMap(\.declared.order).first { $0.action == action.word }?.argument?.protoName)
        }
    }

    /// An action is known, and the same things are told of it each time, so that one column lists its argument.
    private func checkOrders() throws {
        let actions = orderActions
        for event in events {
            guard let order = event.declared.order else { continue }
            guard let known = actions.first(where: { $0.action.word == order.action && !$0.action.isUnspecified })
            else { throw Refusal("\(event.protoName): @order \(order.action) is no word of OrderAction") }
            guard known.argument == order.argument?.protoName else {
                throw Refusal(
                    "\(event.protoName): another order of \(order.action) has \(known.argument ?? "no field") for its"
                        + " argument")
            }
        }
    }

    private static func events(_ message: Descriptor) throws -> [EventType] {
        guard message.oneofs.count == 1, message.fields.allSatisfy({ $0.realContainingOneof != nil }) else {
            throw Refusal("\(message.fullName): one oneof and nothing else")
        }
        return try message.fields.map { field in
            guard field.type == .message else { throw Refusal("\(field.fullName): an event is a message") }
            guard (1...Int32(UInt16.max)).contains(field.number) else {
                throw Refusal("\(field.fullName): a record's type has 16 bits")
            }
            return EventType(
                name: swiftName(field.name), protoName: field.name, number: Int(field.number),
                declared: try EventDeclaration(
                    Annotations(field, of: .event), of: Message(field.messageType), at: field.fullName),
                message: field.messageType.name, comments: comments(field.messageType))
        }.sorted { $0.number < $1.number }
    }

    /// A coder's depth is bounded by the schema, so a hostile payload cannot exhaust the stack.
    private func refuseRecursion(_ message: Message, path: [String]) throws {
        guard !path.contains(message.name) else {
            throw Refusal("\(message.name): a message may not hold itself: \(path.joined(separator: " → "))")
        }
        for case .message(let name) in message.fields.map(\.type) {
            guard let inner = chapters.flatMap(\.messages).first(where: { $0.name == name }) else {
                throw Refusal("\(message.name): \(name) is in none of the chapters")
            }
            try refuseRecursion(inner, path: path + [message.name])
        }
    }

    /// The layout of a message in memory as a struct, in bytes.
    func layout(of message: String) -> (size: Int, alignment: Int) {
        let fields = chapters.flatMap(\.messages).first { $0.name == message }?.fields ?? []
        var whole = (size: 0, alignment: 1)
        for field in fields {
            let part = layout(of: field)
            whole.size = (whole.size + part.alignment - 1) / part.alignment * part.alignment + part.size
            whole.alignment = max(whole.alignment, part.alignment)
        }
        return whole
    }

    /// An absent message is marked by a spare bit of it, or by one more byte, which is not counted here.
    private func layout(of field: Field) -> (size: Int, alignment: Int) {
        if field.isRepeated { return (8, 8) }
        return switch field.type {
        case .int64, .sint64, .uint64, .bytes: (8, 8)
        case .sint32, .uint32: (4, 4)
        case .bool, .enumeration: (1, 1)
        case .string: (16, 8)
        case .message(let name): layout(of: name)
        }
    }
}

/// One line of the oneof in `Event`.
struct EventType {
    let name: String
    let protoName: String
    let number: Int
    let declared: EventDeclaration
    let message: String
    let comments: [String]
}

/// One .proto file.
struct Chapter {
    let name: String
    let source: String
    let messages: [Message]
    let enums: [Enumeration]

    init(_ file: FileDescriptor) throws {
        guard file.name.hasSuffix(".proto") else { throw Refusal("\(file.name): not a .proto file") }
        source = file.name
        let stem = file.name.split(separator: "/").last!.dropLast(6)
        name = NamingUtils.toUpperCamelCase(String(stem))
        enums = try file.enums.map(Enumeration.init)
        messages = try file.messages.map(Message.init)
    }
}

struct Enumeration {
    struct Case {
        let name: String
        /// The lower snake name without the prefix: the word in requests, replies and JSON.
        let word: String
        let number: Int32
        let comments: [String]

        /// The value is absent. No word of the protocol means it.
        var isUnspecified: Bool { word == "unspecified" }
    }

    let name: String
    let cases: [Case]
    let comments: [String]

    init(_ descriptor: EnumDescriptor) throws {
        name = descriptor.name
        comments = protoc_gen_events.comments(descriptor)
        let prefix = snakeCase(descriptor.name).uppercased() + "_"
        guard !descriptor.options.allowAlias else {
            throw Refusal("\(descriptor.fullName): allow_alias is not supported")
        }
        cases = try descriptor.values.map { value in
            guard value.name.hasPrefix(prefix) else {
                throw Refusal("\(descriptor.fullName).\(value.name): begins with \(prefix)")
            }
            guard value.number >= 0 else {
                throw Refusal("\(descriptor.fullName).\(value.name): negative numbers are not supported")
            }
            let short = value.name.dropFirst(prefix.count).lowercased()
            return Case(
                name: swiftName(short), word: short, number: value.number,
                comments: protoc_gen_events.comments(value))
        }
    }

    /// Proto3 guarantees one: the first.
    var zero: Case { cases[0] }
}

struct Message {
    let name: String
    let fields: [Field]
    let comments: [String]

    init(_ descriptor: Descriptor) throws {
        guard descriptor.oneofs.isEmpty, descriptor.messages.isEmpty, descriptor.enums.isEmpty else {
            throw Refusal("\(descriptor.fullName): nested types, maps, oneofs and `optional` are not supported")
        }
        name = descriptor.name
        comments = protoc_gen_events.comments(descriptor)
        fields = try descriptor.fields.map(Field.init).sorted { $0.number < $1.number }
    }
}
