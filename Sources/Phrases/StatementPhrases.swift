/// The words of a statement's lines, for its files and for pages that show it.

package enum StatementPhrases {
    // Columns.
    package static let time = Phrase("Когда", "When")
    package static let day = Phrase("Дата", "Date")
    package static let clock = Phrase("Время", "Time")
    package static let what = Phrase("Что", "What")
    package static let product = Phrase("Название", "Name")
    package static let peer = Phrase("С кем", "With whom")
    package static let quantity = Phrase("Объём", "Quantity")
    package static let unit = Phrase("Единица", "Unit")
    package static let payment = Phrase("Оплата", "Paid")
    package static let amount = Phrase("Сумма", "Amount")
    package static let balanceAfter = Phrase("Баланс после", "Balance after")
    package static let roubles = Phrase("{0}, ₽", "{0}, RUB")
    package static let seconds = Phrase("с", "s")
    package static let bytes = Phrase("байт", "bytes")
    package static let messagesUnit = Phrase("шт.", "messages")
    package static let messages = Plural(ru: "сообщение", "сообщения", "сообщений", en: "message", "messages")

    // The document.
    package static let title = Phrase("Детализация", "Statement")
    package static let ofNumber = Phrase("Номер {0}", "Number {0}")
    package static let period = Phrase("С {0} по {1}", "From {0} until {1}")
    package static let asOf = Phrase("По записям до № {0} включительно", "By the records up to No. {0}")
    package static let opening = Phrase("Баланс на начало", "Balance at the beginning")
    package static let came = Phrase("Поступило", "Came in")
    package static let went = Phrase("Списано", "Went out")
    package static let closing = Phrase("Баланс на конец", "Balance at the end")
    package static let noLines = Phrase("Записей за этот период нет.", "There are no records in this period.")

    /// The name of a line: `kind=`, `direction=` and `service=` as STATEMENT writes them.
    package static func name(kind: String, direction: String? = nil, service: String? = nil) -> Phrase {
        switch (kind, direction) {
        case ("voice", "in"): callIn
        case ("voice", _): callOut
        case ("sms", "in"): smsIn
        case ("sms", _): smsOut
        case ("mms", "in"): mmsIn
        case ("mms", _): mmsOut
        case ("data", _): data
        case ("payment", _): topUp
        default: services[service ?? ""] ?? otherCharge
        }
    }

    /// How usage was paid for.
    ///
    /// - Parameters:
    ///   - covered: The part of the quantity that packages covered.
    ///   - isCharged: The balance paid some of it.
    package static func paid(quantity: Int64, covered: Int64, isCharged: Bool) -> Phrase {
        guard covered > 0 else { return isCharged ? fromBalance : free }
        guard isCharged else { return fromPackage }
        // A step of a price is a package whose units cost something: it covers everything, and the balance pays.
        return covered >= quantity ? fromBalance : partlyFromPackage
    }

    /// `Банковская карта ···4242`; empty if the payment does not say how it was paid.
    package static func method(_ method: String?, cardLast4: String?, _ language: Language) -> String {
        let name =
            methods[method ?? ""]?[language] ?? method ?? (cardLast4 == nil ? "" : methods["card"]?[language] ?? "")
        return cardLast4.map { "\(name)\u{a0}···\($0)" } ?? name
    }

    /// A whole number as a phone number; a short number or a service's name as it is.
    package static func peer(_ peer: String) -> String {
        peer.utf8.count >= 7 && peer.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            ? phone(peer) : peer
    }

    private static let callOut = Phrase("Исходящий звонок", "Outgoing call")
    private static let callIn = Phrase("Входящий звонок", "Incoming call")
    private static let smsOut = Phrase("Исходящее SMS", "SMS sent")
    private static let smsIn = Phrase("Входящее SMS", "SMS received")
    private static let mmsOut = Phrase("Исходящее MMS", "MMS sent")
    private static let mmsIn = Phrase("Входящее MMS", "MMS received")
    private static let data = Phrase("Интернет", "Internet")
    private static let topUp = Phrase("Пополнение", "Top-up")
    private static let services = [
        "tariff_fees": Phrase("Абонентская плата", "Tariff fee"),
        "option_fees": Phrase("Плата за опцию", "Option fee"),
        "tariff_changes": Phrase("Смена тарифа", "Change of tariff"),
        "connections": Phrase("Плата за подключение", "Connection fee"),
        "suspension_fees": Phrase("Плата за приостановку", "Fee of the suspension"),
        "correction": Phrase("Корректировка баланса", "Correction of the balance"),
        "reversal": Phrase("Отмена платежа", "Payment taken back"),
        "refund": Phrase("Возврат денег", "Refund"),
        "assignment": Phrase("Зачисление платежа", "Payment credited later"),
        "dormancy_fees": Phrase("Плата за неиспользование номера", "Fee for an unused number"),
        "subscription_fees": Phrase("Платная подписка", "Paid subscription"),
        "promise_fees": Phrase("Плата за обещанный платёж", "Fee of a promised payment"),
        "promise": Phrase("Обещанный платёж", "Promised payment"),
        "repayment": Phrase("Возврат обещанного платежа", "Promised payment repaid"),
        "transfer": Phrase("Перевод денег", "Transfer of money"),
    ]
    private static let otherCharge = Phrase("Списание", "Charge")
    private static let fromPackage = Phrase("Из пакета", "From a package")
    private static let partlyFromPackage = Phrase("Частично из пакета", "Partly from a package")
    private static let fromBalance = Phrase("С баланса", "From the balance")
    private static let free = Phrase("Бесплатно", "Free")
    private static let methods = [
        "voucher": Phrase("Ваучер", "Voucher"),
        "card": Phrase("Банковская карта", "Bank card"), "cash": Phrase("Наличные", "Cash"),
        "sbp": Phrase("СБП", "Faster payments (SBP)"), "bank": Phrase("Банковский перевод", "Bank transfer"),
    ]
}
