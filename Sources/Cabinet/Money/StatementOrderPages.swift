/// The order of a statement by e-mail: to the profile's confirmed address, or to another with the second proof.

internal import Client
internal import Phrases
internal import Web

struct StatementOrderPages: Sendable {
    private static let path = "/statement/order"
    private static let sentPath = "/statement/order/sent"

    let regions: Regions

    /// The words and the templates are those of money.
    func add(to site: inout Site) {
        site.form(Self.path, show: show, submit: order)
        site.get(Self.sentPath, showOrdered)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (words, language, form) = (Words.money, request.language, request.form)
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        let profile = try await commands(.profile, own)
        func value(_ name: String) -> String? { form.isEmpty ? request.query[name] : form[name] }
        let period = PeriodForm(from: value("from"), to: value("to"), today: try await place.now, language).period
        let confirmed = confirmedAddress(profile)
        let format = value("format") ?? ""
        let formats = [("csv", words.csv, words.csvHint), ("html", words.html, words.htmlHint)]
        return Page(
            "statement-order", title: words.orderTitle[language],
            OrderPage(
                path: Self.path, ownNote: orderNote(request), lead: words.orderLead.text(language, phone(own)),
                from: period.from?.iso ?? value("from") ?? "", to: period.to?.iso ?? value("to") ?? "",
                formats: formats.map { key, name, hint in
                    OrderPage.Format(
                        key: key, name: name[language], hint: hint[language],
                        isChosen: key == format || key == "csv" && format != "html")
                }, confirmed: confirmed.map { [$0] } ?? [], isConfirmed: confirmed != nil,
                email: form.isEmpty ? profile["email"] ?? "" : form["email"]))
    }

    private func order(_ request: PageRequest) async throws -> Answer {
        let (words, language, form) = (Words.money, request.language, request.form)
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        let profile = try await commands(.profile, own)
        let dates = PeriodForm(from: form["from"], to: form["to"], today: try await place.now, language)
        var errors = dates.errors
        if !["csv", "html"].contains(form["format"]) {
            errors.append(FieldError("format", words.invalidFormat[language]))
        }
        // A form that was shown before the address was confirmed has an address of its own.
        let confirmed = form["email"].isEmpty ? confirmedAddress(profile) : nil
        if confirmed == nil { do { try require(["email", "reauth"], in: request) } catch { errors += error.errors } }
        guard errors.isEmpty, let from = dates.period.from, let to = dates.period.to else { throw FormErrors(errors) }
        do {
            _ = try await commands(
                .statementOrder, own,
                named: [
                    "from": from.iso, "to": to.next, "format": form["format"], "language": language.rawValue,
                    "email": confirmed == nil ? form["email"] : nil, "reauth": confirmed == nil ? reauth(form) : nil,
                ])
        } catch {
            // The words for a limit that time lifts are about changes of the network.
            guard error.refusal?.code == "limit_reached" else { throw error }
            throw FieldError("", words.orderTooOften[language])
        }
        request.visit.chosen = .statement(
            Visit.StatementOrder(
                email: confirmed ?? form["email"], from: from.iso, to: to.iso,
                ordered: try await place.now.dateAndTime(language)))
        return .seeOther(Self.sentPath)
    }

    private func showOrdered(_ request: PageRequest) async throws -> Answer {
        let (words, language) = (Words.money, request.language)
        guard case .statement(let order) = request.visit.chosen else { return .seeOther(Self.path) }
        return .page(
            Page(
                "statement-ordered", title: words.orderedTitle[language],
                OrderedPage(
                    lead: words.orderedLead.text(language, order.email),
                    period: Period(from: Day(order.from), to: Day(order.to)).text(language),
                    ordered: order.ordered)))
    }
}

/// The profile's address if it is confirmed; nil if it is not, or if there is none.
private func confirmedAddress(_ profile: Reply) -> String? {
    guard profile["email_confirmed"] == "1", let email = profile["email"], !email.isEmpty else { return nil }
    return email
}

/// Says that the order is of the own number, if the pages show another one; empty otherwise.
private func orderNote(_ request: PageRequest) -> [String] {
    guard let signIn = request.visit.signIn, signIn.shown != signIn.own else { return [] }
    return [Words.money.orderOwnNote.text(request.language, phone(signIn.own), phone(signIn.shown))]
}

private struct OrderPage {
    struct Format {
        var key: String
        var name: String
        var hint: String
        var isChosen: Bool
    }

    var path: String
    var ownNote: [String]
    var lead: String
    var from: String
    var to: String
    var formats: [Format]
    /// The address of the profile, if it is confirmed.
    var confirmed: [String]
    var isConfirmed: Bool
    var email: String
}

private struct OrderedPage {
    var lead: String
    var period: String
    var ordered: String
}
