// The rules of evolution: each schema keeps all that a released one has.
//
// A log is read for ever, so no message, field, enum value or event of the baseline may vanish or change its number,
// name, type or cardinality. New ones may be added.

import Foundation
import SwiftProtobuf

struct SchemaComparison {
    let old: Google_Protobuf_FileDescriptorSet
    let new: Google_Protobuf_FileDescriptorSet

    /// A file that protoc wrote with `--descriptor_set_out`.
    static func read(_ path: String) throws -> Google_Protobuf_FileDescriptorSet {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try Google_Protobuf_FileDescriptorSet(serializedBytes: data)
    }

    /// One sentence for each rule that is broken; empty if the new schema can read every old log.
    func breaches() -> [String] {
        var breaches: [String] = []
        let newMessages = Self.messages(new)
        for (name, message) in Self.messages(old).sorted(by: { $0.key < $1.key }) {
            guard let next = newMessages[name] else {
                breaches.append("message \(name) was removed")
                continue
            }
            breaches += Self.compare(message, next, name)
        }
        let newEnums = Self.enums(new)
        for (name, enumeration) in Self.enums(old).sorted(by: { $0.key < $1.key }) {
            guard let next = newEnums[name] else {
                breaches.append("enum \(name) was removed")
                continue
            }
            for value in enumeration.value {
                guard let after = next.value.first(where: { $0.number == value.number }) else {
                    breaches.append("enum \(name): \(value.name) = \(value.number) was removed or renumbered")
                    continue
                }
                if after.name != value.name {
                    breaches.append("enum \(name): \(value.number) was \(value.name) and is \(after.name)")
                }
            }
        }
        return breaches
    }

    private static func compare(
        _ old: Google_Protobuf_DescriptorProto, _ new: Google_Protobuf_DescriptorProto, _ name: String
    ) -> [String] {
        var breaches: [String] = []
        for field in old.field {
            let place = "message \(name): field \(field.number) (\(field.name))"
            guard let next = new.field.first(where: { $0.number == field.number }) else {
                breaches.append("\(place) was removed or renumbered")
                continue
            }
            if next.name != field.name { breaches.append("\(place) is now named \(next.name)") }
            if type(next) != type(field) { breaches.append("\(place) was \(type(field)) and is \(type(next))") }
            if next.label != field.label { breaches.append("\(place) changed between one and repeated") }
            if oneof(next, new) != oneof(field, old) { breaches.append("\(place) moved into or out of a oneof") }
        }
        return breaches
    }

    private static func type(_ field: Google_Protobuf_FieldDescriptorProto) -> String {
        field.typeName.isEmpty ? "\(field.type)" : field.typeName
    }

    private static func oneof(
        _ field: Google_Protobuf_FieldDescriptorProto, _ message: Google_Protobuf_DescriptorProto
    ) -> String? {
        field.hasOneofIndex ? message.oneofDecl[Int(field.oneofIndex)].name : nil
    }

    private static func messages(
        _ set: Google_Protobuf_FileDescriptorSet
    ) -> [String: Google_Protobuf_DescriptorProto] {
        var found: [String: Google_Protobuf_DescriptorProto] = [:]
        for file in set.file {
            for message in file.messageType { found["\(file.package).\(message.name)"] = message }
        }
        return found
    }

    private static func enums(
        _ set: Google_Protobuf_FileDescriptorSet
    ) -> [String: Google_Protobuf_EnumDescriptorProto] {
        var found: [String: Google_Protobuf_EnumDescriptorProto] = [:]
        for file in set.file {
            for enumeration in file.enumType { found["\(file.package).\(enumeration.name)"] = enumeration }
        }
        return found
    }
}
