/// Options with bundles of them, and paid subscriptions: the same pages with other words.

internal import Client
internal import Web

struct ProductPages: Sendable {
    /// The products that the pages are about.
    struct Kind: Sendable {
        let path: String
        let words: ProductPageWords
        let list: Verb
        let on: Verb
        let off: Verb
        /// Content is bought by the owner of a number only.
        let isContent: Bool

        static let options = Kind(
            path: "/options", words: Words.options, list: .options, on: .optionOn, off: .optionOff, isContent: false)
        static let subscriptions = Kind(
            path: "/subscriptions", words: Words.subscriptions, list: .subscriptions, on: .subscriptionOn,
            off: .subscriptionOff, isContent: true)

        /// The name of its words and templates.
        var chapter: String { String(path.dropFirst()) }
    }

    private let kind: Kind
    private let regions: Regions

    init(_ kind: Kind, regions: Regions) { (self.kind, self.regions) = (kind, regions) }

    func add(to site: inout Site) {
        site.addChapter(
            kind.chapter, kind.words,
            // The templates of both are in one file, which is added once.
            templates: kind.isContent ? "" : String(decoding: PackageResources.products_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem(kind.path, kind.words.navigation))
        site.get(kind.path, showAll)
        site.form("\(kind.path)/:product", show: showOne, submit: switchOn)
        site.button("\(kind.path)/:product/off", returningTo: kind.path, switchOff)
    }

    private func showAll(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let isBarred = kind.isContent && request.number != request.own
        async let connected = commands(kind.list, commands.number)
        async let buckets = commands(.buckets, commands.number)
        async let place = regions.place(commands)
        async let zones = zoneNames(commands)
        let available = isBarred ? [] : try await available(commands)
        let model = ProductsPage(
            kind, try await place, connected: try await connected.rows, available: available,
            buckets: try await buckets.rows, zones: await zones, isBarred: isBarred, request.language)
        return .page(Page(kind.chapter, title: kind.words.title[request.language], model))
    }

    private func showOne(_ request: PageRequest) async throws -> Page {
        let commands = request.commands
        async let had = commands(kind.list, commands.number)
        async let offered = available(commands)
        async let zones = zoneNames(commands)
        let place = try await regions.place(commands)
        let (connected, available) = (try await had.rows, try await offered)
        let key = request.parameters["product"] ?? ""
        let names = OfferingNames(connected + available)
        let isBarred = kind.isContent && request.number != request.own
        let row: Fields
        if let offered = available.first(where: { productKey($0) == key }) {
            row = offered
        } else if let had = connected.first(where: { productKey($0) == key }) {
            row = had
        } else {
            // A refused form says itself why.
            guard request.form.id.isEmpty else { return Page("product-gone-\(kind.chapter)", title: title(request)) }
            throw ServiceError.refused(Refusal(code: "not_found"))
        }
        let page = ProductPage(
            kind, row, names, place, zones: await zones, isBarred: isBarred, request)
        return Page(
            "product-\(kind.chapter)", title: kind.words.oneTitle.text(request.language, row["name"] ?? ""), page)
    }

    private func switchOn(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let (words, language) = (kind.words, request.language)
        let key = request.parameters["product"] ?? ""
        let reply = try await inOurWords(request) { () async throws(ServiceError) in
            try await commands(kind.on, commands.number, key)
        }
        let phrase = reply.fields.minorUnits("charged") == 0 ? words.doneForFree : words.done
        let name = await name(of: key, commands)
        request.visit.notice = Visit.Notice(
            phrase.text(
                language, name, money(reply["charged"] ?? "", language), money(reply["balance"] ?? "", language))
        )
        return .seeOther(kind.path)
    }

    private func switchOff(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let key = request.parameters["product"] ?? ""
        let name = await name(of: key, commands)
        _ = try await inOurWords(request, isOff: true) { () async throws(ServiceError) in
            try await commands(kind.off, commands.number, key)
        }
        request.visit.notice = Visit.Notice(kind.words.off.text(request.language, name))
        return .seeOther(kind.path)
    }

    /// Says a refusal in the words of these products.
    private func inOurWords(
        _ request: PageRequest, isOff: Bool = false, _ change: () async throws(ServiceError) -> Reply
    ) async throws -> Reply {
        do { return try await change() } catch {
            guard let refusal = error.refusal, let phrase = kind.words.phrase(for: refusal, isOff: isOff) else {
                throw error
            }
            throw FieldError("", phrase[request.language])
        }
    }

    private func available(_ commands: Commands) async throws(ServiceError) -> [Fields] {
        try await commands(kind.list, commands.number, named: ["available": "1"]).rows
    }

    /// The name of a product that the number has; its key if the list does not have it.
    private func name(of key: String, _ commands: Commands) async -> String {
        guard let rows = try? await commands(kind.list, commands.number).rows else { return key }
        return OfferingNames(rows)[key]
    }

    private func title(_ request: PageRequest) -> String { kind.words.title[request.language] }
}

/// The key of a row of `OPTIONS` or `SUBSCRIPTIONS`.
func productKey(_ row: Fields) -> String { row["option"] ?? row["bundle"] ?? row["subscription"] ?? "" }

/// The contents of a product: the names of what a bundle contains, or packages.
func brings(
    _ row: Fields, _ names: OfferingNames, zones: [String: String], _ language: Language
) -> [String] {
    let parts = (row["bundled"] ?? "").split(separator: ",").map { names[String($0)] }
    return parts + included(in: row, zones: zones, language)
}
