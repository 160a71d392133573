/// The numbers that the subscriber's own number manages, and those that manage it.

internal import Client
internal import Phrases
internal import Web

struct NumbersPages: Sendable {
    func add(to site: inout Site) {
        site.addChapter(
            "numbers", Words.numbers, templates: String(decoding: PackageResources.numbers_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/numbers", Words.numbers.title))
        site.get("/numbers", show)
        site.button("/numbers/switch", returningTo: "/numbers", switchNumber)
        site.form("/numbers/add", isAttempt: true, show: showAdding, submit: sendCode)
        site.form("/numbers/confirm", isAttempt: true, show: showConfirming, submit: confirm)
        site.button("/numbers/confirm/again", isAttempt: true, returningTo: "/numbers/confirm") {
            try await $0.sendAgain(.link, or: Words.numbers.noChallenge, page: "/numbers/confirm")
        }
        site.button("/numbers/remove/choose", returningTo: "/numbers", choose)
        site.form("/numbers/remove", show: showRemoving, submit: remove)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let links = try await commands(.links, request.own)
        let managed = managedNumbers(links)
        // The other side may have ended a link, and the header lists the numbers too.
        request.visit.setLinked(managed)
        let states = await withTaskGroup(of: NumberState.self) { group in
            for number in [request.own] + managed {
                group.addTask {
                    async let balance = try? commands(.balance, number)
                    async let tariff = try? commands(.tariff, number)
                    return NumberState(number: number, balance: await balance, tariff: await tariff)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.number] = $1 }
        }
        let language = request.language
        let model = NumbersPage(
            numbers: ([request.own] + managed).map {
                NumbersPage.Number($0, states[$0], own: request.own, shown: request.visit.signIn?.shown, language)
            },
            hasOthers: !managed.isEmpty,
            managers: managers(links).map { NumbersPage.Manager(msisdn: $0, phone: phone($0)) },
            hasManagers: !managers(links).isEmpty)
        return .page(Page("numbers", title: Words.numbers.title[language], model))
    }

    private func switchNumber(_ request: PageRequest) async throws -> Answer {
        let number = request.form["shown"]
        request.visit.show(number)
        guard request.visit.signIn?.shown == number else {
            throw FieldError("", Words.numbers.notLinked[request.language])
        }
        return .seeOther("/")
    }

    // MARK: Adding

    private func showAdding(_ request: PageRequest) async throws -> Page {
        Page("numbers-add", title: Words.numbers.addTitle[request.language], PathPage(path: "/numbers/add"))
    }

    private func sendCode(_ request: PageRequest) async throws -> Answer {
        try require(["msisdn", "reauth"], in: request)
        let reply = try await request.commands(
            .linkAdd, request.form["msisdn"], named: ["reauth": reauth(request.form)])
        request.remember(.link, reply)
        return .seeOther("/numbers/confirm")
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.numbers, request.language)
        guard let challenge = request.visit.challenge, challenge.purpose == .link else {
            return Page(
                "begin-again", title: words.confirmTitle[language],
                BeginAgainPage(
                    title: words.confirmTitle[language], lead: words.noChallenge[language], path: "/numbers/add",
                    link: words.add[language]))
        }
        return Page(
            "numbers-confirm", title: words.confirmTitle[language],
            ConfirmPage(
                path: "/numbers/confirm", lead: words.confirmLead.text(language, phone(challenge.msisdn)),
                secondsToResend: challenge.secondsToResend))
    }

    private func confirm(_ request: PageRequest) async throws -> Answer {
        let challenge = try request.challenge(.link, or: Words.numbers.noChallenge)
        try require(["code"], in: request)
        _ = try await request.commands(.confirm, challenge.token, code(request))
        request.visit.challenge = nil
        return await done(request, Words.numbers.added, challenge.msisdn)
    }

    // MARK: Unlinking

    private func choose(_ request: PageRequest) async throws -> Answer {
        request.visit.chosen = .number(chosen("msisdn", request.form))
        return .seeOther("/numbers/remove")
    }

    private func showRemoving(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.numbers, request.language)
        // A form keeps its number, because another tab may have chosen another one.
        var number = request.form["msisdn"]
        if number.isEmpty, case .number(let chosen) = request.visit.chosen { number = chosen }
        let links = try await request.commands(.links, request.own)
        let isManaged = managedNumbers(links).contains(number)
        guard isManaged || managers(links).contains(number) else {
            return Page(
                "begin-again", title: words.chooseTitle[language],
                BeginAgainPage(
                    title: words.chooseTitle[language], lead: words.chooseLead[language], path: "/numbers",
                    link: words.back[language]))
        }
        return Page(
            "numbers-remove", title: words.removeTitle[language],
            RemovePage(
                path: "/numbers/remove", phone: phone(number),
                lead: (isManaged ? words.removeManaged : words.removeManager)[language], msisdn: number))
    }

    private func remove(_ request: PageRequest) async throws -> Answer {
        try require(["reauth"], in: request)
        let number = request.form["msisdn"]
        _ = try await request.commands(.linkRemove, number, named: ["reauth": reauth(request.form)])
        request.visit.chosen = nil
        return await done(request, Words.numbers.removed, number)
    }

    /// Reads the linked numbers again after a change, and says what happened.
    private func done(_ request: PageRequest, _ phrase: Phrase, _ number: String) async -> Answer {
        if let links = try? await request.commands(.links, request.own) {
            request.visit.setLinked(managedNumbers(links))
        }
        request.visit.notice = Visit.Notice(phrase.text(request.language, phone(number)))
        return .seeOther("/numbers")
    }

    private func managers(_ links: Reply) -> [String] {
        links.rows.filter { $0["link"] == "managed_by" }.compactMap { $0["msisdn"] }
    }
}

/// The account of a number; nil where it cannot be seen now.
private struct NumberState: Sendable {
    var number: String
    var balance: Reply?
    var tariff: Reply?
}

private struct NumbersPage {
    struct Number {
        var msisdn: String
        var phone: String
        var note: String
        var balance: String
        var status: String
        var statusStyle: String
        /// The account could be read.
        var isSeen: Bool
        var isShown: Bool
        var isOwn: Bool

        init(_ msisdn: String, _ state: NumberState?, own: String, shown: String?, _ language: Language) {
            let words = Words.numbers
            self.msisdn = msisdn
            phone = Phrases.phone(msisdn)
            (isShown, isOwn) = (msisdn == shown, msisdn == own)
            if let balance = state?.balance?["balance"], let tariff = state?.tariff {
                isSeen = true
                self.balance = money(balance, language)
                note = (isOwn ? words.ownWithTariff : words.tariff).text(language, tariff["name"] ?? "")
                (status, statusStyle) = statusTag(tariff["tariff_status"], language)
            } else {
                note = isOwn ? words.own[language] : words.notSeen[language]
                (isSeen, balance, status, statusStyle) = (false, "", "", "")
            }
        }
    }

    struct Manager {
        var msisdn: String
        var phone: String
    }

    var numbers: [Number]
    var hasOthers: Bool
    var managers: [Manager]
    var hasManagers: Bool
}

/// The choice of a button, for the visit; empty if it is longer than any number or device.
func chosen(_ field: String, _ form: Form) -> String { form[field].utf8.count <= 64 ? form[field] : "" }

/// A page without values but its own path.
struct PathPage {
    var path: String
}

private struct ConfirmPage {
    var path: String
    var lead: String
    var secondsToResend: Int
}

private struct RemovePage {
    var path: String
    var phone: String
    var lead: String
    var msisdn: String
}
