// An account chosen by a number that it has or had, or by its own.

import Accounts
import ArgumentParser

struct Holder {
    let account: AccountIndex
    /// Its number in the state that it was found in.
    let place: AccountIndex
    let msisdn: MSISDN
    /// The words for people, a line for each account that has or had the number.
    let others: [String]
    let from: Instant
    /// Nil if the account has the number now.
    let until: Instant?

    /// `text` is a number: it chooses the account that has it, or had it last. `account` chooses this account, among
    /// those that the number names if there is a number.
    init(_ text: String?, account chosen: AccountIndex?, in state: borrowing AccountsState) throws {
        try self.init(of: Self.number(text, account: chosen, in: state), account: chosen, in: state) { $0 }
    }

    /// The number that is meant.
    static func number(_ text: String?, account chosen: AccountIndex?, in state: borrowing AccountsState) throws
        -> MSISDN
    {
        if let text {
            guard let read = MSISDN(text: text.utf8) else {
                throw Failure(
                    message:
                        "\(text) is not a telephone number: it must have 11 to 15 digits", status: Status.usage)
            }
            return read
        }
        let directory = state.directory
        if let chosen, chosen < directory.next, directory[chosen].msisdn.number != 0 { return directory[chosen].msisdn }
        throw Failure(
            message: chosen.map { "account \($0) does not belong to a subscriber at position \(state.position)" }
                ?? "give a telephone number, or an account with --account",
            status: chosen == nil ? Status.usage : Status.refused)
    }

    /// `name` is the account's number in the log, if the state has the accounts under numbers of its own.
    init(
        of number: MSISDN, account chosen: AccountIndex?, in state: borrowing AccountsState,
        name: (AccountIndex) -> AccountIndex
    ) throws {
        let directory = state.directory
        let holders = directory.holders(number)
        guard let place = chosen.map({ chosen in holders.first { name($0) == chosen } }) ?? holders.last else {
            throw Failure(
                message: holders.isEmpty
                    ? "there is no subscriber \(number) at position \(state.position)"
                    : "account \(chosen ?? 0) never had \(number); it belonged to account "
                        + holders.map { "\(name($0))" }.joined(separator: ", "),
                status: Status.refused)
        }
        func until(_ account: AccountIndex) -> Instant? {
            directory.formerHolders(number).first { $0.account == account }?.until
        }
        (account, self.place, msisdn) = (name(place), place, number)
        (from, self.until) = (directory[place].activated, until(place))
        others =
            holders.count < 2 && until(place) == nil
            ? []
            : holders.map { holder in
                "account \(name(holder)) has the number from \(directory[holder].activated)"
                    + (until(holder).map { " until \($0)" } ?? "") + ", and \(state.balances[holder])"
            }
    }
}
