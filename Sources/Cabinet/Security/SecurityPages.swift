/// Open sessions, devices and the password of the subscriber's own number.

internal import Client
internal import Phrases
internal import Web

struct SecurityPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "security", Words.security, templates: String(decoding: PackageResources.security_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/security", Words.security.title))
        site.get("/security", show)
        site.button("/security/end", returningTo: "/security", end)
        site.form("/security/password", isAttempt: true, show: showPassword, submit: changePassword)
        site.button("/security/device/choose", returningTo: "/security", chooseDevice)
        site.form("/security/device", show: showDevice, submit: removeDevice)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let (commands, own) = (request.commands, request.own)
        async let place = regions.place(commands, of: own)
        async let sessions = commands(.sessions, own)
        async let devices = commands(.devices, own)
        let (rows, deviceRows) = (try await sessions.rows, try await devices.rows)
        let (here, language) = (try await place, request.language)
        let model = SecurityPage(
            ownNote: ownNote(request),
            sessions: sessionItems(rows, here, language),
            hasOthers: rows.count > 1,
            devices: deviceRows.map { SecurityPage.Device($0, here, language) }, hasDevices: !deviceRows.isEmpty)
        return .page(Page("security", title: Words.security.title[language], model))
    }

    private func end(_ request: PageRequest) async throws -> Answer {
        let which = request.form["which"]
        _ = try await request.commands(.sessionEnd, request.own, which)
        let phrase = which == "others" ? Words.security.othersEnded : Words.security.ended
        request.visit.notice = Visit.Notice(phrase[request.language])
        return .seeOther("/security")
    }

    // MARK: The password

    private func showPassword(_ request: PageRequest) async throws -> Page {
        Page(
            "security-password", title: Words.security.changePassword[request.language],
            PasswordPage(
                ownNote: ownNote(request), own: request.own,
                endsOthers: request.form.isEmpty || request.form["end_others"] == "1"))
    }

    private func changePassword(_ request: PageRequest) async throws -> Answer {
        try require(["old", "new"], in: request)
        let form = request.form
        _ = try await request.commands(
            .passwordChange, request.own,
            named: [
                "old": form["old"], "new": form["new"], "end_others": form["end_others"] == "1" ? "1" : nil,
            ])
        request.visit.notice = Visit.Notice(Words.security.passwordChanged[request.language])
        return .seeOther("/security")
    }

    // MARK: Devices

    private func chooseDevice(_ request: PageRequest) async throws -> Answer {
        request.visit.chosen = .device(chosen("device", request.form))
        return .seeOther("/security/device")
    }

    private func showDevice(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.security, request.language)
        // A form keeps its device, because another tab may have chosen another one.
        var device = request.form["device"]
        if device.isEmpty, case .device(let chosen) = request.visit.chosen { device = chosen }
        let rows = try await request.commands(.devices, request.own).rows
        guard let row = rows.first(where: { $0["device"] == device }) else {
            return Page(
                "begin-again", title: words.chooseTitle[language],
                BeginAgainPage(
                    title: words.chooseTitle[language], lead: words.chooseLead[language], path: "/security",
                    link: words.back[language]))
        }
        let title = words.removeTitle.text(language, row["name"] ?? words.unnamed[language])
        return Page(
            "security-device", title: title, DevicePage(path: "/security/device", title: title, device: device))
    }

    private func removeDevice(_ request: PageRequest) async throws -> Answer {
        try require(["reauth"], in: request)
        _ = try await request.commands(
            .deviceRemove, request.own, request.form["device"], named: ["reauth": reauth(request.form)])
        request.visit.chosen = nil
        request.visit.notice = Visit.Notice(Words.security.removed[request.language])
        return .seeOther("/security")
    }
}

/// How a session was opened.
func signInMethod(_ method: String?, _ language: Language) -> String {
    let words = Words.security
    switch method {
    case "password": return words.byPassword[language]
    case "code": return words.byCode[language]
    case "push": return words.byPush[language]
    case "device": return words.byDevice[language]
    default: return words.otherMethod[language]
    }
}

/// A session in the list.
struct SessionItem {
    var number: String
    var method: String
    var opened: String
    var used: String
    var ends: String
    var isCurrent: Bool

    init(_ row: Fields, _ place: Place, _ language: Language) {
        let words = Words.security
        func time(_ name: String) -> String { place.time(row[name])?.dateAndTime(language) ?? "" }
        number = row["number"] ?? ""
        method = signInMethod(row["method"], language)
        opened = words.opened.text(language, time("opened"))
        used = words.used.text(language, time("last_used"))
        ends = words.ends.text(language, time("expires"))
        isCurrent = row["current"] == "1"
    }
}

/// The sessions of a reply to `SESSIONS`: the visitor's own first, then the newest.
func sessionItems(_ rows: [Fields], _ place: Place, _ language: Language) -> [SessionItem] {
    let items = rows.reversed().map { SessionItem($0, place, language) }
    return items.filter(\.isCurrent) + items.filter { !$0.isCurrent }
}

private struct SecurityPage {
    struct Device {
        var device: String
        var name: String
        var note: String

        init(_ row: Fields, _ place: Place, _ language: Language) {
            let words = Words.security
            device = row["device"] ?? ""
            name = row["name"].flatMap { $0.isEmpty ? nil : $0 } ?? words.unnamed[language]
            let kind = row["kind"] == "p256" ? "P-256" : row["kind"] == "ed25519" ? "Ed25519" : row["kind"] ?? ""
            note = words.key.text(language, kind, place.time(row["added"])?.date(language) ?? "")
        }
    }

    var ownNote: [String]
    var sessions: [SessionItem]
    var hasOthers: Bool
    var devices: [Device]
    var hasDevices: Bool
}

private struct PasswordPage {
    var ownNote: [String]
    var own: String
    var endsOthers: Bool
}

private struct DevicePage {
    var path: String
    var title: String
    var device: String
}
