/// The rules for a chosen password, and when its digest is made anew.

/// A new password: 8 to 128 characters of any kind, and not one of those guessed first (NIST SP 800-63B 5.1.1.2).
enum NewPassword: ParameterType {
    static var kind: ParameterKind { .secret }

    static func value(of given: GivenValue) throws(Rejection) -> [UInt8] {
        let text = given.text
        guard given.bytes.count <= AccessPolicy.passwordBytes, AccessPolicy.passwordCharacters.contains(text.count)
        else {
            throw given.rejected(.invalidPassword, "a password must have 8 to 128 characters of any kind")
        }
        guard !CommonPasswords.contain(text) else {
            throw given.rejected(
                .invalidPassword,
                "many people use this password, so it is easy to guess: choose another one, of several words")
        }
        return Array(given.bytes)
    }
}

/// Checks a password. Without a digest it takes the same time and matches nothing.
package struct CheckPassword: SecretWork {
    package struct Output: Sendable {
        let matches: Bool
        /// The digest that the password was checked with, which may have been replaced since.
        let against: PasswordHash?
        /// A new digest, if the password matches one with weaker parameters than today's.
        let rehashed: PasswordHash?
    }

    let password: [UInt8]
    let against: PasswordHash?

    package var pool: SecretPool { .passwords }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        let matches = tools.matches(password, against)
        return Output(
            matches: matches, against: against, rehashed: matches ? tools.rehash(password, of: against) : nil)
    }
}

/// Hashes a new password if the old one is right.
package struct ReplacePassword: SecretWork {
    package struct Output: Sendable {
        /// Nil if the old password was wrong.
        let hash: PasswordHash?
        let against: PasswordHash
    }

    let old: [UInt8]
    let against: PasswordHash
    let new: [UInt8]

    package var pool: SecretPool { .passwords }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Output(hash: tools.matches(old, against) ? tools.hash(new) : nil, against: against)
    }
}

extension MSISDN {
    /// Refuses a password that is this number, as people write it.
    package func check(isNot password: [UInt8], field: String) throws(Rejection) {
        // `MSISDN` itself skips the other marks that people put between digits.
        let marks: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_")]
        guard MSISDN(text: password.filter { !marks.contains($0) }) != self else {
            throw Rejection(
                .invalidPassword, field: field,
                "the password is the number itself: choose another one")
        }
    }
}

extension PasswordHash {
    /// True if both are of the same password, perhaps with different parameters. A salt is drawn when a password is set
    /// and kept until the password changes; only the digest is made anew.
    package func isOfSamePassword(as other: PasswordHash) -> Bool { salt == other.salt }

    /// True if the parameters have been raised since: none is higher than today's, and one is lower.
    package func isWeaker(thanMemoryKiB memoryKiB: UInt32, passes: UInt32) -> Bool {
        self.memoryKib <= memoryKiB && self.passes <= passes && (self.memoryKib < memoryKiB || self.passes < passes)
    }
}

extension Access {
    /// True if the checked password is still the account's. Another sign-in may have made its digest anew meanwhile.
    package func isCurrent(_ checked: PasswordHash?, of account: AccountIndex) -> Bool {
        guard let checked, let password = password(account) else { return false }
        return password.isOfSamePassword(as: checked)
    }

    /// The event of a digest that was made anew at a sign-in; nil if there is none or another sign-in was faster.
    package func rehashed(_ hash: PasswordHash?, checked: PasswordHash?, of account: AccountIndex) -> Event? {
        guard let hash, checked == password(account) else { return nil }
        return .passwordRehashed(PasswordRehashed(password: hash))
    }
}
