internal import Phrases
internal import Web

struct PayingWords: WordTable {
    // The form.
    let title = Phrase("Пополнить счёт", "Top up")
    let lead = Phrase("Деньги придут на номер {0}. Сейчас на счёте {1}.", "The money goes to {0}. It has {1} now.")
    let missing = Phrase(
        "На следующее списание не хватает {0}.", "{0} is missing for the next charge.")
    let amount = Phrase("Сумма", "Amount")
    let amountHint = Phrase("В рублях, например 500 или 99,50", "In roubles, such as 500 or 99.50")
    let invalidAmount = Phrase(
        "Введите сумму больше нуля, например 500", "Enter an amount above zero, such as 500")
    let readySums = Phrase("Готовые суммы", "Ready sums")
    let payWith = Phrase("Чем заплатить", "Pay with")
    let card = Phrase("Банковская карта", "Bank card")
    let cardHint = Phrase("Данные карты вводят на странице банка", "The card is entered on the bank's page")
    let sbp = Phrase("СБП", "Faster payments (SBP)")
    let sbpHint = Phrase("Подтвердите в приложении своего банка", "Confirm in your bank's app")
    let storedCard = Phrase("Карта\u{a0}···{0}", "Card\u{a0}···{0}")
    let unnamedCard = Phrase("Сохранённая карта", "Stored card")
    let storedHint = Phrase("Спишем сразу, без страницы банка", "It is charged at once, without the bank's page")
    let invalidMethod = Phrase("Выберите, чем заплатить", "Choose what to pay with")
    let noSuchCard = Phrase(
        "Этой картой заплатить нельзя. Выберите другой способ", "This card cannot pay. Choose another way")
    let next = Phrase("Пополнить", "Top up")
    let tooManyOpen = Phrase(
        "Пять платежей этого номера ещё не закончены. Оплатите один из списка ниже или подождите конца его срока",
        "Five payments of this number are under way. Pay one of the list below, or wait until its time is over")
    let cardsLink = Phrase("Сохранённые карты", "Stored cards")
    let paymentsLink = Phrase("История платежей", "Payments")

    // Requests.
    let requests = Phrase("Последние пополнения", "Latest top-ups")
    let requestNote = Phrase("{0}, {1}", "{0}, {1}")
    let pending = Phrase("Ждём банк", "Waits for the bank")
    let offered = Phrase("Ждёт оплаты", "To be paid")
    let postponed = Phrase("Повторим позже", "Tried again later")
    let autopayNote = Phrase("Автоплатёж, {0}", "Automatic payment, {0}")
    let paid = Phrase("Оплачено", "Paid")
    let refused = Phrase("Не прошло", "Not paid")
    let expired = Phrase("Время вышло", "Expired")
    let toPay = Phrase("Оплатить", "Pay")
    let more = Phrase("Подробнее", "Details")

    // A request.
    let waitTitle = Phrase("Связываемся с банком", "We are asking the bank")
    let waitLead = Phrase(
        "Пополняем номер {1} на {0}. Обычно это занимает несколько секунд.",
        "{0} for the number {1}. It usually takes some seconds.")
    let waitNote = Phrase("Страница обновится сама.", "This page goes on by itself.")
    let waitUntil = Phrase(
        "Банк не отвечает? Страницу можно закрыть: запрос действует до {0} и виден в «Последних пополнениях».",
        "No answer from the bank? You can leave this page: the request is good until {0}, and “Latest top-ups” has it.")
    let payTitle = Phrase("Оплата {0}", "Pay {0}")
    let payLead = Phrase(
        "Вы перейдёте на страницу банка {0} и вернётесь сюда после оплаты.",
        "You go to the bank's page, {0}, and come back here when you have paid.")
    let toBank = Phrase("Перейти к оплате", "Go and pay")
    let payNote = Phrase(
        "Уже заплатили? Подождите: страница обновится сама, когда придут деньги.",
        "Have you paid already? Wait: this page goes on by itself when the money comes.")
    let otherWay = Phrase("Другая сумма или другой способ", "Another amount or another way")
    let number = Phrase("Номер", "Number")
    let method = Phrase("Способ", "Method")
    let validUntil = Phrase("Действует до", "Good until")
    let paidTitle = Phrase("Счёт пополнен", "The account is topped up")
    let paidLead = Phrase("Зачислено {0}.", "{0} came in.")
    let balanceNow = Phrase("Сейчас на счёте", "On the account now")
    let otherAmount = Phrase(
        "Пришла другая сумма: вы просили пополнить на {0}.", "Another amount came: you asked for {0}.")
    let late = Phrase(
        "Деньги пришли позже срока, и мы их зачислили.", "The money came after its time, and we have credited it.")
    let refusedTitle = Phrase("Оплата не прошла", "It was not paid")
    let postponedTitle = Phrase("Автоплатёж не прошёл", "The automatic payment was not made")
    let postponedLead = Phrase("{0} Мы попробуем ещё раз сами.", "{0} We try again by ourselves.")
    let postponedUntil = Phrase("Следующая попытка", "The next attempt")
    let expiredTitle = Phrase("Время на оплату вышло", "The time to pay is over")
    let expiredLead = Phrase(
        "Мы не получили деньги. Если банк их всё-таки списал, они придут на счёт позже.",
        "No money came. If your bank has taken it all the same, it comes to the account later.")
    let again = Phrase("Попробовать снова", "Try again")
    let topUpMore = Phrase("Пополнить ещё", "Top up again")
    let toStart = Phrase("На главную", "To the start page")
    let cardDeclined = Phrase("Банк отклонил карту.", "The bank declined the card.")
    let cardFunds = Phrase("На карте не хватает денег.", "There is not enough money on the card.")
    let cancelled = Phrase("Вы отказались от оплаты.", "You cancelled the payment.")
    let unknownCard = Phrase(
        "Банк больше не знает эту карту. Заплатите другой.",
        "The bank does not know this card any more. Pay with another.")
    let bankError = Phrase("Банк не смог провести платёж.", "The bank could not carry out the payment.")

    // Vouchers.
    let voucherTitle = Phrase("Ваучер", "Voucher")
    let voucherLead = Phrase(
        "Введите код с бумажного ваучера, и его сумма сразу придёт на ваш номер.",
        "Enter the code of a paper voucher, and its value comes to your number at once.")
    let voucherCode = Phrase("Код ваучера", "The voucher's code")
    let voucherHint = Phrase(
        "Шесть групп по четыре знака, с дефисами или без них", "Six groups of four characters, with or without hyphens")
    let redeem = Phrase("Зачислить", "Redeem")
    let redeemed = Phrase("Ваучер принят: {0} на номер {1}.", "The voucher is redeemed: {0} for the number {1}.")

    // Stored cards.
    let cardsTitle = Phrase("Сохранённые карты", "Stored cards")
    let cardsLead = Phrase(
        "Ими можно пополнить свой номер без ввода данных карты. Их хранит банк, мы знаем только последние цифры.",
        "They top up your own number without their data. The bank keeps them, and we know only the last digits.")
    let cardAdded = Phrase("Сохранена {0}", "Stored on {0}")
    let remove = Phrase("Удалить", "Remove")
    let noCards = Phrase("Карт пока нет", "There are no cards yet")
    let noCardsNote = Phrase(
        "Карту можно сохранить на странице банка, когда вы платите ею.",
        "A card can be stored on the bank's page when you pay with it.")
    let removeTitle = Phrase("Удалить «{0}»?", "Remove “{0}”?")
    let removeLead = Phrase(
        "Платить ею без ввода данных больше не получится.", "It can no longer pay without its data.")
    let removeCard = Phrase("Удалить карту", "Remove the card")
    let keep = Phrase("Не удалять", "Keep it")
    let cardRemoved = Phrase("Карта удалена.", "The card is removed.")
    let chooseCard = Phrase("Выберите карту", "Choose a card")
    let chooseCardLead = Phrase(
        "Выберите в списке карту, которую нужно удалить.", "Choose the card to remove in the list.")

    // Refunds.
    let refundTitle = Phrase("Вернуть деньги", "Money back")
    let refundLead = Phrase(
        "На вашем счёте {0}. Деньги вернутся туда, откуда пришёл платёж.",
        "Your account has {0}. The money goes back to where a payment came from.")
    let refundNote = Phrase(
        "Заявку рассмотрит сотрудник. Деньги спишутся со счёта, когда он её одобрит.",
        "Our staff looks at the request. The money leaves the account when it is approved.")
    let refundTo = Phrase("Куда вернуть", "Where it goes")
    let paymentNote = Phrase("Платёж {0}, {1}", "The payment of {0}, {1}")
    let ask = Phrase("Отправить заявку", "Send the request")
    let refundAsked = Phrase(
        "Заявка на возврат {0} принята. Когда сотрудник её одобрит, деньги вернутся туда, откуда пришли: {1}.",
        "The request for {0} is sent. When it is approved, the money goes back to where it came from: {1}.")
    let noRefundTitle = Phrase("Вернуть нечего", "There is nothing to give back")
    let nothingToRefund = Phrase("На счёте нет денег.", "There is no money on the account.")
    let noRefundable = Phrase(
        "Платежей картой, через СБП или банк нет. Наличными деньги вернут в салоне связи по паспорту.",
        "There are no payments by card, SBP or bank. A shop pays cash to the owner of the contract.")
}
