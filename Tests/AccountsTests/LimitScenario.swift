/// The kit of the tests of the floor and of limits: a tariff in kopecks, and records that cost as many as one likes.

import Accounts
import ScenarioKit
import Testing

extension Scenario {
    /// Tariffs of one kopeck a message and a kopeck a megabyte, prices in Europe, and a package of data.
    static let kopecks =
        "CATALOG.PUT 2 tariff cent name=Cent period=open rates=sms:out:0.01/1,data:any:0.01/1048576,"
        + "data:any:0.01/1048576:scope=europe,voice:out:5/60:scope=germany"

    /// A catalogue with the tariff of kopecks.
    static func inKopecks(at start: String = "2018-03-10T09:00:00Z", inEventTime: Bool = false) -> Scenario {
        let scenario = Scenario(at: start, inEventTime: inEventTime)
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 zone europe name=Europe networks=262,208-01 abroad=1",
            "CATALOG.PUT 2 zone germany name=Telekom networks=262-01 abroad=1", kopecks,
            "CATALOG.PUT 2 option gigabyte name=GB fee=1 period=30d data_bytes=1073741824",
            "CATALOG.PUT 2 option daily name=Daily fee=1 period=1d", "CATALOG.PUBLISH 2")
        return scenario
    }

    /// Messages that begin now and cost a kopeck each, at most 1000 a record.
    @discardableResult
    func use(_ kopecks: Int, of msisdn: String = "79001234567", at start: String? = nil) -> Answer {
        var left = kopecks
        while left > 0 {
            let count = min(left, 1000)
            when(
                "USAGE \(msisdn) kind=sms direction=out peer=79261234567 start=\(start ?? "\(now)") messages=\(count)"
                    + " source=m n=\(look { $0.position })")
            left -= count
        }
        return answer
    }

    /// A data session abroad, or at home without a network.
    @discardableResult
    func useData(_ bytes: Int, visited: String? = nil, of msisdn: String = "79001234567", at start: String? = nil)
        -> Answer
    {
        when(
            "USAGE \(msisdn) kind=data start=\(start ?? "\(now)") bytes=\(bytes) source=m n=\(look { $0.position })"
                + (visited.map { " visited=\($0)" } ?? ""))
    }

    /// The reasons for stops, as ACCOUNT shows them.
    func barred(_ msisdn: String = "79001234567") -> String {
        when("ACCOUNT \(msisdn)")
        return answer["barred"]
    }

    /// The actions that the network was told and has not done, with `+` for on.
    func orders(_ msisdn: String = "79001234567") -> [String] {
        when("ORDERS msisdn=\(msisdn)")
        return answer.rows.map {
            ($0["on"] == "1" ? "+" : "-") + ($0["action"] ?? "") + ($0["reason"].map { " \($0)" } ?? "")
        }
    }
}
