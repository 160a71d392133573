// A file of call records: its lines are all checked before any is sent.

import Accounts
import Foundation

/// Mapped, so that a file larger than memory can be read; each line takes 24 bytes. A pipe is kept in memory.
struct CallRecordFile {
    struct Place {
        var offset: Int
        var start: Instant
        /// Counted from 0, lines that are not records included, so that mending a line moves no other.
        var line: Int
    }

    let path: String
    private let data: Data
    let format: CallRecordFormat
    /// The place of every record, in the file's order or by start.
    private(set) var places: [Place] = []
    /// Lines that are not records.
    private(set) var mistakes: [(line: Int, message: String)] = []
    private(set) var mistakeCount = 0
    /// True if no record begins before the one in front of it.
    private(set) var isInOrder = true
    private(set) var isSorted = false
    /// By kind and direction: records, and seconds, messages or bytes.
    private(set) var sums: [String: (records: Int, quantity: UInt64)] = [:]

    /// The most mistakes that are kept to be shown.
    static let shownMistakes = 20

    /// `makeFormat` gets the first line if it is a heading.
    init(
        path: String, hasHeading: Bool, progress: (Int, Int) -> Void,
        makeFormat: (Substring?) throws -> CallRecordFormat
    ) throws {
        self.path = path
        var status = stat()
        let isFile = path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let found =
            isFile ? try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) : bytes(ofFile: path)
        guard let found else {
            throw Failure(message: "cannot read \(path); check its name and permissions", status: Status.usage)
        }
        data = found
        var offset = data.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        var first = 1
        if hasHeading {
            let (text, next) = Self.line(data, offset)
            guard let text else { throw Failure(message: "\(path) is empty", status: Status.usage) }
            format = try makeFormat(text)
            (offset, line, first) = (next, 1, 2)
        } else {
            format = try makeFormat(nil)
        }
        while offset < data.count {
            line += 1
            let (text, next) = Self.line(data, offset)
            if line % 4096 == 0 { progress(offset, data.count) }
            defer { offset = next }
            guard let text else {
                note(line, "it is not UTF-8 text")
                continue
            }
            guard !text.isEmpty else { continue }
            do throws(CallRecordFormat.Mistake) {
                let record = try format.record(text)
                if let last = places.last, record.start < last.start { isInOrder = false }
                places.append(Place(offset: offset, start: record.start, line: line - first))
                let key = "\(record.kind) \(record.direction)"
                sums[key, default: (0, 0)].records += 1
                sums[key]?.quantity &+= record.quantity
            } catch {
                note(line, error.message)
            }
        }
    }

    private mutating func note(_ line: Int, _ message: String) {
        mistakeCount += 1
        if mistakes.count < Self.shownMistakes { mistakes.append((line, message)) }
    }

    /// Sorts by start; records with the same start keep the file's order.
    mutating func sort() {
        places.sort { ($0.start, $0.offset) < ($1.start, $1.offset) }
        (isInOrder, isSorted) = (true, true)
    }

    /// The place of a record in the whole file, from 0: its line's, or its place by start if they were sorted.
    func ordinal(_ index: Int) -> UInt64 { UInt64(isSorted ? index : places[index].line) }

    /// The record at a place, which was read before.
    func record(_ index: Int) throws -> CallRecord {
        guard let text = Self.line(data, places[index].offset).text else {
            throw Failure(message: "\(path) changed while it was read", status: Status.refused)
        }
        do { return try format.record(text) } catch {
            throw Failure(message: "\(path) changed while it was read: \(error.message)", status: Status.refused)
        }
    }

    /// The line at an offset, and where the next one begins; nil if it is not text.
    private static func line(_ data: Data, _ offset: Int) -> (text: Substring?, next: Int) {
        let rest = data[(data.startIndex + offset)...]
        let end = rest.firstIndex(of: 10) ?? data.endIndex
        var line = rest[..<end]
        if line.last == 13 { line = line.dropLast() }
        return (String(bytes: line, encoding: .utf8).map { $0[...] }, end - data.startIndex + 1)
    }
}
