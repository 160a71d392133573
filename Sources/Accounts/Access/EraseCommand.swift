/// ERASE: the person behind a number is forgotten; the number, its money and its products go on.
package struct Erase: Change {
    package static let spec = CommandSpec(
        "ERASE", .change, roles: [.operator, .admin], [.positional("msisdn", .msisdn)], waits: true, usesReserve: true,
        summary: "Destroys the key of a person's sealed texts, and ends the cabinet; answers when both are done.",
        example: "ERASE 79001234567")

    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a.msisdn("msisdn") }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        _ = try cabinet.directory.subscriber(msisdn)
        return .secrets(.newKey(seal: []))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        guard case .sealed(let keyID, _) = context.prepared else { preconditionFailure("prepared above") }
        let erased = PersonErased(destroyedKeyID: cabinet.directory[account].keyID.bytes, keyID: keyID)
        changes.append(account, .personErased(erased), effective: context.now)
    }

    package func workAfterCommit(_ outcome: borrowing Changes) -> SecretWork? {
        guard case .personErased(let e) = outcome.first.event else { preconditionFailure("decided above") }
        return .destroyKey(e.destroyedKeyID)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        reply.field("msisdn", msisdn)
        reply.field("seq", outcome.lastPosition)
    }
}
