/// The way of a request through the site, without the HTTP library: address and limits, cookie, route, form token,
/// handler, page, headers.

internal import Client
internal import Foundation
internal import Logging
internal import Synchronization

/// What the site needs of an HTTP request.
struct IncomingHTTP: Sendable {
    var method: String
    var path: String
    var query: String
    /// Values of a header by its name in lower case.
    var headers: @Sendable (String) -> [String]
    var body: [UInt8] = []
    /// The address of the TCP connection's other side.
    var peer: String
}

struct OutgoingHTTP: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case parts(FilePart)
    }

    var status: Int
    var headers: [(name: String, value: String)] = []
    var body = Body.bytes([])
    /// The route's pattern, for the log: a path may not be logged as it came.
    var route = "-"
}

package struct SiteConfiguration: Sendable {
    /// Visitors reach the site by TLS, here or at a proxy.
    package var isSecure: Bool
    package var trustedProxies: [AddressRange]
    /// Sign-ins, codes and the like of one address: at once, and each minute.
    package var attemptsPerAddress = (burst: 30, perMinute: 20)
    /// The same for one number, from whatever address.
    package var attemptsPerNumber = (burst: 10, perMinute: 5)
    /// Requests of one address: at once, and each second.
    package var requestsPerAddress = (burst: 300, perSecond: 50)

    package init(isSecure: Bool, trustedProxies: [AddressRange]) {
        (self.isSecure, self.trustedProxies) = (isSecure, trustedProxies)
    }
}

final class SiteResponder: Sendable {
    private let site: Site
    private let templates: Templates
    /// The words of all chapters for templates, by language.
    private let texts: [Language: [String: [String: String]]]
    private let service: AccountService
    private let keys: KeyRingFile
    private let cookie: VisitCookie
    private let configuration: SiteConfiguration
    private let outcomes = FormOutcomes()
    private let attemptsByAddress: VisitorLimits
    private let attemptsByNumber: VisitorLimits
    private let requestsByAddress: VisitorLimits
    private let logger: Logger

    static let maximumBodyBytes = 64 * 1024

    init(
        _ site: Site, service: AccountService, keys: KeyRingFile, configuration: SiteConfiguration, logger: Logger
    ) {
        func perMinute(_ limit: (burst: Int, perMinute: Int)) -> VisitorLimits {
            VisitorLimits(.init(burst: Double(limit.burst), perSecond: Double(limit.perMinute) / 60))
        }
        (self.site, self.service, self.keys) = (site, service, keys)
        (self.configuration, self.logger) = (configuration, logger)
        templates = Templates(site.templateFiles)
        texts = Dictionary(
            uniqueKeysWithValues: Language.allCases.map { language in
                (language, site.words.mapValues { $0.texts(language) })
            })
        cookie = VisitCookie(isSecure: configuration.isSecure)
        attemptsByAddress = perMinute(configuration.attemptsPerAddress)
        attemptsByNumber = perMinute(configuration.attemptsPerNumber)
        requestsByAddress = VisitorLimits(
            .init(
                burst: Double(configuration.requestsPerAddress.burst),
                perSecond: Double(configuration.requestsPerAddress.perSecond)))
    }

    func respond(to http: IncomingHTTP) async -> OutgoingHTTP {
        if http.method == "GET", let asset = WebAssets.byPath[http.path] { return serve(asset, http) }
        var response = await answer(http)
        response.headers += SecurityHeaders.common
        if configuration.isSecure { response.headers.append(SecurityHeaders.transport) }
        return response
    }

    /// The answer to a body that is too large, or that was cut off.
    func tooLarge(_ http: IncomingHTTP) -> OutgoingHTTP {
        let preferences = Preferences(cookie: nil, acceptLanguage: http.headers("accept-language").first)
        let exchange = Exchange(
            responder: self, ring: keys.current, http: http, address: "", before: nil, preferencesBefore: preferences,
            cookieWasSent: true)
        var response = exchange.error(413, frameWords.tooLargeTitle, frameWords.formStale)
        response.headers = response.headers.filter { $0.name != "set-cookie" } + SecurityHeaders.common
        return response
    }

    private func serve(_ asset: WebAsset, _ http: IncomingHTTP) -> OutgoingHTTP {
        let tag = "\"\(asset.hash)\""
        var response = OutgoingHTTP(status: 200, route: "/assets")
        response.headers = [
            ("content-type", asset.mediaType), ("etag", tag),
            ("cache-control", asset.isForEver ? "public, max-age=31536000, immutable" : "public, no-cache"),
        ]
        if http.headers("if-none-match").contains(tag) {
            response.status = 304
        } else {
            response.body = .bytes(asset.bytes)
        }
        response.headers += SecurityHeaders.common
        return response
    }

    private func answer(_ http: IncomingHTTP) async -> OutgoingHTTP {
        let ring = keys.current
        let cookies = RequestCookies(http.headers("cookie"))
        let preferences = Preferences(
            cookie: cookies[Preferences.cookie], acceptLanguage: http.headers("accept-language").first)
        let visit = cookie.read(cookies, ring)
        let address = visitorAddress(
            peer: http.peer, forwardedFor: http.headers("x-forwarded-for"), trusted: configuration.trustedProxies)
        let exchange = Exchange(
            responder: self, ring: ring, http: http, address: limitKey(ofAddress: address), before: visit,
            preferencesBefore: preferences, cookieWasSent: cookies[Preferences.cookie] != nil)
        if let seconds = requestsByAddress.take(exchange.address) { return exchange.tooMany(seconds) }
        let path = http.path.split(separator: "/")
        let matches = site.routes.compactMap { route in route.match(path).map { (route, $0) } }
        guard !matches.isEmpty else { return exchange.error(404, frameWords.notFoundTitle, frameWords.notFound) }
        let method = http.method == "HEAD" ? "GET" : http.method
        guard let (route, parameters) = matches.first(where: { $0.0.method.rawValue == method }) else {
            return exchange.error(405, frameWords.methodTitle, frameWords.notFound)
        }
        var response = await exchange.run(route, parameters)
        response.route = route.pattern
        return response
    }

    /// One request and what it came with.
    struct Exchange: Sendable {
        let responder: SiteResponder
        let ring: KeyRing
        let http: IncomingHTTP
        let address: String
        /// The visit that the cookie showed; nil if there was none.
        let before: Visit?
        let preferencesBefore: Preferences
        let cookieWasSent: Bool
    }
}

// The steps of a request.
extension SiteResponder.Exchange {
    func run(_ route: Route, _ parameters: [String: String]) async -> OutgoingHTTP {
        let visit = before ?? Visit()
        var form = Form.none
        if route.method == .post {
            guard isSameSite else { return error(403, frameWords.formTitle, frameWords.formStale) }
            guard let fields = formFields(http.body) else {
                return error(400, frameWords.formTitle, frameWords.formStale)
            }
            func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
            // A form of before a sign-in or a sign-out belongs to another visit.
            guard let token = FormToken(field("form"), visit: visit.id, number: field("number"), ring) else {
                return error(403, frameWords.formTitle, frameWords.formStale)
            }
            let values = fields.filter { $0.name != "form" && $0.name != "number" }
            let number = field("number")
            form = Form(
                fields: values, number: number.isEmpty ? nil : number,
                id: token.id(path: http.path, fields: fields, secrets: secretFields))
            if route.isAttempt, let seconds = responder.takeAttempt(address, form["msisdn"]) { return tooMany(seconds) }
        }
        if route.access == .signedIn, visit.signIn == nil { return toSignIn(visit, isEnded: false) }
        guard route.method == .post else {
            return await handle(route, parameters, Form(visit.draft, page: http.path), visit)
        }
        let submitted = form
        return await responder.outcomes.once(visit.id + form.id) {
            await handle(route, parameters, submitted, visit)
        }
    }

    private func handle(
        _ route: Route, _ parameters: [String: String], _ form: Form, _ visit: Visit
    ) async -> OutgoingHTTP {
        let request = PageRequest(
            path: http.path, query: queryFields(http.query), parameters: parameters, form: form,
            isPage: responder.isPage,
            isBackground: http.headers("x-requested-with").first == "fetch", visit: visit,
            preferences: preferencesBefore, service: responder.service, logger: responder.logger)
        do {
            let answer = try await route.handle(request)
            return responder.render(answer, request, self)
        } catch let failure as ServiceError {
            switch failure {
            case .refused(let refusal) where isAboutSession(refusal): return toSignIn(request.visit, isEnded: true)
            case .refused(let refusal) where refusal.code == "not_found":
                return error(404, frameWords.notFoundTitle, frameWords.notFound)
            case .refused(let refusal):
                let status = refusal.retryAfterSeconds == nil ? 409 : 503
                return error(status, frameWords.errorTitle, text(of: refusal, preferencesBefore.language))
            case .unavailable: return error(503, frameWords.unavailableTitle, frameWords.unavailable)
            case .outcomeUnknown: return outcomeUnknown(form)
            }
        } catch let fault as FieldError {
            return error(422, frameWords.errorTitle, fault.text)
        } catch {
            responder.logger.error("a page failed", metadata: ["route": "\(route.pattern)", "error": "\(error)"])
            return self.error(500, frameWords.faultTitle, frameWords.fault)
        }
    }

    /// A browser says where a request comes from; one that says nothing shows its `Origin`, or the token decides alone.
    private var isSameSite: Bool {
        if let site = http.headers("sec-fetch-site").first { return site == "same-origin" }
        guard let origin = http.headers("origin").first, let host = http.headers("host").first else { return true }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }

    private func toSignIn(_ visit: Visit, isEnded: Bool) -> OutgoingHTTP {
        var visit = visit
        if isEnded {
            visit.signOut()
            visit.notice = Visit.Notice(frameWords.sessionEnded[preferencesBefore.language], isProblem: true)
        }
        let target = http.path + (http.query.isEmpty ? "" : "?\(http.query)")
        visit.next = http.method == "GET" && target != "/" && responder.isPage(target) ? target : nil
        var response = OutgoingHTTP(status: 303, headers: [("location", responder.signInPath)])
        setCookies(&response, visit, preferencesBefore)
        return response
    }

    func setCookies(_ response: inout OutgoingHTTP, _ visit: Visit, _ preferences: Preferences) {
        if visit != before { response.headers.append(("set-cookie", responder.cookie(for: visit, ring))) }
        if preferences != preferencesBefore || (!cookieWasSent && preferences.region != nil) {
            response.headers.append(("set-cookie", responder.cookie(for: preferences)))
        }
    }

    func tooMany(_ seconds: Int) -> OutgoingHTTP {
        let language = preferencesBefore.language
        var response = error(
            429, frameWords.tooManyTitle,
            frameWords.tooMany.text(language, frameWords.wait(Int64(seconds), language)))
        response.headers.append(("retry-after", String(seconds)))
        return response
    }

    func error(_ status: Int, _ title: Phrase, _ phrase: Phrase) -> OutgoingHTTP {
        error(status, title, phrase[preferencesBefore.language])
    }

    func error(_ status: Int, _ title: Phrase, _ text: String) -> OutgoingHTTP {
        failure(status, title, FailurePage(title: title[preferencesBefore.language], text: text, path: http.path))
    }

    /// A form whose values are not secret is offered again with the same token: if it was done, nothing happens again.
    private func outcomeUnknown(_ form: Form) -> OutgoingHTTP {
        let isSecret = form.fields.contains { secretFields.contains($0.name) }
        guard http.method == "POST", !isSecret, let fields = formFields(http.body) else {
            return error(503, frameWords.unknownTitle, isSecret ? frameWords.unknownSecret : frameWords.unavailable)
        }
        let page = FailurePage(
            title: frameWords.unknownTitle[preferencesBefore.language],
            text: frameWords.unknown[preferencesBefore.language], path: http.path,
            fields: fields.map { FailurePage.Field(name: $0.name, value: $0.value) }, canRepeat: true)
        return failure(503, frameWords.unknownTitle, page)
    }

    private func failure(_ status: Int, _ title: Phrase, _ model: FailurePage) -> OutgoingHTTP {
        let request = PageRequest(
            path: http.path, query: [:], parameters: [:], form: .none, isPage: responder.isPage,
            visit: before ?? Visit(),
            preferences: preferencesBefore, service: responder.service, logger: responder.logger)
        var page = Page("failure", title: title[preferencesBefore.language], model)
        page.status = status
        return responder.render(.page(page), request, self)
    }
}

/// A page that says what went wrong.
private struct FailurePage {
    struct Field {
        var name: String
        var value: String
    }

    var title: String
    var text: String
    var path: String
    /// The form to submit again; empty if there is none.
    var fields: [Field] = []
    var canRepeat = false
}

extension SiteResponder {
    var signInPath: String { site.signInPath }

    func isPage(_ target: String) -> Bool { site.isPage(target) }

    func takeAttempt(_ address: String, _ number: String) -> Int? {
        if let seconds = attemptsByAddress.take(address) { return seconds }
        return number.isEmpty ? nil : attemptsByNumber.take(limitKey(ofNumber: number))
    }

    func cookie(for visit: Visit, _ ring: KeyRing) -> String { cookie.header(for: visit, ring) }

    func cookie(for preferences: Preferences) -> String {
        "\(Preferences.cookie)=\(preferences.value); Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
            + (configuration.isSecure ? "; Secure" : "")
    }

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
            "t": texts[language] ?? [:], "form": form, "page": page.model, "error": error, "value": values,
            "isSignedIn": request.visit.signIn != nil,
        ]
        let content = templates.render(page.template, context)
        context["frame"] = Frame(page, request, site.navigation, content)
        return templates.render("layout", context)
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
