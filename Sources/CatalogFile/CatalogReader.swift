// From YAML's nodes to a catalogue. A mistake is noted with its place and reading goes on, so that one run names all.

import Yams

struct CatalogReader {
    typealias Mistake = CatalogFileError.Mistake

    var mistakes: [Mistake] = []
    var regionKeys: Set<String> = []
    var tariffKeys: Set<String> = []
    var optionKeys: Set<String> = []

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
        let terms = parts["terms"].flatMap { self.terms($0) }
        let ranges = parts["ranges"].map { elements($0, "ranges") } ?? []
        let numberRanges = ranges.compactMap { range($0) }
        let regions = parts["regions"].map { entries($0, "regions") } ?? []
        regionKeys = Set(regions.map(\.key))
        let readRegions = regions.compactMap { region($0.key, $0.value) }
        let tariffs = parts["tariffs"].map { entries($0, "tariffs") } ?? []
        tariffKeys = Set(tariffs.map(\.key))
        let options = parts["options"].map { entries($0, "options") } ?? []
        optionKeys = Set(options.map(\.key))
        var offerings = tariffs.map { offering(.tariff, $0.key, $0.value) }
        for (key, node) in options {
            if tariffKeys.contains(key) {
                note(node, "options.\(key): a tariff has this key already; choose another")
            }
            offerings.append(offering(.option, key, node))
        }
        for (name, isEmpty) in [("ranges", ranges.isEmpty), ("regions", regions.isEmpty), ("tariffs", tariffs.isEmpty)]
        where isEmpty {
            if let node = parts[name] { note(node, "\(name): at least one is needed") }
        }
        guard let terms, mistakes.isEmpty else { return nil }
        return CatalogFile(
            terms: terms, ranges: numberRanges, regions: readRegions, offerings: Self.excludingBothWays(offerings))
    }

    private mutating func terms(_ node: Node) -> CatalogFile.Terms? {
        let parts = mapping(node, .terms, "terms")
        let fee = parts["tariff_change_fee"].flatMap { amount($0, "terms.tariff_change_fee") }
        let days = parts["tariff_change_free_after_days"].flatMap {
            whole($0, "terms.tariff_change_free_after_days", 0...3650, "days, such as 30")
        }
        guard let fee, let days else { return nil }
        return .init(tariffChangeFee: fee, tariffChangeFreeAfterDays: days)
    }

    private mutating func range(_ node: Node) -> CatalogFile.NumberRange? {
        let parts = mapping(node, .range, "ranges")
        let prefix = parts["prefix"].flatMap { node in
            value(node, "ranges.prefix", "1 to 15 digits in quotes, such as \"7900\"") { text in
                decimal(text, digits: 1...15).map { _ in text }
            }
        }
        let digits = parts["digits"].flatMap { whole($0, "ranges.digits", 7...15, "the length of a number, 7 to 15") }
        guard let prefix, let digits else { return nil }
        if prefix.utf8.count > digits { note(node, "ranges: the prefix is longer than the numbers; raise digits") }
        return .init(prefix: prefix, digits: digits)
    }

    private mutating func region(_ key: String, _ node: Node) -> CatalogFile.Region? {
        let path = "regions.\(key)"
        let parts = mapping(node, .region, path)
        let name = parts["name"].flatMap { self.name($0, path + ".name") }
        var offsets: [CatalogFile.Region.Offset] = []
        let history: [Node] = parts["offsets"].map { elements($0, path + ".offsets") } ?? []
        for (index, node) in history.enumerated() {
            let parts = mapping(node, .offset, path + ".offsets")
            let minutes = parts["offset"].flatMap {
                value($0, path + ".offset", "hours and minutes from UTC, such as +03:00", offsetMinutes)
            }
            let from = parts["from"].flatMap {
                value($0, path + ".from", "a date or an instant of UTC, such as 2014-10-25T22:00:00Z", UTCTime.init)
            }
            switch (index, parts["from"]) {
            case (0, .some(let node)):
                note(node, "\(path).offsets: the first holds since ever; leave its from out")
            case (1..., .none): note(node, "\(path).offsets: say from when it holds, such as from: 2014-10-26")
            default: break
            }
            if let from, let last = offsets.last?.from, from <= last {
                note(node, "\(path).offsets: \(from) is not after \(last); write them in order of time")
            }
            if let minutes { offsets.append(.init(minutes: minutes, from: from)) }
        }
        if offsets.isEmpty, let node = parts["offsets"] { note(node, "\(path).offsets: at least one is needed") }
        return name.map { .init(key: key, name: $0, offsets: offsets) }
    }

    // MARK: Tariffs and options

    private mutating func offering(_ kind: CatalogFile.Kind, _ key: String, _ node: Node) -> CatalogFile.Offering {
        let path = "\(kind.rawValue)s.\(key)"
        let parts = mapping(node, kind == .tariff ? .tariff : .option, path)
        var it = CatalogFile.Offering(kind: kind, key: key)
        if let node = parts["name"], let name = name(node, path + ".name") { it.name = name }
        if let node = parts["fee"], let fee = amount(node, path + ".fee") { it.fee = fee }
        if let node = parts["connection_fee"], let fee = amount(node, path + ".connection_fee") {
            it.connectionFee = fee
        }
        if let node = parts["period"],
            let period = value(node, path + ".period", "days such as 30d, month or open", { isPeriod($0) ? $0 : nil })
        {
            it.period = period
        }
        if let node = parts["segment"],
            let segment = choice(node, path + ".segment", CatalogForm.segments)
        {
            it.segment = segment
        }
        if let node = parts["retired"], let retired = choice(node, path + ".retired", ["true", "false"]) {
            it.isRetired = retired == "true"
        }
        it.regions = parts["regions"].map { keys($0, path + ".regions", "region", \.regionKeys) } ?? []
        it.tariffs = parts["tariffs"].map { keys($0, path + ".tariffs", "tariff", \.tariffKeys) } ?? []
        if let node = parts["excludes"] {
            it.excludes = keys(node, path + ".excludes", "option", \.optionKeys)
            if it.excludes.contains(key) { note(node, "\(path).excludes: an option cannot exclude itself") }
        }
        if let node = parts["includes"] { includes(node, path + ".includes", &it) }
        for node in parts["rates"].map({ elements($0, path + ".rates") }) ?? [] {
            guard let rate = rate(node, path + ".rates") else { continue }
            if it.rates.contains(where: { $0.usage == rate.usage && $0.direction == rate.direction }) {
                note(node, "\(path).rates: \(rate.usage) \(rate.direction) has a price already; keep one")
            }
            it.rates.append(rate)
        }
        return it
    }

    private mutating func includes(_ node: Node, _ path: String, _ offering: inout CatalogFile.Offering) {
        let parts = mapping(node, .includes, path)
        func read(_ name: String, _ units: [(name: String, factor: UInt64)], _ cure: String) -> UInt64 {
            parts[name].flatMap { value($0, "\(path).\(name)", cure) { quantity($0, units: units) } } ?? 0
        }
        offering.voiceSeconds = read("voice", voiceUnits, "a length such as 500 min")
        offering.dataBytes = read("data", dataUnits, "an amount such as 12 GB or 500 MB")
        offering.messages = read("messages", messageUnits, "a number of messages such as 50")
    }

    private mutating func rate(_ node: Node, _ path: String) -> CatalogFile.Rate? {
        let parts = mapping(node, .rate, path)
        let usage = parts["usage"].flatMap { choice($0, path + ".usage", CatalogForm.usages) }
        let direction = parts["direction"].map { choice($0, path + ".direction", CatalogForm.directions) } ?? "any"
        let price = parts["price"].flatMap { amount($0, path + ".price") }
        guard let usage, let direction, let price else { return nil }
        let (units, example) =
            switch usage {
            case "voice": (voiceUnits, "1 min")
            case "data": (dataUnits, "1 MB")
            default: (messageUnits, "1")
            }
        var unit: UInt64 = 1
        if let node = parts["per"] {
            guard
                let read = value(
                    node, path + ".per", "what one price buys of \(usage), such as \(example)",
                    { quantity($0, units: units) })
            else { return nil }
            unit = read
        } else if usage == "voice" || usage == "data" {
            note(node, "\(path): say what one price buys, such as per: \(example)")
        }
        return .init(usage: usage, direction: direction, price: price, unit: unit)
    }

    /// What A cannot stand beside cannot stand beside A.
    private static func excludingBothWays(_ offerings: [CatalogFile.Offering]) -> [CatalogFile.Offering] {
        offerings.map { offering in
            var offering = offering
            for other in offerings where other.excludes.contains(offering.key) && !offering.excludes.contains(other.key)
            {
                offering.excludes.append(other.key)
            }
            return offering
        }
    }
}
