/// A change of tariff that comes by itself: the subscriber planned it, or the operator moves a tariff that it ends.

internal import Client
internal import Phrases
internal import Web

struct PlannedChange {
    var title: String
    var text: String
    /// The subscriber planned it, and may cancel it.
    var canCancel: Bool
    /// The page to which the cancel button returns.
    var page: String
}

/// The changes that a reply to `TARIFF` or `ACCOUNT` announces, the planned one first.
///
/// - Parameters:
///   - names: The names of tariffs by their keys.
///   - page: The page to which the cancel button returns.
func plannedChanges(
    _ tariff: Fields, _ names: OfferingNames, _ place: Place, returningTo page: String, _ language: Language
) -> [PlannedChange] {
    let words = Words.tariffs
    func day(_ field: String) -> String { place.time(tariff[field])?.date(language) ?? "" }
    var changes: [PlannedChange] = []
    if let next = tariff["next_tariff"] {
        changes.append(
            PlannedChange(
                title: words.plannedTitle.text(language, day("next_from"), names[next]), text: words.planned[language],
                canCancel: true, page: page))
    }
    if let next = tariff["moved_to"] {
        changes.append(
            PlannedChange(
                title: words.movedTitle.text(language, tariff["name"] ?? names[tariff["tariff"]]),
                text: words.moved.text(language, day("moved_from"), names[next]), canCancel: false, page: page))
    }
    return changes
}
