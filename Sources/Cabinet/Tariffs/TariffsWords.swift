internal import Client
internal import Phrases
internal import Web

struct TariffsWords: WordTable {
    let navigation = Phrase("Тариф", "Tariff")
    let title = Phrase("Тариф", "Tariff")
    let lead = Phrase(
        "У других тарифов отмечено, чем они отличаются от текущего.",
        "The other tariffs are marked with how they differ from the current one.")
    let own = Phrase("Сейчас", "Now")
    let paidUntil = Phrase("Оплачен до {0}", "Paid until {0}")
    let since = Phrase("Действует с {0}", "Since {0}")
    let unpaid = Phrase("Тариф не оплачен.", "The tariff is not paid.")
    let missing = Phrase(
        "Пакеты не действуют. Пополните счёт на {0}, и тариф включится сам.",
        "The packages do not work. Top up {0}, and the tariff starts by itself.")
    let waiting = Phrase(
        "Пакеты не действуют. Тариф включится сам после пополнения счёта.",
        "The packages do not work. The tariff starts by itself after a top-up.")
    let topUp = Phrase("Пополнить счёт", "Top up")
    let noPackages = Phrase("Без пакетов: вы платите за то, что тратите", "No packages: you pay for what you use")
    let noData = Phrase("Нет пакета интернета", "No data package")
    let noVoice = Phrase("Нет пакета минут", "No package of minutes")
    let noMessages = Phrase("Нет пакета сообщений", "No package of messages")
    let cheaper = Phrase("{0}, дешевле текущего", "{0}, cheaper than now")
    let dearer = Phrase("{0}, дороже текущего", "{0}, dearer than now")
    let connectionFee = Phrase("Подключение: {0}", "Connection: {0}")
    let allPrices = Phrase("Все цены", "All prices")
    let details = Phrase("Подробнее и подключить", "Details and change")
    let nothingElse = Phrase("Других тарифов нет", "There are no other tariffs")
    let nothingElseNote = Phrase(
        "В регионе этого номера сейчас продаётся только этот тариф.",
        "Only this tariff is sold in the region of this number now.")

    let plannedTitle = Phrase("{0} тариф сменится на «{1}».", "The tariff changes to “{1}” on {0}.")
    let planned = Phrase(
        "До этого дня всё остаётся как есть. Смену можно отменить.",
        "Until that day nothing changes. You can cancel the change.")
    let cancelChange = Phrase("Отменить смену тарифа", "Cancel the change")
    let cancelled = Phrase("Смена тарифа отменена.", "The change of the tariff is cancelled.")
    let nothingPlanned = Phrase("Смена тарифа уже не запланирована.", "No change of the tariff is planned any more.")
    let movedTitle = Phrase("Тариф «{0}» закрывается.", "The tariff “{0}” ends.")
    let moved = Phrase(
        "{0} номер перейдёт на тариф «{1}». До этого дня можно выбрать другой.",
        "The number moves to the tariff “{1}” on {0}. You can choose another one before that day.")

    let toAll = Phrase("Все тарифы", "All tariffs")
    let tariff = Phrase("Тариф «{0}»", "Tariff “{0}”")
    let isOwn = Phrase("Это тариф номера {0}.", "This is the tariff of {0}.")
    let fee = Phrase("Абонентская плата", "Fee")
    let noFee = Phrase("без абонентской платы", "no fee")
    let includes = Phrase("Что включено", "Included")
    let connection = Phrase("Плата за подключение", "Connection fee")

    let question = Phrase("Перейти на тариф «{0}»?", "Change to the tariff “{0}”?")
    let changeLead = Phrase("Для номера {0}", "For the number {0}")
    let difference = Phrase("Что изменится", "What changes")
    let what = Phrase("За что", "What")
    let before = Phrase("Сейчас", "Now")
    let beforeTitle = Phrase("Сейчас: «{0}»", "Now: “{0}”")
    let after = Phrase("Станет", "Then")
    let more = Phrase("Ещё", "More")
    let none = Phrase("нет", "none")
    let notKnown = Phrase("—", "—")
    let when = Phrase("Когда перейти", "When to change")
    let now = Phrase("Сейчас", "Now")
    let atPeriodEnd = Phrase(
        "Когда закончится оплаченный период, {0}", "At the end of the paid period, on {0}")
    let onDate = Phrase("В другой день", "On another day")
    let date = Phrase("День перехода", "The day of the change")
    let dateHint = Phrase("Нужен, если вы выбрали «В другой день»", "Needed if you chose “On another day”")
    let invalidDate = Phrase("Укажите день перехода, например 30.11.2026", "Give the day, such as 30.11.2026")
    let badDate = Phrase(
        "На этот день перейти нельзя. Выберите день позже сегодняшнего, но не слишком далеко.",
        "The tariff cannot be changed on this day. Choose a day after today, and not too far ahead.")
    let costsNow = Phrase("Спишется: {0}", "Charged: {0}")
    let costsThen = Phrase("Спишется в этот день: {0}", "Charged on that day: {0}")
    let count = Phrase("Рассчитать", "Show the cost")
    let costs = Phrase("Что будет при переходе", "What the change does")
    let paidThen = Phrase("Будет оплачен до", "Then paid until")
    let gains = Phrase("Добавится", "Added")
    let stays = Phrase("Остатки, которые останутся", "What is left and stays")
    let lost = Phrase("Остатки пакетов сгорят.", "What is left of the packages ends.")
    let lostList = Phrase(
        "На новый тариф не перейдут: {0}.", "It does not go over to the new tariff: {0}.")
    let paidLost = Phrase(
        "Плата за «{0}» до {1} не возвращается.", "The fee of “{0}” until {1} is not returned.")
    let conflicts = Phrase("Сначала отключите опции", "Switch off these options first")
    let conflictsNote = Phrase(
        "Они не работают на новом тарифе. Опция отключается сразу, плата за неё не возвращается.",
        "They do not go with the new tariff. An option ends at once, and its fee is not returned.")
    let switchOff = Phrase("Отключить", "Switch off")
    let lack = Phrase("Не хватает {0}.", "{0} is missing.")
    let lackNote = Phrase(
        "Чтобы перейти на этот тариф, пополните счёт на эту сумму и вернитесь сюда.",
        "Top up this amount to change to this tariff, and come back.")
    let lackThen = Phrase(
        "Пополните счёт на эту сумму до {0}. Иначе новый тариф начнётся неоплаченным или смена не состоится.",
        "Top up this amount before {0}. Or else the new tariff begins unpaid, or the change does not happen.")
    let outside = Phrase("Цены сверх пакетов", "Prices outside of the packages")
    let prices = Phrase("Цены", "Prices")
    let price = Phrase("Цена", "Price")
    let submit = Phrase("Перейти на тариф", "Change the tariff")
    let plan = Phrase("Запланировать переход", "Plan the change")
    let cancel = Phrase("Не менять", "Do not change")
    let done = Phrase(
        "Тариф «{0}» подключён. Списано {1}, на счёте {2}.",
        "The tariff is “{0}” now. {1} was charged, and the balance is {2}.")
    let doneWithCredit = Phrase(
        "Тариф «{0}» подключён. На счёт вернулось {1}, теперь на нём {2}.",
        "The tariff is “{0}” now. {1} was returned, and the balance is {2}.")
    let doneForFree = Phrase(
        "Тариф «{0}» подключён. За это ничего не списано.", "The tariff is “{0}” now. Nothing was charged.")
    let donePlanned = Phrase(
        "Тариф сменится на «{0}» {1}. До этого дня смену можно отменить.",
        "The tariff changes to “{0}” on {1}. You can cancel the change before that day.")

    let refused = Phrase(
        "Сейчас перейти на этот тариф нельзя. Обратитесь в поддержку.",
        "This change is not possible now. Ask the support.")
    let suspendedTitle = Phrase("Обслуживание приостановлено", "The service is suspended")
    let suspended = Phrase(
        "Пока номер приостановлен, подключать и менять ничего нельзя. Сначала возобновите обслуживание.",
        "Nothing can be changed or switched on while the number is suspended. Resume the service first.")

    /// By the codes of refusals.
    let refusals = [
        "conflict": Phrase(
            "Смена тарифа уже запланирована. Сначала отмените её.",
            "A change of the tariff is planned already. Cancel it first."),
        "incompatible": Phrase(
            "Одна из подключённых опций не работает на этом тарифе. Отключите её и повторите.",
            "One of the options of this number does not go with the tariff. Switch it off, and repeat."),
        "already_exists": Phrase("Этот тариф у номера уже есть.", "The number has this tariff already."),
        "not_available": Phrase(
            "Этот тариф больше не продаётся или не для этого номера. Выберите другой.",
            "This tariff is no longer sold, or not for this number. Choose another one."),
        "not_found": Phrase(
            "Такого тарифа больше нет. Выберите другой.", "There is no such tariff any more. Choose another one."),
    ]

    /// The words of a refusal of a change of tariff; nil if it means the same everywhere.
    func phrase(for refusal: Refusal) -> Phrase? {
        if refusal.field == "when" { return badDate }
        if refusal.field == "msisdn" { return refusal.code == "not_available" ? suspended : nil }
        if refusal.code == "limit_reached", refusal.field == nil { return Words.options.limitOfOwn }
        return refusals[refusal.code]
    }

    func text(of refusal: Refusal, _ language: Language) -> String {
        phrase(for: refusal)?[language] ?? Web.text(of: refusal, language)
    }
}
