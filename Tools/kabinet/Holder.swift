// An account chosen by a number that it has or had, or by its own.

import Accounts
import ArgumentParser

struct Holder {
    let account: AccountIndex
    let msisdn: MSISDN
    /// The words for people, a line for each account that has or had the number.
    let others: [String]
    let from: Instant
    /// Nil if the account has the number now.
    let until: Instant?

    /// `text` is a number: it chooses the account that has it, or had it last. `account` chooses this account, among
    /// those that the number names if there is a number.
    init(_ text: String?, account chosen: AccountIndex?, in state: borrowing AccountsState) throws {
        let directory = state.directory
        let number: MSISDN
        if let text {
            guard let read = MSISDN(text: text.utf8) else {
                throw Failure(
                    message:
                        "\(text) is not a telephone number: it must have 11 to 15 digits", status: Status.usage)
            }
            number = read
        } else if let chosen, chosen < directory.next, directory[chosen].msisdn.number != 0 {
            number = directory[chosen].msisdn
        } else {
            throw Failure(
                message: chosen.map { "account \($0) does not belong to a subscriber at position \(state.position)" }
                    ?? "give a telephone number, or an account with --account",
                status: chosen == nil ? Status.usage : Status.refused)
        }
        let holders = directory.holders(number)
        guard let account = chosen ?? holders.last, holders.contains(account) else {
            throw Failure(
                message: holders.isEmpty
                    ? "there is no subscriber \(number) at position \(state.position)"
                    : "account \(chosen ?? 0) never had \(number); it belonged to account "
                        + holders.map { "\($0)" }.joined(separator: ", "),
                status: Status.refused)
        }
        func until(_ account: AccountIndex) -> Instant? {
            directory.formerHolders(number).first { $0.account == account }?.until
        }
        (self.account, msisdn) = (account, number)
        (from, self.until) = (directory[account].activated, until(account))
        others =
            holders.count < 2 && until(account) == nil
            ? []
            : holders.map { holder in
                "account \(holder) has the number from \(directory[holder].activated)"
                    + (until(holder).map { " until \($0)" } ?? "") + ", and \(state.balances[holder])"
            }
    }
}
