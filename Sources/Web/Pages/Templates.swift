/// The templates, which are embedded in the program, and the frame around every page.
///
/// A file of templates holds several. Each begins with a comment that names it: `<!-- template: tariffs -->`.

internal import Mustache

struct Templates: Sendable {
    private var library = MustacheLibrary()
    private var names: Set<String> = []

    /// - Parameter files: The contents of the files. A fault in one ends the process, because a test reads them all.
    init(_ files: [String]) {
        for file in files {
            for (name, text) in Self.split(file) {
                precondition(names.insert(name).inserted, "two templates have the name \(name)")
                do { try library.register(text, named: name) } catch {
                    preconditionFailure("the template \(name) cannot be read: \(error)")
                }
            }
        }
    }

    func render(_ name: String, _ context: [String: Any]) -> String {
        guard let text = library.render(context, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return text
    }

    static func split(_ file: String) -> [(name: String, text: String)] {
        let begin = "<!-- template: "
        return file.components(separatedBy: begin).dropFirst().map { part in
            let (name, text) = part.cut(at: " -->\n")
            return (name, text)
        }
    }
}

extension String {
    fileprivate func cut(at separator: String) -> (String, String) {
        guard let range = firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }

    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }
}
