/// The wall clock stepped back and forward under the running service: recorded times never go back, and due events
/// happen once.

import Accounts
import Foundation
import Glibc
import Testing

/// The clock of a process that libfaketime is loaded into, set by the test. Its monotonic clock stays the real one.
struct FakeClock {
    private static let library: String? = {
        let root = "/usr/lib"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let paths = folders.map { root + "/" + $0 + "/faketime/libfaketimeMT.so.1" }
        return paths.first { access($0, R_OK) == 0 }
    }()

    static var isThere: Bool { library != nil }

    private let file: String

    init(home: String) throws {
        file = home + "/clock"
        try set(days: 0)
    }

    var environment: [String: String] {
        [
            "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            // Otherwise every wait of the process ends at once.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        ]
    }

    /// The library changes the environment of the first process that it is in, where Swift looks for its arguments. So
    /// that process is another program, which becomes the service.
    let launcher = ["/usr/bin/env"]

    /// Removes the files that the library leaves when its process is killed.
    func clean(after pid: pid_t) {
        for name in ["faketime_shm_\(pid)", "sem.faketime_sem_\(pid)"] { unlink("/dev/shm/" + name) }
    }

    /// Sets the clock to so many days from the real time.
    func set(days: Double) throws {
        let seconds = Int(days * 86_400)
        try "\(seconds < 0 ? "" : "+")\(seconds)".write(toFile: file, atomically: true, encoding: .utf8)
    }
}

@Suite(.realProcess, .serialized, .enabled("libfaketime is not there") { FakeClock.isThere })
struct ClockTests {
    private static let payers = 5
    private static let paid = 15_000

    private func payer(_ index: Int) -> Int { 79_001_234_800 + index }

    @Test("Recorded times never go back and every due fee is charged once when the clock steps under load")
    func steps() throws {
        var random = SeededGenerator("clock steps")
        try withClock { service, clock in
            let load = TopUpLoad(connections: 2)
            try load.activate(service)
            // Given numbers whose fee is due every 30 days, the first of them paid today.
            let admin = try service.signIn()
            for index in 0..<Self.payers {
                try admin.activate(payer(index), tariff: "moy-razgovor")
                try admin.expectOK("TOPUP \(payer(index)) \(Self.paid) ref=fees-\(index)")
            }

            // When the clock goes forward and back, a restart in between,
            var latest = 0.0
            for round in 1...2 {
                let steps = (0..<6).map { _ in Double.random(in: -40...(50 * Double(round)), using: &random) }
                let payer = payer(0)
                let (port, secret) = (service.port, try service.adminSecret)
                try load.run(service) {
                    let connection = try LineConnection(port: port)
                    try connection.expectOK("AUTH admin \(secret)")
                    for days in steps {
                        try clock.set(days: days)
                        usleep(50_000)
                        try connection.expectOK("BALANCE \(payer)")
                    }
                }
                latest = max(latest, steps.max() ?? 0)
                try load.retry(service)
                try check(service, latest: latest)
                try service.killHard()
                clock.clean(after: service.process.pid)
                try service.restart()
            }
            try load.verify(service)
            try check(service, latest: latest)
            print("12 clock steps, up to \(Int(latest)) days ahead: \(load.summary)")
        }
    }

    /// The books after the latest time that the service has seen.
    private func check(_ service: Service, latest: Double) throws {
        let admin = try service.signIn()
        let periods = Int(latest / 30)
        for index in 0..<Self.payers {
            let fees = try admin.expectOK("EVENTS msisdn=\(payer(index)) type=fees_charged limit=1000")
            #expect(fees.rows.count == periods, "one fee for each period that ended by day \(latest)")
            let balance = try admin.call("BALANCE \(payer(index))")["balance"]
            #expect(balance == "\(Self.paid - 200 * (periods + 1)).00")
        }
        var (from, last, events) = (1, Instant(milliseconds: 0), 0)
        while true {
            let page = try admin.expectOK("EVENTS from=\(from) limit=1000")
            for line in page.lines.dropLast() {
                let field = line.split(separator: " ").first { $0.hasPrefix("recorded=") } ?? ""
                // Times are parsed and not compared as texts: within one second, `…34.006Z` would come before `…34Z`.
                let recorded = try #require(
                    Instant(rfc3339: field.utf8.dropFirst("recorded=".utf8.count)), "\(line)")
                #expect(recorded >= last, "\(line)")
                last = recorded
                events += 1
            }
            guard let next = page["next"].flatMap({ Int($0) }) else { break }
            from = next
        }
        #expect(events > 0)
    }

    private func withClock(_ body: (Service, FakeClock) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        let clock = try FakeClock(home: home)
        try Service.run(environment: clock.environment, launcher: clock.launcher, home: home) { service in
            defer { clock.clean(after: service.process.pid) }
            try body(service, clock)
        }
    }

    @Test("A wait keeps its length when the clock is set back or forward", arguments: [-2.0, 2.0])
    func waits(days: Double) throws {
        try withClock { service, clock in
            let admin = try service.signIn()
            try admin.activate(payer(0))
            let challenge = try #require(try admin.expectOK("LOGIN.PUSH \(payer(0))")["challenge"])
            let asked = ContinuousClock.now
            try admin.send("CHALLENGE \(challenge) wait=4\n")
            usleep(200_000)
            try clock.set(days: days)
            // Another connection sends a request, so that the service looks at the clock.
            try service.signIn().expectOK("BALANCE \(payer(0))")
            let reply = try admin.reply(within: 60)
            #expect(reply.isOK, "\(reply)")
            #expect(ContinuousClock.now - asked >= .seconds(4))
        }
    }

    @Test("An idle service charges a fee soon after the clock is set forward to its due time")
    func dueWhileIdle() throws {
        try withClock { service, clock in
            let admin = try service.signIn()
            try admin.activate(payer(0), tariff: "moy-razgovor")
            try admin.expectOK("TOPUP \(payer(0)) 1000 ref=paid")
            try admin.send("TAIL type=fees_charged\n")
            #expect(try admin.stream.line()?.hasPrefix("OK") == true)
            let before = try #require(try processorTicks(service.process.pid))
            sleep(5)
            let idle = try #require(try processorTicks(service.process.pid)) - before
            try clock.set(days: 31)
            // The fee is not asked for: the event comes because the fee was taken.
            let event = try admin.stream.line(within: 60)
            #expect(event?.contains("type=fees_charged") == true, "\(event ?? "nothing")")
            print("an idle service with a fee that is due used \(idle * 10) ms of a processor in 5 s")
        }
    }

    /// The time of its threads, in hundredths of a second.
    private func processorTicks(_ pid: pid_t) throws -> Int? {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return user + system
    }

    @Test("A clock far from the last recorded event is reported at the start and in STATS")
    func farOff() throws {
        try withClock { service, clock in
            let admin = try service.signIn()
            try admin.activate(payer(0))
            let near = try admin.expectOK("STATS")
            #expect(near["clock_behind_seconds"] == "0")
            let recorded = try #require(near["last_recorded"].flatMap { Instant(rfc3339: $0.utf8) })
            #expect(!service.logText.contains("warning"))

            for (days, words) in [(-2.0, "behind the last event"), (9, "9 days before the machine's clock")] {
                #expect(try service.terminate() == .exited(0))
                clock.clean(after: service.process.pid)
                try clock.set(days: days)
                try service.restart()
                #expect(service.logText.contains(words), "\(service.logText)")
                let far = try service.signIn().expectOK("STATS")
                let behind = try #require(far["clock_behind_seconds"].flatMap { Int($0) })
                #expect(days < 0 ? (172_700...172_800).contains(behind) : behind == 0)
                #expect(far["last_recorded"].flatMap { Instant(rfc3339: $0.utf8) } == recorded)
            }
        }
    }

    @Test("A service that is paused and resumed under load loses nothing, and its clients continue")
    func pauses() throws {
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            let pid = service.process.pid
            try load.run(service) {
                for _ in 1...3 {
                    kill(pid, SIGSTOP)
                    sleep(2)
                    kill(pid, SIGCONT)
                    usleep(300_000)
                }
            }
            #expect(load.refusals.isEmpty)
            #expect(load.isAnswered, "every connection lived on")
            try load.retry(service)
            try load.verify(service)
            print("stopped three times for 2 s: \(load.summary)")
        }
    }
}
