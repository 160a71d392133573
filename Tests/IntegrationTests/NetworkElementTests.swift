/// A network element in another process takes orders, is killed, comes back and repeats itself: at the end every order
/// was done once or has failed visibly, and each number's were carried out in their order.

import Foundation
import Testing

@Suite(.realProcess, .serialized)
struct NetworkElementTests {
    private static let numbers = (0..<6).map { 79_001_234_560 + $0 }

    /// `Scripts/network_element.py` against a service whose port is in a file.
    private final class Element {
        let directory: String
        let secret: String
        private var process: ChildProcess?
        private var starts = 0

        var journal: String { directory + "/journal" }

        init(directory: String, secret: String) {
            (self.directory, self.secret) = (directory, secret)
        }

        func connect(to port: UInt16) throws {
            // Whole or not at all: the element may read it now.
            try "\(port)".write(toFile: directory + "/port", atomically: true, encoding: .ascii)
        }

        func start() throws {
            starts += 1
            process = try ChildProcess(
                #require(Programs.python),
                [
                    Programs.repository + "/Tests/IntegrationTests/Scripts/network_element.py", directory + "/port",
                    "hlr", secret, journal, "\(starts)",
                ], errors: directory + "/errors")
        }

        func kill() throws {
            process?.send(signal: SIGKILL)
            _ = try process?.wait(within: 10)
        }

        /// The orders that it carried out, in the order of doing, with their telephone numbers.
        func carriedOut() throws -> [(order: Int, msisdn: String)] {
            try String(contentsOfFile: journal, encoding: .ascii).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                // The line that was being written at a kill is cut.
                guard words.count == 2, let order = Int(words[0]), words[1].count == 11 else { return nil }
                return (order, String(words[1]))
            }
        }
    }

    /// Requests that make orders. Some are refused: by their rules, or because a number has too many open orders.
    private func makeOrders(_ admin: LineConnection, _ random: inout SeededGenerator, count: Int) throws -> [Int] {
        var orders: [Int] = []
        for _ in 0..<count {
            let number = Self.numbers.randomElement(using: &random) ?? Self.numbers[0]
            let peer = "06\(Int.random(in: 10...14, using: &random))"
            let request =
                [
                    "CALLS.BAN \(number) on", "CALLS.BAN \(number) off", "CONTENT.BAN \(number) on",
                    "CONTENT.BAN \(number) off", "SIM.BLOCK \(number)", "SIM.UNBLOCK \(number)",
                    "BLACKLIST.ADD \(number) \(peer)", "BLACKLIST.REMOVE \(number) \(peer)",
                    "SETTINGS.SEND \(number) kind=internet",
                ].randomElement(using: &random) ?? ""
            let reply = try admin.call(request)
            if reply.isOK { orders.append(try #require(reply["seq"].flatMap { Int($0) })) }
        }
        return orders
    }

    private func begin(_ admin: LineConnection, _ port: UInt16, in directory: String) throws -> Element {
        for number in Self.numbers { try admin.activate(number) }
        let secret = try #require(try admin.expectOK("PRINCIPAL.ADD hlr roles=network")["secret"])
        let element = Element(directory: directory, secret: secret)
        try element.connect(to: port)
        try element.start()
        return element
    }

    /// Waits until the network has nothing to do, then compares the log with the orders that were made.
    private func finish(_ admin: LineConnection, _ element: Element, orders: [Int]) throws {
        let isIdle = try eventually(within: 60) { try admin.expectOK("ORDERS")["rows"] == "0" }
        #expect(isIdle)
        try element.kill()
        let failed = Set(try admin.call("ORDERS state=failed limit=1000").rows.compactMap { $0["order"] })
        var done: [Int: Int] = [:]
        var from = 1
        while true {
            let page = try admin.call("EVENTS type=order_done from=\(from) limit=1000")
            for row in page.rows {
                let data = try JSONSerialization.jsonObject(with: Data((row["data"] ?? "").utf8)) as? [String: Any]
                done[try #require(data?["order"] as? Int), default: 0] += 1
            }
            guard let next = page["next"].flatMap({ Int($0) }) else { break }
            from = next
        }
        #expect(done.values.allSatisfy { $0 == 1 }, "an order is done once")
        for order in orders {
            #expect((done[order] == nil) == failed.contains("\(order)"), "order \(order)")
        }
        #expect(Set(done.keys).isSubset(of: orders))

        var last: [String: Int] = [:]
        let carriedOut = try element.carriedOut()
        for (order, msisdn) in carriedOut {
            #expect(order >= last[msisdn] ?? 0, "order \(order) of \(msisdn) comes after a later one")
            last[msisdn] = order
        }
        let all = Set(carriedOut.map(\.order))
        #expect(Set(done.keys).isSubset(of: all), "nothing is reported that was not carried out")
        print("\(orders.count) orders, carried out \(carriedOut.count) times, \(failed.count) failed")
        let errors = (try? String(contentsOfFile: element.directory + "/errors", encoding: .utf8)) ?? ""
        #expect(!errors.contains("Traceback"), "\(errors)")
    }

    @Test("Every order is done once or visible as failed, although the element is killed again and again")
    func elementKilled() throws {
        var random = SeededGenerator("a network element that is killed")
        let directory = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let service = try EphemeralService()
        let admin = try service.signIn()
        let element = try begin(admin, service.port, in: directory)
        defer { try? element.kill() }
        var orders: [Int] = []
        for _ in 0..<8 {
            orders += try makeOrders(admin, &random, count: 60)
            usleep(UInt32.random(in: 50_000...300_000, using: &random))
            try element.kill()
            orders += try makeOrders(admin, &random, count: 20)
            try element.start()
        }
        #expect(orders.count > 100)
        try finish(admin, element, orders: orders)
    }

    @Test("Every order is done once or visible as failed, although the service is killed again and again")
    func serviceKilled() throws {
        var random = SeededGenerator("a service with a network element that is killed")
        let directory = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Service.run { service in
            var admin = try service.signIn()
            let element = try begin(admin, service.port, in: directory)
            defer { try? element.kill() }
            var orders: [Int] = []
            for _ in 0..<5 {
                orders += try makeOrders(admin, &random, count: 60)
                usleep(UInt32.random(in: 20_000...200_000, using: &random))
                try service.killHard()
                try service.restart()
                try element.connect(to: service.port)
                admin = try service.signIn()
            }
            try finish(admin, element, orders: orders)
        }
    }

    @Test("A wait for orders ends with the next order, with the one that a report uncovers, and with its time")
    func waiting() throws {
        let service = try EphemeralService()
        let admin = try service.signIn()
        for number in Self.numbers { try admin.activate(number) }
        let network = try service.signIn()
        let (anna, boris) = (Self.numbers[0], Self.numbers[1])

        #expect(try network.call("ORDERS wait=1").fields["rows"] == "0")

        try network.send("ORDERS wait=60\n")
        usleep(200_000)
        let first = try #require(try admin.expectOK("CALLS.BAN \(anna) on")["seq"])
        #expect(try network.reply(within: 5).rows.map { $0["order"] } == [first])

        let second = try #require(try admin.expectOK("CALLS.BAN \(anna) off")["seq"])
        try network.send("ORDERS from=\(second) wait=60\n")
        usleep(200_000)
        try admin.expectOK("ORDER.DONE \(first)")
        #expect(try network.reply(within: 5).rows.map { $0["order"] } == [second])
        try admin.expectOK("ORDER.DONE \(second)")

        try network.send("ORDERS msisdn=\(boris) wait=60\n")
        usleep(200_000)
        try admin.expectOK("CALLS.BAN \(anna) on")
        let other = try #require(try admin.expectOK("SIM.BLOCK \(boris)")["seq"])
        #expect(try network.reply(within: 5).rows.map { $0["order"] } == [other])
        #expect(try network.call("ORDERS wait=60").rows.count == 2, "there is something already")
    }
}
