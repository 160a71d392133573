/// The values of the pages of a top-up.

internal import Client
internal import Phrases
internal import Web

struct TopUpPage {
    struct Sum {
        var path: String
        var name: String
        var isChosen: Bool
    }

    struct Method {
        var key: String
        var name: String
        var hint: String
        var isChosen: Bool
    }

    /// A request in the list.
    struct Row {
        var path: String
        var amount: String
        var note: String
        var status: String
        var style: String
        var link: String

        init(_ request: TopUpRequest, _ place: Place, _ language: Language) {
            let words = Words.paying
            path = request.path
            amount = money(request.paid ?? request.amount, language)
            let method = StatementPhrases.method(request.method, cardLast4: nil, language)
            let time = words.requestNote.text(language, method, shortTime(place.time(request.created), language))
            note = request.isAutomatic ? words.autopayNote.text(language, time) : time
            (status, style) = stateTag(request.state, language)
            link = (request.isOpen ? words.toPay : words.more)[language]
        }
    }

    var lead: String
    /// The sum that the next charge needs; empty if the money is enough.
    var missing: [String]
    var amount: String
    var sums: [Sum]
    var methods: [Method]
    var isLinked: Bool
    var rows: [Row]
    var hasRows: Bool

    /// The ways to pay: stored cards first, the newest of them chosen unless the visitor chose another way.
    static func methods(_ cards: [Fields], prefix: String, chosen: String, _ language: Language) -> [Method] {
        let words = Words.paying
        var methods = cards.reversed().map { card in
            Method(
                key: prefix + (card["card"] ?? ""), name: cardName(card, language), hint: words.storedHint[language],
                isChosen: false)
        }
        methods += [
            Method(key: "card", name: words.card[language], hint: words.cardHint[language], isChosen: false),
            Method(key: "sbp", name: words.sbp[language], hint: words.sbpHint[language], isChosen: false),
        ]
        let index = methods.firstIndex { $0.key == chosen } ?? 0
        methods[index].isChosen = true
        return methods
    }
}

/// `Карта ···4242`
func cardName(_ card: Fields, _ language: Language) -> String {
    let words = Words.paying
    return card["card_last4"].map { words.storedCard.text(language, $0) } ?? words.unnamedCard[language]
}

struct TopUpWaitPage {
    var lead: String
    var until: String

    init(_ request: TopUpRequest, _ place: Place, number: String, _ language: Language) {
        let words = Words.paying
        lead = words.waitLead.text(language, money(request.amount, language), phone(number))
        until = words.waitUntil.text(language, place.time(request.expires)?.time ?? "")
    }
}

struct TopUpPayPage {
    var title: String
    var url: String
    var rows: [SummaryRow]
    var lead: String

    init(_ request: TopUpRequest, _ url: String, _ place: Place, number: String, _ language: Language) {
        let words = Words.paying
        self.url = url
        title = words.payTitle.text(language, money(request.amount, language))
        lead = words.payLead.text(language, host(of: url))
        rows = [
            SummaryRow(title: words.number[language], value: phone(number)),
            SummaryRow(
                title: words.method[language],
                value: StatementPhrases.method(request.method, cardLast4: nil, language)),
            SummaryRow(title: words.validUntil[language], value: place.time(request.expires)?.time ?? ""),
        ]
    }
}

/// A request that has ended.
struct TopUpOutcomePage {
    var title: String
    /// `good`, `bad`, or empty.
    var style: String
    var lead: String
    var rows: [SummaryRow]
    /// Another amount came, or it came late.
    var notes: [String]
    /// The form with the same amount.
    var again: String
    var isPaid: Bool

    init(_ request: TopUpRequest, _ place: Place, number: String, _ language: Language) {
        let words = Words.paying
        isPaid = request.state == .paid
        again = "/topup?amount=\(plainAmount(request.amount))"
        rows = [SummaryRow(title: words.number[language], value: phone(number))]
        notes = []
        switch request.state {
        case .paid:
            (title, style) = (words.paidTitle[language], "good")
            lead = words.paidLead.text(language, money(request.paid ?? request.amount, language))
            let balance = money(place.account["balance"] ?? "", language)
            rows.append(SummaryRow(title: words.balanceNow[language], value: balance))
            notes = paidNotes(
                requested: request.amount, paid: request.paid, isLate: request.isLate, language)
        case .refused:
            (title, style) = (words.refusedTitle[language], "bad")
            lead = refusalReason(request.reason, language)
        case .postponed:
            (title, style) = (words.postponedTitle[language], "warn")
            lead = words.postponedLead.text(language, refusalReason(request.reason, language))
            if let retry = place.time(request.expires) {
                rows.append(SummaryRow(title: words.postponedUntil[language], value: retry.dateAndTime(language)))
            }
        default:
            (title, style) = (words.expiredTitle[language], "warn")
            lead = words.expiredLead[language]
        }
        if !isPaid {
            rows.append(SummaryRow(title: words.amount[language], value: money(request.amount, language)))
        }
        rows.append(
            SummaryRow(
                title: words.method[language],
                value: StatementPhrases.method(request.method, cardLast4: nil, language)))
    }
}
