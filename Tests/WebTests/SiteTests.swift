import Client
import Foundation
import Logging
import Phrases
import Testing

@testable import Web

/// A site of a few pages, without an account service behind it.
private struct TestSite {
    let responder: SiteResponder
    let isSecure: Bool

    struct Words: WordTable {}

    static let templates = """
        <!-- template: plain -->
        <p>{{page.text}}</p>
        <!-- template: form -->
        <form method="post">{{>token}}<p>{{error.name}}</p></form>
        """

    init(isSecure: Bool = false, configure: (inout SiteConfiguration) -> Void = { _ in }) throws {
        self.isSecure = isSecure
        var site = Site(signInPath: "/sign-in")
        site.addChapter("test", Words(), templates: Self.templates)
        site.get("/open", access: .anybody) { _ in .page(Page("plain", title: "Open", ["text": "<b>&"])) }
        site.get("/own/:key") { request in
            .page(Page("plain", title: "Own", ["text": request.parameters["key"] ?? ""]))
        }
        site.form("/sign-in", access: .anybody, isAttempt: true) { _ in
            Page("form", title: "Form")
        } submit: { request in
            guard request.form["name"] == "anna" else { throw FieldError("name", "unknown") }
            request.visit.signIn(Visit.SignIn(session: "session", own: "79001234567"))
            return .seeOther(request.ownPage(request.form["next"]) ?? "/open")
        }
        site.button("/out", access: .anybody, returningTo: "/open") { request in
            request.visit.signOut()
            return .seeOther("/sign-in")
        }
        site.get("/ended") { _ in throw ServiceError.refused(Refusal(code: "session_invalid")) }
        site.get("/broken", access: .anybody) { _ in throw CancellationError() }
        site.form("/secret", access: .anybody) { _ in
            Page("form", title: "Secret")
        } submit: { request in
            guard request.form["password"] == "right" else { throw FieldError("password", "wrong") }
            return .seeOther("/open")
        }
        site.button("/lost", access: .anybody, returningTo: "/open") { _ in throw ServiceError.outcomeUnknown }
        var configuration = SiteConfiguration(isSecure: isSecure, trustedProxies: [])
        configure(&configuration)
        let endpoint = ServiceEndpoint(host: "127.0.0.1", port: 1, credentials: nil)
        let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        responder = SiteResponder(
            site, service: AccountService(endpoint, logger: logger), keys: try KeyRingFile(file),
            configuration: configuration, logger: logger)
    }

    func get(_ target: String, cookie: String? = nil, headers: [String: String] = [:]) async -> OutgoingHTTP {
        await send("GET", target, "", cookie, headers)
    }

    func post(
        _ target: String, _ body: String, cookie: String? = nil,
        headers: [String: String] = ["sec-fetch-site": "same-origin"]
    ) async -> OutgoingHTTP {
        await send("POST", target, body, cookie, headers)
    }

    private func send(
        _ method: String, _ target: String, _ body: String, _ cookie: String?, _ headers: [String: String]
    ) async -> OutgoingHTTP {
        var headers = headers
        headers["cookie"] = cookie
        let parts = target.split(separator: "?", maxSplits: 1)
        let all = headers
        return await responder.respond(
            to: IncomingHTTP(
                method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
                headers: { name in all[name].map { [$0] } ?? [] }, body: Array(body.utf8), peer: "203.0.113.7",
                host: "kabinet.example"))
    }

    /// The cookie and the token of a page with a form.
    func form() async throws -> (cookie: String, token: String) {
        let page = await get("/sign-in")
        return (try #require(page.cookie), try #require(page.token))
    }
}

extension OutgoingHTTP {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// `name=value` of the visit's cookie.
    var cookie: String? {
        headers.first { $0.name == "set-cookie" && $0.value.contains("kabinet=") }
            .map { String($0.value.prefix { $0 != ";" }) }
    }

    var text: String { if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" } }

    var token: String? {
        text.firstRange(of: "name=\"form\" value=\"").map { String(text[$0.upperBound...].prefix { $0 != "\"" }) }
    }
}

@Suite("The way of a request") struct SiteTests {
    @Test(
        "Every answer has the headers of security, and is stored by nobody", arguments: ["/open", "/none", "/sign-in"])
    func headers(_ path: String) async throws {
        let response = await (try TestSite()).get(path)
        let policy = try #require(response.header("content-security-policy"))
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(policy.contains("frame-ancestors 'none'"))
        #expect(response.header("cache-control") == "no-store")
        #expect(response.header("x-content-type-options") == "nosniff")
        #expect(response.header("cross-origin-opener-policy") == "same-origin")
        #expect(response.header("strict-transport-security") == nil)
    }

    @Test("Behind TLS every answer tells the browser to come by TLS alone, and the cookie is for TLS alone")
    func secure() async throws {
        let css = await (try TestSite(isSecure: true)).get(WebAssets.css.path)
        #expect(css.header("strict-transport-security") != nil)
        let response = await (try TestSite(isSecure: true)).get("/sign-in")
        #expect(response.header("strict-transport-security") != nil)
        #expect(response.cookie?.hasPrefix("__Host-kabinet=") == true)
        #expect(response.header("set-cookie")?.contains("; Secure") == true)
    }

    @Test("A value is escaped wherever a page shows it") func escapes() async throws {
        #expect(await (try TestSite()).get("/open").text.contains("<p>&lt;b&gt;&amp;</p>"))
    }

    @Test("A form needs its token, of this visit, and a request of this site") func forgery() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let (other, _) = try await site.form()
        #expect(await site.post("/sign-in", "name=anna", cookie: cookie).status == 403)
        #expect(await site.post("/sign-in", "form=\(token)&name=anna", cookie: other).status == 403)
        #expect(await site.post("/sign-in", "form=\(token)&name=anna").status == 403)
        for headers in [
            ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["sec-fetch-site": "none"],
            ["origin": "https://evil.example"], ["origin": "null"],
        ] {
            let response = await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie, headers: headers)
            #expect(response.status == 403)
        }
        #expect(await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie).status == 303)
    }

    @Test("A form for one number is refused with another") func number() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let body = "form=\(token)&number=79009999999&name=anna"
        #expect(await site.post("/sign-in", body, cookie: cookie).status == 403)
    }

    @Test("Signing in makes another cookie, and the form of before is refused with it") func fixation() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let response = await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie)
        let signedIn = try #require(response.cookie)
        #expect(signedIn != cookie)
        #expect(await site.post("/sign-in", "form=\(token)&name=anna", cookie: signedIn).status == 403)
    }

    @Test("A browser that does not say where a request comes from shows it by its Origin") func origin() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let body = "form=\(token)&password=right"
        let own = ["origin": "https://kabinet.example"]
        #expect(await site.post("/secret", body, cookie: cookie, headers: own).status == 303)
        #expect(await site.post("/secret", body + "&x=1", cookie: cookie, headers: [:]).status == 303)
    }

    @Test("A form with another secret is another submission, also after one that succeeded") func secrets() async throws
    {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        #expect(await site.post("/secret", "form=\(token)&password=right", cookie: cookie).status == 303)
        #expect(await site.post("/secret", "form=\(token)&password=wrong", cookie: cookie).status == 422)
        #expect(await site.post("/secret", "form=\(token)&password=right", cookie: cookie).status == 303)
    }

    @Test("A refused form is shown again with what is wrong") func refused() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let response = await site.post("/sign-in", "form=\(token)&name=otto", cookie: cookie)
        #expect(response.status == 422)
        #expect(response.text.contains("<p>unknown</p>"))
        #expect(response.text.contains("href=\"#name\""))
    }

    @Test("A page for subscribers sends others to sign in, and remembers the page") func needsSession() async throws {
        let site = try TestSite()
        let response = await site.get("/own/abc?x=1")
        #expect(response.status == 303)
        #expect(response.header("location") == "/sign-in")
        #expect(response.header("cache-control") == "no-store")
        let visit = try #require(response.cookie)
        let page = await site.get("/sign-in", cookie: visit)
        #expect(page.status == 200)
    }

    @Test(
        "Only pages of this site are the target of a redirect",
        arguments: [
            ("/own/abc", true), ("/open?a=1", true), ("//evil.example/open", false), ("https://evil.example", false),
            ("/\\evil.example", false), ("/none", false), ("/own/%2e%2e", false), ("", false), ("/out", false),
            ("/open\r\nset-cookie: a=b", false),
        ])
    func targets(_ target: String, _ isOwn: Bool) async throws {
        #expect((try TestSite()).responder.site.isPage(target) == isOwn)
    }

    @Test("A session that ended leads to the sign-in, without the session") func ended() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let signedIn = await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie).cookie
        let response = await site.get("/ended", cookie: signedIn)
        #expect(response.header("location") == "/sign-in")
        #expect(response.header("clear-site-data") != nil)
        #expect(await site.get("/own/abc", cookie: response.cookie).status == 303)
    }

    @Test("Signing out makes the browser drop what it kept") func signOut() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let signedIn = await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie).cookie
        let page = await site.get("/sign-in", cookie: signedIn)
        let body = "form=\(page.token ?? "")&number=79001234567"
        let response = await site.post("/out", body, cookie: signedIn)
        #expect(response.header("clear-site-data") == "\"cache\", \"storage\"")
        #expect(await site.get("/own/abc", cookie: response.cookie).status == 303)
    }

    @Test("A lost reply offers the same form again, and shows a fault without its cause") func faults() async throws {
        let site = try TestSite()
        let (cookie, token) = try await site.form()
        let lost = await site.post("/lost", "form=\(token)&name=anna", cookie: cookie)
        #expect(lost.status == 503)
        #expect(lost.text.contains("value=\"\(token)\""))
        #expect(lost.text.contains("action=\"/lost\""))
        let broken = await site.get("/broken")
        #expect(broken.status == 500)
        #expect(!broken.text.contains("CancellationError"))
        #expect(await site.get("/none").status == 404)
        #expect(await site.post("/open", "", cookie: cookie).status == 405)
    }

    @Test("Attempts are limited by address and by number, and the answer says how long to wait") func limits()
        async throws
    {
        let site = try TestSite { $0.attemptsPerAddress = (burst: 3, perHour: 1) }
        let (cookie, token) = try await site.form()
        for name in ["a", "b", "c"] {
            #expect(await site.post("/sign-in", "form=\(token)&name=\(name)", cookie: cookie).status == 422)
        }
        let refused = await site.post("/sign-in", "form=\(token)&name=anna", cookie: cookie)
        #expect(refused.status == 429)
        let wait = try #require(refused.header("retry-after").flatMap { Int($0) })
        #expect((1...3600).contains(wait))

        let other = try TestSite { $0.attemptsPerNumber = (burst: 1, perHour: 1) }
        let (secondCookie, secondToken) = try await other.form()
        func attempt(_ msisdn: String) async -> Int {
            await other.post("/sign-in", "form=\(secondToken)&msisdn=\(msisdn)", cookie: secondCookie).status
        }
        #expect(await attempt("89001234567") == 422)
        #expect(await attempt("9001234567") == 429)
        #expect(await attempt("9001234568") == 422)
    }

    @Test("The style sheet and the script are kept for ever under their hash, and nothing else is kept")
    func assets() async throws {
        let site = try TestSite()
        let css = await site.get(WebAssets.css.path)
        #expect(css.header("cache-control")?.contains("immutable") == true)
        let tag = try #require(css.header("etag"))
        #expect(await site.get(WebAssets.css.path, headers: ["if-none-match": tag]).status == 304)
        #expect(await site.get(WebAssets.worker.path).header("cache-control") == "public, no-cache")
        #expect(await site.get("/open").text.contains(WebAssets.css.path))
    }

    @Test("The style sheet has at most 13 KB and the script at most 5 KB") func sizes() {
        #expect(WebAssets.css.bytes.count <= 13 * 1024)
        #expect(WebAssets.script.bytes.count <= 5 * 1024)
    }
}
