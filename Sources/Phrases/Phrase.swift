/// Text for people, in Russian and in English: phrases, nouns with numbers, amounts, quantities and times, and files.

package enum Language: String, Codable, CaseIterable, Sendable {
    case ru, en
}

/// One phrase in every language. `{0}`, `{1}` stand for arguments.
package struct Phrase: Sendable {
    package let ru: String
    package let en: String

    package init(_ ru: String, _ en: String) { (self.ru, self.en) = (ru, en) }

    package subscript(_ language: Language) -> String {
        switch language {
        case .ru: ru
        case .en: en
        }
    }

    package func text(_ language: Language, _ arguments: String...) -> String {
        var text = self[language]
        for (index, argument) in arguments.enumerated() { text = text.replacing("{\(index)}", with: argument) }
        return text
    }
}

/// A noun with a number: Russian has three forms (1 минута, 2 минуты, 5 минут), English two.
package struct Plural: Sendable {
    private let ru: (one: String, few: String, many: String)
    private let en: (one: String, many: String)

    package init(ru one: String, _ few: String, _ many: String, en englishOne: String, _ englishMany: String) {
        ru = (one, few, many)
        en = (englishOne, englishMany)
    }

    /// The form that goes with a number, without the number.
    package func form(_ number: Int64, _ language: Language) -> String {
        let count = number.magnitude
        switch language {
        case .ru:
            switch (count % 10, count % 100) {
            case (1, let hundred) where hundred != 11: return ru.one
            case (2...4, let hundred) where !(12...14).contains(hundred): return ru.few
            default: return ru.many
            }
        case .en: return count == 1 ? en.one : en.many
        }
    }

    package func text(_ number: Int64, _ language: Language) -> String {
        "\(grouped(number, language))\u{a0}\(form(number, language))"
    }
}
