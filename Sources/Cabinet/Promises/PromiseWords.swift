internal import Phrases
internal import Web

struct PromiseWords: WordTable {
    let title = Phrase("Обещанный платёж", "Promised payment")
    let lead = Phrase(
        "Деньги придут на счёт сразу, а вернёте вы их позже. На счёте {0}.",
        "Money comes at once, and you give it back later. The account has {0}.")
    let terms = Phrase(
        "Долг погасит ваше следующее пополнение. Если его не будет, мы спишем долг в указанный срок, даже если баланс "
            + "станет ниже нуля. Плата списывается сразу.",
        "Your next payment repays it. Without a payment we take it back at the time that is shown, even if the balance "
            + "goes below zero. The fee is charged at once.")
    let choose = Phrase("Сколько взять", "How much")
    let stepNote = Phrase("Плата {0}, вернуть до {1}", "Fee {0}, to be repaid by {1}")
    let take = Phrase("Взять", "Take")
    let notNow = Phrase("Сейчас взять нельзя", "Not possible now")

    // An open one.
    let openTitle = Phrase("Обещанный платёж взят", "You have a promised payment")
    let owed = Phrase("Осталось вернуть", "Still owed")
    let due = Phrase("Вернуть до", "To be repaid by")
    let repay = Phrase("Пополнить на {0}", "Top up {0}")
    let openNote = Phrase(
        "Следующее пополнение погасит его. Новый можно взять после этого.",
        "The next payment repays it. You can have another one after that.")

    // Obstacles.
    let notOffered = Phrase(
        "Оператор сейчас не даёт обещанных платежей.", "The operator gives no promised payments now.")
    let tenure = Phrase(
        "Номер подключён недавно. Обещанный платёж станет доступен {0}.",
        "The number is too new. It can have a promised payment from {0} on.")
    let tenureUnknown = Phrase(
        "Номер подключён недавно. Обещанный платёж станет доступен позже.",
        "The number is too new. It can have a promised payment later.")
    let debtOfPayment = Phrase(
        "На счёте остался долг: обещанный или отменённый платёж был списан. Пополните счёт на {0}, и обещанный платёж станет "
            + "доступен.",
        "A promised payment, or one that was taken back, left a debt. Top up {0}, and you can have a promised payment.")
    let debt = Phrase(
        "Баланс слишком низкий. Пополните счёт на {0}, и обещанный платёж станет доступен.",
        "The balance is too low. Top up {0}, and you can have a promised payment.")
    let suspended = Phrase(
        "Обслуживание приостановлено. Возобновите его, и обещанный платёж станет доступен.",
        "The tariff is suspended. Resume it, and you can have a promised payment.")
    let toTariffs = Phrase("К тарифу", "To the tariff")
    let ending = Phrase(
        "Номер скоро отключат, потому что на счёте давно нет денег. Пополните счёт, и обещанный платёж станет доступен.",
        "The number ends soon, because there has been no money for long. Top up, and you can have a promised payment.")
    let topUp = Phrase("Пополнить счёт", "Top up")
    let otherObstacle = Phrase(
        "Сейчас этот номер не может взять обещанный платёж.", "This number cannot have a promised payment now.")

    // The confirmation.
    let confirmTitle = Phrase("Взять {0}?", "Take {0}?")
    let comes = Phrase("Придёт на счёт", "Comes to the account")
    let fee = Phrase("Плата, спишется сразу", "Fee, charged at once")
    let repaid = Phrase("Нужно вернуть", "To be repaid")
    let balance = Phrase("Сейчас на счёте", "On the account now")
    let waiting = Phrase(
        "Списания, которые ждут денег, пройдут сразу, если их хватит.",
        "Charges that wait for money are made at once, as far as it is enough.")
    let back = Phrase("Другая сумма", "Another amount")
    let cancel = Phrase("Отмена", "Cancel")
    let chooseTitle = Phrase("Выберите сумму", "Choose an amount")
    let chooseLead = Phrase(
        "Такую сумму сейчас взять нельзя. Выберите одну из доступных.",
        "This amount cannot be had now. Choose one of those that can.")
    let limit = Phrase(
        "Плата больше, чем осталось до вашего предела расходов. Измените его в разделе «Связь»",
        "The fee is more than the rest of your spending limit. Change it in the section “Service”")
    let given = Phrase(
        "На счёт пришло {0}. Плата {1}. Вернуть нужно {0} до {2}. Сейчас на счёте {3}.",
        "{0} came to the account. The fee is {1}. {0} is to be repaid by {2}. The account has {3} now.")
}
