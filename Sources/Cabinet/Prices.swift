/// The catalogue's notation of prices and packages in words.

internal import Client
internal import Phrases
internal import Web

struct PriceWords: Sendable {
    let calls = Phrase("Звонки", "Calls")
    let callsIn = Phrase("Входящие звонки", "Incoming calls")
    let callsOut = Phrase("Исходящие звонки", "Outgoing calls")
    let messagesIn = Phrase("Входящие {0}", "Incoming {0}")
    let messagesOut = Phrase("Исходящие {0}", "Outgoing {0}")
    let internet = Phrase("Интернет", "Internet")

    let zone = Phrase("зона «{0}»", "zone “{0}”")
    let unpaid = Phrase("пока тариф не оплачен", "while the tariff is not paid")

    let aSecond = Phrase("{0} за секунду", "{0} a second")
    let aMinute = Phrase("{0} за минуту", "{0} a minute")
    let aMessage = Phrase("{0} за сообщение", "{0} a message")
    let per = Phrase("{0} за {1}", "{0} for {1}")
    let perEach = Phrase("{0} за каждые {1}", "{0} for every {1}")
    let seconds = Plural(ru: "секунда", "секунды", "секунд", en: "second", "seconds")
    let connection = Phrase("{0} за соединение", "{0} for the connection")
    let and = Phrase("{0} и {1}", "{0} and {1}")

    let unlimited = Phrase("{0} без ограничений", "{0} without a limit")
    let ofData = Phrase("{0} интернета", "{0} of data")
    let incoming = Phrase("входящие", "incoming")
    let bothDirections = Phrase("входящие и исходящие", "incoming and outgoing")
    let step = Phrase("по {0}", "at {0}")
    let rollover = Phrase("остаток переходит на следующий период", "the rest goes on into the next period")
}

/// A thing that is priced, and its price. The price is empty if the notation is not known: then the title is the
/// notation.
struct PriceLine: Equatable, Sendable {
    var title: String
    var price: String
}

/// The lines for `rates=`, as in `voice:out:1.95/60:scope=home,data:any:50.00/524288000:accumulated`. The service may
/// learn to say more, so an unknown entry stays as it is.
///
/// - Parameter zones: The names of zones by their keys.
func priceLines(_ rates: String?, zones: [String: String], _ language: Language) -> [PriceLine] {
    entries(rates).map { entry in
        guard var notation = Notation(entry), let line = notation.priceLine(zones, language) else {
            return PriceLine(title: entry, price: "")
        }
        return line
    }
}

/// The lines for `buckets=`, as in `voice:out:unlimited:scope=on_net:priority=10`. An unknown entry stays as it is.
///
/// - Parameter zones: The names of zones by their keys.
func packageLines(_ buckets: String?, zones: [String: String], _ language: Language) -> [String] {
    entries(buckets).map { entry in
        guard var notation = Notation(entry) else { return entry }
        return notation.packageLine(zones, language) ?? entry
    }
}

/// The names of zones by their keys. A page does without them if the service has none to give.
func zoneNames(_ commands: Commands) async -> [String: String] {
    let rows = (try? await commands(.zones).rows) ?? []
    return Dictionary(rows.map { ($0["zone"] ?? "", $0["name"] ?? "") }, uniquingKeysWith: { first, _ in first })
}

private func entries(_ list: String?) -> [String] { (list ?? "").split(separator: ",").map { String($0) } }

/// `usage:direction:amount:name=value:flag`
private struct Notation {
    enum Usage: String { case voice, sms, mms, data }
    enum Direction: String { case `in`, out, any }

    let usage: Usage
    let direction: Direction
    let amount: Substring
    private var rest: [Substring]

    init?(_ entry: String) {
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let usage = Usage(rawValue: String(parts[0])),
            let direction = Direction(rawValue: String(parts[1]))
        else { return nil }
        (self.usage, self.direction, amount, rest) = (usage, direction, parts[2], Array(parts[3...]))
    }

    private mutating func take(_ name: String) -> String? {
        guard let index = rest.firstIndex(where: { $0.hasPrefix(name + "=") }) else { return nil }
        return String(rest.remove(at: index).dropFirst(name.count + 1))
    }

    private mutating func takeFlag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(where: { $0 == name }) else { return false }
        rest.remove(at: index)
        return true
    }

    /// Nil if the notation says something that has no words here.
    mutating func priceLine(_ zones: [String: String], _ language: Language) -> PriceLine? {
        let words = Words.prices
        let parts = amount.split(separator: "/")
        guard parts.count == 2, isAmount(parts[0]), let unit = Int64(parts[1]), unit > 0 else { return nil }
        let scope = take("scope")
        let connection = take("connection")
        // How units are counted changes no price that a reader compares.
        _ = takeFlag("accumulated")
        let isUnpaid = takeFlag("unpaid")
        guard rest.isEmpty, connection.map({ isAmount($0[...]) }) ?? true else { return nil }
        var title = [subject(language)]
        if let scope { title.append(place(scope, zones, language)) }
        if isUnpaid { title.append(words.unpaid[language]) }
        var price = priceText(String(parts[0]), unit, language)
        if let connection {
            let fee = words.connection.text(language, money(connection, language))
            price = isZero(parts[0]) ? fee : words.and.text(language, price, fee)
        }
        return PriceLine(title: title.joined(separator: ", "), price: price)
    }

    /// Nil if the notation says something that has no words here.
    mutating func packageLine(_ zones: [String: String], _ language: Language) -> String? {
        let words = Words.prices
        let unit = take("unit").map { Int64($0) ?? 0 } ?? usualUnit
        let scope = take("scope")
        let price = take("price")
        // The order of use is the service's affair.
        _ = take("priority")
        let isRollover = takeFlag("rollover")
        guard rest.isEmpty, unit > 0, price.map({ isAmount($0[...]) }) ?? true else { return nil }
        var parts: [String]
        if amount == "unlimited" {
            let noun =
                switch usage {
                case .voice: words.calls[language]
                case .data: words.internet[language]
                case .sms, .mms: usage.rawValue.uppercased()
                }
            parts = [words.unlimited.text(language, noun)]
        } else {
            guard let quantity = Int64(amount), quantity > 0 else { return nil }
            parts = [quantityText(quantity, language)]
        }
        if usage != .data, direction == .in { parts.append(words.incoming[language]) }
        if usage != .data, direction == .any { parts.append(words.bothDirections[language]) }
        if let scope { parts.append(place(scope, zones, language)) }
        if let price { parts.append(words.step.text(language, priceText(price, unit, language))) }
        if isRollover { parts.append(words.rollover[language]) }
        return parts.joined(separator: ", ")
    }

    private var usualUnit: Int64 { usage == .voice ? 60 : 1 }

    private func subject(_ language: Language) -> String {
        let (words, name) = (Words.prices, usage.rawValue.uppercased())
        return switch (usage, direction) {
        case (.data, _): words.internet[language]
        case (.voice, .in): words.callsIn[language]
        case (.voice, .out): words.callsOut[language]
        case (.voice, .any): words.calls[language]
        case (_, .in): words.messagesIn.text(language, name)
        case (_, .out): words.messagesOut.text(language, name)
        case (_, .any): name
        }
    }

    private func place(_ scope: String, _ zones: [String: String], _ language: Language) -> String {
        switch scope {
        case "on_net": Words.products.onNet[language]
        case "home": Words.products.home[language]
        default: zones[scope] ?? Words.prices.zone.text(language, scope)
        }
    }

    private func quantityText(_ quantity: Int64, _ language: Language) -> String {
        switch usage {
        case .data: Words.prices.ofData.text(language, dataVolume(quantity, language))
        case .voice where quantity % 60 != 0: Words.prices.seconds.text(quantity, language)
        case .voice: Words.products.minutes.text(quantity / 60, language)
        case .sms, .mms: "\(grouped(quantity, language))\u{a0}\(usage.rawValue.uppercased())"
        }
    }

    private func priceText(_ price: String, _ unit: Int64, _ language: Language) -> String {
        let words = Words.prices
        if isZero(price[...]) { return Words.products.free[language] }
        let amount = money(price, language)
        switch (usage, unit) {
        case (.voice, 1): return words.aSecond.text(language, amount)
        case (.voice, 60): return words.aMinute.text(language, amount)
        case (.sms, 1), (.mms, 1): return words.aMessage.text(language, amount)
        case (.sms, _), (.mms, _):
            return words.perEach.text(language, amount, Words.products.messages.text(unit, language))
        case (.voice, _): return words.perEach.text(language, amount, quantityText(unit, language))
        case (.data, _):
            let volume = dataVolume(unit, language)
            return (volume.hasPrefix("1\u{a0}") ? words.per : words.perEach).text(language, amount, volume)
        }
    }
}

private func isAmount(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isZero(_ amount: Substring) -> Bool { amount.allSatisfy { $0 == "0" || $0 == "." } }
