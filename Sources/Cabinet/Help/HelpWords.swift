internal import Phrases
internal import Web

struct HelpWords: WordTable {
    let title = Phrase("Помощь", "Help")
    let offlineTitle = Phrase("Нет связи", "No connection")
    let offlineLead = Phrase(
        "Кабинету нужен интернет, а соединения сейчас нет.",
        "The cabinet needs the internet, and there is no connection now.")
    let offlineNote = Phrase(
        "Проверьте Wi-Fi или мобильный интернет и откройте страницу ещё раз. Здесь не хранится ничего о вашем номере, "
            + "поэтому без связи баланс посмотреть нельзя.",
        "Check the Wi-Fi or the mobile internet, and open the page again. Nothing about your number is kept here, so "
            + "the balance cannot be seen without a connection.")
    let offlineUnsure = Phrase(
        "Если связь пропала, когда вы что-то подключали, посмотрите потом в нужном разделе, подключилось ли это, и "
            + "только тогда повторяйте.",
        "If the connection was lost while you switched something on, look later in its section whether it is on, and "
            + "only then repeat it.")
    let again = Phrase("Открыть главную", "Open the start page")
}
