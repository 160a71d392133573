/// Passwords that guessers try first and nobody may choose: NIST SP 800-63B 5.1.1.2, OWASP ASVS 5.0 6.2.4 and 6.2.11.
///
/// A password is looked up whole, in lower case: a phrase that contains a common word is allowed. Cyrillic is also
/// looked up by its Russian keys: `йцукенгш` is `qwertyui`, and `приветик` is refused because `ghbdtnbr` is listed.
///
/// The list is `Schemas/common-passwords.txt`, in ASCII order and lower case. It is made from the lists of two password
/// checkers: Django 5.2 (`contrib/auth/common-passwords.txt.gz`, by Royce Williams, of the passwords in Have I Been
/// Pwned; BSD 3-Clause) and zxcvbn 4.5 (`passwords`, of Mark Burnett's ten million; MIT). An entry's place is the better
/// of its two. Passwords of fewer than 8 characters are left out, because they are refused by their length, and so are
/// passwords that are not ASCII. The licences are in `NOTICE`.
package enum CommonPasswords {
    /// True if the password is on the list, or is the service's own name with digits and marks around it.
    package static func contain(_ password: String) -> Bool {
        let word = password.lowercased()
        if isListed(word) || isOwnName(word) { return true }
        // The list is ASCII only.
        return word.utf8.contains { $0 >= 0x80 } && isListed(keys(word))
    }

    // MARK: - The list

    /// Searches the text by halving it: builds no table and allocates nothing.
    private static func isListed(_ word: String) -> Bool {
        let text = CommonPasswordList.text.utf8.span
        let word = word.utf8.span
        var (low, high) = (0, text.count)
        // Both are at the start of an entry, or behind the last.
        while low < high {
            var start = low + (high - low) / 2
            while start > low, !isDivider(text[start - 1]) { start -= 1 }
            var end = start
            while end < high, !isDivider(text[end]) { end += 1 }
            switch compare(word, text.extracting(start..<end)) {
            case 0: return true
            case ..<0: high = start
            default:
                low = end
                while low < high, isDivider(text[low]) { low += 1 }
            }
        }
        return false
    }

    /// A space or a line end divides entries.
    private static func isDivider(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }

    /// Less than 0 if `one` sorts before `other`, by bytes.
    private static func compare(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Int {
        for index in 0..<min(one.count, other.count) where one[index] != other[index] {
            return Int(one[index]) - Int(other[index])
        }
        return one.count - other.count
    }

    // MARK: - The Russian layout

    /// The keys of ЙЦУКЕН as QWERTY names them.
    private static let layout: [Character: Character] = Dictionary(
        uniqueKeysWithValues: zip(
            "йцукенгшщзхъфывапролджэячсмитьбюё", #"qwertyuiop[]asdfghjkl;'zxcvbnm,.`"#))

    private static func keys(_ word: String) -> String { String(word.map { layout[$0] ?? $0 }) }

    // MARK: - Words of this service

    /// Words that a guesser would take from the service itself: its name, and Russian names for a cabinet.
    private static let ownNames: Set<String> = [
        "kabinet", "kabinetd", "mykabinet", "lkabinet", "lichnyikabinet", "lichniykabinet", "lichnykabinet", "кабинет",
        "мойкабинет", "личныйкабинет",
    ]

    /// Ignores every character that is not a letter.
    private static func isOwnName(_ word: String) -> Bool { ownNames.contains(word.filter(\.isLetter)) }
}
