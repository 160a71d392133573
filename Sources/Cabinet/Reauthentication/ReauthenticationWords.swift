internal import Phrases
internal import Web

struct ReauthenticationWords: WordTable {
    let label = Phrase("Пароль или код из SMS", "Password or a code by SMS")
    let hint = Phrase(
        "Так мы проверим, что это вы", "So we make sure that it is you")
    let send = Phrase("Прислать код вместо пароля", "Send a code instead of the password")
    let sent = Phrase(
        "Мы отправили код на номер {0}. Введите его в поле «Пароль или код из SMS». Код действует 10 минут.",
        "We have sent a code to the number {0}. Enter it in the field “Password or a code by SMS”. The code is good "
            + "for 10 minutes.")
}
