/// A transfer of money: the form with its limits, and the confirmation with the second proof.

internal import Client
internal import Phrases
internal import Web

struct TransferPages: Sendable {
    static let path = "/transfer"
    private static let confirmPath = "/transfer/confirm"

    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "transfers", Words.transfers,
            templates: String(decoding: PackageResources.transfers_mustache, as: UTF8.self))
        site.form(Self.path, show: show, submit: check)
        site.form(Self.confirmPath, show: showConfirming, submit: transfer)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (commands, own) = (request.commands, request.own)
        let (words, language) = (Words.transfers, request.language)
        async let place = regions.place(commands, of: own)
        let terms = TransferTerms(try await commands(.transferTerms, own))
        let here = try await place
        let rows = terms.transferRows(language)
        return Page(
            "transfer", title: words.title[language],
            GivingPage(
                path: Self.path, ownNote: ownNote(request),
                lead: words.lead.text(language, money(here.account["balance"] ?? "", language)), rows: rows,
                hasRows: !rows.isEmpty, reasons: terms.reasons(here, language), canGive: terms.canTransfer,
                why: terms.whyNoTransfer(language), amount: request.form["amount"]))
    }

    private func check(_ request: PageRequest) async throws -> Answer {
        try require(["to", "amount"], in: request)
        let (language, words) = (request.language, Words.transfers)
        let to = try taker(request.form, own: request.own, language)
        let amount = try amountOfForm(request.form, language)
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let sum = minorUnits(amount) ?? 0
        func text(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        guard sum >= terms.least, sum <= terms.greatest else {
            throw FieldError("amount", words.outOfBounds.text(language, text(terms.least), text(terms.greatest)))
        }
        guard sum <= terms.transferable else {
            throw FieldError("amount", words.tooMuch.text(language, text(terms.transferable)))
        }
        request.visit.chosen = .transfer(Visit.Giving(to: to, quantity: amountText(sum)))
        return .seeOther(Self.confirmPath)
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.transfers, request.language)
        // A form keeps its values, because another tab may have begun another transfer.
        var giving = Visit.Giving(to: request.form["to"], quantity: request.form["amount"])
        if giving.to.isEmpty, case .transfer(let chosen) = request.visit.chosen { giving = chosen }
        guard !giving.to.isEmpty else { return beginAgain(Self.path, words.title, language) }
        let place = try await regions.place(request.commands, of: request.own)
        let sum = money(giving.quantity, language)
        let title = words.confirmTitle.text(language, sum)
        return Page(
            "transfer-confirm", title: title,
            ConfirmGivingPage(
                path: Self.confirmPath, title: title, ownNote: ownNote(request), to: giving.to,
                quantity: giving.quantity,
                rows: [
                    SummaryRow(title: words.to[language], value: phone(giving.to)),
                    SummaryRow(title: words.sum[language], value: sum),
                    SummaryRow(title: words.from[language], value: phone(request.own)),
                    SummaryRow(
                        title: words.balance[language], value: money(place.account["balance"] ?? "", language)),
                ]))
    }

    private func transfer(_ request: PageRequest) async throws -> Answer {
        try require(["reauth"], in: request)
        let (words, language, form) = (Words.transfers, request.language, request.form)
        let reply: Reply
        do {
            reply = try await request.commands(
                .transfer, request.own, form["to"], form["amount"], named: ["reauth": reauth(form)])
        } catch {
            throw confirmationFault(
                error, { givingRefusal($0, isUsedUp: words.noneToday, less: words.less) }, language)
        }
        request.visit.chosen = nil
        request.visit.notice = Visit.Notice(
            words.sent.text(
                language, money(reply["amount"] ?? "", language), phone(reply["peer"] ?? form["to"]),
                money(reply["balance"] ?? "", language)))
        return .seeOther(Self.path)
    }
}

/// The page of a confirmation whose beginning is not known.
func beginAgain(_ path: String, _ link: Phrase, _ language: Language) -> Page {
    let words = Words.transfers
    return Page(
        "begin-again", title: words.beginTitle[language],
        BeginAgainPage(
            title: words.beginTitle[language], lead: words.beginLead[language], path: path, link: link[language]))
}

/// A form of something to give away or to exchange.
struct GivingPage {
    var path: String
    var ownNote: [String]
    var lead: String
    var rows: [SummaryRow]
    var hasRows: Bool
    /// Why it is no more.
    var reasons: [String]
    var canGive: Bool
    /// Why it is nothing.
    var why: String
    var amount = ""
}

struct ConfirmGivingPage {
    var path: String
    var title: String
    var ownNote: [String]
    var to: String
    var quantity: String
    var rows: [SummaryRow]
}
