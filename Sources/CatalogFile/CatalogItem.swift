// A catalogue as a set of named items, each with its values in the notation of CATALOG.PUT. The items are sent, and two
// catalogues are compared by them.

import Accounts

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

    /// Values that the service derives from the others.
    private static let derived: Set<String> = ["lifecycle"]

    /// A row of `CATALOG`; nil if its kind or a field of it is not known here.
    package init?(row: [(name: String, value: String)]) {
        guard let first = row.first, let kind = CatalogKind.named(first.name) else { return nil }
        self.init(first.name, first.value, [])
        for (name, value) in row.dropFirst() where !Self.derived.contains(name) {
            guard let field = kind.fields.first(where: { $0.replyName == name }) else { return nil }
            if !field.leavesOut(value) { values.append((field.name, value)) }
        }
    }
}

extension CatalogField {
    /// True for the value that an item has without the field.
    func leavesOut(_ value: String) -> Bool { need == .optional && value == absent }

    /// True if both values mean the same: a date is its midnight, and the order of keys has no meaning.
    func isSame(_ a: String, _ b: String) -> Bool {
        switch form {
        case .keys, .digits, .networks: Set(a.split(separator: ",")) == Set(b.split(separator: ","))
        default: (normal(a) ?? a) == (normal(b) ?? b)
        }
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
                let (from, to) = (before[name], item[name])
                if let from, let to, CatalogKind.named(item.kind)?[name]?.isSame(from, to) == true { return nil }
                return Value(name: name, from: from, to: to)
            }
            if !values.isEmpty { changed.append(Change(kind: item.kind, key: item.key, values: values)) }
        }
    }
}
