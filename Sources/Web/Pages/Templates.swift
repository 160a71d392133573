/// The templates, which are embedded in the program, and the frame around every page.
///
/// A file of templates holds several. Each begins with a comment that names it: `<!-- template: tariffs -->`. The words
/// of a language are put into the templates once, at the start: `{{t.money.balance}}` is then plain text.

internal import Mustache
internal import Phrases

struct Templates: Sendable {
    private var libraries: [Language: MustacheLibrary] = [:]
    /// The words of every chapter, for a template that serves several chapters: `{{#t.options}}{{title}}{{/t.options}}`.
    private var texts: [Language: [String: [String: String]]] = [:]

    /// A fault in a template ends the process, because a test reads them all.
    ///
    /// - Parameters:
    ///   - files: The contents of the files.
    ///   - words: The chapters' words by the names under which templates know them.
    init(_ files: [String], words: [String: any WordTable]) {
        for language in Language.allCases {
            let texts = words.mapValues { $0.texts(language) }
            var library = MustacheLibrary()
            for (name, text) in files.flatMap({ Self.split($0) }) {
                precondition(library.getTemplate(named: name) == nil, "two templates have the name \(name)")
                do { try library.register(Self.put(texts, into: text, of: name), named: name) } catch {
                    preconditionFailure("the template \(name) cannot be read: \(error)")
                }
            }
            (libraries[language], self.texts[language]) = (library, texts)
        }
    }

    /// - Parameter values: Structs of plain values, arrays of them, and dictionaries.
    func render(_ name: String, _ language: Language, _ values: [String: Any]) -> String {
        var values = values.mapValues { templateValue($0) }
        values["t"] = texts[language]
        guard let text = libraries[language]?.render(values, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return text
    }

    private static func split(_ file: String) -> [(name: String, text: String)] {
        file.split(separator: "<!-- template: ").compactMap { part in
            let halves = part.split(separator: " -->\n", maxSplits: 1)
            return halves.count == 2 ? (String(halves[0]), String(halves[1])) : nil
        }
    }

    private static func put(_ texts: [String: [String: String]], into template: String, of name: String) -> String {
        template.replacing(/\{\{t\.(\w+)\.(\w+)\}\}/) { match in
            guard let text = texts[String(match.1)]?[String(match.2)] else {
                preconditionFailure("the template \(name) has \(match.0), and there is no such phrase")
            }
            return escapedHTML(text)
        }
    }
}

/// A value as templates read it: a struct as a dictionary of its properties. The library would reflect a struct anew for
/// each of its properties that a template names.
private func templateValue(_ value: Any) -> Any {
    switch value {
    case is String, is Bool, is any BinaryInteger: return value
    case let values as [Any]: return values.map { templateValue($0) }
    case let values as [String: Any]: return values.mapValues { templateValue($0) }
    default:
        var values: [String: Any] = [:]
        for child in Mirror(reflecting: value).children {
            if let name = child.label, let present = present(child.value) { values[name] = templateValue(present) }
        }
        return values
    }
}

/// The value within an optional; nil if there is none.
private func present(_ value: Any) -> Any? {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : value
}
