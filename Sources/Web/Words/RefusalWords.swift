/// The service's refusals in the visitor's words. The codes are the protocol's closed list, so a page never shows the
/// service's own message.

package import Client
package import Phrases

/// The text for a refusal.
package func text(of refusal: Refusal, _ language: Language) -> String {
    let isWaiting = refusal.code == "limit_reached" && refusal.retryAfterSeconds != nil
    let phrase =
        isWaiting
        ? unfinished
        : refusal.field.flatMap { refusalsOfFields["\(refusal.code) \($0)"] } ?? refusals[refusal.code]
            ?? Phrase(
                "Этого сделать нельзя. Если ошибка повторится, обратитесь в поддержку и назовите код {1}.",
                "This cannot be done. If it happens again, ask the support and give them the code {1}.")
    let wait = refusal.retryAfterSeconds.map { frameWords.wait(max(1, $0), language) }
    return phrase.text(language, wait ?? frameWords.wait(60, language), refusal.code)
}

/// A limit that time lifts: the network works through what was asked before.
private let unfinished = Phrase(
    "Прошлые изменения этого номера ещё выполняются. Повторите через {0}",
    "Earlier changes of this number are still being made. Try again in {0}")

/// The text for a field of a form that is empty.
package func requiredField(_ field: String, _ language: Language) -> String {
    (refusalsOfFields["missing_argument \(field)"] ?? Phrase("Заполните это поле", "Fill in this field"))[language]
}

private let refusals: [String: Phrase] = [
    "invalid_msisdn": Phrase(
        "Введите номер телефона полностью, например 900 123-45-67",
        "Enter the whole phone number, such as 900 123-45-67"),
    "missing_argument": Phrase("Заполните это поле", "Fill in this field"),
    "invalid_text": Phrase(
        "Текст пустой, слишком длинный или содержит недопустимые знаки",
        "The text is empty, too long, or has characters that are not allowed"),
    "invalid_time": Phrase("Введите дату, например 30.11.2026", "Enter a date, such as 30.11.2026"),
    "invalid_amount": Phrase("Введите сумму больше нуля, например 500", "Enter an amount above zero, such as 500"),
    "not_permitted": Phrase(
        "Отсюда это сделать нельзя: это может только владелец номера или сотрудник оператора",
        "This cannot be done from here: only the owner of the number or the operator's staff can"),
    "invalid_key": Phrase("Выберите значение из списка", "Choose a value from the list"),
    "invalid_number": Phrase("Введите число из допустимых", "Enter a number within the range"),
    "invalid_password": Phrase(
        "Выберите другой пароль: от 8 до 128 знаков, не номер телефона и не из тех, что легко угадать. Хорошо подходят "
            + "несколько слов",
        "Choose another password: 8 to 128 characters, not the phone number, and not one that is easy to guess. "
            + "Several words are good"),
    "amount_overflow": Phrase(
        "Сумма слишком большая. Введите меньше", "The amount is too large. Enter a smaller one"),
    "expired": Phrase("Срок действия истёк", "This has expired"),
    "card_number": Phrase(
        "Похоже на номер банковской карты. Здесь его вводить нельзя",
        "This looks like a card number. Do not enter one here"),
    "sign_in_failed": Phrase(
        "Номер или пароль неверный. Проверьте их или войдите по коду из SMS",
        "The number or the password is wrong. Check them, or sign in with a code by SMS"),
    "too_many_attempts": Phrase(
        "Слишком много попыток. Повторите через {0}", "Too many attempts. Try again in {0}"),
    "invalid_code": Phrase(
        "Код неверный, уже использован или устарел. Проверьте SMS или запросите новый код",
        "The code is wrong, used or expired. Check the SMS, or ask for a new code"),
    "reauth_required": Phrase(
        "Введите пароль, чтобы подтвердить, что это вы", "Enter your password to confirm that it is you"),
    "not_found": Phrase("Такого здесь нет", "There is no such thing here"),
    "already_exists": Phrase("Это уже есть", "This exists already"),
    "insufficient_funds": Phrase(
        "На счёте не хватает денег. Пополните баланс и повторите", "The balance is too low. Top it up, and try again"),
    "not_available": Phrase(
        "Сейчас или для этого номера это недоступно", "This is not available now, or not for this number"),
    "incompatible": Phrase(
        "Это не сочетается с тем, что уже подключено. Сначала отключите другое",
        "This cannot be combined with what the number has. Switch the other thing off first"),
    "limit_reached": Phrase("Достигнут предел. Больше нельзя", "The limit is reached. No more can be added"),
    "conflict": Phrase(
        "Данные изменились, пока страница была открыта. Проверьте их и повторите",
        "The data changed while the page was open. Check it, and repeat"),
    "busy": Phrase("Сервис перегружен. Повторите через {0}", "The service has too much to do. Try again in {0}"),
    "storage_full": Phrase(
        "Сейчас изменения невозможны. Попробуйте позже", "Changes are not possible now. Try again later"),
    "shutting_down": Phrase(
        "Сервис перезапускается. Попробуйте через минуту", "The service is restarting. Try again in a minute"),
]

private let refusalsOfFields: [String: Phrase] = [
    "sign_in_failed old": Phrase("Текущий пароль неверный", "The current password is wrong"),
    "sign_in_failed reauth": Phrase(
        "Пароль или код неверный", "The password or the code is wrong"),
    "invalid_code reauth": Phrase("Пароль или код неверный", "The password or the code is wrong"),
    "invalid_text email": Phrase(
        "Введите адрес почты, например anna@example.org", "Enter an e-mail address, such as anna@example.org"),
    "not_found email": Phrase(
        "В профиле не указан адрес почты", "The profile has no e-mail address"),
    "already_exists email": Phrase("Этот адрес уже подтверждён", "This address is confirmed already"),
    "not_available email": Phrase(
        "Адрес почты в профиле не подтверждён. Подтвердите его или введите адрес здесь",
        "The e-mail address of the profile is not confirmed. Confirm it, or enter an address here"),
    "missing_argument email": Phrase("Введите адрес почты", "Enter an e-mail address"),
    "invalid_time from": Phrase(
        "Этот день ещё не наступил. Введите более раннюю дату", "This day is still to come. Enter an earlier date"),
    "invalid_time to": Phrase(
        "Период кончается раньше, чем подключили номер. Введите более позднюю дату",
        "The period ends before the number was put into service. Enter a later date"),
    "invalid_text name": Phrase(
        "Введите имя до 64 знаков, без спецсимволов", "Enter a name of up to 64 characters, without control characters"),
    "missing_argument msisdn": Phrase("Введите номер телефона", "Enter a phone number"),
    "missing_argument code": Phrase("Введите код из SMS", "Enter the code from the SMS"),
    "missing_argument region": Phrase("Выберите регион", "Choose a region"),
    "missing_argument old": Phrase("Введите текущий пароль", "Enter the current password"),
    "missing_argument new": Phrase("Введите новый пароль", "Enter a new password"),
    "missing_argument reauth": Phrase("Введите пароль или код", "Enter the password or a code"),
    "missing_argument password": Phrase("Введите пароль", "Enter a password"),
    "not_found msisdn": Phrase(
        "Такого номера нет, или им нельзя управлять отсюда",
        "There is no such number, or it cannot be managed from here"),
    "already_exists msisdn": Phrase("Этот номер уже привязан", "This number is linked already"),
    "not_available msisdn": Phrase(
        "С этим номером так сделать нельзя. Свой номер добавлять не нужно",
        "This cannot be done with this number. Your own number need not be added"),
    "limit_reached msisdn": Phrase(
        "Привязано столько номеров, сколько можно. Сначала отвяжите один",
        "As many numbers are linked as allowed. Unlink one first"),
    "missing_argument amount": Phrase("Введите сумму, например 500", "Enter an amount, such as 500"),
    "missing_argument to": Phrase("Введите номер телефона", "Enter a phone number"),
    "missing_argument gigabytes": Phrase(
        "Введите целое число гигабайт, например 1", "Enter whole GB, such as 1"),
    "missing_argument minutes": Phrase("Введите целое число минут, например 30", "Enter whole minutes, such as 30"),
    "not_found to": Phrase(
        "Абонента с таким номером у нас нет. Проверьте номер", "We have no subscriber with this number. Check it"),
    "missing_argument secret": Phrase("Введите код ваучера", "Enter the voucher's code"),
    "missing_argument payment": Phrase("Выберите платёж", "Choose a payment"),
    "invalid_code secret": Phrase(
        "Такого ваучера нет. Проверьте каждый знак кода", "There is no such voucher. Check each character of the code"),
    "not_available secret": Phrase(
        "Этот ваучер уже использован, отменён, или его срок истёк",
        "This voucher was used before, was voided, or has expired"),
    "not_available method": Phrase(
        "Сейчас так заплатить нельзя. Выберите другой способ", "This way to pay is not open now. Choose another one"),
    "insufficient_funds amount": Phrase(
        "На счёте столько нет. Введите меньше", "The account has less than that. Enter less"),
    "not_available payment": Phrase(
        "Деньги этого платежа вернут только в салоне связи", "A shop alone can give back the money of this payment"),
    "not_found payment": Phrase("Такого платежа нет", "There is no such payment"),
    "not_available session": Phrase(
        "SIM-карту заменили меньше суток назад, поэтому это пока нельзя. Повторите завтра",
        "The SIM card was replaced less than a day ago, so this cannot be done yet. Try again tomorrow"),
    "not_available code": Phrase(
        "SIM-карту заменили меньше суток назад, поэтому коды из SMS пока не принимаются",
        "The SIM card was replaced less than a day ago, so codes by SMS are not accepted yet"),
]
