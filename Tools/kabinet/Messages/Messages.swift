// kabinet messages: what would go out to phones, while no SMS gateway is there.

import ArgumentParser
import Client
import Dispatch
import Foundation

struct Messages: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the messages that would go out to phones: stands in for an SMS gateway.",
        discussion: """
            The command sends nothing to a phone. It prints the codes, questions and notices of NOTIFICATIONS, one on \
            each line, and follows until you interrupt it. It goes on after a restart of the service. The service \
            lists no message that has expired. The principal needs the role delivery. Keep the output to yourself, \
            because a code opens a cabinet.

            EXAMPLE
              kabinet messages --admin-of /var/lib/kabinet
              kabinet messages --principal sms --secret-file sms.secret
              kabinet messages --admin-of /var/lib/kabinet --msisdn 79001234567
              kabinet messages --admin-of /var/lib/kabinet --once --json
            """)

    /// The first line of the output.
    static let heading =
        "kabinet messages stands in for an SMS gateway: these messages reach no phone, only this list."

    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("The position of the first message.", valueName: "seq"))
    var from: UInt64?

    @Option(help: ArgumentHelp("Print only messages to this number.", valueName: "number"))
    var msisdn: String?

    @Flag(help: "Print the messages that are there, and end.")
    var once = false

    @Flag(help: "Print each message as one line of JSON.")
    var json = false

    mutating func work() async throws {
        let (connection, json) = (connection, json)
        let answering = try answeringCommand(ProcessInfo.processInfo.environment)
        func show(_ message: Fields) {
            let line = json ? messageJSON(message).text : messageLine(message, answeredBy: answering)
            say(printable(line, keepsLines: false))
        }
        var feed = MessageFeed(from: from, msisdn: msisdn)
        let client = try await connection.open()
        // A program that reads JSON gets nothing else.
        if json { complain(Self.heading) } else { say(Self.heading) }
        if once {
            try await feed.read(over: client, show: show)
            await client.close()
            return
        }
        let interrupts = [SIGINT, SIGTERM].map(endQuietly(on:))
        defer { for interrupt in interrupts { interrupt.cancel() } }
        try await feed.follow(
            client, reopen: { try await connection.open() }, show: show, tell: { complain("kabinet: \($0)") })
    }

    /// The command that answers a question on the phone in the network's place, up to the number. PUSH.REPLY is not for
    /// the role delivery, so the command signs in as the administrator if the secret of one is at hand.
    func answeringCommand(_ environment: [String: String]) throws(Failure) -> String {
        var words = ["kabinet", "call"]
        let endpoint = connection.endpoint ?? environment["KABINET_CONNECT"] ?? ConnectionOptions.defaultEndpoint
        if endpoint != ConnectionOptions.defaultEndpoint { words += ["--connect", shellWord(endpoint)] }
        let besideSecret = connection.secretFile.map { ($0 as NSString).deletingLastPathComponent }
            .map { $0.isEmpty ? "." : $0 }
            .flatMap { FileManager.default.fileExists(atPath: $0 + "/admin.secret") ? $0 : nil }
        if let data = connection.adminOf ?? besideSecret { words += ["--admin-of", shellWord(data)] }
        return (words + ["PUSH.REPLY"]).joined(separator: " ")
    }
}

/// Ends the tool with status 0 on a signal: a list that follows has no other end.
private func endQuietly(on number: Int32) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { exit(0) }
    source.resume()
    return source
}

/// NOTIFICATIONS as a stream: page by page, and then again and again, because the command does not wait.
struct MessageFeed {
    /// The position of the next message; nil for the first that there is.
    var from: UInt64?
    var msisdn: String?

    /// The most rows that the service returns at once.
    static let pageRows = 1000
    /// The pause between two reads.
    static let interval = Duration.milliseconds(500)

    var request: Request {
        var request = Request("NOTIFICATIONS")
        if let from { request.named.append(Field(name: "from", value: String(from))) }
        if let msisdn { request.named.append(Field(name: "msisdn", value: msisdn)) }
        request.named.append(Field(name: "limit", value: String(Self.pageRows)))
        return request
    }

    /// Shows the messages up to the newest.
    mutating func read(over client: KabinetClient, show: (Fields) -> Void) async throws {
        while true {
            let reply = try await client.call(request)
            let next = try reply.ok().integer("next").flatMap { UInt64(exactly: $0) }
            for row in reply.rows { show(row) }
            guard let next else {
                throw Failure(message: "the reply has no next=: \(reply.fields)", status: Status.unavailable)
            }
            from = next
            if reply.rows.count < Self.pageRows { return }
        }
    }

    /// Shows messages as they come, over new connections if the service restarts. It ends by an error that waiting does
    /// not mend; one before the first reply is such an error.
    mutating func follow(
        _ first: KabinetClient, reopen: () async throws -> KabinetClient, show: (Fields) -> Void,
        tell: (String) -> Void, pause: () async throws -> Void = { try await Task.sleep(for: MessageFeed.interval) }
    ) async throws {
        try await read(over: first, show: show)
        var client: KabinetClient? = first
        var isTold = false
        while true {
            try await pause()
            do {
                let open: KabinetClient
                if let client { open = client } else { open = try await reopen() }
                client = open
                try await read(over: open, show: show)
                if isTold { tell("the service answers again") }
                isTold = false
            } catch let error as ClientError where Self.passes(error) {
                await client?.close()
                client = nil
                if !isTold { tell("\(printable(error.message, keepsLines: false)); waiting for the service") }
                isTold = true
            }
        }
    }

    /// Whether the same request may succeed after a while.
    private static func passes(_ error: ClientError) -> Bool {
        switch error.code {
        case .cannotConnect, .connectionLost, .timedOut: true
        case .refused: ["busy", "expired", "shutting_down"].contains(error.refusal?.code)
        default: false
        }
    }
}
