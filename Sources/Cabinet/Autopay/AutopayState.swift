/// The order of automatic payments that a number has (`AUTOPAY`), and the one that a form asks for.

internal import Client
internal import Phrases
internal import Web

typealias AutopayOrder = Visit.AutopayOrder

extension AutopayOrder {
    /// - Throws: The words for each field that is wrong.
    init(_ form: Form, cards: [String], _ language: Language) throws(FormErrors) {
        let words = Words.autopay
        var errors: [FieldError] = []
        func amount(_ field: String) -> String { digits(form[field]).replacing(",", with: ".") }
        func check(_ isRight: Bool, _ field: String, _ phrase: Phrase) {
            if !isRight { errors.append(FieldError(field, phrase[language])) }
        }
        let (card, when) = (form["card"], form["when"])
        let sum = amount("amount")
        let (below, day) = (when == "below" ? amount("below") : "", when == "day" ? digits(form["day"]) : "")
        let cap = amount("monthly_cap")
        check(cards.contains(card), "card", words.chooseCard)
        check(!sum.isEmpty && isMoney(sum), "amount", Words.paying.invalidAmount)
        switch when {
        case "below": check(!below.isEmpty && isMoney(below), "below", words.invalidBelow)
        case "day": check(Int(day).map { (1...31).contains($0) } ?? false, "day", words.invalidDay)
        default: check(false, "when", words.chooseWhen)
        }
        let isCapEnough = cap.isEmpty || minorUnits(cap) ?? 0 >= minorUnits(sum) ?? 0
        check(isMoney(cap) && isCapEnough, "monthly_cap", words.invalidCap)
        guard errors.isEmpty else { throw FormErrors(errors) }
        // All of them with kopecks, as the next page shows them.
        func whole(_ amount: String) -> String { minorUnits(amount).map { amountText($0) } ?? "" }
        self.init(card: card, amount: whole(sum), below: whole(below), day: day, monthlyCap: whole(cap))
    }

    /// The hidden fields of a confirmation.
    init(hidden form: Form) {
        self.init(
            card: form["card"], amount: form["amount"], below: form["below"], day: form["day"],
            monthlyCap: form["monthly_cap"])
    }

    /// The rows of a summary, with the next charge as far as it is known before the order is made.
    func rows(card name: String, _ place: Place, _ language: Language) -> [SummaryRow] {
        let words = Words.autopay
        let (value, next) = day.isEmpty ? belowText(place, language) : dayText(place, language)
        return [
            SummaryRow(title: words.card[language], value: name),
            SummaryRow(title: words.amount[language], value: money(amount, language)),
            SummaryRow(title: words.when[language], value: value),
            SummaryRow(title: words.next[language], value: next),
        ] + (monthlyCap.isEmpty ? [] : [SummaryRow(title: words.cap[language], value: money(monthlyCap, language))])
    }

    fileprivate func belowText(_ place: Place, _ language: Language) -> (value: String, next: String) {
        let (words, balance) = (Words.autopay, place.account["balance"] ?? "")
        let sum = money(below, language)
        let next = minorUnits(balance) ?? 0 < minorUnits(below) ?? 0 ? words.nextAtOnce : words.nextBelow
        return (words.belowValue.text(language, sum), next.text(language, sum, money(balance, language)))
    }

    private func dayText(_ place: Place, _ language: Language) -> (value: String, next: String) {
        let number = Int(day) ?? 1
        let date = LocalTime("\(nextDay(number, after: place.now))T00:00:00Z", offsetMinutes: 0)
        return (dayOfMonth(number, language), date?.date(language) ?? "")
    }
}

/// `Каждый месяц, день 15`
func dayOfMonth(_ day: Int, _ language: Language) -> String {
    (day > 28 ? Words.autopay.lastDay : Words.autopay.dayValue).text(language, String(day))
}

/// The next date of a day of the month that is later than today; a shorter month has it on its last day.
func nextDay(_ day: Int, after now: LocalTime) -> String {
    func date(in month: String) -> String {
        let last = days(ofMonth: month).to?.iso ?? "\(month)-28"
        let wanted = "\(month)-\(day < 10 ? "0" : "")\(day)"
        return min(wanted, last)
    }
    let thisMonth = date(in: now.isoMonth)
    return thisMonth > now.isoDate ? thisMonth : date(in: month(now.isoMonth, later: 1) ?? now.isoMonth)
}

/// The order that a number has: the reply to `AUTOPAY`.
struct AutopayState {
    var isOn: Bool
    var rows: [SummaryRow] = []
    /// A payment that waits for the bank, or for another attempt.
    var notes: [String] = []
    /// The page of the latest request; empty if there is none.
    var requestPath: [String] = []
    /// The present values for the form.
    var order = AutopayOrder(card: "", amount: "", below: "", day: "", monthlyCap: "")

    init(_ reply: Reply, _ place: Place, _ language: Language) {
        let words = Words.autopay
        isOn = reply["on"] == "1"
        guard isOn else { return }
        func amount(_ field: String) -> String { plainAmount(reply[field] ?? "") }
        order = AutopayOrder(
            card: reply["card"] ?? "", amount: amount("amount"), below: amount("below"), day: reply["day"] ?? "",
            monthlyCap: amount("monthly_cap"))
        func add(_ title: Phrase, _ value: String?) {
            if let value { rows.append(SummaryRow(title: title[language], value: value)) }
        }
        func sum(_ field: String) -> String? { reply[field].map { money($0, language) } }
        add(words.card, cardName(reply.fields, language))
        add(words.amount, sum("amount"))
        let below = sum("below").map { words.belowValue.text(language, $0) }
        add(words.when, below ?? reply["day"].flatMap { Int($0) }.map { dayOfMonth($0, language) })
        // If the balance is low already, the present payment says more than the rule.
        let balance = minorUnits(place.account["balance"] ?? "") ?? 0
        let waitsForBalance = reply.fields.minorUnits("below").map { balance >= $0 } ?? false
        add(
            words.next,
            waitsForBalance
                ? order.belowText(place, language).next : place.time(reply["next"])?.dateAndTime(language))
        add(words.asked, sum("asked_this_month"))
        add(words.cap, sum("monthly_cap"))
        guard let request = reply["request"] else { return }
        requestPath = ["/topup/\(request)"]
        if let retry = place.time(reply["retry_at"]) {
            let attempt = (reply.fields.integer("attempts") ?? 1) + 1
            notes = [words.postponed.text(language, String(attempt), retry.dateAndTime(language))]
        } else {
            notes = [words.underWay[language]]
        }
    }
}
