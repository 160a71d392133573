/// The words of the pages. Each chapter has a struct with a stored property for each phrase: Swift code reads it by its
/// name (`Words.money.balance`), and templates as `{{t.money.balance}}`.

internal import Phrases

extension Language {
    /// The best of the languages that a browser asks for, as in `Accept-Language: ru-RU,ru;q=0.9,en;q=0.8`.
    init(accepted header: String?) {
        var best: (language: Language, quality: Double)?
        for part in (header ?? "").split(separator: ",") {
            let fields = part.split(separator: ";").map { $0.filter { $0 != " " } }
            let tag = fields.first?.lowercased().prefix { $0 != "-" } ?? ""
            let quality = fields.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            guard let language = Language(rawValue: String(tag)), quality > best?.quality ?? 0 else { continue }
            best = (language, quality)
        }
        self = best?.language ?? .ru
    }
}

/// The phrases of one chapter.
package protocol WordTable: Sendable {}

extension WordTable {
    /// The phrases by their names, for templates.
    func texts(_ language: Language) -> [String: String] {
        var texts: [String: String] = [:]
        for child in Mirror(reflecting: self).children {
            if let name = child.label, let phrase = child.value as? Phrase { texts[name] = phrase[language] }
        }
        return texts
    }
}
