internal import Client
internal import Phrases
internal import Web

struct ServiceWords: WordTable {
    /// Short, because the navigation has many entries.
    let navigation = Phrase("Связь", "Service")
    let title = Phrase("Связь и запреты", "Service and bars")
    let forNumber = Phrase("Для номера {0}", "For the number {0}")
    let back = Phrase("Связь и запреты", "Service and bars")
    let ownerOnly = Phrase(
        "Вы управляете этим номером. Вы можете поставить запрет, а снять его может только владелец номера.",
        "You manage this number. You can set a bar, and only the owner of the number can lift it.")

    // The reasons for which service is barred, and the way back.
    let allWorks = Phrase("Связь работает.", "The service works.")
    let topUp = Phrase("Пополнить счёт", "Top up")
    let blocked = Phrase("SIM-карта заблокирована.", "The SIM card is blocked.")
    let blockedBySelf = Phrase(
        "Звонков, SMS и интернета нет. Разблокировать её можно паролем от кабинета.",
        "There are no calls, messages and internet. You can unblock it with the password of the cabinet.")
    let blockedByOwner = Phrase(
        "Звонков, SMS и интернета нет. Разблокировать её может только владелец номера из своего кабинета.",
        "There are no calls, messages and internet. Only the owner of the number can unblock it, in the cabinet of that "
            + "number.")
    let blockedByOther = Phrase(
        "Её заблокировал оператор. Чтобы разблокировать, обратитесь в поддержку.",
        "The operator blocked it. Ask the support to unblock it.")
    let unblock = Phrase("Разблокировать SIM-карту", "Unblock the SIM card")
    let suspended = Phrase("Обслуживание приостановлено.", "The service is suspended.")
    let suspendedSince = Phrase(
        "С {0} связи нет, плата за тариф и опции не списывается.",
        "There is no service since {0}, and the fees of the tariff and of options are not taken.")
    let toSuspension = Phrase("Возобновить", "Resume")
    let funds = Phrase("На счёте закончились деньги.", "The balance is used up.")
    let fundsEmpty = Phrase(
        "Входящие звонки и SMS работают. Остальное включится само, когда вы пополните счёт.",
        "Incoming calls and messages work. The rest comes back by itself when you top up.")
    let fundsOver = Phrase(
        "Входящие звонки и SMS работают. Пополните счёт больше чем на {0}, и остальное включится само.",
        "Incoming calls and messages work. Top up more than {0}, and the rest comes back by itself.")
    let overLimit = Phrase("Достигнут предел расходов.", "The spending limit is reached.")
    let overLimitNote = Phrase(
        "Входящие звонки и SMS работают. Остальное включится 1-го числа или когда предел поднимут либо снимут.",
        "Incoming calls and messages work. The rest comes back on the 1st, or when the limit is raised or removed.")
    let changeLimits = Phrase("Изменить пределы", "Change the limits")
    let unpaid = Phrase("Интернет остановлен: тариф не оплачен.", "The internet is stopped: the tariff is not paid.")
    let unpaidLack = Phrase(
        "Пополните счёт на {0}, и он включится сам.", "Top up {0}, and it comes back by itself.")
    let unpaidWaits = Phrase(
        "Он включится сам после пополнения счёта.", "It comes back by itself after a top-up.")
    let usedUp = Phrase("Интернет остановлен: пакет закончился.", "The internet is stopped: the package is used up.")
    let usedUpNote = Phrase(
        "Вы просили не тратить деньги сверх пакета. Интернет включится со следующим пакетом: подключите опцию или "
            + "дождитесь нового периода.",
        "You asked not to spend money beyond the package. The internet comes back with the next package: switch an "
            + "option on, or wait for the new period.")
    let toOptions = Phrase("Выбрать опцию", "Choose an option")
    let roaming = Phrase("Интернет за границей остановлен.", "The internet abroad is stopped.")
    let roamingNote = Phrase(
        "Достигнут предел интернета в роуминге. Он включится 1-го числа или когда предел поднимут либо снимут.",
        "The limit of data in roaming is reached. It comes back on the 1st, or when the limit is raised or removed.")
    let otherReason = Phrase("Ограничено оператором", "Restricted by the operator")
    let otherReasonNote = Phrase(
        "Чтобы узнать причину, обратитесь в поддержку.", "Ask the support for the reason.")

    // The services of the network.
    let now = Phrase("Что работает сейчас", "What works now")
    let works = Phrase("Работает", "Works")
    let worksNot = Phrase("Не работает", "Does not work")
    let isBarred = Phrase("Запрещено вами", "Barred by you")
    let services = [
        "voice_out": Phrase("Исходящие звонки", "Outgoing calls"),
        "voice_in": Phrase("Входящие звонки", "Incoming calls"),
        "sms_out": Phrase("Исходящие SMS", "Outgoing messages"),
        "sms_in": Phrase("Входящие SMS", "Incoming messages"),
        "mms": Phrase("MMS", "MMS"),
        "data": Phrase("Интернет", "Internet"),
        "roaming_data": Phrase("Интернет за границей", "Internet abroad"),
        "content": Phrase("Платный контент", "Paid content"),
        "mass_calls": Phrase("Массовые обзвоны", "Mass calls"),
    ]
    let reasons = [
        "sim_block": Phrase("SIM-карта заблокирована", "the SIM card is blocked"),
        "suspended": Phrase("обслуживание приостановлено", "the service is suspended"),
        "funds": Phrase("закончились деньги", "the balance is used up"),
        "spending_limit": Phrase("достигнут предел расходов", "the spending limit is reached"),
        "fee_unpaid": Phrase("тариф не оплачен", "the tariff is not paid"),
        "package_used_up": Phrase("пакет закончился", "the package is used up"),
        "roaming_limit": Phrase("достигнут предел в роуминге", "the limit in roaming is reached"),
        "content_ban": Phrase("стоит запрет", "a bar is on"),
        "calls_ban": Phrase("стоит запрет", "a bar is on"),
    ]

    // The SIM.
    let sim = Phrase("SIM-карта", "SIM card")
    let simWorks = Phrase(
        "Потеряли телефон или его украли? Заблокируйте SIM-карту, чтобы никто не звонил и не тратил деньги за ваш счёт.",
        "Is the phone lost or stolen? Block the SIM card, so that nobody calls and spends your money.")
    let toBlock = Phrase("Заблокировать SIM-карту", "Block the SIM card")
    let blockTitle = Phrase("Заблокировать SIM-карту?", "Block the SIM card?")
    let meaning = Phrase("Что это значит", "What this means")
    let blockAtOnce = Phrase(
        "Связь прекратится сразу: не будет звонков, SMS и интернета, не придут и коды.",
        "The service ends at once: there are no calls, messages and internet, and codes do not arrive either.")
    let blockFees = Phrase(
        "Плата за тариф и опции списывается как обычно, если в условиях тарифа не сказано другое. Чтобы её не платить, "
            + "приостановите обслуживание.",
        "The fees of the tariff and of options are taken as usual, unless the terms of the tariff say otherwise. "
            + "Suspend the service if you do not want to pay them.")
    let unblockByPassword = Phrase(
        "Разблокировать её можно здесь же паролем. Код из SMS не подойдёт.",
        "You can unblock it here with the password. A code by SMS is not enough.")
    let unblockByOwner = Phrase(
        "Разблокировать её сможет только владелец номера из своего кабинета.",
        "Only the owner of the number can unblock it, in the cabinet of that number.")
    let reason = Phrase("Почему", "Why")
    let reasonLost = Phrase("Потеряна", "It is lost")
    let reasonStolen = Phrase("Украдена", "It is stolen")
    let reasonFraud = Phrase("Похоже на мошенничество", "I suspect fraud")
    let reasonRequest = Phrase("Другая причина", "Another reason")
    let block = Phrase("Заблокировать", "Block")
    let doNotBlock = Phrase("Не блокировать", "Do not block")
    let isBlockedAlready = Phrase("SIM-карта уже заблокирована.", "The SIM card is blocked already.")
    let blockDone = Phrase("SIM-карта заблокирована.", "The SIM card is blocked.")
    let unblockTitle = Phrase("Разблокировать SIM-карту?", "Unblock the SIM card?")
    let password = Phrase("Пароль от кабинета", "The password of the cabinet")
    let passwordHint = Phrase(
        "Код из SMS здесь не подойдёт: его мог получить тот, у кого телефон",
        "A code by SMS is not enough here, because whoever has the phone gets it")
    let passwordMissing = Phrase("Введите пароль", "Enter the password")
    let passwordWrong = Phrase("Пароль неверный", "The password is wrong")
    let passwordForgotten = Phrase(
        "Забыли пароль? Обратитесь в поддержку с паспортом.",
        "Forgotten the password? Go to the support with a passport.")
    let unblockShort = Phrase("Разблокировать", "Unblock")
    let cancel = Phrase("Отмена", "Cancel")
    let notBlocked = Phrase("SIM-карта не заблокирована.", "The SIM card is not blocked.")
    let unblockDone = Phrase("SIM-карта разблокирована.", "The SIM card is unblocked.")

    // Bans.
    let bans = Phrase("Запреты", "Bars")
    let banOn = Phrase("Запрещены", "Barred")
    let banOff = Phrase("Разрешены", "Allowed")
    let content = Phrase("Платные подписки и контент", "Paid subscriptions and content")
    let contentNote = Phrase(
        "Пока стоит запрет, никто не подключит номеру платную подписку, даже с кодом.",
        "While the bar is on, nobody can subscribe this number to paid content, not even with a code.")
    let banContent = Phrase("Запретить платный контент", "Bar paid content")
    let allowContent = Phrase("Разрешить платный контент", "Allow paid content")
    let contentBanned = Phrase("Платный контент запрещён.", "Paid content is barred.")
    let contentAllowed = Phrase(
        "Платный контент разрешён. Подписка всё равно подключается только с кодом из SMS.",
        "Paid content is allowed. A subscription still needs a code by SMS.")
    let calls = Phrase("Массовые обзвоны", "Mass calls")
    let callsNote = Phrase(
        "Запрет не пропускает автоматические звонки с рекламой и опросами.",
        "The bar stops automatic calls with advertising and polls.")
    let banCalls = Phrase("Запретить массовые обзвоны", "Bar mass calls")
    let allowCalls = Phrase("Разрешить массовые обзвоны", "Allow mass calls")
    let callsBanned = Phrase("Массовые обзвоны запрещены.", "Mass calls are barred.")
    let callsAllowed = Phrase("Массовые обзвоны разрешены.", "Mass calls are allowed.")

    // Own limits.
    let limits = Phrase("Пределы расходов", "Spending limits")
    let noLimits = Phrase(
        "Пределов нет. С ними номер не потратит за месяц больше, чем вы решили.",
        "There are no limits. With them, the number spends no more in a month than you decide.")
    let setLimits = Phrase("Установить пределы", "Set limits")
    let limitsTitle = Phrase("Пределы расходов", "Spending limits")
    let moneyLimit = Phrase("Деньги за месяц", "Money in a month")
    let roamingLimit = Phrase("Интернет за границей за месяц", "Data abroad in a month")
    let beyond = Phrase("Интернет сверх пакета", "Data beyond the package")
    let beyondStops = Phrase("останавливается", "is stopped")
    let limitValue = Phrase("не больше {0}", "at most {0}")
    let spentOf = Phrase("потрачено {0} из {1}", "{0} of {1} spent")
    let amount = Phrase("Сколько денег можно потратить за месяц, ₽", "Money that may be spent in a month, ₽")
    let amountHint = Phrase(
        "Пусто — без предела. На 80 % мы предупредим, на 100 % остановим исходящую связь. Плата за тариф и опции "
            + "списывается и дальше",
        "Empty means no limit. We warn at 80 %, and stop outgoing service at 100 %. Fees of the tariff and of options "
            + "are still taken")
    let roamingField = Phrase("Сколько интернета за границей, МБ", "Data abroad, MB")
    let roamingHint = Phrase(
        "Пусто — без предела. Когда он достигнут, интернет в роуминге остановится до 1-го числа",
        "Empty means no limit. When it is reached, data in roaming stop until the 1st")
    let beyondQuestion = Phrase("Когда пакет интернета закончится", "When the data package is used up")
    let beyondCharge = Phrase("Дальше списывать деньги по цене тарифа", "Go on at the price of the tariff")
    let beyondStop = Phrase("Остановить интернет до следующего пакета", "Stop the internet until the next package")
    let save = Phrase("Сохранить", "Save")
    let limitsSaved = Phrase("Пределы сохранены.", "The limits are saved.")
    let limitsOfOthers = Phrase(
        "Предел, который установил кто-то другой, вы можете только понизить.",
        "You can only lower a limit that somebody else has set.")
    let invalidAmount = Phrase(
        "Введите сумму больше нуля, например 500, или оставьте поле пустым",
        "Enter an amount above zero, such as 500, or leave the field empty")
    let invalidMegabytes = Phrase(
        "Введите число мегабайт от 1 до 1 000 000 или оставьте поле пустым",
        "Enter megabytes from 1 to 1,000,000, or leave the field empty")

    // The blacklist.
    let blacklist = Phrase("Чёрный список", "Blacklist")
    let blacklistNote = Phrase(
        "Звонки и SMS с этих номеров не доходят.", "Calls and messages from these numbers do not arrive.")
    let blacklistEmpty = Phrase("Номеров в списке нет.", "There are no numbers in the list.")
    let blacklistCount = Plural(
        ru: "номер в списке", "номера в списке", "номеров в списке", en: "number in the list", "numbers in the list")
    let openBlacklist = Phrase("Открыть список", "Open the list")
    let blacklistTitle = Phrase("Чёрный список", "Blacklist")
    let since = Phrase("с {0}", "since {0}")
    let peer = Phrase("Номер, который не должен дозвониться", "The number that must not reach you")
    let peerHint = Phrase("Целиком или короткий, например 900 123-45-67", "Whole or short, such as 900 123-45-67")
    let add = Phrase("Добавить в список", "Add to the list")
    let remove = Phrase("Убрать", "Remove")
    let peerAdded = Phrase("Номер {0} добавлен в чёрный список.", "The number {0} is on the blacklist.")
    let peerRemoved = Phrase("Номер {0} убран из чёрного списка.", "The number {0} is off the blacklist.")
    let invalidPeer = Phrase(
        "Введите номер целиком, например 900 123-45-67, или короткий номер до 6 цифр",
        "Enter the whole number, such as 900 123-45-67, or a short one of up to 6 digits")
    let peerIsThere = Phrase("Этот номер уже в списке", "This number is in the list already")
    let blacklistFull = Phrase(
        "В списке уже 100 номеров. Сначала уберите ненужный", "The list has 100 numbers already. Remove one first")

    // Settings.
    let settings = Phrase("Настройки для телефона", "Settings for the phone")
    let settingsNote = Phrase(
        "Если интернет или MMS не работают на новом телефоне, пришлём настройки. Их нужно сохранить на телефоне.",
        "If the internet or MMS do not work on a new phone, we send the settings. Save them on the phone.")
    let sendInternet = Phrase("Прислать настройки интернета", "Send the settings for the internet")
    let sendMMS = Phrase("Прислать настройки MMS", "Send the settings for MMS")
    let settingsSent = Phrase(
        "Настройки интернета придут на номер {0} в течение нескольких минут.",
        "The settings for the internet arrive at {0} within some minutes.")
    let settingsSentMMS = Phrase(
        "Настройки MMS придут на номер {0} в течение нескольких минут.",
        "The settings for MMS arrive at {0} within some minutes.")
    let settingsTooOften = Phrase(
        "За сутки настройки уже отправили 5 раз. Попробуйте завтра.",
        "The settings were sent five times within a day. Try again tomorrow.")

    /// A refusal that means: somebody else may do this. Other errors stay what they are.
    func fault(_ error: ServiceError, _ language: Language) -> any Error {
        switch error.refusal?.code {
        case "not_permitted": FieldError(limit(error.refusal?.field), notYours[language])
        default: error
        }
    }

    /// The field of the form of limits; empty if the refusal is about the whole.
    private func limit(_ field: String?) -> String {
        field.map { ["amount", "roaming_bytes"].contains($0) ? $0 : "" } ?? ""
    }

    private let notYours = Phrase(
        "Вы не можете снять или ослабить это ограничение. Обратитесь к тому, кто его поставил, или к оператору.",
        "You cannot lift or loosen this. Ask whoever set it, or the operator.")
}
