/// A projection is state that the log alone makes: the same events give the same columns, on every machine.
///
/// `AccountsState` passes the events whose schema names a projection (`@read_by`) to its `apply`. `apply` is total: it never
/// refuses, never reads a clock, never draws a random number.

package protocol Projection {
    /// The name in digests, reports and snapshots.
    static var name: String { get }
    /// Raised when `apply` changes meaning. A snapshot of another version is not used.
    static var version: UInt16 { get }

    /// Encodes an account's part of the state, which only its own events change. If a column does not reach the
    /// account, encodes the value that it would hold.
    func encode(_ account: AccountIndex, into row: inout SnapshotEncoder)
    /// Decodes a row. The columns already have their former length.
    mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError)

    /// Codes everything that belongs to no account, and the length of the columns. An encoder calls it on a copy, which
    /// must not be changed, because changing a column would copy all of it.
    mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure)

    /// Folds what belongs to no account into the digest.
    func digestRest(_ encoder: inout SnapshotEncoder, into hash: inout XXH64)

    /// The memory that its columns take, for sizing.
    var allocatedBytes: Int { get }
}

/// Work on every projection. `AccountsState.visitProjections` has the one list of them, made from the generator's.
protocol ProjectionVisitor {
    /// The outcome, passed from one projection to the next.
    associatedtype Result
    func visit<P: Projection>(_ projection: borrowing P, _ result: inout Result)
}

/// Work that changes every projection.
protocol ProjectionEditor {
    /// The input, passed from one projection to the next.
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

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {}

    func encodeRest(into rest: inout SnapshotEncoder) {
        var copy = self
        copy.codeRest(&rest)
    }

    package func digestRest(_ encoder: inout SnapshotEncoder, into hash: inout XXH64) {
        encodeRest(into: &encoder)
        encoder.move(into: &hash)
    }
}
