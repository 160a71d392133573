// Accounts/Generated/EventTable.swift: the meaning of every event to other code, in one table.

func eventTableFile(_ schema: Schema) -> String {
    var out = SourceWriter(
        source: "event.proto", opens: "The meanings of every event to others, as its schema declares them.")
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
        out.line("/// The order to the network that it is; nil: it is none.")
        out.block("package var order: NetworkOrder?") { out in
            orders(schema, &out)
        }
        out.line()
        out.line("/// The texts in it that only the account's key opens; an empty one is of a field that is not set.")
        out.block("package var sealedTexts: [[UInt8]]") { out in
            found(schema, or: "[]", &out) { declared in
                declared.sealed.isEmpty ? nil : "[\(declared.sealed.map { "e.\($0)" }.joined(separator: ", "))]"
            }
        }
        out.line()
        out.line("/// The notice that its subscriber may get because of it; nil: none.")
        out.block("package var notice: Notice?") { out in
            found(schema, binding: "", &out) { $0.notice.map { ".\(swiftName($0.template))" } }
        }
        out.line()
        out.line("/// The types of the events that move money.")
        out.line("package static let moneyTypes: [UInt16] = \(types(schema) { $0.movesMoney })")
        out.line("/// The types of a subscriber's payments.")
        out.line("package static let paymentTypes: [UInt16] = \(types(schema) { $0.names.contains("isPayment") })")
        out.line(
            "/// The types of the events that make the principals and the catalogue, which every account's state may name."
                + " None of them moves money."
        )
        out.line(
            "package static let commonTypes: [UInt16] = "
                + "\(types(schema) { !$0.movesMoney && !Set($0.readers).isDisjoint(with: [.principals, .catalog]) })")
    }
    out.line()
    noticeEnum(schema, &out)
    out.line()
    out.block("extension OrderAction") { out in
        out.line("/// The name of its argument; nil: it takes none.")
        out.block("package var argumentName: StaticString?") { out in
            out.line("switch self {")
            for (action, argument) in schema.orderActions {
                out.line("case .\(action.name): \(argument.map { "\"\($0)\"" } ?? "nil")")
            }
            out.line("}")
        }
    }
    out.line()
    out.block("extension AccountsState") { out in
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
        out.block("borrowing func visitProjections<V: ProjectionVisitor>(_ visitor: V, _ result: inout V.Result)") {
            out in
            for projection in EventDeclaration.Projection.allCases { out.line("visitor.visit(\(projection), &result)") }
        }
        out.line()
        out.line("/// Lends every projection to an editor, in the order of application.")
        out.line("@inline(__always)")
        out.line("mutating func editProjections<E: ProjectionEditor>(")
        out.line("    _ editor: E, _ source: inout E.Source")
        out.block(") throws(E.Failure)") { out in
            for projection in EventDeclaration.Projection.allCases {
                out.line("try editor.edit(&\(projection), &source)")
            }
        }
    }
    return out.text
}

/// The numbers of some events, in order.
private func types(_ schema: Schema, where isOne: (EventDeclaration) -> Bool) -> [UInt16] {
    schema.events.filter { isOne($0.declared) }.map { UInt16($0.number) }.sorted()
}

/// The template of each notice, under its event's number.
private func noticeEnum(_ schema: Schema, _ out: inout SourceWriter) {
    let notices = schema.events.compactMap { event in event.declared.notice.map { (event: event, notice: $0) } }
    out.line("/// The notices to subscribers, each under the number of the event that causes it.")
    out.block("package enum Notice: UInt16, Sendable") { out in
        for (event, notice) in notices { out.line("case \(swiftName(notice.template)) = \(event.number)") }
        let properties = [
            ("template: String", { (notice: EventDeclaration.Notice) in "\"\(notice.template)\"" }),
            ("lifetime: TimeSpan", { ".hours(\($0.lifetimeHours))" }),
        ]
        for (head, value) in properties {
            out.line()
            out.block("package var \(head)") { out in
                out.line("switch self {")
                for (_, notice) in notices { out.line("case .\(swiftName(notice.template)): \(value(notice))") }
                out.line("}")
            }
        }
    }
}

/// A switch that returns the order of each event that is one. An event that only its type makes an order binds no name.
private func orders(_ schema: Schema, _ out: inout SourceWriter) {
    out.line("switch self {")
    for event in schema.events {
        guard let order = event.declared.order else { continue }
        let parts = [
            "." + swiftName(order.action), order.state.map { "isOn: \($0)" },
            order.argument?.orderArgument.map { "argument: \($0)" },
        ].compactMap(\.self)
        let binding = parts.contains { $0.contains("e.") } ? "(let e)" : ""
        out.line("case .\(event.name)\(binding): NetworkOrder(\(parts.joined(separator: ", ")))")
    }
    out.line("default: nil")
    out.line("}")
}

/// Patterns of the events that share a value, in the order of their first.
private func grouped<Value: Equatable>(
    _ schema: Schema, by value: (EventDeclaration) -> Value
) -> [(value: Value, events: [String])] {
    var groups: [(value: Value, events: [String])] = []
    for event in schema.events {
        let value = value(event.declared)
        let index = groups.firstIndex { $0.value == value } ?? groups.count
        if index == groups.count { groups.append((value, [])) }
        groups[index].events.append(".\(event.name)")
    }
    return groups
}

/// A switch that returns an expression for the events that have one; `e` is the event's payload.
private func found(
    _ schema: Schema, or none: String = "nil", binding: String = "(let e)", _ out: inout SourceWriter,
    _ value: (EventDeclaration) -> String?
) {
    out.line("switch self {")
    for event in schema.events {
        if let value = value(event.declared) { out.line("case .\(event.name)\(binding): \(value)") }
    }
    out.line("default: \(none)")
    out.line("}")
}
