internal import Client
internal import Phrases
internal import Web

struct SuspensionWords: WordTable {
    let section = Phrase("Приостановить обслуживание", "Suspend the service")
    let sectionNote = Phrase(
        "Уезжаете или не пользуетесь номером? Приостановите его: плата за тариф и опции не списывается, связи в это "
            + "время нет.",
        "Going away, or not using the number? Suspend it: the fees of the tariff and of options are not taken, and "
            + "there is no service meanwhile.")
    let open = Phrase("Условия и приостановка", "Terms, and suspend")
    let suspendedTitle = Phrase("Обслуживание приостановлено", "The service is suspended")
    let since = Phrase(
        "Номер приостановлен с {0}. Связи нет, плата за тариф и опции не списывается.",
        "The number is suspended since {0}. There is no service, and the fees of the tariff and of options are not "
            + "taken.")
    let freeThenFee = Phrase(
        "До {0} это бесплатно, потом {1} в день.", "It is free until {0}, and then costs {1} a day.")
    let freeUntil = Phrase("До {0} это бесплатно.", "It is free until {0}.")
    let resume = Phrase("Возобновить обслуживание", "Resume the service")

    let title = Phrase("Приостановить обслуживание?", "Suspend the service?")
    let lead = Phrase("Для номера {0}", "For the number {0}")
    let meaning = Phrase("Что это значит", "What this means")
    let noService = Phrase(
        "Звонков, SMS и интернета не будет. Экстренные вызовы работают.",
        "There are no calls, messages and internet. Emergency calls work.")
    let noFees = Phrase(
        "Плата за тариф, опции и подписки не списывается.",
        "The fees of the tariff, of options and of subscriptions are not taken.")
    let keeps = Phrase(
        "Деньги на счёте остаются. Оплаченный период и остатки пакетов останавливаются и продолжатся потом.",
        "The balance stays. The paid period and what is left of the packages stop, and go on later.")
    let freeDaysThenFee = Phrase(
        "{0} бесплатно, потом {1} в день.", "It is free for {0}, and then costs {1} a day.")
    let feeFromBegin = Phrase("Приостановка стоит {0} в день.", "The suspension costs {0} a day.")
    let free = Phrase("Приостановка бесплатная.", "The suspension is free.")
    let anyTime = Phrase(
        "Возобновить обслуживание можно в любой день здесь же.", "You can resume the service on any day, here.")
    let submit = Phrase("Приостановить", "Suspend")
    let cancel = Phrase("Не приостанавливать", "Do not suspend")
    let toTariffs = Phrase("Тариф", "Tariff")

    let done = Phrase("Обслуживание приостановлено.", "The service is suspended.")
    let credited = Phrase(
        "За неиспользованные дни на счёт вернулось {0}.", "{0} was returned for the days that were not used.")
    let resumed = Phrase("Обслуживание возобновлено.", "The service is resumed.")
    let resumedForFee = Phrase(
        "Обслуживание возобновлено. Списано {0}, на счёте {1}.",
        "The service is resumed. {0} was charged, and the balance is {1}.")
    let resumedUnpaid = Phrase(
        "Обслуживание возобновлено, но денег на тариф не хватает. Пополните счёт, и он включится сам.",
        "The service is resumed, but the balance does not pay the tariff. Top up, and it starts by itself.")
    let notSuspended = Phrase("Обслуживание уже возобновлено.", "The service is resumed already.")

    private let debt = Phrase(
        "Сначала погасите долг: пополните счёт, чтобы на нём было не меньше нуля.",
        "Pay the debt first: top up until the balance is not below zero.")
    private let planned = Phrase(
        "Сначала отмените запланированную смену тарифа.", "Cancel the planned change of the tariff first.")
    private let already = Phrase("Обслуживание уже приостановлено.", "The service is suspended already.")
    func phrase(for refusal: Refusal) -> Phrase? {
        switch refusal.code {
        case "conflict": planned
        case "already_exists": already
        case "not_available": debt
        default: nil
        }
    }
}
