// A service for the tests of a Swift front end: given these requests, when that one, then this reply.

public import Client

/// A service of a test's own, which keeps nothing, with a clock that the test moves.
///
/// ```swift
/// import Client
/// import KabinetTesting
/// import Testing
///
/// @Test func theFeeOfAPeriodIsTakenWhenItEnds() async throws {
///     let kabinet = try await TestKabinet.start(kabinetd: "/usr/local/bin/kabinetd", at: "2018-03-01T09:00:00Z")
///     defer { kabinet.stop() }
///
///     try await kabinet.given(
///         "SUBSCRIBER.ACTIVATE 79001234567 iccid=8970120000000000001 imsi=250200000000001 region=msk"
///             + " tariff=moy-razgovor pin=1234 puk=12345678",
///         "TOPUP 79001234567 500 ref=acq-1")
///     try await kabinet.moveClock(to: "2018-03-31T09:00:00Z")
///
///     let balance = try await kabinet.admin.call("BALANCE 79001234567").ok()
///     #expect(balance.minorUnits("balance") == 100_00)
/// }
/// ```
///
/// Each instance is a process of `kabinetd --ephemeral --test-clock`, which ends with `stop()`, with the instance, or
/// with the process of the test. Its catalogue is the example (`Schemas/catalogue.yaml`) unless another file is named.
public final class TestKabinet: Sendable {
    /// The loopback address of the service.
    public let host: String
    /// The port of the service, which is free on the machine.
    public let port: Int
    /// The secret of the principal `admin`.
    public let adminSecret: String
    /// A connection of the principal `admin`, which has every role.
    public let admin: KabinetClient
    private let process: ServiceProcess

    private init(_ process: ServiceProcess, host: String, port: Int, adminSecret: String, admin: KabinetClient) {
        (self.process, self.host, self.port) = (process, host, port)
        (self.adminSecret, self.admin) = (adminSecret, admin)
    }

    deinit { process.end() }

    /// Starts a service and signs in as `admin`.
    ///
    /// - Parameters:
    ///   - kabinetd: The path of the program.
    ///   - clock: The time at which the service's clock stands, in RFC 3339.
    ///   - catalog: The path of a catalogue file; nil for the example.
    /// - Throws: `TestKabinetError` if the program cannot be started or does not become ready. The program's own words
    ///   are on standard error.
    public static func start(
        kabinetd: String, at clock: String, catalog: String? = nil
    ) async throws -> TestKabinet {
        let process = try ServiceProcess(kabinetd: kabinetd, clock: clock, catalog: catalog)
        do {
            let address = try process.address()
            guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]) else {
                throw TestKabinetError(description: "\(address) is no address")
            }
            let host = String(address[..<colon])
            let admin = try await KabinetClient.connect(host: host, port: port)
            _ = try await admin.auth(principal: "admin", secret: process.adminSecret)
            return TestKabinet(process, host: host, port: port, adminSecret: process.adminSecret, admin: admin)
        } catch {
            process.end()
            throw error
        }
    }

    /// Sends requests as `admin`, each of which must be answered `OK`.
    ///
    /// - Returns: The closing line of the last reply.
    /// - Throws: `ClientError` with the first refusal.
    @discardableResult
    public func given(_ lines: String...) async throws(ClientError) -> Fields {
        var last = Fields()
        for line in lines { last = try await admin.call(line).ok() }
        return last
    }

    /// Opens a connection of a principal that has these roles. The principal is made if there is none of that name.
    ///
    /// - Parameters:
    ///   - name: The principal's name, as in `acquirer`.
    ///   - roles: Its roles, comma-separated, as in `payments`.
    public func connect(as name: String, roles: String) async throws(ClientError) -> KabinetClient {
        let added = try await admin.call("PRINCIPAL.ADD \(name) roles=\(roles)")
        let secret =
            added.isOK ? try added.ok()["secret"] : try await admin.call("PRINCIPAL.ROTATE \(name)").ok()["secret"]
        let client = try await KabinetClient.connect(host: host, port: port)
        _ = try await client.auth(principal: name, secret: secret ?? "")
        return client
    }

    /// Moves the clock forward to a time in RFC 3339, at most 366 days. Everything that falls due by then happens, each
    /// thing at its own time.
    public func moveClock(to time: String) async throws(ClientError) {
        _ = try await admin.call("CLOCK.SET \(time)").ok()
    }

    /// Drops the state and makes it again from the log. Throws if the log makes another state.
    public func restart() async throws(ClientError) { _ = try await admin.call("RESTART").ok() }

    /// Ends the service. Nothing of it is kept.
    public func stop() { process.end() }
}

/// A service that did not start.
public struct TestKabinetError: Error, CustomStringConvertible {
    /// The reason, in words for people.
    public let description: String
}
