/// The names of tariffs, options and subscriptions by their keys. Rows of the history and of packages have only keys.

internal import Client
internal import Phrases
internal import Web

struct OfferingNames: Sendable {
    private(set) var byKey: [String: String] = [:]

    /// The name, or the key if nothing on sale and nothing of this number has it.
    subscript(_ key: String?) -> String { key.map { byKey[$0] ?? $0 } ?? "" }

    mutating func add(_ fields: Fields) {
        // The number's own tariff in `ACCOUNT`.
        if let key = fields["tariff"], let name = fields["tariff_name"] { byKey[key] = name }
        guard let name = fields["name"] else { return }
        for kind in ["tariff", "option", "subscription", "bundle", "offering"] {
            if let key = fields[kind] { byKey[key] = name }
        }
    }

    init(_ replies: Reply...) {
        for reply in replies {
            add(reply.fields)
            for row in reply.rows { add(row) }
        }
    }

    init(_ rows: [Fields]) {
        for row in rows { add(row) }
    }

    /// The names of what the page's number has or can have.
    static func read(_ commands: Commands, _ place: Place) async throws -> OfferingNames {
        async let tariff = commands(.tariff, commands.number)
        async let tariffs = commands(.tariffs, named: ["region": place.account["region"]])
        async let options = commands(.options, commands.number, named: ["available": "1"])
        async let subscriptions = commands(.subscriptions, commands.number, named: ["available": "1"])
        return OfferingNames(
            try await tariffs, try await options, try await subscriptions, place.account, try await tariff)
    }
}
