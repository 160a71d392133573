/// The second proof that a visitor is the subscriber: the password or a code, before what is hard to take back.
///
/// A form shows it with the templates `field-reauth` and `reauth-code`. The button for a code comes after the form's
/// own one, because Enter presses the first button of a form.

internal import Client
internal import Phrases
internal import Web

struct ReauthenticationPages: Sendable {
    func add(to site: inout Site) {
        site.addChapter(
            "reauthentication", Words.reauthentication,
            templates: String(decoding: PackageResources.reauthentication_mustache, as: UTF8.self))
        site.button("/reauth-code", isAttempt: true, returningTo: "/security", sendCode)
    }

    private func sendCode(_ request: PageRequest) async throws -> Answer {
        let page = request.ownPage(request.form["page"]) ?? "/security"
        // Also if no code is sent, because the visitor may then enter the password.
        request.keepDraft(for: page)
        _ = try await request.commands(.reauthCode, request.own)
        request.visit.notice = Visit.Notice(
            Words.reauthentication.sent.text(request.language, phone(request.own)))
        return .seeOther(page)
    }
}

/// The password or the code that a form shows. People write a code with blanks, and a password keeps its own.
func reauth(_ form: Form) -> String {
    let text = form["reauth"]
    let digits = text.filter { !$0.isWhitespace }
    // A password has 8 characters at least.
    return text.count < 8 && digits.count == 6 && digits.utf8.allSatisfy { (48...57).contains($0) } ? digits : text
}
