/// Prices, packages and states of products in words, as every chapter shows them.

internal import Client
internal import Phrases
internal import Web

struct ProductWords: WordTable {
    let free = Phrase("Бесплатно", "Free")
    let once = Phrase("{0} один раз", "{0} once")
    let aMonth = Phrase("{0} в месяц", "{0} a month")
    let aYear = Phrase("{0} в год", "{0} a year")
    let aDay = Phrase("{0} в день", "{0} a day")
    let aPeriod = Phrase("{0} за {1}", "{0} for {1}")
    let days = Plural(ru: "день", "дня", "дней", en: "day", "days")
    let minutes = Plural(ru: "минута", "минуты", "минут", en: "minute", "minutes")
    let messages = Plural(ru: "сообщение", "сообщения", "сообщений", en: "message", "messages")

    let shortMinutes = Phrase("{0} мин", "{0} min")

    let voice = Phrase("Минуты", "Minutes")
    let sms = Phrase("SMS", "SMS")
    let mms = Phrase("MMS", "MMS")
    let data = Phrase("Интернет", "Internet")
    let onNet = Phrase("внутри сети", "on the network")
    let home = Phrase("в домашнем регионе", "in the home region")

    let active = Phrase("Активен", "Active")
    let unpaid = Phrase("Не оплачен", "Not paid")
    let suspended = Phrase("Приостановлен", "Suspended")
    let pending = Phrase("Ждёт оплаты", "Waits for payment")
}

/// A fee with its period: `400,00 ₽ за 30 дней`.
func feeText(_ fee: String?, _ period: String?, _ language: Language) -> String {
    let words = Words.products
    guard let fee, Fields([Field(name: "fee", value: fee)]).minorUnits("fee") != 0 else { return words.free[language] }
    let amount = money(fee, language)
    switch period ?? "open" {
    case "open": return words.once.text(language, amount)
    case "month": return words.aMonth.text(language, amount)
    case "year": return words.aYear.text(language, amount)
    case "1d": return words.aDay.text(language, amount)
    case let period:
        let days = Int64(period.prefix { $0.isNumber }) ?? 1
        return words.aPeriod.text(language, amount, words.days.text(days, language))
    }
}

/// The packages that a fee includes, of a row of `TARIFFS` or `OPTIONS`: `2 ГБ интернета`, `200 минут`, `50 сообщений`.
///
/// - Parameter zones: The names of zones by their keys.
func included(in row: Fields, zones: [String: String], _ language: Language) -> [String] {
    var parts: [String] = []
    if let bytes = row.integer("data_bytes"), bytes > 0 {
        parts.append(Words.prices.ofData.text(language, dataVolume(bytes, language)))
    }
    if let seconds = row.integer("voice_seconds"), seconds > 0 {
        parts.append(Words.products.minutes.text(seconds / 60, language))
    }
    if let messages = row.integer("messages"), messages > 0 {
        parts.append(Words.products.messages.text(messages, language))
    }
    return parts + packageLines(row["buckets"], zones: zones, language)
}

/// An amount of a package, of a row of `BUCKETS`: bytes, seconds or messages, and their text.
///
/// - Parameter prefix: `granted` or `left`.
func packageAmount(_ bucket: Fields, _ prefix: String, _ language: Language) -> (number: Int64, text: String) {
    if let bytes = bucket.integer("\(prefix)_bytes") { return (bytes, dataVolume(bytes, language)) }
    if let seconds = bucket.integer("\(prefix)_seconds") {
        return (seconds, Words.products.shortMinutes.text(language, grouped(seconds / 60, language)))
    }
    let messages = bucket.integer("\(prefix)_messages") ?? 0
    return (messages, grouped(messages, language))
}

/// The day of the fee after the one that is paid at a moment; nil if there is none.
func nextFee(_ period: String?, paidAt now: LocalTime, _ language: Language) -> String? {
    let day: String
    switch period ?? "open" {
    case "open": return nil
    case "month": day = "\(month(now.isoMonth, later: 1) ?? "")-01"
    case let period:
        guard let days = Int64(period.prefix { $0.isNumber }) else { return nil }
        day = now.isoDate(daysLater: days)
    }
    return LocalTime("\(day)T00:00:00Z", offsetMinutes: 0)?.date(language)
}

/// The cost of a product at once, in minor units.
struct ProductCost: Equatable, Sendable {
    var connectionFee: Int64
    var fee: Int64
    var balance: Int64

    init(_ row: Fields, balance: Int64) {
        connectionFee = row.minorUnits("connection_fee") ?? 0
        fee = row.minorUnits("fee") ?? 0
        self.balance = balance
    }

    var total: Int64 { connectionFee + fee }
    var after: Int64 { balance - total }
    /// The service refuses what would leave a debt, even if it costs nothing.
    var missing: Int64 { max(0, -after) }
}

/// A line of a list that a visitor checks before something is changed.
struct SummaryRow: Sendable {
    var title: String
    var value: String
}

/// A banner above such a list.
struct Warning: Sendable {
    var title: String
    var text: String
}

/// The state of a product: its words, and the class that colours it.
func statusTag(_ status: String?, _ language: Language) -> (text: String, style: String) {
    switch status {
    case "active": (Words.products.active[language], "good")
    case "unpaid": (Words.products.unpaid[language], "bad")
    case "suspended": (Words.products.suspended[language], "warn")
    case "pending": (Words.products.pending[language], "warn")
    case let other: (other ?? "", "")
    }
}

/// An amount in minor units as the protocol writes it.
func amountText(_ minorUnits: Int64) -> String {
    let (whole, fraction) = (minorUnits.magnitude / 100, minorUnits.magnitude % 100)
    return "\(minorUnits < 0 ? "-" : "")\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
}
