/// One request of a visitor, as pages see it, and what they answer.

internal import Client
package import Logging
package import Phrases

package final class PageRequest {
    /// The path without the query.
    package let path: String
    package let query: [String: String]
    /// The path with its query, as they came.
    package let pathAndQuery: String
    /// The parts of the path that the route names, as in `/tariffs/:tariff`.
    package let parameters: [String: String]
    /// The submitted form. A page that is only shown has an empty one, or the draft that the visitor left.
    package let form: Form
    /// The page's script asks, so the answer may take a while.
    package let isBackground: Bool
    private let isPage: @Sendable (String) -> Bool
    package var visit: Visit
    package var preferences: Preferences
    package let service: AccountService
    package let logger: Logger

    init(
        path: String, query: String, parameters: [String: String], form: Form,
        isPage: @escaping @Sendable (String) -> Bool, isBackground: Bool = false, visit: Visit,
        preferences: Preferences, service: AccountService, logger: Logger
    ) {
        (self.path, self.query, self.parameters, self.form) = (path, queryFields(query), parameters, form)
        pathAndQuery = query.isEmpty ? path : "\(path)?\(query)"
        (self.isPage, self.isBackground) = (isPage, isBackground)
        (self.visit, self.preferences, self.service, self.logger) = (visit, preferences, service, logger)
    }

    package var language: Language { preferences.language }

    /// The number that the page is for: a form's own, because another tab may show another number by now.
    package var number: String { form.number ?? visit.signIn?.shown ?? "" }

    /// The path if it is a page of this site, and nil otherwise: nobody is sent elsewhere.
    package func ownPage(_ path: String) -> String? { isPage(path) ? path : nil }

    /// Keeps the form's values, but no secret, for the page that shows them again. A long form is not kept.
    package func keepDraft(for page: String) { visit.draft = Visit.Draft(form, page: page) }
}

/// A submitted form. Its token was checked before a page sees it.
package struct Form: Sendable {
    package static let none = Form(fields: [], number: nil, id: "")

    package let fields: [(name: String, value: String)]
    /// The number that the form was shown for; nil before sign-in.
    package let number: String?
    /// The `id=` of the change: the same for a repeated submission.
    package let id: String

    init(fields: [(name: String, value: String)], number: String?, id: String) {
        (self.fields, self.number, self.id) = (fields, number, id)
    }

    /// The draft, if it is this page's.
    init(_ draft: Visit.Draft?, page: String) {
        let fields = draft.flatMap { $0.page == page ? $0.fields : nil } ?? [:]
        self.init(fields: fields.map { ($0.key, $0.value) }, number: nil, id: "")
    }

    /// The visitor has filled in nothing, so the page shows what is stored.
    package var isEmpty: Bool { fields.isEmpty && id.isEmpty }

    /// A field's value without blanks around it; empty if the form does not have it.
    package subscript(_ name: String) -> String {
        let value = fields.first { $0.name == name }?.value ?? ""
        return secretFields.contains(name) ? value : trimmed(value)
    }

    /// The values of a field that may be given several times, as checkboxes are.
    package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
}

/// Fields that hold passwords, codes, and the secrets of vouchers. They are never shown again, logged, or made part of an `id=`.
package let secretFields: Set<String> = ["password", "old", "new", "code", "reauth", "secret"]

private func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}

/// The settings that a browser keeps beyond a visit, in the clear: the language, and the region chosen at registration.
package struct Preferences: Equatable, Sendable {
    package var language: Language
    package var region: String?

    static let cookie = "preferences"

    /// - Parameter cookie: As in `ru.msk` or `en`; anything else is ignored.
    package init(cookie: String?, acceptLanguage: String?) {
        let parts = (cookie ?? "").split(separator: ".").map { String($0) }
        language = parts.first.flatMap { Language(rawValue: $0) } ?? Language(accepted: acceptLanguage)
        region = parts.dropFirst().first.flatMap { isKey($0) ? $0 : nil }
    }

    package var value: String { region.map { "\(language.rawValue).\($0)" } ?? language.rawValue }
}

/// The answer that the browser gets.
package enum Answer: Sendable {
    case page(Page)
    /// 303: the browser shows this page. Every successful form ends so, so that a reload submits nothing.
    case seeOther(String)
    /// A file to save.
    case file(File)

    package struct File: Sendable {
        package var name: String
        package var mediaType: String
        package var part: FilePart

        package init(name: String, mediaType: String, part: @escaping FilePart) {
            (self.name, self.mediaType, self.part) = (name, mediaType, part)
        }
    }
}

/// A part of a file, and the cursor of the part after it; the first part has the cursor nil, and after the last one it is
/// nil again. So a file of any length needs the memory of one part.
package typealias FilePart = @Sendable (_ cursor: String?) async throws -> (text: String, next: String?)

/// A page: a template and the values that it shows.
package struct Page: @unchecked Sendable {
    package var template: String
    package var title: String
    /// A struct whose properties the template reads as `{{page.property}}`. Plain values only.
    package var model: Any
    package var status = 200
    package var errors: [FieldError] = []
    /// The seconds after which a browser without JavaScript loads the page again.
    package var reloadSeconds: Int?

    package init(_ template: String, title: String, _ model: Any = [String: String]()) {
        (self.template, self.title, self.model) = (template, title, model)
    }
}

/// The fault of a field of a form, for the summary of errors and beside the field.
package struct FieldError: Error, Sendable, Equatable {
    /// The field's name, or empty if the form as a whole cannot be done.
    package var field: String
    package var text: String

    package init(_ field: String, _ text: String) { (self.field, self.text) = (field, text) }
}
