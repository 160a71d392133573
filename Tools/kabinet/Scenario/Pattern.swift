// A line of an expected reply. `…` (or `...`) stands for anything, `$name` for a value that the first line which has it
// captures; from then on it stands for that value. `$$` is a dollar sign.

import Client

/// The values that a scenario captured, by their names.
typealias Captures = [String: String]

struct Pattern: Equatable {
    private enum Part: Equatable {
        case text(String)
        case value(name: String)
    }

    let source: String
    /// The parts between the gaps.
    private let segments: [[Part]]

    /// True if it stands for any number of lines.
    var isAnyLines: Bool { segments == [[], []] }

    init(_ source: String) {
        self.source = source
        segments = source.replacing("...", with: "…").split(separator: "…", omittingEmptySubsequences: false)
            .map { Self.parts($0) }
    }

    private static func parts(_ text: Substring) -> [Part] {
        var parts: [Part] = []
        forEachPiece(of: text) { piece in
            switch (piece, parts.last) {
            case (.text(let next), .text(let before)): parts[parts.count - 1] = .text(before + next)
            case (.text(let next), _): parts.append(.text(String(next)))
            case (.name(let name), _): parts.append(.value(name: String(name)))
            }
        }
        return parts
    }

    /// Whether the line is like this. Values that are new go into `new` if it is.
    fileprivate func matches(_ line: String, _ captures: Captures, _ new: inout Captures) -> Bool {
        var rest = line[...]
        var found = new
        for (index, segment) in segments.enumerated() {
            let isFirst = index == 0
            let isLast = index == segments.count - 1
            // After a gap the segment may begin anywhere, and the first place that fits is taken.
            while true {
                var tried = found
                if let end = Self.end(of: segment, in: rest, captures, &tried), !isLast || end == rest.endIndex {
                    (found, rest) = (tried, rest[end...])
                    break
                }
                // A gap at the end takes the rest.
                guard !isFirst, !rest.isEmpty else { return false }
                rest = rest.dropFirst()
            }
        }
        guard rest.isEmpty else { return false }
        new = found
        return true
    }

    /// The end of the segment at the beginning of the text; nil if it is not there.
    private static func end(
        of segment: [Part], in text: Substring, _ captures: Captures, _ new: inout Captures
    ) -> String.Index? {
        var rest = text
        for part in segment {
            let wanted: String
            switch part {
            case .text(let text): wanted = text
            case .value(let name):
                guard let known = new[name] ?? captures[name] else {
                    let value = firstValue(of: rest)
                    guard !value.isEmpty else { return nil }
                    new[name] = String(value)
                    rest = rest[value.endIndex...]
                    continue
                }
                wanted = known
            }
            // By bytes, as the protocol compares: other bytes of the same characters are another text.
            guard rest.utf8.starts(with: wanted.utf8) else { return nil }
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: wanted.utf8.count)...]
        }
        return rest.startIndex
    }

    /// The pattern with the captured values in it, as it is shown beside a reply.
    func filled(_ captures: Captures) -> String { (try? fill(source, captures)) ?? source }
}

/// Whether the lines of a reply are as expected.
func matches(_ expected: [Pattern], _ came: [String], _ captures: inout Captures) -> Bool {
    var (rest, new) = (came[...], Captures())
    for (index, pattern) in expected.enumerated() {
        if pattern.isAnyLines {
            let left = expected.count - index - 1
            guard rest.count >= left else { return false }
            rest = rest.suffix(left)
        } else {
            guard let line = rest.popFirst(), pattern.matches(line, captures, &new) else { return false }
        }
    }
    guard rest.isEmpty else { return false }
    captures.merge(new) { $1 }
    return true
}

struct UnknownCapture: Error, Equatable {
    let name: String
}

/// The request with the captured values in it.
func fill(_ request: String, _ captures: Captures) throws(UnknownCapture) -> String {
    var out = ""
    var unknown: UnknownCapture?
    forEachPiece(of: request[...]) { piece in
        switch piece {
        case .text(let text): out += text
        case .name(let name):
            guard let value = captures[String(name)] else {
                unknown = unknown ?? UnknownCapture(name: String(name))
                return
            }
            out += value
        }
    }
    if let unknown { throw unknown }
    return out
}

private enum Piece {
    case text(Substring)
    case name(Substring)
}

private func forEachPiece(of text: Substring, _ body: (Piece) -> Void) {
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
        if dollar > rest.startIndex { body(.text(rest[..<dollar])) }
        let after = rest[rest.index(after: dollar)...]
        let name = after.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        if !name.isEmpty {
            body(.name(name))
            rest = after[name.endIndex...]
        } else {
            body(.text("$"))
            rest = after.first == "$" ? after.dropFirst() : after
        }
    }
    if !rest.isEmpty { body(.text(rest)) }
}

/// The value at the beginning of a text: a JSON string, or everything up to a space.
func firstValue(of text: Substring) -> Substring {
    guard text.first == "\"" else { return text.prefix { $0 != " " } }
    var isEscaped = false
    var end = text.index(after: text.startIndex)
    while end < text.endIndex {
        let character = text[end]
        end = text.index(after: end)
        if character == "\"", !isEscaped { break }
        isEscaped = character == "\\" && !isEscaped
    }
    return text[..<end]
}
