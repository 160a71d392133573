internal import Phrases
internal import Web

struct MoneyWords: WordTable {
    // Periods.
    let from = Phrase("С", "From")
    let to = Phrase("По", "To")
    let show = Phrase("Показать", "Show")
    let fromTo = Phrase("{0} — {1}", "{0} to {1}")
    let since = Phrase("С {0}", "Since {0}")
    let through = Phrase("По {0}", "Until {0}")
    let wholeTime = Phrase("За всё время", "The whole time")
    let periods = Phrase("Готовые периоды", "Ready periods")
    let thisMonth = Phrase("Этот месяц", "This month")
    let lastMonth = Phrase("Прошлый месяц", "Last month")
    let sevenDays = Phrase("7 дней", "7 days")
    let invalidFrom = Phrase(
        "Введите первую дату периода, например 01.11.2026", "Enter the first date of the period, such as 01.11.2026")
    let invalidTo = Phrase(
        "Введите последнюю дату периода, например 30.11.2026", "Enter the last date of the period, such as 30.11.2026")
    let endBeforeBegin = Phrase(
        "Конец периода раньше начала. Поменяйте даты местами", "The period ends before it begins. Swap the dates")
    let beginLater = Phrase(
        "Эта дата ещё не наступила. Укажите более раннюю или дату конца",
        "This date is still to come. Enter an earlier one, or a last date")
    let visibleSince = Phrase(
        "История этого номера видна вам с {0}.", "You can see the history of this number since {0}.")

    // The kinds of expenses.
    let tariffFees = Phrase("Абонентская плата", "Tariff fee")
    let optionFees = Phrase("Опции", "Options")
    let tariffChanges = Phrase("Смена тарифа", "Change of tariff")
    let connections = Phrase("Плата за подключение", "Connection fees")
    let suspensionFees = Phrase("Приостановка обслуживания", "Suspension of the service")
    let dormancyFees = Phrase("Плата за неиспользование номера", "Fee for an unused number")
    let subscriptionFees = Phrase("Платные подписки", "Paid subscriptions")
    let promiseFees = Phrase("Плата за обещанные платежи", "Fees of promised payments")
    let calls = Phrase("Звонки", "Calls")
    let sms = Phrase("SMS", "SMS")
    let mms = Phrase("MMS", "MMS")
    let data = Phrase("Интернет", "Internet")
    let otherCharges = Phrase("Прочее", "Other")

    // Expenses.
    let expensesTitle = Phrase("Расходы", "Expenses")
    let month = Phrase("Месяц", "Month")
    let invalidMonth = Phrase(
        "Выберите месяц не позже текущего", "Choose a month that is not later than the present one")
    let byMonth = Phrase("По месяцам", "By month")
    let chart = Phrase(
        "Расходы по месяцам. Те же числа в таблице", "Expenses by month. The table has the same figures")
    let figures = Phrase("Те же числа", "The same figures")
    let spent = Phrase("Потрачено", "Spent")
    let unknownSum = Phrase("Нет данных", "Not known")
    let purpose = Phrase("На что", "On what")
    let share = Phrase("Доля", "Share")
    let howMuch = Phrase("Сколько", "How much")
    let amount = Phrase("Сумма", "Amount")
    let total = Phrase("Всего", "Total")
    let callCount = Plural(ru: "звонок", "звонка", "звонков", en: "call", "calls")
    let sessionCount = Plural(ru: "сеанс", "сеанса", "сеансов", en: "session", "sessions")
    let chargeCount = Plural(ru: "списание", "списания", "списаний", en: "charge", "charges")
    let details = Phrase("Все списания, звонки и SMS за этот месяц", "Every charge, call and message of this month")
    let neighbours = Phrase("Соседние месяцы", "Months beside it")
    let noExpenses = Phrase("Расходов нет", "No expenses")
    let noExpensesYet = Phrase("Расходов пока нет", "No expenses so far")
    let noExpensesNote = Phrase(
        "За этот месяц ничего не списано. Посмотрите другой месяц или платежи.",
        "Nothing was charged in this month. Look at another month, or at the payments.")
    let tooManyTitle = Phrase("Записей слишком много", "There are too many records")
    let tooMany = Phrase(
        "Мы не можем сложить этот месяц целиком. Скачайте детализацию: в ней есть каждая запись.",
        "We cannot add up this whole month. Download the statement: it has every record.")

    // Statement.
    let statementTitle = Phrase("Детализация", "Statement")
    let kind = Phrase("Что показать", "What to show")
    let everything = Phrase("Всё", "Everything")
    let services = Phrase("Тариф, опции и подписки", "Tariff, options and subscriptions")
    let adjustments = Phrase("Переводы, корректировки и возвраты", "Transfers, corrections and refunds")
    let invalidKind = Phrase("Выберите, что показать, из списка", "Choose what to show from the list")
    let download = Phrase("Скачать CSV", "Download as CSV")
    let sendByEmail = Phrase("Отправить на почту", "Send by e-mail")
    let document = Phrase("Скачать документ", "Download the document")
    let print = Phrase("Напечатать", "Print")
    let sumsOfPage = Phrase("Деньги на этой странице", "The money of this page")
    let sumsOfPeriod = Phrase("Деньги за период", "The money of the period")
    let find = Phrase("Найти на этой странице", "Find on this page")
    let time = StatementPhrases.time
    let what = StatementPhrases.what
    let peer = StatementPhrases.peer
    let quantity = StatementPhrases.quantity
    let payment = StatementPhrases.payment
    let balanceAfter = StatementPhrases.balanceAfter
    let records = Plural(ru: "запись", "записи", "записей", en: "record", "records")
    let shown = Phrase("На странице: {0}", "On this page: {0}")
    let pages = Phrase("Страницы", "Pages")
    let earlier = Phrase("Раньше", "Earlier")
    let newest = Phrase("К самым новым", "To the newest")
    let noRecords = Phrase("Записей за этот период нет", "No records in this period")
    let noRecordsNote = Phrase(
        "Выберите другие даты или покажите всё. Звонок появляется здесь вскоре после его конца.",
        "Choose other dates, or show everything. A call comes here soon after its end.")
    let noRecordsHere = Phrase("На этой странице записей нет", "No records on this page")
    let noMore = Phrase("Более ранних записей нет", "No earlier records")
    let noMoreNote = Phrase("Это конец списка.", "This is the end of the list.")
    let searchOn = Phrase(
        "Просмотрен ещё не весь период. Нажмите «Раньше».", "Not the whole period was searched. Press “Earlier”.")
    let printed = Phrase("Номер {0}. {1}. Составлено {2}.", "Number {0}. {1}. Made on {2}.")

    // Payments.
    let paymentsTitle = Phrase("Платежи", "Payments")
    let method = Phrase("Способ", "Method")
    let reference = Phrase("Номер платежа", "Reference")
    let chargedFrom = Phrase("Сразу списано", "Charged at once")
    let chargedHint = Phrase(
        "«Сразу списано» — плата, которая ждала денег и списалась в момент платежа.",
        "“Charged at once” is a fee that waited for money, and was charged with the payment.")
    let paymentCount = Plural(ru: "платёж", "платежа", "платежей", en: "payment", "payments")
    let noPayments = Phrase("Платежей ещё нет", "No payments yet")
    let noPaymentsNote = Phrase(
        "Платёж появится здесь сразу, как деньги поступят на счёт.",
        "A payment comes here as soon as the money is on the account.")
    let topUp = Phrase("Пополнить счёт", "Top up")
    let refund = Phrase("Вернуть деньги", "Money back")
    let requested = Phrase("Запрошено {0}", "Requested: {0}")
    let late = Phrase("Пришёл позже срока", "Came after its time")
    let noPaymentsInPeriod = Phrase("Платежей за этот период нет", "No payments in this period")
    let noPaymentsHere = Phrase("На этой странице платежей нет", "No payments on this page")
    let otherDates = Phrase("Выберите другие даты.", "Choose other dates.")
    let allPayments = Phrase("Показать все платежи", "Show all payments")

    // The order of a statement by e-mail.
    let orderTitle = Phrase("Детализация на почту", "The statement by e-mail")
    let orderLead = Phrase(
        "Мы пришлём файл со всеми звонками, SMS, интернетом и списаниями номера {0} за выбранные дни.",
        "We send a file with every call, message, data session and charge of the number {0} in the days that you choose."
    )
    let orderOwnNote = Phrase(
        "На почту можно заказать детализацию только своего номера {0}. Сейчас показан номер {1}.",
        "Only the statement of your own number {0} can be ordered by e-mail. The number {1} is shown now.")
    let format = Phrase("Вид файла", "The kind of the file")
    let csv = Phrase("Таблица CSV", "A CSV table")
    let csvHint = Phrase("Для Excel и других программ", "For Excel and other programs")
    let html = Phrase("Страница HTML", "An HTML page")
    let htmlHint = Phrase("Чтобы читать и печатать", "To read and to print")
    let invalidFormat = Phrase("Выберите вид файла из списка", "Choose the kind of the file from the list")
    let orderTo = Phrase("Куда", "Where to")
    let orderToOther = Phrase("Указать другой адрес в профиле", "Set another address in the profile")
    let orderEmail = Phrase("Адрес почты", "E-mail address")
    let orderEmailHint = Phrase(
        "Например, anna@example.org. Подтвердите почту в профиле, и вводить её здесь будет не нужно",
        "For example, anna@example.org. Confirm your e-mail in the profile, and you need not enter it here")
    let order = Phrase("Заказать", "Order")
    let orderTooOften = Phrase(
        "За сутки можно заказать не больше 10 детализаций. Повторите завтра",
        "At most 10 statements can be ordered in a day. Try again tomorrow")
    let orderedTitle = Phrase("Детализация заказана", "The statement is ordered")
    let orderedLead = Phrase(
        "Письмо с файлом придёт на {0} в течение нескольких минут.",
        "A letter with the file comes to {0} within some minutes.")
    let orderedNotice = Phrase(
        "О заказе мы сообщим и по SMS. Если письма нет, проверьте папку «Спам».",
        "We tell you of the order by SMS too. If there is no letter, look into the spam folder.")
    let period = Phrase("Период", "Period")
    let orderedAt = Phrase("Когда заказана", "Ordered on")
    let orderAnother = Phrase("Заказать ещё", "Order another one")
}
