/// The capacity in which the holder of a session acts for an account.
package enum Standing {
    /// The account is the holder's own, or the holder manages it.
    case holder
    /// The holder acts for the organisation. The payload says how the number joined it; nil if no number is concerned.
    case administrator(Organizations.Joining?)
}

extension AccountsState {
    /// The only place that says who acts for whom. Nil if the holder may not.
    package func standing(
        of holder: AccountIndex, toward subject: AccountIndex, _ need: CommandSpec.SessionNeed
    ) -> Standing? {
        if need == .administrator {
            return organizations.isAdministrator(holder, of: subject) ? .administrator(nil) : nil
        }
        if holder == subject { return .holder }
        guard need == .linked || need == .manager else { return nil }
        if access.manages(holder, subject) { return .holder }
        guard need == .manager, let organization = organizations.organization(of: subject),
            organizations.isAdministrator(holder, of: organization)
        else { return nil }
        return .administrator(organizations.joining(subject))
    }
}
