/// Parameters: each is declared once, with the type of its value, and any command may list it.
///
///     static let amount = Parameter<Amount>(positional: "amount")
///     static let method = Parameter<PaymentMethod?>("method")
///
/// A command reads `a[Self.amount]`, which is a `Money`, and `a[Self.method]`, which is nil if the request has none.

import Synchronization

/// The type of a parameter's value, as `HELP` and the reference name it.
package enum ParameterKind: String, Sendable {
    case msisdn
    /// Several numbers, each a positional of its own. Only the last parameter may be this.
    case msisdns
    /// An amount of more than zero.
    case amount
    case money
    /// Free text, at most 256 bytes; refused if it may hold a card's number.
    case text
    /// Never compared, logged or echoed.
    case secret
    /// A stable name of the catalogue or of a principal: `a-z 0-9 - _ .`, 1-64 bytes.
    case key
    case number
    /// RFC 3339, or a bare date.
    case time
    /// A position, or a time as above.
    case moment
    case flag
    /// Comma-separated.
    case list
    /// The other side of a call, as machines write it: a number in strict E.164, a short number, or a name.
    case peer
    case iccid
    case imsi
    case inn
    /// `id=` and `ref=`: 1-64 bytes; 13-19 bare digits are refused.
    case clientID
    /// An opaque token that the service made.
    case token
    /// The absolute path of a file or a directory on the service's machine.
    case path
}

/// How a value is read. `Optional` is the type of a parameter that a request may leave out.
package protocol ParameterType {
    associatedtype Value
    static var kind: ParameterKind { get }
    /// The values that it takes; empty if they cannot be listed.
    static var words: [String] { get }
    /// The value, or the rejection of one that is not of this type.
    static func value(of given: GivenValue) throws(Rejection) -> Value
    /// The value of a request without the parameter, or the rejection of that request.
    static func absence(of parameter: ParameterDeclaration, in spec: CommandSpec) throws(Rejection) -> Value
}

extension ParameterType {
    package static var words: [String] { [] }

    package static func absence(of parameter: ParameterDeclaration, in spec: CommandSpec) throws(Rejection) -> Value {
        throw .missing(parameter, of: spec)
    }
}

extension Rejection {
    static func missing(_ parameter: ParameterDeclaration, of spec: CommandSpec) -> Rejection {
        Rejection(.missingArgument, field: parameter.name, "\(spec.verb) needs \(parameter.name)")
    }
}

extension Optional: ParameterType where Wrapped: ParameterType {
    package typealias Value = Wrapped.Value?
    package static var kind: ParameterKind { Wrapped.kind }
    package static var words: [String] { Wrapped.words }

    @inline(__always)
    package static func value(of given: GivenValue) throws(Rejection) -> Wrapped.Value? {
        try Wrapped.value(of: given)
    }

    @inline(__always)
    package static func absence(of _: ParameterDeclaration, in _: CommandSpec) throws(Rejection) -> Wrapped.Value? {
        nil
    }
}

/// A value as the request has it. It must not be kept.
package struct GivenValue {
    package let bytes: UnsafeBufferPointer<UInt8>
    private let declared: UnsafePointer<ParameterDeclaration>

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ declared: UnsafePointer<ParameterDeclaration>) {
        (self.bytes, self.declared) = (bytes, declared)
    }

    package var name: String { declared.pointee.name }
    package var bounds: ClosedRange<UInt64> { declared.pointee.bounds }
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var isDigits: Bool { bytes.allSatisfy { $0 >= 48 && $0 <= 57 } }

    package func rejected(_ code: ErrorCode, _ message: String) -> Rejection {
        Rejection(code, field: name, message)
    }
}

/// The facts about a parameter, without the type of its value. They live as long as the process.
package struct ParameterDeclaration: Sendable {
    package enum Need: String, Sendable {
        /// Taken verbatim, in order, before the named ones, and never by name.
        case positional
        case required
        case optional
    }

    package let name: String
    package let kind: ParameterKind
    package let need: Need
    package let help: String
    /// The least and the greatest number, or the least and the greatest length.
    package let bounds: ClosedRange<UInt64>
    /// Its number in this process, by which a command finds its place.
    package let number: Int
}

/// A parameter of any type, for a command's list.
package protocol DeclaredParameter: Sendable {
    var declaration: ParameterDeclaration { get }
}

package struct Parameter<Type: ParameterType>: DeclaredParameter {
    nonisolated(unsafe) let declared: UnsafePointer<ParameterDeclaration>
    package var declaration: ParameterDeclaration { declared.pointee }

    /// A parameter that is given as `name=value`.
    ///
    /// Without `help`, the reference lists the words that its type takes. `bounds` are of a number or of a length.
    package init(_ name: String, _ help: String = "", in bounds: ClosedRange<UInt64>? = nil) {
        self.init(name, Type.self is any OptionalType.Type ? .optional : .required, help, bounds)
    }

    /// A parameter that has its place and is not named.
    package init(positional name: String, _ help: String = "", in bounds: ClosedRange<UInt64>? = nil) {
        self.init(name, .positional, help, bounds)
    }

    private init(
        _ name: String, _ need: ParameterDeclaration.Need, _ help: String, _ bounds: ClosedRange<UInt64>?
    ) {
        let help = help.isEmpty ? listed(Type.words) : help
        let declared = UnsafeMutablePointer<ParameterDeclaration>.allocate(capacity: 1)
        declared.initialize(
            to: ParameterDeclaration(
                name: name, kind: Type.kind, need: need, help: help, bounds: bounds ?? 0...UInt64(Int64.max),
                number: declaredParameters.add(1, ordering: .relaxed).oldValue))
        self.declared = UnsafePointer(declared)
    }
}

private let declaredParameters = Atomic(0)

private protocol OptionalType {}
extension Optional: OptionalType {}

/// `a, b or c`.
func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

/// Parameters that many commands have.
package enum Parameters {
    package static let msisdn = Parameter<MSISDN>(positional: "msisdn", "the subscriber's telephone number")
    package static let org = Parameter<Index32>(
        positional: "org",
        "the number of the organisation, as ORG.CREATE returned it")
    package static let group = Parameter<Index32>(
        positional: "group",
        "the number of the group, as GROUP.CREATE returned it")
    package static let challenge = Parameter<Token>(
        positional: "challenge",
        "the challenge that the first command returned")
    /// The rows of a page.
    package static let limit = Parameter<Count?>("limit", "how many rows a page has, at most 1000", in: 1...1000)
    /// Brought by a command's session.
    package static let session = Parameter<Token?>("session", "the subscriber's session; a front end must give it")
    /// Brought by reads of any time.
    package static let at = Parameter<GivenMoment?>(
        "at", "returns the state as it was at this position or at this time")
    /// Brought by changes.
    package static let id = Parameter<ClientID?>(
        "id",
        "the client's name of this request; a retry with the same id is not done twice")
    package static let ifSeq = Parameter<Number?>(
        "if_seq",
        "refuses the request if the account changed after this position")
    /// The principal's name for an act that is to happen once.
    package static let ref = Parameter<ClientID>(
        "ref",
        "the acquirer's reference of the payment; each is accepted once")
}

extension Command {
    package static var msisdn: Parameter<MSISDN> { Parameters.msisdn }
    package static var org: Parameter<Index32> { Parameters.org }
    package static var group: Parameter<Index32> { Parameters.group }
    package static var challenge: Parameter<Token> { Parameters.challenge }
}
