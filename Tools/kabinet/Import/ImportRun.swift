// Sends the records of a file, as many in flight as the service's memory of a source allows, and counts the outcomes.

import Client

import struct Accounts.UsageSources

struct ImportTally {
    var rated = 0
    /// Kept by the service as rejected, by reason.
    var rejected: [String: Int] = [:]
    /// Records that the service already had.
    var repeated = 0
    /// Not sent, because an import that stopped had sent them.
    var skipped = 0
    /// Not taken, by the code of `ERR`.
    var refused: [String: Int] = [:]
    /// The price of the records rated now, in kopecks.
    var amount: Int64 = 0

    var count: Int { rated + repeated + skipped + rejected.values.reduce(0, +) + refused.values.reduce(0, +) }
}

/// A connection's commands are carried out in order, so knowledge of one record holds for all that were sent before it.
struct ImportRun {
    let file: CallRecordFile
    let source: String
    /// The number of the first record, if the file has none.
    let first: UInt64
    var tally = ImportTally()
    /// The source's highest number before any was sent; nil if the service had no record of it.
    private var last: UInt64?

    init(file: CallRecordFile, source: String, first: UInt64) {
        (self.file, self.source, self.first) = (file, source, first)
    }

    /// Less than the window in which the service knows exactly which records it has.
    static let inFlight = 4096

    func number(_ index: Int, _ record: CallRecord) -> UInt64 { record.number ?? first + file.ordinal(index) }

    /// The oldest number that is worth sending: records that a stopped import had sent before it were answered. If the
    /// file has numbers of its own, the service judges each.
    private func oldestUnknown() throws -> UInt64 {
        guard let last, last >= UsageSources.window, !file.format.columns.contains(.n),
            let end = file.places.indices.last
        else { return 0 }
        let oldest = last - UsageSources.window + 1
        guard last <= first + file.ordinal(end) || oldest <= first else {
            throw Failure(
                message:
                    "\(source) is at record \(last), and \(file.path) ends at record \(first + file.ordinal(end)):"
                    + " the service no longer knows whether it rated them. Nothing was sent; give another --source",
                status: Status.refused)
        }
        return oldest
    }

    /// Continues where an import stopped. `refused` is called with each record that was not taken.
    mutating func send(
        over client: KabinetClient, progress: (ImportTally) -> Void,
        refused: (_ number: UInt64, CallRecord, Refusal) throws -> Void
    ) async throws {
        let known = try await client.call(Request("USAGE.SOURCES", named: ["source": source]))
        _ = try known.ok()
        last = known.rows.first?["last"].flatMap { UInt64($0) }
        let oldestUnknown = try oldestUnknown()
        // The next batch is read while the service works at one.
        var sent: (indices: [Int], replies: PendingReplies)?
        var indices: [Int] = []
        var requests: [Request] = []
        for index in file.places.indices {
            let record = try file.record(index)
            let number = number(index, record)
            // Until the service recognises one of them, records that it may know are sent alone: if they are of another
            // file, with other records under these numbers, no other may be on its way behind the one that shows it.
            let isProbe = tally.repeated == 0 && last.map { number <= $0 } ?? false
            if number < oldestUnknown {
                tally.skipped += 1
            } else {
                indices.append(index)
                requests.append(record.request(source: source, n: number))
            }
            guard requests.count == Self.inFlight / 2 || isProbe else { continue }
            let next = (indices, client.send(requests))
            if let sent { try await take(sent, refused) }
            sent = isProbe ? nil : next
            if isProbe { try await take(next, refused) }
            (indices, requests) = ([], [])
            progress(tally)
        }
        if let sent { try await take(sent, refused) }
        try await take((indices, client.send(requests)), refused)
    }

    private mutating func take(
        _ sent: (indices: [Int], replies: PendingReplies),
        _ refused: (_ number: UInt64, CallRecord, Refusal) throws -> Void
    ) async throws {
        for (index, reply) in zip(sent.indices, try await sent.replies.values()) {
            // The service may take it at another time, so later ones must not go before it.
            if let code = reply.refusal?.code, ["storage_full", "busy", "shutting_down"].contains(code) {
                _ = try reply.ok()
            }
            let record = try file.record(index)
            if reply.refusal?.code == "id_conflict" { throw otherFile(number(index, record)) }
            guard let refusal = tally.take(reply) else { continue }
            try refused(number(index, record), record, refusal)
        }
    }

    /// The service has another record under one of the file's numbers.
    private func otherFile(_ number: UInt64) -> Failure {
        let told = "\(source) reported another record as number \(number) before"
        guard tally.repeated == 0, let last else {
            return Failure(
                message: "\(told): \(file.path) was changed since, or has the number twice, after \(tally.count) of its"
                    + " records. Restore that record, and add a new one after the others",
                status: Status.otherFile)
        }
        let taken = tally.count == 0 ? "none of its records was rated" : "\(tally.count) of its records were rated"
        let further =
            file.format.columns.contains(.n) ? "" : ", or continue after the last record with --first \(last + 1)"
        return Failure(
            message: "\(told), so \(file.path) is not the same file as then; \(taken). Give another"
                + " --source for it\(further)", status: Status.otherFile)
    }
}

extension ImportTally {
    /// The refusal; nil if the reply is not one.
    fileprivate mutating func take(_ reply: Reply) -> Refusal? {
        if let refusal = reply.refusal {
            refused[refusal.code, default: 0] += 1
            return refusal
        }
        if reply["repeated"] != nil {
            repeated += 1
        } else if reply["status"] == "rejected" {
            rejected[reply["reason"] ?? "unknown", default: 0] += 1
        } else {
            rated += 1
            amount += reply.fields.minorUnits("amount") ?? 0
        }
        return nil
    }
}

extension CallRecord {
    func request(source: String, n: UInt64) -> Request {
        var named = [Field(name: "kind", value: kind), Field(name: "direction", value: direction)]
        if let peer { named.append(Field(name: "peer", value: peer)) }
        named.append(Field(name: "start", value: "\(start)"))
        named.append(Field(name: quantityName, value: "\(quantity)"))
        named.append(Field(name: "source", value: source))
        named.append(Field(name: "n", value: "\(n)"))
        return Request(verb: "USAGE", positionals: ["+\(msisdn)"], named: named)
    }
}
