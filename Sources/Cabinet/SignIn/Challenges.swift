/// Steps that wait for a code: the visit remembers the challenge, another code is sent, the code confirms it.

internal import Client
internal import Phrases
internal import Web

extension PageRequest {
    /// Remembers the challenge of a reply. The reply has the number in the protocol's form.
    ///
    /// - Parameter product: The key of what is bought; nil if nothing is.
    func remember(_ purpose: Visit.Challenge.Purpose, _ reply: Reply, product: String? = nil) {
        visit.challenge = Visit.Challenge(
            purpose, token: reply["challenge"] ?? "", msisdn: reply["msisdn"] ?? form["msisdn"], product: product)
    }

    /// The challenge that the visit waits for.
    ///
    /// - Throws: The words, if it waits for none, or for one of another purpose.
    func challenge(_ purpose: Visit.Challenge.Purpose, or words: Phrase) throws(FieldError) -> Visit.Challenge {
        guard let challenge = visit.challenge, challenge.purpose == purpose else {
            throw FieldError("", words[language])
        }
        return challenge
    }

    /// Sends another code for the same challenge, and returns to the page that asks for it.
    func sendAgain(
        _ purpose: Visit.Challenge.Purpose, or words: Phrase, page: String
    ) async throws -> Answer {
        let challenge = try challenge(purpose, or: words)
        _ = try await commands(.resend, challenge.token)
        visit.challenge = Visit.Challenge(
            purpose, token: challenge.token, msisdn: challenge.msisdn, product: challenge.product)
        visit.notice = Visit.Notice(Words.signIn.sentAgain[language])
        return .seeOther(page)
    }
}

/// The digits of a code, which people may write with blanks.
func code(_ request: PageRequest) -> String { request.form["code"].filter { !$0.isWhitespace } }

/// The page of a step whose beginning is not known, and where to begin.
struct BeginAgainPage {
    var title: String
    var lead: String
    var path: String
    var link: String
}
