// Walks one kind of command, so many times, through the real decoder, writer, domain, store and encoder, on one thread
// and without Dispatch, for an instruction counter: Tools/benchmark_instructions.py runs it under callgrind.
//
//     instructions WORKLOAD COUNT memory|lmdb DIRECTORY
//
// Everything is the same in every run: keys, entropy, the clock, the order of the accounts. Run it with
// SWIFT_DETERMINISTIC_HASHING=1.

import Accounts
import Engine
import EventLog
import Glibc
import LineProtocol
import TestSupport

private let usage = "instructions topup|balance|usage|tariff|replay COUNT memory|lmdb DIRECTORY"
private let start = Instant(milliseconds: 1_519_894_800_000)
private let accounts = 1000
private let batch = 100

private struct NoPort: EventLoopPort {
    func deliver(_ deliveries: [ConnectionReplies]) {}
    func resume() {}
}

private func number(_ index: Int) -> Int { 79_000_000_000 + index * 7919 % accounts }

/// The requests of a workload, as lines.
private func line(_ workload: String, _ index: Int) -> String {
    switch workload {
    case "balance": "BALANCE \(number(index))"
    case "usage":
        "USAGE \(number(index)) kind=voice direction=out peer=74951234567 start=2018-03-01T09:30:00Z seconds=61"
            + " source=msc n=\(index)"
    case "tariff": "TARIFF.CHANGE \(number(index)) \(index / accounts % 2 == 0 ? "talk" : "free") id=t-\(index)"
    default: "TOPUP \(number(index)) 1.00 ref=r-\(index) id=i-\(index)"
    }
}

private struct Driver<Store: EventStore & ~Copyable>: ~Copyable {
    private var writer: Writer<Store>
    private var decoder = RequestDecoder(table: commandTable)
    private let connection = ConnectionID(port: 0, slot: 0, generation: 1)
    private var now = start

    init(_ store: consuming Store) throws {
        var path = CommandPath(
            state: AccountsState(), log: try EventLog(store), keys: .fixed, snapshot: SnapshotState(events: 0))
        path.entropy = EntropySource(countingFrom: 1)
        let inbox = Inbox()
        writer = Writer(
            path: path,
            services: WriterServices(
                inbox: inbox, tailer: Tailer(inbox: inbox), ports: [NoPort()], begin: { _ in false }, clock: { start },
                failStop: { preconditionFailure("the log cannot be written: \($0)") }))
        let admin = PrincipalAdded(number: 1, name: "admin", roles: Roles.admin.rawValue, secretHash: [1])
        writer.path.given(.principalAdded(admin), on: 0, at: now)
        _ = writer.step([.opened(connection)], at: now)
        writer.path.connections[connection].principal = 1
        for line in ["CATALOG.DRAFT empty=1"] + SampleCatalog.requests { run([line]) }
        for index in 0..<accounts {
            let activated = SubscriberActivated(
                msisdn: UInt64(number(index)), iccid: "897010000\(number(index))", imsi: "2502\(number(index))",
                region: "msk", tariff: 1)
            writer.path.given(.subscriberActivated(activated), on: AccountIndex(index + 1), at: now)
            run(["TOPUP \(number(index)) 1000000 ref=s-\(index)"])
        }
        now = now + .hours(1)
    }

    private mutating func decode(_ bytes: [UInt8]) -> [IncomingRequest] {
        var requests: [IncomingRequest] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var consumed = 0
            guard case .request(let request) = decoder.next(rest.span.bytes, consumed: &consumed) else {
                preconditionFailure("every line is a request")
            }
            requests.append(IncomingRequest(connection: connection, isRESP: false, request: request, keys: .fixed))
            rest = rest.dropFirst(consumed)
        }
        return requests
    }

    private mutating func run(_ lines: [String]) {
        let rejections = writer.path.counters.rejections
        _ = writer.step([.requests(decode(Array((lines.joined(separator: "\n") + "\n").utf8)))], at: now)
        precondition(writer.path.counters.rejections == rejections, "\(lines[0]) is refused")
    }

    /// Separate functions, so that a profile names them.
    @inline(never) private mutating func stageDecode(_ bytes: [UInt8]) -> [IncomingRequest] { decode(bytes) }
    @inline(never) private mutating func stageWrite(_ requests: [IncomingRequest]) {
        _ = writer.step([.requests(requests)], at: now)
    }

    mutating func measure(_ workload: String, _ count: Int) {
        let rejections = writer.path.counters.rejections
        for first in stride(from: 0, to: count, by: batch) {
            let lines = (first..<min(first + batch, count)).map { line(workload, $0) }
            let requests = stageDecode(Array((lines.joined(separator: "\n") + "\n").utf8))
            stageWrite(requests)
        }
        precondition(writer.path.counters.rejections == rejections, "a command of \(workload) is refused")
    }

    mutating func replay() throws { try stageReplay(writer.path.log.makeReader()) }

    @inline(never) private func stageReplay(_ reader: some EventReader) throws {
        var state = AccountsState()
        _ = try reader.replay(into: &state, ahead: { state, account in state.prefetch(account) }) {
            state, meta, event in try state.replay(event, meta)
        }
    }
}

private func run(_ driver: consuming Driver<some EventStore & ~Copyable>, _ workload: String, _ count: Int) throws {
    driver.measure(workload == "replay" ? "topup" : workload, count)
    if workload == "replay" { try driver.replay() }
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let count = Int(arguments[2]),
    ["topup", "balance", "usage", "tariff", "replay"].contains(arguments[1])
else {
    print(usage)
    exit(64)
}
if arguments[3] == "lmdb" {
    let store = try LMDBStore(data: arguments[4], created: start, mapSizeBytes: 1 << 30)
    try run(Driver(QueuedStore(store)), arguments[1], count)
} else {
    try run(Driver(MemoryStore()), arguments[1], count)
}
