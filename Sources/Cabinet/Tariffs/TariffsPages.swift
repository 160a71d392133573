/// The own tariff and the others, and the change to one of them.

internal import Client
internal import Web

struct TariffsPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "tariffs", Words.tariffs, templates: String(decoding: PackageResources.tariffs_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/tariffs", Words.tariffs.navigation))
        site.get("/tariffs", showAll)
        site.form("/tariffs/:tariff", show: showOne, submit: change)
    }

    private func showAll(_ request: PageRequest) async throws -> Answer {
        let model = TariffsPage(try await read(request), request.language)
        return .page(Page("tariffs", title: Words.tariffs.title[request.language], model))
    }

    private func showOne(_ request: PageRequest) async throws -> Page {
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
        return Page(
            "tariff", title: words.tariff.text(language, row["name"] ?? ""), TariffPage(row, offers, request))
    }

    private func change(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let key = request.parameters["tariff"] ?? ""
        let (words, language) = (Words.tariffs, request.language)
        let reply: Reply
        do { reply = try await commands(.tariffChange, commands.number, key) } catch {
            guard let refusal = error.refusal, let phrase = words.refusals[refusal.code] else { throw error }
            throw FieldError("", phrase[language])
        }
        let name = try? await commands(.tariff, commands.number)["name"]
        let phrase = reply.fields.minorUnits("charged") == 0 ? words.doneForFree : words.done
        request.visit.notice = Visit.Notice(
            phrase.text(
                language, name ?? key, money(reply["charged"] ?? "", language), money(reply["balance"] ?? "", language))
        )
        return .seeOther("/tariffs")
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
        notes = [isUnpaid ? nil : note("period_end", words.paidUntil), note("changed", words.since)].compactMap(\.self)
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
