/// The code with which a subscription is bought.

internal import Client
internal import Phrases
internal import Web

extension ProductPages {
    func addConfirmation(to site: inout Site) {
        site.form("\(kind.path)/:product/confirm", isAttempt: true, show: showConfirming, submit: confirm)
        let (path, words) = (kind.path, kind.words)
        site.button("\(path)/:product/confirm/again", isAttempt: true, returningTo: path) {
            let key = $0.parameters["product"] ?? ""
            return try await $0.sendAgain(.buy, or: words.noChallenge, page: "\(path)/\(key)/confirm")
        }
    }

    /// Remembers the challenge, and goes on to the page that takes its code.
    func askForCode(_ request: PageRequest, _ reply: Reply, _ key: String) -> Answer {
        request.remember(.buy, reply, product: key)
        return .seeOther("\(kind.path)/\(key)/confirm")
    }

    /// The challenge of the page's product. Another tab may have begun to buy another one.
    private func challenge(_ request: PageRequest) throws(FieldError) -> Visit.Challenge {
        let challenge = try request.challenge(.buy, or: kind.words.noChallenge)
        guard challenge.product == request.parameters["product"] else {
            throw FieldError("", kind.words.noChallenge[request.language])
        }
        return challenge
    }

    private func showConfirming(_ request: PageRequest) async throws -> Page {
        let (words, language, key) = (kind.words, request.language, request.parameters["product"] ?? "")
        let title = Words.signIn.confirmTitle[language]
        guard let challenge = try? challenge(request) else {
            return Page(
                "begin-again", title: title,
                BeginAgainPage(
                    title: title, lead: words.noChallenge[language], path: kind.path, link: words.toAll[language]))
        }
        let row = try? await available(request.commands).first { productKey($0) == key }
        return Page(
            "product-confirm", title: title,
            ConfirmProductPage(
                listPath: kind.path, back: words.toAll[language], path: request.path, title: title,
                lead: words.confirmLead.text(language, phone(challenge.msisdn)),
                rows: [
                    SummaryRow(title: words.product[language], value: row?["name"] ?? key),
                    SummaryRow(
                        title: words.price[language], value: feeText(row?["fee"], row?["period"], language)),
                ], submit: words.submit[language], secondsToResend: challenge.secondsToResend))
    }

    private func confirm(_ request: PageRequest) async throws -> Answer {
        let challenge = try challenge(request)
        try require(["code"], in: request)
        let reply = try await inOurWords(request) { () async throws(ServiceError) in
            try await request.commands(.confirm, challenge.token, code(request))
        }
        request.visit.challenge = nil
        await sayIsOn(request, reply, reply["subscription"] ?? challenge.product ?? "")
        return .seeOther(kind.path)
    }
}

private struct ConfirmProductPage {
    var listPath: String
    var back: String
    var path: String
    var title: String
    var lead: String
    var rows: [SummaryRow]
    var submit: String
    var secondsToResend: Int
}
