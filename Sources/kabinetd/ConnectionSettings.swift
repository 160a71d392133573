/// How many may be connected, and for how long. Flags override the environment, which overrides the file.

internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging
internal import ProcessSettings
internal import Server

struct ConnectionFlags: ParsableArguments {
    @Option(
        help: """
            The greatest number of connections. At most half of them may be without sign-in; a further one closes the \
            oldest of those (default: 10000).
            """)
    var maximumConnections: Int?

    @Option(help: "The greatest number of connections from one address that have not signed in (default: 2000).")
    var connectionsPerAddress: Int?

    @Option(help: "Seconds within which a connection must sign in (default: 30).")
    var signInSeconds: Int?

    @Option(
        help:
            "Seconds without a request or a reply after which a connection is closed; 0 for never (default: 3600).")
    var idleSeconds: Int?

    var values: [String: String?] {
        [
            "maximumConnections": maximumConnections, "connectionsPerAddress": connectionsPerAddress,
            "signInSeconds": signInSeconds, "idleSeconds": idleSeconds,
        ].mapValues { $0.map { String($0) } }
    }
}

extension ConnectionLimits {
    /// The service needs them besides connections: for files, event loops, backups.
    private static let otherDescriptors = 64

    static func read(_ reader: ConfigReader) throws -> ConnectionLimits {
        var limits = ConnectionLimits()
        limits.all = try reader.number("maximumConnections", in: 2...1_000_000, default: limits.all)
        limits.strangersPerAddress = try reader.number(
            "connectionsPerAddress", in: 1...1_000_000, default: limits.strangersPerAddress)
        limits.secondsToSignIn = Int64(
            try reader.number("signInSeconds", in: 1...3600, default: Int(limits.secondsToSignIn)))
        limits.idleSeconds = Int64(
            try reader.number("idleSeconds", in: 0...(1 << 31), default: Int(limits.idleSeconds)))
        return limits
    }

    /// Takes as many descriptors as the system lets this process have, and no more connections than those.
    mutating func fitDescriptors(_ logger: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let room = max(2, Int(clamping: limit.rlim_cur) - Self.otherDescriptors)
        guard room < all else { return }
        logger.warning(
            "the process may have only \(limit.rlim_cur) descriptors, so it accepts \(room) connections, not \(all)"
        )
        all = room
    }
}
