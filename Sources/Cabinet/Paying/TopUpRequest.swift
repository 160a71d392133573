/// A request for a payment: a row of `TOPUP.REQUESTS`.

internal import Client
internal import Phrases
internal import Web

struct TopUpRequest: Equatable, Sendable {
    enum State: String, Sendable {
        /// No acquirer has answered.
        case pending
        /// The acquirer has a page on which to pay.
        case offered
        case paid, refused, expired
        /// The bank refused an automatic payment, which will be asked for again.
        case postponed
    }

    var number: String
    var state: State
    var amount: String
    var method: String
    /// The acquirer's page; nil if there is none.
    var url: String?
    /// The acquirer's word for why it refused; nil if it did not.
    var reason: String?
    /// The amount that came, if it is another one than was asked for.
    var paid: String?
    /// The money came after the request had ended.
    var isLate: Bool
    /// No visitor asked for it, but the order of automatic payments.
    var isAutomatic: Bool
    var created: String?
    /// When it ends without an answer, or when a postponed one is asked for again.
    var expires: String?

    /// Nil if the row is of a state that this version does not know.
    init?(_ row: Fields) {
        guard let number = row["request"], let state = State(rawValue: row["state"] ?? "") else { return nil }
        (self.number, self.state) = (number, state)
        (amount, method) = (row["amount"] ?? "", row["method"] ?? "")
        url = row["url"].flatMap { isWebAddress($0) ? $0 : nil }
        (reason, paid, isLate) = (row["reason"], row["paid"], row["late"] == "1")
        isAutomatic = row["autopay"] == "1"
        (created, expires) = (row["created"], row["expires"])
    }

    var isOpen: Bool { state == .pending || state == .offered }
    var path: String { "/topup/\(number)" }
    /// The page that leads to the acquirer's.
    var payPath: String { "\(path)/pay" }
}

/// The service checks addresses too. A browser would run one of another scheme.
private func isWebAddress(_ url: String) -> Bool { url.hasPrefix("https://") || url.hasPrefix("http://") }

/// The host of an address, for people: `pay.example` of `https://pay.example:8443/p/1`.
func host(of url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return "" }
    let authority = parts[2].prefix { !"/?#\\".contains($0) }
    return String((authority.split(separator: "@").last ?? "").prefix { $0 != ":" })
}

/// The state in words, and the class that colours it.
func stateTag(_ state: TopUpRequest.State, _ language: Language) -> (text: String, style: String) {
    let words = Words.paying
    switch state {
    case .pending: return (words.pending[language], "warn")
    case .offered: return (words.offered[language], "warn")
    case .paid: return (words.paid[language], "good")
    case .refused: return (words.refused[language], "bad")
    case .expired: return (words.expired[language], "")
    case .postponed: return (words.postponed[language], "warn")
    }
}

/// Why the acquirer refused. It may say any word; those of banks that have no words here mean that it was not paid.
func refusalReason(_ reason: String?, _ language: Language) -> String {
    let words = Words.paying
    switch reason {
    case "card_declined": return words.cardDeclined[language]
    case "insufficient_funds": return words.cardFunds[language]
    case "cancelled": return words.cancelled[language]
    case "unknown_card": return words.unknownCard[language]
    default: return words.bankError[language]
    }
}

/// How the money that came differs from the money that was asked for; empty if it does not.
///
/// - Parameters:
///   - requested: The amount that was asked for.
///   - paid: Another amount that came; nil if it is the same.
func paidNotes(requested: String, paid: String?, isLate: Bool, _ language: Language) -> [String] {
    let words = Words.paying
    var notes: [String] = []
    if paid != nil { notes.append(words.otherAmount.text(language, money(requested, language))) }
    if isLate { notes.append(words.late[language]) }
    return notes
}
