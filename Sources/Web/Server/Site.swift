/// The pages of a site by their paths, and the way of a request through it.

package import Client
package import Phrases

package typealias Show = @Sendable (PageRequest) async throws -> Answer

package enum Access: Sendable {
    /// Anybody may see the page.
    case anybody
    /// Only a visitor who has signed in may see it; others are sent to sign in.
    case signedIn
}

struct Route: Sendable {
    enum Method: String, Sendable { case get = "GET", post = "POST" }

    var method: Method
    /// As in `/tariffs/:tariff`.
    var pattern: String
    var segments: [Substring]
    var access: Access
    /// A sign-in or the like, which is limited by address and number.
    var isAttempt: Bool
    var handle: Show

    /// The named parts of a path; nil if the path is another route's.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            if segment.hasPrefix(":") {
                guard isKey(part) else { return nil }
                parameters[String(segment.dropFirst())] = String(part)
            } else if segment != part {
                return nil
            }
        }
        return parameters
    }
}

/// Whether a text may be a key of the catalogue. Paths have no other parts that vary.
func isKey(_ text: some StringProtocol) -> Bool {
    text.utf8.count <= 64
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
}

/// An entry of the navigation.
package struct NavigationItem: Sendable {
    package var path: String
    package var title: Phrase

    package init(_ path: String, _ title: Phrase) { (self.path, self.title) = (path, title) }
}

/// The pages, collected before the server starts.
package struct Site: Sendable {
    private(set) var routes: [Route] = []
    private(set) var words: [String: any WordTable] = ["frame": frameWords]
    private(set) var templateFiles: [String] = [WebAssets.layout]
    package var navigation: [NavigationItem] = []
    /// Where somebody without a session signs in.
    package let signInPath: String

    package init(signInPath: String) { self.signInPath = signInPath }

    /// Adds a chapter's words and templates.
    package mutating func addChapter(_ name: String, _ words: some WordTable, templates: String) {
        precondition(self.words.updateValue(words, forKey: name) == nil, "two chapters are called \(name)")
        templateFiles.append(templates)
    }

    /// A page that shows something and changes nothing.
    package mutating func get(_ pattern: String, access: Access = .signedIn, _ handle: @escaping Show) {
        add(.get, pattern, access, isAttempt: false, handle)
    }

    /// A form without a page of its own, such as a button in a list. If it is refused, the visitor returns to `page`, or
    /// to the page of this site that the form's field `page` names, and reads why.
    package mutating func button(
        _ pattern: String, access: Access = .signedIn, isAttempt: Bool = false, returningTo page: String,
        _ submit: @escaping Show
    ) {
        add(.post, pattern, access, isAttempt: isAttempt) { request in
            do { return try await submit(request) } catch let error as FieldError {
                request.visit.notice = Visit.Notice(error.text, isProblem: true)
            } catch let error as ServiceError {
                guard let refusal = error.refusal, !isAboutSession(refusal) else { throw error }
                request.visit.notice = Visit.Notice(text(of: refusal, request.language), isProblem: true)
            }
            return .seeOther(request.ownPage(request.form["page"]) ?? page)
        }
    }

    /// A page with a form. A refused form is shown again with its values and what is wrong with them.
    package mutating func form(
        _ pattern: String, access: Access = .signedIn, isAttempt: Bool = false,
        show: @escaping @Sendable (PageRequest) async throws -> Page, submit: @escaping Show
    ) {
        add(.get, pattern, access, isAttempt: false) { .page(try await show($0)) }
        add(.post, pattern, access, isAttempt: isAttempt) { request in
            let errors: [FieldError]
            var status = 422
            do { return try await submit(request) } catch let error as FieldError { errors = [error] } catch let
                error as FormErrors
            { errors = error.errors } catch let error as ServiceError {
                guard let refusal = error.refusal, !isAboutSession(refusal) else { throw error }
                // A refusal of what the visitor did not fill in, such as the session, is one of the whole form.
                let field = refusal.field.flatMap { name in
                    request.form.fields.contains { $0.name == name } ? name : nil
                }
                errors = [FieldError(field ?? "", text(of: refusal, request.language))]
                if refusal.retryAfterSeconds != nil { status = refusal.code == "too_many_attempts" ? 429 : 503 }
            }
            var page = try await show(request)
            (page.errors, page.status) = (errors, status)
            return .page(page)
        }
    }

    private mutating func add(
        _ method: Route.Method, _ pattern: String, _ access: Access, isAttempt: Bool, _ handle: @escaping Show
    ) {
        routes.append(
            Route(
                method: method, pattern: pattern, segments: pattern.split(separator: "/"), access: access,
                isAttempt: isAttempt, handle: handle))
    }

    /// Whether a path, which may have a query, is a page of this site: only such a page is the target of `next`.
    func isPage(_ target: String) -> Bool {
        guard target.hasPrefix("/"), !target.hasPrefix("//"), target.utf8.count <= 200,
            target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
        else { return false }
        let path = target.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        return routes.contains { $0.method == .get && $0.match(path) != nil }
    }
}

/// Several faults of one form.
package struct FormErrors: Error, Sendable {
    package var errors: [FieldError]
    package init(_ errors: [FieldError]) { self.errors = errors }
}

/// The refusals that mean: sign in again.
package func isAboutSession(_ refusal: Refusal) -> Bool {
    refusal.code == "session_invalid" || refusal.code == "session_required"
}
