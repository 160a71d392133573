// Replies and events as people and programs read them. Pure.

import Accounts
import Client

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

    /// Money green, what failed or ended red, the rest blue.
    private var typeColour: String {
        if ["topped_up", "fees_charged"].contains(type) { return "32" }
        if ["_failed", "_ended", "_disabled", "_unpaid", "_terminated"].contains(where: { type.hasSuffix($0) }) {
            return "31"
        }
        return "34"
    }

    /// The payload as `name=value`: money in roubles, instants in RFC 3339.
    var payloadText: String {
        guard case .object(let members)? = JSONValue(data) else { return shown(data) }
        return membersText(members)
    }

    static let tableHeading =
        [
            padded("recorded", 24), padded("seq", 8, right: true), padded("type", 20), padded("msisdn", 12),
            padded("principal", 10), "data",
        ].joined(separator: "  ")
}

/// The names of the events' schemas whose integers are minor units.
private let moneyNames: Set<String> = [
    "amount", "balance", "balance_after", "fee", "connection_fee", "tariff_change_fee", "price", "credit_limit",
]

private func membersText(_ members: [(name: String, value: JSONValue)]) -> String {
    members.compactMap { member in
        valueText(member.name, member.value).map { "\(shown(member.name))=\($0)" }
    }.joined(separator: " ")
}

/// Nil for what says nothing.
private func valueText(_ name: String, _ value: JSONValue) -> String? {
    switch value {
    case .null: return nil
    case .bool(let value): return value ? "true" : "false"
    case .number(let text): return numberText(name, text)
    case .string(let text):
        // JSON of Protobuf writes 64-bit numbers as texts.
        return Int64(text) != nil && (moneyNames.contains(name) || isInstant(name))
            ? numberText(name, text) : shown(text)
    case .array(let values):
        return "[" + values.compactMap { valueText(name, $0) }.joined(separator: ", ") + "]"
    case .object(let members): return "{" + membersText(members) + "}"
    }
}

private func isInstant(_ name: String) -> Bool {
    name.hasSuffix("_at") || name.hasSuffix("_end") || name == "valid_from"
}

private func numberText(_ name: String, _ text: String) -> String {
    guard let number = Int64(text) else { return text }
    if moneyNames.contains(name) { return Money(minorUnits: number).description }
    // Instants of the years that RFC 3339 can write; zero stands for none.
    if isInstant(name) {
        if number == 0 { return "none" }
        if (1...253_402_300_799_999).contains(number) { return Instant(milliseconds: number).description }
    }
    return text
}

/// A value as it may stand on a terminal: nothing in it moves the cursor or paints.
private func shown(_ text: String) -> String { quotedIfNeeded(text) }

func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
}
