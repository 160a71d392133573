internal import Phrases
internal import Web

struct AutopayWords: WordTable {
    let title = Phrase("Автоплатёж", "Automatic payment")
    let lead = Phrase(
        "Сохранённая карта сама пополняет ваш номер: когда денег мало или в выбранный день.",
        "A stored card tops up your number by itself: when there is little money, or on a day that you choose.")
    let isOn = Phrase("Автоплатёж включён", "It is on")
    let isOff = Phrase("Автоплатёж выключен.", "It is off.")
    let card = Phrase("Карта", "Card")
    let amount = Phrase("Сумма", "Amount")
    let when = Phrase("Когда платить", "When to pay")
    let belowValue = Phrase("Когда на счёте меньше {0}", "When the account has less than {0}")
    let dayValue = Phrase("Каждый месяц, день {0}", "Every month, day {0}")
    let lastDay = Phrase(
        "Каждый месяц, день {0}, а в коротком месяце — последний",
        "Every month, day {0}, or the last of a shorter month")
    let cap = Phrase("Не больше за месяц", "At most in a month")
    let next = Phrase("Следующее списание", "Next charge")
    let nextBelow = Phrase(
        "Как только на счёте станет меньше {0}. Сейчас {1}", "As soon as it has less than {0}. Now {1}")
    let nextAtOnce = Phrase("Сразу: на счёте {1}, это меньше {0}", "At once: it has {1}, less than {0}")
    let asked = Phrase("Запрошено у банка в этом месяце", "Asked of the bank this month")
    let request = Phrase("Последний платёж", "The latest payment")
    let requestLink = Phrase("Что с ним", "See it")
    let postponed = Phrase(
        "Банк не провёл платёж. Попытка {0}: {1}.", "The bank did not carry out a payment. Attempt {0}: {1}.")
    let underWay = Phrase("Ждём ответа банка о последнем платеже.", "The bank has not answered the latest payment yet.")
    let switchOff = Phrase("Выключить", "Switch it off")
    let switchedOff = Phrase("Автоплатёж выключен. Карта осталась сохранённой.", "It is off. The card is still stored.")

    // The form.
    let setTitle = Phrase("Настроить", "Set it up")
    let changeTitle = Phrase("Изменить", "Change it")
    let amountHint = Phrase("Столько спишется с карты за раз, например 300", "So much each time, such as 300")
    let byBalance = Phrase("Когда денег мало", "When there is little money")
    let byBalanceHint = Phrase("Впишите ниже, меньше какой суммы", "Write below, less than which sum")
    let byDay = Phrase("В один день месяца", "On a day of the month")
    let byDayHint = Phrase("Впишите ниже, какого числа", "Write below on which day")
    let below = Phrase("Если на счёте меньше", "If the account has less than")
    let belowHint = Phrase("В рублях, например 100", "In roubles, such as 100")
    let invalidBelow = Phrase("Введите сумму больше нуля, например 100", "Enter an amount above zero, such as 100")
    let day = Phrase("День месяца", "The day of the month")
    let dayHint = Phrase("От 1 до 31", "From 1 to 31")
    let invalidDay = Phrase("Введите день от 1 до 31", "Enter a day from 1 to 31")
    let capField = Phrase("Не больше за месяц, если нужно", "At most in a month, if you want")
    let capHint = Phrase("В рублях, например 1000", "In roubles, such as 1000")
    let invalidCap = Phrase(
        "Введите сумму не меньше одного платежа или оставьте пустым",
        "Enter an amount of at least one payment, or leave it empty")
    let chooseCard = Phrase("Выберите карту", "Choose a card")
    let chooseWhen = Phrase("Выберите, когда платить", "Choose when to pay")
    let goOn = Phrase("Продолжить", "Continue")
    let noCards = Phrase("Сохранённых карт нет", "There is no stored card")
    let noCardsNote = Phrase(
        "Заплатите картой один раз и сохраните её на странице банка. После этого включите автоплатёж здесь.",
        "Pay by card once, and store it on the bank's page. Then switch this on here.")
    let payByCard = Phrase("Пополнить картой", "Pay by card")

    // The confirmation.
    let confirmTitle = Phrase("Включить автоплатёж?", "Switch it on?")
    let confirmLead = Phrase(
        "Дальше деньги будут списываться без вашего участия. Выключить автоплатёж можно в любой момент.",
        "From then on the card pays without you. You can switch it off at any time.")
    let confirm = Phrase("Включить", "Switch it on")
    let back = Phrase("Изменить условия", "Change the terms")
    let beginTitle = Phrase("Заполните условия", "Fill in the terms")
    let beginLead = Phrase("Сначала выберите карту, сумму и время.", "Choose the card, the amount and the time first.")
    let setNext = Phrase("Автоплатёж включён. Следующее списание {0}.", "It is on. The next charge is on {0}.")
    let setBelow = Phrase(
        "Автоплатёж включён. Карта заплатит, когда на счёте станет меньше {0}.",
        "It is on. The card pays when the account has less than {0}.")
    let setAsked = Phrase(
        "Автоплатёж включён, и первый платёж уже отправлен в банк.", "It is on, and the bank has the first payment.")

    // Refusals.
    let noSuchCard = Phrase(
        "Этой картой платить нельзя. Выберите другую", "This card cannot pay. Choose another one")
    let notPossible = Phrase(
        "Для этого номера автоплатёж недоступен", "This number cannot have automatic payments")
}
