internal import Phrases
internal import Web

struct SignInWords: WordTable {
    let title = Phrase("Вход", "Sign in")
    let msisdn = Phrase("Номер телефона", "Phone number")
    let msisdnHint = Phrase("Например, 900 123-45-67", "For example, 900 123-45-67")
    let password = Phrase("Пароль", "Password")
    let signIn = Phrase("Войти", "Sign in")
    let forgotten = Phrase("Забыли пароль?", "Forgotten the password?")
    let otherWays = Phrase("Другие способы", "Other ways")
    let otherWay = Phrase("Другой способ входа", "Another way to sign in")
    let byCode = Phrase("Код в SMS", "A code by SMS")
    let byPush = Phrase("Подтверждение на телефоне", "An answer on the phone")
    let register = Phrase("Первый раз? Зарегистрируйтесь", "First time? Register")

    let codeTitle = Phrase("Вход по коду", "Sign in with a code")
    let codeLead = Phrase(
        "Мы пришлём код из шести цифр. Пароль не нужен.", "We send a code of six digits. No password is needed.")
    let sendCode = Phrase("Получить код", "Get a code")
    let confirmTitle = Phrase("Введите код из SMS", "Enter the code from the SMS")
    let confirmLead = Phrase(
        "Если номер {0} можно так подтвердить, SMS с кодом придёт в течение минуты. Код действует 10 минут.",
        "If the number {0} can be confirmed like that, an SMS with the code arrives within a minute. The code is good "
            + "for 10 minutes.")
    let code = Phrase("Код", "Code")
    let codeHint = Phrase(
        "6 цифр. Никому их не называйте: сотрудники их не спрашивают",
        "6 digits. Tell them to nobody: our staff never ask for them")
    let confirm = Phrase("Подтвердить", "Confirm")
    let again = Phrase("Отправить код ещё раз", "Send a code again")
    let againIn = Phrase("Новый код можно запросить через", "You can ask for a new code in")
    let sentAgain = Phrase("Мы отправили код ещё раз.", "We have sent the code again.")
    let noChallenge = Phrase(
        "Начните сначала: запрос кода устарел.", "Begin again: the request for a code is out of date.")

    let pushTitle = Phrase("Вход с телефоном", "Sign in with the phone")
    let pushLead = Phrase(
        "Мы спросим на экране телефона, вы ли это. Ответьте 1.",
        "We ask on the phone's screen whether it is you. Answer 1.")
    let ask = Phrase("Отправить запрос", "Send the question")
    let waitTitle = Phrase("Ответьте 1 на телефоне", "Answer 1 on the phone")
    let waitLead = Phrase(
        "Мы отправили запрос на номер {0}. Если это вы, ответьте 1. Любой другой ответ отклоняет вход.",
        "We have sent a question to the number {0}. If it is you, answer 1. Any other answer refuses the sign-in.")
    let waitNote = Phrase(
        "Страница сама откроет кабинет. Запрос действует ещё",
        "The page opens the cabinet itself. The question is "
            + "good for another")
    let pushDenied = Phrase("Вход отклонён на телефоне.", "The sign-in was refused on the phone.")
    let pushUsed = Phrase(
        "Вы уже вошли с этим ответом в другом окне. Здесь войдите ещё раз.",
        "You have signed in with this answer in another window. Sign in again here.")
    let pushExpired = Phrase(
        "На телефоне никто не ответил. Попробуйте ещё раз или войдите иначе.",
        "Nobody answered on the phone. Try again, or sign in another way.")

    let registerTitle = Phrase("Регистрация", "Register")
    let registerLead = Phrase(
        "Нужны действующая SIM-карта и телефон под рукой: на него придёт код.",
        "You need a working SIM card and the phone at hand: a code is sent to it.")
    let region = Phrase("Регион", "Region")
    let regionHint = Phrase("Где вы заключили договор", "Where you signed the contract")
    let chooseRegion = Phrase("Выберите регион", "Choose a region")
    let registerConfirm = Phrase("Зарегистрироваться", "Register")
    let newPassword = Phrase("Придумайте пароль", "Choose a password")
    let newPasswordHint = Phrase(
        "От 8 до 128 знаков. Хорошо подходят несколько слов", "8 to 128 characters. Several words are good")
    let welcome = Phrase(
        "Вы зарегистрированы. Добро пожаловать!", "You are registered. Welcome!")
    let haveAccount = Phrase("Уже зарегистрированы? Войдите", "Registered already? Sign in")

    let recoverTitle = Phrase("Новый пароль", "A new password")
    let recoverLead = Phrase(
        "Мы пришлём код. С ним вы зададите новый пароль, а все открытые сеансы закончатся.",
        "We send a code. With it you choose a new password, and all open sessions end.")
    let recovered = Phrase(
        "Пароль изменён. Все прежние сеансы закончены.", "The password is changed. All former sessions have ended.")
    let setPassword = Phrase("Сохранить пароль", "Save the password")
}
