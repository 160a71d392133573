// kabinet principal: who may speak to the service.

import Accounts
import ArgumentParser
import Client

struct Principal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manages who may speak to the service.",
        discussion: """
            EXAMPLE
              kabinet principal add web --roles frontend --admin-of /var/lib/kabinet
            """,
        subcommands: [PrincipalAdd.self])
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
        guard let secret = added["secret"] else {
            throw Failure(message: "the service answered no secret: \(added)", status: Status.unavailable)
        }
        complain("kabinet: \(name) may speak as \(roles). Its secret follows; it is shown this once, keep it safe:")
        say(secret)
        await client.close()
    }
}
