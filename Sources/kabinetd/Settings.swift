/// Settings: flags override the environment, which overrides the file. They are checked before anything is opened.

internal import Accounts
internal import CatalogFile
internal import Configuration
internal import Engine
internal import Foundation
internal import Glibc
internal import Logging
internal import Server
internal import SystemPackage

struct SettingsError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

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
    var reserve = StorageReserve()
    var snapshotEvents = SnapshotState.defaultEvents
    var verifyHours = VerificationState.defaultHours
    var access = AccessPolicy()
    var logLevel: Logger.Level

    static func read(flags: [String: String?], file: String?) async throws -> Settings {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for case (let name, let value?) in flags {
            values[AbsoluteConfigKey(["kabinet", name])] = ConfigValue(.string(value), isSecret: false)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: values), EnvironmentVariablesProvider(),
        ]
        if let file {
            do { providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file))) } catch {
                throw SettingsError("the configuration file \(file) cannot be read: \(error)")
            }
        }
        let reader = ConfigReader(providers: providers).scoped(to: "kabinet")

        var settings = Settings(
            data: reader.string(forKey: "data", default: "./data"), test: try TestSettings(reader),
            keysPerTable: IdempotencyKeys.defaultTableKeys, logLevel: .info)
        while settings.data.count > 1, settings.data.hasSuffix("/") { settings.data.removeLast() }
        (settings.server.host, settings.server.port) = try address(
            reader.string(forKey: "listen", default: "127.0.0.1:7117"))
        settings.tls = try tls(reader)
        if settings.tls == nil, !isLoopback(settings.server.host) {
            guard try flag(reader, "plaintextBeyondLoopback") else {
                throw SettingsError(
                    """
                    '\(settings.server.host)' is not loopback: give --tls-certificate and --tls-key, or say \
                    --plaintext-beyond-loopback if everybody on the way may read and change what is said
                    """)
            }
            settings.isPlaintextBeyondLoopback = true
        }
        if settings.test.clock != nil { try settings.checkTestClock() }
        settings.server.eventLoops = try number(
            reader, "eventLoops", in: 1...64, default: max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
        settings.server.connections = try ConnectionLimits.read(reader)

        settings.keysPerTable = try number(
            reader, "keysPerTable", in: 256...(1 << 26), default: IdempotencyKeys.defaultTableKeys)
        let isEphemeral = settings.test.isEphemeral
        let reserve = isEphemeral ? TestSettings.reserve.bytes : StorageReserve.defaultBytes
        let megabytes = try number(reader, "reserveMegabytes", in: 4...(1 << 20), default: reserve >> 20)
        settings.reserve = StorageReserve(bytes: megabytes << 20)
        settings.snapshotEvents = try number(
            reader, "snapshotEvents", in: 0...(1 << 40), default: isEphemeral ? 0 : SnapshotState.defaultEvents)
        settings.verifyHours = try number(
            reader, "verifyHours", in: 0...8760, default: isEphemeral ? 0 : VerificationState.defaultHours)
        settings.server.drainSeconds = Int64(
            try number(reader, "drainSeconds", in: 0...3600, default: Int(settings.server.drainSeconds)))

        settings.access = try AccessPolicy.read(reader)
        settings.access.hasCheapPasswords = isEphemeral

        let level = reader.string(forKey: "logLevel", default: "info")
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw SettingsError("'\(level)' is not a log level")
        }
        settings.logLevel = logLevel

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

    /// `HOST:PORT`; an IPv6 host in brackets.
    private static func address(_ text: String) throws -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else { throw SettingsError("--listen must be HOST:PORT, such as 127.0.0.1:7117, not '\(text)'") }
        return (text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port)
    }

    /// Traffic to such an address does not leave this machine. A name other than `localhost` may mean any address.
    private static func isLoopback(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        return host == "localhost" || host == "::1"
    }

    private static func tls(_ reader: ConfigReader) throws -> TLSFiles? {
        let clientCA = reader.string(forKey: "tlsClientCA")
        switch (reader.string(forKey: "tlsCertificate"), reader.string(forKey: "tlsKey")) {
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key, clientCA: clientCA)
        case (nil, nil) where clientCA == nil: return nil
        case (nil, _): throw SettingsError("TLS needs the service's certificate too: --tls-certificate FILE")
        case (_, nil): throw SettingsError("TLS needs the certificate's key too: --tls-key FILE")
        }
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
        guard Self.isLoopback(server.host) else {
            throw SettingsError("the log's clock is a test's: it is served on loopback alone, not on '\(server.host)'")
        }
    }

    static func flag(_ reader: ConfigReader, _ key: String) throws -> Bool {
        guard let text = reader.string(forKey: ConfigKey(key)) else {
            // A configuration file has a Boolean instead of a text.
            return reader.bool(forKey: ConfigKey(key), default: false)
        }
        switch text {
        case "true", "1": return true
        case "false", "0", "": return false
        default: throw SettingsError("\(key) must be true or false, not '\(text)'")
        }
    }

    static func number(_ reader: ConfigReader, _ key: String, in range: ClosedRange<Int>, default: Int) throws
        -> Int
    {
        let text = reader.string(forKey: ConfigKey(key), default: String(`default`))
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError("\(key) must be from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }
}
