/// Settings: flags override the environment (`KABINET_WEB_…`), which overrides the file.

internal import Client
internal import Configuration
internal import Logging
internal import PrivateFiles
internal import ProcessSettings
internal import TLS
internal import Web

struct WebSettings {
    var listen: WebServer.Address
    var tls: TLSFiles?
    var site: SiteConfiguration
    var endpoint: ServiceEndpoint
    var keys: String
    var drainSeconds: Int
    var logLevel: Logger.Level
    var endsWithInput: Bool

    static func read(flags: [String: String?], file: String?) async throws -> WebSettings {
        let reader = try await settings(of: "kabinetWeb", flags: flags, file: file)
        let (host, port) = try reader.address("listen", "--listen", default: "127.0.0.1:8080")
        let tls = try reader.tlsFiles()
        let isBehindProxy = try reader.flag("behindTLSProxy")
        if tls == nil, !isBehindProxy, !isLoopback(host) {
            throw SettingsError(
                """
                '\(host)' is not loopback, and a cabinet without TLS shows passwords to everybody on the way: give \
                --tls-certificate and --tls-key, or --behind-tls-proxy if a proxy before this process speaks TLS
                """)
        }
        var site = SiteConfiguration(
            isSecure: tls != nil || isBehindProxy, trustedProxies: try proxies(reader.string(forKey: "trustedProxies")))
        let byAddress = try reader.number("attemptsPerAddress", in: 1...1_000_000, default: 20)
        site.attemptsPerAddress = (burst: max(byAddress * 3 / 2, 1), perHour: byAddress * 60)
        let byNumber = try reader.number("attemptsPerNumber", in: 1...1_000_000, default: 5)
        site.attemptsPerNumber = (burst: byNumber * 2, perHour: byNumber * 60)
        site.connectionsPerAddress = try reader.number("connectionsPerAddress", in: 1...1_000_000, default: 500)
        site.requestsPerAddress.perSecond = try reader.number("requestsPerAddress", in: 1...1_000_000, default: 50)
        site.requestsPerAddress.burst = site.requestsPerAddress.perSecond * 6
        return WebSettings(
            listen: WebServer.Address(host: host, port: port), tls: tls, site: site, endpoint: try endpoint(reader),
            keys: reader.string(forKey: "keys", default: "kabinet-web.keys"),
            drainSeconds: try reader.number("drainSeconds", in: 0...3600, default: 10),
            logLevel: try reader.logLevel(), endsWithInput: try reader.flag("untilInputCloses"))
    }

    private static func endpoint(_ reader: ConfigReader) throws -> ServiceEndpoint {
        let (host, port) = try reader.address("connect", "--connect", default: "127.0.0.1:7117")
        let (ca, certificate, key) = (
            reader.string(forKey: "connectCA"), reader.string(forKey: "connectCertificate"),
            reader.string(forKey: "connectKey")
        )
        var tls: ClientTLS?
        if ca != nil || certificate != nil || !isLoopback(host) {
            do { tls = try ClientTLS(ca: ca, certificate: certificate, key: key) } catch {
                throw SettingsError(error.message)
            }
        }
        let principal = reader.string(forKey: "principal", default: "web")
        let secret: String
        if let text = reader.string(forKey: "secret", isSecret: true) {
            secret = text
        } else if let path = reader.string(forKey: "secretFile") {
            let bytes = try readPrivateFile(path, maximumBytes: 1024)
            secret = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        } else if certificate != nil {
            return ServiceEndpoint(host: host, port: port, tls: tls, credentials: nil)
        } else {
            throw SettingsError(
                """
                the account service needs the secret of the principal '\(principal)': give --secret-file FILE, or \
                KABINET_WEB_SECRET. An administrator makes it with: kabinet principal add \(principal) --roles frontend
                """)
        }
        return ServiceEndpoint(host: host, port: port, tls: tls, credentials: (principal, secret))
    }

    private static func proxies(_ text: String?) throws(SettingsError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for part in (text ?? "").split(separator: ",") {
            let word = part.filter { $0 != " " }
            guard let range = AddressRange(word) else {
                throw SettingsError("--trusted-proxies takes addresses and ranges, such as 10.0.0.0/8, not '\(word)'")
            }
            ranges.append(range)
        }
        return ranges
    }
}
