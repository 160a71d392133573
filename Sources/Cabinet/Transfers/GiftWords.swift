internal import Phrases
internal import Web

/// Gifts of data, and minutes that become data.
struct GiftWords: WordTable {
    let title = Phrase("Подарить гигабайты", "Give data away")
    let lead = Phrase(
        "Гигабайты из вашего пакета перейдут другому абоненту.", "Data of your package goes to another subscriber.")
    let now = Phrase("Можно подарить", "Can be given")
    let once = Phrase("За один раз", "At once")
    let upTo = Phrase("до {0}", "up to {0}")
    let left = Phrase("Подарков осталось в этом месяце", "Gifts left of this month")
    let life = Phrase("Подарок живёт", "A gift lives")
    let days = Phrase("{0}, но не дольше вашего пакета", "{0}, and no longer than your package")
    let own = Phrase(
        "Подаренное, обменянное и перенесённое с прошлого месяца дарить нельзя.",
        "What was given to you, exchanged, or kept from the last month cannot be given.")
    let gigabytes = Phrase("Сколько гигабайт", "How many GB")
    let gigabytesHint = Phrase("Целое число, например 1", "A whole number, such as 1")
    let nothing = Phrase("Сейчас подарить нечего", "There is nothing to give now")
    let nothingNote = Phrase(
        "В ваших пакетах нет целого гигабайта, который можно подарить.",
        "Your packages do not have a whole GB that can be given.")
    let noneThisMonth = Phrase(
        "В этом месяце вы сделали столько подарков, сколько можно.", "You have given as often this month as allowed.")
    let notOffered = Phrase(
        "Оператор сейчас не передаёт гигабайты между абонентами.", "The operator moves no data between subscribers now."
    )
    let wholeGigabytes = Phrase("Введите целое число гигабайт, от 1 до {0}", "Enter whole GB, from 1 to {0}")
    let confirmTitle = Phrase("Подарить {0}?", "Give {0}?")
    let confirmLead = Phrase(
        "Проверьте номер: вернуть подарок нельзя.", "Check the number: a gift cannot be taken back.")
    let volume = Phrase("Подарок", "The gift")
    let until = Phrase("Действует", "Lives")
    let atMostUntil = Phrase(
        "не дольше чем до {0} и не дольше вашего пакета", "at most until {0}, and no longer than your package")
    let submit = Phrase("Подарить", "Give")
    let given = Phrase(
        "{0} подарено номеру {1}. Подарок действует до {2}.", "{0} is given to {1}. It is good until {2}.")
    let lessData = Phrase(
        "Столько подарить сейчас нельзя. Вернитесь и введите меньше",
        "So much cannot be given now. Go back and enter less")

    // Minutes that become data.
    let exchangeTitle = Phrase("Обменять минуты на интернет", "Exchange minutes for data")
    let exchangeLead = Phrase(
        "Минуты, которые вы не проговорите, станут гигабайтами.", "Minutes that you do not need become data.")
    let exchangeLimits = Phrase("Курс", "The rate")
    let rate = Phrase("1 минута", "1 minute")
    let exchangeable = Phrase("Можно обменять", "Can be exchanged")
    let forAll = Phrase("{0} — это {1}", "{0}, which makes {1}")
    let exchangeOwn = Phrase(
        "Интернет действует столько же, сколько действовали бы минуты. Обменять его обратно нельзя.",
        "The data lives as long as the minutes would have. It cannot become minutes again.")
    let minutes = Phrase("Сколько минут", "How many minutes")
    let minutesHint = Phrase("Целое число, например 30", "A whole number, such as 30")
    let wholeMinutes = Phrase("Введите целое число минут, от 1 до {0}", "Enter whole minutes, from 1 to {0}")
    let nothingToExchange = Phrase("Обменять нечего", "There is nothing to exchange")
    let noMinutes = Phrase(
        "В ваших пакетах нет минут, которые можно обменять.", "Your packages do not have minutes that can be exchanged."
    )
    let notExchanged = Phrase("Оператор сейчас не обменивает минуты.", "The operator exchanges no minutes now.")
    let exchangeConfirmTitle = Phrase("Обменять {0}?", "Exchange {0}?")
    let exchangeConfirmLead = Phrase("Вернуть минуты будет нельзя.", "The minutes cannot come back.")
    let gives = Phrase("Отдадите", "You give")
    let gets = Phrase("Получите", "You get")
    let exchange = Phrase("Обменять", "Exchange")
    let exchanged = Phrase("{0} обменяно на {1}.", "{0} became {1}.")
    let exchangedUntil = Phrase("{0} обменяно на {1}. Действует до {2}.", "{0} became {1}. It is good until {2}.")
    let lessMinutes = Phrase(
        "Столько обменять сейчас нельзя. Вернитесь и введите меньше",
        "So much cannot be exchanged now. Go back and enter less")
}
