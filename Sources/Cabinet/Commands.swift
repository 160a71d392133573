/// The commands that a page sends for its visitor.

internal import Client
internal import Phrases
internal import Web

struct Commands: Sendable {
    private let service: AccountService
    private let session: String?
    /// The number that the page is for.
    let number: String
    private let id: String

    fileprivate init(_ request: PageRequest) {
        service = request.service
        session = request.visit.signIn?.session
        number = request.number
        id = request.form.id
    }

    /// Sends a command with the visitor's session, and with the form's `id=` if it changes something.
    ///
    /// - Parameters:
    ///   - named: A value that is nil is left out.
    ///   - wait: The time that the command itself waits, in a lane of its own.
    ///   - part: Tells apart the commands of a form that needs several, because each change has an `id=` of its own.
    /// - Returns: The reply, which is an `OK`.
    func callAsFunction(
        _ verb: Verb, _ positionals: String..., named: KeyValuePairs<String, String?> = [:],
        part: String = "", wait: Duration = .zero
    ) async throws(ServiceError) -> Reply {
        var fields = named.compactMap { name, value in value.map { Field(name: name, value: $0) } }
        if verb.takesSession, let session { fields.append(Field(name: "session", value: session)) }
        if verb.takesID, !id.isEmpty {
            fields.append(Field(name: "id", value: part.isEmpty ? id : "\(id)-\(part)"))
        }
        return try await service.call(
            Request(verb: verb.name, positionals: positionals, named: fields), wait > .zero ? .wait : verb.lane,
            isRepeatable: verb.isRead || verb.takesID, wait: wait)
    }
}

extension PageRequest {
    var commands: Commands { Commands(self) }

    /// The subscriber's own number, which signed in.
    var own: String { visit.signIn?.own ?? "" }
}

/// A region of the catalogue.
struct Region: Sendable {
    var key: String
    var name: String
    var offsetMinutes: Int64
}

/// The regions, which change only with the catalogue: read once in a while.
actor Regions {
    private static let lifetime = Duration.seconds(300)
    private var known: [Region] = []
    private var expires = ContinuousClock.now

    func all(_ commands: Commands) async throws(ServiceError) -> [Region] {
        if ContinuousClock.now < expires { return known }
        let rows = try await commands(.regions).rows
        known = rows.map {
            Region(key: $0["region"] ?? "", name: $0["name"] ?? "", offsetMinutes: $0.integer("offset_minutes") ?? 0)
        }
        expires = ContinuousClock.now + Self.lifetime
        return known
    }
}

/// Where and when a number is: its region's clock.
struct Place: Sendable {
    var region: Region
    /// The reply to `ACCOUNT`, which names the region.
    var account: Reply

    func time(_ text: String?) -> LocalTime? { LocalTime(text, offsetMinutes: region.offsetMinutes) }

    /// The service's time, which the account's figures are of.
    var now: LocalTime { time(account["as_of"]) ?? LocalTime.now(offsetMinutes: region.offsetMinutes) }
}

extension Regions {
    /// The account of the page's number, or of another one, with the clock of its region.
    nonisolated func place(_ commands: Commands, of number: String? = nil) async throws(ServiceError) -> Place {
        let account = try await commands(.account, number ?? commands.number)
        let key = account["region"] ?? ""
        let region = try await all(commands).first { $0.key == key }
        return Place(region: region ?? Region(key: key, name: key, offsetMinutes: 0), account: account)
    }
}
