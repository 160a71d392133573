/// Helpers of the tree's tests: signed heads, proofs as replies have them, the tool, and a verifier that is not ours.

import EventLog
import Foundation
import Testing

/// A checkpoint, as kept outside of the service.
struct Head {
    let size: UInt64
    let root: TreeHash
    let note: String
    let key: String

    init(_ reply: LineReply) throws {
        note = try #require(reply["note"], "\(reply)")
        key = try #require(reply["public_key"])
        size = try #require(reply["size"].flatMap { UInt64($0) })
        root = try Self.hash(reply["root"])
        // All fields of the reply match the signed text.
        let signed = try Checkpoint(note: note, by: CheckpointKey(key))
        try #require(signed.size == size && signed.root == root && signed.origin == reply["origin"])
    }

    static func hash(_ text: String?) throws -> TreeHash {
        let bytes = try #require(text.flatMap { Data(base64Encoded: $0) })
        return try #require(TreeHash(bytes))
    }
}

extension LineConnection {
    func checkpoint() throws -> Head { try Head(expectOK("CHECKPOINT")) }

    /// True if the log of one head is the beginning of the other's, by the service's own proof.
    func areConsistent(_ old: Head, _ new: Head) throws -> Bool {
        let reply = try expectOK("CONSISTENCY \(old.size) \(new.size)")
        let hashes = try reply.rows.map { try Head.hash($0["hash"]) }
        #expect(reply["rows"] == "\(hashes.count)")
        return verifyConsistency(from: old.size, old.root, to: new.size, new.root, proof: hashes)
    }

    /// Payments, many at a time.
    func pay(_ msisdn: Int, _ numbers: Range<Int>) throws {
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 400) {
            let batch = start..<min(start + 400, numbers.upperBound)
            try send(batch.map { "TOPUP \(msisdn) \($0 % 90 + 1) ref=ref-\($0)\n" }.joined())
            for _ in batch { #expect(try reply().isOK) }
        }
    }
}

extension Service {
    /// Runs the operators' tool to its end.
    @discardableResult
    func tool(_ arguments: String...) throws -> (output: String, complaints: String, status: ExitStatus) {
        try tool(arguments)
    }

    func tool(_ arguments: [String]) throws -> (output: String, complaints: String, status: ExitStatus) {
        let errors = home + "/tool-\(UUID().uuidString)"
        defer { unlink(errors) }
        let (output, status) = try ChildProcess(Programs.binaries + "/kabinet", arguments, errors: errors)
            .finish(within: 120)
        return (output, (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "", status)
    }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: home + "/" + name))
        return home + "/" + name
    }

    /// Trees of the data directory that were set aside.
    var treesSetAside: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
        return names.filter { $0.hasPrefix("tree.") }
    }
}

/// tamperlog and PyNaCl, one claim a line: `Scripts/proofs.py`.
final class OutsideVerifier {
    private let process: ChildProcess

    static var isThere: Bool { Programs.pythonWithProofs != nil }

    init() throws {
        process = try ChildProcess(
            #require(Programs.pythonWithProofs), [Programs.repository + "/Tests/IntegrationTests/Scripts/proofs.py"])
    }

    func holds(_ claim: [String: Any]) throws -> Bool {
        try process.write(String(decoding: JSONSerialization.data(withJSONObject: claim), as: UTF8.self) + "\n")
        guard let answer = try process.output.line() else { throw HarnessError("the verifier ended at \(claim)") }
        guard answer == "holds" || answer.hasPrefix("fails: ") else { throw HarnessError(answer) }
        return answer == "holds"
    }
}
