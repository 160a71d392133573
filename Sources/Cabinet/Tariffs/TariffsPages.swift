/// The own tariff and the others, and the change to one of them.

internal import Client
internal import Phrases
internal import Web

struct TariffsPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "tariffs", Words.tariffs, templates: String(decoding: PackageResources.tariffs_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/tariffs", Words.tariffs.navigation))
        site.get("/tariffs", showAll)
        site.form("/tariffs/:tariff", show: showOne, submit: change)
        // Keys of tariffs have one part, so a path of three parts is never a tariff's.
        site.button("/tariffs/change/cancel", returningTo: "/tariffs", cancel)
    }

    private func showAll(_ request: PageRequest) async throws -> Answer {
        let model = TariffsPage(try await read(request), request.language)
        return .page(Page("tariffs", title: Words.tariffs.title[request.language], model))
    }

    private func showOne(_ request: PageRequest) async throws -> Page {
        let commands = request.commands
        async let connected = commands(.options, commands.number)
        let offers = try await read(request, prices: true)
        let key = request.parameters["tariff"] ?? ""
        let (words, language) = (Words.tariffs, request.language)
        if key == offers.tariff["tariff"] {
            // A tariff that is no longer sold has only the fields of the reply.
            let row = offers.terms ?? offers.tariff.fields
            let model = TariffPage(own: row, offers, request)
            return Page("tariff", title: words.tariff.text(language, row["name"] ?? ""), model)
        }
        guard let row = offers.onSale.first(where: { $0["tariff"] == key }) else {
            // A refused form says itself why.
            guard request.form.id.isEmpty else { return Page("tariff-gone", title: words.title[language]) }
            throw ServiceError.refused(Refusal(code: "not_found", field: "tariff"))
        }
        let fault: [FieldError]
        var chosen: ChangeTime?
        do {
            chosen = try time(request)
            fault = []
        } catch { fault = [error] }
        let quotes = try await TariffQuotes.read(
            commands, tariff: key, hasPeriodEnd: offers.tariff["period_end"] != nil, chosen: chosen)
        var names = offers.names
        for option in try await connected.rows { names.add(option) }
        let model = TariffChangePage(row, offers, quotes, chosen: chosen, names: names, request)
        var page = Page("tariff-change", title: words.tariff.text(language, row["name"] ?? ""), model)
        page.errors = fault
        if !fault.isEmpty { page.status = 422 }
        return page
    }

    /// The moment that the form says, or else the page's address.
    private func time(_ request: PageRequest) throws(FieldError) -> ChangeTime {
        let (form, query) = (request.form, request.query)
        return form.isEmpty
            ? try ChangeTime(when: query["when"] ?? "", date: query["date"] ?? "", request.language)
            : try ChangeTime(when: form["when"], date: "", request.language)
    }

    private func change(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let key = request.parameters["tariff"] ?? ""
        let (words, language) = (Words.tariffs, request.language)
        let time = try time(request)
        let reply: Reply
        do {
            reply = try await commands(
                .tariffChange, commands.number, key, named: ["when": time == .now ? nil : time.argument])
        } catch {
            guard let refusal = error.refusal, let phrase = words.phrase(for: refusal) else { throw error }
            throw FieldError("", phrase[language])
        }
        request.visit.notice = Visit.Notice(await outcome(of: reply, key, request))
        return .seeOther("/tariffs")
    }

    /// A change at once has an amount; a planned one has a day.
    private func outcome(of reply: Reply, _ key: String, _ request: PageRequest) async -> String {
        let (commands, words, language) = (request.commands, Words.tariffs, request.language)
        if reply["from"] != nil {
            let place = try? await regions.place(commands)
            let rows = try? await commands(.tariffs, named: ["region": place?.region.key]).rows
            let name = OfferingNames(rows ?? [])[key]
            return words.donePlanned.text(language, name, place?.time(reply["from"])?.date(language) ?? "")
        }
        let charged = reply.fields.minorUnits("charged") ?? 0
        let name = try? await commands(.tariff, commands.number)["name"]
        let phrase = charged > 0 ? words.done : charged < 0 ? words.doneWithCredit : words.doneForFree
        return phrase.text(
            language, name ?? key, money(amountText(abs(charged)), language), money(reply["balance"] ?? "", language))
    }

    private func cancel(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.tariffs, request.language)
        do { _ = try await commands(.tariffChangeCancel, commands.number) } catch {
            // The same refusal means that the number may not be seen.
            guard error.refusal?.code == "not_found", (try? await commands(.tariff, commands.number)) != nil else {
                throw error
            }
            throw FieldError("", words.nothingPlanned[language])
        }
        request.visit.notice = Visit.Notice(words.cancelled[language])
        return .seeOther(request.ownPage(request.form["page"]) ?? "/tariffs")
    }

    /// - Parameter prices: Whether the prices outside of packages are needed.
    private func read(_ request: PageRequest, prices: Bool = false) async throws -> TariffOffers {
        let commands = request.commands
        async let tariff = commands(.tariff, commands.number)
        async let buckets = commands(.buckets, commands.number)
        async let zones = zoneNames(commands)
        let place = try await regions.place(commands)
        let segment = place.account["org"] == nil ? "individual" : "corporate"
        let onSale = try await commands(
            .tariffs, named: ["region": place.region.key, "segment": segment, "prices": prices ? "1" : nil])
        return try await TariffOffers(
            place, tariff, onSale: onSale.rows, buckets: buckets.rows, zones: zones)
    }
}

/// The replies of which the pages of tariffs are made.
struct TariffOffers: Sendable {
    var place: Place
    /// The reply to `TARIFF`.
    var tariff: Reply
    var onSale: [Fields]
    var buckets: [Fields]
    /// The names of zones by their keys.
    var zones: [String: String]
    /// The packages of the own tariff; nil if no reply has them.
    var terms: Fields?

    init(_ place: Place, _ tariff: Reply, onSale: [Fields], buckets: [Fields], zones: [String: String]) {
        (self.place, self.tariff, self.onSale, self.buckets, self.zones) = (place, tariff, onSale, buckets, zones)
        terms = ownTerms(tariff.fields, onSale: onSale, buckets: buckets)
    }

    var balance: Int64 { place.account.fields.minorUnits("balance") ?? 0 }
    var isUnpaid: Bool { tariff["tariff_status"] == "unpaid" }

    var isSuspended: Bool { tariff["suspended_since"] != nil }
    var names: OfferingNames {
        var names = OfferingNames(onSale)
        names.add(tariff.fields)
        return names
    }

    func planned(_ names: OfferingNames, returningTo page: String, _ language: Language) -> [PlannedChange] {
        plannedChanges(tariff.fields, names, place, returningTo: page, language)
    }

    /// The way to bring an unpaid tariff back; empty if it is paid.
    func lackNote(_ language: Language) -> String {
        guard isUnpaid else { return "" }
        let lack = (tariff.fields.minorUnits("fee") ?? 0) - balance
        guard lack > 0 else { return Words.tariffs.waiting[language] }
        return Words.tariffs.missing.text(language, money(amountText(lack), language))
    }
}

private struct TariffsPage {
    struct Line {
        var text: String
        /// One, or none.
        var changes: [String]
        var style: String
    }

    struct Offer {
        var id: String
        var path: String
        var name: String
        var fee: String
        var period: String
        /// One, or none.
        var changes: [String]
        var lines: [Line]
        var hasLines: Bool
        /// One, or none.
        var connections: [String]

        init(_ row: Fields, _ id: String, own: Fields, terms: Fields?, zones: [String: String], _ language: Language) {
            self.id = id
            name = row["name"] ?? ""
            path = "/tariffs/\(row["tariff"] ?? "")"
            (fee, period) = splitFee(row, language)
            changes = [feeDifference(row, comparedWith: own, language)].filter { !$0.isEmpty }
            lines = includedLines(row, comparedWith: terms, zones: zones, language).map {
                Line(
                    text: $0.text, changes: $0.change.isEmpty ? [] : [$0.change], style: $0.isLess ? "less" : "more")
            }
            hasLines = !lines.isEmpty
            connections = [row["connection_fee"]].compactMap(\.self).filter { $0 != "0.00" }.map {
                Words.tariffs.connectionFee.text(language, money($0, language))
            }
        }
    }

    var own: Offer
    var status: String
    var statusStyle: String
    var isUnpaid: Bool
    var lackNote: String
    /// Until when it is paid, and since when it is the own one.
    var notes: [String]
    var planned: [PlannedChange]
    var suspension: SuspensionSection
    var offers: [Offer]
    var hasOffers: Bool

    init(_ offers: TariffOffers, _ language: Language) {
        let (words, tariff) = (Words.tariffs, offers.tariff.fields)
        let ownRow = offers.terms ?? tariff
        own = Offer(ownRow, "own", own: ownRow, terms: nil, zones: offers.zones, language)
        (status, statusStyle) = statusTag(tariff["tariff_status"], language)
        isUnpaid = offers.isUnpaid
        lackNote = offers.lackNote(language)
        func note(_ field: String, _ phrase: Phrase) -> String? {
            offers.place.time(tariff[field]).map { phrase.text(language, $0.date(language)) }
        }
        notes = [
            isUnpaid || offers.isSuspended ? nil : note("period_end", words.paidUntil), note("changed", words.since),
        ].compactMap(\.self)
        planned = offers.planned(offers.names, returningTo: "/tariffs", language)
        suspension = SuspensionSection(tariff, offers.place, page: "/tariffs", language)
        self.offers = offers.onSale.filter { $0["tariff"] != tariff["tariff"] }.enumerated().map { index, row in
            Offer(row, "tariff-\(index + 1)", own: tariff, terms: offers.terms, zones: offers.zones, language)
        }
        hasOffers = !self.offers.isEmpty
    }
}

/// The amount and the period of a fee apart, because cards show the amount large: `400,00 ₽`, `за 30 дней`.
private func splitFee(_ row: Fields, _ language: Language) -> (amount: String, period: String) {
    let text = tariffFee(row, language)
    let amount = money(row["fee"] ?? "", language)
    guard text.hasPrefix(amount) else { return (amount, text) }
    return (amount, String(text.dropFirst(amount.count + 1)))
}
