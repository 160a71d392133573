// The columns of a file of call records, and the reading of a line by them.

import Accounts

/// A record as `USAGE` takes it.
struct CallRecord: Equatable {
    var msisdn: MSISDN
    var kind: String
    var direction: String
    var peer: String?
    var start: Instant
    var quantity: UInt64
    /// The record's number in its source; nil if the file has none.
    var number: UInt64?

    /// `seconds`, `messages` or `bytes`.
    var quantityName: String {
        switch kind {
        case "voice": "seconds"
        case "data": "bytes"
        default: "messages"
        }
    }
}

struct CallRecordFormat: Equatable {
    /// A line that is not a record, and why.
    struct Mistake: Error, Equatable {
        let message: String
        init(_ message: String) { self.message = message }
    }

    enum Column: String, CaseIterable {
        case msisdn, kind, direction, peer, start, end, seconds, minutes, messages, bytes, kilobytes, megabytes, n
        /// Ignored.
        case ignored = "-"

        /// For columns with a quantity: the worth of one unit, in seconds, messages or bytes.
        var factor: UInt64? {
            switch self {
            case .seconds, .messages, .bytes: 1
            case .minutes: 60
            case .kilobytes: 1 << 10
            case .megabytes: 1 << 20
            default: nil
            }
        }
    }

    var separator: UInt8
    var columns: [Column]
    /// By column: the meaning of each text in the file.
    var values: [Column: [String: String]]
    /// The values that no column has.
    var constants: [Column: String]
    var time: TimePattern
    var utcOffsetMinutes: Int

    static let kinds = ["voice", "sms", "mms", "data"]
    static let directions = ["in", "out"]

    /// Nil if it gives all that every record needs; else the missing part.
    var lack: String? {
        func has(_ column: Column) -> Bool { columns.contains(column) || constants[column] != nil }
        let needed: [Column] = constants[.kind] == "data" ? [.msisdn, .start] : [.msisdn, .kind, .direction, .start]
        for column in needed where !has(column) {
            return "there is no column \(column.rawValue); add it to --columns, or add --set \(column.rawValue)=…"
        }
        let all = columns.filter { $0 != .ignored }
        if let twice = all.first(where: { column in all.count { $0 == column } > 1 }) {
            return "there are two columns \(twice.rawValue); remove one"
        }
        if constants[.n] != nil {
            return
                "--set cannot give n, because each record has its own number; make n a column, or leave it out"
        }
        if let both = constants.keys.first(where: { all.contains($0) }) {
            return "\(both.rawValue) is a column and is given with --set too; leave one of them out"
        }
        return nil
    }

    func record(_ line: Substring) throws(Mistake) -> CallRecord {
        let fields = try fields(line)
        guard fields.count == columns.count else {
            throw Mistake("it has \(fields.count) columns, not \(columns.count)")
        }
        var texts = constants.mapValues { $0[...] }
        for (column, field) in zip(columns, fields) where column != .ignored {
            let text = values[column]?[String(field)].map { $0[...] } ?? field
            if !text.isEmpty { texts[column] = text }
        }
        func text(_ column: Column) throws(Mistake) -> String {
            guard let text = texts[column] else { throw Mistake("\(column.rawValue) is empty") }
            return String(text)
        }
        func choice(_ column: Column, _ choices: [String]) throws(Mistake) -> String {
            let text = try text(column)
            guard choices.contains(text) else {
                throw Mistake(
                    "\(column.rawValue) is '\(text)', not \(choices.joined(separator: ", "));"
                        + " give its meaning with --map \(column.rawValue):\(text)=…")
            }
            return text
        }
        func instant(_ column: Column) throws(Mistake) -> Instant {
            let text = try text(column)
            guard let instant = time.instant(text[...], offsetMinutes: utcOffsetMinutes) else {
                throw Mistake("\(column.rawValue) is '\(text)', which is not a time in the format of --time")
            }
            return instant
        }
        let number = try text(.msisdn)
        let msisdn: MSISDN
        do throws(NotE164) { msisdn = try MSISDN(e164: number.utf8) } catch {
            throw Mistake("msisdn is '\(number)': \(error)")
        }
        let kind = try choice(.kind, Self.kinds)
        if kind == "data", texts[.direction] == nil { texts[.direction] = "out" }
        var record = CallRecord(
            msisdn: msisdn, kind: kind, direction: try choice(.direction, Self.directions),
            peer: texts[.peer].map(String.init),
            start: try instant(.start), quantity: 0)
        if columns.contains(.n) {
            let text = try text(.n)
            guard let number = UInt64(text) else { throw Mistake("n is '\(text)', which is not a number") }
            record.number = number
        }
        record.quantity = try quantity(of: record, texts, end: texts[.end] == nil ? nil : try instant(.end))
        return record
    }

    /// The quantity: from a column of its kind, or from start to end; one message if there is neither.
    private func quantity(of record: CallRecord, _ texts: [Column: Substring], end: Instant?) throws(Mistake) -> UInt64
    {
        let mine: [Column] =
            switch record.kind {
            case "voice": [.seconds, .minutes]
            case "data": [.bytes, .kilobytes, .megabytes]
            default: [.messages]
            }
        let greatest =
            switch record.kind {
            case "voice": UsageType.voice.greatestQuantity
            case "data": UsageType.data.greatestQuantity
            default: UsageType.sms.greatestQuantity
            }
        for column in mine {
            guard let text = texts[column], let factor = column.factor else { continue }
            guard let count = Self.count(text, isTime: column == .seconds), count <= greatest / factor else {
                throw Mistake("\(column.rawValue) is '\(text)', which cannot be the quantity of one record")
            }
            return count * factor
        }
        switch record.kind {
        case "voice":
            guard let end else {
                throw Mistake(
                    "seconds, minutes and end are all empty: one of them must give the length")
            }
            guard end >= record.start else { throw Mistake("it ends before it starts") }
            guard end - record.start <= .seconds(Int64(greatest)) else { throw Mistake("it lasts more than a day") }
            // A begun second counts as a whole one.
            return UInt64((end - record.start).secondsRoundedUp)
        case "data": throw Mistake("bytes, kilobytes and megabytes are all empty: one of them must give the volume")
        default: return 1
        }
    }

    /// `75`; for seconds also `1:15` and `0:01:15`.
    private static func count(_ text: Substring, isTime: Bool) -> UInt64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= (isTime ? 3 : 1) else { return nil }
        var sum: UInt64 = 0
        for part in parts {
            guard (1...15).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let number = UInt64(part), parts.count == 1 || sum < 1 << 40
            else { return nil }
            sum = sum * 60 + number
        }
        return sum
    }

    /// The fields of a line, without blanks around them. Between quotes a separator is text, and "" is a quote (RFC
    /// 4180).
    private func fields(_ line: Substring) throws(Mistake) -> [Substring] {
        var fields: [Substring] = []
        var rest = line.utf8[...]
        let quote = UInt8(ascii: "\"")
        while true {
            while let first = rest.first, first == 32 { rest.removeFirst() }
            if rest.first == quote {
                var text: [UInt8] = []
                rest.removeFirst()
                while true {
                    guard let byte = rest.popFirst() else { throw Mistake("a quote is not closed") }
                    if byte == quote {
                        guard rest.first == quote else { break }
                        rest.removeFirst()
                    }
                    text.append(byte)
                }
                while let first = rest.first, first == 32 { rest.removeFirst() }
                guard rest.isEmpty || rest.first == separator else {
                    throw Mistake(
                        "a separator must follow a closing quote")
                }
                fields.append(Substring(String(decoding: text, as: UTF8.self)))
            } else {
                let end = rest.firstIndex(of: separator) ?? rest.endIndex
                var field = rest[..<end]
                while let last = field.last, last == 32 || last == 13 { field.removeLast() }
                fields.append(Substring(field))
                rest = rest[end...]
            }
            guard !rest.isEmpty else { return fields }
            rest.removeFirst()
        }
    }
}
