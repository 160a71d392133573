// Reads YAML's nodes into a catalogue. A mistake is noted with its place and reading goes on, so that one run names
// all.

import Accounts
import Yams

struct CatalogReader {
    typealias Mistake = CatalogFileError.Mistake

    var mistakes: [Mistake] = []
    /// The keys that the file defines.
    var known: [CatalogField.Holder: Set<String>] = [:]
    private var zoneKeys: Set<String> = []

    /// An item of the file, with its values in the notation of `CATALOG.PUT`.
    private struct Entry {
        let kind: CatalogKind
        let key: String
        let node: Node
        var values: [String: String] = [:]
        /// For an offering: true if it has an allowance.
        var hasPackages = false

        init(_ kind: CatalogKind, _ key: String, _ node: Node) { (self.kind, self.key, self.node) = (kind, key, node) }

        var path: String { "\(kind.section).\(key)" }
        var item: CatalogItem {
            CatalogItem(kind.word, key, kind.fields.compactMap { field in values[field.name].map { (field.name, $0) } })
        }

        func list(_ name: String) -> [String] { (values[name] ?? "").split(separator: ",").map(String.init) }

        /// Keeps a value, unless the item has it without the field.
        mutating func set(_ field: CatalogField, _ value: String) {
            if !field.leavesOut(value) { values[field.name] = value }
        }
    }

    static func read(yaml: String, name: String) throws(CatalogFileError) -> CatalogFile {
        var reader = CatalogReader()
        var catalog: CatalogFile?
        do {
            if let root = try Yams.compose(yaml: yaml) {
                catalog = reader.file(root)
            } else {
                reader.mistakes.append(
                    Mistake(line: 1, column: 1, message: "the file is empty; Schemas/catalogue.yaml is an example"))
            }
        } catch {
            reader.mistakes.append(mistake(of: error))
        }
        guard let catalog, reader.mistakes.isEmpty else {
            let sorted = reader.mistakes.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            throw CatalogFileError(name: name, mistakes: sorted)
        }
        return catalog
    }

    // MARK: The file's parts

    private mutating func file(_ root: Node) -> CatalogFile? {
        let parts = mapping(root, .file, "the file")
        var sections: [String: [Entry]] = [:]
        for kind in [CatalogKind.region, .zone] + CatalogKind.offerings {
            let entries = parts[kind.section].map { self.entries($0, kind.section) } ?? []
            sections[kind.word] = entries.map { Entry(kind, $0.key, $0.value) }
        }
        func keys(_ kinds: String...) -> Set<String> { Set(kinds.flatMap { sections[$0] ?? [] }.map(\.key)) }
        known = [
            .region: keys("region"), .tariff: keys("tariff"), .option: keys("option"),
            .product: keys("option", "subscription", "bundle"),
            .offering: keys("tariff", "option", "subscription", "bundle"),
        ]
        zoneKeys = keys("zone")

        let terms = parts["terms"].map { self.terms($0) }
        let ranges = (parts["ranges"].map { elements($0, "ranges") } ?? []).compactMap { range($0) }
        let regions = (sections["region"] ?? []).map { region($0) }
        let zones = (sections["zone"] ?? []).map { zone($0) }
        noteShared("prefixes", zones)
        noteShared("networks", zones)
        var offerings: [Entry] = []
        for entry in CatalogKind.offerings.flatMap({ sections[$0.word] ?? [] }) {
            if let other = offerings.last(where: { $0.key == entry.key }) {
                note(entry.node, "\(entry.path): \(other.kind.article) has this key already; choose another")
            }
            offerings.append(offering(entry))
        }
        for offering in offerings { noteContradictions(of: offering, offerings) }
        for (name, isEmpty) in [
            ("ranges", parts["ranges"]?.sequence?.isEmpty), ("regions", regions.isEmpty),
            ("tariffs", known[.tariff]?.isEmpty),
        ] where isEmpty == true {
            if let node = parts[name] { note(node, "\(name): at least one is needed") }
        }
        guard let terms, mistakes.isEmpty else { return nil }
        let entries = [terms] + ranges + regions + zones + Self.excludingBothWays(offerings)
        return CatalogFile(items: entries.map(\.item))
    }

    /// Notes contradictions between two places that publishing would refuse.
    private mutating func noteContradictions(of offering: Entry, _ offerings: [Entry]) {
        let (node, path) = (offering.node, offering.path)
        let options = offering.list("options")
        let parts = offerings.filter { $0.kind.part == .offering(.option) && options.contains($0.key) }
        let isFree = (offering.values["fee"] ?? "0.00") == "0.00"
        if isFree, (offering.values["period"] ?? "open") != "open", ([offering] + parts).contains(where: \.hasPackages)
        {
            note(node, "\(path): it has buckets and a period, but no fee to renew them; give it a fee, or period: open")
        }
        for (index, one) in parts.enumerated() {
            for other in parts[(index + 1)...]
            where one.list("excludes").contains(other.key) || other.list("excludes").contains(one.key) {
                note(node, "\(path): \(one.key) and \(other.key) cannot stand beside each other")
            }
        }
        let goesWith = ([offering] + parts).map { Set($0.list("tariffs")) }.filter { !$0.isEmpty }
        if let first = goesWith.first, goesWith.dropFirst().reduce(first, { $0.intersection($1) }).isEmpty {
            note(node, "\(path): no tariff goes with all of its options")
        }
    }

    /// Reads the keys that have no form of their own.
    private mutating func plain(_ entry: inout Entry, _ parts: [String: Node], _ path: String) {
        for field in entry.kind.fields where field.form != .special {
            guard let node = parts[field.fileKey] else { continue }
            if let value = plain(field, node, "\(path).\(field.fileKey)") { entry.set(field, value) }
        }
    }

    private mutating func terms(_ node: Node) -> Entry {
        var it = Entry(.terms, "general", node)
        plain(&it, mapping(node, CatalogForm(.terms), "terms"), "terms")
        return it
    }

    private mutating func range(_ node: Node) -> Entry? {
        let parts = mapping(node, CatalogForm(.range), "ranges")
        guard let prefix = parts["prefix"].flatMap({ digits($0, "ranges.prefix") }) else { return nil }
        var it = Entry(.range, prefix, node)
        plain(&it, parts, "ranges")
        if let digits = it.values["digits"].flatMap({ Int($0) }), prefix.utf8.count > digits {
            note(node, "ranges: the prefix is longer than the numbers; raise digits")
        }
        return it
    }

    private mutating func region(_ entry: Entry) -> Entry {
        let path = entry.path
        var it = entry
        let parts = mapping(entry.node, CatalogForm(.region), path)
        plain(&it, parts, path)
        var offsets: [String] = []
        var last: UTCTime?
        let history: [Node] = parts["offsets"].map { elements($0, path + ".offsets") } ?? []
        for (index, node) in history.enumerated() {
            let parts = mapping(node, .offset, path + ".offsets")
            let minutes = parts["offset"].flatMap {
                value($0, path + ".offset", "hours and minutes from UTC, such as +03:00", offsetMinutes)
            }
            let from = parts["from"].flatMap { time($0, path + ".from") }
            switch (index, parts["from"]) {
            case (0, .some(let node)):
                note(node, "\(path).offsets: the first holds since ever; leave its from out")
            case (1..., .none): note(node, "\(path).offsets: say from when it holds, such as from: 2014-10-26")
            default: break
            }
            if let from, let last, from <= last {
                note(node, "\(path).offsets: \(from) is not after \(last); write them in order of time")
            }
            last = from
            if let minutes { offsets.append(from.map { "\(minutes)@\($0)" } ?? "\(minutes)") }
        }
        if offsets.isEmpty, let node = parts["offsets"] { note(node, "\(path).offsets: at least one is needed") }
        it.values["offsets"] = offsets.joined(separator: ",")
        return it
    }

    private mutating func zone(_ entry: Entry) -> Entry {
        if CatalogForm.scopes.contains(entry.key) {
            let scopes = CatalogForm.scopes.joined(separator: ", ")
            note(entry.node, "\(entry.path): \(scopes) are scopes already; choose another key")
        }
        var it = entry
        plain(&it, mapping(entry.node, CatalogForm(.zone), entry.path), entry.path)
        return it
    }

    /// A number belongs to one zone, and so does a network.
    private mutating func noteShared(_ list: String, _ zones: [Entry]) {
        var owners: [String: String] = [:]
        for zone in zones {
            guard case .mapping(let pairs) = zone.node, case .sequence(let elements)? = pairs[list] else {
                continue
            }
            for element in elements {
                guard let text = element.scalar?.string else { continue }
                if let owner = owners.updateValue(zone.key, forKey: text) {
                    note(element, "\(zone.path).\(list): \(text) is of \(owner) already; keep one")
                }
            }
        }
    }

    private mutating func flag(_ node: Node?, _ path: String) -> Bool {
        node.flatMap { choice($0, path, ["true", "false"]) } == "true"
    }

    // MARK: Tariffs and options

    private mutating func offering(_ entry: Entry) -> Entry {
        let path = entry.path
        var it = entry
        let parts = mapping(entry.node, CatalogForm(entry.kind), path)
        plain(&it, parts, path)
        if it.list("excludes").contains(it.key), let node = parts["excludes"] {
            note(node, "\(path).excludes: \(it.key) cannot exclude itself")
        }
        if let node = parts["options"], !(2...16).contains(it.list("options").count) {
            note(node, "\(path).options: a bundle is of 2 to 16 options")
        }
        if let from = it.values["valid_from"].flatMap(UTCTime.init),
            let to = it.values["valid_to"].flatMap(UTCTime.init),
            to <= from, let node = parts["valid_to"]
        {
            note(node, "\(path).valid_to: \(to) is not after \(from)")
        }
        // The forms of their own are read into an event, because the table writes its values as `CATALOG` does.
        var put = CatalogOfferingPut()
        if let node = parts["includes"] { put.packages = packages(node, path + ".includes") }
        for node in parts["buckets"].map({ elements($0, path + ".buckets") }) ?? [] {
            if let bucket = bucket(node, path + ".buckets") { put.allowances.append(bucket) }
        }
        for node in parts["rates"].map({ elements($0, path + ".rates") }) ?? [] {
            guard let rate = rate(node, path + ".rates") else { continue }
            let isSaid = put.rates.contains {
                ($0.usage, $0.direction, $0.scope, $0.unpaid) == (rate.usage, rate.direction, rate.scope, rate.unpaid)
            }
            if isSaid {
                note(
                    node,
                    "\(path).rates: \(rate.usage.word) \(rate.direction.word) has a price already; keep one")
            }
            put.rates.append(rate)
        }
        it.hasPackages = !put.allowances.isEmpty
        for row in CatalogOfferingPut.rows where row.field.form == .special { it.set(row.field, row.text(put)) }
        return it
    }

    private mutating func packages(_ node: Node, _ path: String) -> CatalogOfferingPut.Packages {
        let parts = mapping(node, .includes, path)
        func read(_ name: String, _ units: [(name: String, factor: UInt64)], _ cure: String) -> UInt64 {
            parts[name].flatMap { value($0, "\(path).\(name)", cure) { quantity($0, units: units) } } ?? 0
        }
        return CatalogOfferingPut.Packages(
            voiceSeconds: read("voice", voiceUnits, "a length such as 500 min"),
            dataBytes: read("data", dataUnits, "an amount such as 12 GB or 500 MB"),
            messages: read("messages", messageUnits, "a number of messages such as 50"))
    }

    /// How quantities of a usage are written, and an example.
    static func units(_ usage: String) -> ([(name: String, factor: UInt64)], String) {
        switch usage {
        case "voice": (voiceUnits, "1 min")
        case "data": (dataUnits, "1 MB")
        default: (messageUnits, "1")
        }
    }

    /// `on_net`, `home` or a zone; empty for `any`, or if left out.
    private mutating func scope(_ node: Node?, _ path: String) -> String {
        let cure = "any, on_net, home or a zone's key"
        guard let node, let scope = value(node, path, cure, { isKey($0.utf8) ? $0 : nil }) else { return "" }
        if !CatalogForm.scopes.contains(scope), !zoneKeys.contains(scope) {
            note(node, "\(path): there is no zone \(scope); add it under zones or write any, on_net or home")
        }
        return scope == "any" ? "" : scope
    }

    private mutating func bucket(_ node: Node, _ path: String) -> Allowance? {
        let parts = mapping(node, .bucket, path)
        guard let usage: UsageType = word(parts["usage"], path + ".usage", nil) else { return nil }
        let (units, example) = Self.units("\(usage.word)")
        guard let direction = word(parts["direction"], path + ".direction", usage == .data ? Direction.any : .out)
        else { return nil }
        var it = Allowance(usage: usage, direction: direction)
        it.unlimited = flag(parts["unlimited"], path + ".unlimited")
        if let node = parts["amount"] {
            let cure = "how much there is of \(usage.word), such as \(example)"
            it.amount =
                value(node, path + ".amount", cure) {
                    quantity($0, units: units).flatMap { $0 <= 1 << 50 ? $0 : nil }
                } ?? 0
            if it.unlimited { note(node, "\(path): what is unlimited has no amount; leave one of them out") }
        } else if !it.unlimited {
            note(node, "\(path): say an amount, such as amount: \(example), or unlimited: true")
        }
        it.scope = scope(parts["scope"], path + ".scope")
        if let node = parts["per"] {
            it.unit = unit(node, path + ".per", "what usage is rounded up to, such as \(example)", units) ?? 0
        }
        it.price = parts["price"].flatMap { amount($0, path + ".price") } ?? 0
        it.priority =
            parts["priority"].flatMap {
                whole($0, path + ".priority", 1...255, "1 to 255, the lower is used first")
            }.map { UInt32($0) } ?? 0
        it.rollover = flag(parts["rollover"], path + ".rollover")
        if it.rollover, it.unlimited {
            note(node, "\(path): nothing is left of what is unlimited; leave rollover out")
        }
        return it
    }

    private mutating func unit(
        _ node: Node, _ path: String, _ cure: String, _ units: [(name: String, factor: UInt64)]
    ) -> UInt64? {
        value(node, path, cure) { quantity($0, units: units).flatMap { $0 <= UInt64(UInt32.max) ? $0 : nil } }
    }

    private mutating func rate(_ node: Node, _ path: String) -> Rate? {
        let parts = mapping(node, .rate, path)
        let usage: UsageType? = word(parts["usage"], path + ".usage", nil)
        let direction = word(parts["direction"], path + ".direction", Direction.any)
        let price = parts["price"].flatMap { amount($0, path + ".price") }
        guard let usage, let direction, let price else { return nil }
        let (units, example) = Self.units("\(usage.word)")
        var it = Rate(usage: usage, direction: direction, price: price, unit: 1)
        if let node = parts["per"] {
            let cure = "what one price buys of \(usage.word), such as \(example)"
            guard let unit = unit(node, path + ".per", cure, units) else { return nil }
            it.unit = unit
        } else if usage == .voice || usage == .data {
            note(node, "\(path): say what one price buys, such as per: \(example)")
        }
        it.scope = scope(parts["scope"], path + ".scope")
        it.accumulated = flag(parts["accumulated"], path + ".accumulated")
        it.unpaid = flag(parts["unpaid"], path + ".unpaid")
        if let node = parts["connection"], let fee = amount(node, path + ".connection") {
            it.connectionFee = fee
            if it.accumulated { note(node, "\(path): what is counted over the period has no records to connect") }
        }
        return it
    }

    /// If A excludes B, then B excludes A.
    private static func excludingBothWays(_ offerings: [Entry]) -> [Entry] {
        offerings.map { offering in
            var (offering, excludes) = (offering, offering.list("excludes"))
            for other in offerings where other.list("excludes").contains(offering.key) && !excludes.contains(other.key)
            {
                excludes.append(other.key)
            }
            if !excludes.isEmpty { offering.values["excludes"] = excludes.joined(separator: ",") }
            return offering
        }
    }
}
