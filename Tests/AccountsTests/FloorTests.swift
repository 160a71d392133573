/// The floor: usage that takes the last money bars the service, and a credit above the floor restores it.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("The floor of the balance") struct FloorTests {
    private let me = "79001234567"

    private func poor(_ balance: String) -> Scenario {
        let scenario = Scenario.inKopecks()
        scenario.given(subscriber: me, tariff: "cent", balance: balance)
        return scenario
    }

    @Test("A kopeck that is left bars nothing; the record that takes the last one bars the service, once")
    func lastKopeck() {
        let scenario = poor("1.00")
        scenario.use(99)
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")

        scenario.use(1)
        scenario.then("OK balance=0.00")
        #expect(scenario.answer["over"] == "", "the balance is at the floor, not under it")
        #expect(scenario.barred() == "funds")
        #expect(scenario.orders() == ["+bar_service"])
        #expect(scenario.notices(me).last == "service_barred")

        scenario.use(7)
        scenario.then(types: "usage_rated")
        scenario.then("OK balance=-0.07 over=0.07")
        scenario.use(3)
        scenario.then("OK balance=-0.10 over=0.10")
        #expect(scenario.orders() == ["+bar_service"], "it was barred before")
        scenario.thenReplayIsLive()
    }

    @Test("The first record that passes the floor is charged whole, and its event says how far") func passed() {
        let scenario = poor("1.00")
        scenario.use(130)
        scenario.then("OK amount=1.30 balance=-0.30 over=0.30")
        scenario.then(types: "usage_rated", "service_barred")
        #expect(scenario.events.last == .serviceBarred(ServiceBarred(over: 30)))
        #expect(
            scenario.answer["usage"] != scenario.answer["seq"],
            "the record is named by its own position, and the reply includes the bar")
    }

    @Test("Usage that costs nothing does not bar at a balance of zero") func free() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(subscriber: me, tariff: "talk", balance: "60")
        scenario.when(
            "USAGE \(me) kind=voice direction=out peer=79261234567 start=2018-03-10T09:00:00Z seconds=60 source=m n=1")
        scenario.then("OK amount=0.00 balance=0.00")
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
    }

    @Test("A fee that takes the balance to zero does not bar, nor does one that could not be taken") func fees() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(subscriber: me, balance: "4")
        scenario.given("OPTION.ON \(me) melody")
        scenario.at("2018-03-11T09:00:00Z")
        scenario.then(me, balance: "0.00", options: ["melody"])
        scenario.then(types: "fees_charged")
        scenario.at("2018-03-12T09:00:00Z")
        scenario.then(types: "fee_unpaid")
        #expect(scenario.barred() == "")
        #expect(scenario.orders() == [])
    }

    @Test("A top-up that only repays the debt restores nothing; a kopeck above the floor does") func repaid() {
        let scenario = poor("1.00")
        scenario.use(130)
        scenario.given("TOPUP \(me) 0.30 ref=a")
        scenario.then(types: "topped_up")
        #expect(scenario.barred() == "funds")

        scenario.given("TOPUP \(me) 0.01 ref=b")
        scenario.then(types: "topped_up", "service_restored")
        #expect(scenario.events.last == .serviceRestored(ServiceRestored(balance: 1)))
        #expect(scenario.barred() == "")
        #expect(scenario.orders() == ["+bar_service", "-bar_service"])
        #expect(scenario.notices(me).last == "service_restored")

        scenario.use(1)
        scenario.then(types: "usage_rated", "service_barred")
        scenario.thenReplayIsLive()
    }

    @Test("A credit restores the service also if the fees that it pays take all of it") func beforeFees() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(subscriber: me, tariff: "talk", balance: "3")
        scenario.when(
            "USAGE \(me) kind=voice direction=out peer=79261234567 start=2018-03-10T09:00:00Z seconds=60 source=m n=1")
        scenario.then(types: "usage_rated", "service_barred")
        scenario.given("TOPUP \(me) 60 ref=a")
        scenario.then(types: "topped_up", "buckets_granted", "service_restored", "data_resumed")
        scenario.then(me, balance: "0.00", status: .active)
        #expect(scenario.barred() == "")
    }

    @Test("SERVICE bars what costs money, and leaves incoming calls and messages") func services() {
        let scenario = poor("1.00")
        scenario.use(130)
        scenario.when("SERVICE \(me)", as: "network")
        scenario.then("OK over=0.30")
        let barred = scenario.answer.rows.filter { $0["reasons"]?.contains("funds") == true }.map { $0["service"] }
        #expect(barred == ["voice_out", "sms_out", "mms", "data", "roaming_data", "content"])
        scenario.given("TOPUP \(me) 1 ref=a")
        scenario.when("SERVICE \(me)", as: "network")
        #expect(scenario.answer["over"] == "")
        #expect(!scenario.answer.rows.contains { $0["reasons"]?.contains("funds") == true })
    }

    @Test("A repeated id and a repeated record get the first reply, and bar nothing again") func repeated() {
        let scenario = poor("1.00")
        let line =
            "USAGE \(me) kind=sms direction=out peer=79261234567 start=2018-03-10T09:00:00Z messages=130 source=m n=1"
        scenario.given("\(line) id=u-1")
        let (first, usage) = (scenario.answer.text, scenario.answer["usage"])
        scenario.when("\(line) id=u-1")
        #expect(scenario.answer.text == "\(first) repeated=1")
        scenario.when(line)
        scenario.then("OK usage=\(usage) over=0.30 repeated=1")
        scenario.thenNothingChanged()
    }

    @Test("A restart, a snapshot and a rebuild keep the bar, and a terminated number loses it") func kept() throws {
        let scenario = poor("1.00")
        scenario.use(130)
        scenario.restart()
        #expect(scenario.barred() == "funds")
        try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
        #expect(scenario.barred() == "funds")
        scenario.exchange("limits")
        scenario.use(1)
        scenario.then(types: "usage_rated")
        scenario.given("TOPUP \(me) 1 ref=a")
        scenario.then(types: "topped_up", "service_restored")
        scenario.use(100)
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given(subscriber: me, tariff: "cent")
        #expect(scenario.barred() == "")
        scenario.thenReplayIsLive()
    }

    @Test("A log in event time bars at the record's time") func eventTime() {
        let scenario = Scenario.inKopecks(inEventTime: true)
        scenario.given(subscriber: me, tariff: "cent", balance: "1")
        scenario.use(100, at: "2018-03-12T10:00:00Z")
        scenario.then(types: "usage_rated", "service_barred")
        scenario.when("EVENTS type=service_barred")
        #expect(scenario.answer.rows.map { $0["effective"] } == ["2018-03-12T10:00:00Z"])
        scenario.thenReplayIsLive()
    }

    @Test("Any history bars exactly when usage leaves nothing, restores exactly when more is there, and alternates")
    func anyHistory() {
        let scenario = Scenario.inKopecks()
        var random = SplitMix64(seed: 34)
        let numbers = ["79001234567", "79001234568", "79001234569"]
        for number in numbers { scenario.given(subscriber: number, tariff: "cent", balance: "1") }
        var isBarred: [String: Bool] = [:]
        for step in 0..<300 {
            let number = numbers[Int(random.next() % 3)]
            if random.next() % 3 == 0 {
                scenario.given("TOPUP \(number) 0.\(10 + random.next() % 90) ref=s-\(step)")
            } else {
                scenario.use(Int(random.next() % 60) + 1, of: number)
            }
            for event in scenario.events {
                switch event {
                case .usageRated(let e): if e.balanceAfter <= 0 { isBarred[number] = true }
                case .toppedUp(let e): if e.balanceAfter > 0 { isBarred[number] = false }
                default: break
                }
            }
            #expect(
                scenario.look { state in
                    let account = MSISDN(text: number.utf8).flatMap { state.directory.find($0) } ?? 0
                    return state.limits[account].stops.contains(.funds)
                } == isBarred[number] ?? false, "step \(step)")
        }
        for number in numbers {
            let orders = scenario.orders(number)
            for (index, order) in orders.enumerated() {
                #expect(order == (index % 2 == 0 ? "+bar_service" : "-bar_service"))
            }
        }
        scenario.thenReplayIsLive()
    }
}
