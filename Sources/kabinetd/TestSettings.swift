/// A service for tests: everything in memory, and a clock that the test moves. Flags override the environment, which
/// overrides the file.

internal import Accounts
internal import ArgumentParser
internal import Configuration
internal import Engine
internal import ProcessSettings

struct TestFlags: ParsableArguments {
    @Flag(
        help: """
            Keep everything in memory and nothing on a disk: for tests. Passwords are hashed cheaply, and the service \
            says so in HELLO and STATS. It takes no --data.
            """)
    var ephemeral = false

    @Option(
        help: ArgumentHelp(
            "The first administrator's secret of an ephemeral service: 32 bytes in base64url (default: drawn).",
            valueName: "secret"))
    var adminSecret: String?

    @Option(
        help: ArgumentHelp(
            """
            Make an empty log a test's, for ever: its clock begins here and moves by CLOCK.SET alone. Only on loopback.
            """, valueName: "time"))
    var testClock: String?

    @Flag(
        help:
            "Stop when standard input closes, so that the service ends with the test that started it, however that ends."
    )
    var untilInputCloses = false

    var values: [String: String?] {
        [
            "ephemeral": ephemeral ? "true" : nil, "adminSecret": adminSecret, "testClock": testClock,
            "untilInputCloses": untilInputCloses ? "true" : nil,
        ]
    }
}

struct TestSettings {
    var isEphemeral = false
    /// Nil if it is drawn.
    var adminSecret: [UInt8]?
    /// Where the clock of a test's log begins; nil if no log is made a test's.
    var clock: Instant?

    var endsWithInput = false

    /// Room in memory that other programs keep.
    static let reserve = StorageReserve(bytes: 8 << 20)

    init(_ reader: ConfigReader) throws {
        isEphemeral = try reader.flag("ephemeral")
        endsWithInput = try reader.flag("untilInputCloses")
        if let secret = reader.string(forKey: "adminSecret", isSecret: true) {
            guard isEphemeral else {
                throw SettingsError("--admin-secret is for --ephemeral: a service that keeps its log draws a secret")
            }
            guard let bytes = decodeBase64URL(secret.utf8), bytes.count == 32 else {
                throw SettingsError("--admin-secret is 32 bytes in base64url, without padding: 43 characters")
            }
            adminSecret = bytes
        }
        clock = try Settings.time(reader, "testClock", "--test-clock")
        guard isEphemeral else { return }
        for key in ["data", "masterKey"] where reader.string(forKey: ConfigKey(key), isSecret: true) != nil {
            throw SettingsError(
                "--ephemeral keeps nothing: leave \(key == "data" ? "--data (KABINET_DATA)" : "KABINET_MASTER_KEY") out"
            )
        }
    }
}
