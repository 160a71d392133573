/// The cards that an acquirer stored for the subscriber's own number, which can be removed.

internal import Client
internal import Phrases
internal import Web

struct CardPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.get("/cards", show)
        site.button("/cards/remove/choose", returningTo: "/cards", choose)
        site.form("/cards/remove", show: showRemoving, submit: remove)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let (commands, own, language) = (request.commands, request.own, request.language)
        async let place = regions.place(commands, of: own)
        let rows = try await commands(.cards, own).rows
        let here = try await place
        let cards = rows.reversed().map { row in
            CardsPage.Card(
                card: row["card"] ?? "", name: cardName(row, language),
                note: Words.paying.cardAdded.text(language, here.time(row["added"])?.date(language) ?? ""))
        }
        return .page(
            Page(
                "cards", title: Words.paying.cardsTitle[language],
                CardsPage(ownNote: ownNote(request), cards: cards, hasCards: !cards.isEmpty)))
    }

    private func choose(_ request: PageRequest) async throws -> Answer {
        request.visit.chosen = .card(chosen("card", request.form))
        return .seeOther("/cards/remove")
    }

    private func showRemoving(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.paying, request.language)
        // A form keeps its card, because another tab may have chosen another one.
        var card = request.form["card"]
        if card.isEmpty, case .card(let chosen) = request.visit.chosen { card = chosen }
        let rows = try await request.commands(.cards, request.own).rows
        guard let row = rows.first(where: { $0["card"] == card }) else {
            return Page(
                "begin-again", title: words.chooseCard[language],
                BeginAgainPage(
                    title: words.chooseCard[language], lead: words.chooseCardLead[language], path: "/cards",
                    link: words.cardsTitle[language]))
        }
        let title = words.removeTitle.text(language, cardName(row, language))
        return Page("cards-remove", title: title, RemoveCardPage(title: title, card: card))
    }

    private func remove(_ request: PageRequest) async throws -> Answer {
        _ = try await request.commands(.cardRemove, request.own, request.form["card"])
        request.visit.chosen = nil
        request.visit.notice = Visit.Notice(Words.paying.cardRemoved[request.language])
        return .seeOther("/cards")
    }
}

private struct CardsPage {
    struct Card {
        var card: String
        var name: String
        var note: String
    }

    var ownNote: [String]
    var cards: [Card]
    var hasCards: Bool
}

private struct RemoveCardPage {
    var title: String
    var card: String
}
