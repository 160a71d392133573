/// The services that the network allows a number now, and the reasons against the rest: the reply to `SERVICE`.

internal import Client
internal import Phrases
internal import Web

struct ServiceState: Sendable {
    /// The one that blocked the SIM. Each lifts its own blocks and those of the ones before it.
    enum Authority: String { case subscriber, `operator`, network }

    struct Row: Equatable, Sendable {
        var service: String
        var isAllowed: Bool
        var reasons: [String]
    }

    let rows: [Row]
    private let fields: Fields

    init(_ reply: Reply) {
        fields = reply.fields
        rows = reply.rows.map { row in
            Row(
                service: row["service"] ?? "", isAllowed: row["allowed"] == "1",
                reasons: (row["reasons"] ?? "").split(separator: ",").map { String($0) })
        }
    }

    static func read(_ commands: Commands) async throws(ServiceError) -> ServiceState {
        ServiceState(try await commands(.service, commands.number))
    }

    /// An authority that has no name here is the network.
    var simBlock: Authority? { fields["sim_block"].map { Authority(rawValue: $0) ?? .network } }
    var suspendedSince: String? { fields["suspended_since"] }
    var hasContentBan: Bool { fields["content_ban"] == "1" }
    var hasCallsBan: Bool { fields["calls_ban"] == "1" }
    /// How far the balance is under what may be spent, in minor units.
    var over: Int64 { fields.minorUnits("over") ?? 0 }

    /// The reasons for which anything is barred, the ones that stop most first. Bans that the subscriber asked for are
    /// no faults, so they are left out. A reason that has no words here comes last.
    var reasons: [String] {
        let present = Set(rows.flatMap(\.reasons)).subtracting(["content_ban", "calls_ban"])
        let order = Self.order.filter { present.contains($0) }
        return order + present.subtracting(order).sorted()
    }

    private static let order = [
        "sim_block", "suspended", "funds", "spending_limit", "fee_unpaid", "package_used_up", "roaming_limit",
    ]
}

/// A reason for which service is barred, and what brings it back.
struct ServiceNotice: Equatable {
    struct Link: Equatable {
        var path: String
        var title: String
    }

    var title: String
    var text: String
    /// `bad` or `warn`.
    var style: String
    /// One, or none.
    var links: [Link]
}

/// The notices of a number, one for each reason.
///
/// - Parameters:
///   - tariff: The reply to `TARIFF`.
///   - isLinked: The visitor manages the number, and is not its owner.
func serviceNotices(
    _ state: ServiceState, _ place: Place, tariff: Fields, isLinked: Bool, _ language: Language
) -> [ServiceNotice] {
    let words = Words.service
    func link(_ path: String, _ title: Phrase) -> [ServiceNotice.Link] { [.init(path: path, title: title[language])] }
    func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
    let topUp = link("/topup", words.topUp)
    return state.reasons.map { reason in
        switch reason {
        case "sim_block":
            let (text, links): (Phrase, [ServiceNotice.Link]) =
                switch (state.simBlock, isLinked) {
                case (.subscriber?, false): (words.blockedBySelf, link("/service/sim/unblock", words.unblock))
                case (.subscriber?, true): (words.blockedByOwner, [])
                default: (words.blockedByOther, [])
                }
            return ServiceNotice(title: words.blocked[language], text: text[language], style: "bad", links: links)
        case "suspended":
            let since = place.time(state.suspendedSince ?? tariff["suspended_since"])?.date(language) ?? ""
            return ServiceNotice(
                title: words.suspended[language], text: words.suspendedSince.text(language, since), style: "warn",
                links: link("/tariffs#suspension", words.toSuspension))
        case "funds":
            let text =
                state.over > 0 ? words.fundsOver.text(language, amount(state.over)) : words.fundsEmpty[language]
            return ServiceNotice(title: words.funds[language], text: text, style: "bad", links: topUp)
        case "spending_limit":
            return ServiceNotice(
                title: words.overLimit[language], text: words.overLimitNote[language], style: "warn",
                links: link("/service/limits", words.changeLimits))
        case "fee_unpaid":
            let lack = (tariff.minorUnits("fee") ?? 0) - (place.account.fields.minorUnits("balance") ?? 0)
            let text = lack > 0 ? words.unpaidLack.text(language, amount(lack)) : words.unpaidWaits[language]
            return ServiceNotice(title: words.unpaid[language], text: text, style: "bad", links: topUp)
        case "package_used_up":
            return ServiceNotice(
                title: words.usedUp[language], text: words.usedUpNote[language], style: "warn",
                links: link("/options", words.toOptions))
        case "roaming_limit":
            return ServiceNotice(
                title: words.roaming[language], text: words.roamingNote[language], style: "warn",
                links: link("/service/limits", words.changeLimits))
        default:
            return ServiceNotice(
                title: words.otherReason[language], text: words.otherReasonNote[language], style: "warn", links: [])
        }
    }
}
