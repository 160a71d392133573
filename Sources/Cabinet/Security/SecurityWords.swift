internal import Phrases
internal import Web

struct SecurityWords: WordTable {
    let title = Phrase("Безопасность", "Security")
    let sessions = Phrase("Где вы вошли", "Where you are signed in")
    let byPassword = Phrase("Вход по паролю", "By password")
    let byCode = Phrase("Вход по коду из SMS", "By a code by SMS")
    let byPush = Phrase("Вход с подтверждением на телефоне", "By an answer on the phone")
    let byDevice = Phrase("Вход с устройства", "With a device")
    let otherMethod = Phrase("Вход", "Signed in")
    let opened = Phrase("Открыт {0}", "Opened on {0}")
    let used = Phrase("Последний раз {0}", "Last used on {0}")
    let ends = Phrase("Закончится сам {0}", "Ends by itself on {0}")
    let current = Phrase("Этот сеанс", "This session")
    let end = Phrase("Завершить", "End")
    let endOthers = Phrase("Завершить все, кроме этого", "End all but this one")
    let ended = Phrase("Сеанс завершён.", "The session has ended.")
    let othersEnded = Phrase("Все остальные сеансы завершены.", "All other sessions have ended.")
    let stranger = Phrase(
        "Не узнаёте сеанс? Завершите его и смените пароль.",
        "Do you not know a session? End it, and change the password.")

    let password = Phrase("Пароль", "Password")
    let passwordNote = Phrase(
        "Нужен для входа и для важных изменений.", "It is needed to sign in and for important changes.")
    let changePassword = Phrase("Сменить пароль", "Change the password")
    let old = Phrase("Текущий пароль", "Current password")
    let new = Phrase("Новый пароль", "New password")
    let endsOthers = Phrase("Завершить все остальные сеансы", "End all other sessions")
    let endsOthersHint = Phrase(
        "Так тот, кто знал старый пароль, не останется в кабинете",
        "So nobody who knew the old password stays in the cabinet")
    let savePassword = Phrase("Сохранить пароль", "Save the password")
    let passwordChanged = Phrase("Пароль изменён.", "The password is changed.")
    let forgotten = Phrase(
        "Забыли текущий пароль? Выйдите и задайте новый по коду из SMS.",
        "Forgotten the current password? Sign out, and set a new one with a code by SMS.")

    let devices = Phrase("Устройства для входа", "Devices to sign in with")
    let devicesNote = Phrase(
        "Они входят своим ключом, без пароля.", "They sign in with a key of their own, without the password.")
    let key = Phrase("Ключ {0}, добавлено {1}", "{0} key, added on {1}")
    let unnamed = Phrase("Без имени", "Without a name")
    let remove = Phrase("Удалить", "Remove")
    let noDevices = Phrase("Устройств нет", "There are no devices")
    let noDevicesNote = Phrase(
        "Они появляются, когда вы разрешаете вход в приложении.",
        "They come when you allow the app to sign in.")
    let removeTitle = Phrase("Удалить «{0}»?", "Remove “{0}”?")
    let removeLead = Phrase(
        "Устройство больше не сможет войти, а его сеансы закончатся сразу.",
        "The device can no longer sign in, and its sessions end at once.")
    let removeDevice = Phrase("Удалить устройство", "Remove the device")
    let keep = Phrase("Не удалять", "Keep it")
    let removed = Phrase("Устройство удалено.", "The device is removed.")
    let chooseTitle = Phrase("Выберите устройство", "Choose a device")
    let chooseLead = Phrase(
        "Выберите в списке устройство, которое нужно удалить.", "Choose the device to remove in the list.")
    let back = Phrase("Безопасность", "Security")
}
