// kabinet principal: manages the principals that may use the service.

import Accounts
import ArgumentParser
import Client

struct Principal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manages who may speak to the service.",
        discussion: """
            EXAMPLE
              kabinet principal add web --roles frontend --admin-of /var/lib/kabinet
              kabinet principal list --admin-of /var/lib/kabinet
              (umask 077; kabinet principal rotate web --overlap 24 --admin-of /var/lib/kabinet > web.secret)
              kabinet principal disable web --admin-of /var/lib/kabinet
            """,
        subcommands: [PrincipalAdd.self, PrincipalListing.self, PrincipalRotate.self, PrincipalDisable.self])
}

extension Fields {
    /// Prints a secret on a line of standard output, for a file; the words are for the person.
    fileprivate func saySecret(_ words: String) throws(Failure) {
        guard let secret = self["secret"] else {
            throw Failure(message: "the service answered no secret: \(self)", status: Status.unavailable)
        }
        complain("kabinet: \(words). Its secret follows; it is shown this once, keep it safe:")
        say(secret)
    }
}

struct PrincipalListing: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the principals with their roles, and whether they may speak.",
        discussion: """
            EXAMPLE
              kabinet principal list --admin-of /var/lib/kabinet
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "The reply as one line of JSON.")
    var json = false

    mutating func work() async throws {
        let client = try await connection.open()
        let reply = try await client.call(Request("PRINCIPALS"))
        _ = try reply.ok()
        await client.close()
        if json { return say(reply.json.text) }
        for row in reply.rows {
            let state = row["enabled"] == "1" ? "enabled" : "disabled"
            let former = row["former_until"].map { ", former secret until \($0)" } ?? ""
            say("\(padded(row["name"] ?? "", 20))  \(padded(row["roles"] ?? "", 20))  \(state)\(former)")
        }
    }
}

struct PrincipalRotate: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replaces a principal's secret and prints the new one, this once.",
        discussion: """
            The former secret is refused at once, or after --overlap hours. Connections that are open stay signed in: if \
            the secret got out, disable the principal.

            EXAMPLE
              (umask 077; kabinet principal rotate acq --overlap 24 > acq.secret)
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Its name.")
    var name: String

    @Option(help: ArgumentHelp("How long the former secret is accepted too, at most 168.", valueName: "hours"))
    var overlap: Int?

    mutating func work() async throws {
        let client = try await connection.open()
        var request = Request("PRINCIPAL.ROTATE", name)
        if let overlap { request.named.append(Field(name: "overlap", value: "\(overlap)")) }
        let rotated = try await client.call(request).ok()
        let former = rotated["former_until"].map { "is accepted until \($0)" } ?? "is refused from now on"
        try rotated.saySecret("\(name) has another secret, and the former one \(former)")
        await client.close()
    }
}

struct PrincipalDisable: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Shuts a principal out for ever, on its open connections too.",
        discussion: """
            EXAMPLE
              kabinet principal disable acq --admin-of /var/lib/kabinet
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Its name.")
    var name: String

    mutating func work() async throws {
        let client = try await connection.open()
        _ = try await client.call("PRINCIPAL.DISABLE", name).ok()
        complain("kabinet: \(name) may not speak any more")
        await client.close()
    }
}

struct PrincipalAdd: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a principal and prints its secret, this once.",
        discussion: """
            Roles:
              frontend  acts for subscribers
              payments  tells of payments (acquirers)
              network   provisions numbers and tells of usage
              operator  acts on any subscriber (care staff)
              auditor   reads the log
              admin     all of it

            EXAMPLE
              (umask 077; kabinet principal add acq --roles payments > acq.secret)
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Its name: a-z, 0-9, -, _ and .")
    var name: String

    @Option(help: "Its roles, with commas between them.", completion: .list(Roles.all.names))
    var roles: String

    func validate() throws {
        for role in roles.split(separator: ",", omittingEmptySubsequences: false)
        where !Roles.all.names.contains(String(role)) {
            throw ValidationError("\"\(role)\" is no role; they are \(Roles.all.names.joined(separator: ", "))")
        }
    }

    mutating func work() async throws {
        let client = try await connection.open()
        let added = try await client.call("PRINCIPAL.ADD", name, named: ["roles": roles]).ok()
        try added.saySecret("\(name) may speak as \(roles)")
        await client.close()
    }
}
