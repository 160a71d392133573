/// The reply to `TRANSFER.TERMS`: how much a number can give away and exchange now, and why it is no more.

internal import Client
internal import Phrases
internal import Web

/// Money is in minor units.
struct TransferTerms: Sendable {
    static let bytesOfGigabyte: Int64 = 1 << 30
    private let fields: Fields

    init(_ reply: Reply) { fields = reply.fields }

    private func money(_ name: String) -> Int64 { fields.minorUnits(name) ?? 0 }
    private func number(_ name: String) -> Int64 { fields.integer(name) ?? 0 }

    var transferable: Int64 { money("transferable") }
    var least: Int64 { money("transfer_least") }
    var greatest: Int64 { money("transfer_greatest") }
    var floor: Int64 { money("transfer_floor") }
    var transfersLeft: Int64 { number("transfers_left") }
    /// The greatest number if there is no limit.
    var monthLeft: Int64 { fields.minorUnits("transfer_month_left") ?? .max }
    /// The number gives nothing away: it is suspended, or an organisation's.
    private var isHeldBack: Bool { fields["obstacle"] != nil }
    /// When the last payment that can still be charged back may be transferred.
    var heldUntil: String? { fields["held_until"] }
    var offersTransfers: Bool { greatest > 0 }
    var canTransfer: Bool { offersTransfers && !isHeldBack && transfersLeft > 0 && transferable >= max(1, least) }

    /// The whole GB of one gift that are possible now.
    var gigabytes: Int64 { min(number("giftable_bytes") / Self.bytesOfGigabyte, giftGigabytes) }
    var giftableBytes: Int64 { number("giftable_bytes") }
    var giftGigabytes: Int64 { number("gift_gigabytes") }
    var giftsLeft: Int64 { number("gifts_left") }
    var giftDays: Int64 { number("gift_days") }
    var offersGifts: Bool { giftGigabytes > 0 }
    var canGive: Bool { offersGifts && !isHeldBack && giftsLeft > 0 && gigabytes > 0 }

    /// The whole minutes that can be exchanged.
    var minutes: Int64 { number("exchangeable_seconds") / 60 }
    var bytesPerMinute: Int64 { number("exchange_bytes_per_minute") }
    var offersExchange: Bool { bytesPerMinute > 0 }
    var canExchange: Bool { offersExchange && !isHeldBack && minutes > 0 }

    /// The bytes that whole minutes become; the greatest number if they are more.
    func data(of minutes: Int64) -> Int64 {
        let (bytes, overflow) = minutes.multipliedReportingOverflow(by: bytesPerMinute)
        return overflow ? .max : bytes
    }

    // MARK: In words

    func transferRows(_ language: Language) -> [SummaryRow] {
        let words = Words.transfers
        guard offersTransfers else { return [] }
        func sum(_ minorUnits: Int64) -> String { Phrases.money(amountText(minorUnits), language) }
        var rows = [
            SummaryRow(title: words.now[language], value: sum(transferable)),
            SummaryRow(title: words.once[language], value: words.bounds.text(language, sum(least), sum(greatest))),
            SummaryRow(title: words.today[language], value: grouped(transfersLeft, language)),
        ]
        if monthLeft < .max { rows.append(SummaryRow(title: words.month[language], value: sum(monthLeft))) }
        return rows
    }

    /// Why no more of the balance can be transferred.
    func reasons(_ place: Place, _ language: Language) -> [String] {
        let words = Words.transfers
        guard offersTransfers else { return [] }
        func sum(_ minorUnits: Int64) -> String { Phrases.money(amountText(minorUnits), language) }
        var reasons: [String] = []
        if floor > 0 { reasons.append(words.floor.text(language, sum(floor))) }
        if let owed = place.account["owed"] {
            reasons.append(words.borrowed.text(language, Phrases.money(owed, language)))
        }
        if let until = place.time(heldUntil) { reasons.append(words.held.text(language, until.dateAndTime(language))) }
        return reasons
    }

    /// Why nothing can be transferred now.
    func whyNoTransfer(_ language: Language) -> String {
        let words = Words.transfers
        guard offersTransfers else { return words.notOffered[language] }
        guard !isHeldBack else { return words.givesNothing[language] }
        guard transfersLeft > 0 else { return words.noneToday[language] }
        guard monthLeft > 0 else { return words.noneThisMonth[language] }
        func sum(_ minorUnits: Int64) -> String { Phrases.money(amountText(minorUnits), language) }
        return words.tooLittle.text(language, sum(least), sum(transferable))
    }

    func giftRows(_ language: Language) -> [SummaryRow] {
        let words = Words.gifts
        guard offersGifts else { return [] }
        let most = words.upTo.text(language, dataVolume(giftGigabytes * Self.bytesOfGigabyte, language))
        let days = words.days.text(language, Words.products.days.text(giftDays, language))
        return [
            SummaryRow(title: words.now[language], value: dataVolume(giftableBytes, language)),
            SummaryRow(title: words.once[language], value: most),
            SummaryRow(title: words.left[language], value: grouped(giftsLeft, language)),
            SummaryRow(title: words.life[language], value: days),
        ]
    }

    func whyNoGift(_ language: Language) -> String {
        let words = Words.gifts
        guard offersGifts else { return words.notOffered[language] }
        guard !isHeldBack else { return Words.transfers.givesNothing[language] }
        return (giftsLeft > 0 ? words.nothingNote : words.noneThisMonth)[language]
    }

    func exchangeRows(_ language: Language) -> [SummaryRow] {
        let words = Words.gifts
        guard offersExchange else { return [] }
        let all = words.forAll.text(
            language, Words.products.minutes.text(minutes, language), dataVolume(data(of: minutes), language))
        return [
            SummaryRow(title: words.rate[language], value: dataVolume(bytesPerMinute, language)),
            SummaryRow(title: words.exchangeable[language], value: all),
        ]
    }

    func whyNoExchange(_ language: Language) -> String {
        if isHeldBack { return Words.transfers.givesNothing[language] }
        return (offersExchange ? Words.gifts.noMinutes : Words.gifts.notExchanged)[language]
    }
}

/// The number that gets something, of a form's field `to`, with the country code.
///
/// - Parameter own: The number that gives.
/// - Throws: The words, if it is no whole number, or the own one.
func taker(_ form: Form, own: String, _ language: Language) throws(FieldError) -> String {
    guard !form["to"].isEmpty else { throw FieldError("to", requiredField("to", language)) }
    let number = peerDigits(form["to"])
    guard number.utf8.count == 11 else { throw FieldError("to", Words.transfers.invalidTo[language]) }
    guard number != own else { throw FieldError("to", Words.transfers.ownNumber[language]) }
    return number
}

/// The whole number of a form's field, from 1 on.
///
/// - Parameter words: Say from 1 to which number.
/// - Throws: The words, if it is no number of these.
func wholeNumber(
    _ field: String, of form: Form, atMost most: Int64, _ words: Phrase, _ language: Language
) throws(FieldError) -> Int64 {
    guard let number = Int64(digits(form[field])), number >= 1, number <= most else {
        throw FieldError(field, words.text(language, grouped(most, language)))
    }
    return number
}

/// The refusals of transfers, gifts and exchanges.
///
/// - Parameters:
///   - isUsedUp: No more of them is allowed today or this month.
///   - less: The number does not have so much to give.
func givingRefusal(_ refusal: Refusal, isUsedUp: Phrase, less: Phrase) -> Phrase? {
    let words = Words.transfers
    switch (refusal.code, refusal.field) {
    case ("not_found", "to"?): return words.noSuchNumber
    case ("invalid_msisdn", _): return words.invalidTo
    case ("invalid_number", "to"?): return words.ownNumber
    case ("limit_reached", "to"?): return words.takerFull
    case ("limit_reached", "from"?): return isUsedUp
    case ("not_available", "from"?), ("not_available", "msisdn"?): return words.givesNothing
    case ("insufficient_funds", _), ("limit_reached", "amount"?), ("invalid_number", _): return less
    default: return nil
    }
}
