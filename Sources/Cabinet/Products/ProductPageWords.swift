internal import Client
internal import Phrases
internal import Web

/// The words of the pages of options, and of the pages of subscriptions. Their templates are the same.
struct ProductPageWords: WordTable {
    let navigation: Phrase
    let title: Phrase
    let lead: Phrase
    let connected: Phrase
    let nothing: Phrase
    let nothingNote: Phrase
    let available: Phrase
    let noneAvailable: Phrase
    let noneAvailableNote: Phrase
    let find: Phrase
    let offNote: Phrase
    let toAll: Phrase
    let question: Phrase
    let oneTitle: Phrase
    let isConnected: Phrase
    let product: Phrase
    let check: Phrase
    let submit: Phrase
    let done: Phrase
    let doneForFree: Phrase
    let off: Phrase
    let incompatible: Phrase
    let alreadyExists: Phrase
    let notFound: Phrase

    let switchOff = Phrase("Отключить", "Switch off")
    let details = Phrase("Подробнее и подключить", "Details and switch on")
    let topUp = Phrase("Пополнить счёт", "Top up")
    let notForLinkedTitle = Phrase(
        "Подписки подключает только владелец номера", "Only the owner of the number can subscribe")
    let notForLinked = Phrase(
        "Вы управляете этим номером, поэтому можете посмотреть его подписки и отключить их. Подключить новую можно из "
            + "кабинета самого номера.",
        "You manage this number, so you can see its subscriptions and end them. A new one can be taken from the "
            + "cabinet of the number itself.")

    // An option and a subscription are feminine in Russian, and a tariff is not.
    let active = Phrase("Активна", "Active")
    let unpaid = Phrase("Не оплачена", "Not paid")
    let until = Phrase("оплачено до {0}", "paid until {0}")
    let since = Phrase("с {0}", "since {0}")
    let unpaidNote = Phrase(
        "не действует; включится, когда на счёте будет {0}", "does not work; it starts when the balance is {0}")
    let left = Phrase("осталось {0} из {1}", "{0} of {1} left")
    let usedUp = Phrase("пакет закончился", "the package is used up")
    let provider = Phrase("Поставщик: {0}", "Provider: {0}")
    let bundle = Phrase("Пакет опций: {0}", "A bundle of options: {0}")

    let connectionNote = Phrase("подключение: {0}", "connection: {0}")

    let number = Phrase("Номер", "Number")
    let providerTitle = Phrase("Поставщик", "Provider")
    let brings = Phrase("Что даёт", "What it brings")
    let bundleTitle = Phrase("Что входит", "What it contains")
    let price = Phrase("Цена", "Price")
    let lack = Phrase("Не хватает {0}.", "{0} is missing.")
    let lackNote = Phrase(
        "Пополните счёт на эту сумму и вернитесь сюда.", "Top up this amount, and come back.")
    let conflicts = Phrase("Сначала отключите", "Switch off first")
    let conflictsNote = Phrase(
        "Это не сочетается с тем, что вы подключаете. Отключится сразу, плата не возвращается.",
        "It does not go with what you switch on. It ends at once, and its fee is not returned.")
    let afterCode = Phrase("Сразу, как только вы введёте код", "As soon as you enter the code")
    let cancel = Phrase("Не подключать", "Do not switch on")
    let contentBanTitle = Phrase("Платный контент запрещён", "Paid content is barred")
    let contentBan = Phrase(
        "Запрет защищает от подписок, которые включаются без вашего ведома. Чтобы подписаться, сначала снимите его.",
        "The bar protects you from subscriptions that begin without your knowledge. Lift it first to subscribe.")
    let toService = Phrase("Связь и запреты", "Service and bars")
    let confirmLead = Phrase(
        "Мы отправили код на номер {0}. Подписка начнётся и спишется плата, когда вы введёте его. Код действует 10 минут.",
        "We have sent a code to the number {0}. The subscription begins, and its price is charged, when you enter it. "
            + "The code is good for 10 minutes.")
    let noChallenge = Phrase(
        "Запрос кода устарел. Ничего не списано. Выберите подписку ещё раз.",
        "The request for a code is out of date. Nothing was charged. Choose the subscription again.")
    let byCabinet = Phrase("подключена в этом кабинете", "switched on in this cabinet")
    let by = Phrase("подключена через «{0}»", "switched on through “{0}”")
    let dearer = Phrase(
        "Цена изменилась, пока вы вводили код. Ничего не списано. Посмотрите новую цену и начните ещё раз.",
        "The price changed while you entered the code. Nothing was charged. Look at the new price, and begin again.")
    let limitOfOwn = Phrase(
        "Это больше предела расходов, который установлен для номера. Изменить предел можно в разделе «Связь и запреты».",
        "This is more than the spending limit of the number. You can change the limit under “Service and bars”.")
    let limitReached = Phrase(
        "У номера уже столько опций и подписок, сколько можно. Сначала отключите ненужные.",
        "The number has as many options and subscriptions as it may. Switch off what you do not need first.")
    let notAvailable = Phrase(
        "Сейчас или для этого номера это подключить нельзя. Если вы недавно меняли SIM-карту, попробуйте через сутки.",
        "This cannot be switched on now, or not for this number. If you changed the SIM card lately, try again in a day."
    )
}

extension ProductPageWords {
    static let options = ProductPageWords(
        navigation: Phrase("Опции", "Options"),
        title: Phrase("Опции", "Options"),
        lead: Phrase(
            "Пакеты и услуги, которые работают вместе с тарифом.",
            "Packages and services that work beside the tariff."),
        connected: Phrase("Подключено", "Switched on"),
        nothing: Phrase("Опций пока нет", "No options yet"),
        nothingNote: Phrase("Выберите нужную из списка ниже.", "Choose one from the list below."),
        available: Phrase("Можно подключить", "Available"),
        noneAvailable: Phrase("Больше подключать нечего", "There is nothing more to switch on"),
        noneAvailableNote: Phrase(
            "Других опций для этого тарифа и региона сейчас нет.",
            "There are no other options for this tariff and region now."),
        find: Phrase("Найти опцию", "Find an option"),
        offNote: Phrase(
            "Опция отключается сразу. Плата за текущий период не возвращается, а остаток её пакета сгорает.",
            "An option ends at once. The fee of its current period is not returned, and what is left of its package "
                + "ends."),
        toAll: Phrase("Все опции", "All options"),
        question: Phrase("Подключить «{0}»?", "Switch on “{0}”?"),
        oneTitle: Phrase("Опция «{0}»", "Option “{0}”"),
        isConnected: Phrase(
            "Эта опция уже подключена.", "This option is on already."),
        product: Phrase("Опция", "Option"),
        check: Phrase("Подключить опцию", "Switch the option on"),
        submit: Phrase("Подключить опцию", "Switch the option on"),
        done: Phrase(
            "Опция «{0}» подключена. Списано {1}, на счёте {2}.",
            "The option “{0}” is on. {1} was charged, and the balance is {2}."),
        doneForFree: Phrase(
            "Опция «{0}» подключена. За это ничего не списано.", "The option “{0}” is on. Nothing was charged."),
        off: Phrase("Опция «{0}» отключена.", "The option “{0}” is off."),
        incompatible: Phrase(
            "Эта опция не работает на текущем тарифе или не сочетается с тем, что уже подключено. Сначала отключите "
                + "другую опцию.",
            "This option does not go with the tariff, or with what is on already. Switch the other option off first."),
        alreadyExists: Phrase("Эта опция уже подключена.", "This option is on already."),
        notFound: Phrase(
            "Такой опции у номера нет: возможно, её уже отключили.",
            "The number does not have this option: it may be off already."))

    static let subscriptions = ProductPageWords(
        navigation: Phrase("Подписки", "Subscriptions"),
        title: Phrase("Подписки", "Subscriptions"),
        lead: Phrase(
            "Платный контент, за который деньги списываются со счёта номера.",
            "Paid content whose price is taken from the balance of the number."),
        connected: Phrase("Действуют", "Yours"),
        nothing: Phrase("Платных подписок нет", "There are no paid subscriptions"),
        nothingNote: Phrase(
            "За контент со счёта ничего не списывается.", "Nothing is charged for content."),
        available: Phrase("Можно подписаться", "Available"),
        noneAvailable: Phrase("Подписаться сейчас не на что", "There is nothing to subscribe to now"),
        noneAvailableNote: Phrase(
            "У номера уже есть все подписки, или для его тарифа и региона их нет.",
            "The number has every subscription, or there are none for its tariff and region."),
        find: Phrase("Найти подписку", "Find a subscription"),
        offNote: Phrase(
            "Подписка отключается сразу, одним нажатием. Плата за текущий период не возвращается.",
            "A subscription ends at once, with one press. The fee of its current period is not returned."),
        toAll: Phrase("Все подписки", "All subscriptions"),
        question: Phrase("Подписаться на «{0}»?", "Subscribe to “{0}”?"),
        oneTitle: Phrase("Подписка «{0}»", "Subscription “{0}”"),
        isConnected: Phrase(
            "Эта подписка уже действует.", "You have this subscription already."),
        product: Phrase("Подписка", "Subscription"),
        check: Phrase("Получить код и подписаться", "Get a code to subscribe"),
        submit: Phrase("Подписаться", "Subscribe"),
        done: Phrase(
            "Вы подписались на «{0}». Списано {1}, на счёте {2}.",
            "You subscribed to “{0}”. {1} was charged, and the balance is {2}."),
        doneForFree: Phrase(
            "Вы подписались на «{0}». За это ничего не списано.", "You subscribed to “{0}”. Nothing was charged."),
        off: Phrase("Подписка «{0}» отключена.", "The subscription “{0}” has ended."),
        incompatible: Phrase(
            "Эта подписка не сочетается с тем, что уже подключено. Сначала отключите другую подписку или опцию.",
            "This subscription does not go with what is on already. Switch the other subscription or option off first."),
        alreadyExists: Phrase("Эта подписка уже есть.", "You have this subscription already."),
        notFound: Phrase(
            "Такой подписки у номера нет: возможно, её уже отключили.",
            "The number does not have this subscription: it may have ended already."))

    /// The words of a refusal for these products; nil if it means the same everywhere.
    func phrase(for refusal: Refusal, isOff: Bool) -> Phrase? {
        switch refusal.code {
        case "incompatible": incompatible
        case "already_exists": alreadyExists
        case "not_found" where refusal.field == "msisdn": nil
        case "not_found": isOff ? notFound : notAvailable
        case "not_available" where refusal.field == "msisdn": Words.tariffs.suspended
        case "not_available": notAvailable
        case "conflict": dearer
        case "limit_reached" where refusal.field == nil: limitOfOwn
        case "limit_reached" where refusal.field != "msisdn": limitReached
        default: nil
        }
    }

    func text(of refusal: Refusal, _ language: Language) -> String {
        phrase(for: refusal, isOff: false)?[language] ?? Web.text(of: refusal, language)
    }
}
