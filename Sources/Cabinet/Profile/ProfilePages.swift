/// The subscriber's profile: name, contacts, language, channels for notices, consents.

internal import Client
internal import Phrases
internal import Web

struct ProfilePages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "profile", Words.profile, templates: String(decoding: PackageResources.profile_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/profile", Words.profile.title))
        site.get("/profile", show)
        site.form("/profile/edit", show: showEditing, submit: edit)
        EmailPages().add(to: &site)
        site.form("/profile/consents", show: showConsents, submit: setConsents)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let (words, language) = (Words.profile, request.language)
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        async let reply = commands(.profile, own)
        let (here, profile) = (try await place, try await reply)
        func text(_ name: String) -> String {
            profile[name].flatMap { $0.isEmpty ? nil : $0 } ?? words.notGiven[language]
        }
        let names = channels(language).filter { notified(profile).contains($0.key) }.map(\.name)
        var email = ProfilePage.Row(title: words.email[language], value: text("email"), fields: ["email"])
        if profile["email"] ?? "" != "" {
            email.isToConfirm = profile["email_confirmed"] != "1"
            email.note = [(email.isToConfirm ? words.emailUnconfirmed : words.emailConfirmed)[language]]
        }
        let model = ProfilePage(
            ownNote: ownNote(request),
            rows: [
                .init(title: words.number[language], value: phone(request.own), fields: []),
                .init(title: words.name[language], value: text("name"), fields: ["name"]),
                email,
                .init(title: words.region[language], value: here.region.name, fields: ["region"]),
                .init(
                    title: words.language[language],
                    value: (profile["language"] == "en" ? words.english : words.russian)[language], fields: ["language"]
                ),
                .init(
                    title: words.notify[language],
                    value: names.isEmpty ? words.noChannel[language] : names.joined(separator: ", "), fields: ["notify"]
                ),
            ], consents: consents(profile, here, language))
        return .page(Page("profile", title: words.title[language], model))
    }

    // MARK: Changing

    private func showEditing(_ request: PageRequest) async throws -> Page {
        let (words, language, form) = (Words.profile, request.language, request.form)
        let commands = request.commands
        async let known = regions.all(commands)
        let profile = try await commands(.profile, request.own)
        func value(_ name: String) -> String { form.isEmpty ? profile[name] ?? "" : form[name] }
        let chosen = form.isEmpty ? notified(profile) : form.all("notify")
        let model = EditPage(
            ownNote: ownNote(request), name: value("name"), email: value("email"),
            regions: try await known.map {
                EditPage.Option(key: $0.key, name: $0.name, isChosen: $0.key == value("region"))
            },
            languages: [("ru", words.russian), ("en", words.english)].map {
                EditPage.Option(key: $0, name: $1[language], isChosen: $0 == value("language"))
            },
            channels: channels(language).map {
                EditPage.Option(key: $0.key, name: $0.name, isChosen: chosen.contains($0.key))
            })
        return Page("profile-edit", title: words.editTitle[language], model)
    }

    private func edit(_ request: PageRequest) async throws -> Answer {
        let form = request.form
        let notify = form.all("notify")
        let profile = try await request.commands(.profile, request.own)
        // Only what changed, so that the log holds no more of a person than it must.
        func changed(_ name: String, _ value: String) -> String? { value == profile[name] ?? "" ? nil : value }
        let (name, email) = (changed("name", form["name"]), changed("email", form["email"]))
        let (region, language) = (changed("region", form["region"]), changed("language", form["language"]))
        let channels = Set(notify) == Set(notified(profile)) ? nil : notify.joined(separator: ",")
        if name != nil || email != nil || region != nil || language != nil || channels != nil {
            _ = try await request.commands(
                .profileSet, request.own,
                named: ["name": name, "email": email, "region": region, "language": language, "notify": channels])
        }
        if let chosen = Language(rawValue: form["language"]) { request.preferences.language = chosen }
        request.visit.notice = Visit.Notice(Words.profile.saved[request.language])
        return .seeOther("/profile")
    }

    // MARK: Consents

    private func showConsents(_ request: PageRequest) async throws -> Page {
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        let profile = try await commands(.profile, own)
        var items = consents(profile, try await place, request.language)
        if !request.form.isEmpty {
            let wanted = request.form.all("consent")
            for index in items.indices { items[index].isGranted = wanted.contains(items[index].key) }
        }
        return Page(
            "profile-consents", title: Words.profile.consents[request.language],
            ConsentsPage(ownNote: ownNote(request), consents: items))
    }

    private func setConsents(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let profile = try await commands(.profile, request.own)
        for (consent, isGranted) in changedConsents(profile, wanted: request.form.all("consent")) {
            _ = try await commands(.consentSet, request.own, consent, isGranted ? "1" : "0", part: consent)
        }
        request.visit.notice = Visit.Notice(Words.profile.consentsSaved[request.language])
        return .seeOther("/profile")
    }
}

/// Says whose a page about the subscriber is, if it shows another number; empty otherwise.
func ownNote(_ request: PageRequest) -> [String] {
    guard let signIn = request.visit.signIn, signIn.shown != signIn.own else { return [] }
    return [Words.profile.ownNote.text(request.language, phone(signIn.own), phone(signIn.shown))]
}

/// The purposes of consents, by the protocol's keys.
let consentPurposes = ["advertising", "personal_offers", "partners"]

/// The title of a consent and what it means.
func consentWords(_ purpose: String, _ language: Language) -> (title: String, hint: String) {
    let words = Words.profile
    switch purpose {
    case "advertising": return (words.advertising[language], words.advertisingHint[language])
    case "personal_offers": return (words.offers[language], words.offersHint[language])
    case "partners": return (words.partners[language], words.partnersHint[language])
    default: return (purpose, "")
    }
}

/// The consents that differ from what the visitor wants, of a reply to `PROFILE`. A consent that was never asked for is
/// not given.
func changedConsents(_ profile: Reply, wanted: [String]) -> [(consent: String, isGranted: Bool)] {
    let granted = profile.rows.filter { $0["granted"] == "1" }.compactMap { $0["consent"] }
    return consentPurposes.filter { wanted.contains($0) != granted.contains($0) }.map { ($0, wanted.contains($0)) }
}

/// The channels for notices by the protocol's keys.
func channels(_ language: Language) -> [(key: String, name: String)] {
    let words = Words.profile
    return [("sms", words.sms[language]), ("email", words.emailChannel[language]), ("app", words.app[language])]
}

/// The chosen channels of a reply to `PROFILE`.
private func notified(_ profile: Reply) -> [String] {
    (profile["notify"] ?? "").split(separator: ",").map { String($0) }
}

private func consents(_ profile: Reply, _ place: Place, _ language: Language) -> [Consent] {
    consentPurposes.map { purpose in
        let row = profile.rows.first { $0["consent"] == purpose }
        let isGranted = row?["granted"] == "1"
        let (title, hint) = consentWords(purpose, language)
        let since = place.time(row?["since"])?.date(language)
        let state = since.map { (isGranted ? Words.profile.given : Words.profile.withdrawn).text(language, $0) }
        return Consent(
            key: purpose, title: title, hint: hint, state: state ?? Words.profile.neverGiven[language],
            isGranted: isGranted)
    }
}

private struct Consent {
    var key: String
    var title: String
    var hint: String
    var state: String
    var isGranted: Bool
}

private struct ProfilePage {
    struct Row {
        var title: String
        var value: String
        /// The field of the form that changes the value, if one does.
        var fields: [String]
        var note: [String] = []
        /// True for an address to which a code can be sent.
        var isToConfirm = false
    }

    var ownNote: [String]
    var rows: [Row]
    var consents: [Consent]
}

private struct EditPage {
    struct Option {
        var key: String
        var name: String
        var isChosen: Bool
    }

    var ownNote: [String]
    var name: String
    var email: String
    var regions: [Option]
    var languages: [Option]
    var channels: [Option]
}

private struct ConsentsPage {
    var ownNote: [String]
    var consents: [Consent]
}
