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
    let howToTopUp = Phrase("Как пополнить счёт", "How to top up")
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

    let toAll = Phrase("Все тарифы", "All tariffs")
    let question = Phrase("Перейти на тариф «{0}»?", "Change to the tariff “{0}”?")
    let tariff = Phrase("Тариф «{0}»", "Tariff “{0}”")
    let isOwn = Phrase("Это тариф номера {0}.", "This is the tariff of {0}.")
    let number = Phrase("Номер", "Number")
    let now = Phrase("Сейчас", "Now")
    let nowValue = Phrase("«{0}», {1}", "“{0}”, {1}")
    let fee = Phrase("Абонентская плата", "Fee")
    let noFee = Phrase("без абонентской платы", "no fee")
    let includes = Phrase("Что включено", "Included")
    let connection = Phrase("Плата за подключение", "Connection fee")
    let change = Phrase("Плата за смену тарифа", "Fee for the change")
    let costs = Phrase("Что будет при переходе", "What the change does")
    let takesEffect = Phrase("Начнёт действовать", "Takes effect")
    let atOnce = Phrase("Сразу", "At once")
    let next = Phrase("Следующее списание", "Next fee")
    let charged = Phrase("Спишется сейчас", "Charged now")
    let before = Phrase("Баланс сейчас", "Balance now")
    let after = Phrase("Баланс после этого", "Balance after that")
    let lost = Phrase("Остатки пакетов сгорят.", "What is left of the packages ends.")
    let lostList = Phrase(
        "На новый тариф не перейдут: {0}. Пакеты опций останутся.",
        "It does not go over to the new tariff: {0}. The packages of options stay.")
    let paidLost = Phrase(
        "Плата за «{0}» до {1} не возвращается.", "The fee of “{0}” until {1} is not returned.")
    let lack = Phrase("Не хватает {0}.", "{0} is missing.")
    let lackNote = Phrase(
        "Чтобы перейти на этот тариф, пополните счёт и вернитесь сюда.",
        "Top up the account to change to this tariff, and come back.")
    let outside = Phrase("Цены сверх пакетов", "Prices outside of the packages")
    let prices = Phrase("Цены", "Prices")
    let what = Phrase("За что", "What")
    let price = Phrase("Цена", "Price")
    let submit = Phrase("Перейти на тариф", "Change the tariff")
    let cancel = Phrase("Не менять", "Do not change")
    let done = Phrase(
        "Тариф «{0}» подключён. Списано {1}, на счёте {2}.",
        "The tariff is “{0}” now. {1} was charged, and the balance is {2}.")
    let doneForFree = Phrase(
        "Тариф «{0}» подключён. За это ничего не списано.", "The tariff is “{0}” now. Nothing was charged.")

    /// By the codes of refusals.
    let refusals = [
        "incompatible": Phrase(
            "Одна из подключённых опций не работает на этом тарифе. Отключите её в разделе «Опции» и повторите.",
            "One of the options of this number does not go with the tariff. Switch it off under “Options”, and repeat."),
        "already_exists": Phrase("Этот тариф у номера уже есть.", "The number has this tariff already."),
        "not_available": Phrase(
            "Этот тариф больше не продаётся или не для этого номера. Выберите другой.",
            "This tariff is no longer sold, or not for this number. Choose another one."),
        "not_found": Phrase(
            "Такого тарифа больше нет. Выберите другой.", "There is no such tariff any more. Choose another one."),
    ]
}
