/// The words of the frame around every page, and of what can go wrong.

package import Phrases

package struct FrameWords: WordTable {
    package init() {}

    let brand = Phrase("Кабинет", "Kabinet")
    let skip = Phrase("Перейти к содержанию", "Skip to the content")
    let navigation = Phrase("Разделы", "Sections")
    let signOut = Phrase("Выйти", "Sign out")
    let help = Phrase("Помощь", "Help")
    let ownNumber = Phrase("ваш номер", "your number")
    let shownNumber = Phrase("Показан номер", "Shown number")
    let allNumbers = Phrase("Все номера", "All numbers")
    let errorTitle = Phrase("Ошибка", "Error")
    let errorSummary = Phrase("Не получилось", "There is a problem")
    let goToStart = Phrase("На главную", "Go to the start page")

    let busy = Phrase("Отправляем…", "Sending…")
    let found = Phrase("Найдено: {n}", "Found: {n}")
    let ready = Phrase("Код можно запросить снова", "You can ask for a new code")

    let notFoundTitle = Phrase("Страница не найдена", "Page not found")
    let notFound = Phrase(
        "Такой страницы нет. Проверьте адрес или начните с главной.",
        "There is no such page. Check the address, or begin at the start page.")
    let methodTitle = Phrase("Так страницу открыть нельзя", "This page cannot be opened like that")
    let formTitle = Phrase("Форма устарела", "The form is out of date")
    let formStale = Phrase(
        "Страница с формой открыта слишком давно или в другом сеансе. Ничего не изменилось. Откройте её заново и "
            + "повторите.",
        "The page with the form was opened too long ago, or in another session. Nothing was changed. Open it again "
            + "and repeat.")
    let tooManyTitle = Phrase("Слишком много попыток", "Too many attempts")
    let tooMany = Phrase(
        "С вашего адреса или для этого номера было слишком много попыток. Повторите через {0}.",
        "There were too many attempts from your address or for this number. Try again in {0}.")
    let unavailableTitle = Phrase("Сервис временно недоступен", "The service is not available now")
    let unavailable = Phrase(
        "Мы не смогли связаться с системой оператора. Ничего не изменилось. Попробуйте через минуту.",
        "We could not reach the operator's system. Nothing was changed. Try again in a minute.")
    let unknownTitle = Phrase("Мы не получили ответ", "We got no reply")
    let unknown = Phrase(
        "Мы отправили ваш запрос, но не знаем, выполнен ли он. Нажмите «Повторить»: если он уже выполнен, второй раз "
            + "ничего не произойдёт.",
        "We sent your request, and do not know whether it was done. Press “Repeat”: if it was done before, nothing "
            + "happens a second time.")
    let unknownSecret = Phrase(
        "Мы отправили ваш запрос, но не знаем, выполнен ли он. Вернитесь и проверьте, прежде чем повторять.",
        "We sent your request, and do not know whether it was done. Go back and look before you repeat it.")
    let repeatForm = Phrase("Повторить", "Repeat")
    let faultTitle = Phrase("Ошибка на нашей стороне", "A fault of ours")
    let fault = Phrase(
        "Мы записали её и исправим. Попробуйте ещё раз позже.",
        "We have recorded it, and will mend it. Try again later.")
    let tooLargeTitle = Phrase("Слишком большой запрос", "The request is too large")
    let unlinked = Phrase(
        "Номером {0} отсюда больше управлять нельзя. Показан ваш номер.",
        "The number {0} can no longer be managed from here. Your number is shown."
    )
    let sessionEnded = Phrase(
        "Сеанс закончился. Войдите ещё раз, и мы вернёмся туда, где вы были.",
        "The session has ended. Sign in again, and we return to where you were.")
    package let signedOut = Phrase("Вы вышли из кабинета.", "You have signed out.")

    let seconds = Plural(ru: "секунду", "секунды", "секунд", en: "second", "seconds")
    let minutes = Plural(ru: "минуту", "минуты", "минут", en: "minute", "minutes")

    /// A length of time to wait: seconds, or minutes from two minutes on.
    func wait(_ seconds: Int64, _ language: Language) -> String {
        seconds < 120 ? self.seconds.text(seconds, language) : minutes.text((seconds + 59) / 60, language)
    }
}

package let frameWords = FrameWords()
