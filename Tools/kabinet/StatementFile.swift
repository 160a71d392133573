// kabinet statement: the file of a statement, as it comes.

import ArgumentParser
import Client
import Foundation

struct StatementFile: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "Prints the statement of a number as a file, or the file of an ordered statement.",
        discussion: """
            The file is printed as it comes, part by part, and has the records up to the position of its first part. \
            The principal needs the role operator, and the role delivery for --order.

            EXAMPLE
              kabinet statement --admin-of /var/lib/kabinet 79001234567 --from 2018-03-01 --to 2018-04-01 > march.csv
              kabinet statement --admin-of /var/lib/kabinet 79001234567 --from 2018-03-01 --to 2018-04-01 --format html
              kabinet statement --principal mail --secret-file mail.secret --order 4711
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The number. Leave it out with --order.")
    var msisdn: String?

    @Option(
        help: ArgumentHelp("The beginning of the period: a day of the number's region, or a time.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Its end, which is not included.", valueName: "time"))
    var to: String?

    @Option(
        help: ArgumentHelp("Only lines of this kind: voice, sms, mms, data, service or payment.", valueName: "kind"))
    var kind: String?

    @Option(help: "csv or html; csv if not given.")
    var format: String?

    @Option(help: ArgumentHelp("ru or en; the number's own if not given.", valueName: "language"))
    var language: String?

    @Option(help: ArgumentHelp("The file of the message at this position of NOTIFICATIONS.", valueName: "seq"))
    var order: UInt64?

    /// Lines of a part.
    private static let lines = "500"

    func validate() throws {
        guard order == nil else {
            guard [msisdn, from, to, kind, format, language].allSatisfy({ $0 == nil }) else {
                throw ValidationError("An order says its number, period and format itself: give --order alone.")
            }
            return
        }
        guard msisdn != nil, from != nil, to != nil else {
            throw ValidationError("Give a number with --from and --to, or --order.")
        }
    }

    /// The request of the part that begins at a cursor.
    func request(before cursor: String?) -> Request {
        var request = Request(order == nil ? "STATEMENT.FILE" : "NOTIFICATION.FILE")
        request.positionals = [order.map { String($0) } ?? msisdn ?? ""]
        let named = [
            ("from", from), ("to", to), ("kind", kind), ("format", format), ("language", language),
            ("limit", Self.lines), ("before", cursor),
        ]
        for (name, value) in named {
            if let value { request.named.append(Field(name: name, value: value)) }
        }
        return request
    }

    mutating func work() async throws {
        let client = try await connection.open()
        var cursor: String?
        repeat {
            let reply = try await client.call(request(before: cursor))
            let closing = try reply.ok()
            for row in reply.rows { FileHandle.standardOutput.write(Data((row["text"] ?? "").utf8)) }
            cursor = closing["next"]
        } while cursor != nil
        await client.close()
    }
}
