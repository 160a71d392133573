/// Money of the own number's balance goes back to the card or the bank of one of its payments, when staff approves it.

internal import Client
internal import Phrases
internal import Web

struct RefundPages: Sendable {
    private static let path = "/refund"
    /// So many of the latest payments are read, and so many of them are offered.
    private static let (read, offered) = ("50", 10)

    let regions: Regions

    func add(to site: inout Site) { site.form(Self.path, show: show, submit: ask) }

    private func show(_ request: PageRequest) async throws -> Page {
        let (commands, own, form) = (request.commands, request.own, request.form)
        let (words, language) = (Words.paying, request.language)
        async let place = regions.place(commands, of: own)
        let payments = try await commands(.payments, own, named: ["limit": Self.read])
        let here = try await place
        let rows = payments.rows.filter { isRefundable($0) }.prefix(Self.offered)
        let chosen = form["payment"].isEmpty ? rows.first?["payment"] : form["payment"]
        let balance = here.account["balance"] ?? ""
        let hasMoney = (here.account.fields.minorUnits("balance") ?? 0) > 0
        return Page(
            "refund", title: words.refundTitle[language],
            RefundPage(
                path: Self.path, ownNote: ownNote(request),
                lead: words.refundLead.text(language, money(balance, language)),
                amount: form.isEmpty ? plainAmount(balance) : form["amount"],
                payments: rows.map { RefundPage.Payment($0, here, chosen: chosen, language) },
                canAsk: hasMoney && !rows.isEmpty,
                why: (hasMoney ? words.noRefundable : words.nothingToRefund)[language]))
    }

    private func ask(_ request: PageRequest) async throws -> Answer {
        let (words, language, form) = (Words.paying, request.language, request.form)
        try require(["payment", "amount", "reauth"], in: request)
        let amount = try amountOfForm(form, language)
        let reply = try await request.commands(
            .refundRequest, request.own,
            named: ["payment": form["payment"], "amount": amount, "reauth": reauth(form)])
        request.visit.notice = Visit.Notice(
            words.refundAsked.text(
                language, money(reply["amount"] ?? amount, language),
                StatementPhrases.method(reply["method"], cardLast4: nil, language)))
        return .seeOther("/payments")
    }
}

/// Cash and vouchers have no instrument to which money could go back.
private func isRefundable(_ payment: Fields) -> Bool { ["card", "sbp", "bank"].contains(payment["method"]) }

private struct RefundPage {
    struct Payment {
        var payment: String
        var name: String
        var note: String
        var isChosen: Bool

        init(_ row: Fields, _ place: Place, chosen: String?, _ language: Language) {
            payment = row["payment"] ?? ""
            name = StatementPhrases.method(row["method"], cardLast4: row["card_last4"], language)
            note = Words.paying.paymentNote.text(
                language, money(row["amount"] ?? "", language), shortTime(place.time(row["time"]), language))
            isChosen = payment == chosen
        }
    }

    var path: String
    var ownNote: [String]
    var lead: String
    var amount: String
    var payments: [Payment]
    var canAsk: Bool
    /// Why nothing can go back.
    var why: String
}
