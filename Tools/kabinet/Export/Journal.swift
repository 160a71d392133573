// A transaction of the journal, in any format: made from an event and the state after it, with the postings that
// `Balances` takes.

import Accounts
import EventCoding

/// An account of the journal.
enum JournalAccount: Hashable {
    /// `former` is the number of accounts that had the number before.
    case subscriber(MSISDN, former: Int)
    case organization(AccountIndex)
    case `operator`
    case ledger(LedgerAccount)
    /// Balances the first entries of a journal that begins in the middle of the log.
    case openingBalances

    init(_ account: AccountIndex, _ state: borrowing AccountsState) {
        self =
            switch state.directory[account].kind {
            case .subscriber, .former:
                .subscriber(state.directory[account].msisdn, former: state.directory.formerOwners(account))
            case .organization: .organization(account)
            case .operator: .operator
            }
    }

    /// In the strictest of the tools' alphabets, beancount's: letters, digits and hyphens, a capital or a digit first.
    var name: String {
        switch self {
        case .subscriber(let msisdn, 0): "Liabilities:Subscriber:\(msisdn)"
        case .subscriber(let msisdn, let former): "Liabilities:Subscriber:\(msisdn)-\(former + 1)"
        case .organization(let account): "Liabilities:Organization:\(account)"
        case .operator: "Liabilities:Suspense"
        case .ledger(let account): Self.names[account.rawValue]
        case .openingBalances: "Equity:Opening-Balances"
        }
    }

    /// `revenue:tariff_fees` is `Income:Revenue:Tariff-Fees`.
    private static let names = LedgerAccount.allCases.map { account in
        let root =
            switch account.kind {
            case .asset: "Assets"
            case .liability: "Liabilities"
            case .equity: "Equity"
            case .income: "Income"
            case .expense: "Expenses"
            }
        let parts = account.name.split(separator: ":").map { part in
            part.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
        }
        return ([root] + parts).joined(separator: ":")
    }
}

struct JournalPosting: Equatable {
    let account: JournalAccount
    /// A debit is positive.
    let amount: Money
    /// The account's balance after it, as the event has it, for tools that can compare.
    var balanceAfter: Money?
}

struct JournalTransaction: Equatable {
    let position: Position
    let recorded: Instant
    let effective: Instant
    let type: String
    let principal: String
    var msisdn: MSISDN?
    var reference: String?
    var postings: [JournalPosting]
}

extension JournalTransaction {
    /// The money that an event moved; the state is the one after it. Nil if no money moved.
    init?(_ event: Event, _ meta: EventMeta, _ state: borrowing AccountsState) {
        let account = JournalAccount(meta.account, state)
        var postings: [JournalPosting] = []
        guard let money = event.money else { return nil }
        money.forEachPosting { ledgerAccount, amount in
            postings.append(JournalPosting(account: .ledger(ledgerAccount), amount: amount))
            postings.append(JournalPosting(account: account, amount: -amount))
        }
        guard !postings.isEmpty else { return nil }
        postings[postings.count - 1].balanceAfter = -money.balanceAfter
        self.init(
            position: meta.position, recorded: meta.recorded, effective: meta.effective, type: event.typeName,
            principal: state.principals[meta.principal].name, reference: event.reference, postings: postings)
        if case .subscriber(let number, _) = account { msisdn = number }
    }

    /// An account's balance when the journal begins; `balance` as in `BALANCE` and `TRIAL.BALANCE`.
    init(openingOf account: JournalAccount, with balance: Money, _ state: borrowing AccountsState) {
        self.init(
            position: state.position, recorded: state.recorded, effective: state.recorded,
            type: "opening_balance", principal: state.principals[0].name,
            postings: [
                JournalPosting(account: account, amount: -balance, balanceAfter: -balance),
                JournalPosting(account: .openingBalances, amount: balance),
            ])
        if case .subscriber(let number, _) = account { msisdn = number }
    }
}

extension AccountsState {
    /// Every account with a balance other than zero, in their order.
    func forEachBalance(_ body: (JournalAccount, Money) throws -> Void) rethrows {
        for index in 0..<AccountIndex(directory.count) where balances[index] != .zero {
            try body(JournalAccount(index, self), balances[index])
        }
        for account in LedgerAccount.allCases where balances.ledger(account) != .zero {
            try body(.ledger(account), balances.ledger(account))
        }
    }
}

/// Renders transactions into pieces, each account before its first posting.
struct JournalWriter {
    private let renderer: any JournalRenderer
    private var piece: [UInt8] = []
    private var declared: Set<JournalAccount> = []
    private(set) var transactions = 0

    private static let pieceBytes = 1 << 20

    init(_ renderer: any JournalRenderer, log: String) {
        self.renderer = renderer
        renderer.begin(log: log, &piece)
    }

    mutating func open(_ state: borrowing AccountsState, _ write: (borrowing [UInt8]) throws -> Void) throws {
        try state.forEachBalance { account, balance in
            try append(JournalTransaction(openingOf: account, with: balance, state), write)
        }
    }

    mutating func append(
        _ transaction: JournalTransaction, _ write: (borrowing [UInt8]) throws -> Void
    ) throws {
        for posting in transaction.postings where declared.insert(posting.account).inserted {
            renderer.declare(posting.account, at: transaction.recorded, &piece)
        }
        renderer.append(transaction, &piece)
        transactions += 1
        if piece.count >= Self.pieceBytes { try flush(write) }
    }

    mutating func end(_ state: borrowing AccountsState, _ write: (borrowing [UInt8]) throws -> Void) throws {
        renderer.end(transactions: transactions, through: state.position, &piece)
        try flush(write)
    }

    private mutating func flush(_ write: (borrowing [UInt8]) throws -> Void) throws {
        try write(piece)
        piece.removeAll(keepingCapacity: true)
    }
}
