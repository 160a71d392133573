import Accounts
import Foundation
import Testing

@testable import kabinet

@Suite("Scenario files")
struct ScenarioFileTests {
    @Test func aFileIsRequestsWithTheirRepliesAndDirectivesBetweenThem() throws {
        let file = try ScenarioFile(
            path: "a",
            text:
                "# words\n\nat 2018-03-01\r\nas portal roles=frontend,auditor\n> PING\n< OK\n\nat +2h\nrestart\n> A $b\n"
        )
        let steps: [ScenarioFile.Line] = [
            .init(line: 3, step: .time(.instant(Instant(milliseconds: 1_519_862_400_000)))),
            .init(line: 4, step: .speaker(name: "portal", roles: "frontend,auditor")),
            .init(line: 5, step: .request("PING", expected: [Pattern("OK")])),
            .init(line: 8, step: .time(.after(.hours(2)))), .init(line: 9, step: .restart),
            .init(line: 10, step: .request("A $b", expected: [])),
        ]
        #expect(file.lines == steps)
        #expect(file.beginning == Instant(milliseconds: 1_519_862_400_000))
    }

    @Test(arguments: [
        ("< OK", 1), ("> PING\nat noon", 2), ("at +30", 1), ("at +0d", 1), ("at +99999999999999999999s", 1),
        ("as", 1), ("as a b", 1), ("restart now", 1), (">", 1), ("> \n< OK", 1), ("> tail from=1", 1), ("PING", 1),
        ("> PING\nas portal\n< OK", 3), ("> " + String(repeating: "x", count: 20_000), 1),
    ])
    func aMistakeIsNamedByItsLine(text: String, line: Int) {
        let mistake = #expect(throws: ScenarioMistake.self) { try ScenarioFile(path: "a", text: text) }
        #expect(mistake?.line == line)
    }

    @Test(arguments: [
        ("OK balance=1.00", "OK balance=1.00", true), ("OK balance=1.00", "OK balance=1.01", false),
        ("OK balance=1.00", "OK balance=1.00 seq=4", false), ("OK balance=1.00 …", "OK balance=1.00 seq=4", true),
        ("OK … balance=…", "OK a=1 b=2 balance=7", true), ("OK ... balance=...", "OK a=1 balance=7", true),
        ("OK … seq=4", "OK seq=3 seq=4", true), ("OK … seq=4", "OK a=1 seq=41", false), ("…", "", true),
        ("OK challenge=$c", "OK challenge=", false), ("OK name=$n b=1", "OK name=\"a b\" b=1", true),
        ("OK a=$x b=$x", "OK a=1 b=1", true), ("OK a=$x b=$x", "OK a=1 b=2", false),
        ("OK price=$$5", "OK price=$5", true), ("OK … a=$x …", "OK z=1 a=7 b=2", true), ("OK", "ERR x", false),
    ])
    func aLineIsAsItsPattern(pattern: String, line: String, isMatch: Bool) {
        var captures: Captures = [:]
        #expect(matches([Pattern(pattern), Pattern("…")], [line, "more"], &captures) == isMatch)
        #expect(isMatch || captures.isEmpty, "a line that differs captures nothing")
    }

    @Test func aGapAloneStandsForAnyLines() {
        var captures: Captures = [:]
        let expected = ["ROW a=1", "…", "OK rows=$n"].map { Pattern($0) }
        #expect(matches(expected, ["ROW a=1", "ROW a=2", "OK rows=2"], &captures))
        #expect(captures == ["n": "2"])
        #expect(matches(expected, ["ROW a=1", "OK rows=2"], &captures))
        #expect(!matches(expected, ["ROW a=1"], &captures))
        #expect(!matches(expected, ["ROW a=1", "OK rows=2", "OK"], &captures))
    }

    @Test func aCapturedValueStandsForItselfInLaterLines() throws {
        var captures: Captures = [:]
        #expect(matches([Pattern("OK name=$name")], ["OK name=\"a b\""], &captures))
        #expect(try fill("PING $name $$name", captures) == "PING \"a b\" $name")
        #expect(matches([Pattern("OK name=$name")], ["OK name=\"a b\""], &captures))
        #expect(!matches([Pattern("OK name=$name")], ["OK name=c"], &captures))
        #expect(throws: UnknownCapture(name: "code")) { try fill("CONFIRM $code", captures) }
    }

    @Test func theFieldsOfALineAreItsNamedValues() {
        let line = "ROW a=1 name=\"x = \\\" y\" empty= b=c=d"
        #expect(fields(of: line).map { "\($0.name)|\($0.value)" } == ["a|1", "name|\"x = \\\" y\"", "empty|", "b|c=d"])
        #expect(value(of: "b", in: line) == "c=d" && value(of: "c", in: line) == nil)
    }

    @Test func aDifferenceShowsWhatWasSentWhatWasExpectedAndWhatCame() {
        let difference = ScenarioDifference(
            line: 3, said: "BALANCE 7", expected: ["ROW a=…", "OK balance=1.00"], same: 1,
            came: ["ROW a=1", "OK balance=2.00"])
        #expect(
            difference.lines(in: "a.scenario") == [
                "a.scenario:5: balance is 2.00, and 1.00 was expected", "  > BALANCE 7", "    < ROW a=1",
                "  expected < OK balance=1.00", "  answered < OK balance=2.00",
            ])
    }
}
