/// Promised payments of the own number: the amounts that can be had, the confirmation, and the one that is still owed.

internal import Client
internal import Phrases
internal import Web

struct PromisePages: Sendable {
    static let path = "/promise"
    private static let confirmPath = "/promise/confirm"

    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "promises", Words.promises, templates: String(decoding: PackageResources.promises_mustache, as: UTF8.self))
        site.get(Self.path, show)
        site.form(Self.confirmPath, show: showConfirming, submit: take)
    }

    private func read(_ request: PageRequest) async throws -> (place: Place, terms: PromiseTerms) {
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        let reply = try await commands(.promiseTerms, own)
        let here = try await place
        return (here, PromiseTerms(reply, here, request.language))
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let (place, terms) = try await read(request)
        let (words, language) = (Words.promises, request.language)
        return .page(
            Page("promise", title: words.title[language], PromisePage(ownNote(request), place, terms, language)))
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.promises, request.language)
        let (place, terms) = try await read(request)
        let asked = request.form["amount"].isEmpty ? request.query["amount"] ?? "" : request.form["amount"]
        if terms.obstacle != nil {
            return Page("promise", title: words.title[language], PromisePage(ownNote(request), place, terms, language))
        }
        guard let step = terms.step(asked) else {
            return Page(
                "begin-again", title: words.chooseTitle[language],
                BeginAgainPage(
                    title: words.chooseTitle[language], lead: words.chooseLead[language], path: Self.path,
                    link: words.title[language]))
        }
        let title = words.confirmTitle.text(language, step.amount)
        return Page(
            "promise-confirm", title: title,
            ConfirmPromisePage(
                path: Self.confirmPath, title: title, ownNote: ownNote(request), amount: step.key,
                rows: [
                    SummaryRow(title: words.comes[language], value: step.amount),
                    SummaryRow(title: words.fee[language], value: step.fee),
                    SummaryRow(title: words.repaid[language], value: step.amount),
                    SummaryRow(title: words.due[language], value: step.due),
                    SummaryRow(
                        title: words.balance[language], value: money(place.account["balance"] ?? "", language)),
                ], waiting: place.account["waiting_amount"] == nil ? [] : [words.waiting[language]]))
    }

    private func take(_ request: PageRequest) async throws -> Answer {
        let (words, language) = (Words.promises, request.language)
        let reply: Reply
        do {
            reply = try await request.commands(.promise, request.own, named: ["amount": request.form["amount"]])
        } catch { throw confirmationFault(error, words.refusal, language) }
        let place = try await regions.place(request.commands, of: request.own)
        let amount = money(reply["amount"] ?? "", language)
        request.visit.notice = Visit.Notice(
            words.given.text(
                language, amount, money(reply["fee"] ?? "", language),
                place.time(reply["promise_due"])?.dateAndTime(language) ?? "",
                money(reply["balance"] ?? "", language)))
        return .seeOther(Self.path)
    }
}

extension PromiseWords {
    /// The page says below why it cannot be had now, because it reads the terms again.
    fileprivate func refusal(_ refusal: Refusal) -> Phrase? {
        switch (refusal.code, refusal.field) {
        case ("already_exists", _), ("not_available", "msisdn"?), ("not_available", "amount"?): notNow
        case ("invalid_amount", _): chooseLead
        case ("limit_reached", _): limit
        default: nil
        }
    }
}

private struct PromisePage {
    struct Row {
        var path: String
        var amount: String
        var note: String
    }

    var ownNote: [String]
    var lead: String
    var rows: [Row]
    var hasRows: Bool
    var obstacles: [PromiseTerms.Obstacle]
    var owed: [SummaryRow]
    var isOwed: Bool
    var repay: [PromiseTerms.Link]

    init(_ ownNote: [String], _ place: Place, _ terms: PromiseTerms, _ language: Language) {
        let words = Words.promises
        self.ownNote = ownNote
        lead = words.lead.text(language, money(place.account["balance"] ?? "", language))
        rows = terms.steps.map {
            Row(
                path: "/promise/confirm?amount=\($0.key)", amount: $0.amount,
                note: words.stepNote.text(language, $0.fee, $0.due))
        }
        hasRows = !rows.isEmpty
        (owed, isOwed, repay) = (terms.owed, !terms.owed.isEmpty, terms.repay)
        obstacles = terms.obstacle.map { [$0] } ?? []
    }
}

private struct ConfirmPromisePage {
    var path: String
    var title: String
    var ownNote: [String]
    var amount: String
    var rows: [SummaryRow]
    var waiting: [String]
}
