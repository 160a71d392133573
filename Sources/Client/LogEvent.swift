// An event of the log, as in the replies to `EVENTS` and `TAIL`.

/// One recorded event.
public struct LogEvent: Hashable, Sendable {
    /// All named values of the event's line, in order.
    public let fields: Fields

    /// An event from the fields of its `EVENT` line. Nil if they lack a position.
    public init?(_ fields: Fields) {
        guard let seq = fields["seq"].flatMap({ UInt64($0) }) else { return nil }
        self.fields = fields
        self.seq = seq
    }

    /// The position in the log: from 1, without gaps.
    public let seq: UInt64
    /// The kind, such as `topped_up`.
    public var type: String { fields["type"] ?? "" }
    /// When the service recorded it: RFC 3339, UTC.
    public var recorded: String { fields["recorded"] ?? "" }
    /// When it took effect: RFC 3339, UTC. A fee that fell due during a stop is effective when it was due.
    public var effective: String { fields["effective"] ?? "" }
    /// The dense number of the account; 0 is the operator's own.
    public var account: Int64? { fields.integer("account") }
    /// The subscriber's number, E.164 digits without `+`; nil if the account is not a subscriber's.
    public var msisdn: String? { fields["msisdn"] }
    /// The name of the principal that caused it; nil if the service itself did.
    public var principal: String? { fields["principal"] }
    /// The number of the session; nil if there was none.
    public var session: Int64? { fields.integer("session") }
    /// The event's own values, a JSON object: money in minor units, instants in milliseconds since 1970.
    public var data: String { fields["data"] ?? "{}" }
}
