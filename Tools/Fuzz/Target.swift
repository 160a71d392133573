/// The registry of fuzzed decoders. A decoder is added with one line in `all`.

/// A promise that a decoder broke.
struct BrokenPromise: Error {
    let what: String
}

struct Target: Sendable {
    let name: String
    /// Runs one input and checks every promise. The number decides how to cut or vary it, so that a run can be
    /// repeated. The result is a hash of the decoder's output: a new one marks an input worth mutating further.
    let run: @Sendable (_ input: [UInt8], _ variation: UInt64) throws(BrokenPromise) -> UInt64

    static let all: [Target] = [
        Target(name: "lines") { (input, variation) throws(BrokenPromise) in
            try checkRequests(input.first == star ? [space] + input : input, variation)
        },
        Target(name: "resp") { (input, variation) throws(BrokenPromise) in
            try checkRequests(input.first == star ? input : [star] + input, variation)
        },
        Target(name: "record") { (input, variation) throws(BrokenPromise) in try checkRecord(input, variation) },
        Target(name: "proof") { (input, _) throws(BrokenPromise) in try checkProof(input) },
        Target(name: "web") { (input, _) throws(BrokenPromise) in try checkWebRequest(input) },
        Target(name: "catalog") { (input, _) throws(BrokenPromise) in try checkCatalog(input) },
    ]
}

/// The first byte of a connection that selects RESP.
private let star = UInt8(ascii: "*")
private let space = UInt8(ascii: " ")

/// Throws if the promise is broken.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
    guard holds else { throw BrokenPromise(what: what()) }
}
