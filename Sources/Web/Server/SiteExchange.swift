/// The steps of one request: token and route, handler, and what the visitor reads when something fails.

internal import Client
internal import Foundation
internal import Logging
internal import Phrases

extension SiteResponder.Exchange {
    func run(_ route: Route, _ parameters: [String: String]) async -> OutgoingHTTP {
        let visit = before ?? Visit()
        var form = Form.none
        // Names this very submission, with its secrets.
        var submission = ""
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
            submission = visit.id + token.id(path: http.path, fields: fields, secrets: [])
            if route.isAttempt, let seconds = responder.takeAttempt(address, form["msisdn"]) { return tooMany(seconds) }
        }
        if route.access == .signedIn, visit.signIn == nil { return toSignIn(visit, isEnded: false) }
        guard route.method == .post else {
            return await handle(route, parameters, Form(visit.draft, page: http.path), visit)
        }
        // The others have an `id=`, by which the service knows a second submission.
        guard route.isAttempt || form.fields.contains(where: { secretFields.contains($0.name) }) else {
            return await handle(route, parameters, form, visit)
        }
        return await responder.outcomes.once(submission) { [form] in await handle(route, parameters, form, visit) }
    }

    private func handle(
        _ route: Route, _ parameters: [String: String], _ form: Form, _ visit: Visit
    ) async -> OutgoingHTTP {
        let request = request(form, visit, parameters)
        do {
            let answer = try await route.handle(request)
            return responder.render(answer, request, self)
        } catch let failure as ServiceError {
            switch failure {
            case .refused(let refusal) where isAboutSession(refusal): return toSignIn(request.visit, isEnded: true)
            case .refused(let refusal) where refusal.code == "not_found" && refusal.field == "msisdn":
                return isOwnShown(request) ? error(404, frameWords.notFoundTitle, frameWords.notFound) : toOwn(request)
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

    private func request(_ form: Form, _ visit: Visit, _ parameters: [String: String] = [:]) -> PageRequest {
        PageRequest(
            path: http.path, query: http.query, parameters: parameters, form: form, isPage: responder.site.isPage,
            isBackground: http.headers("x-requested-with").first == "fetch", visit: visit,
            preferences: preferencesBefore, service: responder.service, logger: responder.logger)
    }

    /// A browser says where a request comes from; one that says nothing shows its `Origin`, or the token decides alone.
    private var isSameSite: Bool {
        if let site = http.headers("sec-fetch-site").first { return site == "same-origin" }
        guard let origin = http.headers("origin").first, let host = http.host else { return true }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }

    private func toSignIn(_ visit: Visit, isEnded: Bool) -> OutgoingHTTP {
        var visit = visit
        if isEnded {
            visit.signOut()
            visit.notice = Visit.Notice(frameWords.sessionEnded[preferencesBefore.language], isProblem: true)
        }
        // A form's page has the form's path.
        let target = http.path + (http.query.isEmpty || http.method == "POST" ? "" : "?\(http.query)")
        visit.next = target != "/" && responder.site.isPage(target) ? target : nil
        return responder.render(.seeOther(responder.site.signInPath), request(.none, visit), self)
    }

    private func isOwnShown(_ request: PageRequest) -> Bool {
        request.visit.signIn.map { $0.own == request.number } ?? true
    }

    /// The page's number was unlinked meanwhile: the own one is shown.
    private func toOwn(_ request: PageRequest) -> OutgoingHTTP {
        let words = frameWords.unlinked.text(request.language, phone(request.number))
        if let own = request.visit.signIn?.own { request.visit.show(own) }
        request.visit.notice = Visit.Notice(words, isProblem: true)
        return responder.render(.seeOther("/"), request, self)
    }

    func setCookies(_ response: inout OutgoingHTTP, _ visit: Visit, _ preferences: Preferences) {
        if visit != before { response.headers.append(("set-cookie", responder.cookie.header(for: visit, ring))) }
        if preferences != preferencesBefore {
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
        failure(status, FailurePage(title: title[preferencesBefore.language], text: text, path: http.path))
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
        return failure(503, page)
    }

    private func failure(_ status: Int, _ model: FailurePage) -> OutgoingHTTP {
        let request = request(.none, before ?? Visit())
        var page = Page("failure", title: model.title, model)
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
