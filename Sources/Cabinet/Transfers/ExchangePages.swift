/// Minutes of the own number's packages become data, at a rate that is told before.

internal import Client
internal import Phrases
internal import Web

struct ExchangePages: Sendable {
    private static let (path, confirmPath) = ("/exchange", "/exchange/confirm")

    let regions: Regions

    func add(to site: inout Site) {
        site.form(Self.path, show: show, submit: check)
        site.form(Self.confirmPath, show: showConfirming, submit: exchange)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.gifts, request.language)
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let rows = terms.exchangeRows(language)
        return Page(
            "exchange", title: words.exchangeTitle[language],
            GivingPage(
                path: Self.path, ownNote: ownNote(request), lead: words.exchangeLead[language], rows: rows,
                hasRows: !rows.isEmpty, reasons: [words.exchangeOwn[language]], canGive: terms.canExchange,
                why: terms.whyNoExchange(language)))
    }

    private func check(_ request: PageRequest) async throws -> Answer {
        try require(["minutes"], in: request)
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let minutes = try wholeNumber(
            "minutes", of: request.form, atMost: terms.minutes, Words.gifts.wholeMinutes, request.language)
        return .seeOther("\(Self.confirmPath)?minutes=\(minutes)")
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.gifts, request.language)
        let text = request.form["minutes"].isEmpty ? request.query["minutes"] ?? "" : request.form["minutes"]
        guard let minutes = wholeMinutes(text) else { return beginAgain(Self.path, words.exchangeTitle, language) }
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let given = Words.products.minutes.text(minutes, language)
        let title = words.exchangeConfirmTitle.text(language, given)
        return Page(
            "exchange-confirm", title: title,
            ConfirmGivingPage(
                path: Self.confirmPath, title: title, ownNote: ownNote(request), to: "", quantity: String(minutes),
                rows: [
                    SummaryRow(title: words.gives[language], value: given),
                    SummaryRow(title: words.rate[language], value: dataVolume(terms.bytesPerMinute, language)),
                    SummaryRow(
                        title: words.gets[language], value: dataVolume(terms.data(of: minutes), language)),
                ]))
    }

    private func exchange(_ request: PageRequest) async throws -> Answer {
        let (words, language) = (Words.gifts, request.language)
        guard let minutes = wholeMinutes(request.form["minutes"]) else {
            throw FieldError("", Words.transfers.beginLead[language])
        }
        let reply: Reply
        do {
            reply = try await request.commands(.exchange, request.own, named: ["seconds": String(minutes * 60)])
        } catch {
            throw confirmationFault(
                error, { givingRefusal($0, isUsedUp: words.noneThisMonth, less: words.lessMinutes) }, language)
        }
        let place = try await regions.place(request.commands, of: request.own)
        let given = Words.products.minutes.text(minutes, language)
        let data = dataVolume(reply.fields.integer("bytes") ?? 0, language)
        let until = place.time(reply["valid_to"])?.dateAndTime(language)
        request.visit.notice = Visit.Notice(
            until.map { words.exchangedUntil.text(language, given, data, $0) }
                ?? words.exchanged.text(language, given, data))
        return .seeOther(Self.path)
    }
}

/// Nil if the text is no whole number of minutes.
private func wholeMinutes(_ text: String) -> Int64? {
    guard let number = Int64(text), number > 0, number <= 100_000_000 else { return nil }
    return number
}
