// kabinet call: one request, or a stream of them.

import ArgumentParser
import Client
import Foundation

struct Call: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends requests and prints the replies.",
        discussion: """
            Without arguments the command reads requests from standard input, one on each line, and sends them without
            waiting. The replies come in the order of the requests. A value that begins with - must follow --.

            EXAMPLE
              kabinet call --admin-of /var/lib/kabinet BALANCE 79001234567
              kabinet call --principal acq --secret-file acq.secret < requests.txt
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print each reply as one line of JSON.")
    var json = false

    @Option(help: ArgumentHelp("The longest wait for a reply.", valueName: "seconds"))
    var timeout = 30

    @Argument(help: "The command and its arguments, such as BALANCE 79001234567.")
    var words: [String] = []

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout takes a number of seconds, 1 or more") }
    }

    mutating func work() async throws {
        if !words.isEmpty {
            let line = requestLine(words: words)
            try refuseTail(line)
            let client = try await connection.open()
            let reply = try await client.send(line: line, timeout: .seconds(timeout)).value()
            say(json ? reply.json.text : reply.description)
            await client.close()
            advise(reply)
            if !reply.isOK { throw Failure(message: "", status: Status.refused) }
            return
        }
        if isatty(STDIN_FILENO) == 1 { complain("kabinet: type requests, one on each line; ^D ends") }
        let client = try await connection.open()
        let json = json
        var refused = false
        try await pipeline({ readLine() }, over: client, timeout: .seconds(timeout)) { reply in
            say(json ? reply.json.text : reply.description)
            if !refused { advise(reply) }
            refused = refused || !reply.isOK
        }
        await client.close()
        if refused { throw Failure(message: "", status: Status.refused) }
    }
}

/// Prints the tool's advice; the reply itself is the service's.
private func advise(_ reply: Reply) {
    if reply.refusal?.code == "auth_required" { complain("kabinet: \(signInAdvice)") }
}

/// How many requests of a stream may wait for their replies.
private let window = 256

/// Sends lines as they come, and passes on the replies in their order.
func pipeline(
    _ nextLine: @escaping @Sendable () -> String?, over client: KabinetClient, timeout: Duration,
    show: (Reply) -> Void
) async throws {
    let (replies, continuation) = AsyncThrowingStream<PendingReply, any Error>.makeStream()
    // Filled after it is made: Dispatch traps on a semaphore that ends below the value it began with.
    let free = DispatchSemaphore(value: 0)
    for _ in 0..<window { free.signal() }
    // Reading blocks, so it has a thread; the window keeps it from running ahead of the service.
    Thread.detachNewThread {
        while let line = nextLine() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do throws(Failure) { try refuseTail(line) } catch {
                continuation.finish(throwing: error)
                return
            }
            free.wait()
            continuation.yield(client.send(line: line, timeout: timeout))
        }
        continuation.finish()
    }
    for try await pending in replies {
        show(try await pending.value())
        free.signal()
    }
}

private func refuseTail(_ line: String) throws(Failure) {
    guard line.split(separator: " ").first?.uppercased() == "TAIL" else { return }
    throw Failure(message: "TAIL does not end: use kabinet tail", status: Status.usage)
}
