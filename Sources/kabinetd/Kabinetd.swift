/// kabinetd: wiring and configuration only.

internal import Accounts
internal import ArgumentParser
internal import CMemory
internal import CatalogFile
internal import Engine
internal import EventLog
internal import Foundation
internal import Logging
internal import ProcessSettings
internal import Server
internal import ServiceLifecycle
internal import TLS
internal import UnixSignals

@main
struct Kabinetd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kabinetd",
        abstract: "Runs the account service behind a mobile operator's self-care portal.",
        discussion: """
            Every setting is a flag, an environment variable (KABINET_DATA, KABINET_LISTEN, …) or a key of the \
            configuration file. A flag replaces the environment variable, and that replaces the key of the file.

            EXAMPLE
              kabinetd --data ./data --listen 127.0.0.1:7117
              KABINET_DATA=/var/lib/kabinet kabinetd --config /etc/kabinet.json
              kabinetd --ephemeral --test-clock 2018-03-01 --listen 127.0.0.1:0     for tests: keeps nothing

            A configuration file: {"kabinet": {"data": "/var/lib/kabinet", "listen": "127.0.0.1:7117"}}

            EXIT STATUS
              0 stopped by SIGTERM or SIGINT; 74 the disk failed or is full; 78 the configuration is wrong

            After SIGHUP the service reads the TLS files again. New connections get the new certificate; open ones
            continue.
            """,
        version: "kabinetd \(kabinetVersion)")

    @Option(help: "The data directory; it is created if it does not exist (default: ./data).")
    var data: String?

    @Option(help: "The address to listen on (default: 127.0.0.1:7117). Port 0 is any free port.")
    var listen: String?

    @Option(
        help: """
            The service's certificate in PEM, followed by the intermediate certificates. Connections then use TLS 1.2 \
            or 1.3. SIGHUP reads it again, with the other two TLS files.
            """, completion: .file())
    var tlsCertificate: String?

    @Option(help: "The certificate's key in PEM. Other users must not be able to read the file.", completion: .file())
    var tlsKey: String?

    @Option(
        name: .customLong("tls-client-ca"),
        help: """
            Authorities in PEM. A client with a certificate of theirs is signed in without AUTH, as the principal in \
            its Common Name (default: clients are not asked for a certificate).
            """, completion: .file())
    var tlsClientCA: String?

    @Flag(help: "Allow an address beyond loopback without TLS. The network can then read secrets and change requests.")
    var plaintextBeyondLoopback = false

    @Option(
        help: "The catalogue to publish in an empty log: a YAML file, 'example' (the default) or 'none'.",
        completion: .file(extensions: ["yaml", "yml"]))
    var catalog: String?

    @Option(
        help: """
            Make an empty log a log in event time, whose clock begins at this time. The times of the records move the \
            clock, and only an administrator may change the log, in order of time. It is meant for loading years of \
            records. The log stays in event time for ever.
            """)
    var eventTime: String?

    @Option(help: "The number of threads that serve connections (default: half of the cores).")
    var eventLoops: Int?

    @Option(
        help: """
            The number of ids and payment references that a table in memory holds before it moves to the index on disk \
            (default: 262144, some 8 MB).
            """)
    var keysPerTable: Int?

    @Option(
        help: """
            The number of events that the index of history holds in memory before it writes them to disk (default: \
            262144, some 4 MB).
            """)
    var historyPerRun: Int?

    @Option(
        help: """
            Free megabytes on the disk below which the service refuses changes and only serves reads (default: 256).
            """)
    var reserveMegabytes: Int?

    @Option(
        help: """
            The number of events after which the service takes another snapshot of its state, so that the next start \
            is short; 0 for never (default: 1000000).
            """)
    var snapshotEvents: Int?

    @Option(
        help: """
            Of so many days that have a snapshot, the last one of the day is kept, so that reads of the past are \
            quick; a day of events gets one. 0 for none (default: 31).
            """)
    var dailySnapshots: Int?

    @Option(help: "The same for months (default: 24).")
    var monthlySnapshots: Int?

    @Option(
        help: """
            Hours between two automatic comparisons of the state with the log, as VERIFY does them; 0 for none \
            (default: 24).
            """)
    var verifyHours: Int?

    @Option(
        help: """
            Fees and ends of periods that are carried out a second, at most, while requests come in: a million take at \
            least a million divided by it. 0 for as many as possible (default: 20000).
            """)
    var duePerSecond: Int?

    @OptionGroup var test: TestFlags

    @OptionGroup var connections: ConnectionFlags

    @OptionGroup var access: AccessFlags

    @Option(help: "Seconds that a stop waits until clients have read their replies (default: 10).")
    var drainSeconds: Int?

    @Option(help: "The log level: trace, debug, info, notice, warning, error or critical (default: info).")
    var logLevel: String?

    @Option(help: "A configuration file in JSON.", completion: .file(extensions: ["json"]))
    var config: String?

    func run() async throws {
        returnLargeBlocks()
        var settings: Settings
        do {
            settings = try await Settings.read(
                flags: [
                    "data": data, "listen": listen, "catalog": catalog, "eventLoops": eventLoops.map { String($0) },
                    "eventTime": eventTime, "logLevel": logLevel, "keysPerTable": keysPerTable.map { String($0) },
                    "historyPerRun": historyPerRun.map { String($0) },
                    "drainSeconds": drainSeconds.map { String($0) },
                    "snapshotEvents": snapshotEvents.map { String($0) },
                    "dailySnapshots": dailySnapshots.map { String($0) },
                    "monthlySnapshots": monthlySnapshots.map { String($0) },
                    "verifyHours": verifyHours.map { String($0) },
                    "duePerSecond": duePerSecond.map { String($0) },
                    "reserveMegabytes": reserveMegabytes.map { String($0) },
                    "tlsCertificate": tlsCertificate, "tlsKey": tlsKey, "tlsClientCA": tlsClientCA,
                    "plaintextBeyondLoopback": plaintextBeyondLoopback ? "true" : nil,
                ].merging(connections.values) { $1 }.merging(access.values) { $1 }.merging(test.values) { $1 },
                file: config)
        } catch { throw Self.badConfiguration("\(error)") }
        var logger = Logger(label: "kabinetd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        settings.server.connections.fitDescriptors(logger)

        // From here on SIGHUP ends nothing; one that comes before the service runs is kept for the service.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let tls: ServerTLS?
        do { tls = try settings.tls.map { try ServerTLS($0, logger: logger) } } catch {
            throw Self.badConfiguration("\(error)")
        }
        if settings.isPlaintextBeyondLoopback {
            logger.warning(
                "no TLS beyond loopback: anybody on the network path can read and change secrets and subscribers' data"
            )
        }

        let opened: OpenedService
        // Removed last of all, whatever happens.
        var memory: MemoryDirectory?
        defer { try? memory?.remove() }
        do {
            if settings.test.isEphemeral {
                memory = try MemoryDirectory()
                settings.data = memory?.path ?? settings.data
                logger.notice("ephemeral: everything is in memory, in \(settings.data), and ends with this process")
            }
            opened = try Self.open(settings, logger)
        } catch {
            throw Self.failure("\(error)", isFaultOfDisk(error) ? Engine.failStopStatus : 78)
        }
        let server = Server(opened, configuration: settings.server, tls: tls, logger: logger) { address in
            // One line when it takes connections, for a program that starts it and waits.
            print("kabinetd is ready on \(address)")
            fflush(nil)
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server), .init(service: Reloading(hangUps: hangUps, tls: tls))],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        if settings.test.endsWithInput { stopWhenInputCloses() }
        do { try await group.run() } catch {
            throw Self.badConfiguration("\(error)")
        }
    }

    /// The state of the data directory, ready to be served.
    private static func open(_ settings: Settings, _ logger: Logger) throws -> OpenedService {
        var opened = try Engine.open(
            data: settings.data, masterKey: settings.masterKey, keysPerTable: settings.keysPerTable,
            historyPerRun: settings.historyPerRun, reserve: settings.reserve, snapshotEvents: settings.snapshotEvents,
            snapshotsKept: settings.snapshotsKept, verifyHours: settings.verifyHours,
            duePerSecond: settings.duePerSecond, policy: settings.access, isEphemeral: settings.test.isEphemeral,
            clock: systemClock,
            say: { logger.notice("\($0)") }, progress: replayProgress())
        if let from = settings.eventTime { try opened.beginEventTime(at: from, .records) }
        if let from = settings.test.clock { try opened.beginEventTime(at: from, .test) }
        if opened.path.logClock == .test {
            try settings.checkTestClock()
            logger.notice("the clock is a test's: it stands until CLOCK.SET moves it")
        }
        try opened.addFirstAdministrator(
            secretFile: settings.data + "/admin.secret", secret: settings.test.adminSecret)
        if let catalog = settings.catalog {
            try opened.publishFirstCatalog { draft in catalog.requests(draft: draft).map(\.line) }
        }
        return opened
    }

    /// EX_CONFIG.
    private static func badConfiguration(_ words: String) -> any Error { failure(words, 78) }

    /// One clear line.
    private static func failure(_ words: String, _ status: Int32) -> any Error {
        FileHandle.standardError.write(Data("kabinetd: \(words)\n".utf8))
        return ExitCode(status)
    }
}

/// SIGHUP: certificates are read again. Without TLS there is nothing to read.
private struct Reloading: Service {
    let hangUps: UnixSignalsSequence
    let tls: ServerTLS?

    func run() async throws {
        for await _ in hangUps.cancelOnGracefulShutdown() { tls?.reload() }
    }
}

/// Gives a block of a megabyte or more back to the system when it is freed. By default glibc keeps blocks of up to 32
/// MB once one of them was freed: blocks that columns had outgrown were a quarter of the process's memory.
private func returnLargeBlocks() {
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
    // Setting one bound turns off glibc's adjustment of the other: small blocks must not be returned and taken again
    // with every batch.
    _ = mallopt(M_TRIM_THRESHOLD, 32 << 20)
}

/// Prints to stderr how far a replay is, once it has taken a second.
private func replayProgress() -> (ReplayProgress) -> Void {
    let started = ContinuousClock.now
    var said = false
    var next = started + .seconds(1)
    return { progress in
        let now = ContinuousClock.now
        let isDone = progress.position == progress.total
        guard now >= next || (isDone && said) else { return }
        next = now + .milliseconds(500)
        said = true
        let seconds = Double((now - started) / .milliseconds(1)) / 1000
        let percent = progress.total == 0 ? 100 : progress.position * 100 / progress.total
        let rate = Int(Double(progress.position - progress.from) / seconds)
        let line =
            "replay: \(progress.position) of \(progress.total) events, \(percent) %, \(rate)/s\(isDone ? "\n" : "\r")"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
