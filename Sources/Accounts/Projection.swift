/// A projection is state that the log alone makes: the same events give the same columns, on every machine.

package protocol Projection {
    /// Names it in digests, reports and snapshots.
    static var name: String { get }
    /// Raised when `apply` changes meaning: a snapshot of another version is not used.
    static var version: UInt16 { get }

    /// Total: it never refuses, never reads a clock, never draws a random number.
    mutating func apply(_ event: Event, _ meta: EventMeta)

    /// Folds every column in an order that the log determines.
    func digest(into hash: inout XXH64)

    /// What its columns hold of memory, for sizing.
    var allocatedBytes: Int { get }
}
