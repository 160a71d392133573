/// A projection is state that the log alone makes: the same events give the same columns, on every machine.
///
/// Each has an `apply`, to which `Cabinet` takes the events whose schema names it (`@read_by`). It is total: it never
/// refuses, never reads a clock, never draws a random number.

package protocol Projection {
    /// Names it in digests, reports and snapshots.
    static var name: String { get }
    /// Raised when `apply` changes meaning: a snapshot of another version is not used.
    static var version: UInt16 { get }

    /// Folds every column in an order that the log determines.
    func digest(into hash: inout XXH64)

    /// An account's part of the state, which only its own events change. Where a column is shorter than the accounts
    /// are many, what it would hold.
    func encode(_ account: AccountIndex, into row: inout SnapshotEncoder)
    /// The columns are as long as they were.
    mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError)

    /// What belongs to no account, and how long the columns are.
    func encodeRest(into rest: inout SnapshotEncoder)
    mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError)

    /// What its columns hold of memory, for sizing.
    var allocatedBytes: Int { get }
}

/// Work on every projection: `Cabinet.visitProjections` has the one list of them, made from the generator's.
protocol ProjectionVisitor {
    /// The outcome, handed from one projection to the next.
    associatedtype Result
    func visit<P: Projection>(_ projection: borrowing P, _ result: inout Result)
}

/// Work that changes every projection.
protocol ProjectionEditor {
    /// The input, handed from one projection to the next.
    associatedtype Source
    associatedtype Failure: Error
    func edit<P: Projection>(_ projection: inout P, _ source: inout Source) throws(Failure)
}

extension Projection {
    /// Ends the process at an event that the schema names this projection for, and that its `apply` does not know.
    @inline(never)
    func endAtUnknown(_ event: Event) -> Never {
        preconditionFailure("\(Self.name) does not apply \(event.typeName), and its schema says @read_by \(Self.name)")
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {}
    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {}
}
