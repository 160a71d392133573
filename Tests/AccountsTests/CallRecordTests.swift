/// Three tariffs that a billing vendor wrote down, 5,000 calls of 500 numbers, and what each number owes for them.
///
/// The records are not part of the project: `KABINET_CALL_RECORDS` names a directory with `cdr.txt` (lines of
/// `type, number, start, end, tariff`) and `expected.csv` (`msisdn,tariff,calls,seconds,started_minutes,charge_rub`).

import Accounts
import AccountsKit
import Foundation
import Testing

enum CallRecords {
    static let directory: String? = {
        guard let named = ProcessInfo.processInfo.environment["KABINET_CALL_RECORDS"] else { return nil }
        return FileManager.default.fileExists(atPath: named + "/expected.csv") ? named : nil
    }()

    struct Call {
        var isOutgoing: Bool
        var number: String
        var start: String
        var seconds: Int
        var tariff: String
    }

    static func calls() throws -> [Call] {
        try lines("cdr.txt").map { line in
            let parts = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let (start, end) = (try #require(instant(parts[2])), try #require(instant(parts[3])))
            return Call(
                isOutgoing: parts[0] == "01", number: parts[1], start: start.description,
                seconds: Int((end - start).milliseconds / 1000), tariff: parts[4])
        }.sorted { $0.start < $1.start }
    }

    /// By number: the tariff and the charge.
    static func expected() throws -> [String: (tariff: String, charge: String)] {
        var expected: [String: (tariff: String, charge: String)] = [:]
        for line in try lines("expected.csv").dropFirst() {
            let parts = line.split(separator: ",").map(String.init)
            expected[parts[0]] = (parts[1], parts[5])
        }
        return expected
    }

    private static func lines(_ name: String) throws -> [String] {
        let text = try String(contentsOfFile: try #require(directory) + "/" + name, encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    /// `20230725141448`, taken for UTC: the period is the whole file.
    private static func instant(_ digits: String) -> Instant? {
        let all = Array(digits)
        func part(_ range: Range<Int>) -> String { String(all[range]) }
        guard all.count == 14 else { return nil }
        let time = "\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
        return Instant(rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(time)".utf8)
    }

    /// The three tariffs as a catalogue says them.
    static let tariffs = [
        "CATALOG.PUT 1 tariff 03 name=Third period=open rates=voice:any:1.50/60",
        "CATALOG.PUT 1 tariff 06 name=Sixth fee=100 period=open buckets=voice:any:18000 rates=voice:any:1/60",
        "CATALOG.PUT 1 tariff 11 name=Eleventh period=open buckets=voice:out:6000:price=0.50"
            + " rates=voice:in:0/60,voice:out:1.50/60",
    ]
}

@Suite("CallRecords", .enabled(if: CallRecords.directory != nil, "KABINET_CALL_RECORDS names no call records: skipped"))
struct CallRecordTests {
    @Test("Every number owes what the vendor's rules say, to the kopeck, and again after a replay")
    func everyNumber() throws {
        let expected = try CallRecords.expected()
        #expect(expected.count == 500)
        let catalog = [
            "CATALOG.PUT 1 region msk name=Moscow offsets=180", "CATALOG.PUT 1 range 7 digits=11",
            "CATALOG.PUT 1 terms general tariff_change_fee=0",
        ]
        let cabinet = Scenario(
            at: "2022-12-31T00:00:00Z", catalog: catalog + CallRecords.tariffs + ["CATALOG.PUBLISH 1"])
        for (number, line) in expected.sorted(by: { $0.key < $1.key }) {
            cabinet.given(
                subscriber: number, tariff: line.tariff, balance: line.tariff == "06" ? "100" : "0")
        }
        for (index, call) in try CallRecords.calls().enumerated() {
            cabinet.at(call.start)
            cabinet.when(
                "USAGE \(call.number) kind=voice direction=\(call.isOutgoing ? "out" : "in") start=\(call.start)"
                    + " seconds=\(call.seconds) source=vendor n=\(index)", as: "network")
            #expect(cabinet.answer["status"] == "rated", "\(call)")
        }
        var right = 0
        for (number, line) in expected {
            cabinet.when("BALANCE \(number)")
            let paid = line.tariff == "06" ? 10_000 : 0
            let balance = try #require(Money(decimal: cabinet.answer["balance"].utf8))
            let owed = Money(minorUnits: Int64(paid) - balance.minorUnits)
            if "\(owed)" == line.charge { right += 1 } else { Issue.record("\(number): \(owed), not \(line.charge)") }
        }
        #expect(right == 500)
        print("call records: \(right) of \(expected.count) numbers owe what is expected")
        cabinet.thenReplayIsLive()
    }
}
