// kabinet tail: the log as it grows.

import ArgumentParser
import Client

struct Tail: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints events as they are recorded, until you interrupt it.",
        discussion: """
            EXAMPLE
              kabinet tail --admin-of /var/lib/kabinet
              kabinet tail --admin-of /var/lib/kabinet --from 1042 --json
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: EventFilter

    @Flag(help: "Print each event as one line of JSON.")
    var json = false

    mutating func work() async throws {
        let client = try await connection.open()
        let colours = wantsColours
        let tail = try await client.tail(from: filter.from, msisdn: filter.msisdn, type: filter.type)
        var next = tail.opening["from"]
        do throws(ClientError) {
            for try await event in tail {
                say(painted: json ? event.json.text : event.tableLine(colours: colours))
                next = String(event.seq + 1)
            }
        } catch {
            let advice = next.map { "; continue with --from \($0)" } ?? ""
            throw Failure(message: error.message + advice, status: Status.unavailable)
        }
    }
}
