// kabinet catalog: checks, compares and publishes a catalogue file, writes down a service's catalogue, prints the
// example.

import ArgumentParser
import CatalogFile
import Client

struct Catalog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks, compares and publishes catalogue files, and writes down the current one.",
        discussion: """
            EXAMPLE
              kabinet catalog example > my-catalogue.yaml
              kabinet catalog check my-catalogue.yaml
              kabinet catalog diff --admin-of /var/lib/kabinet my-catalogue.yaml
              kabinet catalog publish --admin-of /var/lib/kabinet my-catalogue.yaml
            """,
        subcommands: [
            CatalogCheck.self, CatalogDiff.self, CatalogPublish.self, CatalogShowCommand.self, CatalogExample.self,
            CatalogSchema.self,
        ])
}

func loadCatalog(_ path: String) throws -> CatalogFile {
    try CatalogFile.load(yaml: try contents(ofFile: path), name: path)
}

extension CatalogFile {
    /// `6 regions, 6 tariffs, 17 options`.
    var summary: String {
        counts.filter { $0.count > 0 }.map {
            "\($0.count) \($0.count == 1 ? String($0.section.dropLast()) : $0.section)"
        }
        .joined(separator: ", ")
    }
}

struct CatalogCheck: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Names every mistake in a catalogue file. Needs no service.",
        discussion: """
            EXAMPLE
              kabinet catalog check my-catalogue.yaml
            """)

    @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    mutating func work() async throws {
        let catalog = try loadCatalog(file)
        say("\(file): good: \(catalog.summary)")
    }
}

struct CatalogExample: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "example",
        abstract: "Prints the example catalogue, which explains its form.",
        discussion: """
            EXAMPLE
              kabinet catalog example > my-catalogue.yaml
            """)

    mutating func work() async throws { say(String(CatalogFile.exampleYAML.dropLast())) }
}

struct CatalogSchema: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of catalogue files, for editors.",
        discussion: """
            EXAMPLE
              kabinet catalog schema > catalogue.schema.json
            """)

    mutating func work() async throws { say(String(CatalogFile.schema.dropLast())) }
}

struct CatalogPublish: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Makes a catalogue file the current catalogue.",
        discussion: """
            The file is checked before anything is sent, filled into a draft, and made current in one moment: if any
            item is refused, nothing changes for subscribers. With --valid-from it becomes current at a time to come;
            CATALOG.CANCEL takes that back.

            EXAMPLE
              kabinet catalog publish --admin-of /var/lib/kabinet my-catalogue.yaml
              kabinet catalog publish --admin-of /var/lib/kabinet --valid-from 2027-01-01 my-catalogue.yaml
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "When it becomes the catalogue: a date or a time to come, at most 366 days ahead.")
    var validFrom: String?

    mutating func work() async throws {
        let catalog = try loadCatalog(file)
        let client = try await connection.open()
        let published = try await publish(catalog, validFrom: validFrom, over: client) { complain("kabinet: \($0)") }
        say("OK \(published)")
        await client.close()
    }
}

/// Fills a draft, all items in flight at once, and publishes it if every one was taken.
func publish(
    _ catalog: CatalogFile, validFrom: String? = nil, over client: KabinetClient, progress: (String) -> Void
) async throws -> Fields {
    let opened = try await client.call(Request(CatalogRequest.draft)).ok()
    guard let draft = opened.integer("draft").flatMap({ Int(exactly: $0) }) else {
        throw Failure(message: "the service opened a draft without a number", status: Status.unavailable)
    }
    let requests = catalog.requests(draft: draft)
    let items = requests.dropLast()
    progress("draft \(draft): \(catalog.summary), \(items.count) items")
    let pending = items.map { client.send(Request($0)) }
    var refused = 0
    for (item, reply) in zip(items, pending) {
        if let refusal = try await reply.value().refusal {
            refused += 1
            progress("\(item.positionals.dropFirst().joined(separator: " ")): \(refusal)")
        }
    }
    guard refused == 0 else {
        throw Failure(
            message: "\(refused) of \(items.count) items were refused; nothing was published", status: Status.refused)
    }
    progress("publishing")
    let request = Request(requests[requests.count - 1])
    let time = validFrom.map { [Field(name: "valid_from", value: $0)] } ?? []
    return try await client.call(
        Request(verb: request.verb, positionals: request.positionals, named: request.named + time)
    ).ok()
}

extension Request {
    init(_ request: CatalogRequest) {
        self.init(
            verb: request.verb, positionals: request.positionals,
            named: request.named.map { Field(name: $0.name, value: $0.value) })
    }
}
