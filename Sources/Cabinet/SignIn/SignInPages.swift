/// Signing in by password, by code and by an answer on the phone; registration; recovery of a password.

internal import Client
internal import Phrases
internal import Web

struct SignInPages: Sendable {
    let regions: Regions
    private let answers = PhoneAnswers()

    init(regions: Regions) { self.regions = regions }

    func add(to site: inout Site) {
        site.addChapter(
            "signIn", Words.signIn, templates: String(decoding: PackageResources.sign_in_mustache, as: UTF8.self))
        site.form("/sign-in", access: .anybody, isAttempt: true, show: showPassword, submit: signInByPassword)
        site.form("/sign-in/code", access: .anybody, isAttempt: true, show: showNumber(.signIn), submit: sendSignInCode)
        site.form(
            "/sign-in/code/confirm", access: .anybody, isAttempt: true, show: showCode(.signIn), submit: confirmSignIn)
        site.form("/sign-in/push", access: .anybody, isAttempt: true, show: showNumber(.push), submit: askOnPhone)
        site.get("/sign-in/push/wait", access: .anybody, waitForPhone)
        site.form("/register", access: .anybody, isAttempt: true, show: showRegistration, submit: sendRegistrationCode)
        site.form(
            "/register/confirm", access: .anybody, isAttempt: true, show: showCode(.register),
            submit: confirmRegistration)
        site.form("/recover", access: .anybody, isAttempt: true, show: showNumber(.recover), submit: sendRecoveryCode)
        site.form(
            "/recover/confirm", access: .anybody, isAttempt: true, show: showCode(.recover), submit: confirmRecovery)
        for purpose in [Visit.Challenge.Purpose.signIn, .register, .recover] {
            let path = confirmPath(purpose)
            site.button("\(path)/again", access: .anybody, isAttempt: true, returningTo: path) {
                try await $0.sendAgain(purpose, or: Words.signIn.noChallenge, page: path)
            }
        }
        site.button("/sign-out", returningTo: "/sign-in", signOut)
        site.button("/language", access: .anybody, returningTo: "/", setLanguage)
    }

    // MARK: By password

    private func showPassword(_ request: PageRequest) async throws -> Page {
        Page("sign-in", title: Words.signIn.title[request.language])
    }

    private func signInByPassword(_ request: PageRequest) async throws -> Answer {
        try require(["msisdn", "password"], in: request)
        let reply = try await request.commands(.login, request.form["msisdn"], request.form["password"])
        return await begin(request, reply)
    }

    // MARK: By code

    private func sendSignInCode(_ request: PageRequest) async throws -> Answer {
        try await challenge(request, .signIn, .loginCode)
    }

    private func confirmSignIn(_ request: PageRequest) async throws -> Answer {
        let challenge = try request.challenge(.signIn, or: Words.signIn.noChallenge)
        try require(["code"], in: request)
        let reply = try await request.commands(.confirm, challenge.token, code(request))
        return await begin(request, reply, own: challenge.msisdn)
    }

    // MARK: By an answer on the phone

    private func askOnPhone(_ request: PageRequest) async throws -> Answer {
        try await challenge(request, .push, .loginPush)
    }

    private func waitForPhone(_ request: PageRequest) async throws -> Answer {
        guard request.visit.signIn == nil else {
            defer { request.visit.next = nil }
            return .seeOther(request.visit.next ?? "/")
        }
        guard let challenge = request.visit.challenge, challenge.purpose == .push else {
            // The script's request may have got the refusal, which the visitor has not read yet.
            return .seeOther(request.visit.notice == nil ? "/sign-in/push" : "/sign-in")
        }
        let reply: Reply
        do { reply = try await answers.answer(to: challenge.token, request) } catch {
            guard error.refusal != nil else { throw error }
            return refusePush(request, Words.signIn.pushExpired)
        }
        switch reply["status"] {
        case "granted" where reply["session"] != nil: return await begin(request, reply, own: challenge.msisdn)
        case "pending":
            var page = Page(
                "wait-for-phone", title: Words.signIn.waitTitle[request.language],
                WaitPage(
                    lead: Words.signIn.waitLead.text(request.language, phone(challenge.msisdn)),
                    secondsLeft: challenge.secondsLeft(of: 120)))
            page.reloadSeconds = 3
            return .page(page)
        case "granted": return refusePush(request, Words.signIn.pushUsed)
        case "denied": return refusePush(request, Words.signIn.pushDenied)
        default: return refusePush(request, Words.signIn.pushExpired)
        }
    }

    private func refusePush(_ request: PageRequest, _ phrase: Phrase) -> Answer {
        request.visit.challenge = nil
        request.visit.notice = Visit.Notice(phrase[request.language], isProblem: true)
        return .seeOther("/sign-in")
    }

    // MARK: Registration and recovery

    private func showRegistration(_ request: PageRequest) async throws -> Page {
        // The region that was chosen before, never the one of the number: that would tell whether the number exists.
        let chosen = request.form.fields.isEmpty ? request.preferences.region : request.form["region"]
        let options = try await regions.all(request.commands).map {
            RegistrationPage.Option(key: $0.key, name: $0.name, isChosen: $0.key == chosen)
        }
        return Page("register", title: Words.signIn.registerTitle[request.language], RegistrationPage(regions: options))
    }

    private func sendRegistrationCode(_ request: PageRequest) async throws -> Answer {
        try require(["msisdn", "region"], in: request)
        let region = request.form["region"]
        let answer = try await challenge(request, .register, .register, named: ["region": region])
        request.preferences.region = region
        return answer
    }

    private func confirmRegistration(_ request: PageRequest) async throws -> Answer {
        let challenge = try request.challenge(.register, or: Words.signIn.noChallenge)
        try require(["code", "password"], in: request)
        let reply = try await request.commands(
            .confirm, challenge.token, code(request), named: ["password": request.form["password"]])
        let answer = await begin(request, reply, own: challenge.msisdn)
        request.visit.notice = Visit.Notice(Words.signIn.welcome[request.language])
        return answer
    }

    private func sendRecoveryCode(_ request: PageRequest) async throws -> Answer {
        try await challenge(request, .recover, .recover)
    }

    private func confirmRecovery(_ request: PageRequest) async throws -> Answer {
        let challenge = try request.challenge(.recover, or: Words.signIn.noChallenge)
        try require(["code", "password"], in: request)
        let password = request.form["password"]
        _ = try await request.commands(.confirm, challenge.token, code(request), named: ["password": password])
        request.visit.challenge = nil
        let notice = Visit.Notice(Words.signIn.recovered[request.language])
        do {
            let answer = await begin(request, try await request.commands(.login, challenge.msisdn, password))
            request.visit.notice = notice
            return answer
        } catch {
            // The password is set, so the visitor can sign in by hand.
            request.visit.notice = notice
            return .seeOther("/sign-in")
        }
    }

    // MARK: What they share

    private func showNumber(
        _ purpose: Visit.Challenge.Purpose
    ) -> @Sendable (PageRequest) async throws -> Page {
        { request in
            let words = Words.signIn
            let (title, lead, button) =
                switch purpose {
                case .push: (words.pushTitle, words.pushLead, words.ask)
                case .recover: (words.recoverTitle, words.recoverLead, words.sendCode)
                default: (words.codeTitle, words.codeLead, words.sendCode)
                }
            let language = request.language
            return Page(
                "ask-number", title: title[language],
                NumberPage(path: request.path, title: title[language], lead: lead[language], button: button[language]))
        }
    }

    private func showCode(
        _ purpose: Visit.Challenge.Purpose
    ) -> @Sendable (PageRequest) async throws -> Page {
        { request in
            let (words, language) = (Words.signIn, request.language)
            guard let challenge = request.visit.challenge, challenge.purpose == purpose else {
                return Page(
                    "begin-again", title: words.confirmTitle[language],
                    BeginAgainPage(
                        title: words.confirmTitle[language], lead: words.noChallenge[language], path: "/sign-in",
                        link: words.otherWay[language]))
            }
            let button =
                switch purpose {
                case .register: words.registerConfirm
                case .recover: words.setPassword
                default: words.signIn
                }
            return Page(
                "enter-code", title: words.confirmTitle[language],
                CodePage(
                    path: request.path, lead: words.confirmLead.text(language, phone(challenge.msisdn)),
                    button: button[language], needsPassword: purpose != .signIn, msisdn: challenge.msisdn,
                    secondsToResend: challenge.secondsToResend))
        }
    }

    /// Asks the service for a challenge, and remembers it in the visit.
    private func challenge(
        _ request: PageRequest, _ purpose: Visit.Challenge.Purpose, _ verb: Verb,
        named: KeyValuePairs<String, String?> = [:]
    ) async throws -> Answer {
        try require(["msisdn"], in: request)
        let reply = try await request.commands(verb, request.form["msisdn"], named: named)
        request.remember(purpose, reply)
        return .seeOther(purpose == .push ? "/sign-in/push/wait" : confirmPath(purpose))
    }

    /// Begins a signed-in visit with a session that the service opened, and ends the session before.
    private func begin(_ request: PageRequest, _ reply: Reply, own: String? = nil) async -> Answer {
        let next = request.visit.next ?? "/"
        if request.visit.signIn != nil { _ = try? await request.commands(.logout) }
        let signIn = Visit.SignIn(session: reply["session"] ?? "", own: reply["msisdn"] ?? own ?? "")
        request.visit.signIn(signIn)
        // The script asks for the waiting page again when it has got an answer, and that request goes on from there.
        if request.isBackground { request.visit.next = next }
        let commands = request.commands
        if let links = try? await commands(.links, signIn.own) { request.visit.setLinked(managedNumbers(links)) }
        // The profile's language decides, if the subscriber chose one.
        if let profile = try? await commands(.profile, signIn.own),
            let language = profile["language"].flatMap({ Language(rawValue: $0) })
        {
            request.preferences.language = language
        }
        return .seeOther(next)
    }

    private func signOut(_ request: PageRequest) async throws -> Answer {
        // A session that has ended is what the visitor wants.
        do { _ = try await request.commands(.logout) } catch { guard error.refusal != nil else { throw error } }
        request.visit.signOut()
        request.visit.notice = Visit.Notice(frameWords.signedOut[request.language])
        return .seeOther("/sign-in")
    }

    private func setLanguage(_ request: PageRequest) async throws -> Answer {
        guard let language = Language(rawValue: request.form["language"]) else { return .seeOther("/") }
        if request.visit.signIn != nil {
            _ = try await request.commands(.profileSet, request.own, named: ["language": language.rawValue])
        }
        request.preferences.language = language
        return .seeOther(request.ownPage(request.form["page"]) ?? "/")
    }

    private func confirmPath(_ purpose: Visit.Challenge.Purpose) -> String {
        switch purpose {
        case .register: "/register/confirm"
        case .recover: "/recover/confirm"
        default: "/sign-in/code/confirm"
        }
    }
}

/// The numbers that a number manages, of a reply to `LINKS`.
func managedNumbers(_ links: Reply) -> [String] {
    links.rows.filter { $0["link"] == "manages" }.compactMap { $0["msisdn"] }
}

/// Throws an error for each field that is empty.
func require(_ fields: [String], in request: PageRequest) throws(FormErrors) {
    let missing = fields.filter { request.form[$0].isEmpty }
    guard missing.isEmpty else {
        throw FormErrors(missing.map { FieldError($0, requiredField($0, request.language)) })
    }
}

private struct NumberPage {
    var path: String
    var title: String
    var lead: String
    var button: String
}

private struct CodePage {
    var path: String
    var lead: String
    var button: String
    var needsPassword: Bool
    /// For the browser's store of passwords.
    var msisdn: String
    var secondsToResend: Int
}

private struct WaitPage {
    var lead: String
    var secondsLeft: Int
}

private struct RegistrationPage {
    struct Option {
        var key: String
        var name: String
        var isChosen: Bool
    }

    var regions: [Option]
}
