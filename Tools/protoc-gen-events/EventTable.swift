// Accounts/Generated/EventTable.swift: what an event means to others, as its line in event.proto declares it.

/// The declarations of one event. `event.proto` says what each of them means.
struct EventTraits {
    /// The projections, in the order in which they apply an event.
    enum Projection: String, CaseIterable {
        case directory, principals, catalog, access, notifications, profiles, balances, subscriptions, organizations
        case usage, idempotencyKeys

        /// The directory and the keys of what happens once apply every event, the balances those that move money: no
        /// event names them.
        var isImplied: Bool { self == .directory || self == .balances || self == .idempotencyKeys }

        /// What takes an event there.
        var call: String {
            switch self {
            case .notifications: "notifications.apply(event, meta, access)"
            case .subscriptions: "subscriptions.apply(event, meta, &agenda)"
            default: "\(self).apply(event, meta)"
            }
        }
    }

    /// What the subscriber is told because of an event.
    struct Notice {
        let template: String
        let purpose: String
        let channel: String
        let lifetimeHours: Int
    }

    /// What an event says beside its charges: the account is credited with a field, or debited.
    struct Posting {
        let amount: String
        let isCredit: Bool
        /// Swift for the operator's ledger account.
        let ledgerAccount: String
    }

    var version = 1
    var readers: [Projection] = []
    var isSignIn = false
    var isAttempt = false
    var isRefusal = false
    var isPayment = false
    var movesMoney = false
    var posting: Posting?
    /// Fields of the message.
    var charges: String?
    var reference: String?
    var settled: String?
    var sealed: [String] = []
    var notice: Notice?

    init(_ annotations: Annotations, of message: Message, at place: String) throws {
        if let text = annotations["version"] {
            guard let number = UInt8(text), number > 0 else {
                throw Refusal("\(place): @version takes a number from 1 to 255")
            }
            version = Int(number)
        }
        guard let readers = annotations["read_by"] else {
            throw Refusal("\(place): @read_by says which projections apply it, or none")
        }
        self.readers = try Self.projections(readers, at: place)
        isSignIn = annotations["sign_in"] != nil
        isAttempt = annotations["attempt"] != nil
        isRefusal = annotations["refusal"] != nil
        isPayment = annotations["payment"] != nil
        sealed = message.fields.filter { $0.protoName.hasPrefix("sealed_") && $0.type == .bytes }.map(\.name)
        reference = try annotations["once"].map { try Self.field($0, .string, "once", of: message, at: place) }
        settled = try annotations["settles"].map { try Self.field($0, .bytes, "settles", of: message, at: place) }
        notice = try annotations["notice"].map { try Self.notice($0, at: place) }
        if notice != nil, !self.readers.contains(.notifications) {
            self.readers = Projection.allCases.filter { $0 == .notifications || self.readers.contains($0) }
        }
        movesMoney = annotations["money"] != nil
        try readMoney(message, place)
        guard !isPayment || posting != nil else {
            throw Refusal("\(place): @payment is of an event with an amount that is credited or debited")
        }
    }

    /// Those that are yes or no, and are yes.
    var names: [String] {
        [
            (movesMoney, "movesMoney"), (isPayment, "isPayment"), (isSignIn, "isSignIn"), (isAttempt, "isAttempt"),
            (isRefusal, "isRefusal"), (settled != nil, "settlesChallenge"),
        ].filter(\.0).map(\.1)
    }

    private static func projections(_ text: String, at place: String) throws -> [Projection] {
        if text == "none" { return [] }
        let named = try text.split(separator: ", ").map { name in
            guard let projection = Projection(rawValue: String(name)), !projection.isImplied else {
                let all = Projection.allCases.filter { !$0.isImplied }.map(\.rawValue).joined(separator: ", ")
                throw Refusal("\(place): @read_by \(name) is none of \(all)")
            }
            return projection
        }
        guard !named.isEmpty else { throw Refusal("\(place): @read_by names projections, or none") }
        return Projection.allCases.filter(named.contains)
    }

    private static func notice(_ text: String, at place: String) throws -> Notice {
        let words = text.split(separator: " ").map(String.init)
        let hours = words.last.flatMap { word in
            Int(word.dropLast()).flatMap { word.hasSuffix("h") ? $0 : word.hasSuffix("d") ? $0 * 24 : nil }
        }
        guard words.count == 4, let hours, hours > 0 else {
            throw Refusal("\(place): @notice takes a template, a purpose, a channel, and how long, as in 24h or 3d")
        }
        return Notice(template: words[0], purpose: words[1], channel: words[2], lifetimeHours: hours)
    }

    private static func field(
        _ name: String, _ type: FieldType, _ annotation: String, of message: Message, at place: String
    ) throws -> String {
        guard let field = message.fields.first(where: { $0.protoName == name && $0.type == type && !$0.isRepeated })
        else { throw Refusal("\(place): @\(annotation) \(name) is no field of it of this type: \(type)") }
        return field.name
    }

    /// Every amount of an event of money is posted somewhere, and an event that says a balance is one.
    private mutating func readMoney(_ message: Message, _ place: String) throws {
        let balance = message.fields.first { $0.protoName == "balance_after" }
        guard movesMoney == (balance != nil) else {
            throw Refusal("\(place): @money stands above an event that has a balance_after, and above no other")
        }
        guard movesMoney else { return }
        for field in message.fields where field.protoName != "balance_after" {
            if field.type == .message("Charge"), field.isRepeated {
                guard charges == nil else { throw Refusal("\(place): it has two lists of charges") }
                charges = field.name
            } else if field.unit == ".money" {
                let (credit, debit) = (field.annotations["credit"], field.annotations["debit"])
                guard let account = credit ?? debit, credit == nil || debit == nil, posting == nil else {
                    throw Refusal(
                        "\(place): \(field.protoName) is an amount, so @credit or @debit above it names the field or"
                            + " the ledger account that it is of; one amount and the charges are all that an event moves"
                    )
                }
                posting = Posting(
                    amount: field.name, isCredit: credit != nil, ledgerAccount: ledgerAccount(account, message))
            }
        }
    }

    /// A field's value says it, or it is named itself.
    private func ledgerAccount(_ name: String, _ message: Message) -> String {
        message.fields.first { $0.protoName == name }.map { "e.\($0.name).ledgerAccount" } ?? ".\(swiftName(name))"
    }
}

func eventTableFile(_ schema: Schema) -> String {
    var out = SourceWriter(source: "event.proto", opens: "What an event means to others, as its schema declares it.")
    out.block("extension Event") { out in
        out.line("/// The traits that are yes or no.")
        out.block("package var traits: EventTraits") { out in
            out.line("switch self {")
            for (traits, events) in grouped(schema, by: \.names) {
                out.cases(events, "EventTraits(\(traits.map { "\($0): true" }.joined(separator: ", ")))")
            }
            out.line("}")
        }
        out.line()
        out.line("/// The money that it moves; nil: it moves none.")
        out.line("@inline(__always)")
        out.block("package var money: Movement?") { out in
            found(schema, &out) { traits in
                guard traits.movesMoney else { return nil }
                let sign = traits.posting?.isCredit == false ? "0 &- " : ""
                let posting = traits.posting.map { ", \(sign)e.\($0.amount), of: \($0.ledgerAccount)" } ?? ""
                return "Movement(\(traits.charges.map { "e.\($0)" } ?? "[]")\(posting), leaving: e.balanceAfter)"
            }
        }
        out.line()
        out.line("/// The outside world's name for it, which a principal uses once; nil: it has none.")
        out.block("package var reference: String?") { out in
            found(schema, &out) { $0.reference.map { "e.\($0)" } }
        }
        out.line()
        out.line("/// The challenge that it answered or used; nil: it settles none.")
        out.block("package var settledChallenge: [UInt8]?") { out in
            found(schema, &out) { $0.settled.map { "e.\($0)" } }
        }
        out.line()
        out.line("/// The texts in it that only the account's key opens; an empty one is of a field that is not set.")
        out.block("package var sealedTexts: [[UInt8]]") { out in
            out.line("switch self {")
            for event in schema.events where !event.traits.sealed.isEmpty {
                let texts = event.traits.sealed.map { "e.\($0)" }.joined(separator: ", ")
                out.line("case .\(event.name)(let e): [\(texts)]")
            }
            out.line("default: []")
            out.line("}")
        }
        out.line()
        out.line("/// What the subscriber is told because of it; nil: nothing.")
        out.block("package var notice: Notice?") { out in
            out.line("switch self {")
            for event in schema.events {
                if let notice = event.traits.notice { out.line("case .\(event.name): .\(swiftName(notice.template))") }
            }
            out.line("default: nil")
            out.line("}")
        }
    }
    out.line()
    noticeEnum(schema, &out)
    out.line()
    out.block("extension Cabinet") { out in
        out.line("/// Takes an event to the projections that its schema names.")
        out.line("@inline(__always)")
        out.block("mutating func route(_ event: Event, _ meta: EventMeta)") { out in
            out.line("switch event {")
            for (readers, events) in grouped(schema, by: \.readers) {
                out.cases(events, readers.isEmpty ? "break" : nil)
                out.indented { out in
                    for projection in readers { out.line(projection.call) }
                }
            }
            out.line("}")
        }
        out.line()
        out.line("/// Shows every projection to a visitor, in the order of application.")
        out.line("@inline(__always)")
        out.block("borrowing func visitProjections<V: ProjectionVisitor>(_ visitor: V, _ result: inout V.Result)") { out in
            for projection in EventTraits.Projection.allCases { out.line("visitor.visit(\(projection), &result)") }
        }
        out.line()
        out.line("/// Lends every projection to an editor, in the order of application.")
        out.line("@inline(__always)")
        out.line("mutating func editProjections<E: ProjectionEditor>(")
        out.line("    _ editor: E, _ source: inout E.Source")
        out.block(") throws(E.Failure)") { out in
            for projection in EventTraits.Projection.allCases { out.line("try editor.edit(&\(projection), &source)") }
        }
    }
    return out.text
}

/// The template of each notice, under its event's number.
private func noticeEnum(_ schema: Schema, _ out: inout SourceWriter) {
    let notices = schema.events.compactMap { event in event.traits.notice.map { (event: event, notice: $0) } }
    func property(_ head: String, _ out: inout SourceWriter, _ value: (EventTraits.Notice) -> String) {
        out.line()
        out.block(head) { out in
            out.line("switch self {")
            for (_, notice) in notices { out.line("case .\(swiftName(notice.template)): \(value(notice))") }
            out.line("}")
        }
    }
    out.line("/// What subscribers are told, each under the number of the event that causes it.")
    out.block("package enum Notice: UInt16, CaseIterable, Sendable") { out in
        for (event, notice) in notices { out.line("case \(swiftName(notice.template)) = \(event.number)") }
        property("package var template: String", &out) { "\"\($0.template)\"" }
        property("package var purpose: NoticePurpose", &out) { ".\($0.purpose)" }
        property("package var channel: NoticeChannel", &out) { ".\($0.channel)" }
        property("package var lifetime: Span", &out) { ".hours(\($0.lifetimeHours))" }
    }
}

/// Patterns of the events that share a value, in the order of their first.
private func grouped<Value: Equatable>(
    _ schema: Schema, by value: (EventTraits) -> Value
) -> [(value: Value, events: [String])] {
    var groups: [(value: Value, events: [String])] = []
    for event in schema.events {
        let value = value(event.traits)
        let index = groups.firstIndex { $0.value == value } ?? groups.count
        if index == groups.count { groups.append((value, [])) }
        groups[index].events.append(".\(event.name)")
    }
    return groups
}

/// A switch that answers an expression of the payload `e` where there is one, and nil.
private func found(_ schema: Schema, _ out: inout SourceWriter, _ value: (EventTraits) -> String?) {
    out.line("switch self {")
    for event in schema.events {
        if let value = value(event.traits) { out.line("case .\(event.name)(let e): \(value)") }
    }
    out.line("default: nil")
    out.line("}")
}
