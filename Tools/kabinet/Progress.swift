// The progress of long work, on one line of a terminal's standard error.

import EventLog
import Foundation

/// Drawn some times a second, and only for a person.
final class ProgressBar {
    private static let cells = 30
    private let isShown: Bool
    private var next = ContinuousClock.now + .milliseconds(200)
    private var isDrawn = false

    init(isShown: Bool = isatty(STDERR_FILENO) == 1) { self.isShown = isShown }

    /// `words` stand behind the bar.
    func show(_ doing: String, _ done: UInt64, of total: UInt64, _ words: @autoclosure () -> String) {
        guard isShown, ContinuousClock.now >= next else { return }
        next = ContinuousClock.now + .milliseconds(100)
        isDrawn = true
        write("\r" + Self.line(doing, done, of: total, words()) + "\u{1B}[K")
    }

    /// A replay that may begin with a snapshot: the bar begins there.
    func show(_ doing: String, _ progress: ReplayProgress) {
        let from = progress.from == 0 ? "" : " from the snapshot at \(progress.from)"
        show(
            doing, progress.position - progress.from, of: progress.total - progress.from,
            "event \(progress.position) of \(progress.total)\(from)")
    }

    static func line(_ doing: String, _ done: UInt64, of total: UInt64, _ words: String) -> String {
        let share = total == 0 ? 1 : min(1, Double(done) / Double(total))
        let full = Int(share * Double(cells))
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
        return "\(doing) [\(bar)] \(Int(share * 100)) %  \(words)"
    }

    /// Ends the line, so that the next output has its own.
    func end() {
        if isDrawn { write("\r\u{1B}[K") }
        isDrawn = false
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// Bytes as people read them.
func sizeText(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (size, unit) = (Double(bytes), 0)
    while size >= 999.5, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) bytes" : String(format: size < 10 ? "%.1f %@" : "%.0f %@", size, units[unit])
}

func seconds(since start: ContinuousClock.Instant) -> Double {
    Double((ContinuousClock.now - start) / .milliseconds(1)).rounded() / 1000
}
