// The requests that publish a catalogue: `CATALOG.PUT` for each part of it, and `CATALOG.PUBLISH`.

/// A request with its values apart, for a caller in the same process or behind a socket.
package struct CatalogRequest: Equatable, Sendable {
    package struct NamedValue: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    package var verb: String
    package var positionals: [String]
    package var named: [NamedValue]

    package init(_ verb: String, _ positionals: [String] = [], _ named: [(String, String)] = []) {
        self.verb = verb
        self.positionals = positionals
        self.named = named.map { NamedValue(name: $0.0, value: $0.1) }
    }

    /// Opens an empty draft; the `draft=` of its reply goes into `CatalogFile.requests(draft:)`.
    package static let draft = CatalogRequest("CATALOG.DRAFT", [], [("empty", "1")])

    /// The request in the line protocol's words, without LF.
    package var line: String {
        var line = verb
        for value in positionals { line += " " + Self.rendered(value) }
        for field in named { line += " \(field.name)=" + (field.value.isEmpty ? "" : Self.rendered(field.value)) }
        return line
    }

    /// Bare if it can be, else a JSON string. The loader has refused control bytes.
    private static func rendered(_ value: String) -> String {
        let isBare =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if isBare { return value }
        return quoted(value)
    }

    /// A JSON string.
    static func quoted(_ value: String) -> String {
        var quoted = "\""
        for character in value.unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension CatalogFile {
    /// The requests that fill this draft, item by item, and at the end publish it. An option may name one that comes
    /// later: the service checks the draft as a whole when it is published.
    package func requests(draft: Int) -> [CatalogRequest] {
        let number = String(draft)
        return items.map { item in
            CatalogRequest(
                "CATALOG.PUT", [number, item.kind, item.key], item.values.map { ($0.name, $0.value) })
        } + [CatalogRequest("CATALOG.PUBLISH", [number])]
    }
}

extension CatalogFile.Region {
    var values: [(String, String)] {
        let history = offsets.map { offset in
            offset.from.map { "\(offset.minutes)@\($0)" } ?? "\(offset.minutes)"
        }
        return [("name", name), ("offsets", history.joined(separator: ","))]
    }
}

extension CatalogFile.Offering {
    /// Values at their default are left out.
    var values: [(String, String)] {
        var values = [("name", name), ("fee", fee.description), ("period", period)]
        func add(_ name: String, _ value: String, unless isDefault: Bool) {
            if !isDefault { values.append((name, value)) }
        }
        add("segment", segment, unless: segment == "any")
        add("regions", regions.joined(separator: ","), unless: regions.isEmpty)
        add("connection_fee", connectionFee.description, unless: connectionFee == .zero)
        // As the service shows it: a plain bucket in front becomes a value with a name of its own.
        var buckets = buckets[...]
        for (name, usage, included) in [
            ("voice_seconds", "voice", voiceSeconds), ("data_bytes", "data", dataBytes), ("messages", "sms", messages),
        ] {
            let plain = CatalogFile.Bucket(usage: usage, direction: usage == "data" ? "any" : "out")
            if included > 0 {
                values.append((name, String(included)))
            } else if let first = buckets.first, let amount = first.amount, first.differsOnlyInAmount(from: plain) {
                values.append((name, String(amount)))
                buckets.removeFirst()
            }
        }
        add("buckets", buckets.map(\.description).joined(separator: ","), unless: buckets.isEmpty)
        add("rates", rates.map(\.description).joined(separator: ","), unless: rates.isEmpty)
        add("tariffs", tariffs.joined(separator: ","), unless: tariffs.isEmpty)
        add("excludes", excludes.joined(separator: ","), unless: excludes.isEmpty)
        add("provider", provider, unless: provider.isEmpty)
        add("options", options.joined(separator: ","), unless: options.isEmpty)
        if let validFrom { values.append(("valid_from", "\(validFrom)")) }
        if let validTo { values.append(("valid_to", "\(validTo)")) }
        add("retired", "1", unless: !isRetired)
        return values
    }
}

extension CatalogFile.Zone {
    var values: [(String, String)] {
        var values = [("name", name)]
        if !prefixes.isEmpty { values.append(("prefixes", prefixes.joined(separator: ","))) }
        if let homeOf { values.append(("region", homeOf)) }
        if isAbroad { values.append(("abroad", "1")) }
        return values
    }
}

extension CatalogFile.Bucket: CustomStringConvertible {
    /// `voice:out:6000:scope=on_net`.
    package var description: String {
        "\(usage):\(direction):\(amount.map { "\($0)" } ?? "unlimited")" + (unit.map { ":unit=\($0)" } ?? "")
            + (scope == "any" ? "" : ":scope=\(scope)") + (price.map { ":price=\($0)" } ?? "")
            + (priority.map { ":priority=\($0)" } ?? "") + (isRollover ? ":rollover" : "")
    }
}

extension CatalogFile.Rate: CustomStringConvertible {
    /// `voice:out:1.95/60`.
    package var description: String {
        "\(usage):\(direction):\(price)/\(unit)" + (scope == "any" ? "" : ":scope=\(scope)")
            + (connectionFee == .zero ? "" : ":connection=\(connectionFee)") + (isAccumulated ? ":accumulated" : "")
            + (isUnpaid ? ":unpaid" : "")
    }
}
