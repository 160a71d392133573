internal import Phrases
internal import Web

struct TransferWords: WordTable {
    let title = Phrase("Перевести деньги", "Transfer money")
    let lead = Phrase(
        "Деньги уйдут с вашего счёта на счёт другого абонента. Сейчас у вас {0}.",
        "Money of your account goes to another subscriber's. You have {0} now.")
    let limits = Phrase("Сколько можно", "How much is possible")
    let now = Phrase("Сейчас можно перевести", "Can be transferred now")
    let once = Phrase("За один раз", "At once")
    let bounds = Phrase("от {0} до {1}", "{0} to {1}")
    let today = Phrase("Переводов осталось сегодня", "Transfers left today")
    let month = Phrase("Осталось в этом месяце", "Left of this month")
    let to = Phrase("Кому", "To whom")
    let toHint = Phrase("Номер телефона, например 900 123-45-67", "A phone number, such as 900 123-45-67")
    let goOn = Phrase("Продолжить", "Continue")
    let nothing = Phrase("Сейчас перевести нельзя", "Not possible now")

    // Why not more.
    let notOffered = Phrase(
        "Оператор сейчас не переводит деньги между абонентами.", "The operator moves no money between subscribers now.")
    let floor = Phrase("На счёте должно остаться не меньше {0}.", "At least {0} must stay on the account.")
    let borrowed = Phrase(
        "Обещанный платёж перевести нельзя: {0} ещё не возвращены.",
        "A promised payment cannot be transferred: {0} is still owed.")
    let held = Phrase(
        "Деньги с карты или из банка можно переводить не сразу. Последние из них освободятся {0}.",
        "Money that came by card or from a bank has to wait. The last of it is free from {0} on.")
    let noneToday = Phrase(
        "Сегодня вы сделали столько переводов, сколько можно. Повторите завтра.",
        "You have made as many transfers today as allowed. Try again tomorrow.")
    let noneThisMonth = Phrase(
        "В этом месяце вы перевели столько, сколько можно.", "You have transferred as much this month as allowed.")
    let tooLittle = Phrase(
        "За один раз переводят не меньше {0}, а сейчас можно {1}.",
        "The least transfer is {0}, and {1} is possible now.")

    // The form.
    let invalidTo = Phrase(
        "Введите номер телефона полностью, например 900 123-45-67",
        "Enter the whole phone number, such as 900 123-45-67")
    let ownNumber = Phrase("Это ваш номер. Введите другой", "This is your own number. Enter another one")
    let outOfBounds = Phrase("Введите сумму от {0} до {1}", "Enter an amount from {0} to {1}")
    let tooMuch = Phrase("Сейчас можно перевести не больше {0}", "At most {0} can be transferred now")

    // The confirmation.
    let confirmTitle = Phrase("Перевести {0}?", "Transfer {0}?")
    let confirmLead = Phrase(
        "Проверьте номер: вернуть перевод нельзя.", "Check the number: a transfer cannot be taken back.")
    let sum = Phrase("Сумма", "Amount")
    let from = Phrase("С номера", "From the number")
    let balance = Phrase("Сейчас на счёте", "On the account now")
    let submit = Phrase("Перевести", "Transfer")
    let change = Phrase("Изменить", "Change it")
    let sent = Phrase(
        "{0} переведено на номер {1}. На вашем счёте осталось {2}.",
        "{0} is transferred to {1}. Your account has {2} left.")
    let beginTitle = Phrase("Заполните форму", "Fill in the form")
    let beginLead = Phrase("Сначала укажите номер и сколько.", "Give the number and how much first.")

    // Refusals.
    let noSuchNumber = Phrase(
        "Абонента с таким номером у нас нет, или он не может это получить. Проверьте номер",
        "We have no subscriber with this number, or it cannot receive this. Check the number")
    let takerFull = Phrase(
        "Этот номер больше не может получить столько в этом месяце. Переведите меньше",
        "This number cannot receive so much more this month. Transfer less")
    let givesNothing = Phrase(
        "Номер, тариф которого приостановлен, и номер организации ничего не передают и не обменивают",
        "A number whose tariff is suspended, or that an organisation has, gives and exchanges nothing")
    let less = Phrase(
        "Столько перевести сейчас нельзя. Вернитесь и введите меньше",
        "So much cannot be transferred now. Go back and enter less")
}
