internal import Phrases
internal import Web

struct PrivacyWords: WordTable {
    let title = Phrase("Какие данные мы храним", "What we store about you")
    let lead = Phrase(
        "Всё, что система хранит о владельце номера {0}.", "All that the system stores about the holder of {0}.")
    let download = Phrase("Скачать файлом JSON", "Save as a JSON file")
    let print = Phrase("Напечатать", "Print")
    let caption = Phrase("Данные о владельце номера", "Data about the holder of the number")
    let what = Phrase("Что", "What")
    let value = Phrase("Значение", "Value")
    let since = Phrase("С какого дня", "Since")

    let number = Phrase("Номер телефона", "Phone number")
    let consent = Phrase("Согласие", "Consent")
    let consentGranted = Phrase("{0}: дано", "{0}: given")
    let consentWithdrawn = Phrase("{0}: отозвано", "{0}: withdrawn")
    let password = Phrase("Пароль", "Password")
    let digest = Phrase(
        "Отпечаток Argon2id. Сам пароль по нему не узнать", "An Argon2id digest. It does not tell the password")
    let noPassword = Phrase("Не задан", "None")
    let session = Phrase("Сеанс", "Session")
    let sessionValue = Phrase("№ {0}. {1}", "No. {0}. {1}")
    let device = Phrase("Устройство для входа", "Device to sign in with")
    let manages = Phrase("Номер, которым вы управляете", "A number that you manage")
    let managedBy = Phrase("Номер, который управляет вашим", "A number that manages yours")
    let balance = Phrase("Баланс", "Balance")
    let tariff = Phrase("Тариф", "Tariff")
    let option = Phrase("Опция или подписка", "Option or subscription")
    let organization = Phrase("Организация", "Organisation")
    let actsFor = Phrase("Вы действуете за организацию", "You act for an organisation")
    let organizationValue = Phrase("№ {0}", "No. {0}")
    let emailConfirmed = Phrase("Подтверждение почты", "Confirmation of the e-mail")
    let statementOrder = Phrase("Детализация заказана на адрес", "A statement was ordered to")
    let codes = Phrase("PIN и PUK", "PIN and PUK")
    let sealed = Phrase("Зашифрованы", "Sealed")
    let log = Phrase("Журнал", "Log")
    let logValue = Phrase(
        "Все события номера: звонки, платежи, смена услуг, а также ICCID и IMSI. Хранится бессрочно",
        "All events of the number: calls, payments, changes of services, and the ICCID and IMSI. Kept for ever")

    let eraseTitle = Phrase("Удалить кабинет и личные данные", "Delete the cabinet and personal data")
    let eraseLead = Phrase(
        "Это нельзя отменить. Номер {0} продолжит работать.",
        "This cannot be taken back. The number {0} goes on working.")
    let goes = Phrase("Что исчезнет", "What goes")
    let goesPerson = Phrase(
        "Имя, почта, язык, настройки уведомлений и согласия", "Name, e-mail, language, settings of notices, consents")
    let goesAccess = Phrase(
        "Пароль, все сеансы и устройства для входа", "The password, all sessions and devices to sign in with")
    let goesLinks = Phrase(
        "Связи с другими номерами и право действовать за организации",
        "Links with other numbers, and the right to act for organisations")
    let stays = Phrase("Что останется", "What stays")
    let staysNumber = Phrase(
        "Номер, SIM-карта, деньги на счёте, тариф и опции",
        "The number, the SIM card, the money, the tariff and options")
    let staysAmounts = Phrase(
        "Суммы и даты платежей, списаний, звонков и сообщений",
        "Amounts and dates of payments, fees, calls and messages")
    let staysHashes = Phrase(
        "Контрольные суммы журнала: по ним видно, что записи не подменены. Зашифрованные имя и почту прочесть уже "
            + "нельзя, потому что их ключ уничтожен",
        "The hashes of the log, which prove that no record was replaced. The sealed name and e-mail can no longer be "
            + "read, because their key is destroyed")
    let again = Phrase(
        "Позже можно зарегистрироваться заново, но удалённое не вернётся.",
        "You can register anew later, but what was deleted does not come back.")
    let sure = Phrase(
        "Я понимаю, что данные нельзя будет вернуть", "I understand that the data cannot be brought back")
    let notSure = Phrase(
        "Отметьте, что понимаете последствия", "Tick that you understand what follows")
    let erase = Phrase("Удалить навсегда", "Delete for ever")
    let keep = Phrase("Не удалять", "Keep everything")
    let erased = Phrase(
        "Кабинет и личные данные удалены. Номер продолжает работать.",
        "The cabinet and the personal data are deleted. The number goes on working.")
}
