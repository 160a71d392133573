import SwiftProtobuf
import SwiftProtobufPluginLibrary
import Testing

@testable import protoc_gen_events

/// `@order`: the action, its state and its argument.
@Suite("Orders in the schema")
struct OrderSchemaTests {
    /// A chapter with a message that has a field of each kind, and its event with this annotation.
    private static func schema(_ order: String, then second: String = "") throws -> Schema {
        func field(_ name: String, _ number: Int, _ type: String) -> String {
            #"field { name: "\#(name)" json_name: "\#(name)" number: \#(number) type: \#(type) label: LABEL_OPTIONAL"#
        }
        let actions = ["UNSPECIFIED", "BLOCK", "SEND"].enumerated().map {
            #"value { name: "ORDER_ACTION_\#($1)" number: \#($0) }"#
        }
        let kind = field("kind", 4, "TYPE_ENUM") + #" type_name: ".kabinet.events.Kind" }"#
        let fields = [
            field("banned", 1, "TYPE_BOOL") + " }", field("peer", 2, "TYPE_STRING") + " }",
            field("count", 3, "TYPE_UINT64") + " }", kind, field("since", 5, "TYPE_INT64") + " }",
        ]
        let chapter = """
            name: "network.proto" package: "kabinet.events" syntax: "proto3"
            message_type { name: "Done" \(fields.joined(separator: " ")) }
            enum_type { name: "OrderAction" \(actions.joined(separator: " ")) }
            enum_type { name: "Kind" value { name: "KIND_UNSPECIFIED" number: 0 } value { name: "KIND_GOOD" number: 1 } }
            """
        func event(_ name: String, _ number: Int, _ index: Int) -> (field: String, place: String) {
            (
                #"field { name: "\#(name)" json_name: "\#(name)" number: \#(number) type: TYPE_MESSAGE"#
                    + #" type_name: ".kabinet.events.Done" label: LABEL_OPTIONAL oneof_index: 0 }"#,
                "location { path: [4, 0, 2, \(index)] span: [\(index + 1), 0, 9]"
                    + #" leading_comments: " @read_by usage @order \#(index == 0 ? order : second)\n" }"#
            )
        }
        let events = [event("done", 5, 0)] + (second.isEmpty ? [] : [event("again", 6, 1)])
        let all = """
            name: "event.proto" package: "kabinet.events" syntax: "proto3" dependency: "network.proto"
            message_type { name: "Event" \(events.map(\.field).joined(separator: " ")) oneof_decl { name: "event" } }
            source_code_info { \(events.map(\.place).joined(separator: " ")) }
            """
        let files = try [chapter, all].map { try Google_Protobuf_FileDescriptorProto(textFormatString: $0) }
        return try Schema(DescriptorSet(proto: .with { $0.file = files }).files)
    }

    @Test(
        "become the order of the event",
        arguments: [
            ("block on", "case .done: NetworkOrder(.block, isOn: true)"),
            ("block off", "case .done: NetworkOrder(.block, isOn: false)"),
            ("block banned", "case .done(let e): NetworkOrder(.block, isOn: e.banned)"),
            ("block banned peer", "case .done(let e): NetworkOrder(.block, isOn: e.banned, argument: e.peer)"),
            ("block on count", "case .done(let e): NetworkOrder(.block, isOn: true, argument: String(e.count))"),
            ("send kind", #"case .done(let e): NetworkOrder(.send, argument: "\(e.kind.word)")"#),
            ("send", "case .done: NetworkOrder(.send)"),
        ])
    func order(_ annotation: String, _ line: String) throws {
        let table = eventTableFile(try Self.schema(annotation))
        for line in [line, "usage.apply(event, meta)\n            orders.apply(event, meta)", "changesOrders: true"] {
            #expect(table.contains(line), "\(line) is not in\n\(table)")
        }
    }

    @Test("An action's argument has one name")
    func argument() throws {
        let table = eventTableFile(try Self.schema("block on peer", then: "block off peer"))
        #expect(table.contains("case .block: \"peer\"") && table.contains("case .send: nil"))
        let refusal = try #require(throws: Refusal.self) { try Self.schema("block on peer", then: "block off") }
        #expect(refusal.description.contains("again: another order of block has peer for its argument"))
    }

    @Test(
        "are refused if they name no action, or a field that cannot be told",
        arguments: [
            ("fly", "@order fly is no word of OrderAction"),
            ("unspecified", "@order unspecified is no word of OrderAction"),
            ("block on since", "@order takes an action"), ("block moon", "@order takes an action"),
            ("block on peer count", "@order takes an action"), ("block peer on", "@order takes an action"),
        ])
    func refused(_ annotation: String, _ words: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Self.schema(annotation) }
        #expect(refusal.description.contains(words), "\(refusal)")
    }
}
