/// CARDS and CARD.REMOVE: the cards that acquirers stored for a subscriber. A card is known by the acquirer's token and
/// its last four digits; its number never reaches the service.

package struct CardRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "CARDS", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.msisdn, .seq], rows: [.card, .cardLast4.sometimes, .added],
        summary: "Lists a subscriber's stored cards, the newest last.", example: "CARDS 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        for card in state.paying.cards(of: try state.directory.subscriber(msisdn)) {
            reply.row()
            reply.field(.card, card.token)
            if !card.last4.isEmpty { reply.field(.cardLast4, card.last4) }
            reply.field(.added, card.added)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows()
        reply.field(.seq, state.position)
    }
}

package struct CardRemove: Change, OfSubscriber {
    static let card = Parameter<CardToken>(positional: "card", "the card, as CARDS lists it")
    package static let spec = CommandSpec(
        "CARD.REMOVE", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn, card],
        reply: [.msisdn, .card, .seq],
        summary: "Forgets a stored card, and ends the automatic payments by it.",
        example: "CARD.REMOVE 79001234567 tok-7Jk2mQ9x")

    package let msisdn: MSISDN
    let card: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        card = try a[Self.card]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard let stored = state.paying.cards(of: account).first(where: { $0.token == card }) else {
            throw .notFound("card", "stored card")
        }
        let removed = CardRemoved(card: card, acquirer: stored.acquirer)
        changes.append(account, .cardRemoved(removed), effective: context.now)
        let order = state.autopay[account]
        if order.card == card, order.acquirer == stored.acquirer {
            changes.endAutopay(of: account, .cardRemoved, state, at: context.now)
        } else {
            changes.endAutopayRequests(of: account, state, at: context.now) {
                $0.card == card && $0.acquirer == stored.acquirer
            }
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.card, card)
        reply.field(.seq, outcome.lastPosition)
    }
}
