/// Promises of the decoders that read files rather than sockets: records of the log, catalogue files, proofs.

import Accounts
import CatalogFile
import EventCoding
import EventLog

/// A record that decodes is encoded to the same bytes, or, if it is of an older version, as the event that it was
/// lifted to. Any other record is an error. The checksum is corrected first, because otherwise no input would pass it.
func checkRecord(_ input: [UInt8], _ variation: UInt64) throws(BrokenPromise) -> UInt64 {
    // An input shorter than a header is decoded unchanged: it has no checksum to correct.
    let position = variation % 1000 + 1
    var record = input
    if record.count >= Record.headerBytes {
        var checksum = record.withUnsafeBytes {
            XXH64.hash(UnsafeRawBufferPointer(rebasing: $0[8...]), seed: position)
        }
        for index in 0..<8 {
            record[index] = UInt8(truncatingIfNeeded: checksum)
            checksum >>= 8
        }
    }
    let decoded: (meta: EventMeta, event: Event)
    do throws(RecordError) {
        decoded = try Record.decode(record.span.bytes, position: position)
    } catch {
        try promise(error.position == position, "the error names \(error.position) instead of \(position)")
        return XXH64.hash(Array("\(error)".utf8).span.bytes)
    }
    var again: [UInt8] = []
    Record.encode(decoded.meta, decoded.event, into: &again)
    if record[10] == again[10] {
        try promise(again == record, "what was decoded is not what was there")
    } else {
        // A record of an older version: a second lift changes nothing.
        let lifted = try? Record.decode(again.span.bytes, position: position)
        try promise(lifted?.event == decoded.event && lifted?.meta == decoded.meta, "what was lifted is another event")
    }
    var json: [UInt8] = []
    decoded.event.appendJSON(to: &json)
    return UInt64(decoded.event.typeNumber) << 32 | UInt64(json.count)
}

/// A proof, a checkpoint or a key that is accepted is encoded to the same bytes, and a key without a known private half
/// proves nothing.
func checkProof(_ input: [UInt8]) throws(BrokenPromise) -> UInt64 {
    let text = String(decoding: input, as: UTF8.self)
    let stranger = CheckpointSigner(seed: [UInt8](repeating: 1, count: 32), origin: "kabinet/fuzz").key
    var taken: UInt64 = 0
    if let key = try? CheckpointKey(text) {
        try promise("\(key)".utf8.elementsEqual(text.utf8), "a key has two texts")
        taken |= 1
    }
    if let checkpoint = try? Checkpoint(note: text, by: nil) {
        let signer = CheckpointSigner(seed: [UInt8](repeating: 1, count: 32), origin: checkpoint.origin)
        let note = checkpoint.signed(by: signer)
        let again = try? Checkpoint(note: note, by: signer.key)
        try promise(again == checkpoint, "a checkpoint signed again is another one")
        // Origin, size and root, unchanged.
        let lines = { (text: String) in text.utf8.split(separator: 10, maxSplits: 3).prefix(3).map(Array.init) }
        try promise(lines(note) == lines(text), "a checkpoint has two texts")
        try promise((try? Checkpoint(note: text, by: stranger)) == nil, "a stranger's key signed it")
        taken |= 2
    }
    if let proof = try? EventProof(text: text) {
        try promise(proof.text.utf8.elementsEqual(text.utf8), "a proof has two texts")
        try promise((try? proof.verified(by: stranger)) == nil, "a stranger's key proved it")
        taken |= 4 | UInt64(proof.hashes.count) << 8
    }
    return taken
}

/// A catalogue file is accepted or its mistakes are named, each with its line; an accepted file becomes requests.
func checkCatalog(_ input: [UInt8]) throws(BrokenPromise) -> UInt64 {
    let catalog: CatalogFile
    do throws(CatalogFileError) {
        catalog = try CatalogFile.load(yaml: String(decoding: input, as: UTF8.self), name: "fuzz.yaml")
    } catch {
        try promise(!error.mistakes.isEmpty, "a refused file has no mistake")
        return XXH64.hash(Array("\(error)".utf8.prefix(200)).span.bytes)
    }
    let requests = catalog.requests(draft: 1)
    try promise(requests.allSatisfy { !$0.line.contains("\n") }, "a request is more than a line")
    return UInt64(requests.count)
}
