/// What a password that is chosen may be, and when its digest is made anew.

extension Arguments {
    /// A new password: 8 to 128 characters, any of them, and none that is among the first to be guessed (NIST SP 800-63B
    /// 5.1.1.2). `owner`: whose it is to be, if that is known yet.
    package func password(_ name: String, of owner: MSISDN? = nil) throws(Rejection) -> [UInt8] {
        let bytes = try secret(name)
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count <= AccessPolicy.passwordBytes, AccessPolicy.passwordCharacters.contains(text.count) else {
            throw Rejection(.invalidPassword, field: name, "a password is 8 to 128 characters, any of them")
        }
        guard !CommonPasswords.contain(text) else {
            throw Rejection(
                .invalidPassword, field: name,
                "many people have this password, and it is guessed first: choose another, of several words say")
        }
        if let owner { try owner.check(isNot: bytes, field: name) }
        return bytes
    }
}

extension MSISDN {
    /// Refuses a password that is this number, as people write it.
    package func check(isNot password: [UInt8], field: String) throws(Rejection) {
        // `MSISDN` knows the rest of the marks that people put between.
        let marks: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_")]
        guard MSISDN(text: password.filter { !marks.contains($0) }) != self else {
            throw Rejection(
                .invalidPassword, field: field,
                "the password is the number itself: choose one that nobody who knows the number can guess")
        }
    }
}

extension PasswordHash {
    /// Whether the other is of the same password, perhaps by other parameters. A salt is drawn when a password is set, and
    /// stays for as long as it is the password: its digest alone is made anew.
    package func isOfSamePassword(as other: PasswordHash) -> Bool { salt == other.salt }

    /// Whether its parameters have been raised since: none is higher than today's, and one is lower.
    package func isWeaker(thanMemoryKiB memoryKiB: UInt32, passes: UInt32) -> Bool {
        self.memoryKib <= memoryKiB && self.passes <= passes && (self.memoryKib < memoryKiB || self.passes < passes)
    }
}

extension Access {
    /// Whether what a password was checked with is still the account's password. Its digest may have been made anew
    /// meanwhile, by another sign-in.
    package func isCurrent(_ checked: PasswordHash?, of account: AccountIndex) -> Bool {
        guard let checked, let password = password(account) else { return false }
        return password.isOfSamePassword(as: checked)
    }

    /// The event of a digest that was made anew at a sign-in. Nil: there is none, or another sign-in was faster.
    package func rehashed(_ hash: PasswordHash?, checked: PasswordHash?, of account: AccountIndex) -> Event? {
        guard let hash, checked == password(account) else { return nil }
        return .passwordRehashed(PasswordRehashed(password: hash))
    }
}
