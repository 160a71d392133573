// Replies and events as people and programs read them. Pure.

import Accounts
import Client
import EventCoding

extension Fields {
    /// An object whose values are texts, as on the wire.
    var json: JSONValue { .object(map { ($0.name, .string($0.value)) }) }
}

extension Client.Reply {
    /// `{"ok":true,"rows":[…],"balance":"350.00",…}`, `{"ok":false,"error":"not_found",…}`.
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [("ok", .bool(isOK))]
        if let refusal { members.append(("error", .string(refusal.code))) }
        if !rows.isEmpty { members.append(("rows", .array(rows.map(\.json)))) }
        // A reply's own count of its rows would be a second "rows".
        for field in fields where field.name != "rows" { members.append((field.name, .string(field.value))) }
        return .object(members)
    }
}

extension LogEvent {
    /// The event with its numbers as numbers and its payload as an object.
    var json: JSONValue {
        .object(
            fields.map { field in
                switch field.name {
                case "seq", "account", "session":
                    (field.name, Int64(field.value) == nil ? .string(field.value) : .number(field.value))
                case "data": (field.name, JSONValue(field.value) ?? .string(field.value))
                default: (field.name, .string(field.value))
                }
            })
    }

    /// One line of a table: recorded, position, kind, number, principal, then the payload.
    func tableLine(colours: Bool) -> String {
        func paint(_ text: String, _ code: String) -> String { colours ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
        var columns = [
            paint(padded(shown(recorded), 24), "2"),
            padded(String(seq), 8, right: true),
            paint(padded(shown(type), 20), typeColour),
            padded(shown(msisdn ?? "-"), 12),
            paint(padded(shown(principal ?? "-"), 10), "2"),
            payloadText,
        ]
        if effective != recorded, !effective.isEmpty { columns.append(paint("effective=\(shown(effective))", "2")) }
        return columns.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// Money is green, failures and ends are red, the rest is blue.
    private var typeColour: String {
        if ["topped_up", "fees_charged"].contains(type) { return "32" }
        if ["_failed", "_ended", "_disabled", "_unpaid", "_terminated"].contains(where: { type.hasSuffix($0) }) {
            return "31"
        }
        return "34"
    }

    /// The payload as `name=value`: money in roubles, instants in RFC 3339.
    var payloadText: String { kabinet.payloadText(data, ofEvent: type) }

    static let tableHeading =
        [
            padded("recorded", 24), padded("seq", 8, right: true), padded("type", 20), padded("msisdn", 12),
            padded("principal", 10), "data",
        ].joined(separator: "  ")
}

/// An event's JSON as `name=value`, each value in its unit by the schema.
func payloadText(_ data: String, ofEvent type: String) -> String {
    guard case .object(let members)? = JSONValue(data) else { return shown(data) }
    return membersText(members, of: FieldUnit.message(ofEvent: type))
}

/// The members of a message; `message` is nil if only a newer version knows it.
private func membersText(_ members: [(name: String, value: JSONValue)], of message: String?) -> String {
    members.compactMap { member in
        let unit = message.flatMap { FieldUnit.of(member.name, in: $0) } ?? .plain
        return valueText(member.value, unit).map { "\(shown(member.name))=\($0)" }
    }.joined(separator: " ")
}

/// Nil for null.
private func valueText(_ value: JSONValue, _ unit: FieldUnit) -> String? {
    switch value {
    case .null: return nil
    case .bool(let value): return value ? "true" : "false"
    // JSON of Protobuf writes 64-bit numbers as texts.
    case .number(let text), .string(let text): return Int64(text).flatMap { numberText($0, unit) } ?? shown(text)
    case .array(let values): return "[" + values.compactMap { valueText($0, unit) }.joined(separator: ", ") + "]"
    case .object(let members):
        let message: String? = if case .message(let name) = unit { name } else { nil }
        return "{" + membersText(members, of: message) + "}"
    }
}

/// Nil if the number is shown unchanged.
private func numberText(_ number: Int64, _ unit: FieldUnit) -> String? {
    switch unit {
    case .money: Money(minorUnits: number).description
    case .instant where number == 0: "none"
    // RFC 3339 can write only these years.
    case .instant where (1...253_402_300_799_999).contains(number): Instant(milliseconds: number).description
    default: nil
    }
}

/// A value made safe for a terminal: nothing in it moves the cursor or paints.
private func shown(_ text: String) -> String { quotedIfNeeded(text) }

func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
}
