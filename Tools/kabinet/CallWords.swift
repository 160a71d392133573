// Makes a request line from the shell's words.

import Client

/// The line that the words mean. One word with spaces is a whole line, sent unchanged. Otherwise each word is a value:
/// the shell has removed its quotes, so they are put back if the protocol needs them, after the `name=` of a named one.
func requestLine(words: [String]) -> String {
    if words.count == 1 { return words[0] }
    return words.enumerated().map { index, word in index == 0 ? word : token(word) }.joined(separator: " ")
}

private func token(_ word: String) -> String {
    let isPlain =
        !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") }
    // A word with `=` is left to the service, which knows how many values are positional.
    if isPlain { return word }
    if let equals = word.firstIndex(of: "="), isName(word[..<equals]) {
        return "\(word[...equals])\(quoted(String(word[word.index(after: equals)...])))"
    }
    return quoted(word)
}

private func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
}
