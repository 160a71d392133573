import Accounts
import Testing

@testable import CatalogFile

@Suite("A value of a catalogue file")
struct CatalogValueTests {
    @Test(
        "is an exact sum of money, or is refused",
        arguments: [
            ("400", 40000), ("400.5", 40050), ("400.05", 40005), ("0", 0), ("0.01", 1), ("007.10", 710),
            ("9999999999999.99", 999_999_999_999_999), ("99999999999999", nil), ("1.005", nil), ("-1", nil),
            ("+1", nil), ("1e3", nil), ("1,5", nil), (".5", nil), ("5.", nil), ("", nil), ("0x10", nil), ("1_000", nil),
            ("٤", nil), ("1 ", nil),
        ] as [(String, Int64?)])
    func money(_ text: String, _ minorUnits: Int64?) throws {
        let fee = try #require(CatalogKind.named("tariff")?["fee"])
        #expect(fee.normal(text) == minorUnits.map { "\(Money(minorUnits: $0))" })
    }

    @Test(
        "is an offset from UTC",
        arguments: [
            ("+03:00", 180), ("-03:30", -210), ("+14:00", 840), ("-12:00", -720), ("+00:00", 0), ("+14:01", nil),
            ("-12:01", nil), ("03:00", nil), ("+3:00", nil), ("+03:60", nil), ("+03", nil), ("", nil), ("+", nil),
            ("+0٣:00", nil),
        ] as [(String, Int?)])
    func offset(_ text: String, _ minutes: Int?) {
        #expect(offsetMinutes(text) == minutes)
    }

    @Test(
        "is a period",
        arguments: [
            ("open", true), ("month", true), ("1d", true), ("30d", true), ("366d", true), ("367d", false),
            ("0d", false), ("d", false), ("30", false), ("-1d", false), ("Month", false),
        ])
    func period(_ text: String, _ isOne: Bool) throws {
        let period = try #require(CatalogKind.named("tariff")?["period"])
        #expect(period.normal(text) == (isOne ? text : nil))
    }

    @Test(
        "is a quantity with its unit",
        arguments: [
            ("500 min", 30_000), ("500min", 30_000), ("1 h", 3600), ("7 s", 7), ("0 min", nil), ("500", nil),
            ("500 GB", nil), ("min", nil), ("1.5 h", nil), ("-1 h", nil), ("9999999999999999 h", nil),
        ] as [(String, UInt64?)])
    func voice(_ text: String, _ seconds: UInt64?) {
        #expect(quantity(text, units: voiceUnits) == seconds)
    }

    @Test("is a day or an instant of UTC, on the calendar")
    func times() {
        for text in ["2014-10-26", "2016-02-29", "2000-02-29", "2014-10-25T22:00:00Z"] {
            #expect(UTCTime(text)?.description == text)
        }
        for text in [
            "2014-02-29", "1900-02-29", "2014-13-01", "2014-00-01", "2014-04-31", "2014-1-1", "2014-10-25T24:00:00Z",
            "2014-10-25T22:00Z", "2014-10-25T22:00:00", "2014-10-25T22:00:00+03:00", "2014-10-25 22:00:00Z", "", "T",
            "2014-10-25TT",
        ] {
            #expect(UTCTime(text) == nil, "\(text)")
        }
        #expect(UTCTime("2014-10-26")! > UTCTime("2014-10-25T22:00:00Z")!)
        #expect(!(UTCTime("2014-10-26")! < UTCTime("2014-10-26T00:00:00Z")!))
    }
}

@Suite("A damaged catalogue file")
struct DamagedFileTests {
    @Test("is loaded or refused with places inside the file, and never ends the program")
    func damage() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix(state: seed)
        let original = Array(CatalogFile.exampleYAML.utf8)
        let scraps = [
            "[", "]", "{", "}", ":", "- ", "\n", "  ", "&a ", "*a", "!!int ", "\"", "'", "#", "<<: ", "\t", "|",
            "\u{85}",
        ]
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...127, using: &generator)
                case 1: bytes.removeSubrange(at..<min(at + Int.random(in: 1...40, using: &generator), bytes.count))
                default: bytes.insert(contentsOf: scraps.randomElement(using: &generator)!.utf8, at: at)
                }
            }
            let yaml = String(decoding: bytes, as: UTF8.self)
            let lines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }.count
            do throws(CatalogFileError) {
                let catalog = try CatalogFile.load(yaml: yaml, name: "d.yaml")
                #expect(catalog.requests(draft: 1).allSatisfy { !$0.line.contains("\n") }, "seed \(seed)")
            } catch {
                #expect(!error.mistakes.isEmpty, "seed \(seed)")
                #expect(error.mistakes.allSatisfy { (1...(lines + 1)).contains($0.line) }, "seed \(seed): \(error)")
            }
        }
    }

    @Test("that nests without end is refused", arguments: ["[", "{a: ", "- "])
    func nesting(_ opening: String) {
        #expect(throws: CatalogFileError.self) {
            try CatalogFile.load(yaml: String(repeating: opening, count: 20_000), name: "d.yaml")
        }
    }
}

/// A generator that a printed seed repeats.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
