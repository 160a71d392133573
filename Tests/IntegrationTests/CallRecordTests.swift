/// Three tariffs of a billing vendor, 5,000 calls of 500 numbers, and each number's debt for them: through `kabinet
/// import`, into a log in event time.
///
/// The records are not part of the project: `KABINET_CALL_RECORDS` names a directory with `cdr.txt` (lines of `type,
/// number, start, end, tariff`) and `expected.csv` (`msisdn,tariff,calls,seconds,started_minutes,charge_rub`).

import Foundation
import Testing

enum CallRecords {
    static let directory: String? = {
        guard let named = ProcessInfo.processInfo.environment["KABINET_CALL_RECORDS"] else { return nil }
        return FileManager.default.fileExists(atPath: named + "/expected.csv") ? named : nil
    }()

    /// By number: the tariff and the charge.
    static func expected() throws -> [(number: String, tariff: String, charge: String)] {
        let text = try String(contentsOfFile: try #require(directory) + "/expected.csv", encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let parts = line.split(separator: ",").map(String.init)
            return (parts[0], parts[1], parts[5])
        }
    }

    /// The three tariffs, as an operator's catalogue has them.
    static let catalog = """
        terms: { tariff_change_fee: 0.00, tariff_change_free_after_days: 0 }
        ranges: [{ prefix: "7", digits: 11 }]
        regions: { msk: { name: Москва, offsets: [{ offset: "+03:00" }] } }
        tariffs:
          "03":
            name: Поминутный
            fee: 0.00
            period: open
            rates: [{ usage: voice, direction: any, price: 1.50, per: 1 min }]
          "06":
            name: Безлимит 300
            fee: 100.00
            period: open
            buckets: [{ usage: voice, direction: any, amount: 300 min }]
            rates: [{ usage: voice, direction: any, price: 1.00, per: 1 min }]
          "11":
            name: Обычный
            fee: 0.00
            period: open
            buckets: [{ usage: voice, direction: out, amount: 100 min, price: 0.50 }]
            rates:
              - { usage: voice, direction: in, price: 0.00, per: 1 min }
              - { usage: voice, direction: out, price: 1.50, per: 1 min }
        """
}

@Suite(
    "CallRecords", .realProcess,
    .enabled(if: CallRecords.directory != nil, "KABINET_CALL_RECORDS names no call records: skipped"))
struct CallRecordTests {
    @Test("After an import and a replay every number owes exactly what the vendor's rules require")
    func everyNumber() throws {
        let expected = try CallRecords.expected()
        #expect(expected.count == 500)
        let home = try makeTemporaryDirectory()
        let catalog = home + "/vendor.yaml"
        try CallRecords.catalog.write(toFile: catalog, atomically: true, encoding: .utf8)
        let flags = ["--event-time", "2023-01-01", "--catalog", catalog, "--snapshot-events", "0"]
        try Service.run(flags, home: home) { service in
            let admin = try service.signIn()
            for line in expected {
                try admin.activate(Int(line.number) ?? 0, tariff: line.tariff)
                if line.tariff == "06" { try admin.expectOK("TOPUP \(line.number) 100 ref=fee-\(line.number)") }
            }
            let tool = try ImportTool(service).run(
                try #require(CallRecords.directory) + "/cdr.txt",
                "--source", "vendor", "--columns", "direction,msisdn,start,end,-", "--map", "direction:01=out",
                "--map", "direction:02=in", "--set", "kind=voice", "--time", "yyyyMMddHHmmss", "--sort", "--json")
            #expect(tool.status == .exited(0), "\(tool.output)")
            #expect(tool.outcome["rated"] as? Int == 5000)
            try holds(expected, service)
            // Everything in memory is gone: the debts are computed from the log.
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            try holds(expected, service)
        }
    }

    private func holds(_ expected: [(number: String, tariff: String, charge: String)], _ service: Service) throws {
        let admin = try service.signIn()
        var right = 0
        for line in expected {
            let paid = line.tariff == "06" ? 10_000 : 0
            let reply = try admin.expectOK("BALANCE \(line.number)")
            let owed = paid - (try #require(reply["balance"].flatMap { AccountingTools.kopecks(amount: $0) }))
            if owed == AccountingTools.kopecks(amount: line.charge) {
                right += 1
            } else {
                Issue.record("\(line) owes \(owed)")
            }
        }
        #expect(right == 500)
        // Nobody pays again, so a number is barred once, by the record that takes it below nothing.
        let owing = try expected.map(\.number).filter {
            try admin.expectOK("BALANCE \($0)")["balance"]?.hasPrefix("-") ?? false
        }
        let barred = try admin.call("EVENTS type=service_barred limit=1000").lines.compactMap {
            $0.firstMatch(of: /msisdn=(\d+)/).map { String($0.1) }
        }
        #expect(barred.sorted() == owing.sorted())
        print("call records: \(right) of \(expected.count) numbers owe what is expected")
    }
}
