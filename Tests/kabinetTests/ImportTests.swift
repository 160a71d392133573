// The meaning of a line of a file of call records, by its columns.

import Accounts
import Client
import Testing

@testable import kabinet

@Suite("Call records of a file")
struct ImportFormatTests {
    private func format(
        _ columns: [CallRecordFormat.Column], separator: Character = ",", time: TimePattern = .rfc3339,
        values: [CallRecordFormat.Column: [String: String]] = [:],
        constants: [CallRecordFormat.Column: String] = [.kind: "voice", .direction: "out"], offset: Int = 0
    ) -> CallRecordFormat {
        CallRecordFormat(
            separator: separator.asciiValue ?? 0, columns: columns, values: values, constants: constants, time: time,
            utcOffsetMinutes: offset)
    }

    private func mistake(_ format: CallRecordFormat, _ line: Substring) -> String? {
        do throws(CallRecordFormat.Mistake) {
            _ = try format.record(line)
            return nil
        } catch { return error.message }
    }

    @Test("A voice record takes its length from seconds, from minutes, or from its start and end")
    func lengths() throws {
        func seconds(_ columns: [CallRecordFormat.Column], _ text: String) throws -> UInt64 {
            try format([.msisdn, .start] + columns).record("79001234567,2018-03-01T10:00:00Z,\(text)").quantity
        }
        #expect(try seconds([.seconds], "75") == 75)
        #expect(try seconds([.seconds], "1:15") == 75)
        #expect(try seconds([.seconds], "1:00:15") == 3615)
        #expect(try seconds([.minutes], "3") == 180)
        #expect(try seconds([.end], "2018-03-01T10:01:15Z") == 75)
        #expect(try seconds([.end], "2018-03-01T10:01:15.001Z") == 76, "a begun second was one")
    }

    @Test("Quantities of data have their unit in the column's name, and a message is one unless it says more")
    func quantities() throws {
        let data = format([.msisdn, .start, .kilobytes], constants: [.kind: "data"])
        #expect(data.lack == nil, "data needs no direction")
        #expect(try data.record("79001234567,2018-03-01,100").quantity == 102_400)
        let sms = format([.msisdn, .start, .messages], constants: [.kind: "sms", .direction: "out"])
        #expect(try sms.record("79001234567,2018-03-01,3").quantity == 3)
        #expect(try sms.record("79001234567,2018-03-01,").quantity == 1)
        #expect(
            mistake(sms, "79001234567,2018-03-01,1001")
                == "messages is '1001', which cannot be the quantity of one record")
        let call = format([.msisdn, .start, .end])
        #expect(mistake(call, "79001234567,2018-03-01,2018-03-02T00:00:01Z") == "it lasts more than a day")
        #expect(
            mistake(data, "79001234567,2018-03-01,")
                == "bytes, kilobytes and megabytes are all empty: one of them must give the volume")
        #expect(mistake(data, "79001234567,2018-03-01,99999999999999") != nil, "more than a quantity can be")
    }

    @Test("Fields are read without the blanks and quotes around them (RFC 4180)")
    func quoting() throws {
        let format = format([.msisdn, .peer, .start, .seconds], separator: ";")
        let record = try format.record(#" "79001234567" ; "a ""b"";c" ;2018-03-01; 5"#)
        #expect(record.msisdn.number == 79_001_234_567)
        #expect(record.peer == #"a "b";c"#)
        #expect(mistake(format, #""79001234567;1;2018-03-01;5"#) == "a quote is not closed")
        #expect(mistake(format, #""7"9;1;2018-03-01;5"#) == "a separator must follow a closing quote")
        #expect(mistake(format, "79001234567;1;2018-03-01") == "it has 3 columns, not 4")
        #expect(mistake(format, "79001234567;1;2018-03-01;5;") == "it has 5 columns, not 4")
    }

    @Test("Numbers of a file must be strict E.164", arguments: ["", "+"])
    func numbers(plus: String) throws {
        let format = format([.msisdn, .start, .seconds])
        for number in ["84912345678", "9607771234", "79001234567"] {
            let line = try format.record("\(plus)\(number),2018-03-01,5").request(source: "msc", n: 1).line
            #expect(line.hasPrefix("USAGE +\(number) "))
        }
        #expect(
            mistake(format, "8 (900) 123-45-67,2018-03-01,5")
                == "msisdn is '8 (900) 123-45-67': a number in E.164 is digits alone, with or without + before them")
    }

    @Test("--map gives the meaning of a column's text for all lines")
    func values() throws {
        let format = format(
            [.direction, .msisdn, .start, .seconds], values: [.direction: ["01": "out", "02": "in"]],
            constants: [.kind: "voice"])
        #expect(try format.record("02,79001234567,2018-03-01,5").direction == "in")
        #expect(
            mistake(format, "03,79001234567,2018-03-01,5")
                == "direction is '03', not in, out; give its meaning with --map direction:03=…")
    }

    @Test("An incomplete or contradictory format is refused before a line is read")
    func lacks() {
        #expect(format([.msisdn, .start]).lack == nil)
        #expect(format([.start]).lack == "there is no column msisdn; add it to --columns, or add --set msisdn=…")
        #expect(format([.msisdn, .start, .start]).lack == "there are two columns start; remove one")
        #expect(
            format([.msisdn, .start], constants: [.kind: "sms", .direction: "in", .n: "5"]).lack
                == "--set cannot give n, because each record has its own number; make n a column, or leave it out")
        #expect(mistake(format([.msisdn, .start, .seconds, .n]), "79001234567,2018-03-01,5,") == "n is empty")
        #expect(
            mistake(format([.msisdn, .start, .seconds]), "7900123456a,2018-03-01,5")
                == "msisdn is '7900123456a': a number in E.164 is digits alone, with or without + before them")
        #expect(
            format([.msisdn, .start, .kind]).lack
                == "kind is a column and is given with --set too; leave one of them out")
    }

    @Test(
        "A time is read by the pattern, with its own offset or else with the file's",
        arguments: [
            ("rfc3339", "2018-03-01T10:00:00Z", "2018-03-01T10:00:00Z"),
            ("rfc3339", "2018-03-01T10:00:00+03:00", "2018-03-01T07:00:00Z"),
            ("rfc3339", "2018-03-01 10:00:00", "2018-03-01T07:00:00Z"),
            ("rfc3339", "2018-03-01", "2018-02-28T21:00:00Z"),
            ("yyyyMMddHHmmss", "20180301100000", "2018-03-01T07:00:00Z"),
            ("dd.MM.yyyy HH:mm", "01.03.2018 10:00", "2018-03-01T07:00:00Z"),
            ("unix", "1519898400", "2018-03-01T10:00:00Z"), ("unix-ms", "1519898400500", "2018-03-01T10:00:00.500Z"),
        ])
    func times(pattern: String, text: String, meant: String) throws {
        let pattern = try #require(TimePattern(argument: pattern))
        #expect(pattern.instant(text[...], offsetMinutes: 180).map { "\($0)" } == meant)
    }

    @Test(
        "A text that is not a time, or not a pattern, is refused",
        arguments: ["20180231100000", "20180301250000", "2018030110000", "2018030110000x", "19690301100000"])
    func noTimes(text: String) throws {
        let pattern = try #require(TimePattern(argument: "yyyyMMddHHmmss"))
        #expect(pattern.instant(text[...], offsetMinutes: 0) == nil)
        #expect(TimePattern(argument: "yyyy-MM") == nil)
        #expect(TimePattern(argument: "yesterday") == nil)
        #expect(TimePattern.unix(milliseconds: 1000).instant("-5", offsetMinutes: 0) == nil)
    }
}
