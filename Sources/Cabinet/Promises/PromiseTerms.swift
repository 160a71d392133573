/// The promised payments that a number can have now, or why it can have none: the reply to `PROMISE.TERMS`.

internal import Client
internal import Phrases
internal import Web

struct PromiseTerms {
    /// An amount that can be had.
    struct Step {
        /// As the protocol writes it without kopecks that are zero, as in `50`.
        var key: String
        var amount: String
        var fee: String
        var due: String
    }

    /// The reason why there is none, and the page that removes it.
    struct Obstacle {
        var text: String
        /// One, or none.
        var links: [Link]
    }

    struct Link {
        var path: String
        var title: String
    }

    var steps: [Step]
    /// Nil if a promised payment can be had.
    var obstacle: Obstacle?
    /// The rows of one that is still owed; empty if none is.
    var owed: [SummaryRow]
    /// The page that tops up what is owed.
    var repay: [Link]

    init(_ reply: Reply, _ place: Place, _ language: Language) {
        let words = Words.promises
        func time(_ text: String?) -> String { place.time(text)?.dateAndTime(language) ?? "" }
        steps = reply.rows.map { row in
            Step(
                key: plainAmount(row["amount"] ?? ""), amount: money(row["amount"] ?? "", language),
                fee: money(row["fee"] ?? "", language), due: time(row["promise_due"]))
        }
        (owed, repay) = ([], [])
        if let sum = reply["owed"] {
            owed = [
                SummaryRow(title: words.owed[language], value: money(sum, language)),
                SummaryRow(title: words.due[language], value: time(reply["promise_due"])),
            ]
            repay = [Self.topUp(sum, language)]
        }
        guard reply["available"] != "1" else { return }
        obstacle = Self.obstacle(reply, from: place.time(reply["possible_from"]), language)
    }

    func step(_ amount: String) -> Step? { steps.first { $0.key == plainAmount(amount) } }

    /// The link to the form of top-ups with so much; without an amount if there is none.
    private static func topUp(_ amount: String?, _ language: Language) -> Link {
        guard let amount = wholeRoubles(amount) else {
            return Link(path: "/topup", title: Words.promises.topUp[language])
        }
        return Link(
            path: "/topup?amount=\(amount)", title: Words.promises.repay.text(language, money(amount, language)))
    }

    private static func obstacle(_ reply: Reply, from time: LocalTime?, _ language: Language) -> Obstacle {
        let words = Words.promises
        let missing = reply["missing"]
        let sum = wholeRoubles(missing).map { money($0, language) } ?? ""
        switch reply["obstacle"] {
        case "not_offered": return Obstacle(text: words.notOffered[language], links: [])
        case "promised": return Obstacle(text: words.openNote[language], links: [])
        case "tenure":
            let text = time.map { words.tenure.text(language, $0.dateAndTime(language)) }
            return Obstacle(text: text ?? words.tenureUnknown[language], links: [])
        case "owed":
            return Obstacle(text: words.debtOfPayment.text(language, sum), links: [topUp(missing, language)])
        case "debt": return Obstacle(text: words.debt.text(language, sum), links: [topUp(missing, language)])
        case "suspended":
            return Obstacle(
                text: words.suspended[language], links: [Link(path: "/tariffs", title: words.toTariffs[language])])
        case "ending": return Obstacle(text: words.ending[language], links: [topUp(nil, language)])
        default: return Obstacle(text: words.otherObstacle[language], links: [])
        }
    }
}
