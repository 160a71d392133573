/// The way of a request through the site, without the HTTP library: address and limits, cookie, route, form token,
/// handler, page, headers.

internal import Client
internal import Foundation
internal import Logging
internal import Synchronization

/// The parts of an HTTP request that the site needs.
struct IncomingHTTP: Sendable {
    var method: String
    var path: String
    var query: String
    /// Values of a header by its name in lower case.
    var headers: @Sendable (String) -> [String]
    var body: [UInt8] = []
    /// The address of the TCP connection's other side.
    var peer: String
    /// The site's own host and port, as the browser addressed it.
    var host: String?
}

struct OutgoingHTTP: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case parts(FilePart)
    }

    var status: Int
    var headers: [(name: String, value: String)] = []
    var body = Body.bytes([])
    /// The route's pattern, for the log: a path may not be logged as it came.
    var route = "-"
}

package struct SiteConfiguration: Sendable {
    /// Visitors reach the site by TLS, here or at a proxy.
    package var isSecure: Bool
    package var trustedProxies: [AddressRange]
    /// Sign-ins, codes and the like of one address: at once, and each hour.
    package var attemptsPerAddress = (burst: 30, perHour: 1200)
    /// The same for one number, from whatever address.
    package var attemptsPerNumber = (burst: 10, perHour: 300)
    /// Connections of one address at a time.
    package var connectionsPerAddress = 500
    /// Requests of one address: at once, and each second.
    package var requestsPerAddress = (burst: 300, perSecond: 50)

    package init(isSecure: Bool, trustedProxies: [AddressRange]) {
        (self.isSecure, self.trustedProxies) = (isSecure, trustedProxies)
    }
}

final class SiteResponder: Sendable {
    let site: Site
    let templates: Templates
    let service: AccountService
    private let keys: KeyRingFile
    let cookie: VisitCookie
    private let configuration: SiteConfiguration
    let outcomes = FormOutcomes()
    private let attemptsByAddress: VisitorLimits
    private let attemptsByNumber: VisitorLimits
    private let requestsByAddress: VisitorLimits
    let logger: Logger

    static let maximumBodyBytes = 64 * 1024

    init(
        _ site: Site, service: AccountService, keys: KeyRingFile, configuration: SiteConfiguration, logger: Logger
    ) {
        func perHour(_ limit: (burst: Int, perHour: Int)) -> VisitorLimits {
            VisitorLimits(.init(burst: Double(limit.burst), perSecond: Double(limit.perHour) / 3600))
        }
        (self.site, self.service, self.keys) = (site, service, keys)
        (self.configuration, self.logger) = (configuration, logger)
        templates = Templates(site.templateFiles, words: site.words)
        cookie = VisitCookie(isSecure: configuration.isSecure)
        attemptsByAddress = perHour(configuration.attemptsPerAddress)
        attemptsByNumber = perHour(configuration.attemptsPerNumber)
        requestsByAddress = VisitorLimits(
            .init(
                burst: Double(configuration.requestsPerAddress.burst),
                perSecond: Double(configuration.requestsPerAddress.perSecond)))
    }

    func respond(to http: IncomingHTTP) async -> OutgoingHTTP {
        if http.method == "GET" || http.method == "HEAD", let asset = WebAssets.byPath[http.path] {
            return secured(serve(asset, http))
        }
        return secured(await answer(http))
    }

    /// The answer to a request whose body is too large, or did not come in time.
    func refuseBody(_ http: IncomingHTTP, status: Int) -> OutgoingHTTP {
        let preferences = Preferences(cookie: nil, acceptLanguage: http.headers("accept-language").first)
        let exchange = Exchange(
            responder: self, ring: keys.current, http: http, address: "", before: nil, preferencesBefore: preferences)
        var response = exchange.error(status, frameWords.tooLargeTitle, frameWords.formStale)
        response.headers.removeAll { $0.name == "set-cookie" }
        return secured(response)
    }

    private func secured(_ response: OutgoingHTTP) -> OutgoingHTTP {
        var response = response
        response.headers += SecurityHeaders.common
        if configuration.isSecure { response.headers.append(SecurityHeaders.transport) }
        return response
    }

    private func serve(_ asset: WebAsset, _ http: IncomingHTTP) -> OutgoingHTTP {
        let tag = "\"\(asset.hash)\""
        var response = OutgoingHTTP(status: 200, route: "/assets")
        response.headers = [
            ("content-type", asset.mediaType), ("etag", tag),
            ("cache-control", asset.isForEver ? "public, max-age=31536000, immutable" : "public, no-cache"),
        ]
        if http.headers("if-none-match").contains(tag) {
            response.status = 304
        } else {
            response.body = .bytes(asset.bytes)
        }
        return response
    }

    private func answer(_ http: IncomingHTTP) async -> OutgoingHTTP {
        let cookies = RequestCookies(http.headers("cookie"))
        var ring = keys.current
        if let sealed = cookies[cookie.name], !ring.knowsKey(of: sealed) { ring = keys.reread() ?? ring }
        let preferences = Preferences(
            cookie: cookies[Preferences.cookie], acceptLanguage: http.headers("accept-language").first)
        let visit = cookie.read(cookies, ring)
        let address = visitorAddress(
            peer: http.peer, forwardedFor: http.headers("x-forwarded-for"), trusted: configuration.trustedProxies)
        let exchange = Exchange(
            responder: self, ring: ring, http: http, address: limitKey(ofAddress: address), before: visit,
            preferencesBefore: preferences)
        if let seconds = requestsByAddress.take(exchange.address) { return exchange.tooMany(seconds) }
        let path = http.path.split(separator: "/")
        let matches = site.routes.compactMap { route in route.match(path).map { (route, $0) } }
        guard !matches.isEmpty else { return exchange.error(404, frameWords.notFoundTitle, frameWords.notFound) }
        let method = http.method == "HEAD" ? "GET" : http.method
        guard let (route, parameters) = matches.first(where: { $0.0.method.rawValue == method }) else {
            return exchange.error(405, frameWords.methodTitle, frameWords.notFound)
        }
        var response = await exchange.run(route, parameters)
        response.route = route.pattern
        return response
    }

    func takeAttempt(_ address: String, _ number: String) -> Int? {
        if let seconds = attemptsByAddress.take(address) { return seconds }
        return number.isEmpty ? nil : attemptsByNumber.take(limitKey(ofNumber: number))
    }

    func cookie(for preferences: Preferences) -> String {
        "\(Preferences.cookie)=\(preferences.value); Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
            + (configuration.isSecure ? "; Secure" : "")
    }

    /// One request and what it came with.
    struct Exchange: Sendable {
        let responder: SiteResponder
        let ring: KeyRing
        let http: IncomingHTTP
        let address: String
        /// The visit that the cookie showed; nil if there was none.
        let before: Visit?
        let preferencesBefore: Preferences
    }
}
