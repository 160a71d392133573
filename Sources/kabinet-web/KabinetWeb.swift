/// The web cabinet's process: its flags, its start and its end.

internal import ArgumentParser
internal import Cabinet
internal import Foundation
internal import Logging
internal import PrivateFiles
internal import ProcessSettings
internal import ServiceLifecycle
internal import TLS
internal import UnixSignals
internal import Web

@main
struct KabinetWeb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kabinet-web",
        abstract: "The web cabinet: the site on which subscribers look after their numbers.",
        discussion: """
            It is a front end of kabinetd and keeps nothing itself: the cookie of a visitor holds the visitor's session, \
            encrypted. Any number of processes serve one site if they share the file of keys.

            Examples:
              kabinet principal add web --roles frontend --admin-of data > web.secret && chmod 600 web.secret
              kabinet-web --secret-file web.secret
              kabinet-web --listen 0.0.0.0:443 --tls-certificate site.pem --tls-key site.key --secret-file web.secret
              kabinet-web rotate-keys --keys kabinet-web.keys && kill -HUP PID

            Every option can also be in the environment (KABINET_WEB_LISTEN for --listen), or in a file \
            ({"kabinetWeb": {"listen": "127.0.0.1:8080"}}). SIGHUP reads certificates and keys again. SIGTERM and \
            SIGINT stop it: requests that were begun are answered first.
            """,
        version: "kabinet-web 0.6.0", subcommands: [Serve.self, RotateKeys.self], defaultSubcommand: Serve.self)
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the site (the default).")

    @Option(help: "The address of the site, HOST:PORT; port 0 takes a free one (default: 127.0.0.1:8080).")
    var listen: String?

    @Option(help: "The address of the account service (default: 127.0.0.1:7117).")
    var connect: String?

    @Option(help: "The principal that signs in to the account service, with the role frontend (default: web).")
    var principal: String?

    @Option(
        help: "The file of the principal's secret, which only its owner may read. KABINET_WEB_SECRET replaces it.",
        completion: .file())
    var secretFile: String?

    @Option(
        help: """
            The file of the keys that encrypt cookies and sign forms; the first start makes it (default: \
            kabinet-web.keys).
            """, completion: .file())
    var keys: String?

    @Option(help: "The site's certificate and its chain, in PEM.", completion: .file(extensions: ["pem"]))
    var tlsCertificate: String?

    @Option(help: "The certificate's key, in PEM.", completion: .file())
    var tlsKey: String?

    @Flag(help: "A proxy before this process speaks TLS with the visitors: cookies are for https only.")
    var behindTLSProxy = false

    @Option(
        help: """
            The addresses of proxies whose X-Forwarded-For counts, such as 10.0.0.0/8,192.168.1.4 (default: none).
            """)
    var trustedProxies: String?

    @Option(
        help: "The authorities that the account service's certificate is checked with (default: the system's).",
        completion: .file(extensions: ["pem"]))
    var connectCA: String?

    @Option(
        help: "A certificate that names the principal to the account service, in place of a secret.",
        completion: .file(extensions: ["pem"]))
    var connectCertificate: String?

    @Option(help: "That certificate's key.", completion: .file())
    var connectKey: String?

    @Option(help: "Sign-ins, codes and the like that one address may have in a minute (default: 20).")
    var attemptsPerAddress: Int?

    @Option(help: "Sign-ins, codes and the like that one number may have in a minute (default: 5).")
    var attemptsPerNumber: Int?

    @Option(help: "Connections that one address may have at a time (default: 500).")
    var connectionsPerAddress: Int?

    @Option(help: "Requests that one address may send in a second (default: 50).")
    var requestsPerAddress: Int?

    @Option(help: "Seconds that a stop waits for the answers to requests that were begun (default: 10).")
    var drainSeconds: Int?

    @Option(help: "The log level: trace, debug, info, notice, warning, error or critical (default: info).")
    var logLevel: String?

    @Option(help: "A configuration file in JSON.", completion: .file(extensions: ["json"]))
    var config: String?

    @Flag(help: "Stop when standard input closes, so that the process ends with the test that started it.")
    var untilInputCloses = false

    func run() async throws {
        let settings: WebSettings
        let keyRing: KeyRingFile
        do {
            settings = try await WebSettings.read(
                flags: [
                    "listen": listen, "connect": connect, "principal": principal, "secretFile": secretFile,
                    "keys": keys, "tlsCertificate": tlsCertificate, "tlsKey": tlsKey,
                    "behindTLSProxy": behindTLSProxy ? "true" : nil, "trustedProxies": trustedProxies,
                    "connectCA": connectCA, "connectCertificate": connectCertificate, "connectKey": connectKey,
                    "attemptsPerAddress": attemptsPerAddress.map { String($0) },
                    "attemptsPerNumber": attemptsPerNumber.map { String($0) },
                    "connectionsPerAddress": connectionsPerAddress.map { String($0) },
                    "requestsPerAddress": requestsPerAddress.map { String($0) },
                    "drainSeconds": drainSeconds.map { String($0) }, "logLevel": logLevel,
                    "untilInputCloses": untilInputCloses ? "true" : nil,
                ], file: config)
            keyRing = try KeyRingFile(settings.keys)
        } catch { throw failure("\(error)") }
        var logger = Logger(label: "kabinet-web") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel

        // From here on SIGHUP ends nothing.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let tls: ServerTLS?
        do { tls = try settings.tls.map { try ServerTLS($0, logger: logger) } } catch { throw failure("\(error)") }

        let service = AccountService(settings.endpoint, logger: logger)
        let scheme = tls == nil ? "http" : "https"
        let host = settings.listen.host.contains(":") ? "[\(settings.listen.host)]" : settings.listen.host
        let server = WebServer(
            cabinetSite(), service: service, keys: keyRing, configuration: settings.site, address: settings.listen,
            tls: tls, logger: logger
        ) { port in
            // One line when it takes connections, for a program that starts it and waits.
            print("kabinet-web is ready on \(scheme)://\(host):\(port)")
            fflush(nil)
        }
        var quiet = logger
        // At lower levels the group describes the services with all that they hold.
        quiet.logLevel = max(logger.logLevel, .notice)
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: server),
                .init(service: Reloading(hangUps: hangUps, tls: tls, keys: keyRing, logger: logger)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        group.maximumGracefulShutdownDuration = .seconds(settings.drainSeconds)
        if settings.endsWithInput { stopWhenInputCloses() }
        do { try await ServiceGroup(configuration: group).run() } catch { throw failure("\(error)") }
        await service.close()
    }
}

struct RotateKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-keys",
        abstract: "Put a new key before the others in the file of keys.",
        discussion: """
            Cookies and forms that were made with the last four keys stay good. Send SIGHUP to every process that \
            shares the file.
            """)

    @Option(help: "The file of keys (default: kabinet-web.keys).", completion: .file())
    var keys = "kabinet-web.keys"

    func run() throws {
        do { try KeyRingFile.rotate(keys) } catch { throw failure("\(error)") }
    }
}

/// SIGHUP: certificates and keys are read again.
private struct Reloading: Service {
    let hangUps: UnixSignalsSequence
    let tls: ServerTLS?
    let keys: KeyRingFile
    let logger: Logger

    func run() async throws {
        for await _ in hangUps.cancelOnGracefulShutdown() {
            tls?.reload()
            do {
                try keys.reload()
                logger.notice("the keys of cookies and forms were read again")
            } catch { logger.error("the keys were not read again, the old ones stay in force: \(error)") }
        }
    }
}

/// One clear line, and EX_CONFIG.
private func failure(_ words: String) -> any Error {
    FileHandle.standardError.write(Data("kabinet-web: \(words)\n".utf8))
    return ExitCode(78)
}
