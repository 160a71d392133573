/// Roles of a principal, as bits of an event.
package struct Roles: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let frontend = Roles(rawValue: 1)
    package static let payments = Roles(rawValue: 2)
    package static let network = Roles(rawValue: 4)
    package static let `operator` = Roles(rawValue: 8)
    package static let auditor = Roles(rawValue: 16)
    package static let admin = Roles(rawValue: 32)
    /// Takes cash, up to a daily limit.
    package static let cashier = Roles(rawValue: 64)
    /// Carries messages to subscribers.
    package static let delivery = Roles(rawValue: 128)

    /// Persons who may move money of others, together if it is much.
    static let staff: Roles = [.operator, .admin]

    package static let named: [(String, Roles)] = [
        ("frontend", .frontend), ("payments", .payments), ("cashier", .cashier), ("network", .network),
        ("delivery", .delivery), ("operator", .operator), ("auditor", .auditor), ("admin", .admin),
    ]
    package static let all = Roles(named.map(\.1))

    package var names: [String] { Self.named.filter { contains($0.1) }.map { $0.0 } }
}

extension Roles: ParameterType {
    package static var kind: ParameterKind { .list }

    package static func value(of given: GivenValue) throws(Rejection) -> Roles {
        var roles: Roles = []
        for word in try List.value(of: given) {
            guard let role = named.first(where: { $0.0 == word })?.1 else {
                throw given.rejected(.invalidKey, "a role is one of \(all.names.joined(separator: ", "))")
            }
            roles.insert(role)
        }
        guard !roles.isEmpty else { throw given.rejected(.missingArgument, "a principal needs at least one role") }
        return roles
    }
}
