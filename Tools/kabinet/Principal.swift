// kabinet principal: manages the principals that may use the service.

import Accounts
import ArgumentParser
import Client

struct Principal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, adds, changes and disables the principals that may sign in.",
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
            throw Failure(message: "the service returned no secret: \(self)", status: Status.unavailable)
        }
        complain("kabinet: \(words). Its secret follows. It is shown only once, so keep it safe:")
        say(secret)
    }
}

struct PrincipalListing: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the principals with their roles, and whether they may sign in.",
        discussion: """
            EXAMPLE
              kabinet principal list --admin-of /var/lib/kabinet
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the reply as one line of JSON.")
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
        commandName: "rotate", abstract: "Replaces a principal's secret and prints the new one. It is shown only once.",
        discussion: """
            The former secret is refused at once, or after --overlap hours. Connections that are open stay signed in. \
            If somebody stole the secret, disable the principal.

            EXAMPLE
              (umask 077; kabinet principal rotate acq --overlap 24 > acq.secret)
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The principal's name.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "For how many hours the former secret is accepted too, at most 168.",
            valueName:
                "hours"))
    var overlap: Int?

    mutating func work() async throws {
        let client = try await connection.open()
        var request = Request("PRINCIPAL.ROTATE", name)
        if let overlap { request.named.append(Field(name: "overlap", value: "\(overlap)")) }
        let rotated = try await client.call(request).ok()
        let former = rotated["former_until"].map { "is accepted until \($0)" } ?? "is refused from now on"
        try rotated.saySecret("\(name) has a new secret, and the former one \(former)")
        await client.close()
    }
}

struct PrincipalDisable: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Disables a principal for ever, also on its open connections.",
        discussion: """
            EXAMPLE
              kabinet principal disable acq --admin-of /var/lib/kabinet
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The principal's name.")
    var name: String

    mutating func work() async throws {
        let client = try await connection.open()
        _ = try await client.call("PRINCIPAL.DISABLE", name).ok()
        complain("kabinet: \(name) may no longer sign in")
        await client.close()
    }
}

struct PrincipalAdd: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a principal and prints its secret. It is shown only once.",
        discussion: """
            Roles:
              frontend  acts for subscribers
              payments  credits payments (acquirers)
              cashier   credits payments up to a daily limit (cash desks)
              network   provisions numbers and reports usage
              delivery  carries messages to subscribers (gateways)
              operator  acts on any subscriber (care staff)
              auditor   reads the log
              admin     has every role

            EXAMPLE
              (umask 077; kabinet principal add acq --roles payments > acq.secret)
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The principal's name: a-z, 0-9, -, _ and .")
    var name: String

    @Option(help: "The roles of the principal, with commas between them.", completion: .list(Roles.all.names))
    var roles: String

    func validate() throws {
        for role in roles.split(separator: ",", omittingEmptySubsequences: false)
        where !Roles.all.names.contains(String(role)) {
            throw ValidationError("\"\(role)\" is not a role; the roles are \(Roles.all.names.joined(separator: ", "))")
        }
    }

    mutating func work() async throws {
        let client = try await connection.open()
        let added = try await client.call("PRINCIPAL.ADD", name, named: ["roles": roles]).ok()
        try added.saySecret("\(name) may sign in with the roles \(roles)")
        await client.close()
    }
}
