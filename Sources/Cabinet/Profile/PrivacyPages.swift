/// The data that is stored about the subscriber, and its erasure.

internal import Client
internal import Foundation
internal import Phrases
internal import Web

struct PrivacyPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "privacy", Words.privacy, templates: String(decoding: PackageResources.privacy_mustache, as: UTF8.self))
        site.get("/privacy", show)
        site.get("/privacy.json", download)
        site.form("/erase", show: showErasing, submit: erase)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let (commands, own, language) = (request.commands, request.own, request.language)
        async let place = regions.place(commands, of: own)
        async let known = regions.all(commands)
        async let tariff = commands(.tariff, own)
        let report = try await commands(.privacyReport, own)
        let (here, plan) = (try await place, try await tariff)
        var names = OfferingNames(here.account, plan).byKey
        for region in try await known where names[region.key] == nil { names[region.key] = region.name }
        let model = PrivacyPage(
            ownNote: ownNote(request), lead: Words.privacy.lead.text(language, phone(own)),
            rows: report.rows.map { row in
                PrivacyRow(row, names: names, since: here.time(row["since"])?.date(language) ?? "", language)
            })
        return .page(Page("privacy", title: Words.privacy.title[language], model))
    }

    private func download(_ request: PageRequest) async throws -> Answer {
        let report = try await request.commands(.privacyReport, request.own)
        let text = try privacyFile(report)
        return .file(
            Answer.File(name: "kabinet-privacy.json", mediaType: "application/json") { _ in (text, next: nil) })
    }

    // MARK: Erasing

    private func showErasing(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.privacy, request.language)
        return Page(
            "erase", title: words.eraseTitle[language],
            ErasePage(
                ownNote: ownNote(request), path: "/erase", lead: words.eraseLead.text(language, phone(request.own))))
    }

    private func erase(_ request: PageRequest) async throws -> Answer {
        var errors: [FieldError] = []
        if request.form["sure"] != "1" { errors.append(FieldError("sure", Words.privacy.notSure[request.language])) }
        do { try require(["reauth"], in: request) } catch { errors += error.errors }
        guard errors.isEmpty else { throw FormErrors(errors) }
        _ = try await request.commands(.erase, request.own, named: ["reauth": reauth(request.form)])
        request.visit.signOut()
        request.preferences.region = nil
        request.visit.notice = Visit.Notice(Words.privacy.erased[request.language])
        return .seeOther("/sign-in")
    }
}

/// A row of `PRIVACY.REPORT` in words.
struct PrivacyRow {
    var what: String
    var value: String
    var since: String

    /// - Parameter names: The names of regions and products by their keys.
    init(_ row: Fields, names: [String: String], since: String, _ language: Language) {
        let words = Words.privacy
        let value = row["value"] ?? ""
        func orNotGiven(_ text: String) -> String { text.isEmpty ? Words.profile.notGiven[language] : text }
        let (what, text): (Phrase?, String) =
            switch row["what"] {
            case "number": (words.number, phone(value))
            case "region": (Words.profile.region, names[value] ?? value)
            case "name": (Words.profile.name, orNotGiven(value))
            case "email": (Words.profile.email, orNotGiven(value))
            case "email_confirmed":
                (
                    words.emailConfirmed,
                    (value == "1" ? Words.profile.emailConfirmed : Words.profile.emailUnconfirmed)[language]
                )
            case "statement_order": (words.statementOrder, value)
            case "language":
                (Words.profile.language, (value == "en" ? Words.profile.english : Words.profile.russian)[language])
            case "notify": (Words.profile.notify, channelNames(value, language))
            case "consent": (words.consent, Self.consent(value, language))
            case "password": (words.password, (value == "none" ? words.noPassword : words.digest)[language])
            case "session": (words.session, Self.session(value, language))
            case "device": (words.device, value.isEmpty ? Words.security.unnamed[language] : value)
            case "manages": (words.manages, phone(value))
            case "managed_by": (words.managedBy, phone(value))
            case "balance": (words.balance, money(value, language))
            case "tariff": (words.tariff, names[value] ?? value)
            case "option": (words.option, names[value] ?? value)
            case "organization": (words.organization, words.organizationValue.text(language, value))
            case "acts_for": (words.actsFor, words.organizationValue.text(language, value))
            case "PIN and PUK": (words.codes, words.sealed[language])
            case "log": (words.log, words.logValue[language])
            default: (nil, value)
            }
        (self.what, self.value, self.since) = (what?[language] ?? row["what"] ?? "", text, since)
    }

    /// `advertising granted`, `partners taken back`
    private static func consent(_ value: String, _ language: Language) -> String {
        let purpose = String(value.prefix { $0 != " " })
        let phrase = value.hasSuffix(" granted") ? Words.privacy.consentGranted : Words.privacy.consentWithdrawn
        return phrase.text(language, consentWords(purpose, language).title)
    }

    /// `3 by password`
    private static func session(_ value: String, _ language: Language) -> String {
        let parts = value.split(separator: " ")
        guard parts.count == 3 else { return value }
        return Words.privacy.sessionValue.text(
            language, String(parts[0]), signInMethod(String(parts[2]), language))
    }
}

/// The names of channels for notices, of a list such as `sms,app`.
private func channelNames(_ list: String, _ language: Language) -> String {
    let keys = list.split(separator: ",")
    let names = channels(language).filter { keys.contains($0.key[...]) }.map(\.name)
    return names.isEmpty ? Words.profile.noChannel[language] : names.joined(separator: ", ")
}

/// The report as the service gave it, as JSON: for other programs, so nothing is put in words.
func privacyFile(_ report: Reply) throws -> String {
    let items = report.rows.map {
        PrivacyFile.Item(what: $0["what"] ?? "", value: $0["value"] ?? "", since: $0["since"])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = PrivacyFile(number: report["msisdn"] ?? "", items: items)
    return String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
}

private struct PrivacyFile: Encodable {
    struct Item: Encodable {
        var what: String
        var value: String
        var since: String?
    }

    var number: String
    var items: [Item]
}

private struct PrivacyPage {
    var ownNote: [String]
    var lead: String
    var rows: [PrivacyRow]
}

private struct ErasePage {
    var ownNote: [String]
    var path: String
    var lead: String
}
