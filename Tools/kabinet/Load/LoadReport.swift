// The results of a load, for people and for programs. Pure.

import Histogram

struct LoadReport {
    /// How far the log grew while the load ran.
    struct Growth: Equatable {
        let events: Int64
        let acknowledged: Int
        /// Changes without an answer: each may have been done or not.
        let unanswered: Int

        /// The log has every acknowledged change, and no other event beyond the unanswered changes.
        var isRight: Bool { (Int64(acknowledged)...Int64(acknowledged + unanswered)).contains(events) }
    }

    /// The requested load, in words.
    let load: String
    let tally: Tally
    var growth: Growth?

    private static let percentiles = [("p50", 50.0), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("max", 100)]

    private var rows: [(name: String, errors: Int, latency: Histogram<UInt64>)] {
        let kinds = RequestKind.allCases.map { ($0.name, tally[$0].errors, tally[$0].latency) }
            .filter { $0.1 > 0 || $0.2.totalCount > 0 }
        return [("all", tally.errorCount, tally.latency)] + kinds
    }

    private func rate(_ latency: Histogram<UInt64>) -> Double {
        tally.measuredSeconds > 0 ? Double(latency.totalCount) / tally.measuredSeconds : 0
    }

    /// A table, latencies in milliseconds.
    var text: String {
        var lines = ["\(load), \(decimal(tally.measuredSeconds, digits: 1)) s measured", ""]
        let heading = ["requests", "errors", "per second"] + Self.percentiles.map { "\($0.0) ms" }
        lines.append(line("", heading))
        for row in rows {
            let latencies = Self.percentiles.map { percentile in
                row.latency.totalCount == 0
                    ? "-" : decimal(Double(row.latency.valueAtPercentile(percentile.1)) / 1e6, digits: 3)
            }
            lines.append(
                line(
                    row.name,
                    ["\(row.latency.totalCount)", "\(row.errors)", decimal(rate(row.latency), digits: 0)] + latencies))
        }
        lines.append("")
        lines.append(
            "errors   \(tally.errorCount == 0 ? "none" : errors.map { "\($0.name) \($0.count)" }.joined(separator: ", "))"
        )
        if tally.largestBacklog > 0 {
            lines.append(
                "backlog  at most \(tally.largestBacklog) requests were due and not sent; "
                    + (tally.unsent > 0
                        ? "\(tally.unsent) were never sent: THE RATE WAS NOT REACHED, and latencies are only of"
                            + " requests that were sent"
                        : "all were sent in the end"))
        }
        if let growth {
            let unanswered = growth.unanswered == 0 ? "" : ", \(growth.unanswered) without a reply"
            lines.append(
                "log      grew by \(growth.events) events for \(growth.acknowledged) acknowledged changes"
                    + unanswered + (growth.isRight ? "" : ": THE LOG IS WRONG, or another client wrote to it"))
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ columns: [String]) -> String {
        padded(name, 8) + columns.map { padded($0, 11, right: true) }.joined()
    }

    /// Errors, most frequent first: codes of `ERR`, and failures without a code.
    private var errors: [(name: String, count: Int)] {
        var errors = tally.errors.map { (name: $0.key, count: $0.value) }
        errors.append(("broken connections", tally.brokenConnections))
        errors.append(("unanswered requests", tally.unanswered))
        return errors.filter { $0.count > 0 }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// One object; latencies in nanoseconds.
    var json: JSONValue {
        func number(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }
        let kinds = rows.map { row -> (name: String, value: JSONValue) in
            let latencies = Self.percentiles.map { percentile in
                (
                    name: percentile.0.replacing(".", with: "_"),
                    value: number(row.latency.valueAtPercentile(percentile.1))
                )
            }
            return (
                row.name,
                .object([
                    ("requests", number(row.latency.totalCount)), ("errors", number(row.errors)),
                    ("requests_per_second", .number(decimal(rate(row.latency), digits: 1))),
                    ("latency_nanoseconds", row.latency.totalCount == 0 ? .null : .object(latencies)),
                ])
            )
        }
        var members: [(name: String, value: JSONValue)] = [
            ("load", .string(load)), ("measured_seconds", .number(decimal(tally.measuredSeconds, digits: 3))),
            ("requests", .object(kinds)),
            (
                "errors",
                .object(tally.errors.sorted { $0.key < $1.key }.map { (name: $0.key, value: number($0.value)) })
            ),
            ("broken_connections", number(tally.brokenConnections)),
            ("unanswered_requests", number(tally.unanswered)),
            ("acknowledged_changes", number(tally.acknowledgedChanges)),
            ("largest_backlog", number(tally.largestBacklog)), ("unsent_requests", number(tally.unsent)),
        ]
        if let growth {
            members.append(("log_grew_by", number(growth.events)))
            members.append(("log_is_right", .bool(growth.isRight)))
        }
        return .object(members)
    }
}

/// A number that is not negative, with so many digits behind its point.
private func decimal(_ value: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
