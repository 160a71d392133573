// kabinet load: requests as fast as the service takes them, or at a rate, and how long each took.

import ArgumentParser
import Client
import Foundation
import NIOCore

struct Load: Subcommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Sends many requests to the service and measures it."
            + " Do not use it in production, because it writes to the log.",
        discussion: """
            Each connection keeps --pipeline requests in flight (closed loop). With --rate, all connections together
            send requests at even intervals (open loop). A latency then begins at the time when the request should have
            been sent, so the time that it waited for the service is included.

            Kinds of --mix: \(RequestKind.ofMix.map(\.name).joined(separator: ", ")).

            Exit status: 1 if a request was refused, 69 if a connection broke or a request got no reply (both 0 with
            --allow-errors); 1 if --verify finds a fault in the log.

            EXAMPLE
              kabinet load --admin-of data --prepare --accounts 100000 --seconds 30 --warmup 5 --verify
              kabinet load --admin-of data --accounts 100000 --distribution zipf --rate 20000 --seconds 60
              kabinet load --admin-of data --accounts 100000 --mix balance=90,account=10 --requests 1000000 --json
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The number of connections.")
    var connections = 50

    @Option(help: "The number of requests in flight on each connection, at most 512.")
    var pipeline = 16

    @Option(help: ArgumentHelp("End after this many measured requests; 0 only prepares.", valueName: "count"))
    var requests: Int?

    @Option(help: ArgumentHelp("End after this time (default: 10, unless --requests is given).", valueName: "seconds"))
    var seconds: Double?

    @Option(help: ArgumentHelp("The time before the measurement begins.", valueName: "seconds"))
    var warmup = 0.0

    @Option(
        help: ArgumentHelp(
            "Requests a second of all connections (open loop; default: as many as possible).",
            valueName:
                "count"))
    var rate: Double?

    @Option(help: ArgumentHelp("How often each kind of request is sent, by weight.", valueName: "kind=weight,…"))
    var mix = Mix([Mix.Part(kind: .topup, weight: 70), Mix.Part(kind: .balance, weight: 30)])

    @Option(help: "The number of accounts.")
    var accounts: UInt64 = 1_000_000

    @Option(help: ArgumentHelp("The telephone number of the first account; the others follow it.", valueName: "number"))
    var first: UInt64 = 79_100_000_000

    @Option(help: "uniform uses every account equally often; zipf uses few accounts most of the time.")
    var distribution = Distribution.uniform

    @Option(help: "The exponent of zipf: 0.99 as in YCSB.")
    var zipfExponent = 0.99

    @Option(help: "The same seed draws the same accounts and kinds.")
    var seed: UInt64 = 1

    @Flag(help: "Activate the accounts first; accounts that exist already stay unchanged.")
    var prepare = false

    @Flag(help: "Check that the log grew by exactly the acknowledged changes. No other client may write meanwhile.")
    var verify = false

    @Flag(help: "Count and print errors, and end with status 0.")
    var allowErrors = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        func check(_ holds: Bool, _ words: String) throws { if !holds { throw ValidationError(words) } }
        try check((1...10_000).contains(connections), "--connections takes a number from 1 to 10,000")
        try check((1...512).contains(pipeline), "--pipeline takes a number from 1 to 512")
        try check(requests ?? 0 >= 0, "--requests takes a number, 0 or more")
        let times = 0.001...31_536_000.0
        try check(seconds.map(times.contains) ?? true, "--seconds takes a number of seconds, more than 0")
        try check(warmup == 0 || times.contains(warmup), "--warmup takes a number of seconds, 0 or more")
        try check(rate.map((0.001...1e9).contains) ?? true, "--rate takes a number of requests a second, more than 0")
        try check((1...Scramble.maximumCount).contains(accounts), "--accounts takes a number from 1 to 4,294,967,296")
        try check(
            first >= 10_000_000_000 && first < 100_000_000_000 && first + accounts <= 100_000_000_000,
            "--first takes a telephone number of 11 digits, and the last account's must have 11 too")
        try check((0.01...10).contains(zipfExponent), "--zipf-exponent takes a number from 0.01 to 10")
    }

    mutating func work() async throws {
        let environment = ProcessInfo.processInfo.environment
        let credentials = try connection.resolvedCredentials(environment)
        let target = LoadTarget(
            endpoint: try connection.resolvedEndpoint(environment), tls: try connection.resolvedTLS(environment),
            signIn: credentials.map {
                ByteBuffer(string: Request("AUTH", $0.principal, $0.secret).line + "\n")
            },
            connections: connections, pipeline: pipeline)
        // Reports a wrong address or secret once and not for every connection.
        let client = try await connection.open()
        if prepare { try await activate(target) }
        if requests == 0 { return await client.close() }

        let before = try await events(client)
        let tally = try await LoadRun.perform(workload, to: target, pace: pace)
        var report = LoadReport(load: words, tally: tally)
        if let before, let after = try await events(client) {
            report.growth = LoadReport.Growth(
                events: after - before, acknowledged: tally.acknowledgedChanges,
                unanswered: tally.unansweredChanges)
        }
        await client.close()
        say(json ? report.json.text : report.text)
        if let growth = report.growth, !growth.isRight { throw Failure(message: "", status: Status.refused) }
        try fail(for: tally, unless: allowErrors)
    }

    private func fail(for tally: Tally, unless isAllowed: Bool) throws(Failure) {
        guard tally.errorCount > 0, !isAllowed else { return }
        let isLost = tally.brokenConnections + tally.unanswered > 0
        throw Failure(message: "", status: isLost ? Status.unavailable : Status.refused)
    }

    /// How many events the log holds; nil if that was not asked for.
    private func events(_ client: KabinetClient) async throws -> Int64? {
        guard verify else { return nil }
        return try await client.call("STATS").ok().integer("events")
    }

    private func activate(_ target: LoadTarget) async throws {
        complain("kabinet: activating \(accounts) accounts from \(first)")
        let workload = Workload(
            mix: Mix(only: .activate), accounts: .inOrder(next: 0), firstNumber: first, seed: seed)
        let tally = try await LoadRun.perform(
            workload, to: target, pace: Pace(requests: Int(accounts)), tolerating: ["already_exists"])
        guard tally.errorCount == 0 else {
            complain(LoadReport(load: "preparing", tally: tally).text)
            return try fail(for: tally, unless: false)
        }
        complain("kabinet: \(accounts) accounts are there, after \(Int(tally.measuredSeconds.rounded())) s")
    }

    var workload: Workload {
        let picker: AccountPicker =
            switch distribution {
            case .uniform: .uniform(count: accounts)
            case .zipf:
                .zipf(ZipfSampler(count: accounts, exponent: zipfExponent), Scramble(count: accounts, seed: seed))
            }
        return Workload(mix: mix, accounts: picker, firstNumber: first, seed: seed)
    }

    var pace: Pace {
        Pace(rate: rate, warmup: warmup, seconds: seconds ?? (requests == nil ? 10 : nil), requests: requests)
    }

    /// The requested load, on one line.
    private var words: String {
        let loop = rate.map { "open loop at \(Int($0))/s" } ?? "closed loop"
        let spread = distribution == .zipf ? "zipf \(zipfExponent)" : "uniform"
        return "\(mix) on \(accounts) accounts (\(spread)), \(connections) connections, pipeline \(pipeline), \(loop)"
    }
}
