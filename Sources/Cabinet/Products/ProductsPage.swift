/// The list of what a number has and can have.

internal import Client
internal import Phrases
internal import Web

struct ProductsPage {
    struct Connected {
        var name: String
        /// Until when it is paid, and what is left of it.
        var notes: [String]
        var fee: String
        var status: String
        var statusStyle: String
        var offPath: String
    }

    struct Available {
        var name: String
        var notes: [String]
        var fee: String
        var path: String
    }

    var connected: [Connected]
    var hasConnected: Bool
    var available: [Available]
    var hasAvailable: Bool
    /// A quick filter is worth its place from some products on.
    var hasFilter: Bool
    var isBarred: Bool
    var obstacles: [ProductPages.Obstacle]
    /// The visitor may switch something on.
    var canAdd: Bool

    init(
        _ kind: ProductPages.Kind, _ place: Place, connected: [Fields], available: [Fields], buckets: [Fields],
        zones: [String: String], access: ProductPages.Access, _ request: PageRequest
    ) {
        let language = request.language
        let words = kind.words
        let names = OfferingNames(connected + available)
        func provider(_ row: Fields) -> [String] { row["provider"].map { [words.provider.text(language, $0)] } ?? [] }
        self.connected = connected.map { row in
            let key = productKey(row)
            var notes = provider(row)
            let isUnpaid = row["status"] == "unpaid"
            if let since = place.time(row["since"]) { notes.append(words.since.text(language, since.date(language))) }
            if isUnpaid {
                notes.append(words.unpaidNote.text(language, money(row["fee"] ?? "", language)))
            } else if let end = place.time(row["period_end"]) {
                notes.append(words.until.text(language, end.date(language)))
            }
            if let by = row["by"] {
                notes.append(by == request.service.principal ? words.byCabinet[language] : words.by.text(language, by))
            }
            notes += remainders(buckets.filter { $0["offering"] == key }, words, language)
            return Connected(
                name: row["name"] ?? key, notes: notes, fee: feeText(row["fee"], row["period"], language),
                status: (isUnpaid ? words.unpaid : words.active)[language], statusStyle: isUnpaid ? "bad" : "good",
                offPath: "\(kind.path)/\(key)/off")
        }
        hasConnected = !connected.isEmpty
        self.available = available.map { row in
            let parts = brings(row, names, zones: zones, language).joined(separator: ", ")
            let cost = ProductCost(row, balance: 0)
            let isBundle = row["bundle"] != nil
            return Available(
                name: row["name"] ?? "",
                notes: provider(row)
                    + (parts.isEmpty ? [] : [isBundle ? words.bundle.text(language, parts) : parts])
                    + (cost.connectionFee == 0
                        ? [] : [words.connectionNote.text(language, money(amountText(cost.connectionFee), language))]),
                fee: feeText(row["fee"], row["period"], language), path: "\(kind.path)/\(productKey(row))")
        }
        hasAvailable = !available.isEmpty
        hasFilter = available.count > 5
        isBarred = access.isBarred
        obstacles = isBarred ? [] : access.obstacles
        canAdd = !isBarred && obstacles.isEmpty
    }
}

/// The rest of each of a product's packages: `осталось 3,5 ГБ из 5 ГБ`.
func remainders(_ buckets: [Fields], _ words: ProductPageWords, _ language: Language) -> [String] {
    buckets.filter { $0["unlimited"] != "1" && $0["price"] == nil }.map { bucket in
        let left = quantity(bucket, "left", language)
        guard !left.isZero else { return words.usedUp[language] }
        return words.left.text(language, left.text, quantity(bucket, "granted", language).text)
    }
}

private func quantity(_ bucket: Fields, _ prefix: String, _ language: Language) -> (text: String, isZero: Bool) {
    let (number, text) = packageAmount(bucket, prefix, language)
    if bucket["\(prefix)_bytes"] != nil { return (text, number == 0) }
    if bucket["\(prefix)_seconds"] != nil { return (text, number < 60) }
    return ("\(text)\u{a0}\((bucket["kind"] ?? "sms").uppercased())", number == 0)
}
