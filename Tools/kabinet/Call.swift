// kabinet call: one request, or a stream of them.

import ArgumentParser
import Client
import Foundation

struct Call: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends requests and prints the replies.",
        discussion: """
            Without words it reads requests from standard input, a line each, and pipelines them: replies come in
            order. A value that begins with - goes behind --.

            EXAMPLE
              kabinet call --admin-of /var/lib/kabinet BALANCE 79001234567
              kabinet call --principal acq --secret-file acq.secret < requests.txt
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Each reply as one line of JSON.")
    var json = false

    @Option(help: ArgumentHelp("How long to wait for a reply.", valueName: "seconds"))
    var timeout = 30

    @Argument(help: "The verb and its values, such as BALANCE 79001234567.")
    var words: [String] = []

    /// How many requests may wait for their replies.
    private static let window = 256

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout takes seconds, 1 or more") }
    }

    mutating func work() async throws {
        if !words.isEmpty {
            let line = requestLine(words: words)
            try Self.refuseTail(line)
            let client = try await connection.open()
            let reply = try await client.send(line: line, timeout: .seconds(timeout)).value()
            show(reply)
            await client.close()
            if !reply.isOK { throw Failure(message: "", status: Status.refused) }
            return
        }
        let client = try await connection.open()
        let refused = try await pipeline(client)
        await client.close()
        if refused { throw Failure(message: "", status: Status.refused) }
    }

    /// Sends the lines of standard input as they come; true: at least one was refused.
    private func pipeline(_ client: KabinetClient) async throws -> Bool {
        if isatty(STDIN_FILENO) == 1 { complain("kabinet: requests, a line each; ^D ends") }
        let (replies, continuation) = AsyncThrowingStream<PendingReply, any Error>.makeStream()
        let free = DispatchSemaphore(value: Self.window)
        let timeout = Duration.seconds(timeout)
        // Reading blocks, so it has a thread; the window keeps it from running ahead of the service.
        Thread.detachNewThread {
            while let line = readLine() {
                guard line.contains(where: { !$0.isWhitespace }) else { continue }
                do throws(Failure) { try Self.refuseTail(line) } catch {
                    continuation.finish(throwing: error)
                    return
                }
                free.wait()
                continuation.yield(client.send(line: line, timeout: timeout))
            }
            continuation.finish()
        }
        var refused = false
        for try await pending in replies {
            let reply = try await pending.value()
            free.signal()
            show(reply)
            refused = refused || !reply.isOK
        }
        return refused
    }

    private func show(_ reply: Reply) { say(json ? reply.json.text : reply.description) }

    private static func refuseTail(_ line: String) throws(Failure) {
        guard line.split(separator: " ").first?.uppercased() == "TAIL" else { return }
        throw Failure(message: "TAIL does not end: use kabinet tail", status: Status.usage)
    }
}
