// A service's catalogue, written as the file that would produce it: one form is checked, compared and published. Pure.

import Accounts

extension [CatalogItem] {
    /// The file of these items. Comments of a file that was published are not in the log, so they are not here.
    package var yaml: String {
        var lines: [String] = []
        for item in self where item.kind == "terms" {
            lines.append("terms:")
            lines += item.values.map { "  " + item.written($0.name, $0.value) }
        }
        lines += ["", "ranges:"]
        for item in self where item.kind == "range" {
            lines.append("  - { prefix: \"\(item.key)\", digits: \(item["digits"] ?? "") }")
        }
        lines += ["", "regions:"]
        for item in self where item.kind == "region" { lines += item.region }
        section("zones", "zone", &lines) { $0.zone }
        for kind in CatalogKind.offerings { section(kind.section, kind.word, &lines) { $0.offering } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ name: String, _ kind: String, _ lines: inout [String], _ text: (CatalogItem) -> [String]) {
        let items = filter { $0.kind == kind }
        if !items.isEmpty { lines += ["", name + ":"] }
        for (index, item) in items.enumerated() { lines += (index == 0 ? [] : [""]) + text(item) }
    }
}

extension CatalogItem {
    fileprivate var region: [String] {
        var lines = ["  \(plain(key)):", "    name: \(plain(self["name"] ?? ""))", "    offsets:"]
        for entry in list("offsets") {
            let parts = entry.split(separator: "@", maxSplits: 1)
            let minutes = Int(parts[0]) ?? 0
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let offset = "\(minutes < 0 ? "-" : "+")\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
            lines.append("      - { offset: \"\(offset)\"\(parts.count == 2 ? ", from: \(parts[1])" : "") }")
        }
        return lines
    }

    fileprivate var zone: [String] {
        let parts = values.map { written($0.name, $0.value, inFlow: true) }
        return ["  \(plain(key)): { \(parts.joined(separator: ", ")) }"]
    }

    fileprivate var offering: [String] {
        var lines = ["  \(plain(key)):"]
        var included: [String] = []
        for (name, value) in values {
            switch name {
            case "voice_seconds": included.append("voice: \(quantity(value, voiceUnits))")
            case "data_bytes": included.append("data: \(quantity(value, dataUnits))")
            case "messages": included.append("messages: \(value)")
            case "buckets": lines += ["    buckets:"] + list(name).map { "      - { \(bucket($0)) }" }
            case "rates": lines += ["    rates:"] + list(name).map { "      - { \(rate($0)) }" }
            default: lines.append("    \(written(name, value))")
            }
        }
        if !included.isEmpty { lines.append("    includes: { \(included.joined(separator: ", ")) }") }
        return lines
    }

    /// A plain key with its value.
    fileprivate func written(_ name: String, _ value: String, inFlow: Bool = false) -> String {
        guard let field = CatalogKind.named(kind)?[name] else { return "\(name): \(value)" }
        let text =
            switch field.form {
            case .text, .key: plain(value, inFlow: inFlow)
            case .flag: "true"
            case .keys: "[\(list(name).map { plain($0, inFlow: true) }.joined(separator: ", "))]"
            case .digits, .networks, .promises: "[\(list(name).map { "\"\($0)\"" }.joined(separator: ", "))]"
            case .money, .number, .period, .billingDay, .time, .word, .special: value
            }
        return "\(field.fileKey): \(text)"
    }

    private func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map(String.init)
    }

    /// `voice:out:6000:scope=on_net` as the file has it.
    private func bucket(_ text: String) -> String {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count >= 3 else { return "" }
        let (units, _) = CatalogReader.units(parts[0])
        var words = ["usage: \(parts[0])", "direction: \(parts[1])"]
        words.append(parts[2] == "unlimited" ? "unlimited: true" : "amount: \(quantity(parts[2], units))")
        return (words + parts[3...].map { extra($0, units) }).joined(separator: ", ")
    }

    /// `voice:out:1.95/60` as the file has it.
    private func rate(_ text: String) -> String {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count >= 3, let slash = parts[2].firstIndex(of: "/") else { return "" }
        let (units, _) = CatalogReader.units(parts[0])
        let unit = String(parts[2][parts[2].index(after: slash)...])
        let words = [
            "usage: \(parts[0])", "direction: \(parts[1])", "price: \(parts[2][..<slash])",
            "per: \(quantity(unit, units))",
        ]
        return (words + parts[3...].map { extra($0, units) }).joined(separator: ", ")
    }

    /// `scope=home`, `rollover`.
    private func extra(_ text: String, _ units: [(name: String, factor: UInt64)]) -> String {
        guard let equals = text.firstIndex(of: "=") else { return "\(text): true" }
        let (name, value) = (text[..<equals], String(text[text.index(after: equals)...]))
        switch name {
        case "unit": return "per: \(quantity(value, units))"
        case "scope": return "scope: \(plain(value, inFlow: true))"
        default: return "\(name): \(value)"
        }
    }

    /// Written in the largest unit that gives a whole number.
    private func quantity(_ text: String, _ units: [(name: String, factor: UInt64)]) -> String {
        guard let count = UInt64(text), count > 0,
            let unit = units.last(where: { $0.name != "h" && count % $0.factor == 0 })
        else { return text }
        return "\(count / unit.factor)\(unit.name.isEmpty ? "" : " \(unit.name)")"
    }

    /// Bare if YAML takes the text for nothing else.
    private func plain(_ text: String, inFlow: Bool = false) -> String {
        let isBare =
            text.first?.isLetter == true
            && text.allSatisfy { $0.isLetter || $0.isNumber || " -_.«»+".contains($0) || !inFlow && ",()".contains($0) }
            && text.last != " "
        return isBare ? text : CatalogRequest.quoted(text)
    }
}
