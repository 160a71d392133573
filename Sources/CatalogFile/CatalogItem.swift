// A catalogue as a set of named items, each with its values in the notation of CATALOG.PUT. The items are sent, and two
// catalogues are compared by them.

/// A region, a range, the terms, a zone or an offering.
package struct CatalogItem: Sendable {
    package var kind: String
    package var key: String
    /// Values at their default are left out.
    package var values: [(name: String, value: String)]

    package init(_ kind: String, _ key: String, _ values: [(name: String, value: String)]) {
        (self.kind, self.key, self.values) = (kind, key, values)
    }

    package subscript(_ name: String) -> String? { values.first { $0.name == name }?.value }

    private static let kinds = ["terms", "range", "region", "zone"] + CatalogFile.Kind.allCases.map(\.rawValue)
    /// Values that the service derives from the others, and its spelling of defaults.
    private static let derived: Set<String> = ["lifecycle"]
    private static let defaults = ["segment": "any", "late_usage_days": "30"]

    /// A row of `CATALOG`; nil if its kind is not known here.
    package init?(row: [(name: String, value: String)]) {
        guard let first = row.first, Self.kinds.contains(first.name) else { return nil }
        let rest = row.dropFirst().filter { !Self.derived.contains($0.name) && Self.defaults[$0.name] != $0.value }
        self.init(first.name, first.value, rest.map { ($0.name == "bundled" ? "options" : $0.name, $0.value) })
    }
}

extension CatalogFile {
    /// In the order in which they are sent.
    package var items: [CatalogItem] {
        var more = terms.lateUsageDays.flatMap { $0 == 30 ? nil : [("late_usage_days", String($0))] } ?? []
        for (name, amount) in [
            ("greatest_payment", terms.greatestPayment), ("cashier_day_limit", terms.cashierDayLimit),
        ] {
            if let amount, amount != .zero { more.append((name, amount.description)) }
        }
        return [
            CatalogItem(
                "terms", "general",
                [
                    ("tariff_change_fee", terms.tariffChangeFee.description),
                    ("tariff_change_free_after_days", String(terms.tariffChangeFreeAfterDays)),
                ] + more)
        ]
            + ranges.map { CatalogItem("range", $0.prefix, [("digits", String($0.digits))]) }
            + regions.map { CatalogItem("region", $0.key, $0.values) }
            + zones.map { CatalogItem("zone", $0.key, $0.values) }
            + offerings.map { CatalogItem($0.kind.rawValue, $0.key, $0.values) }
    }
}

/// The difference between two catalogues.
package struct CatalogDifference: Sendable {
    package struct Change: Equatable, Sendable {
        package var kind: String
        package var key: String
        /// Nil on the side where the value is absent.
        package var values: [Value]
    }

    package struct Value: Equatable, Sendable {
        package var name: String
        package var from: String?
        package var to: String?
    }

    package var added: [CatalogItem] = []
    package var removed: [CatalogItem] = []
    package var changed: [Change] = []

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    package init(from old: [CatalogItem], to new: [CatalogItem]) {
        func same(_ a: CatalogItem, _ b: CatalogItem) -> Bool { a.kind == b.kind && a.key == b.key }
        removed = old.filter { item in !new.contains { same($0, item) } }
        for item in new {
            guard let before = old.first(where: { same($0, item) }) else {
                added.append(item)
                continue
            }
            let names = before.values.map(\.name) + item.values.map(\.name).filter { before[$0] == nil }
            let values = names.compactMap { name -> Value? in
                Self.isSame(name, before[name], item[name])
                    ? nil : Value(name: name, from: before[name], to: item[name])
            }
            if !values.isEmpty { changed.append(Change(kind: item.kind, key: item.key, values: values)) }
        }
    }

    /// A date equals its midnight; the order of an exclusion list has no meaning.
    private static func isSame(_ name: String, _ a: String?, _ b: String?) -> Bool {
        guard let a, let b else { return a == b }
        switch name {
        case "valid_from", "valid_to":
            guard let a = UTCTime(a), let b = UTCTime(b) else { return a == b }
            return !(a < b) && !(b < a)
        case "regions", "tariffs", "excludes", "options", "prefixes":
            return Set(a.split(separator: ",")) == Set(b.split(separator: ","))
        case "offsets":
            func normal(_ text: String) -> String {
                text.split(separator: ",").map { entry in
                    let parts = entry.split(separator: "@")
                    return parts.count == 2 && parts[1].utf8.count == 10 ? "\(entry)T00:00:00Z" : "\(entry)"
                }.joined(separator: ",")
            }
            return normal(a) == normal(b)
        default: return a == b
        }
    }
}
