/// Options with bundles of them, and paid subscriptions: the same pages with other words.

internal import Client
internal import Phrases
internal import Web

struct ProductPages: Sendable {
    /// The products that the pages are about.
    struct Kind: Sendable {
        let path: String
        let words: ProductPageWords
        let list: Verb
        let on: Verb
        let off: Verb
        /// Content is bought by the owner of a number only, with a code.
        let isContent: Bool

        static let options = Kind(
            path: "/options", words: Words.options, list: .options, on: .optionOn, off: .optionOff, isContent: false)
        static let subscriptions = Kind(
            path: "/subscriptions", words: Words.subscriptions, list: .subscriptions, on: .subscriptionOn,
            off: .subscriptionOff, isContent: true)

        /// The name of its words and templates.
        var chapter: String { String(path.dropFirst()) }
    }

    /// Whether the visitor may switch something on.
    struct Access: Sendable {
        /// The number is managed, and content is its owner's affair.
        var isBarred = false
        /// The number takes nothing now, for a reason that the visitor can end. One, or none.
        var obstacles: [Obstacle] = []
    }

    struct Obstacle: Sendable {
        var title: String
        var text: String
        var path: String
        var link: String
    }

    let kind: Kind
    let regions: Regions

    init(_ kind: Kind, regions: Regions) { (self.kind, self.regions) = (kind, regions) }

    func add(to site: inout Site) {
        site.addChapter(
            kind.chapter, kind.words,
            // The templates of both are in one file, which is added once.
            templates: kind.isContent ? "" : String(decoding: PackageResources.products_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem(kind.path, kind.words.navigation))
        site.get(kind.path, showAll)
        site.form("\(kind.path)/:product", isAttempt: kind.isContent, show: showOne, submit: switchOn)
        site.button("\(kind.path)/:product/off", returningTo: kind.path, switchOff)
        if kind.isContent { addConfirmation(to: &site) }
    }

    private func showAll(_ request: PageRequest) async throws -> Answer {
        let (commands, isLinked) = (request.commands, request.number != request.own)
        async let connected = commands(kind.list, commands.number)
        async let buckets = commands(.buckets, commands.number)
        async let place = regions.place(commands)
        async let zones = zoneNames(commands)
        async let state = kind.isContent ? ServiceState.read(commands) : nil
        let here = try await place
        let access = access(try await state, here, isLinked: isLinked, request.language)
        let canAdd = !access.isBarred && access.obstacles.isEmpty
        let available = canAdd ? try await available(commands) : []
        let model = ProductsPage(
            kind, here, connected: try await connected.rows, available: available,
            buckets: try await buckets.rows, zones: await zones, access: access, request)
        return .page(Page(kind.chapter, title: kind.words.title[request.language], model))
    }

    /// - Parameter state: Nil if the products are no content.
    private func access(_ state: ServiceState?, _ place: Place, isLinked: Bool, _ language: Language) -> Access {
        let (words, tariffs) = (kind.words, Words.tariffs)
        var access = Access(isBarred: kind.isContent && isLinked)
        if place.account["suspended_since"] != nil {
            access.obstacles = [
                Obstacle(
                    title: tariffs.suspendedTitle[language], text: tariffs.suspended[language],
                    path: "/tariffs#suspension", link: Words.service.toSuspension[language])
            ]
        } else if state?.hasContentBan == true {
            access.obstacles = [
                Obstacle(
                    title: words.contentBanTitle[language], text: words.contentBan[language], path: "/service#bans",
                    link: words.toService[language])
            ]
        }
        return access
    }

    private func showOne(_ request: PageRequest) async throws -> Page {
        let (commands, isLinked) = (request.commands, request.number != request.own)
        async let had = commands(kind.list, commands.number)
        async let offered = available(commands)
        async let zones = zoneNames(commands)
        async let state = kind.isContent ? ServiceState.read(commands) : nil
        let place = try await regions.place(commands)
        let (connected, available) = (try await had.rows, try await offered)
        let key = request.parameters["product"] ?? ""
        var names = OfferingNames(connected + available)
        // An obstacle may be of the other list.
        for row in place.account.rows { names.add(row) }
        let access = access(try await state, place, isLinked: isLinked, request.language)
        var quote: Result<Quote, RefusedQuote>?
        let row: Fields
        if let offered = available.first(where: { productKey($0) == key }) {
            row = offered
        } else if let had = connected.first(where: { productKey($0) == key }) {
            row = had
        } else if !access.obstacles.isEmpty {
            // Nothing is on sale to the number now.
            return Page(
                "product-obstacle", title: title(request),
                ObstaclePage(
                    path: kind.path, back: kind.words.toAll[request.language], title: title(request),
                    obstacles: access.obstacles))
        } else {
            // The list leaves out what does not go with the number's products, and a quote says what that is.
            if !kind.isContent { quote = try? await self.quote(of: key, commands) }
            guard case .success(let known)? = quote else {
                // A refused form says itself why.
                guard request.form.id.isEmpty else {
                    return Page("product-gone-\(kind.chapter)", title: title(request))
                }
                throw ServiceError.refused(Refusal(code: "not_found"))
            }
            row = known.product
        }
        if quote == nil, !kind.isContent, row["status"] == nil { quote = try await self.quote(of: key, commands) }
        let page = ProductPage(
            kind, row, names, place, zones: await zones, quote: quote, isBarred: access.isBarred, request)
        return Page(
            "product-\(kind.chapter)", title: kind.words.oneTitle.text(request.language, row["name"] ?? ""), page)
    }

    private func quote(of key: String, _ commands: Commands) async throws(ServiceError) -> Result<
        Quote, RefusedQuote
    > {
        do { return .success(Quote(try await commands(.optionQuote, commands.number, key))) } catch {
            return .failure(try RefusedQuote(error))
        }
    }

    private func switchOn(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let key = request.parameters["product"] ?? ""
        let reply = try await inOurWords(request) { () async throws(ServiceError) in
            try await commands(kind.on, commands.number, key)
        }
        guard !kind.isContent else { return askForCode(request, reply, key) }
        await sayIsOn(request, reply, key)
        return .seeOther(kind.path)
    }

    /// Says that a product is on, and what it cost.
    func sayIsOn(_ request: PageRequest, _ reply: Reply, _ key: String) async {
        let (words, language) = (kind.words, request.language)
        let phrase = reply.fields.minorUnits("charged") == 0 ? words.doneForFree : words.done
        let name = await name(of: key, request.commands)
        request.visit.notice = Visit.Notice(
            phrase.text(
                language, name, money(reply["charged"] ?? "", language), money(reply["balance"] ?? "", language))
        )
    }

    private func switchOff(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let key = request.parameters["product"] ?? ""
        let name = await name(of: key, commands)
        _ = try await inOurWords(request, isOff: true) { () async throws(ServiceError) in
            try await commands(kind.off, commands.number, key)
        }
        request.visit.notice = Visit.Notice(kind.words.off.text(request.language, name))
        // A page that something stands in the way of has this button too.
        return .seeOther(request.ownPage(request.form["page"]) ?? kind.path)
    }

    /// Says a refusal in the words of these products.
    func inOurWords(
        _ request: PageRequest, isOff: Bool = false, _ change: () async throws(ServiceError) -> Reply
    ) async throws -> Reply {
        do { return try await change() } catch {
            guard let refusal = error.refusal, let phrase = kind.words.phrase(for: refusal, isOff: isOff) else {
                throw error
            }
            throw FieldError("", phrase[request.language])
        }
    }

    func available(_ commands: Commands) async throws(ServiceError) -> [Fields] {
        try await commands(kind.list, commands.number, named: ["available": "1"]).rows
    }

    /// The name of a product that the number has; its key if the list does not have it.
    private func name(of key: String, _ commands: Commands) async -> String {
        guard let rows = try? await commands(kind.list, commands.number).rows else { return key }
        return OfferingNames(rows)[key]
    }

    private func title(_ request: PageRequest) -> String { kind.words.title[request.language] }
}

private struct ObstaclePage {
    var path: String
    var back: String
    var title: String
    var obstacles: [ProductPages.Obstacle]
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
