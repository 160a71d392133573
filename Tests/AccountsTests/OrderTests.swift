/// ORDERS, ORDER.DONE, ORDER.FAILED: the network gets every order at least once, and each number's in their order.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("Orders to the network") struct OrderTests {
    private let anna = "79001234567"
    private let boris = "79001234568"

    private func two() -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: anna)
        scenario.given(subscriber: boris)
        return scenario
    }

    /// A command that makes an order; its number.
    private func order(_ scenario: Scenario, _ line: String) -> String {
        scenario.given(line, as: "operator")
        return scenario.answer["seq"]
    }

    private func open(_ scenario: Scenario, _ line: String = "ORDERS", as role: String = "network") -> [String] {
        scenario.when(line, as: role)
        return scenario.answer.rows.compactMap { $0["order"] }
    }

    @Test("An order has its action, its state and its argument") func shapes() {
        let scenario = two()
        for (line, shape) in [
            ("BLACKLIST.ADD \(anna) 0611", ["action": "blacklist", "on": "1", "peer": "0611"]),
            ("BLACKLIST.REMOVE \(anna) 0611", ["action": "blacklist", "on": "0", "peer": "0611"]),
            ("SETTINGS.SEND \(anna) kind=mms", ["action": "settings", "kind": "mms"]),
            ("CALLS.BAN \(anna) on", ["action": "calls_ban", "on": "1"]),
            ("CALLS.BAN \(anna) off", ["action": "calls_ban", "on": "0"]),
            ("CONTENT.BAN \(anna) off", ["action": "content_ban", "on": "0"]),
            ("SIM.BLOCK \(anna)", ["action": "sim_block", "on": "1"]),
        ] {
            let number = order(scenario, line)
            scenario.when("ORDERS", as: "network")
            let always = [
                "order": number, "msisdn": anna, "state": "open", "created": "2018-03-01T09:00:00Z",
            ]
            #expect(scenario.answer.rows == [shape.merging(always) { $1 }])
            scenario.then("OK next=\((UInt64(number) ?? 0) + 1) rows=1")
            scenario.given("ORDER.DONE \(number)", as: "network")
        }
        scenario.when("ORDERS from=7", as: "network")
        scenario.then("OK next=7 rows=0")
        scenario.thenReplayIsLive()
    }

    @Test("Only the oldest open order of each number is listed, in the order of their numbers") func heads() {
        let scenario = two()
        let first = order(scenario, "CALLS.BAN \(anna) on")
        let second = order(scenario, "CALLS.BAN \(anna) off")
        let others = order(scenario, "CALLS.BAN \(boris) on")
        #expect(open(scenario) == [first, others])
        #expect(open(scenario, "ORDERS limit=1") == [first])
        #expect(scenario.answer["next"] == "\((UInt64(first) ?? 0) + 1)")
        #expect(open(scenario, "ORDERS from=\(others)") == [others])
        #expect(open(scenario, "ORDERS msisdn=\(anna)") == [first, second])
        scenario.given("ORDER.DONE \(first)", as: "network")
        #expect(open(scenario) == [second, others])
        scenario.given("ORDER.DONE \(others)", as: "network")
        #expect(open(scenario) == [second])
        scenario.given("ORDER.DONE \(second)", as: "network")
        #expect(open(scenario) == [])
        scenario.thenReplayIsLive()
    }

    @Test("A report that is repeated appends nothing, with an id and without one") func doneTwice() {
        let scenario = two()
        let number = order(scenario, "CALLS.BAN \(anna) on")
        scenario.when("ORDER.DONE \(number) id=a", as: "network")
        scenario.then("OK order=\(number)")
        #expect(scenario.answer["seq"] != "" && scenario.answer["repeated"] == "")
        scenario.then(.orderDone(OrderDone(order: UInt64(number) ?? 0, action: .callsBan)))
        let seq = scenario.answer["seq"]
        for line in ["ORDER.DONE \(number)", "ORDER.DONE \(number) id=b"] {
            scenario.when(line, as: "network")
            scenario.then("OK order=\(number) repeated=1")
            #expect(scenario.events.isEmpty)
        }
        scenario.when("ORDER.DONE \(number) id=a", as: "network")
        scenario.then("OK order=\(number) seq=\(seq) repeated=1")
        #expect(scenario.events.isEmpty)
    }

    @Test("A failed order stays visible to staff, holds nothing up, and can still be done") func failed() {
        let scenario = two()
        let first = order(scenario, "CALLS.BAN \(anna) on")
        let second = order(scenario, "CALLS.BAN \(anna) off")
        scenario.when(#"ORDER.FAILED \#(first) reason="no answer""#, as: "network")
        scenario.then("OK order=\(first)")
        scenario.then(
            .orderFailed(OrderFailed(order: UInt64(first) ?? 0, action: .callsBan, reason: "no answer")))
        #expect(open(scenario) == [second])
        #expect(open(scenario, "ORDERS msisdn=\(anna)", as: "operator") == [first, second])
        #expect(scenario.answer.rows[0]["state"] == "failed")
        #expect(scenario.answer.rows[0]["failure"] == "no answer")
        #expect(open(scenario, "ORDERS state=failed", as: "operator") == [first])
        scenario.when("STATS", as: "operator")
        scenario.then("OK orders_open=1 orders_failed=1")
        #expect(open(scenario, "ORDERS msisdn=\(anna) state=open", as: "operator") == [second])

        scenario.when(#"ORDER.FAILED \#(first) reason="no answer""#, as: "network")
        scenario.then("OK order=\(first) repeated=1")
        #expect(scenario.events.isEmpty)
        scenario.when("ORDER.FAILED \(first) reason=timeout", as: "network")
        scenario.then("OK order=\(first)")
        scenario.then(types: "order_failed")
        scenario.restart()
        #expect(open(scenario, "ORDERS state=failed", as: "operator") == [first])
        #expect(scenario.answer.rows[0]["failure"] == "timeout")

        scenario.when("ORDER.DONE \(first)", as: "network")
        scenario.then("OK order=\(first)")
        scenario.then(types: "order_done")
        #expect(open(scenario, "ORDERS state=failed", as: "operator") == [])
        scenario.when("ORDER.FAILED \(first) reason=timeout", as: "network")
        scenario.then("ERR not_available field=order")
        scenario.thenReplayIsLive()
    }

    @Test("A report names an event that is an order, and only the network reports") func strangers() {
        let scenario = two()
        let number = order(scenario, "CALLS.BAN \(anna) on")
        let last = scenario.look { $0.position }
        for position in ["1", "\(last + 1)", "99999999"] {
            scenario.when("ORDER.DONE \(position)", as: "network")
            scenario.then("ERR not_found field=order")
            scenario.when("ORDER.FAILED \(position) reason=x", as: "network")
            scenario.then("ERR not_found field=order")
        }
        scenario.when("ORDER.DONE 0", as: "network")
        scenario.then("ERR invalid_number field=order")
        for role in ["operator", "frontend", "delivery", "payments"] {
            scenario.when("ORDER.DONE \(number)", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("ORDERS msisdn=79009999999", as: "operator")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("ORDERS state=done", as: "operator")
        scenario.then("ERR invalid_key field=state")
        scenario.when("ORDERS wait=121", as: "network")
        scenario.then("ERR invalid_number field=wait")
    }

    @Test("A number with 64 open orders makes no wishes, and its SIM can still be blocked") func full() {
        let scenario = two()
        var numbers: [String] = []
        for index in 0..<63 { numbers.append(order(scenario, "BLACKLIST.ADD \(anna) 7495\(1_000_000 + index)")) }
        numbers.append(order(scenario, "CALLS.BAN \(anna) on"))
        for line in [
            "BLACKLIST.ADD \(anna) 0611", "BLACKLIST.REMOVE \(anna) 74951000000", "CALLS.BAN \(anna) off",
            "CONTENT.BAN \(anna) off", "SETTINGS.SEND \(anna) kind=mms",
        ] {
            scenario.when(line, as: "operator")
            scenario.then("ERR limit_reached field=msisdn retry_after=60")
        }
        scenario.given("CALLS.BAN \(boris) on", as: "operator")
        scenario.given("SIM.BLOCK \(anna)", as: "operator")
        scenario.when("SIM.UNBLOCK \(anna)", as: "operator")
        scenario.then("ERR limit_reached field=msisdn")
        scenario.given("SIM.UNBLOCK \(anna)", as: "network")
        scenario.given("ERASE \(anna)", as: "operator")
        let count = scenario.look { $0.orders.openCount }
        #expect(count == 64 + 2 + 63 + 1)
        scenario.thenReplayIsLive()
    }

    @Test("One order done or failed makes room for one wish") func room() {
        let scenario = two()
        var numbers: [String] = []
        for index in 0..<64 { numbers.append(order(scenario, "BLACKLIST.ADD \(anna) 7495\(1_000_000 + index)")) }
        scenario.given("ORDER.FAILED \(numbers[40]) reason=x", as: "network")
        numbers.append(order(scenario, "CALLS.BAN \(anna) on"))
        scenario.when("CALLS.BAN \(anna) off", as: "operator")
        scenario.then("ERR limit_reached field=msisdn retry_after=60")
        scenario.given("ORDER.DONE \(numbers[0])", as: "network")
        _ = order(scenario, "CALLS.BAN \(anna) off")
    }

    @Test("Of a number's failed orders the newest 64 are kept") func failedLimit() {
        let scenario = two()
        var numbers: [String] = []
        for index in 0..<65 {
            numbers.append(order(scenario, "BLACKLIST.ADD \(anna) 7495\(1_000_000 + index)"))
            scenario.given("ORDER.FAILED \(numbers[index]) reason=x", as: "network")
        }
        #expect(open(scenario, "ORDERS state=failed limit=1000", as: "operator") == Array(numbers.dropFirst()))
        scenario.when("ORDER.DONE \(numbers[0])", as: "network")
        scenario.then("OK repeated=1")
        scenario.thenReplayIsLive()
    }

    @Test("A number's termination ends its orders, open and failed") func terminated() {
        let scenario = two()
        let first = order(scenario, "CALLS.BAN \(anna) on")
        let second = order(scenario, "SIM.BLOCK \(anna)")
        let others = order(scenario, "CALLS.BAN \(boris) on")
        scenario.given("ORDER.FAILED \(first) reason=x", as: "network")
        scenario.given("SUBSCRIBER.TERMINATE \(anna)", as: "network")
        #expect(open(scenario) == [others])
        #expect(open(scenario, "ORDERS state=failed") == [])
        scenario.when("ORDER.DONE \(second)", as: "network")
        scenario.then("OK order=\(second) repeated=1")
        scenario.when("ORDER.FAILED \(second) reason=x", as: "network")
        scenario.then("ERR not_available field=order")
        scenario.thenReplayIsLive()
    }

    @Test("A reason is short plain text") func reasons() {
        let scenario = two()
        let number = order(scenario, "CALLS.BAN \(anna) on")
        for reason in [#""""#, String(repeating: "x", count: 101), "4111111111111111"] {
            scenario.when("ORDER.FAILED \(number) reason=\(reason)", as: "network")
            #expect(!scenario.answer.isOK, "\(reason)")
        }
        scenario.given("ORDER.FAILED \(number) reason=\(String(repeating: "x", count: 100))", as: "network")
        scenario.when("ORDER.FAILED \(number)", as: "network")
        scenario.then("ERR missing_argument field=reason")
    }

    @Test("A snapshot in the middle of any history has every order and every ban") func snapshots() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let scenario = two()
        scenario.given("SIM.BLOCK \(boris)")
        var numbers: [String] = []
        var chunks: [SnapshotChunk] = []
        var step = AccountsState.SnapshotStep()
        (step.rows, step.lastRows) = (1, 1)
        for round in 0..<300 {
            let msisdn = random.next() % 2 == 0 ? anna : boris
            let line =
                switch random.next() % 9 {
                case 0: "CALLS.BAN \(msisdn) on"
                case 1: "CALLS.BAN \(msisdn) off"
                case 2: "CONTENT.BAN \(msisdn) \(random.next() % 2 == 0 ? "on" : "off")"
                case 3: "BLACKLIST.ADD \(msisdn) 06\(10 + random.next() % 20)"
                case 4: "BLACKLIST.REMOVE \(msisdn) 06\(10 + random.next() % 20)"
                case 5: "SIM.BLOCK \(msisdn)"
                case 6: "SIM.UNBLOCK \(msisdn)"
                case 7: "ORDER.FAILED \(numbers.randomElement(using: &random) ?? "1") reason=x"
                default: "ORDER.DONE \(numbers.randomElement(using: &random) ?? "1")"
                }
            scenario.when(line, as: line.hasPrefix("ORDER") ? "network" : "operator")
            if scenario.answer.isOK, !line.hasPrefix("ORDER") { numbers.append(scenario.answer["seq"]) }
            if round == 100 { scenario.beginSnapshot() }
            if round > 100 { chunks += scenario.nextSnapshotChunks(step) }
        }
        for _ in 0..<100 { chunks += scenario.nextSnapshotChunks(step) }
        #expect(chunks.last?.kind == .rest)
        let (heads, failures) = (open(scenario), open(scenario, "ORDERS state=failed"))
        let live = scenario.digests

        try scenario.restart(from: chunks)

        for (one, other) in zip(live, scenario.digests) { #expect(one == other, "seed \(seed)") }
        #expect(open(scenario) == heads)
        #expect(open(scenario, "ORDERS state=failed") == failures)
        scenario.thenReplayIsLive()
    }
}
