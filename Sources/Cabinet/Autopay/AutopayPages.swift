/// Automatic payments of the own number by a stored card: the present order, the form, the confirmation, the end.

internal import Client
internal import Phrases
internal import Web

struct AutopayPages: Sendable {
    static let path = "/autopay"
    private static let confirmPath = "/autopay/confirm"

    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "autopay", Words.autopay, templates: String(decoding: PackageResources.autopay_mustache, as: UTF8.self))
        site.form(Self.path, show: show, submit: check)
        site.form(Self.confirmPath, show: showConfirming, submit: set)
        site.button("/autopay/off", returningTo: Self.path, switchOff)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (commands, own, language) = (request.commands, request.own, request.language)
        async let place = regions.place(commands, of: own)
        async let reply = commands(.autopay, own)
        let cards = try await commands(.cards, own).rows
        let state = AutopayState(try await reply, try await place, language)
        return Page(
            "autopay", title: Words.autopay.title[language],
            AutopayPage(request.form, state, cards, ownNote: ownNote(request), language))
    }

    private func check(_ request: PageRequest) async throws -> Answer {
        let cards = try await request.commands(.cards, request.own).rows.compactMap { $0["card"] }
        request.visit.chosen = .autopay(try AutopayOrder(request.form, cards: cards, request.language))
        return .seeOther(Self.confirmPath)
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (commands, words, language) = (request.commands, Words.autopay, request.language)
        var order = AutopayOrder(hidden: request.form)
        // A form keeps its order, because another tab may have begun another one.
        if order.card.isEmpty, case .autopay(let chosen) = request.visit.chosen { order = chosen }
        let row = try await commands(.cards, request.own).rows.first { $0["card"] == order.card }
        guard let row else {
            return Page(
                "begin-again", title: words.beginTitle[language],
                BeginAgainPage(
                    title: words.beginTitle[language], lead: words.beginLead[language], path: Self.path,
                    link: words.title[language]))
        }
        let place = try await regions.place(commands, of: request.own)
        return Page(
            "autopay-confirm", title: words.confirmTitle[language],
            ConfirmAutopayPage(
                path: Self.confirmPath, ownNote: ownNote(request), order: order,
                rows: order.rows(card: cardName(row, language), place, language)))
    }

    private func set(_ request: PageRequest) async throws -> Answer {
        try require(["reauth"], in: request)
        let (words, language, order) = (Words.autopay, request.language, AutopayOrder(hidden: request.form))
        func given(_ value: String) -> String? { value.isEmpty ? nil : value }
        let reply: Reply
        do {
            reply = try await request.commands(
                .autopaySet, request.own,
                named: [
                    "card": order.card, "amount": order.amount, "below": given(order.below), "day": given(order.day),
                    "monthly_cap": given(order.monthlyCap), "reauth": reauth(request.form),
                ])
        } catch { throw confirmationFault(error, words.refusal, language) }
        request.visit.chosen = nil
        request.visit.notice = Visit.Notice(try await done(request, reply, order))
        return .seeOther(Self.path)
    }

    private func done(_ request: PageRequest, _ reply: Reply, _ order: AutopayOrder) async throws -> String {
        let (words, language) = (Words.autopay, request.language)
        if reply["request"] != nil { return words.setAsked[language] }
        let place = try await regions.place(request.commands, of: request.own)
        if let next = place.time(reply["next"]) { return words.setNext.text(language, next.date(language)) }
        return words.setBelow.text(language, money(order.below, language))
    }

    private func switchOff(_ request: PageRequest) async throws -> Answer {
        _ = try await request.commands(.autopayOff, request.own)
        request.visit.notice = Visit.Notice(Words.autopay.switchedOff[request.language])
        return .seeOther(Self.path)
    }
}

extension AutopayWords {
    fileprivate func refusal(_ refusal: Refusal) -> Phrase? {
        switch (refusal.code, refusal.field) {
        case (_, "card"?): noSuchCard
        case (_, "amount"?): Words.paying.invalidAmount
        case (_, "below"?): invalidBelow
        case (_, "day"?): invalidDay
        case (_, "monthly_cap"?): invalidCap
        case ("not_available", "msisdn"?): notPossible
        default: nil
        }
    }
}

struct AutopayPage {
    struct Choice {
        var key: String
        var name: String
        var hint: String
        var isChosen: Bool
    }

    var ownNote: [String]
    var isOn: Bool
    var rows: [SummaryRow]
    var notes: [String]
    var requestPath: [String]
    var hasCards: Bool
    var cards: [Choice]
    var choices: [Choice]
    var amount: String
    var below: String
    var day: String
    var cap: String

    init(_ form: Form, _ state: AutopayState, _ cards: [Fields], ownNote: [String], _ language: Language) {
        let (words, order) = (Words.autopay, state.order)
        self.ownNote = ownNote
        (isOn, rows, notes, requestPath) = (state.isOn, state.rows, state.notes, state.requestPath)
        hasCards = !cards.isEmpty
        func value(_ field: String, _ known: String) -> String { form.isEmpty ? known : form[field] }
        let card = value("card", order.card)
        let isKnown = cards.contains { $0["card"] == card }
        let keys = cards.reversed().map { $0["card"] ?? "" }
        self.cards = zip(keys, cards.reversed()).map { key, row in
            Choice(key: key, name: cardName(row, language), hint: "", isChosen: key == (isKnown ? card : keys.first))
        }
        let when = value("when", order.day.isEmpty ? "below" : "day")
        choices = [
            Choice(
                key: "below", name: words.byBalance[language], hint: words.byBalanceHint[language],
                isChosen: when != "day"),
            Choice(key: "day", name: words.byDay[language], hint: words.byDayHint[language], isChosen: when == "day"),
        ]
        (amount, below) = (value("amount", order.amount), value("below", order.below))
        (day, cap) = (value("day", order.day), value("monthly_cap", order.monthlyCap))
    }
}

private struct ConfirmAutopayPage {
    var path: String
    var ownNote: [String]
    var order: AutopayOrder
    var rows: [SummaryRow]
}
