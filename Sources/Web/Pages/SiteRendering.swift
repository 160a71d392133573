/// A page with the frame around it, as bytes for the browser.

internal import Client
internal import Foundation
internal import Phrases

extension SiteResponder {
    func render(_ answer: Answer, _ request: PageRequest, _ exchange: Exchange) -> OutgoingHTTP {
        var response: OutgoingHTTP
        switch answer {
        case .page(let page):
            response = OutgoingHTTP(status: page.status, headers: [("content-type", "text/html; charset=utf-8")])
            response.body = .bytes(Array(html(page, request, exchange.ring).utf8))
            // A notice and a draft are shown once.
            (request.visit.notice, request.visit.draft) = (nil, nil)
        case .seeOther(let target):
            response = OutgoingHTTP(status: 303, headers: [("location", target)])
            // A browser that signed out drops what it kept of the pages.
            if exchange.before?.signIn != nil, request.visit.signIn == nil {
                response.headers.append(("clear-site-data", "\"cache\", \"storage\""))
            }
        case .file(let file):
            response = OutgoingHTTP(
                status: 200,
                headers: [
                    ("content-type", file.mediaType),
                    ("content-disposition", "attachment; filename=\"\(file.name)\""),
                ], body: .parts(file.part))
        }
        response.headers.append(("cache-control", "no-store"))
        exchange.setCookies(&response, request.visit, request.preferences)
        return response
    }

    private func html(_ page: Page, _ request: PageRequest, _ ring: KeyRing) -> String {
        let language = request.language
        let number = request.number
        let form: [String: Any] = [
            "token": FormToken().value(visit: request.visit.id, number: number, ring), "number": number,
        ]
        var error: [String: String] = [:]
        for fault in page.errors where error[fault.field] == nil { error[fault.field] = fault.text }
        let values = Dictionary(
            request.form.fields.filter { !secretFields.contains($0.name) }.map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first })
        var context: [String: Any] = [
            "form": form, "page": page.model, "error": error, "value": values,
            "isSignedIn": request.visit.signIn != nil,
        ]
        let content = templates.render(page.template, language, context)
        context["page"] = nil
        context["frame"] = Frame(page, request, site.navigation, content)
        return templates.render("layout", language, context)
    }
}

/// The values of the frame around a page.
private struct Frame {
    struct Item {
        var path: String
        var title: String
        var isCurrent: Bool
    }

    struct Number {
        var msisdn: String
        var phone: String
        var isShown: Bool
        var isOwn: Bool
    }

    struct Fault {
        var field: String
        var text: String
        var hasField: Bool
    }

    var language: String
    var isRussian: Bool
    var isEnglish: Bool
    var title: String
    var content: String
    var css = WebAssets.css.path
    var icon = WebAssets.icon.path
    var script = WebAssets.script.path
    var worker = WebAssets.workerAddress
    var navigation: [Item] = []
    var numbers: [Number] = []
    var shownPhone = ""
    var notice: [Visit.Notice]
    var faults: [Fault]
    var hasFaults: Bool
    var reloadSeconds: [Int]
    var path: String
    /// The page to which a change of the language returns.
    var page: String

    init(_ page: Page, _ request: PageRequest, _ items: [NavigationItem], _ content: String) {
        let language = request.language
        self.language = language.rawValue
        (isRussian, isEnglish) = (language == .ru, language == .en)
        title = page.title
        self.content = content
        notice = request.visit.notice.map { [$0] } ?? []
        faults = page.errors.map { Fault(field: $0.field, text: $0.text, hasField: !$0.field.isEmpty) }
        hasFaults = !faults.isEmpty
        reloadSeconds = page.reloadSeconds.map { [$0] } ?? []
        path = request.path
        self.page = request.pathAndQuery
        guard let signIn = request.visit.signIn else { return }
        let section = request.path.split(separator: "/").first.map { "/\($0)" } ?? "/"
        navigation = items.map { Item(path: $0.path, title: $0.title[language], isCurrent: $0.path == section) }
        shownPhone = phone(signIn.shown)
        numbers = ([signIn.own] + signIn.linked).map {
            Number(msisdn: $0, phone: phone($0), isShown: $0 == signIn.shown, isOwn: $0 == signIn.own)
        }
    }
}
