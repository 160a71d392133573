/// The page of the chapter.

internal import Client
internal import Phrases
internal import Web

struct ServicePage {
    /// A ban that the subscriber sets and lifts.
    struct Ban {
        var id: String
        var path: String
        var title: String
        var text: String
        var status: String
        var style: String
        var isOn: Bool
        var canLift: Bool
        var set: String
        var lift: String
    }

    var isLinked: Bool
    var notices: [ServiceNotice]
    var allWorks: Bool
    var groups: [ServiceGroup]
    var simText: String
    var isBlocked: Bool
    var canUnblock: Bool
    var bans: [Ban]
    var limits: [LimitLine]
    var hasLimits: Bool
    var blacklist: String

    init(
        _ state: ServiceState, _ place: Place, tariff: Fields, blacklisted: Int, _ request: PageRequest
    ) {
        let (words, language) = (Words.service, request.language)
        let isLinked = request.number != request.own
        self.isLinked = isLinked
        notices = serviceNotices(state, place, tariff: tariff, isLinked: isLinked, language)
        allWorks = notices.isEmpty
        groups = serviceGroups(state.rows, language)
        isBlocked = state.simBlock != nil
        canUnblock = state.simBlock == .subscriber && !isLinked
        simText =
            switch state.simBlock {
            case nil: words.simWorks[language]
            case .subscriber?: (isLinked ? words.blockedByOwner : words.blockedBySelf)[language]
            default: words.blockedByOther[language]
            }
        func ban(
            _ id: String, _ isOn: Bool, _ title: Phrase, _ text: Phrase, set: Phrase, lift: Phrase
        ) -> Ban {
            Ban(
                id: id, path: "/service/\(id)", title: title[language], text: text[language],
                status: (isOn ? words.banOn : words.banOff)[language], style: isOn ? "good" : "", isOn: isOn,
                canLift: isOn && !isLinked, set: set[language], lift: lift[language])
        }
        bans = [
            ban(
                "content", state.hasContentBan, words.content, words.contentNote, set: words.banContent,
                lift: words.allowContent),
            ban("calls", state.hasCallsBan, words.calls, words.callsNote, set: words.banCalls, lift: words.allowCalls),
        ]
        limits = limitLines(place.account.fields, language)
        hasLimits = !limits.isEmpty
        blacklist =
            blacklisted == 0
            ? words.blacklistEmpty[language] : words.blacklistCount.text(Int64(blacklisted), language)
    }
}

/// Services that work, or that do not work for the same reasons: `Исходящие звонки, исходящие SMS`.
struct ServiceGroup: Equatable {
    var names: String
    /// Why they do not work. One, or none.
    var notes: [String]
    var status: String
    var style: String
}

func serviceGroups(_ rows: [ServiceState.Row], _ language: Language) -> [ServiceGroup] {
    let words = Words.service
    var reasons: [[String]] = []
    for row in rows where !reasons.contains(row.reasons) { reasons.append(row.reasons) }
    return reasons.map { reasons in
        let names = rows.filter { $0.reasons == reasons }.map {
            (words.services[$0.service] ?? Phrase($0.service, $0.service))[language]
        }
        let notes = reasons.map { (words.reasons[$0] ?? words.otherReason)[language] }
        // A subscriber's own wish is no fault.
        let isWish = reasons.allSatisfy { $0 == "content_ban" || $0 == "calls_ban" }
        let (status, style) =
            reasons.isEmpty ? (words.works, "good") : isWish ? (words.isBarred, "") : (words.worksNot, "bad")
        return ServiceGroup(
            names: ([names[0]] + names.dropFirst().map(withoutCapital)).joined(separator: ", "),
            notes: notes.isEmpty || isWish ? [] : [notes.joined(separator: ", ")], status: status[language],
            style: style)
    }
}

/// A name within a list. An abbreviation keeps its capitals.
private func withoutCapital(_ name: String) -> String {
    name.dropFirst().first?.isUppercase == true ? name : name.prefix(1).lowercased() + name.dropFirst()
}

/// An own limit, and what is spent of it.
struct LimitLine: Equatable {
    var title: String
    var value: String
    /// The share that is spent. One, or none.
    var bars: [String]
    var style: String
}

/// The limits that a number has, of a reply to `ACCOUNT`.
func limitLines(_ account: Fields, _ language: Language) -> [LimitLine] {
    let words = Words.service
    func line(_ title: Phrase, _ spent: Int64?, of limit: Int64, _ text: (Int64) -> String) -> LimitLine {
        guard let spent else {
            return LimitLine(
                title: title[language], value: words.limitValue.text(language, text(limit)), bars: [], style: "")
        }
        let percent = limit > 0 ? min(100, max(0, spent) * 100 / limit) : 100
        return LimitLine(
            title: title[language], value: words.spentOf.text(language, text(max(0, spent)), text(limit)),
            bars: ["\(percent)%"], style: percent < 80 ? "good" : percent < 100 ? "warn" : "bad")
    }
    var lines: [LimitLine] = []
    if let limit = account.minorUnits("spending_limit") {
        lines.append(
            line(words.moneyLimit, account.minorUnits("spent_this_month"), of: limit) {
                money(amountText($0), language)
            })
    }
    if let limit = account.integer("roaming_limit") {
        lines.append(
            line(words.roamingLimit, account.integer("roaming_bytes"), of: limit) { dataVolume($0, language) })
    }
    if account["beyond_package"] == "stop" {
        lines.append(
            LimitLine(title: words.beyond[language], value: words.beyondStops[language], bars: [], style: ""))
    }
    return lines
}
