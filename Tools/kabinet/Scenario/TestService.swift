// The service that a scenario speaks to: one of its own, or one that was running before.

import KabinetTesting

/// A service of the test's own, or one that was running before.
final class TestService {
    private let process: ServiceProcess?
    private var endpoint: Endpoint?
    private let adminSecret: String
    private let timeoutSeconds: Int
    private var secrets: [String: String]

    /// Speaks to a running service.
    init(_ endpoint: Endpoint, adminSecret: String, timeoutSeconds: Int) {
        process = nil
        (self.endpoint, self.adminSecret, self.timeoutSeconds) = (endpoint, adminSecret, timeoutSeconds)
        secrets = ["admin": adminSecret]
    }

    /// Starts a service that keeps nothing, with its clock at this time. It may not be ready yet.
    init(kabinetd: String, clock: String, catalog: String?, timeoutSeconds: Int) throws {
        do {
            let process = try ServiceProcess(
                kabinetd: kabinetd, clock: clock, catalog: catalog, ["--event-loops", "1"])
            (self.process, adminSecret, self.timeoutSeconds) = (process, process.adminSecret, timeoutSeconds)
            secrets = ["admin": process.adminSecret]
        } catch {
            throw Failure(message: "\(error); --kabinetd names another program", status: Status.unavailable)
        }
    }

    /// Ends a service of the test's own.
    func end() { process?.end() }

    /// Its address, once it is ready.
    private func ready() throws -> Endpoint {
        if let endpoint { return endpoint }
        guard let address = try? process?.address(), let endpoint = Endpoint(address) else {
            throw Failure(
                message: "kabinetd did not become ready; its own words are above, if it had any",
                status: Status.unavailable)
        }
        self.endpoint = endpoint
        return endpoint
    }

    /// A connection on which the principal has signed in. One that is new gets these roles, or the role of its name.
    func connect(_ name: String, roles: String?, by admin: LineConnection?) throws -> LineConnection {
        let secret = try secrets[name] ?? secret(of: name, roles: roles ?? name, by: admin)
        let connection = try LineConnection(try ready(), timeoutSeconds: timeoutSeconds)
        let reply = try connection.call("AUTH \(name) \(secret)")
        guard reply.last?.hasPrefix("OK") == true else {
            throw Failure(message: "\(name) cannot sign in: \(reply.last ?? "")", status: Status.refused)
        }
        return connection
    }

    private func secret(of name: String, roles: String, by admin: LineConnection?) throws -> String {
        guard let admin else { throw Failure(message: "there is no administrator", status: Status.refused) }
        var reply = try admin.call("PRINCIPAL.ADD \(name) roles=\(roles)").last ?? ""
        // A service that was running before may have it from another run.
        if reply.hasPrefix("ERR already_exists") { reply = try admin.call("PRINCIPAL.ROTATE \(name)").last ?? "" }
        guard let secret = value(of: "secret", in: reply) else {
            throw Failure(message: "there can be no principal \(name) roles=\(roles): \(reply)", status: Status.refused)
        }
        secrets[name] = secret
        return secret
    }
}
