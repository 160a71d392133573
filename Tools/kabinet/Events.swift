// kabinet events: the log, page by page.

import ArgumentParser
import Client

/// The filters of the events.
struct EventFilter: ParsableArguments {
    @Option(help: ArgumentHelp("The position of the first event.", valueName: "seq"))
    var from: UInt64?

    @Option(help: ArgumentHelp("Print only events of this number.", valueName: "number"))
    var msisdn: String?

    @Option(help: ArgumentHelp("Print only events of this type, such as topped_up.", valueName: "kind"))
    var type: String?
}

struct Events: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints events of the log, the oldest first.",
        discussion: """
            EXAMPLE
              kabinet events --admin-of /var/lib/kabinet --msisdn 79001234567
              kabinet events --admin-of /var/lib/kabinet --type topped_up --json
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: EventFilter

    @Option(help: ArgumentHelp("Stop before this position.", valueName: "seq"))
    var to: UInt64?

    @Option(help: ArgumentHelp("Print at most this many events (default: all).", valueName: "count"))
    var limit: Int?

    @Flag(help: "Print each event as one line of JSON.")
    var json = false

    /// The most rows that the service returns at once.
    private static let pageRows = 1000

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1") }
    }

    mutating func work() async throws {
        let client = try await connection.open()
        let colours = wantsColours
        var from = filter.from
        var left = limit ?? .max
        if !json { say(LogEvent.tableHeading) }
        while left > 0 {
            let reply = try await client.call(request(from: from, limit: min(left, Self.pageRows)))
            let fields = try reply.ok()
            for row in reply.rows {
                guard let event = LogEvent(row) else { continue }
                say(painted: json ? event.json.text : event.tableLine(colours: colours))
            }
            left -= reply.rows.count
            guard let next = fields["next"].flatMap({ UInt64($0) }) else { break }
            from = next
        }
        await client.close()
    }

    func request(from: UInt64?, limit: Int) -> Request {
        var request = Request("EVENTS")
        let values = [
            ("from", from.map { String($0) }), ("to", to.map { String($0) }), ("msisdn", filter.msisdn),
            ("type", filter.type), ("limit", String(limit)),
        ]
        for (name, value) in values {
            if let value { request.named.append(Field(name: name, value: value)) }
        }
        return request
    }
}
