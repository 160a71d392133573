import SwiftProtobuf
import SwiftProtobufPluginLibrary
import Testing

@testable import protoc_gen_events

/// The schemas that the plugin refuses, and the breaches that the comparison with the baseline finds.
@Suite("Schemas of events")
struct SchemaTests {
    /// Three files in text format, with one thing changed.
    private static let chapter = """
        name: "sample.proto" package: "kabinet.events" syntax: "proto3"
        message_type {
          name: "Done"
          field { name: "amount" number: 1 type: TYPE_SINT64 label: LABEL_OPTIONAL }
          field { name: "kind" number: 2 type: TYPE_ENUM type_name: ".kabinet.events.Kind" label: LABEL_OPTIONAL }
          field { name: "parts" number: 3 type: TYPE_MESSAGE type_name: ".kabinet.events.Part" label: LABEL_REPEATED }
        }
        message_type { name: "Part" field { name: "key_id" number: 1 type: TYPE_BYTES label: LABEL_OPTIONAL } }
        enum_type {
          name: "Kind"
          value { name: "KIND_UNSPECIFIED" number: 0 }
          value { name: "KIND_GOOD" number: 1 }
        }
        source_code_info { location { path: [4, 0, 2, 0] span: [0, 0, 1] leading_comments: " Of it.\\n" } }
        """
    private static let event = """
        name: "event.proto" package: "kabinet.events" syntax: "proto3" dependency: "sample.proto"
        message_type {
          name: "Event"
          field { name: "done" number: 5 type: TYPE_MESSAGE type_name: ".kabinet.events.Done" label: LABEL_OPTIONAL
                  oneof_index: 0 }
          oneof_decl { name: "event" }
        }
        source_code_info { location { path: [4, 0, 2, 0] span: [0, 0, 1] leading_comments: " @read_by usage\\n" } }
        """

    private static func set(
        _ old: String = "", _ new: String = ""
    ) throws -> Google_Protobuf_FileDescriptorSet {
        let texts = [chapter, event]
        #expect(old.isEmpty || texts.contains { $0.contains(old) }, "the sample has no \(old)")
        return try .with {
            $0.file = try texts.map {
                var file = try Google_Protobuf_FileDescriptorProto(textFormatString: $0.replacing(old, with: new))
                // protoc always sets it.
                for message in file.messageType.indices {
                    for field in file.messageType[message].field.indices {
                        file.messageType[message].field[field].jsonName = file.messageType[message].field[field].name
                    }
                }
                return file
            }
        }
    }

    private static func schema(_ old: String = "", _ new: String = "") throws -> Schema {
        try Schema(DescriptorSet(proto: try set(old, new)).files)
    }

    @Test("give the unit of every field by its type")
    func units() throws {
        let units = unitsFile(try Self.schema())
        for line in [
            "case \"amount\": .money", "case \"kind\": .plain", "case \"parts\": .message(\"Part\")",
            "case \"done\": \"Done\"",
        ] { #expect(units.contains(line)) }
        #expect(unitsFile(try Self.schema("TYPE_SINT64", "TYPE_INT64")).contains("case \"amount\": .instant"))
        #expect(unitsFile(try Self.schema("TYPE_SINT64", "TYPE_UINT64")).contains("case \"amount\": .plain"))
    }

    @Test("become chapters, messages and events by name and number")
    func model() throws {
        let schema = try Self.schema()
        #expect(schema.chapters.map(\.name) == ["Sample"])
        #expect(schema.chapters[0].messages.map(\.name) == ["Done", "Part"])
        #expect(schema.chapters[0].messages[1].fields[0].name == "keyID")
        #expect(schema.chapters[0].enums[0].cases.map(\.name) == ["unspecified", "good"])
        #expect(schema.events.map(\.name) == ["done"])
        #expect(schema.events.map(\.number) == [5])
        #expect(schema.events.map(\.declared.version) == [1])
    }

    /// The sample as an event that moves money, and one thing changed.
    private static func money(_ old: String = "", _ new: String = "") throws -> Schema {
        let balance = #"field { name: "balance_after" number: 4 type: TYPE_SINT64 label: LABEL_OPTIONAL }"#
        let changes = [
            (" Of it.", " @credit kind"), ("@read_by usage", "@read_by usage, principals @money"),
            (
                "type_name: \".kabinet.events.Part\" label: LABEL_REPEATED }",
                "type_name: \".kabinet.events.Part\" label: LABEL_REPEATED } \(balance)"
            ),
            (old, new),
        ]
        var files = try set().file
        for index in files.indices {
            var text = index == 0 ? chapter : event
            for (old, new) in changes where !old.isEmpty { text = text.replacing(old, with: new) }
            files[index] = try Google_Protobuf_FileDescriptorProto(textFormatString: text)
            for message in files[index].messageType.indices {
                for field in files[index].messageType[message].field.indices {
                    files[index].messageType[message].field[field].jsonName =
                        files[index].messageType[message].field[field].name
                }
            }
        }
        return try Schema(DescriptorSet(proto: .with { $0.file = files }).files)
    }

    @Test("become one table of the readers and the postings of each event")
    func table() throws {
        let table = eventTableFile(try Self.money("@money", "@money @payment @sign_in"))
        for line in [
            "case .done: EventTraits(isPayment: true, isSignIn: true, concernsService: true)",
            "case .done(let e): Movement([], e.amount, of: e.kind.ledgerAccount, leaving: e.balanceAfter)",
            "principals.apply(event, meta)\n            usage.apply(event, meta)",
        ] { #expect(table.contains(line), "\(line) is not in\n\(table)") }
        let notice = eventTableFile(try Self.money("@money", "@money @notice paid service sms 3d"))
        for line in [
            "case .done: .paid", "case paid = 5", "case .paid: \"paid\"", "case .paid: .hours(72)",
            "notifications.apply(event, meta, access)",
        ] { #expect(notice.contains(line), "\(line) is not in\n\(notice)") }
        #expect(
            eventTableFile(try Self.money("@credit kind", "@debit promised"))
                .contains("0 &- e.amount, of: .promised, leaving"))
    }

    @Test(
        "are refused if an event has no annotation",
        arguments: [
            ("@read_by usage, principals", "", "@read_by says which projections apply it, or none"),
            ("@read_by usage", "@read_by", "@read_by"), ("@read_by usage", "@read_by moon", "moon is none of"),
            ("@money", "@mony", "there is no @mony"), ("@money", "@money @money", "@money twice"),
            ("@money", "", "balance_after"), ("balance_after", "balance_before", "balance_after"),
            ("@credit kind", "", "amount is an amount, so @credit or @debit"),
            ("@credit kind", "@credit kind @debit kind", "@credit or @debit"),
            ("@money", "@money @once ref", "@once ref is no field"),
            ("@money", "@money @settles kind", "@settles kind"),
            ("@money", "@money @version 256", "@version takes"), ("@money", "@money @notice paid", "@notice takes"),
            ("@money", "@money @notice paid service sms 0h", "@notice takes"),
            ("@money", "@money @notice paid service pigeon 3d", "sms, email, push"),
            ("@money", "@money yes", "@money takes no argument"), ("@money", "@money @once", "@once takes an argument"),
            ("@money", "@money @credit kind", "there is no @credit here"),
            ("@credit kind", "@credit kind @sign_in", "there is no @sign_in here"),
        ])
    func undeclared(_ old: String, _ new: String, _ words: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Self.money(old, new) }
        #expect(refusal.description.contains(words), "\(refusal)")
    }

    @Test(
        "outside the supported subset are refused by name",
        arguments: [
            ("TYPE_SINT64", "TYPE_DOUBLE", "kabinet.events.Done.amount"),
            ("TYPE_SINT64", "TYPE_FLOAT", "kabinet.events.Done.amount"),
            ("TYPE_SINT64", "TYPE_INT32", "kabinet.events.Done.amount"),
            ("TYPE_SINT64", "TYPE_FIXED64", "kabinet.events.Done.amount"),
            ("KIND_GOOD", "GOOD", "begins with KIND_"),
            ("KIND_GOOD\" number: 1", "KIND_GOOD\" number: -1", "negative"),
            ("number: 5", "number: 65536", "16 bits"),
            (
                "type: TYPE_BYTES label: LABEL_OPTIONAL",
                "type: TYPE_MESSAGE type_name: \".kabinet.events.Done\" label: LABEL_OPTIONAL", "may not hold itself"
            ),
            (
                "TYPE_SINT64 label: LABEL_OPTIONAL }",
                "TYPE_SINT64 label: LABEL_OPTIONAL oneof_index: 0 } oneof_decl { name: \"either\" }", "oneofs"
            ),
            (
                "TYPE_SINT64 label: LABEL_OPTIONAL }",
                "TYPE_SINT64 label: LABEL_REPEATED options { packed: false } }", "packed"
            ),
            ("syntax: \"proto3\"\nmessage_type", "syntax: \"proto2\"\nmessage_type", "proto3"),
            ("enum_type {", "service { name: \"Calls\" } enum_type {", "services"),
            ("{ name: \"Part\" field", "{ name: \"Part\" nested_type { name: \"In\" } field", "nested"),
        ])
    func refused(_ old: String, _ new: String, _ words: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Self.schema(old, new) }
        #expect(refusal.description.contains(words), "\(refusal)")
    }

    @Test(
        "that break a rule of evolution are named",
        arguments: [
            ("name: \"amount\" number: 1", "name: \"amount\" number: 9", "field 1 (amount) was removed or renumbered"),
            ("name: \"amount\" number: 1", "name: \"sum\" number: 1", "field 1 (amount) is now named sum"),
            ("TYPE_SINT64", "TYPE_INT64", "field 1 (amount) was"),
            ("TYPE_ENUM type_name: \".kabinet.events.Kind\"", "TYPE_UINT32", "field 2 (kind) was"),
            (
                "TYPE_SINT64 label: LABEL_OPTIONAL", "TYPE_SINT64 label: LABEL_REPEATED",
                "between one and repeated"
            ),
            ("name: \"KIND_GOOD\" number: 1", "name: \"KIND_GOOD\" number: 2", "KIND_GOOD = 1 was removed"),
            ("name: \"KIND_GOOD\"", "name: \"KIND_FINE\"", "1 was KIND_GOOD and is KIND_FINE"),
            ("name: \"done\" number: 5", "name: \"done\" number: 6", "Event: field 5 (done) was removed or renumbered"),
            ("name: \"done\" number: 5", "name: \"ended\" number: 5", "Event: field 5 (done) is now named ended"),
            ("oneof_index: 0", "", "into or out of a oneof"),
            ("name: \"Part\"", "name: \"Piece\"", "message kabinet.events.Part was removed"),
            ("name: \"Kind\"", "name: \"Sort\"", "enum kabinet.events.Kind was removed"),
        ])
    func breach(_ old: String, _ new: String, _ words: String) throws {
        let breaches = SchemaComparison(old: try Self.set(), new: try Self.set(old, new)).breaches()
        #expect(breaches.contains { $0.contains(words) }, "\(breaches)")
    }

    @Test("that only grow break no rule")
    func growth() throws {
        let grown = try Self.set(
            "message_type { name: \"Part\"",
            "message_type { name: \"New\" } message_type { name: \"Part\" "
                + "field { name: \"more\" number: 7 type: TYPE_STRING label: LABEL_OPTIONAL }")
        #expect(SchemaComparison(old: try Self.set(), new: grown).breaches().isEmpty)
    }
}
