/// The rows of a projection that few accounts have. An account without a row has the blank one, and a row that becomes
/// blank again is gone.
struct SparseRows<Row: Coded & Equatable & Sendable>: Sendable {
    private let blank: Row
    private var rows: [AccountIndex: Row] = [:]

    init(blank: Row) { self.blank = blank }

    var isEmpty: Bool { rows.isEmpty }

    @inline(__always)
    subscript(_ account: AccountIndex) -> Row {
        get { rows.isEmpty ? blank : rows[account] ?? blank }
        set { rows[account] = newValue == blank ? nil : newValue }
    }

    func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = rows[account]
        row.code(&own, blank: blank)
    }

    mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own: Row?
        try row.code(&own, blank: blank)
        rows[account] = own
    }

    /// With the share of the table that a row has.
    var allocatedBytes: Int { rows.count * (MemoryLayout<Row>.stride + 32) }
}
