/// An enum of the schemas whose cases reach clients: each case has a word, so that renaming a case in Swift changes
/// nothing that is sent or read.
///
/// The plugin generates the conformances from the schemas.
package protocol WireWord: CaseIterable, Equatable, Sendable, ParameterType where Value == Self {
    /// The name in the schema without the type's, in lower snake case: `sign_in`.
    var word: StaticString { get }

    /// Nil if the word is of no case, or is `unspecified`, which says that a value is absent.
    init?(word: String)
}

extension WireWord {
    /// Every word that can be read, in the schema's order.
    package static var words: [String] {
        allCases.map { "\($0.word)" }.filter { Self(word: $0) != nil }
    }
}
