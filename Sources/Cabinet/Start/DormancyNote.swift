/// The start page's warnings of a fee for an unused number, and of the end of an unpaid one.

internal import Client
internal import Phrases
internal import Web

/// The sentences, each with the day from which on it holds; none if nothing is ahead.
func dormancyNotes(_ place: Place, _ language: Language) -> [String] {
    let (words, account) = (Words.start, place.account)
    var notes: [String] = []
    if let from = place.time(account["dormant_from"]), let fee = account["dormancy_day_fee"] {
        let isAhead = place.now < from
        notes.append(
            isAhead
                ? words.unusedAhead.text(language, from.date(language), money(fee, language))
                : words.unused.text(language, money(fee, language)))
    }
    if let end = place.time(account["terminates_at"]) {
        notes.append(words.terminates.text(language, end.date(language)))
    }
    return notes
}
