/// The refusals of pages that only confirm what was filled in before.

internal import Client
internal import Phrases
internal import Web

/// The fault of a page of confirmation. Its fields are hidden, so a refusal of one is a refusal of the whole form; only
/// the second proof is a field of this page.
///
/// - Parameter words: The chapter's words for a refusal; nil for those of every chapter.
func confirmationFault(_ error: ServiceError, _ words: (Refusal) -> Phrase?, _ language: Language) -> any Error {
    guard let refusal = error.refusal, !isAboutSession(refusal), refusal.field != "reauth",
        refusal.code != "too_many_attempts"
    else { return error }
    return FieldError("", words(refusal)?[language] ?? text(of: refusal, language))
}
