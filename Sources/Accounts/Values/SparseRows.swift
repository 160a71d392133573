/// The rows of a projection that few accounts have. An account without a row has the blank one, and a row that becomes
/// blank again is gone.
struct SparseRows<Row: Coded & Equatable & Sendable>: Sendable {
    private let blank: Row
    private var rows: [AccountIndex: Row] = [:]
    /// By account: a bit for each that has a row, so that events of the others need no look-up. They are most.
    private var marks: [UInt64] = []

    init(blank: Row) { self.blank = blank }

    @inline(__always)
    func has(_ account: AccountIndex) -> Bool {
        let word = Int(account >> 6)
        return word < marks.count && marks[word] & Self.bit(account) != 0
    }

    @inline(__always)
    subscript(_ account: AccountIndex) -> Row {
        get { has(account) ? rows[account] ?? blank : blank }
        set {
            let isBlank = newValue == blank
            rows[account] = isBlank ? nil : newValue
            if isBlank, !has(account) { return }
            marks.reserveIndex(account >> 6, filling: 0)
            if isBlank {
                marks[Int(account >> 6)] &= ~Self.bit(account)
            } else {
                marks[Int(account >> 6)] |= Self.bit(account)
            }
        }
    }

    private static func bit(_ account: AccountIndex) -> UInt64 { 1 << UInt64(account & 63) }

    func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = rows[account]
        row.code(&own, blank: blank)
    }

    mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own: Row?
        try row.code(&own, blank: blank)
        self[account] = own ?? blank
    }

    /// With the share of the table that a row has.
    var allocatedBytes: Int { marks.columnBytes + rows.count * (MemoryLayout<Row>.stride + 32) }
}
