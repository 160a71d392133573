/// One visit of a browser: what the sealed cookie holds. The web tier keeps nothing of a visit itself, so any process
/// answers any request.

internal import Foundation

package struct Visit: Codable, Sendable, Equatable {
    /// Binds forms to this visit. A sign-in and a sign-out make a new one, so that a form of before is refused.
    package private(set) var id: String
    package private(set) var signIn: SignIn?
    /// A step that waits for a code or for an answer on the phone.
    package var challenge: Challenge?
    /// Shown once, on the next page.
    package var notice: Notice?
    /// The page to which a sign-in returns.
    package var next: String?
    /// The subject of the next page, if it must not be in the page's address.
    package var chosen: Chosen?
    /// A half-filled form that the visitor left to get a code, shown once.
    var draft: Draft?

    /// A subscriber's session with the service.
    package struct SignIn: Codable, Sendable, Equatable {
        /// The session's token, which the service shows once.
        package var session: String
        /// The subscriber's own number.
        package var own: String
        /// The number that the pages show: the own one, or one that it manages.
        package var shown: String
        /// The numbers that the own one manages, at most `maximumLinked` of them.
        package var linked: [String]

        package init(session: String, own: String) {
            (self.session, self.own, shown, linked) = (session, own, own, [])
        }

        /// A cookie has at most 4,096 bytes. The page of linked numbers shows all of them.
        package static let maximumLinked = 20
    }

    /// A challenge of the service that was begun and not confirmed.
    package struct Challenge: Codable, Sendable, Equatable {
        package var purpose: Purpose
        package var token: String
        /// The number that gets the code, as the visitor wrote it.
        package var msisdn: String
        /// The key of what is bought; nil if nothing is.
        package var product: String?
        /// In milliseconds since 1970.
        package var sent: Int64

        package init(_ purpose: Purpose, token: String, msisdn: String, product: String? = nil) {
            (self.purpose, self.token, self.msisdn, self.product) = (purpose, token, msisdn, product)
            sent = Int64(Date().timeIntervalSince1970 * 1000)
        }

        package enum Purpose: String, Codable, Sendable {
            case signIn, push, register, recover, link, buy, email
        }

        /// The seconds until the service would send another code.
        package var secondsToResend: Int { secondsLeft(of: 60) }

        /// The rest of a time that began with the challenge.
        package func secondsLeft(of pause: Int) -> Int {
            let passed = (Int64(Date().timeIntervalSince1970 * 1000) - sent) / 1000
            return max(0, min(pause, pause - Int(clamping: passed)))
        }
    }

    package enum Chosen: Codable, Sendable, Equatable {
        /// A number that is linked with the own one.
        case number(String)
        /// A device, as the service names it.
        case device(String)
        /// A stored card, as its acquirer names it.
        case card(String)
        /// A statement that was just ordered.
        case statement(StatementOrder)
        /// A transfer of money that waits for its confirmation.
        case transfer(Giving)
        /// A gift of data that waits for its confirmation.
        case gift(Giving)
        /// An order of automatic payments that waits for its confirmation.
        case autopay(AutopayOrder)
    }

    /// The thing that one number is to give to another.
    package struct Giving: Codable, Sendable, Equatable {
        package var to: String
        /// The amount of money, or the whole GB.
        package var quantity: String

        package init(to: String, quantity: String) { (self.to, self.quantity) = (to, quantity) }
    }

    /// Automatic payments: below a balance or on a day of the month. A value that is not given is empty.
    package struct AutopayOrder: Codable, Sendable, Equatable {
        package var card: String
        package var amount: String
        package var below: String
        package var day: String
        package var monthlyCap: String

        package init(card: String, amount: String, below: String, day: String, monthlyCap: String) {
            (self.card, self.amount, self.below, self.day) = (card, amount, below, day)
            self.monthlyCap = monthlyCap
        }
    }

    /// A statement that is to be sent by e-mail.
    package struct StatementOrder: Codable, Sendable, Equatable {
        package var email: String
        /// The first and the last day, as in `2026-11-30`.
        package var from: String
        package var to: String
        /// For people, as in `30 ноября 2026, 12:05`.
        package var ordered: String

        package init(email: String, from: String, to: String, ordered: String) {
            (self.email, self.from, self.to, self.ordered) = (email, from, to, ordered)
        }
    }

    /// The values of a form without its secrets.
    struct Draft: Codable, Sendable, Equatable {
        /// The path of the form's page.
        var page: String
        var fields: [String: String]

        /// A longer draft is dropped, because a cookie has at most 4,096 bytes.
        static let maximumBytes = 500

        init?(_ form: Form, page: String) {
            let kept = form.fields.filter { !secretFields.contains($0.name) && $0.name != "page" }
            guard kept.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count }) <= Self.maximumBytes else {
                return nil
            }
            self.page = page
            fields = Dictionary(kept.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// A message about the request before.
    package struct Notice: Codable, Sendable, Equatable {
        package var isProblem = false
        package var text: String

        package init(_ text: String, isProblem: Bool = false) { (self.text, self.isProblem) = (text, isProblem) }
    }

    package init() { id = base64URL(randomBytes(16)) }

    /// Begins a visit anew with this session.
    package mutating func signIn(_ signIn: SignIn) {
        self = Visit()
        self.signIn = signIn
    }

    /// Begins a visit anew without a session.
    package mutating func signOut() { self = Visit() }

    /// Shows another number: the own one or one that it manages; any other is ignored.
    package mutating func show(_ number: String) {
        guard let signIn, number == signIn.own || signIn.linked.contains(number) else { return }
        self.signIn?.shown = number
    }

    package mutating func setLinked(_ numbers: [String]) {
        guard var signIn else { return }
        signIn.linked = Array(numbers.prefix(SignIn.maximumLinked))
        if signIn.shown != signIn.own, !signIn.linked.contains(signIn.shown) { signIn.shown = signIn.own }
        self.signIn = signIn
    }
}

/// The cookie of a visit.
struct VisitCookie: Sendable {
    /// `__Host-` makes the browser insist on TLS, the whole host and the path `/`. A browser accepts it only over TLS.
    let name: String
    private let attributes: String

    init(isSecure: Bool) {
        name = isSecure ? "__Host-kabinet" : "kabinet"
        attributes = "Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    /// The visit that a request shows; nil if it shows none, or a forged one.
    func read(_ cookies: RequestCookies, _ ring: KeyRing) -> Visit? {
        cookies[name].flatMap { ring.open($0, for: name) }
            .flatMap { try? JSONDecoder().decode(Visit.self, from: Data($0)) }
    }

    /// The value of `Set-Cookie`. Browsers refuse a longer one than 4,096 bytes, so a visit that is longer loses what
    /// only spares the visitor some typing.
    func header(for visit: Visit, _ ring: KeyRing) -> String {
        var visit = visit
        var header = sealed(visit, ring)
        if header.utf8.count > 4096 {
            (visit.draft, visit.next, visit.notice) = (nil, nil, nil)
            header = sealed(visit, ring)
        }
        return header
    }

    private func sealed(_ visit: Visit, _ ring: KeyRing) -> String {
        guard let json = try? JSONEncoder().encode(visit) else { preconditionFailure("a visit is plain text") }
        return "\(name)=\(ring.seal(json, for: name)); \(attributes)"
    }
}

/// The cookies of a request by their names.
package struct RequestCookies: Sendable {
    private var values: [Substring: Substring] = [:]

    package init(_ headers: [String]) {
        for header in headers {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                values[parts[0].drop { $0 == " " }] = parts[1]
            }
        }
    }

    package var count: Int { values.count }

    subscript(_ name: String) -> String? { values[Substring(name)].map { String($0) } }
}
