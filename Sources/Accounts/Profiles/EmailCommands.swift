/// E-mail addresses: their form, and EMAIL.CODE, by which the holder of a profile's address confirms it.

/// An e-mail address. A lower bound of 0 permits an empty text.
package enum EmailAddress: ParameterType {
    package static var kind: ParameterKind { .text }

    package static let given: ClosedRange<UInt64> = 1...254
    package static let orEmpty: ClosedRange<UInt64> = 0...254

    package static func value(of given: GivenValue) throws(Rejection) -> String {
        let text = try PlainText.value(of: given)
        guard text.isEmpty || isAddress(text) else {
            throw given.rejected(.invalidText, "\(given.name) must be an address such as anna@example.org")
        }
        return text
    }

    /// A rough check. Whether the address is somebody's shows when it is written to. Signs by which a mail program would
    /// read several addresses are refused.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("=?"),
            !parts[0].contains(where: { " ,:;<>()[]\"\\".contains($0) })
        else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
            }
    }
}

package struct EmailCode: ChallengeRequest, OfSubscriber {
    package static let purpose = ChallengePurpose.email
    package static let spec = CommandSpec(
        "EMAIL.CODE", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Sends a one-time code to the profile's e-mail address. CONFIRM with that code confirms the address.",
        example: "EMAIL.CODE 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func check(_ state: borrowing AccountsState) throws(Rejection) {
        let profile = state.profiles[try state.directory.subscriber(msisdn)]
        guard !profile.sealedEmail.isEmpty else { throw .noEmail }
        guard !profile.isEmailConfirmed else {
            throw Rejection(.alreadyExists, field: "email", "the profile's address is confirmed already")
        }
    }
}

extension Rejection {
    static let noEmail = Rejection(
        .notFound, field: "email", "the profile has no e-mail address: give one with PROFILE.SET")
}
