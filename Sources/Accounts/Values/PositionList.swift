/// Things of all accounts in the order of their positions, as orders to the network and open requests. One that is removed
/// leaves a gap, and gaps are closed when they outnumber the rest, so that a thing costs little however many there are.
struct PositionList: Sendable {
    private var positions: [Position] = []
    /// 0 is a gap.
    private var accounts: [AccountIndex] = []
    /// The index of the first that is no gap.
    private var first = 0
    private(set) var count = 0

    init() {}

    /// From things in any order.
    init(_ things: [(position: Position, account: AccountIndex)]) {
        let sorted = things.sorted { $0.position < $1.position }
        (positions, accounts, count) = (sorted.map(\.position), sorted.map(\.account), sorted.count)
    }

    /// A new thing is the last. One that returns may be older than others.
    mutating func insert(_ position: Position, of account: AccountIndex) {
        let index = index(notBefore: position)
        if index < positions.count, positions[index] == position {
            accounts[index] = account
        } else {
            positions.insert(position, at: index)
            accounts.insert(account, at: index)
        }
        first = min(first, index)
        count += 1
    }

    mutating func remove(_ position: Position) {
        let index = index(notBefore: position)
        guard index < positions.count, positions[index] == position, accounts[index] != 0 else { return }
        accounts[index] = 0
        count -= 1
        while first < accounts.count, accounts[first] == 0 { first += 1 }
        if accounts.count > 2 * count + 64 { closeGaps() }
    }

    private mutating func closeGaps() {
        let kept = accounts.indices.filter { accounts[$0] != 0 }
        positions = kept.map { positions[$0] }
        accounts = kept.map { accounts[$0] }
        first = 0
    }

    /// Visits things from a position on, as long as the visitor returns true.
    func forEach(from position: Position, _ visit: (Position, AccountIndex) -> Bool) {
        for index in max(first, index(notBefore: position))..<positions.count where accounts[index] != 0 {
            guard visit(positions[index], accounts[index]) else { return }
        }
    }

    private func index(notBefore position: Position) -> Int {
        if let last = positions.last, last < position { return positions.count }
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    var allocatedBytes: Int { positions.columnBytes + accounts.columnBytes }
}
