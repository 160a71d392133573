// The faults of a catalogue file: all of them at once, each with its place and its cure.

/// The mistakes of one file; never empty.
package struct CatalogFileError: Error, Equatable, Sendable {
    package struct Mistake: Equatable, Sendable {
        /// From 1.
        package var line: Int
        /// From 1.
        package var column: Int
        /// The place in the file's own words, the fault, and what to write instead.
        package var message: String
    }

    /// The file's name.
    package var name: String
    package var mistakes: [Mistake]
}

extension CatalogFileError: CustomStringConvertible {
    /// One line for each mistake, as compilers write them: `catalogue.yaml:12:10: …`.
    package var description: String {
        mistakes.map { "\(name):\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n")
    }
}
