// The meaning of an event to other code, as its line in event.proto declares it.

/// The declarations of one event. `event.proto` explains each of them.
struct EventDeclaration {
    /// The projections, in the order in which they apply an event.
    enum Projection: String, CaseIterable {
        case directory, principals, catalog, access, notifications, profiles, balances, subscriptions, organizations
        case usage, limits, dormancy, services, orders, paying, promises, autopay, transfers, idempotencyKeys

        /// No event names these, because they are implied: the directory and the keys of commands done once apply every
        /// event, the balances those that move money.
        var isImplied: Bool { self == .directory || self == .balances || self == .idempotencyKeys }

        /// Swift code that applies an event to it.
        var call: String {
            switch self {
            case .notifications: "notifications.apply(event, meta, access)"
            case .catalog, .subscriptions, .paying, .promises, .autopay: "\(self).apply(event, meta, &agenda)"
            case .limits: "limits.apply(event, meta, catalog, directory, &agenda)"
            default: "\(self).apply(event, meta)"
            }
        }

        /// True if a change of it may stop a service or let it go on.
        var concernsService: Bool { self == .subscriptions || self == .usage || self == .limits }
    }

    /// A notice to the subscriber. The purpose and the channel are for its senders: the reference lists them.
    struct Notice {
        static let purposes = ["security", "service", "advertising"]
        static let channels = ["sms", "email", "push"]

        let template: String
        let lifetimeHours: Int
    }

    /// The amount in an event besides its charges: the account is credited with a field, or debited.
    struct Posting {
        let amount: String
        let isCredit: Bool
        /// Swift for the operator's ledger account.
        let ledgerAccount: String
    }

    /// The order to the network that the event is.
    struct Order {
        /// A word of `OrderAction`.
        let action: String
        /// Swift for its state; nil if the action has no states.
        let state: String?
        /// The field that is its argument; nil if it takes none.
        let argument: Field?
    }

    var version = 1
    var readers: [Projection] = []
    var isSignIn = false
    var isAttempt = false
    var isRefusal = false
    var isPayment = false
    var changesRequests = false
    var movesMoney = false
    var posting: Posting?
    /// Fields of the message.
    var charges: String?
    var reference: String?
    var settled: String?
    var sealed: [String] = []
    var notice: Notice?
    var order: Order?

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
        changesRequests = annotations["request"] != nil
        sealed = message.fields.filter { $0.protoName.hasPrefix("sealed_") && $0.type == .bytes }.map(\.name)
        reference = try annotations["once"].map { try Self.field($0, .string, "once", of: message, at: place) }
        settled = try annotations["settles"].map { try Self.field($0, .bytes, "settles", of: message, at: place) }
        notice = try annotations["notice"].map { try Self.notice($0, at: place) }
        if notice != nil {
            self.readers = Projection.allCases.filter { $0 == .notifications || self.readers.contains($0) }
        }
        order = try annotations["order"].map { try Self.order($0, of: message, at: place) }
        if order != nil {
            self.readers = Projection.allCases.filter { $0 == .orders || self.readers.contains($0) }
        }
        movesMoney = annotations["money"] != nil
        try readMoney(message, place)
        guard !isPayment || posting != nil else {
            throw Refusal("\(place): @payment is of an event with an amount that is credited or debited")
        }
    }

    /// The traits that are true.
    var names: [String] {
        [
            (isPayment, "isPayment"), (isSignIn, "isSignIn"), (isAttempt, "isAttempt"),
            (isRefusal, "isRefusal"), (settled != nil, "settlesChallenge"),
            (movesMoney || readers.contains(where: \.concernsService), "concernsService"),
            (readers.contains(.orders), "changesOrders"), (changesRequests, "changesRequests"),
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
        guard words.count == 4, let hours, hours > 0, Notice.purposes.contains(words[1]),
            Notice.channels.contains(words[2])
        else {
            throw Refusal(
                "\(place): @notice takes a template, a purpose (\(Notice.purposes.joined(separator: ", "))), a channel"
                    + " (\(Notice.channels.joined(separator: ", "))), and how long, as in 24h or 3d")
        }
        return Notice(template: words[0], lifetimeHours: hours)
    }

    private static func order(_ text: String, of message: Message, at place: String) throws -> Order {
        var words = text.split(separator: " ").map(String.init)[...]
        guard let action = words.popFirst() else { throw Refusal("\(place): @order takes an action") }
        func field(_ name: String) -> Field? { message.fields.first { $0.protoName == name && !$0.isRepeated } }
        var state: String?
        if let word = words.first, word == "on" || word == "off" {
            state = word == "on" ? "true" : "false"
        } else if let flag = words.first.flatMap(field), flag.type == .bool {
            state = "e.\(flag.name)"
        }
        if state != nil { words.removeFirst() }
        let argument = words.popFirst().map { (name: $0, field: field($0)) }
        guard words.isEmpty, argument == nil || argument?.field?.orderArgument != nil else {
            throw Refusal(
                "\(place): @order takes an action, then on, off or a field that is a bool, then a field of it that is"
                    + " a number, a text or an enum; both are left out if the action has none")
        }
        return Order(action: action, state: state, argument: argument?.field)
    }

    private static func field(
        _ name: String, _ type: FieldType, _ annotation: String, of message: Message, at place: String
    ) throws -> String {
        guard let field = message.fields.first(where: { $0.protoName == name && $0.type == type && !$0.isRepeated })
        else { throw Refusal("\(place): @\(annotation) \(name) is no field of it of this type: \(type)") }
        return field.name
    }

    /// Every amount of an event of money is posted to an account, and an event with a balance is an event of money.
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
            } else if field.type == .message("Charge") {
                throw Refusal("\(place): \(field.protoName) is posted nowhere: charges are a repeated field")
            } else if field.unit == ".money", field.annotations["told"] == nil {
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

    /// A field's value decides the account, or the declaration names it.
    private func ledgerAccount(_ name: String, _ message: Message) -> String {
        message.fields.first { $0.protoName == name }.map { "e.\($0.name).ledgerAccount" } ?? ".\(swiftName(name))"
    }
}

extension Field {
    /// Swift for its value as an order's argument, which is a text; nil if it cannot be one.
    var orderArgument: String? {
        switch type {
        case .string: "e.\(name)"
        case .uint32, .uint64: "String(e.\(name))"
        case .enumeration: #""\(e.\#(name).word)""#
        case .int64, .sint32, .sint64, .bool, .bytes, .message: nil
        }
    }
}
