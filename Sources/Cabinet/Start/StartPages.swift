/// The start page: balance, plan and its state, packages, the month's expenses, options.

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
        async let tariff = commands(.tariff, commands.number)
        async let buckets = commands(.buckets, commands.number)
        async let service = ServiceState.read(commands)
        let (here, own) = (try await place, try await tariff)
        var model = StartPage(request, here, own, try await buckets)
        model.notices = startNotices(
            try await service, here, tariff: own.fields, isLinked: model.isLinked, request.language)
        // The names of other tariffs are needed only if the tariff is to change.
        if own["next_tariff"] != nil || own["moved_to"] != nil {
            let onSale = try await commands(.tariffs, named: ["region": here.region.key])
            model.planned = plannedChanges(
                own.fields, OfferingNames(onSale, own), here, returningTo: "/", request.language)
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
    }

    var phone: String
    var isLinked: Bool
    var balance: String
    var balanceStyle: String
    var balanceNote: String
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
    var spent: String
    var hasSpent: Bool

    init(_ request: PageRequest, _ place: Place, _ tariff: Reply, _ buckets: Reply) {
        let (words, language, account) = (Words.start, request.language, place.account)
        phone = Phrases.phone(request.number)
        isLinked = request.number != request.own
        balance = money(account["balance"] ?? "", language)
        isUnpaid = account["tariff_status"] == "unpaid"
        isSuspended = account["suspended_since"] != nil
        self.tariff = words.tariff.text(language, tariff["name"] ?? "")
        (status, statusStyle) = statusTag(account["tariff_status"], language)
        let end = place.time(account["period_end"])
        paidUntil = isUnpaid || isSuspended ? [] : [end?.date(language)].compactMap(\.self)
        fee = feeText(tariff["fee"], tariff["period"], language)
        let lack = (tariff.fields.minorUnits("fee") ?? 0) - (account.fields.minorUnits("balance") ?? 0)
        if isUnpaid {
            balanceNote = words.missing.text(language, money(amountText(max(0, lack)), language))
        } else if let end, !isSuspended, tariff.fields.minorUnits("fee") != 0 {
            let amount = money(lack > 0 ? amountText(lack) : tariff["fee"] ?? "", language)
            balanceNote = (lack > 0 ? words.notEnough : words.enough).text(language, end.date(language), amount)
        } else {
            balanceNote = ""
        }
        balanceStyle = isUnpaid || account["balance"]?.hasPrefix("-") == true ? "bad" : ""

        let names = OfferingNames(account, tariff)
        packages = buckets.rows.map { Package($0, place, names, language) }
        hasPackages = !packages.isEmpty
        products = account.rows.map { row in
            Product(
                name: row["name"] ?? "",
                note: row["subscription"] != nil ? words.subscription[language] : "",
                fee: feeText(row["fee"], row["period"], language))
        }
        hasProducts = !products.isEmpty
        hasSpent = account["spent_this_month"] != nil
        spent = money(account["spent_this_month"] ?? "0.00", language)
    }
}

/// The notices of what stops the service, each with a way to the page that says more. The card of an unpaid tariff says
/// itself that data are stopped.
private func startNotices(
    _ state: ServiceState, _ place: Place, tariff: Fields, isLinked: Bool, _ language: Language
) -> [ServiceNotice] {
    let notices = serviceNotices(state, place, tariff: tariff, isLinked: isLinked, language)
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
        note = row["offering"].flatMap { names.byKey[$0] } ?? ""
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
