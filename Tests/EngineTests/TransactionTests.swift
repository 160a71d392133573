import Accounts
import Engine
import TestSupport
import Testing

/// MULTI, EXEC, DISCARD and WATCH, through the writer.
@Suite struct TransactionTests {
    private let draft = ["CATALOG.DRAFT"]
    private let aborted =
        "-EXECABORT transaction_aborted message=\"Transaction discarded because of previous errors.\"\r\n"

    @Test("EXEC runs the queued requests in order and in one commit")
    func whatMultiQueuesRunsAtExecInOrderAndInOneCommit() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)

        let queued = desk.ask(connection, [["MULTI"], draft, ["PING"], draft])

        #expect(queued == "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n")
        #expect(desk.events == 0)

        let commits = desk.writer.path.counters.commits
        let done = desk.ask(connection, [["EXEC"]])

        #expect(done.hasPrefix("*3\r\n*6\r\n$5\r\ndraft\r\n$1\r\n1\r\n"))
        #expect(done.contains("+PONG\r\n*6\r\n$5\r\ndraft\r\n$1\r\n2\r\n"))
        #expect(desk.events == 2)
        #expect(desk.writer.path.counters.commits == commits + 1)
    }

    @Test("An empty transaction returns an empty array") func anEmptyTransactionAnswersAnEmptyArray() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        #expect(desk.ask(connection, [["MULTI"], ["EXEC"], ["PING"]]) == "+OK\r\n*0\r\n+PONG\r\n")
    }

    @Test("No other client's request runs within a transaction")
    func nobodyElsesRequestRunsWithinATransaction() throws {
        var desk = try RedisDesk()
        let (one, other) = (desk.connect(0), desk.connect(1))
        desk.send("MULTI", on: one)
        desk.send("CATALOG.DRAFT", on: one)
        desk.send("CATALOG.DRAFT", on: other)
        desk.send("CATALOG.DRAFT", on: one)
        desk.send("EXEC", on: one)

        let said = desk.step()

        #expect(said[other]?.contains("draft\r\n$1\r\n1\r\n") == true)
        #expect(said[one]?.contains("draft\r\n$1\r\n2\r\n") == true)
        #expect(said[one]?.contains("draft\r\n$1\r\n3\r\n") == true)
    }

    @Test("A request refused at EXEC has its error in the array, and the others are done")
    func aRefusalAtExecStandsInItsPlaceAndTheOthersAreDone() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)

        let said = desk.ask(connection, [["MULTI"], draft, ["BALANCE", "79001234567"], draft, ["EXEC"]])

        #expect(said.contains("*3\r\n"))
        #expect(said.contains("-ERR not_found field=msisdn"))
        #expect(desk.events == 2)
    }

    @Test(
        "A request refused while it is queued discards the transaction",
        arguments: [
            ["NOPE"], ["BALANCE"], ["BALANCE", "79001234567", "colour=red"], ["AUTH", "boss", "x"], ["HELLO", "3"],
            ["EVENTS"], ["TAIL"], ["BACKUP", "/x"], ["VERIFY"], ["CHALLENGE", "x", "wait=1"], ["LOGIN", "7900", "x"],
            ["TRIAL.BALANCE", "at=1"], ["WATCH", "k"], ["MULTI"],
        ])
    func aRefusalWhileQueuingDiscardsTheWhole(refused: [String]) throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)

        let said = desk.ask(connection, [["MULTI"], draft, refused, draft, ["EXEC"], ["PING"]])

        #expect(said.hasPrefix("+OK\r\n+QUEUED\r\n-ERR "))
        #expect(said.hasSuffix("+QUEUED\r\n" + aborted + "+PONG\r\n"))
        #expect(desk.events == 0)
    }

    @Test func discardDropsWhatIsQueued() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)

        let said = desk.ask(connection, [["MULTI"], draft, ["DISCARD"], ["MULTI"], ["EXEC"]])

        #expect(said == "+OK\r\n+QUEUED\r\n+OK\r\n+OK\r\n*0\r\n")
        #expect(desk.events == 0)
    }

    @Test(arguments: ["EXEC", "DISCARD"]) func aTransactionBeginsWithMulti(verb: String) throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        #expect(desk.ask(connection, [[verb]]) == "-ERR not_available message=\"\(verb) without MULTI\"\r\n")
    }

    @Test("The transaction after a refused WATCH is discarded")
    func theTransactionBehindARefusedWatchIsDiscarded() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)

        let said = desk.ask(connection, [["WATCH", "k"], ["MULTI"], draft, ["EXEC"]])

        #expect(said.hasPrefix("-ERR not_available "))
        #expect(said.hasSuffix("+OK\r\n+QUEUED\r\n" + aborted))
        #expect(desk.events == 0)
        // and the one after it is not, nor one behind UNWATCH
        let transaction = [["MULTI"], draft, ["EXEC"]]
        _ = desk.ask(connection, transaction + [["WATCH", "k"], ["UNWATCH"]] + transaction)
        #expect(desk.events == 2)
    }

    @Test("A transaction begun before sign-in is refused, even if AUTH follows")
    func aStrangersTransactionIsRefusedAlsoIfItSignsInMeanwhile() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0, isStranger: true)
        desk.send("MULTI", on: connection)
        desk.signIn(connection)

        let said = desk.ask(connection, [draft, ["EXEC"]])

        #expect(said.hasPrefix("-NOAUTH auth_required "))
        #expect(said.hasSuffix(aborted))
        #expect(desk.events == 0)
    }

    @Test("A connection that ends within MULTI runs none of its queued requests")
    func aConnectionThatEndsWithinMultiRunsNothing() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        _ = desk.ask(connection, [["MULTI"], draft])
        desk.close(connection)

        let next = desk.connect(0)

        #expect(desk.ask(next, [["EXEC"]]).hasPrefix("-ERR not_available"))
        #expect(desk.events == 0)
    }

    @Test("QUIT and RESET within MULTI run none of the queued requests")
    func quitAndResetWithinMultiRunNothing() throws {
        var desk = try RedisDesk()
        let (one, other) = (desk.connect(0), desk.connect(1))
        #expect(desk.ask(one, [["MULTI"], draft, ["QUIT"]]) == "+OK\r\n+QUEUED\r\n+OK\r\n")
        let said = desk.ask(other, [["MULTI"], draft, ["RESET"], ["EXEC"], draft])
        #expect(said.hasPrefix("+OK\r\n+QUEUED\r\n+RESET\r\n-ERR not_available "))
        #expect(said.contains("-NOAUTH "))
        #expect(desk.events == 0)
    }

    @Test("A transaction has a limit of requests") func aTransactionHoldsSoManyRequests() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        let most = [[String]](repeating: draft, count: 1024)
        _ = desk.ask(connection, [["MULTI"]] + most + [["EXEC"]])
        #expect(desk.events == 1024)

        let said = desk.ask(connection, [["MULTI"]] + most + [draft, ["EXEC"]])

        #expect(said.contains("-ERR limit_reached "))
        #expect(said.hasSuffix(aborted))
        #expect(desk.events == 1024)
    }

    @Test("A transaction has a limit of bytes") func aTransactionHoldsSoManyBytes() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        let long = ["CATALOG.DRAFT", "id=" + String(repeating: "x", count: 16_000)]

        let said = desk.ask(connection, [["MULTI"]] + [[String]](repeating: long, count: 66) + [["EXEC"]])

        #expect(said.components(of: "+QUEUED").count > 60)
        #expect(said.contains("-ERR limit_reached "))
        #expect(said.hasSuffix(aborted))
    }

    @Test("All transactions together have a limit of bytes, and return them however they end")
    func allTransactionsTogetherHoldSoManyBytesAndGiveThemBackHoweverTheyEnd() throws {
        var desk = try RedisDesk()
        desk.writer.path.transactions.maximumTotalBytes = 40_000
        let half = [["MULTI"], ["CATALOG.DRAFT", "id=" + String(repeating: "x", count: 16_000)]]
        let (one, other, third) = (desk.connect(0), desk.connect(1), desk.connect(2))
        _ = desk.ask(one, half)
        _ = desk.ask(other, half)

        let refused = desk.ask(third, half + [["EXEC"]])

        #expect(refused.contains("-ERR busy retry_after=1 "))
        #expect(refused.hasSuffix(aborted))
        desk.close(one)
        for end in [["EXEC"], ["DISCARD"], ["RESET"], ["NOPE"], []] {
            let next = desk.connect(0)
            _ = desk.ask(next, half)
            if end.isEmpty { desk.close(next) } else { _ = desk.ask(next, [end]) }
            #expect(!desk.ask(third, half + [["DISCARD"]]).contains("-ERR"), "\(end)")
            desk.close(next)
        }
    }

    @Test("A principal that uses all room for transactions leaves others their share")
    func aPrincipalThatFillsAllTransactionsLeavesOthersTheirShare() throws {
        var desk = try RedisDesk()
        desk.writer.path.transactions.maximumTotalBytes = 40_000
        let half = [["MULTI"], ["CATALOG.DRAFT", "id=" + String(repeating: "x", count: 16_000)]]
        for slot in 0..<2 { _ = desk.ask(desk.connect(slot), half) }
        #expect(!desk.ask(desk.connect(2), [["PRINCIPAL.ADD", "clerk", "roles=admin"]]).contains("-ERR"))
        let clerk = desk.connect(3, isStranger: true)
        desk.signIn(clerk, as: "clerk")

        #expect(!desk.ask(clerk, half).contains("-ERR"))
        #expect(desk.ask(desk.connect(4), half).contains("-ERR busy"))
    }

    @Test func aQueuedRequestIsCountedOnce() throws {
        var desk = try RedisDesk()
        let connection = desk.connect(0)
        let before = desk.writer.path.counters.requests
        _ = desk.ask(connection, [["MULTI"], ["PING"], ["PING"], ["EXEC"]])
        #expect(desk.writer.path.counters.requests - before == 4)
    }

    /// Otherwise other connections would wait for everything that both queued.
    @Test("A long transaction takes a batch of its own") func longTransactionsTakeABatchEach() throws {
        var desk = try RedisDesk()
        let (one, other) = (desk.connect(0), desk.connect(1))
        for connection in [one, other] {
            _ = desk.ask(connection, [["MULTI"]] + [[String]](repeating: draft, count: 600))
        }
        desk.send("EXEC", on: one)
        desk.send("EXEC", on: other)

        let (first, second) = (desk.step(), desk.step())

        #expect(first[one]?.hasPrefix("*600\r\n") == true)
        #expect(first[other] == nil)
        #expect(second[other]?.hasPrefix("*600\r\n") == true)
        #expect(desk.events == 1200)
    }

    /// The log has exactly the requests of a model: those that were executed, and those outside of a transaction.
    @Test("A queued request never runs without EXEC") func nothingRunsThatWasNotExecuted() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        print("nothingRunsThatWasNotExecuted seed=\(seed)")
        var random = SplitMix64(seed: seed)
        var desk = try RedisDesk()
        var connections = (0..<4).map { desk.connect($0) }
        var models = [ModelTransaction](repeating: ModelTransaction(), count: 4)
        var expected = 0
        for round in 0..<3000 {
            let place = Int.random(in: 0..<4, using: &random)
            if Int.random(in: 0..<60, using: &random) == 0 {
                desk.close(connections[place])
                connections[place] = desk.connect(place)
                models[place] = ModelTransaction()
            }
            let words = [
                ["MULTI"], ["MULTI"], draft, draft, draft, draft, ["EXEC"], ["EXEC"], ["DISCARD"],
                ["WATCH", "k"], ["UNWATCH"], ["NOPE"], ["EVENTS", "x"], ["TAIL"], ["BALANCE", "1"],
                ["PING", "\u{1}"], ["ECHO", "EXEC"],
            ].randomElement(using: &random)!
            // The desk has no tailer.
            if words == ["TAIL"], models[place].queued == nil { continue }
            desk.send(frame(words), on: connections[place])
            expected += models[place].take(words[0])
            if Int.random(in: 0..<10, using: &random) == 0 {
                _ = desk.step()
                #expect(desk.events == expected, "seed \(seed) round \(round)")
                guard desk.events == expected else { return }
            }
        }
    }
}

/// Redis' meaning of a transaction, as a model.
private struct ModelTransaction {
    var queued: Int?
    private var isAborted = false
    private var isWatchRefused = false

    /// Returns how many events the request makes.
    mutating func take(_ verb: String) -> Int {
        switch (verb, queued) {
        case ("MULTI", nil): (queued, isAborted) = (0, isWatchRefused)
        case ("EXEC", let count?):
            defer { (queued, isWatchRefused) = (nil, false) }
            return isAborted ? 0 : count
        case ("DISCARD", .some): (queued, isWatchRefused) = (nil, false)
        case ("WATCH", nil): isWatchRefused = true
        case ("UNWATCH", nil): isWatchRefused = false
        case ("CATALOG.DRAFT", nil): return 1
        case ("CATALOG.DRAFT", let count?): queued = count + 1
        case ("MULTI", .some), ("WATCH", .some), ("NOPE", .some), ("EVENTS", .some), ("TAIL", .some): isAborted = true
        default: break
        }
        return 0
    }
}

extension String {
    fileprivate func components(of word: String) -> [Substring] { split(separator: "\r\n").filter { $0 == word } }
}
