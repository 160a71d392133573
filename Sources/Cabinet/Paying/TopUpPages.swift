/// Top-ups: the form, the page that waits for an acquirer, the way to its page, and the outcome.
///
/// The money is the acquirer's word alone. These pages ask for a payment, and show what became of it.

internal import Client
internal import Phrases
internal import Web

struct TopUpPages: Sendable {
    private static let path = "/topup"
    /// How long the service holds a question about a request, if the page's script asks.
    private static let waitSeconds = 10
    private static let sums = ["100", "300", "500", "1000"]
    private static let storedPrefix = "stored:"

    let regions: Regions
    /// The questions that wait. All tabs of a visit share one, so that a visitor holds one connection.
    private let questions = RecentResults<Result<Reply, ServiceError>> { _ in false }

    init(regions: Regions) { self.regions = regions }

    func add(to site: inout Site) {
        site.form(Self.path, show: show, submit: ask)
        // Acquirers send payers back to it.
        site.get("/topup/back", returnFromAcquirer)
        site.get("/topup/:request", showRequest)
        site.get("/topup/:request/pay", showPay)
    }

    // MARK: The form

    private func show(_ request: PageRequest) async throws -> Page {
        let (commands, language, form) = (request.commands, request.language, request.form)
        let isLinked = request.number != request.own
        async let place = regions.place(commands)
        async let requests = read(commands)
        // A stored card is its owner's, and pays for the owner's number alone.
        let cards = isLinked ? [] : try await commands(.cards, commands.number).rows
        let here = try await place
        let missing = wholeRoubles(here.account["waiting_missing"] ?? here.account["due_missing"])
        let asked = request.query["amount"].flatMap { isMoney($0) ? $0 : nil }
        let amount = form.isEmpty ? asked ?? missing ?? "" : form["amount"]
        let methods = TopUpPage.methods(cards, prefix: Self.storedPrefix, chosen: form["method"], language)
        let sums = (missing.map { [$0] } ?? []) + Self.sums.filter { $0 != missing }
        let rows = try await requests.map { TopUpPage.Row($0, here, language) }
        return Page(
            "topup", title: Words.paying.title[language],
            TopUpPage(
                lead: Words.paying.lead.text(
                    language, phone(commands.number), money(here.account["balance"] ?? "", language)),
                missing: missing.map { [Words.paying.missing.text(language, money($0, language))] } ?? [],
                amount: amount,
                sums: sums.map {
                    TopUpPage.Sum(path: "/topup?amount=\($0)", name: money($0, language), isChosen: $0 == amount)
                }, methods: methods, isLinked: isLinked, rows: rows, hasRows: !rows.isEmpty))
    }

    private func ask(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.paying, request.language)
        let amount = try amountOfForm(request.form, language)
        let chosen = request.form["method"]
        let isStored = chosen.hasPrefix(Self.storedPrefix)
        guard isStored || ["card", "sbp"].contains(chosen) else {
            throw FieldError("method", words.invalidMethod[language])
        }
        let reply: Reply
        do {
            reply = try await commands(
                .topUpRequest, commands.number, amount,
                named: [
                    "method": isStored ? "card" : chosen,
                    "card": isStored ? String(chosen.dropFirst(Self.storedPrefix.count)) : nil,
                ])
        } catch {
            // The page lists the open ones below the form.
            if error.refusal?.code == "limit_reached" { throw FieldError("", words.tooManyOpen[language]) }
            if error.refusal?.field == "card" { throw FieldError("method", words.noSuchCard[language]) }
            throw error
        }
        // Another tab may show another number by now, and the next page is of this one.
        request.visit.show(request.number)
        return .seeOther("/topup/\(reply["request"] ?? "")")
    }

    // MARK: A request

    private func showRequest(_ request: PageRequest) async throws -> Answer {
        guard let found = try await find(request, waitingIn: .pending) else { return .seeOther(Self.path) }
        switch found.state {
        case .pending:
            let place = try await regions.place(request.commands)
            var page = Page(
                "topup-wait", title: Words.paying.waitTitle[request.language],
                TopUpWaitPage(found, place, number: request.number, request.language))
            page.reloadSeconds = 3
            return .page(page)
        case .offered: return .seeOther(found.payPath)
        case .paid, .refused, .expired, .postponed:
            let place = try await regions.place(request.commands)
            let model = TopUpOutcomePage(found, place, number: request.number, request.language)
            return .page(Page("topup-outcome", title: model.title, model))
        }
    }

    /// The link to the acquirer's page. It is a link and no redirect, so that "Back" on that page leads here.
    private func showPay(_ request: PageRequest) async throws -> Answer {
        guard let found = try await find(request, waitingIn: .offered), found.state == .offered, let url = found.url
        else { return .seeOther("/topup/\(request.parameters["request"] ?? "")") }
        let place = try await regions.place(request.commands)
        let model = TopUpPayPage(found, url, place, number: request.number, request.language)
        var page = Page("topup-pay", title: model.title, model)
        // Time enough to reach the link by keyboard.
        page.reloadSeconds = 10
        return .page(page)
    }

    /// The request that changed last is the one that the payer comes from.
    private func returnFromAcquirer(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let rows = try await commands(.topUpRequests, commands.number).rows
        let last = rows.max { ($0.integer("changed") ?? 0) < ($1.integer("changed") ?? 0) }
        return .seeOther(last.flatMap { TopUpRequest($0) }?.path ?? Self.path)
    }

    /// The request that the path names; nil if the number has none, or no longer.
    ///
    /// - Parameter state: A script that asks while the request is in this state gets its reply when it changes.
    private func find(_ request: PageRequest, waitingIn state: TopUpRequest.State) async throws -> TopUpRequest? {
        let commands = request.commands
        func found(_ reply: Reply) -> TopUpRequest? {
            reply.rows.first { $0["request"] == request.parameters["request"] }.flatMap { TopUpRequest($0) }
        }
        let reply = try await commands(.topUpRequests, commands.number)
        // Without room in the lane the script asks more often.
        guard let now = found(reply), now.state == state, request.isBackground, request.service.hasRoom(in: .wait)
        else { return found(reply) }
        let seen = reply["seq"]
        let later = try await questions.once("\(request.visit.id) \(commands.number)") {
            do throws(ServiceError) {
                return .success(
                    try await commands(
                        .topUpRequests, commands.number, named: ["after": seen, "wait": String(Self.waitSeconds)],
                        wait: .seconds(Self.waitSeconds)))
            } catch { return .failure(error) }
        }.get()
        return found(later) ?? now
    }

    private func read(_ commands: Commands) async throws(ServiceError) -> [TopUpRequest] {
        try await commands(.topUpRequests, commands.number).rows.compactMap { TopUpRequest($0) }
    }
}

/// Roubles that are enough for an amount; nil if there is none.
func wholeRoubles(_ amount: String?) -> String? {
    let parts = (amount ?? "").split(separator: ".")
    guard let whole = parts.first.flatMap({ Int64($0) }), whole >= 0 else { return nil }
    let roubles = parts.count > 1 && parts[1].contains { $0 != "0" } ? whole + 1 : whole
    return roubles > 0 ? String(roubles) : nil
}
