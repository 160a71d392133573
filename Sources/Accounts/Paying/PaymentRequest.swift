/// A request for a payment: a subscriber asked to pay, and an acquirer settles it.

/// The state of a request. The raw value is a column's, and the name is the word of `state=`.
package enum PaymentRequestState: UInt8, Sendable {
    /// No acquirer has answered.
    case pending = 0
    /// The payer can pay at `url`.
    case offered = 1
    case paid = 2
    case refused = 3
    case expired = 4
    /// An automatic payment that the acquirer refused, or did not answer. It is asked again.
    case postponed = 5

    var word: String { "\(self)" }
    /// Listed to acquirers.
    var isOpen: Bool { self == .pending || self == .offered }
    /// Nobody is asked for it any more.
    var hasEnded: Bool { self == .paid || self == .refused || self == .expired }
}

package struct PaymentRequest: Equatable, Sendable, Coded {
    /// The position of the event that asked; its number on the wire.
    package internal(set) var position: Position = 0
    var amount = Money.zero
    var method = PaymentMethod.unspecified
    /// The token of the stored card that is to pay; empty if there is none.
    var card = ""
    /// The acquirer that took it; 0 while none has.
    var acquirer: UInt32 = 0
    /// The subscriber asked in an own session.
    var isOwn = false
    var created = Instant(milliseconds: 0)
    /// When it ends if nobody pays; while it is postponed, when the acquirer is asked again.
    package internal(set) var expires = Instant(milliseconds: 0)
    package internal(set) var state = PaymentRequestState.pending
    /// The position of the last event that changed it.
    var changed: Position = 0
    /// The acquirer's page; empty if there is none, or if the request has ended.
    var url = ""
    /// The acquirer's reason for its refusal.
    var reason = ""
    /// The payment that settled it; 0 while none has.
    var payment: Position = 0
    /// The amount of that payment.
    var paid = Money.zero
    /// It was settled after it had ended.
    var isLate = false
    /// How often the acquirer was asked for an automatic payment. 0: somebody asked, and the service did not.
    var attempts: UInt32 = 0
    /// The position of the event that last opened it; its place among the open requests.
    var opened: Position = 0

    var isAutopay: Bool { attempts > 0 }

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&position)
        try row.code(&amount)
        try row.code(&method, or: "a request of no known method")
        try row.code(&card)
        try row.code(&acquirer)
        try row.code(&isOwn)
        try row.code(&created)
        try row.code(&expires)
        try row.code(&state, or: "a request in no known state")
        try row.code(&changed)
        try row.code(&url)
        try row.code(&reason)
        try row.code(&payment)
        try row.code(&paid)
        try row.code(&isLate)
        try row.code(&attempts)
        try row.code(&opened)
    }

    /// True if a payment comes after the request has ended. An automatic one does not end by its time alone, because it
    /// may be asked again.
    func isOver(at now: Instant) -> Bool { state.hasEnded || !isAutopay && expires <= now }

    /// Ends it without a payment.
    mutating func end(_ state: PaymentRequestState, at position: Position) {
        (self.state, changed, url) = (state, position, "")
    }

    /// True if a principal may take or settle it: it is its own, or nobody's yet and of its methods.
    func isFor(_ principal: UInt32, _ principals: borrowing Principals) -> Bool {
        acquirer == 0 ? principals.takes(method, principal) : acquirer == principal
    }
}

extension PaymentMethod {
    /// Its bit in `PrincipalAdded.methods`.
    var bit: UInt32 { 1 << UInt32(rawValue) }

    /// The methods that an acquirer can be asked for. Cash is paid at a desk, and a voucher has its own command.
    static let ofRequests: [PaymentMethod] = [.card, .sbp, .bank]

    /// `card,sbp` for their bits.
    static func words(_ bits: UInt32) -> String {
        ofRequests.filter { bits & $0.bit != 0 }.map { "\($0.word)" }.joined(separator: ",")
    }
}

/// `method=` of a request.
enum RequestMethod: ParameterType {
    static var kind: ParameterKind { .key }
    static var words: [String] { PaymentMethod.ofRequests.map { "\($0.word)" } }

    static func value(of given: GivenValue) throws(Rejection) -> PaymentMethod {
        let method = PaymentMethod(word: given.text)
        guard let method, PaymentMethod.ofRequests.contains(method) else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return method
    }
}

/// `method=` of a payment that came. A voucher has its own command.
enum ReceivedMethod: ParameterType {
    static var kind: ParameterKind { .key }
    static var words: [String] { PaymentMethod.words.filter { $0 != "\(PaymentMethod.voucher.word)" } }

    static func value(of given: GivenValue) throws(Rejection) -> PaymentMethod {
        guard let method = PaymentMethod(word: try Key.value(of: given)), method != .voucher else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return method
    }
}

/// `methods=` of a principal, as bits.
package enum RequestMethods: ParameterType {
    package static var kind: ParameterKind { .list }

    package static func value(of given: GivenValue) throws(Rejection) -> UInt32 {
        var bits: UInt32 = 0
        for word in try List.value(of: given) {
            guard let method = PaymentMethod(word: word), PaymentMethod.ofRequests.contains(method) else {
                throw given.rejected(.invalidKey, "a method is one of \(RequestMethod.words.joined(separator: ", "))")
            }
            bits |= method.bit
        }
        guard bits != 0 else { throw given.rejected(.missingArgument, "\(given.name) needs at least one method") }
        return bits
    }
}

/// A card that an acquirer stored for a subscriber.
package struct StoredCard: Equatable, Sendable, Coded {
    /// The acquirer's name for it.
    var token = ""
    /// Empty if the acquirer did not say.
    var last4 = ""
    var acquirer: UInt32 = 0
    var added = Instant(milliseconds: 0)

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&token)
        try row.code(&last4)
        try row.code(&acquirer)
        try row.code(&added)
    }
}

/// An acquirer's token of a card.
enum CardToken: ParameterType {
    static var kind: ParameterKind { .token }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        let isToken =
            (8...64).contains(given.bytes.count)
            && given.bytes.allSatisfy { isKey(CollectionOfOne($0 | 0x20)) && $0 != UInt8(ascii: ".") || $0 == 95 }
        guard isToken else {
            throw given.rejected(.invalidKey, "\(given.name) must have 8 to 64 of the characters A-Z a-z 0-9 - _")
        }
        let digits = given.bytes.filter { $0 >= 48 && $0 <= 57 }
        let isNumber = digits.count + given.bytes.count { $0 == 45 || $0 == 95 } == given.bytes.count
        guard !isNumber, !mayHoldCardNumber(given.bytes) else {
            throw given.rejected(.cardNumber, "this may be a card number, and card numbers are never stored")
        }
        return given.text
    }
}
