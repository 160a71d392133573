/// Gifts of data to another number, and minutes of the own number that become data.

internal import Client
internal import Phrases
internal import Web

struct GiftPages: Sendable {
    private static let (path, confirmPath) = ("/gift", "/gift/confirm")

    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "gifts", Words.gifts, templates: String(decoding: PackageResources.gifts_mustache, as: UTF8.self))
        site.form(Self.path, show: show, submit: check)
        site.form(Self.confirmPath, show: showConfirming, submit: give)
        ExchangePages(regions: regions).add(to: &site)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.gifts, request.language)
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let rows = terms.giftRows(language)
        return Page(
            "gift", title: words.title[language],
            GivingPage(
                path: Self.path, ownNote: ownNote(request), lead: words.lead[language], rows: rows,
                hasRows: !rows.isEmpty, reasons: [words.own[language]], canGive: terms.canGive,
                why: terms.whyNoGift(language)))
    }

    private func check(_ request: PageRequest) async throws -> Answer {
        try require(["to", "gigabytes"], in: request)
        let language = request.language
        let to = try taker(request.form, own: request.own, language)
        let terms = TransferTerms(try await request.commands(.transferTerms, request.own))
        let gigabytes = try wholeNumber(
            "gigabytes", of: request.form, atMost: terms.gigabytes, Words.gifts.wholeGigabytes, language)
        request.visit.chosen = .gift(Visit.Giving(to: to, quantity: String(gigabytes)))
        return .seeOther(Self.confirmPath)
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (commands, own) = (request.commands, request.own)
        let (words, language) = (Words.gifts, request.language)
        // A form keeps its values, because another tab may have begun another gift.
        var giving = Visit.Giving(to: request.form["to"], quantity: request.form["gigabytes"])
        if giving.to.isEmpty, case .gift(let chosen) = request.visit.chosen { giving = chosen }
        guard !giving.to.isEmpty, let bytes = bytesOfGift(giving.quantity) else {
            return beginAgain(Self.path, words.title, language)
        }
        async let place = regions.place(commands, of: own)
        let terms = TransferTerms(try await commands(.transferTerms, own))
        let day = try await place.now.isoDate(daysLater: terms.giftDays)
        let volume = dataVolume(bytes, language)
        let title = words.confirmTitle.text(language, volume)
        return Page(
            "gift-confirm", title: title,
            ConfirmGivingPage(
                path: Self.confirmPath, title: title, ownNote: ownNote(request), to: giving.to,
                quantity: giving.quantity,
                rows: [
                    SummaryRow(title: Words.transfers.to[language], value: phone(giving.to)),
                    SummaryRow(title: words.volume[language], value: volume),
                    SummaryRow(
                        title: words.until[language],
                        value: words.atMostUntil.text(language, Day(day)?.text(language) ?? day)),
                    SummaryRow(title: Words.transfers.from[language], value: phone(own)),
                ]))
    }

    private func give(_ request: PageRequest) async throws -> Answer {
        let (words, language, form) = (Words.gifts, request.language, request.form)
        guard let bytes = bytesOfGift(form["gigabytes"]) else {
            throw FieldError("", Words.transfers.beginLead[language])
        }
        let reply: Reply
        do {
            reply = try await request.commands(.gift, request.own, form["to"], named: ["bytes": String(bytes)])
        } catch {
            throw confirmationFault(
                error, { givingRefusal($0, isUsedUp: words.noneThisMonth, less: words.lessData) }, language)
        }
        request.visit.chosen = nil
        let place = try await regions.place(request.commands, of: request.own)
        request.visit.notice = Visit.Notice(
            words.given.text(
                language, dataVolume(reply.fields.integer("bytes") ?? bytes, language),
                phone(reply["peer"] ?? form["to"]), place.time(reply["valid_to"])?.dateAndTime(language) ?? ""))
        return .seeOther(Self.path)
    }
}

/// The bytes of a gift of so many whole GB; nil if the text is no such number.
private func bytesOfGift(_ gigabytes: String) -> Int64? {
    guard let number = Int64(gigabytes), number > 0, number <= 1_000_000 else { return nil }
    return number * TransferTerms.bytesOfGigabyte
}
