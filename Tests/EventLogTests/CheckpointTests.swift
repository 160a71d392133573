/// Texts that come from outside: checkpoints, keys and proofs, whole and hostile.

import Accounts
import EventLog
import Foundation
import Testing

private let origin = "kabinet/5cVbuEAhwo3Hn0MJVRM4Fg"
private let signer = CheckpointSigner(seed: [UInt8](repeating: 1, count: 32), origin: origin)
private let other = CheckpointSigner(seed: [UInt8](repeating: 2, count: 32), origin: origin)
private let elsewhere = CheckpointSigner(seed: [UInt8](repeating: 1, count: 32), origin: "kabinet/elsewhere")

private func hash(_ text: String) -> TreeHash { .leaf(Array(text.utf8).span.bytes) }

private let head = Checkpoint(origin: origin, size: 1042, root: hash("root"))
private let note = head.signed(by: signer)
private let rootText = Data(head.root.bytes).base64EncodedString()

/// The line of a note's signature.
private func signature(of note: String) -> String {
    String(note.split(separator: "\n").last { $0.hasPrefix("—") } ?? "")
}

private func body(_ size: String = "1042", origin: String = origin, root: String = rootText) -> String {
    "\(origin)\n\(size)\n\(root)\n"
}

@Suite struct CheckpointTests {
    @Test("A checkpoint's text is read back as it was signed", arguments: [0, 1, 1042, UInt64.max])
    func roundTrip(size: UInt64) throws {
        let checkpoint = Checkpoint(origin: origin, size: size, root: hash("\(size)"))
        let note = checkpoint.signed(by: signer)
        #expect(try Checkpoint(note: note, by: signer.key) == checkpoint)
        #expect(try Checkpoint(note: note, by: nil) == checkpoint)
        #expect(note.utf8.count < 300)
        // Ed25519 is deterministic: one head has one text.
        #expect(checkpoint.signed(by: signer) == note)
    }

    @Test("Signatures of other keys and signed lines after the root are accepted")
    func severalSignatures() throws {
        let foreign = "— witness.example/w AAAAAAAA"
        for signatures in [[foreign, signature(of: note)], [signature(of: note), foreign]] {
            let text = body() + "\n" + signatures.map { $0 + "\n" }.joined()
            #expect(try Checkpoint(note: text, by: signer.key) == head)
        }
        // Another key of the same name differs by its digits.
        let both = note + signature(of: head.signed(by: other)) + "\n"
        #expect(try Checkpoint(note: both, by: signer.key) == head)
        #expect(try Checkpoint(note: both, by: other.key) == head)
    }

    @Test(
        "A text that is not a checkpoint is refused with a message",
        arguments: [
            "", "\n", "\n\n", "\n\n\n\n", "hello", origin + "\n1042\n" + rootText, body(), "\n" + body() + "\n",
            origin + "\n\n" + signature(of: note) + "\n", origin + "\n1042\n\n" + signature(of: note) + "\n",
            "\n1042\n\(rootText)\n\n" + signature(of: note) + "\n",
            note.replacingOccurrences(of: "\n", with: "\r\n"), note.replacingOccurrences(of: "\n", with: "\r"),
            note.replacingOccurrences(of: "\n", with: "\u{2028}"), "\u{FEFF}" + note, " " + note,
        ])
    func refused(text: String) {
        #expect(throws: CheckpointError.self) { _ = try Checkpoint(note: text, by: signer.key) }
    }

    @Test("A text without its end is not a checkpoint")
    func endless() {
        for text in [
            String(repeating: "x", count: 5_000_000), String(repeating: "\n", count: 1_000_000),
            String(repeating: note, count: 2000).replacingOccurrences(of: "\n\n", with: "\n"),
            body(String(repeating: "9", count: 100_000)) + "\n" + signature(of: note) + "\n",
        ] {
            let isRead = (try? Checkpoint(note: text, by: signer.key)) != nil
            #expect(!isRead, "\(text.utf8.count) bytes")
        }
    }

    @Test(
        "A tree has exactly one text, and another spelling of its size or root is refused",
        arguments: [
            "01042", "+1042", "-1", "1042 ", " 1042", "", "0x412", "1e3", "1042.0", "18446744073709551616", "１０４２",
        ])
    func sizes(size: String) {
        let text = body(size) + "\n" + signature(of: note) + "\n"
        #expect(throws: CheckpointError.self) { _ = try Checkpoint(note: text, by: nil) }
    }

    @Test(
        "An origin is a name that a signature's line can have", arguments: ["", " ", "a b", "a\tb", "a\u{A0}b", "a+b"])
    func names(name: String) {
        let signer = CheckpointSigner(seed: [UInt8](repeating: 1, count: 32), origin: name)
        let note = Checkpoint(origin: name, size: 1, root: head.root).signed(by: signer)
        #expect(throws: CheckpointError.self) { _ = try Checkpoint(note: note, by: nil) }
        #expect(throws: CheckpointError.self) { _ = try CheckpointKey("\(signer.key)") }
    }

    @Test("A root is 32 bytes in canonical base64") func aRootIsThirtyTwoBytesInTheirOnlyBase64() {
        // The last character before the padding has two bits that decode to nothing.
        var odd = Array(rootText)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let last = digits.firstIndex(of: odd[42]) ?? 0
        odd[42] = digits[last ^ 1]
        for root in [
            "", "AAAA", String(rootText.dropLast()), rootText + "=", rootText + " ", String(odd),
            rootText.replacingOccurrences(of: "=", with: ""), Data(repeating: 1, count: 33).base64EncodedString(),
            Data(repeating: 1, count: 31).base64EncodedString(),
        ] {
            let text = body(root: root) + "\n" + signature(of: note) + "\n"
            #expect(throws: CheckpointError.self, "\(root)") { _ = try Checkpoint(note: text, by: nil) }
        }
    }

    @Test("A signature is of this key, of this origin and of every byte of the text")
    func signatures() throws {
        let line = signature(of: note)
        let valid = Array(Data(base64Encoded: String(line.split(separator: " ")[2])) ?? Data())
        #expect(valid.count == 68)
        func signed(_ bytes: [UInt8]) -> String {
            body() + "\n— \(origin) \(Data(bytes).base64EncodedString())\n"
        }
        #expect(try Checkpoint(note: signed(valid), by: signer.key) == head)
        var wrong = [
            // Signatures of another key; of a key under another name; of another text.
            head.signed(by: other),
            Checkpoint(origin: "kabinet/elsewhere", size: 1, root: head.root).signed(by: elsewhere),
            body("1043") + "\n" + line + "\n",
            body(root: Data(hash("x").bytes).base64EncodedString()) + "\n" + line + "\n",
            body() + "more\n\n" + line + "\n", body() + "\n", body() + "\n- \(line.dropFirst(2))\n",
            body() + "\n— \(origin)\n", body() + "\n— \(origin) !!!!\n",
            body() + "\n— \(origin) \(line.suffix(92)) x\n",
            body(origin: "kabinet/x") + "\n" + line + "\n", signed([]), signed(Array(valid.prefix(4))),
            signed(Array(valid.dropLast())), signed(valid + [0]),
            signed(Array(valid.prefix(4)) + [UInt8](repeating: 0, count: 64)),
            // The first signature of the key counts.
            body()
                + "\n— \(origin) \(Data(valid.prefix(4) + [UInt8](repeating: 0, count: 64)).base64EncodedString())\n\(line)\n",
        ]
        for place in valid.indices {
            var bytes = valid
            bytes[place] ^= 1 << UInt8(place % 8)
            wrong.append(signed(bytes))
        }
        for text in wrong {
            #expect(throws: CheckpointError.self, "\(text)") { _ = try Checkpoint(note: text, by: signer.key) }
        }
    }
}

@Suite struct CheckpointKeyTests {
    @Test func aKeysTextIsReadAsTheKey() throws {
        let text = "\(signer.key)"
        #expect(try CheckpointKey(text) == signer.key)
        #expect(text.hasPrefix(origin + "+"))
        #expect(signer.key != other.key)
        #expect(signer.key != elsewhere.key)
    }

    @Test("A key with wrong digits, kind or length is refused")
    func refused() {
        let text = "\(signer.key)"
        let parts = text.split(separator: "+", maxSplits: 2).map(String.init)
        var bytes = Array(Data(base64Encoded: parts[2]) ?? Data())
        bytes[0] = 2
        let otherKind = Data(bytes).base64EncodedString()
        for wrong in [
            "", "+", "++", "a+b+c", parts[0], parts[0] + "+" + parts[1], text + "=", text + " ", text + "\n",
            " " + text,
            "x" + text, "\(parts[0])+00000000+\(parts[2])", "\(parts[0])+\(parts[1].uppercased())x+\(parts[2])",
            "\(parts[0])+\(parts[1])+\(otherKind)", "\(parts[0])+\(parts[1])+\(parts[2].dropLast(4))",
            "+\(parts[1])+\(parts[2])", String(repeating: "+", count: 100_000),
            "kabinet/elsewhere+\(parts[1])+\(parts[2])",
        ] {
            #expect(throws: CheckpointError.self, "\(wrong.prefix(100))") { _ = try CheckpointKey(wrong) }
        }
    }
}

@Suite struct EventProofTests {
    private func proof(_ log: KeptLog, _ position: Position, size: UInt64) throws -> EventProof {
        let checkpoint = try log.checkpoint(of: size)
        return EventProof(
            position: position, record: log.records[Int(position) - 1],
            hashes: try TreeFiles(reading: log.data, of: log.identity).inclusion(of: position, size: size),
            note: checkpoint.signed(by: log.signer), checkpoint: checkpoint)
    }

    @Test("A proof's text is read back, and proves the event")
    func roundTrip() throws {
        let log = try KeptLog(payments: 20)
        for (position, size) in [(1, 1), (1, 2), (2, 2), (17, 40), (40, 40), (log.last, log.last)] {
            let proof = try proof(log, position, size: size)
            let read = try EventProof(text: proof.text)
            #expect(read.text == proof.text)
            let (meta, event) = try read.verified(by: log.signer.key)
            let expected = try log.decoded(position)
            #expect(meta == expected.meta)
            #expect(event == expected.event)
        }
    }

    @Test("A proof with another record, index, hash, checkpoint or key proves nothing")
    func wrong() throws {
        let log = try KeptLog(payments: 20)
        let right = try proof(log, 17, size: 40)
        let key = log.signer.key
        _ = try right.verified(by: key)
        func with(
            position: Position? = nil, record: [UInt8]? = nil, hashes: [TreeHash]? = nil, of other: EventProof? = nil
        ) throws -> EventProof {
            let text = (other ?? right).text
            let note = String(try #require(text.range(of: "\n\n").map { text[$0.upperBound...] }))
            return try EventProof(
                text: EventProof(
                    position: position ?? right.position, record: record ?? right.record,
                    hashes: hashes ?? right.hashes,
                    note: note, checkpoint: (other ?? right).checkpoint
                ).text)
        }
        _ = try with().verified(by: key)
        for position in 1...41 as ClosedRange<Position> where position != 17 {
            #expect(throws: (any Error).self) { _ = try with(position: position).verified(by: key) }
        }
        for place in right.record.indices {
            var record = right.record
            record[place] ^= 1 << UInt8(place % 8)
            #expect(throws: (any Error).self) { _ = try with(record: record).verified(by: key) }
        }
        for place in right.hashes.indices {
            var hashes = right.hashes
            hashes[place] = hash("x")
            #expect(throws: (any Error).self) { _ = try with(hashes: hashes).verified(by: key) }
            hashes.remove(at: place)
            #expect(throws: (any Error).self) { _ = try with(hashes: hashes).verified(by: key) }
        }
        for size in [39, 41] as [UInt64] {
            #expect(throws: (any Error).self) { _ = try with(of: proof(log, 17, size: size)).verified(by: key) }
        }
        let stranger = CheckpointSigner(seed: [UInt8](repeating: 9, count: 32), origin: log.origin)
        #expect(throws: CheckpointError.self) { _ = try right.verified(by: stranger.key) }
    }

    @Test("A text that is not a proof is refused with a message")
    func refused() throws {
        let log = try KeptLog(payments: 20)
        let text = try proof(log, 17, size: 40).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func without(_ index: Int) -> String {
            (lines[..<index] + lines[(index + 1)...]).joined(separator: "\n")
        }
        func changed(_ index: Int, _ line: String) -> String {
            (lines[..<index] + [line] + lines[(index + 1)...]).joined(separator: "\n")
        }
        let hashes = (0..<65).map { _ in lines[3] }
        for wrong in [
            "", "\n\n", "c2sp.org/tlog-proof@v1", without(0), without(1), without(2),
            changed(0, "c2sp.org/tlog-proof@v2"),
            changed(1, "extra"), changed(1, "extra "), changed(1, lines[1] + "!"),
            changed(1, "Extra" + lines[1].dropFirst(5)),
            changed(2, "index"), changed(2, "index 016"), changed(2, "index -1"), changed(2, "index +16"),
            changed(2, "index 18446744073709551615"), changed(2, "index 9223372036854775807"), changed(2, "index 16 "),
            changed(3, "AAAA"), changed(3, lines[3] + "="), changed(3, lines[3] + " "), changed(3, " "),
            (lines[..<3] + hashes + lines[3...]).joined(separator: "\n"),
            text.replacingOccurrences(of: "\n", with: "\r\n"), String(text.prefix(text.count / 2)),
            String(repeating: "\n", count: 1_000_000), String(repeating: "A", count: 3_000_000),
        ] {
            #expect(throws: (any Error).self, "\(wrong.prefix(300))") {
                _ = try EventProof(text: wrong).verified(by: log.signer.key)
            }
        }
    }
}
