/// The e-mail address of the profile is confirmed with a code that is sent to it.

internal import Client
internal import Phrases
internal import Web

struct EmailPages: Sendable {
    private static let path = "/profile/email/confirm"

    /// The words and the templates are the profile's.
    func add(to site: inout Site) {
        site.button("/profile/email/code", isAttempt: true, returningTo: "/profile", sendCode)
        site.form(Self.path, isAttempt: true, show: showConfirming, submit: confirm)
        site.button("\(Self.path)/again", isAttempt: true, returningTo: Self.path) {
            try await $0.sendAgain(.email, or: Words.profile.noChallenge, page: Self.path)
        }
    }

    private func sendCode(_ request: PageRequest) async throws -> Answer {
        request.remember(.email, try await request.commands(.emailCode, request.own))
        return .seeOther(Self.path)
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.profile, request.language)
        guard let challenge = request.visit.challenge, challenge.purpose == .email else {
            return Page(
                "begin-again", title: words.emailTitle[language],
                BeginAgainPage(
                    title: words.emailTitle[language], lead: words.noChallenge[language], path: "/profile",
                    link: words.back[language]))
        }
        let profile = try await request.commands(.profile, request.own)
        return Page(
            "profile-email", title: words.emailTitle[language],
            EmailPage(
                path: Self.path, ownNote: ownNote(request),
                lead: words.emailLead.text(language, profile["email"] ?? ""),
                secondsToResend: challenge.secondsToResend))
    }

    private func confirm(_ request: PageRequest) async throws -> Answer {
        let (words, language) = (Words.profile, request.language)
        let challenge = try request.challenge(.email, or: words.noChallenge)
        // The words for a code by SMS would lead to the wrong place.
        guard !code(request).isEmpty else { throw FieldError("code", words.emailCodeMissing[language]) }
        do { _ = try await request.commands(.confirm, challenge.token, code(request)) } catch {
            guard error.refusal?.code == "invalid_code" else { throw error }
            throw FieldError("code", words.emailCodeWrong[language])
        }
        request.visit.challenge = nil
        request.visit.notice = Visit.Notice(words.emailIsConfirmed[language])
        return .seeOther("/profile")
    }
}

private struct EmailPage {
    var path: String
    var ownNote: [String]
    var lead: String
    var secondsToResend: Int
}
