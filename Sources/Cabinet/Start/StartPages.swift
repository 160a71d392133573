/// The start page: balance, plan and its state, what is due next, packages, options, the month's expenses.

internal import Client
internal import Phrases
internal import Web

struct StartPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "start", Words.start, templates: String(decoding: PackageResources.start_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/", Words.start.navigation))
        site.get("/", show)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        async let place = regions.place(commands)
        async let service = ServiceState.read(commands)
        let here = try await place
        let account = here.account
        var model = StartPage(request, here)
        model.notices = startNotices(
            try await service, here, isLinked: model.isLinked, request.language)
        // The names of other tariffs are needed only if the tariff is to change.
        if account["next_tariff"] != nil || account["moved_to"] != nil {
            let onSale = try await commands(.tariffs, named: ["region": here.region.key])
            model.planned = plannedChanges(
                account.fields, OfferingNames(onSale, account), here, returningTo: "/", request.language)
        }
        return .page(Page("start", title: Words.start.title[request.language], model))
    }
}

private struct StartPage {
    struct Package {
        var title: String
        var left: String
        var total: String
        /// Empty if the package has no bar, because it is unlimited.
        var bars: [String]
        var note: String
        var until: String
        var style: String
    }

    struct Product {
        var name: String
        var note: String
        var fee: String
        /// The page that switches it on; empty for one that is on.
        var path = ""
    }

    /// So many of the options that could be switched on are offered here.
    private static let offered = 3

    var phone: String
    var isLinked: Bool
    var balance: String
    var balanceTime: String
    var balanceStyle: String
    var balanceNote: String
    /// The rest of a promised payment that is still owed; empty if nothing is.
    var owed: [String]
    /// A promised payment could be asked for: it is of the own number, and none is owed.
    var canBorrow: Bool
    /// Warnings of a number that nobody uses or pays for.
    var dormancy: [String]
    /// The charges that are known, those that wait for money first.
    var charges: [ChargeToCome]
    var hasCharges: Bool
    var isUnpaid: Bool
    var isSuspended: Bool
    /// The reasons for which the service is stopped.
    var notices: [ServiceNotice] = []
    var planned: [PlannedChange] = []
    var resumePath = SuspensionPages.resumePath
    /// The page to which the resume button returns.
    var page = "/"
    var tariff: String
    var status: String
    var statusStyle: String
    /// One, or none.
    var paidUntil: [String]
    var fee: String
    var packages: [Package]
    var hasPackages: Bool
    var products: [Product]
    var hasProducts: Bool
    var available: [Product]
    var hasAvailable: Bool
    var spent: String
    var spentSince: String
    var hasSpent: Bool

    init(_ request: PageRequest, _ place: Place) {
        let (words, language, account) = (Words.start, request.language, place.account)
        phone = Phrases.phone(request.number)
        isLinked = request.number != request.own
        balance = money(account["balance"] ?? "", language)
        balanceTime = place.time(account["as_of"]).map { words.at.text(language, $0.date(language), $0.time) } ?? ""
        isUnpaid = account["tariff_status"] == "unpaid"
        isSuspended = account["suspended_since"] != nil
        tariff = words.tariff.text(language, account["tariff_name"] ?? "")
        (status, statusStyle) = statusTag(account["tariff_status"], language)
        let end = place.time(account["period_end"])
        paidUntil = isUnpaid || isSuspended ? [] : [end?.date(language)].compactMap(\.self)
        fee = feeText(account["fee"], account["period"], language)
        // A fee that waits has no time of its own, so it comes first.
        let waiting = account.rows.filter { $0["due_time"] == nil }
        let timed = account.rows.compactMap { row in place.time(row["due_time"]).map { ($0, row) } }
        let rows = waiting + timed.sorted { $0.0 < $1.0 }.map(\.1)
        charges = rows.compactMap { ChargeToCome($0, place, own: account["tariff"], language) }
        hasCharges = !charges.isEmpty
        balanceNote = Self.note(place, language)
        owed = owedNote(place, language)
        canBorrow = !isLinked && owed.isEmpty
        dormancy = dormancyNotes(place, language)
        balanceStyle = isUnpaid || account["balance"]?.hasPrefix("-") == true ? "bad" : ""

        let names = OfferingNames(account)
        packages = account.rows.filter { $0["bucket"] != nil }.map { Package($0, place, names, language) }
        hasPackages = !packages.isEmpty
        let states = Dictionary(grouping: account.rows) { $0["status"] ?? "" }
        products = ((states["active"] ?? []) + (states["unpaid"] ?? [])).map { row in
            Product(
                name: row["name"] ?? "",
                note: row["subscription"] != nil ? words.subscription[language] : "",
                fee: feeText(row["fee"], row["period"], language))
        }
        hasProducts = !products.isEmpty
        available = (states["available"] ?? []).prefix(Self.offered).map { row in
            Product(
                name: row["name"] ?? "", note: "", fee: feeText(row["fee"], row["period"], language),
                path: "/options/\(row["option"] ?? row["bundle"] ?? "")")
        }
        hasAvailable = !available.isEmpty
        hasSpent = account["spent_this_month"] != nil
        spent = money(account["spent_this_month"] ?? "0.00", language)
        spentSince = place.time(account["month_from"]).map { words.since.text(language, $0.date(language)) } ?? ""
    }

    /// Whether the money is enough for what waits, or for what is due next.
    private static func note(_ place: Place, _ language: Language) -> String {
        let (words, account) = (Words.start, place.account)
        if let missing = account["waiting_missing"] { return words.missing.text(language, money(missing, language)) }
        if account["waiting_amount"] != nil { return words.waits[language] }
        guard let due = place.time(account["due_time"])?.date(language) else { return "" }
        if let missing = account["due_missing"] {
            return words.notEnough.text(language, due, money(missing, language))
        }
        return words.enough.text(language, due, money(account["due_amount"] ?? "", language))
    }
}

/// The rest of a promised payment, from the reply to `ACCOUNT`; empty if nothing is owed.
func owedNote(_ place: Place, _ language: Language) -> [String] {
    guard let owed = place.account["owed"] else { return [] }
    let due = place.time(place.account["promise_due"])?.dateAndTime(language) ?? ""
    return [Words.start.owed.text(language, money(owed, language), due)]
}

/// How a number got a package that no product of it brought; nil for the others.
func origin(ofPackage row: Fields, _ language: Language) -> String? {
    let words = Words.start
    switch row["granted_by"] {
    case "gift": return words.given[language]
    case "exchange": return words.exchanged[language]
    case "rolled_over": return words.rolledOver[language]
    default: return nil
    }
}

/// The notices of what stops the service, each with a way to the page that says more. The card of an unpaid tariff says
/// itself that data are stopped.
private func startNotices(
    _ state: ServiceState, _ place: Place, isLinked: Bool, _ language: Language
) -> [ServiceNotice] {
    let notices = serviceNotices(state, place, tariff: place.account.fields, isLinked: isLinked, language)
    return zip(state.reasons, notices).filter { $0.0 != "fee_unpaid" }.map { _, notice in
        var notice = notice
        notice.links = [.init(path: "/service", title: Words.start.toService[language])]
        return notice
    }
}

extension StartPage.Package {
    init(_ row: Fields, _ place: Place, _ names: OfferingNames, _ language: Language) {
        let (words, products) = (Words.start, Words.products)
        let kind =
            switch row["kind"] {
            case "voice": products.voice
            case "data": products.data
            case "mms": products.mms
            default: products.sms
            }
        title = kind[language]
        switch row["scope"] {
        case "on_net": title += " \(products.onNet[language])"
        case "home": title += " \(products.home[language])"
        default: break
        }
        let end = place.time(row["valid_to"])
        until = end.map { words.until.text(language, $0.date(language)) } ?? ""
        note = origin(ofPackage: row, language) ?? row["offering"].flatMap { names.byKey[$0] } ?? ""
        guard row["unlimited"] != "1" else {
            (left, total, bars, style) = (words.unlimited[language], "", [], "good")
            return
        }
        let (granted, remaining) = (packageAmount(row, "granted", language), packageAmount(row, "left", language))
        let percent = granted.number > 0 ? remaining.number * 100 / granted.number : 0
        left = remaining.text
        total = words.ofTotal.text(language, granted.text)
        bars = ["\(percent)%"]
        style = percent > 20 ? "good" : remaining.number > 0 ? "warn" : "bad"
        if style == "warn" { note = words.running[language] }
        if style == "bad" { note = words.used[language] }
    }
}
