internal import Phrases
internal import Web

struct StartWords: WordTable {
    let navigation = Phrase("Главная", "Start")
    let title = Phrase("Главная", "Start")
    let linkedNote = Phrase("Вы смотрите номер, которым управляете", "You look at a number that you manage")
    let balance = Phrase("Баланс", "Balance")
    let payments = Phrase("История платежей", "Payments")
    let enough = Phrase(
        "Хватит на следующее списание {0}: {1}.", "Enough for the next fee on {0}: {1}.")
    let notEnough = Phrase(
        "До следующего списания {0} не хватает {1}.", "{1} is missing for the next fee on {0}.")
    let missing = Phrase(
        "Не хватает {0} на то, что ждёт оплаты. Пополните счёт, и всё включится само.",
        "{0} is missing for what waits to be paid. Top up the account, and it starts by itself.")
    let waits = Phrase(
        "Оплата пройдёт со следующим пополнением.", "The next payment pays what waits.")
    let charges = Phrase("Следующие списания", "Next charges")
    let at = Phrase("{0}, {1}", "{0}, {1}")
    let waitsSince = Phrase("ждёт оплаты с {0}", "waits for payment since {0}")
    let change = Phrase("Смена тарифа на «{0}»", "Change to “{0}”")
    let move = Phrase("Переход на «{0}»", "Move to “{0}”")
    let suspensionDay = Phrase("День приостановки", "A day of the suspension")
    let dormancyDay = Phrase("День неиспользования номера", "A day of an unused number")
    let unusedAhead = Phrase(
        "Если номером не пользоваться, с {0} каждый день будет списываться {1}. Любой звонок, SMS или интернет отменит"
            + " списание.",
        "If nobody uses the number, {1} is charged each day from {0} on. A call, a message or the internet ends that.")
    let unused = Phrase(
        "Номером давно не пользуются, поэтому каждый день списывается {0}. Любой звонок, SMS или интернет отменит"
            + " списание.",
        "Nobody has used the number for long, so {0} is charged each day. A call, a message or the internet ends that.")
    let terminates = Phrase(
        "{0} номер будет отключён, потому что на счёте давно нет денег. Пополните счёт, чтобы сохранить номер.",
        "The number ends on {0}, because there has been no money for long. Top up the account to keep it.")
    let topUp = Phrase("Пополнить", "Top up")
    let owed = Phrase(
        "{0} — обещанный платёж. Его нужно вернуть до {1}.", "{0} is a promised payment, to be repaid by {1}.")
    let toPromise = Phrase("Подробнее", "Details")
    let promise = Phrase("Обещанный платёж", "Promised payment")
    let tariff = Phrase("Тариф «{0}»", "Tariff “{0}”")
    let paidUntil = Phrase("Оплачен до", "Paid until")
    let toService = Phrase("Что сделать", "What to do")
    let fee = Phrase("Абонентская плата", "Fee")
    let compare = Phrase("Сравнить с другими тарифами", "Compare with other tariffs")
    let unpaidNote = Phrase(
        "Пакеты не действуют: звонки и сообщения идут по цене без пакета, интернет может быть остановлен.",
        "The packages do not work: calls and messages cost the price without a package, and the internet may be stopped."
    )
    let left = Phrase("Остатки пакетов", "Packages")
    let ofTotal = Phrase("из {0}", "of {0}")
    let unlimited = Phrase("Без ограничений", "Unlimited")
    let until = Phrase("до {0}", "until {0}")
    let running = Phrase("Осталось мало", "Little is left")
    let used = Phrase("Пакет закончился", "The package is used up")
    let gift = Phrase("Подарить гигабайты", "Give data away")
    let exchange = Phrase("Обменять минуты", "Exchange minutes")
    let given = Phrase("Подарок", "A gift")
    let exchanged = Phrase("Обмен минут", "Exchanged minutes")
    let rolledOver = Phrase("Перенесён с прошлого периода", "Kept from the last period")
    let noPackages = Phrase("Пакетов нет", "There are no packages")
    let noPackagesNote = Phrase(
        "Их даёт тариф с пакетами или опция.", "A tariff with packages or an option brings them.")
    let unpaidPackages = Phrase(
        "Они появятся, когда тариф будет оплачен.", "They come when the tariff is paid.")
    let connected = Phrase("Подключено", "Switched on")
    let allOptions = Phrase("Все опции", "All options")
    let nothing = Phrase("Ничего не подключено", "Nothing is switched on")
    let chooseOption = Phrase("Выбрать опцию", "Choose an option")
    let available = Phrase("Можно подключить", "You can switch on")
    let subscription = Phrase("Платная подписка", "Paid subscription")
    let spent = Phrase("Потрачено в этом месяце", "Spent this month")
    let since = Phrase("с {0}", "since {0}")
    let expenses = Phrase("На что ушли деньги", "Where the money went")
    let statement = Phrase("Каждый звонок и SMS", "Every call and message")
    let transfer = Phrase("Перевести деньги", "Transfer money")
    let addNumber = Phrase("Добавить номер близкого", "Add a number of your family")
}
