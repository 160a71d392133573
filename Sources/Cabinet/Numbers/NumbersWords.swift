internal import Phrases
internal import Web

struct NumbersWords: WordTable {
    let title = Phrase("Номера", "Numbers")
    let lead = Phrase(
        "Вы входите один раз и управляете всеми этими номерами. Деньги у каждого номера свои.",
        "You sign in once and manage all these numbers. Each number keeps its own money.")
    let add = Phrase("Добавить номер", "Add a number")
    let managed = Phrase("Вы управляете", "You manage")
    let own = Phrase("Ваш номер", "Your number")
    let ownWithTariff = Phrase("Ваш номер, тариф «{0}»", "Your number, tariff “{0}”")
    let tariff = Phrase("Тариф «{0}»", "Tariff “{0}”")
    let notSeen = Phrase("Баланс сейчас не виден", "The balance cannot be seen now")
    let shown = Phrase("Показан сейчас", "Shown now")
    let show = Phrase("Показать", "Show")
    let remove = Phrase("Отвязать", "Unlink")
    let none = Phrase("Других номеров нет", "There are no other numbers")
    let noneNote = Phrase(
        "Добавьте номер ребёнка, родителей или планшета. Владелец подтвердит это кодом из SMS.",
        "Add the number of a child, of your parents or of a tablet. Its holder agrees with a code by SMS.")
    let managers = Phrase("Кто управляет вашим номером", "Who manages your number")
    let managersNote = Phrase(
        "Они видят ваш баланс и расходы, меняют тариф и опции, могут ставить запреты и блокировать SIM-карту. Пароль, "
            + "профиль и сеансы им недоступны.",
        "They see your balance and expenses, change the tariff and options, and can set bars and block the SIM card. "
            + "They have no access to your password, profile and sessions.")
    let noManagers = Phrase("Никто, кроме вас.", "Nobody but you.")
    let notLinked = Phrase(
        "Этот номер больше не привязан к вашему.", "This number is no longer linked with yours.")
    let back = Phrase("Все номера", "All numbers")

    let addTitle = Phrase("Добавить номер", "Add a number")
    let addLead = Phrase(
        "На этот номер придёт код. Владелец сообщает его вам, если согласен.",
        "A code is sent to that number. Its holder tells it to you to agree.")
    let addNote = Phrase(
        "Вы увидите баланс, расходы и детализацию номера, сможете менять тариф и опции. Каждая сторона может "
            + "отвязать номер в любое время.",
        "You will see the number's balance, expenses and statement, and can change its tariff and options. Either side "
            + "can unlink the number at any time.")
    let msisdn = Phrase("Номер, который вы добавляете", "The number that you add")
    let msisdnHint = Phrase("Например, 900 123-45-67", "For example, 900 123-45-67")
    let sendCode = Phrase("Отправить код", "Send the code")

    let confirmTitle = Phrase("Введите код с другого телефона", "Enter the code from the other phone")
    let confirmLead = Phrase(
        "Если номер {0} можно привязать, на него в течение минуты придёт SMS с кодом. Спросите код у владельца. "
            + "Код действует 10 минут.",
        "If the number {0} can be linked, an SMS with a code arrives there within a minute. Ask its holder for the "
            + "code. The code is good for 10 minutes.")
    let code = Phrase("Код", "Code")
    let codeHint = Phrase("6 цифр из SMS на другом телефоне", "6 digits from the SMS on the other phone")
    let confirm = Phrase("Привязать номер", "Link the number")
    let otherNumber = Phrase("Указать другой номер", "Enter another number")
    let added = Phrase(
        "Номер {0} привязан. Его можно показать из списка и из меню вверху страницы.",
        "The number {0} is linked. You can show it from the list, and from the menu at the top.")
    let noChallenge = Phrase(
        "Запрос кода устарел. Начните сначала.", "The request for a code is out of date. Begin again.")

    let removeTitle = Phrase("Отвязать номер", "Unlink the number")
    let removeManaged = Phrase(
        "Вы больше не увидите его баланс и расходы и не сможете менять тариф и опции. Сам номер, его деньги и услуги не "
            + "изменятся. Чтобы привязать его снова, понадобится код владельца.",
        "You no longer see its balance and expenses, and cannot change its tariff and options. The number itself, its "
            + "money and services do not change. To link it again, you need a code from its holder.")
    let removeManager = Phrase(
        "Владелец этого номера больше не увидит ваш баланс и расходы и не сможет менять ваши тариф и опции.",
        "The holder of this number no longer sees your balance and expenses, and cannot change your tariff and "
            + "options.")
    let removed = Phrase("Номер {0} отвязан.", "The number {0} is unlinked.")
    let keep = Phrase("Не отвязывать", "Keep it linked")
    let chooseTitle = Phrase("Выберите номер", "Choose a number")
    let chooseLead = Phrase(
        "Выберите в списке номер, который нужно отвязать.", "Choose the number to unlink in the list.")
}
