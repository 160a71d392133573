/// Work with keys, passwords and random secrets. It is done off the writer, in one of its pools. A chapter composes its
/// work from the primitives of `SecretTools`.

package protocol SecretWork<Output>: Sendable {
    associatedtype Output: Sendable

    /// The pool of its first step.
    var pool: SecretPool { get }
    /// The number of keys that its first step makes. The vault makes those of all waiting work in one transaction.
    var newKeys: Int { get }
    /// True if there is nothing to do: the command is decided at once.
    var isNothing: Bool { get }

    /// Does all of it.
    func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output
    /// Does the first step. Work of several pools has a step for each.
    func step<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> SecretProgress<Output>
    /// The result as the writer passes it on; nil if the work was not done.
    static func result(in prepared: Prepared?) -> Output?
}

/// The outcome of a step.
package enum SecretProgress<Output: Sendable> {
    case done(Output)
    /// The rest is to be done in its own pool.
    case goOn(any SecretWork<Output>)

    func finished<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        switch self {
        case .done(let output): return output
        case .goOn(let rest): return try rest.perform(&tools)
        }
    }
}

extension SecretWork {
    package var newKeys: Int { 0 }
    package var isNothing: Bool { false }
    package static func result(in prepared: Prepared?) -> Output? { prepared?.value as? Output }

    package func step<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> SecretProgress<Output> {
        .done(try perform(&tools))
    }
}

/// Where work is done; slower pools are greater.
package enum SecretPool: Int, Comparable, Sendable {
    /// Codes, tokens and signatures: some microseconds.
    case codes
    /// Keys and sealed texts: a read or a commit of the vault.
    case vault
    /// Hashes of passwords: some tens of milliseconds.
    case passwords

    package static func < (a: SecretPool, b: SecretPool) -> Bool { a.rawValue < b.rawValue }
}

/// The primitives. `Failure` is the vault's.
package protocol SecretTools {
    associatedtype Failure: Error

    /// A key for a person or an organisation, durable before the work is done; its ID.
    mutating func newKey() throws(Failure) -> [UInt8]
    /// Empty if the key was destroyed.
    mutating func seal(_ text: [UInt8], under keyID: [UInt8]) throws(Failure) -> [UInt8]
    /// Nil if the key was destroyed.
    mutating func open(_ text: SealedText) throws(Failure) -> String?
    /// Without a digest it takes the same time and is false.
    mutating func matches(_ password: [UInt8], _ hash: PasswordHash?) -> Bool
    mutating func hash(_ password: [UInt8]) -> PasswordHash
    /// A digest of the same salt by today's parameters; nil if the one there is of today's.
    mutating func rehash(_ password: [UInt8], of hash: PasswordHash?) -> PasswordHash?
    /// The one-time code of a challenge.
    func code(of challenge: [UInt8]) -> String
    /// The secret part of a voucher: 10 bytes that only a holder of the server's key can tell.
    func voucher(seed: [UInt8], number: UInt32) -> [UInt8]
    /// 32 random bytes.
    mutating func random() -> [UInt8]
    func hash(ofToken token: [UInt8]) -> [UInt8]
    /// The hash of a principal's secret.
    func hash(ofSecret secret: [UInt8]) -> [UInt8]
    func isKey(_ key: DeviceKey) -> Bool
    func verifies(_ signature: [UInt8], of text: [UInt8], by key: DeviceKey) -> Bool
}

/// A result on its way back to its command. A class, because every request on its way has room for one.
package final class Prepared: Sendable {
    package let value: any Sendable

    package init(_ value: any Sendable) { self.value = value }
}

/// A command that needs work with secrets before it is decided or answered.
package protocol Prepares: Command {
    associatedtype Work: SecretWork
    /// The work to do, for the state as it is. The state may have changed when it is done, so `decide` checks again.
    func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Work
}

extension Prepares {
    package func work(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (any SecretWork)? {
        let work = try prepare(state, context)
        return work.isNothing ? nil : work
    }

    /// The result of the work. The path decides, reads and replies only once it is done.
    package func done(_ context: Context) -> Work.Output {
        guard let result = Work.result(in: context.prepared) else {
            preconditionFailure("\(Self.spec.verb) goes on before its work is done")
        }
        return result
    }
}

// MARK: - Composition

extension Optional: SecretWork where Wrapped: SecretWork {
    package typealias Output = Wrapped.Output?

    package var pool: SecretPool { self?.pool ?? .codes }
    package var newKeys: Int { self?.newKeys ?? 0 }
    package var isNothing: Bool { self == nil }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Wrapped.Output? {
        guard let work = self else { return nil }
        return try work.perform(&tools)
    }

    package static func result(in prepared: Prepared?) -> Wrapped.Output?? {
        .some(prepared?.value as? Wrapped.Output)
    }
}

/// Two kinds of work, one after the other, each in its own pool.
package struct Both<First: SecretWork, Second: SecretWork>: SecretWork {
    package typealias Output = Pair<First.Output, Second.Output>

    private let first: any SecretWork<First.Output>
    private let second: Second

    init(_ first: First, _ second: Second) { self.init(rest: first, second) }

    private init(rest first: any SecretWork<First.Output>, _ second: Second) {
        (self.first, self.second) = (first, second)
    }

    package var pool: SecretPool { first.pool }
    package var newKeys: Int { first.newKeys }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Pair(first: try first.perform(&tools), second: try second.perform(&tools))
    }

    package func step<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> SecretProgress<Output> {
        switch try first.step(&tools) {
        case .goOn(let rest): return .goOn(Self(rest: rest, second))
        case .done(let output):
            let rest = SecondOf<First.Output, Second>(first: output, second: second)
            // Codes and tokens cost nothing in any pool.
            return second.pool == .codes || second.pool == pool ? .done(try rest.perform(&tools)) : .goOn(rest)
        }
    }
}

/// The results of `Both`.
package struct Pair<First: Sendable, Second: Sendable>: Sendable {
    package let first: First
    package let second: Second
}

/// `Both`, when its first work is done.
private struct SecondOf<First: Sendable, Second: SecretWork>: SecretWork {
    typealias Output = Pair<First, Second.Output>

    let first: First
    let second: Second

    var pool: SecretPool { second.pool }
    var newKeys: Int { second.newKeys }

    func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Pair(first: first, second: try second.perform(&tools))
    }
}

// MARK: - Sealed texts

package struct SealedText: Hashable, Sendable {
    package var keyID: [UInt8]
    package var sealed: [UInt8]

    package init(keyID: [UInt8], sealed: [UInt8]) {
        self.keyID = keyID
        self.sealed = sealed
    }
}

/// Texts that are sealed under a key now.
package struct Sealed: Sendable {
    let keyID: [UInt8]
    let texts: [[UInt8]]
}

package struct Seal: SecretWork {
    package typealias Output = Sealed

    let texts: [[UInt8]]
    let keyID: [UInt8]

    package var pool: SecretPool { .vault }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Sealed {
        var sealed: [[UInt8]] = []
        for text in texts { sealed.append(try tools.seal(text, under: keyID)) }
        return Sealed(keyID: keyID, texts: sealed)
    }
}

/// Makes a key and seals texts under it.
package struct SealUnderNewKey: SecretWork {
    package typealias Output = Sealed

    let texts: [[UInt8]]

    package var pool: SecretPool { .vault }
    package var newKeys: Int { 1 }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Sealed {
        try Seal(texts: texts, keyID: tools.newKey()).perform(&tools)
    }
}

/// Opens sealed texts. A text whose key was destroyed is missing in the result.
package struct Open: SecretWork {
    package typealias Output = [SealedText: String]

    let texts: [SealedText]

    package var pool: SecretPool { .vault }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> [SealedText: String] {
        var opened: [SealedText: String] = [:]
        for text in texts { opened[text] = try tools.open(text) }
        return opened
    }
}

// MARK: - Tokens

/// Draws a session's token.
package struct DrawToken: SecretWork {
    package struct Output: Sendable {
        let bytes: [UInt8]
        let hash: [UInt8]
    }

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        let token = tools.random()
        return Output(bytes: token, hash: tools.hash(ofToken: token))
    }
}
