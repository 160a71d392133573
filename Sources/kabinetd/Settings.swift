/// Settings: flags override the environment, which overrides the file. They are checked before anything is opened.

internal import Accounts
internal import CatalogFile
internal import Configuration
internal import Engine
internal import EventLog
internal import Foundation
internal import Logging
internal import ProcessSettings
internal import Server
internal import TLS

struct Settings {
    var data: String
    var server = ServerConfiguration()
    /// Nil if connections are not encrypted.
    var tls: TLSFiles?
    /// Other machines may connect, and their unencrypted traffic can be read on the way.
    var isPlaintextBeyondLoopback = false
    /// Nil if none is published.
    var catalog: CatalogFile?
    var test: TestSettings
    /// Where the clock of a log in event time begins; nil if the log's clock is the machine's, or stays as it was.
    var eventTime: Instant?
    var masterKey: [UInt8]?
    /// Idempotency keys in a table in memory; a full one goes to the index on disk.
    var keysPerTable: Int
    /// Entries of the index of history in memory; then they become a run on disk.
    var historyPerRun = HistoryIndex.defaultEntriesOnDisk
    var reserve = StorageReserve()
    var snapshotEvents = SnapshotState.defaultEvents
    var snapshotsKept = SnapshotRetention()
    var verifyHours = VerificationState.defaultHours
    var duePerSecond = DuePace.defaultPerSecond
    var access = AccessPolicy()
    var logLevel: Logger.Level

    static func read(flags: [String: String?], file: String?) async throws -> Settings {
        let reader = try await ProcessSettings.settings(of: "kabinet", flags: flags, file: file)

        var settings = Settings(
            data: reader.string(forKey: "data", default: "./data"), test: try TestSettings(reader),
            keysPerTable: IdempotencyKeys.defaultTableKeys, logLevel: .info)
        while settings.data.count > 1, settings.data.hasSuffix("/") { settings.data.removeLast() }
        (settings.server.host, settings.server.port) = try reader.address(
            "listen", "--listen", default: "127.0.0.1:7117")
        settings.tls = try reader.tlsFiles()
        if settings.tls == nil, !isLoopback(settings.server.host) {
            guard try reader.flag("plaintextBeyondLoopback") else {
                throw SettingsError(
                    """
                    '\(settings.server.host)' is not loopback: give --tls-certificate and --tls-key, or say \
                    --plaintext-beyond-loopback if everybody on the way may read and change what is said
                    """)
            }
            settings.isPlaintextBeyondLoopback = true
        }
        if settings.test.clock != nil { try settings.checkTestClock() }
        settings.server.eventLoops = try reader.number(
            "eventLoops", in: 1...64, default: max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
        settings.server.connections = try ConnectionLimits.read(reader)

        settings.keysPerTable = try reader.number(
            "keysPerTable", in: 256...(1 << 26), default: IdempotencyKeys.defaultTableKeys)
        settings.historyPerRun = try reader.number(
            "historyPerRun", in: 256...(1 << 26), default: HistoryIndex.defaultEntriesOnDisk)
        let isEphemeral = settings.test.isEphemeral
        let reserve = isEphemeral ? TestSettings.reserve.bytes : StorageReserve.defaultBytes
        let megabytes = try reader.number("reserveMegabytes", in: 4...(1 << 20), default: reserve >> 20)
        settings.reserve = StorageReserve(bytes: megabytes << 20)
        settings.snapshotEvents = try reader.number(
            "snapshotEvents", in: 0...(1 << 40), default: isEphemeral ? 0 : SnapshotState.defaultEvents)
        settings.snapshotsKept.daily = try reader.number(
            "dailySnapshots", in: 0...3660, default: settings.snapshotsKept.daily)
        settings.snapshotsKept.monthly = try reader.number(
            "monthlySnapshots", in: 0...1200, default: settings.snapshotsKept.monthly)
        settings.verifyHours = try reader.number(
            "verifyHours", in: 0...8760, default: isEphemeral ? 0 : VerificationState.defaultHours)
        settings.duePerSecond = try reader.number("duePerSecond", in: 0...10_000_000, default: settings.duePerSecond)
        settings.server.drainSeconds = Int64(
            try reader.number("drainSeconds", in: 0...3600, default: Int(settings.server.drainSeconds)))

        settings.access = try AccessPolicy.read(reader)
        settings.access.hasCheapPasswords = isEphemeral

        settings.logLevel = try reader.logLevel()

        if let text = reader.string(forKey: "masterKey", isSecret: true) {
            guard let key = decodeBase64URL(text.utf8), key.count == 32 else {
                throw SettingsError("KABINET_MASTER_KEY must be 32 bytes in base64url, without padding")
            }
            settings.masterKey = key
        }

        settings.eventTime = try time(reader, "eventTime", "--event-time")
        if settings.eventTime != nil, settings.test.clock != nil {
            throw SettingsError("a log has one clock: give --event-time or --test-clock")
        }
        switch reader.string(forKey: "catalog", default: "example") {
        case "none": settings.catalog = nil
        case "example": settings.catalog = CatalogFile.example
        case let path:
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw SettingsError("the catalogue \(path) cannot be read")
            }
            settings.catalog = try CatalogFile.load(yaml: String(decoding: bytes, as: UTF8.self), name: path)
        }
        return settings
    }

    static func time(_ reader: ConfigReader, _ key: String, _ flag: String) throws -> Instant? {
        guard let text = reader.string(forKey: ConfigKey(key)) else { return nil }
        guard let time = Instant(rfc3339: text.utf8) else {
            throw SettingsError("\(flag) must be a time such as 2018-01-01 or 2018-01-01T00:00:00Z, not '\(text)'")
        }
        return time
    }

    /// A clock that anybody on the network could move would bill years at once.
    func checkTestClock() throws {
        guard isLoopback(server.host) else {
            throw SettingsError("the log's clock is a test's: it is served on loopback alone, not on '\(server.host)'")
        }
    }
}
