// kabinet import: sends other systems' records to the log over the wire.

import Accounts
import ArgumentParser
import Client
import Foundation

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imports records of other systems into the log.",
        discussion: """
            EXAMPLE
              kabinet import cdr calls.csv --source msc-1 --dry-run
            """,
        subcommands: [ImportCDR.self])
}

/// `column:text in the file=meaning`, `column=text`.
private struct ColumnText: ExpressibleByArgument {
    var column: CallRecordFormat.Column
    var name: String
    var meant: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        let parts = argument[..<equals].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let column = CallRecordFormat.Column(rawValue: String(parts[0])), column != .ignored else { return nil }
        self.column = column
        name = parts.count == 2 ? String(parts[1]) : ""
        meant = String(argument[argument.index(after: equals)...])
    }
}

struct ImportCDR: Subcommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv, tsv, semicolons, pipes

        var separator: UInt8 {
            switch self {
            case .csv: UInt8(ascii: ",")
            case .tsv: UInt8(ascii: "\t")
            case .semicolons: UInt8(ascii: ";")
            case .pipes: UInt8(ascii: "|")
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "cdr",
        abstract: "Imports a file of call records. Each line becomes a USAGE request, which the service rates.",
        discussion: """
            First the command checks the whole file. It prints every line that is not a record, and sends nothing if \
            there is one. Then it sends the records, thousands at a time. Each record has the source --source and a \
            number. If an import stops, repeat it with the same arguments and the same file: it continues, and no \
            record is rated twice. Another file needs another source, or numbers after the last record, with --first. \
            Under the same numbers it is refused (exit status 65), because the service compares each record with the \
            one that it knows. The service keeps 256 sources, with up to 512 KiB of memory for each.

            Telephone numbers must be in E.164, with or without +: 84912345678 is a number of Viet Nam.

            The columns are msisdn, kind (voice, sms, mms, data), direction (in, out; data needs none), peer, start, \
            and a quantity: end or seconds or minutes, messages, bytes or kilobytes or megabytes. The column n is the \
            record's number at its source; without it each line has the next number. The column - is ignored. Without \
            --columns the first line names the columns.

            The service refuses records that are too old, unless its log is in event time (kabinetd --event-time). \
            Such a log takes records only in the order of their start: add --sort.

            EXAMPLES
              kabinet import cdr calls.csv --source msc-1 --dry-run
              kabinet import cdr calls.csv --source msc-1 --admin-of /var/lib/kabinet
              kabinet import cdr old.txt --source archive \\
                --columns direction,msisdn,start,end,- \\
                --map direction:01=out --map direction:02=in --set kind=voice \\
                --time yyyyMMddHHmmss --utc-offset +03:00 --sort --admin-of /var/lib/kabinet
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The file with the records; - is standard input.", completion: .file())
    var file: String

    @Option(help: "The separator of columns: csv, tsv, semicolons or pipes.")
    var format = Format.csv

    @Option(
        help: ArgumentHelp(
            "The switch or system that made the records; it becomes source= of USAGE.",
            valueName:
                "name"))
    var source: String

    @Option(help: ArgumentHelp("The number of the first record, if there is no column n.", valueName: "n"))
    var first: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "The columns in order, separated by commas (default: the first line names them).", valueName: "names"))
    var columns: String?

    @Option(help: ArgumentHelp("The meaning of a text in a column; may be repeated.", valueName: "column:text=meant"))
    private var map: [ColumnText] = []

    @Option(
        help: ArgumentHelp(
            "A value for every record, instead of a column; may be repeated.",
            valueName:
                "column=text"))
    private var set: [ColumnText] = []

    @Option(
        help: ArgumentHelp(
            "The format of times: rfc3339, unix, unix-ms or a pattern such as yyyyMMddHHmmss.", valueName: "pattern"))
    var time = TimePattern.rfc3339

    @Option(help: ArgumentHelp("The offset of times that do not contain one.", valueName: "+hh:mm"))
    var utcOffset = "+00:00"

    @Flag(help: "Send the records in the order of their start.")
    var sort = false

    @Flag(help: "Skip the lines that are not records.")
    var skipBad = false

    @Flag(help: "Only check the file and print the requests. Needs no service.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "A new CSV file for the records that the service refused, with the reasons.",
            valueName:
                "file"),
        completion: .file())
    var refusals: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    mutating func work() async throws {
        let bar = ProgressBar()
        let format = format
        var records = try CallRecordFile(path: file, hasHeading: columns == nil) { done, total in
            bar.show("reading", UInt64(done), of: UInt64(total), sizeText(total))
        } makeFormat: { [self] heading in
            try makeFormat(format, heading)
        }
        bar.end()
        for mistake in records.mistakes { complain("\(file):\(mistake.line): \(mistake.message)") }
        if records.mistakeCount > records.mistakes.count {
            complain("\(file): and \(records.mistakeCount - records.mistakes.count) more")
        }
        guard records.mistakeCount == 0 || skipBad else {
            throw Failure(
                message:
                    "\(records.mistakeCount) lines are not records; nothing was sent. Correct them, or add --skip-bad",
                status: Status.refused)
        }
        guard records.mistakeCount == 0 || !sort else {
            throw Failure(
                message:
                    "--sort numbers records by their start, so a line that is corrected later would"
                    + " change the numbers after it: correct the lines first, or sort the file", status: Status.usage)
        }
        if sort { records.sort() }
        if dryRun { return say(try preview(records)) }

        let started = ContinuousClock.now
        let client = try await connection.open()
        try await checkOrder(records, client)
        var run = ImportRun(file: records, source: source, first: first)
        let refused = try refusals.map { try RefusalFile($0) }
        do {
            try await run.send(over: client) { tally in
                bar.show(
                    "importing", UInt64(tally.count), of: UInt64(records.places.count), tally.words(since: started))
            } refused: { number, record, refusal in
                try refused?.write(number, record, refusal)
            }
        } catch {
            bar.end()
            guard let failure = explain(error), failure.status != Status.otherFile else { throw error }
            throw Failure(
                message: "\(failure.message); \(run.tally.count) of \(records.places.count) records were done."
                    + " Repeat the command: it continues there, and no record is rated twice", status: failure.status)
        }
        bar.end()
        await client.close()
        say(json ? run.tally.json(since: started).text : run.tally.text(since: started, source: source))
        guard run.tally.refused.isEmpty else { throw Failure(message: "", status: Status.refused) }
    }

    private func makeFormat(_ format: Format, _ heading: Substring?) throws -> CallRecordFormat {
        let words = heading.map(String.init) ?? columns ?? ""
        let separator = heading == nil ? UInt8(ascii: ",") : format.separator
        let names = words.utf8.split(separator: separator, omittingEmptySubsequences: false).map {
            String(decoding: Array($0), as: UTF8.self).trimmingCharacters(in: CharacterSet(charactersIn: " \"\r"))
        }
        let known = CallRecordFormat.Column.allCases.map(\.rawValue).joined(separator: ", ")
        let columns = try names.map { name in
            guard let column = CallRecordFormat.Column(rawValue: name) else {
                throw Failure(
                    message: heading == nil
                        ? "'\(name)' is not a column; the columns are \(known)"
                        : "the first line of \(file) names '\(name)', which is not a column (the columns are \(known));"
                            + " give them with --columns", status: Status.usage)
            }
            return column
        }
        guard let offset = Self.offset(utcOffset) else {
            throw Failure(
                message:
                    "--utc-offset must be an offset such as +03:00, not '\(utcOffset)'", status: Status.usage)
        }
        var values: [CallRecordFormat.Column: [String: String]] = [:]
        for entry in map { values[entry.column, default: [:]][entry.name] = entry.meant }
        let constants = Dictionary(set.map { ($0.column, $0.meant) }) { $1 }
        let made = CallRecordFormat(
            separator: format.separator, columns: columns, values: values, constants: constants, time: time,
            utcOffsetMinutes: offset)
        if let lack = made.lack { throw Failure(message: lack, status: Status.usage) }
        return made
    }

    /// `+03:00` in minutes.
    private static func offset(_ text: String) -> Int? {
        // Parsed as part of a time.
        guard let instant = Instant(rfc3339: "2000-01-01T12:00:00\(text)".utf8),
            let noon = Instant(rfc3339: "2000-01-01T12:00:00Z".utf8)
        else { return nil }
        return Int((noon - instant).milliseconds / 60_000)
    }

    /// A log in event time takes records in order, so a file out of order would be imported only in part.
    private func checkOrder(_ records: CallRecordFile, _ client: KabinetClient) async throws {
        guard !records.isInOrder, try await client.call(Request("STATS"))["event_time"] != nil else { return }
        throw Failure(
            message: "the log is in event time, but the records of \(file) are not in order of time; nothing was sent."
                + " Add --sort", status: Status.refused)
    }

    /// The requests that would be sent.
    private func preview(_ records: CallRecordFile) throws -> String {
        var lines: [String] = []
        for index in records.places.indices.prefix(5) {
            let record = try records.record(index)
            lines.append(record.request(source: source, n: record.number ?? first + records.ordinal(index)).line)
        }
        if records.places.count > lines.count { lines.append("…") }
        lines.append("")
        for (kind, sum) in records.sums.sorted(by: { $0.key < $1.key }) {
            let unit = kind.hasPrefix("voice") ? "seconds" : kind.hasPrefix("data") ? "bytes" : "messages"
            lines.append("\(padded(kind, 10)) \(sum.records) records, \(sum.quantity) \(unit)")
        }
        let starts = records.places.map(\.start)
        if let from = starts.min(), let to = starts.max() {
            lines.append(
                "\(records.places.count) records from \(from) to \(to), "
                    + (records.isInOrder ? "in order of time" : "not in order of time")
                    + (records.mistakeCount > 0 ? "; \(records.mistakeCount) lines are not records" : ""))
        } else {
            lines.append("no records")
        }
        return lines.joined(separator: "\n")
    }
}

/// Refused records, written as they come.
private struct RefusalFile {
    private let handle: FileHandle
    private let path: String

    init(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure(message: "\(path) exists already: choose another name", status: Status.usage)
        }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw Failure(message: "\(path) cannot be written", status: Status.usage) }
        (self.handle, self.path) = (handle, path)
        try write("n,msisdn,start,code,message")
    }

    func write(_ number: UInt64, _ record: CallRecord, _ refusal: Refusal) throws {
        let texts = ["\(record.msisdn)", "\(record.start)", refusal.code, refusal.message]
        try write(
            "\(number)," + texts.map { CSVJournal.quoted(printable($0, keepsLines: false)) }.joined(separator: ","))
    }

    private func write(_ line: String) throws {
        do { try handle.write(contentsOf: Data((line + "\n").utf8)) } catch {
            throw Failure(message: "\(path) cannot be written", status: Status.refused)
        }
    }
}

extension ImportTally {
    private func rate(since start: ContinuousClock.Instant) -> Int {
        Int(Double(count - skipped) / max(0.001, seconds(since: start)))
    }

    /// Printed after the bar.
    fileprivate func words(since start: ContinuousClock.Instant) -> String {
        let (rejected, refused) = (rejected.values.reduce(0, +), refused.values.reduce(0, +))
        return "\(count) records, \(rate(since: start))/s"
            + (rejected > 0 ? ", \(rejected) rejected" : "") + (refused > 0 ? ", \(refused) refused" : "")
    }

    fileprivate func text(since start: ContinuousClock.Instant, source: String) -> String {
        func line(_ name: String, _ count: Int, _ words: String = "") -> String {
            padded(name, 9) + padded("\(count)", 12, right: true) + (words.isEmpty ? "" : "  \(words)")
        }
        func reasons(_ counts: [String: Int]) -> String {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
        }
        var lines = [line("rated", rated, "\(Money(minorUnits: amount))")]
        if !rejected.isEmpty { lines.append(line("rejected", rejected.values.reduce(0, +), reasons(rejected))) }
        if repeated + skipped > 0 {
            lines.append(line("repeated", repeated + skipped, "reported before by \(source), and not rated again"))
        }
        if !refused.isEmpty { lines.append(line("refused", refused.values.reduce(0, +), reasons(refused))) }
        lines.append(line("all", count, "\(seconds(since: start)) s, \(rate(since: start))/s"))
        return lines.joined(separator: "\n")
    }

    fileprivate func json(since start: ContinuousClock.Instant) -> JSONValue {
        func counts(_ counts: [String: Int]) -> JSONValue {
            .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .number("\($0.value)")) })
        }
        return .object([
            ("rated", .number("\(rated)")), ("rejected", counts(rejected)), ("repeated", .number("\(repeated)")),
            ("skipped", .number("\(skipped)")), ("refused", counts(refused)),
            ("amount", .string("\(Money(minorUnits: amount))")), ("seconds", .number("\(seconds(since: start))")),
        ])
    }
}
