// kabinet catalog show, diff: a service's catalogue as a file, and the changes that a file would make to it.

import ArgumentParser
import CatalogFile
import Client

/// The items of a service's catalogue, and the closing line.
private func catalog(
    of client: KabinetClient, draft: Int? = nil, at moment: String? = nil
) async throws -> (items: [CatalogItem], closing: Fields) {
    var named: [Field] = []
    if let draft { named.append(Field(name: "draft", value: "\(draft)")) }
    if let moment { named.append(Field(name: "at", value: moment)) }
    let reply = try await client.call(Request(verb: "CATALOG", positionals: [], named: named))
    let closing = try reply.ok()
    let items = try reply.rows.map { row in
        guard let item = CatalogItem(row: row.map { ($0.name, $0.value) }) else {
            throw Failure(
                message:
                    "the service's catalogue has what this tool does not know (\(row)): use the service's own kabinet",
                status: Status.refused)
        }
        return item
    }
    return (items, closing)
}

struct CatalogShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Writes down the catalogue that a service has, as a file that would make it.",
        discussion: """
            EXAMPLE
              kabinet catalog show --admin-of /var/lib/kabinet > current.yaml
              kabinet catalog show --admin-of /var/lib/kabinet --at 2018-04-01 > then.yaml
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("A draft instead of the current one.", valueName: "number"))
    var draft: Int?

    @Option(help: ArgumentHelp("As it was after this position, or at this time.", valueName: "moment"))
    var at: String?

    mutating func work() async throws {
        let client = try await connection.open()
        let (items, closing) = try await catalog(of: client, draft: draft, at: at)
        await client.close()
        if let version = closing["version"], let from = closing["valid_from"] {
            say("# Version \(version), current since \(from).")
        } else if let draft {
            say("# Draft \(draft).")
        }
        say(String(items.yaml.dropLast()))
    }
}

struct CatalogDiff: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Says what publishing a file would change: of the current catalogue, or of another file.",
        discussion: """
            + can be had from then on, - can no longer be had (those who have it keep it), ~ changes.
            Exit status 0: nothing would change, 1: something would.

            EXAMPLE
              kabinet catalog diff --admin-of /var/lib/kabinet my-catalogue.yaml
              kabinet catalog diff my-catalogue.yaml --from last-year.yaml
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        help: ArgumentHelp("Compare with this file, and ask no service.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var from: String?

    @Flag(help: "Say it as JSON, a line an item.")
    var json = false

    mutating func work() async throws {
        let new = try loadCatalog(file).items
        let old: [CatalogItem]
        if let from {
            old = try loadCatalog(from).items
        } else {
            let client = try await connection.open()
            old = try await catalog(of: client).items
            await client.close()
        }
        let difference = CatalogDifference(from: old, to: new)
        for line in json ? difference.json : difference.lines { say(line) }
        guard difference.isEmpty else { throw Failure(message: "", status: Status.refused) }
        if !json { say("nothing would change") }
    }
}

extension CatalogDifference {
    fileprivate var lines: [String] {
        func values(_ item: CatalogItem) -> String {
            item.values.prefix(3).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }
        var lines = removed.map { "- \($0.kind) \($0.key)" }
        lines += added.map { "+ \($0.kind) \($0.key)  \(values($0))" }
        for change in changed {
            for (index, value) in change.values.enumerated() {
                let head = index == 0 ? "~ \(change.kind) \(change.key)" : ""
                let width = "~ \(change.kind) \(change.key)".count
                lines.append(
                    padded(head, width) + "  \(value.name): \(value.from ?? "none") -> \(value.to ?? "none")")
            }
        }
        return lines
    }

    fileprivate var json: [String] {
        func line(_ change: String, _ kind: String, _ key: String, _ values: [(name: String, value: JSONValue)])
            -> String
        {
            JSONValue.object([
                ("change", .string(change)), ("kind", .string(kind)), ("key", .string(key)),
                ("values", .object(values)),
            ]).text
        }
        func said(_ item: CatalogItem) -> [(name: String, value: JSONValue)] {
            item.values.map { ($0.name, .string($0.value)) }
        }
        return removed.map { line("removed", $0.kind, $0.key, said($0)) }
            + added.map { line("added", $0.kind, $0.key, said($0)) }
            + changed.map { change in
                line(
                    "changed", change.kind, change.key,
                    change.values.map { value in
                        func side(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
                        return (value.name, .object([("from", side(value.from)), ("to", side(value.to))]))
                    })
            }
    }
}
