// Reads YAML's nodes, each with its own error message.

import Accounts
import Yams

extension CatalogReader {
    mutating func note(_ node: Node, _ message: String) {
        mistakes.append(.init(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message))
    }

    /// The values of a mapping by key. Unknown and missing keys are mistakes.
    mutating func mapping(_ node: Node, _ form: CatalogForm, _ path: String) -> [String: Node] {
        guard case .mapping(let pairs) = node else {
            note(node, "\(path): write keys with values here: \(form.keys.joined(separator: ", "))")
            return [:]
        }
        var parts: [String: Node] = [:]
        for (key, value) in pairs {
            guard let name = key.string, form.keys.contains(name) else {
                note(
                    key,
                    "\(path): \(shown(key)) is not known here; the keys are \(form.keys.joined(separator: ", "))")
                continue
            }
            parts[name] = value
        }
        for name in form.required where parts[name] == nil { note(node, "\(path): \(name) is missing; add it") }
        return parts
    }

    /// The entries of a mapping whose keys are stable names, in the file's order.
    mutating func entries(_ node: Node, _ path: String) -> [(key: String, value: Node)] {
        guard case .mapping(let pairs) = node else {
            note(node, "\(path): write a key and its values for each, such as moy-onlayn:")
            return []
        }
        var entries: [(key: String, value: Node)] = []
        for (key, value) in pairs {
            guard let name = key.scalar?.string, isKey(name.utf8) else {
                note(key, "\(path): \(shown(key)) is no key; use a-z, 0-9, -, _ and ., at most 64 of them")
                continue
            }
            entries.append((name, value))
        }
        return entries
    }

    mutating func elements(_ node: Node, _ path: String) -> [Node] {
        guard case .sequence(let nodes) = node else {
            note(node, "\(path): write a list, each line of it beginning with -")
            return []
        }
        return Array(nodes)
    }

    /// A list of keys that are defined elsewhere in the file.
    mutating func keys(_ node: Node, _ path: String, _ holder: CatalogField.Holder) -> [String] {
        var keys: [String] = []
        for node in elements(node, path) {
            guard let key = key(node, path, holder) else { continue }
            if keys.contains(key) { note(node, "\(path): \(key) stands twice; keep one") } else { keys.append(key) }
        }
        return keys
    }

    /// A key that is defined elsewhere in the file.
    mutating func key(_ node: Node, _ path: String, _ holder: CatalogField.Holder) -> String? {
        let noun = holder == .product ? "option" : holder.rawValue
        guard let key = value(node, path, "the key of a \(noun)", { isKey($0.utf8) ? $0 : nil }) else { return nil }
        if known[holder]?.contains(key) != true {
            note(node, "\(path): there is no \(noun) \(key); add it under \(noun)s or correct the key")
        }
        return key
    }

    /// The value of a plain key, as `CATALOG.PUT` takes it.
    mutating func plain(_ field: CatalogField, _ node: Node, _ path: String) -> String? {
        let cure: String
        switch field.form {
        case .key(let holder): return key(node, path, holder)
        case .keys(let holder): return keys(node, path, holder).joined(separator: ",")
        case .digits: return elements(node, path).compactMap { digits($0, path) }.joined(separator: ",")
        case .networks: return elements(node, path).compactMap { network($0, path) }.joined(separator: ",")
        case .promises: return elements(node, path).compactMap { promise($0, path) }.joined(separator: ",")
        case .word(let words): return choice(node, path, words)
        case .flag: return choice(node, path, ["true", "false"]).map { $0 == "true" ? "1" : "0" }
        case .time: return time(node, path)?.description
        case .text: cure = "a name of one line, at most 256 bytes, that cannot be a card's number"
        case .money: cure = "an amount such as 400.00"
        case .period: cure = "days such as 30d, month, year or open"
        case .billingDay: cure = "a day from 1 to 31, or start"
        case .number, .special: cure = "a whole number, \(field.bounds.lowerBound) to \(field.bounds.upperBound)"
        }
        return value(node, path, cure, field.normal)
    }

    /// A scalar's text, read by `parse`; a text that it refuses is a mistake with the cure.
    mutating func value<Value>(_ node: Node, _ path: String, _ cure: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = node.scalar?.string, let value = parse(text) else {
            note(node, "\(path): \(shown(node)) will not do; write \(cure)")
            return nil
        }
        return value
    }

    /// In minor units.
    mutating func amount(_ node: Node, _ path: String) -> Int64? {
        value(node, path, "an amount such as 400.00") { text in
            Money(decimal: text.utf8).flatMap { $0 < .zero ? nil : $0.minorUnits }
        }
    }

    mutating func time(_ node: Node, _ path: String) -> UTCTime? {
        value(node, path, "a date or an instant of UTC, such as 2014-10-25T22:00:00Z", UTCTime.init)
    }

    /// The first digits of numbers.
    mutating func digits(_ node: Node, _ path: String) -> String? {
        value(node, path, "1 to 15 digits in quotes, such as \"7900\"") { text in
            decimal(text, digits: 1...15).map { _ in text }
        }
    }

    /// A promised payment.
    mutating func promise(_ node: Node, _ path: String) -> String? {
        value(node, path, "tenure from days, amount, days and fee in quotes, such as \"30:50:1:5\"") { text in
            text.contains(",") ? nil : CatalogKind.terms["promises"]?.normal(text)
        }
    }

    /// A network abroad, or all of a country.
    mutating func network(_ node: Node, _ path: String) -> String? {
        value(node, path, "an MCC or MCC-MNC in quotes, such as \"262\" or \"262-01\"") { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard decimal(parts[0], digits: 3...3) != nil, parts.count <= 2 else { return nil }
            return parts.count == 1 || decimal(parts[1], digits: 2...3) != nil ? text : nil
        }
    }

    mutating func whole(_ node: Node, _ path: String, _ range: ClosedRange<Int>, _ cure: String) -> Int? {
        value(node, path, cure) { text in
            guard let number = decimal(text, digits: 1...9).map({ Int($0) }), range.contains(number) else { return nil }
            return number
        }
    }

    mutating func choice(_ node: Node, _ path: String, _ choices: [String]) -> String? {
        value(node, path, "one of \(choices.joined(separator: ", "))") { choices.contains($0) ? $0 : nil }
    }

    mutating func word<Word: WireWord>(_ node: Node?, _ path: String, _ usual: Word?) -> Word? {
        guard let node else { return usual }
        return choice(node, path, Word.words).flatMap { Word(word: $0) }
    }

    /// The node's contents, short enough for a message.
    private func shown(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar):
            let text = scalar.string.prefix { $0 != "\n" }.prefix(40)
            return scalar.string.isEmpty ? "nothing" : "\"\(text)\""
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        }
    }

    /// A mistake from an error of the YAML parser.
    static func mistake(of error: any Error) -> CatalogFileError.Mistake {
        func at(_ mark: Mark, _ words: String) -> CatalogFileError.Mistake {
            .init(line: max(mark.line, 1), column: max(mark.column, 1), message: "this is not YAML: \(words)")
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return at(mark, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return .init(
                line: max(context.mark.line, 1), column: max(context.mark.column, 1),
                message: "\(duplicates.joined(separator: ", ")) stands twice in this mapping; keep one")
        default: return .init(line: 1, column: 1, message: "this is not YAML: \(error)")
        }
    }
}
