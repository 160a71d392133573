/// A run of the service with its writes recorded: some numbers are activated and paid for, on several connections, one
/// command at a time and in batches, until the log's file has grown ahead of its pages too.

import Foundation
import Glibc
import Testing

struct Recording: Sendable {
    let record: WriteRecord
    let log: TrueLog
    /// The files that a start needs beside the environments, by name.
    let secrets: [String: Data]

    /// Made once, for all tests.
    static let shared = Result { try Recording() }

    private static let environments = ["log", "vault", "index", "history"]
    private static let connections = 3
    private static let numbers = 15
    private static let payments = 600

    private init() throws {
        // Small tables and runs, so that both indexes are written.
        (record, log, secrets) = try Service.run(["--keys-per-table", "256", "--history-per-run", "256"]) { service in
            let calls = service.home + "/calls"
            let tracer = try Tracer(
                service.process.pid,
                [
                    "-xx", "-v", "-s", "10000000", "-e",
                    "trace=pwrite64,pwritev,pwritev2,writev,write,lseek,fdatasync,fsync,ftruncate,sendto,sendmsg",
                ], into: calls)
            // The service has written nothing yet, because it is idle.
            let files = try Self.environments.map { name in
                let bytes = try Data(contentsOf: URL(filePath: "\(service.data)/\(name)/data.mdb"))
                return WriteRecord.File(name: name, base: Array(bytes))
            }
            let descriptors = try Self.descriptors(of: service.process.pid)
            try Self.load(service)
            let admin = try service.signIn()
            guard try eventually({ try admin.hasIndexedHistory() }) else {
                throw HarnessError("no history was indexed")
            }
            guard try service.terminate() == .exited(0) else { throw HarnessError("it did not stop") }
            try tracer.waitForEnd()
            let record = try WriteRecord(trace: calls, files: files, descriptors: descriptors)
            let log = try TrueLog(data: service.data)
            guard record.promises.last?.position == log.records.count else {
                throw HarnessError("the log ends at \(log.records.count), the last reply says otherwise")
            }
            let secrets = try ["master.key", "admin.secret"].map { name in
                (name, try Data(contentsOf: URL(filePath: "\(service.data)/\(name)")))
            }
            return (record, log, Dictionary(uniqueKeysWithValues: secrets))
        }
    }

    /// The environments' files among a process's descriptors, and which are synchronous.
    private static func descriptors(of pid: pid_t) throws -> [Int: WriteRecord.Descriptor] {
        var found: [Int: WriteRecord.Descriptor] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd") {
            guard let number = Int(name),
                let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(name)"),
                let file = environments.firstIndex(where: { path.hasSuffix("/\($0)/data.mdb") })
            else { continue }
            let info = try String(contentsOfFile: "/proc/\(pid)/fdinfo/\(name)", encoding: .utf8)
            let flags = info.firstMatch(of: /flags:\s*([0-7]+)/).flatMap { Int32($0.1, radix: 8) } ?? 0
            found[number] = WriteRecord.Descriptor(file: file, isSynchronous: flags & O_DSYNC != 0)
        }
        return found
    }

    /// A cabinet, its person and its SIM, and the events that end them; each was promised before the next.
    private static func access(_ first: Int, _ connection: LineConnection) throws {
        let (number, other) = (first, first + 1)
        func code() throws -> String {
            let rows = try connection.expectOK("NOTIFICATIONS msisdn=\(number)").rows
            return try #require(rows.last { $0["kind"] == "sms_code" }?["code"])
        }
        let registration = try #require(try connection.expectOK("REGISTER \(number)")["challenge"])
        try connection.expectOK("CONFIRM \(registration) \(try code()) password=\"correct horse\"")
        let signIn = try #require(try connection.expectOK("LOGIN.CODE \(number)")["challenge"])
        let session = try #require(try connection.expectOK("CONFIRM \(signIn) \(try code())")["session"])
        try connection.expectOK("PROFILE.SET \(number) name=Anna language=ru session=\(session)")
        try connection.expectOK("CONSENT.SET \(number) advertising 1 session=\(session)")
        try connection.expectOK(
            "DEVICE.ADD name=phone public_key=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo reauth=\"correct horse\""
                + " session=\(session)")
        let link = try #require(
            try connection.expectOK("LINK.ADD \(other) reauth=\"correct horse\" session=\(session)")["challenge"])
        let rows = try connection.expectOK("NOTIFICATIONS msisdn=\(other)").rows
        try connection.expectOK("CONFIRM \(link) \(try #require(rows.last?["code"]))")
        try connection.expectOK("LINK.REMOVE \(other) reauth=\"correct horse\" session=\(session)")
        try connection.expectOK("SESSION.END \(number) others session=\(session)")
        try connection.expectOK(
            "SIM.REPLACE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) pin=1111 puk=87654321")
        let now = Date.now.formatted(.iso8601)
        for (n, usage) in ["kind=voice direction=out seconds=61", "kind=data direction=out bytes=9"].enumerated() {
            try connection.expectOK("USAGE \(number) \(usage) start=\(now) source=msc-\(number) n=\(n)")
        }
        // Not one of the numbers that are paid for.
        let gone = first + numbers
        try connection.activate(gone)
        try connection.expectOK("SUBSCRIBER.TERMINATE \(gone)")
    }

    private static func load(_ service: Service) throws {
        let (port, secret) = (service.port, try service.adminSecret)
        let seeded = SeededGenerator("the recorded run, but for its timing")
        _ = try concurrently(connections) { index in
            var random = seeded
            let connection = try LineConnection(port: port)
            try connection.expectOK("AUTH admin \(secret)")
            let first = 79_001_234_500 + 100 * index
            for number in first..<first + numbers { try connection.activate(number) }
            try Self.access(first, connection)
            var paid = 0
            while paid < payments {
                let count = min(payments - paid, [1, 1, 5, 40].randomElement(using: &random) ?? 1)
                let requests = (paid..<paid + count).map { payment in
                    let name = "\(index)-\(payment)"
                    return "TOPUP \(first + payment % numbers) \(payment % 90 + 1) ref=ref-\(name) id=id-\(name)\n"
                }
                try connection.send(requests.joined())
                for _ in requests where try !connection.reply().isOK { throw HarnessError("a top-up was refused") }
                paid += count
            }
        }
    }
}
