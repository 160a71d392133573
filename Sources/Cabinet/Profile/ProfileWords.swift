internal import Phrases
internal import Web

struct ProfileWords: WordTable {
    let title = Phrase("Профиль", "Profile")
    let ownNote = Phrase(
        "Эта страница о вашем номере {0}. Сейчас показан номер {1}, но его профиль и вход вам недоступны.",
        "This page is about your number {0}. The number {1} is shown now, but you have no access to its profile and "
            + "sign-in.")
    let change = Phrase("Изменить", "Change")
    let person = Phrase("О вас", "About you")
    let number = Phrase("Номер", "Number")
    let name = Phrase("Имя", "Name")
    let email = Phrase("Почта", "E-mail")
    let region = Phrase("Регион", "Region")
    let language = Phrase("Язык", "Language")
    let notify = Phrase("Уведомления", "Notices")
    let notGiven = Phrase("Не указано", "Not given")
    let noChannel = Phrase("Не присылать", "None")
    let russian = Phrase("Русский", "Русский")
    let english = Phrase("English", "English")
    let sms = Phrase("SMS", "SMS")
    let emailChannel = Phrase("Почта", "E-mail")
    let app = Phrase("Приложение", "App")

    let consents = Phrase("Согласия", "Consents")
    let changeConsents = Phrase("Изменить согласия", "Change the consents")
    let given = Phrase("Дано {0}", "Given on {0}")
    let withdrawn = Phrase("Отозвано {0}", "Withdrawn on {0}")
    let neverGiven = Phrase("Не дано", "Not given")
    let advertising = Phrase("Реклама", "Advertising")
    let advertisingHint = Phrase(
        "Мы присылаем предложения и новости по SMS, почте и в приложении",
        "We send offers and news by SMS, by e-mail and in the app")
    let offers = Phrase("Персональные предложения", "Personal offers")
    let offersHint = Phrase(
        "Мы смотрим, сколько вы звоните и сколько тратите интернета, чтобы предложить подходящий тариф",
        "We look at how much you call and how much data you use, to offer a tariff that fits")
    let partners = Phrase("Партнёры", "Partners")
    let partnersHint = Phrase(
        "Мы передаём номер и имя партнёрам, чтобы они предлагали свои услуги",
        "We give the number and the name to partners, so that they offer their services")
    let consentsLead = Phrase(
        "Связь работает и без них. Отозвать согласие можно в любой день, здесь же.",
        "Calls and data work without them. You can withdraw a consent on any day, here.")
    let saveConsents = Phrase("Сохранить согласия", "Save the consents")
    let consentsSaved = Phrase("Согласия сохранены.", "The consents are saved.")

    let data = Phrase("Ваши данные", "Your data")
    let stored = Phrase("Какие данные мы храним", "What we store about you")
    let erase = Phrase("Удалить кабинет и личные данные", "Delete the cabinet and personal data")

    let editTitle = Phrase("Изменить профиль", "Change the profile")
    let nameHint = Phrase(
        "Как к вам обращаться. Можно не указывать", "How we address you. You may leave it empty")
    let emailHint = Phrase("Можно не указывать", "You may leave it empty")
    let regionHint = Phrase(
        "От региона зависят время на страницах и доступные тарифы", "It decides the time on pages and the tariffs")
    let languageHint = Phrase("Для этого сайта и для сообщений", "For this site and for messages")
    let notifyHint = Phrase(
        "Коды и сообщения о безопасности всегда приходят по SMS. На почту пишем, если она указана",
        "Codes and notices of security always come by SMS. We write e-mail if you gave an address")
    let save = Phrase("Сохранить", "Save")
    let cancel = Phrase("Не менять", "Leave it as it is")
    let saved = Phrase("Профиль сохранён.", "The profile is saved.")
    let back = Phrase("Профиль", "Profile")

    let emailConfirmed = Phrase("Подтверждена", "Confirmed")
    let emailUnconfirmed = Phrase("Не подтверждена", "Not confirmed")
    let confirmEmail = Phrase("Подтвердить почту", "Confirm the e-mail")
    let emailTitle = Phrase("Подтверждение почты", "Confirm your e-mail")
    let emailLead = Phrase(
        "Мы отправили письмо с кодом на адрес {0}. Код действует 10 минут. Если письма нет, проверьте папку «Спам».",
        "We have sent a letter with a code to {0}. The code is good for 10 minutes. If there is no letter, look into "
            + "the spam folder.")
    let emailCode = Phrase("Код из письма", "The code from the letter")
    let emailCodeHint = Phrase("6 цифр", "6 digits")
    let emailCodeMissing = Phrase("Введите код из письма", "Enter the code from the letter")
    let emailCodeWrong = Phrase(
        "Код неверный, уже использован или устарел. Проверьте письмо или запросите новый код",
        "The code is wrong, used or expired. Check the letter, or ask for a new code")
    let emailIsConfirmed = Phrase("Почта подтверждена.", "The e-mail is confirmed.")
    let noChallenge = Phrase(
        "Запрос кода устарел. Начните сначала.", "The request for a code is out of date. Begin again.")
}
