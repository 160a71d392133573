// What a schema says beside protobuf's own: `@name argument` in the comment above a declaration, several on a line.

import SwiftProtobufPluginLibrary

struct Annotations {
    private let arguments: [String: String]

    /// Every name that may stand in a comment.
    private static let names: Set<String> = [
        "attempt", "credit", "debit", "money", "notice", "number", "once", "payment", "read_by", "refusal", "settles", "sign_in",
        "version",
    ]

    init(_ declaration: FieldDescriptor) throws {
        var arguments: [String: String] = [:]
        for line in comments(declaration) where line.hasPrefix("@") {
            for annotation in line.split(separator: "@") {
                let words = annotation.split(separator: " ", maxSplits: 1)
                let name = String(words.first ?? "")
                guard Self.names.contains(name) else { throw Refusal("\(declaration.fullName): there is no @\(name)") }
                let argument = words.count == 2 ? words[1].reversed().drop { $0 == " " }.reversed() : []
                guard arguments.updateValue(String(argument), forKey: name) == nil else {
                    throw Refusal("\(declaration.fullName): @\(name) twice")
                }
            }
        }
        self.arguments = arguments
    }

    /// Its argument, perhaps empty; nil: it is not there.
    subscript(_ name: String) -> String? { arguments[name] }
}
