// `@name argument` in the comment above a declaration, several on a line: for what protobuf has no words for.

import SwiftProtobufPluginLibrary

struct Annotations {
    /// The annotations that may stand above a declaration: whether each takes an argument.
    enum Place {
        /// An event's line in `Event`.
        case event
        /// A field of a message.
        case field

        fileprivate var names: [String: Bool] {
            switch self {
            case .event:
                [
                    "attempt": false, "money": false, "notice": true, "once": true, "order": true, "payment": false,
                    "request": false,
                    "read_by": true, "refusal": false, "settles": true, "sign_in": false, "version": true,
                ]
            case .field: ["credit": true, "debit": true, "number": false, "told": false]
            }
        }
    }

    private let arguments: [String: String]

    init(_ declaration: FieldDescriptor, of place: Place) throws {
        var arguments: [String: String] = [:]
        for line in comments(declaration) where line.hasPrefix("@") {
            for annotation in line.split(separator: "@") {
                let words = annotation.split(separator: " ", maxSplits: 1)
                let name = String(words.first ?? "")
                let argument = words.count == 2 ? String(words[1].reversed().drop { $0 == " " }.reversed()) : ""
                guard let takesArgument = place.names[name] else {
                    throw Refusal("\(declaration.fullName): there is no @\(name) here")
                }
                guard takesArgument != argument.isEmpty else {
                    let words = takesArgument ? "takes an argument" : "takes no argument"
                    throw Refusal("\(declaration.fullName): @\(name) \(words)")
                }
                guard arguments.updateValue(argument, forKey: name) == nil else {
                    throw Refusal("\(declaration.fullName): @\(name) twice")
                }
            }
        }
        self.arguments = arguments
    }

    /// Its argument, empty if it takes none; nil if it is absent.
    subscript(_ name: String) -> String? { arguments[name] }
}
