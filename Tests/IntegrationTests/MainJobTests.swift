/// The portal's main work on the numbers of a real billing file, then kill -9: a cabinet, money and another plan for
/// each of 500 numbers. Then every balance, plan and payment is compared with the acknowledged ones.

import Foundation
import Testing

@Suite(.realProcess, .serialized)
struct MainJobTests {
    private struct Summary: Decodable {
        let numbers: Int
        let differences: [String]
        let sum: String
        let paid: String
        let balances: String
        let subscribers: String
        let cash: String
        let events: String
    }

    @Test(
        "500 numbers are served through redis-py, and kill -9 loses no acknowledged event",
        .enabled(if: Programs.pythonWithRedis != nil, "no Python with the redis package: set KABINET_PYTHON"),
        .timeLimit(.minutes(15)))
    func everyNumber() throws {
        try Service.run { service in
            let (csv, isReal) = try numbers(service)
            let loaded = try run("load", service, csv)
            #expect(loaded.numbers == 500)
            #expect(loaded.sum == "0.00")
            #expect(loaded.subscribers == loaded.balances)
            #expect(loaded.cash == "-" + loaded.paid)
            // The charges of the whole file, and a rouble a number.
            if isReal { #expect(loaded.paid == "34970.00") }

            try service.killHard()
            try service.restart()

            let checked = try run("check", service, csv)
            #expect(checked.differences == [])
            #expect(checked.subscribers == loaded.subscribers)
            #expect(checked.cash == loaded.cash)
            #expect(checked.sum == "0.00")
            #expect(checked.events == loaded.events, "a repeated top-up appends nothing")
        }
    }

    private func run(_ mode: String, _ service: Service, _ csv: String) throws -> Summary {
        let script = Programs.repository + "/Tests/IntegrationTests/Scripts/cabinet_cdr.py"
        let process = try ChildProcess(
            try #require(Programs.pythonWithRedis),
            [
                script, mode, "--port", "\(service.port)", "--secret=" + (try service.adminSecret), "--csv", csv,
                "--state",
                service.home + "/acknowledged.json",
            ])
        let (output, status) = try process.finish(within: 240)
        try #require(status == .exited(0), "\(mode) failed")
        return try JSONDecoder().decode(Summary.self, from: Data(output.utf8))
    }

    /// The numbers of the shared file if it is there, else the same count of made-up ones.
    private func numbers(_ service: Service) throws -> (path: String, isReal: Bool) {
        let shared =
            ProcessInfo.processInfo.environment["KABINET_SHARED"] ?? Programs.repository + "/../shared"
        let real = shared + "/data/cdr/expected.csv"
        if FileManager.default.isReadableFile(atPath: real) { return (real, true) }
        print("\(real) is not there: the main job runs on 500 made-up numbers")
        var random = SeededGenerator("made-up numbers")
        var csv = "msisdn,tariff,calls,seconds,started_minutes,charge_rub\n"
        for index in 0..<500 {
            let minutes = Int.random(in: 0...300, using: &random)
            let tariff = ["03", "06", "11"][index % 3]
            csv += "\(79_000_000_000 + index * 7919),\(tariff),1,\(minutes * 60),\(minutes),\(minutes / 2).50\n"
        }
        let path = service.home + "/numbers.csv"
        try csv.write(toFile: path, atomically: true, encoding: .utf8)
        return (path, false)
    }
}
