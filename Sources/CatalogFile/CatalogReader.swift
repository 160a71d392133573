// Reads YAML's nodes into a catalogue. A mistake is noted with its place and reading goes on, so that one run names
// all.

import Yams

struct CatalogReader {
    typealias Mistake = CatalogFileError.Mistake

    var mistakes: [Mistake] = []
    var regionKeys: Set<String> = []
    var zoneKeys: Set<String> = []
    var tariffKeys: Set<String> = []
    var optionKeys: Set<String> = []
    /// Options, subscriptions and bundles: the offerings that can go with a tariff.
    var productKeys: Set<String> = []

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
        let zones = parts["zones"].map { entries($0, "zones") } ?? []
        zoneKeys = Set(zones.map(\.key))
        let readZones = zones.map { zone($0.key, $0.value) }
        noteSharedPrefixes(zones)
        var sections: [CatalogFile.Kind: [(key: String, value: Node)]] = [:]
        for kind in CatalogFile.Kind.allCases { sections[kind] = parts[kind.section].map { entries($0, kind.section) } }
        func keys(_ kind: CatalogFile.Kind) -> Set<String> { Set((sections[kind] ?? []).map(\.key)) }
        (tariffKeys, optionKeys) = (keys(.tariff), keys(.option))
        productKeys = optionKeys.union(keys(.subscription)).union(keys(.bundle))
        var offerings: [CatalogFile.Offering] = []
        var kinds: [String: CatalogFile.Kind] = [:]
        for kind in CatalogFile.Kind.allCases {
            for (key, node) in sections[kind] ?? [] {
                if let other = kinds.updateValue(kind, forKey: key) {
                    note(node, "\(kind.section).\(key): \(other.article) has this key already; choose another")
                }
                offerings.append(offering(kind, key, node))
            }
        }
        for offering in offerings { noteContradictions(of: offering, offerings, sections) }
        for (name, isEmpty) in [
            ("ranges", ranges.isEmpty), ("regions", regions.isEmpty), ("tariffs", tariffKeys.isEmpty),
        ] where isEmpty {
            if let node = parts[name] { note(node, "\(name): at least one is needed") }
        }
        guard let terms, mistakes.isEmpty else { return nil }
        return CatalogFile(
            terms: terms, ranges: numberRanges, regions: readRegions, zones: readZones,
            offerings: Self.excludingBothWays(offerings))
    }

    /// Notes contradictions between two places that publishing would refuse.
    private mutating func noteContradictions(
        of offering: CatalogFile.Offering, _ offerings: [CatalogFile.Offering],
        _ sections: [CatalogFile.Kind: [(key: String, value: Node)]]
    ) {
        guard let node = sections[offering.kind]?.first(where: { $0.key == offering.key })?.value else { return }
        let path = "\(offering.kind.section).\(offering.key)"
        let parts = offerings.filter { $0.kind == .option && offering.options.contains($0.key) }
        if offering.fee == .zero, offering.period != "open", ([offering] + parts).contains(where: \.hasBuckets) {
            note(node, "\(path): it has buckets and a period, but no fee to renew them; give it a fee, or period: open")
        }
        for (index, one) in parts.enumerated() {
            for other in parts[(index + 1)...]
            where one.excludes.contains(other.key) || other.excludes.contains(one.key) {
                note(node, "\(path): \(one.key) and \(other.key) cannot stand beside each other")
            }
        }
        let goesWith = ([offering] + parts).map(\.tariffs).filter { !$0.isEmpty }.map(Set.init)
        if let first = goesWith.first, goesWith.dropFirst().reduce(first, { $0.intersection($1) }).isEmpty {
            note(node, "\(path): no tariff goes with all of its options")
        }
    }

    private mutating func terms(_ node: Node) -> CatalogFile.Terms? {
        let parts = mapping(node, .terms, "terms")
        let fee = parts["tariff_change_fee"].flatMap { amount($0, "terms.tariff_change_fee") }
        let days = parts["tariff_change_free_after_days"].flatMap {
            whole($0, "terms.tariff_change_free_after_days", 0...3650, "days, such as 30")
        }
        let late = parts["late_usage_days"].flatMap {
            whole($0, "terms.late_usage_days", 1...60, "days, 1 to 60")
        }
        let greatest = parts["greatest_payment"].flatMap { amount($0, "terms.greatest_payment") }
        let cash = parts["cashier_day_limit"].flatMap { amount($0, "terms.cashier_day_limit") }
        guard let fee, let days else { return nil }
        return .init(
            tariffChangeFee: fee, tariffChangeFreeAfterDays: days, lateUsageDays: late, greatestPayment: greatest,
            cashierDayLimit: cash)
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

    private mutating func zone(_ key: String, _ node: Node) -> CatalogFile.Zone {
        let path = "zones.\(key)"
        if CatalogForm.scopes.contains(key) {
            note(node, "\(path): \(CatalogForm.scopes.joined(separator: ", ")) are scopes already; choose another key")
        }
        let parts = mapping(node, .zone, path)
        var it = CatalogFile.Zone(key: key)
        if let node = parts["name"], let name = name(node, path + ".name") { it.name = name }
        for node in parts["prefixes"].map({ elements($0, path + ".prefixes") }) ?? [] {
            guard
                let prefix = value(
                    node, path + ".prefixes", "1 to 15 digits in quotes, such as \"7495\"",
                    { text in decimal(text, digits: 1...15).map { _ in text } })
            else { continue }
            it.prefixes.append(prefix)
        }
        if let node = parts["home_of"], let region = value(node, path + ".home_of", "the key of a region", { $0 }) {
            if !regionKeys.contains(region) {
                note(node, "\(path).home_of: there is no region \(region); add it under regions or correct the key")
            }
            it.homeOf = region
        }
        it.isAbroad = flag(parts["abroad"], path + ".abroad")
        return it
    }

    /// A number belongs to one zone.
    private mutating func noteSharedPrefixes(_ zones: [(key: String, value: Node)]) {
        var owners: [String: String] = [:]
        for (key, node) in zones {
            guard case .mapping(let pairs) = node, case .sequence(let prefixes)? = pairs["prefixes"] else { continue }
            for prefix in prefixes {
                guard let text = prefix.scalar?.string else { continue }
                if let owner = owners.updateValue(key, forKey: text) {
                    note(prefix, "zones.\(key).prefixes: \(text) is of \(owner) already; keep one")
                }
            }
        }
    }

    private mutating func flag(_ node: Node?, _ path: String) -> Bool {
        node.flatMap { choice($0, path, ["true", "false"]) } == "true"
    }

    // MARK: Tariffs and options

    private mutating func offering(_ kind: CatalogFile.Kind, _ key: String, _ node: Node) -> CatalogFile.Offering {
        let path = "\(kind.section).\(key)"
        let parts = mapping(node, kind.form, path)
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
        it.isRetired = flag(parts["retired"], path + ".retired")
        it.regions = parts["regions"].map { keys($0, path + ".regions", "region", \.regionKeys) } ?? []
        it.tariffs = parts["tariffs"].map { keys($0, path + ".tariffs", "tariff", \.tariffKeys) } ?? []
        if let node = parts["excludes"] {
            it.excludes = keys(node, path + ".excludes", "option", \.productKeys)
            if it.excludes.contains(key) { note(node, "\(path).excludes: \(key) cannot exclude itself") }
        }
        if let node = parts["options"] {
            it.options = keys(node, path + ".options", "option", \.optionKeys)
            if !(2...16).contains(it.options.count) { note(node, "\(path).options: a bundle is of 2 to 16 options") }
        }
        if let node = parts["provider"], let name = name(node, path + ".provider") { it.provider = name }
        let moment = "a date or an instant of UTC, such as 2018-04-01"
        it.validFrom = parts["valid_from"].flatMap { value($0, path + ".valid_from", moment, UTCTime.init) }
        it.validTo = parts["valid_to"].flatMap { value($0, path + ".valid_to", moment, UTCTime.init) }
        if let from = it.validFrom, let to = it.validTo, to <= from, let node = parts["valid_to"] {
            note(node, "\(path).valid_to: \(to) is not after \(from)")
        }
        if let node = parts["includes"] { includes(node, path + ".includes", &it) }
        for node in parts["buckets"].map({ elements($0, path + ".buckets") }) ?? [] {
            if let bucket = bucket(node, path + ".buckets") { it.buckets.append(bucket) }
        }
        for node in parts["rates"].map({ elements($0, path + ".rates") }) ?? [] {
            guard let rate = rate(node, path + ".rates") else { continue }
            let isSaid = it.rates.contains {
                ($0.usage, $0.direction, $0.scope, $0.isUnpaid)
                    == (rate.usage, rate.direction, rate.scope, rate.isUnpaid)
            }
            if isSaid { note(node, "\(path).rates: \(rate.usage) \(rate.direction) has a price already; keep one") }
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

    /// How quantities of a usage are written, and an example.
    static func units(_ usage: String) -> ([(name: String, factor: UInt64)], String) {
        switch usage {
        case "voice": (voiceUnits, "1 min")
        case "data": (dataUnits, "1 MB")
        default: (messageUnits, "1")
        }
    }

    /// `any`, `on_net`, `home` or a zone; `any` if left out.
    private mutating func scope(_ node: Node?, _ path: String) -> String {
        guard let node, let scope = value(node, path, "any, on_net, home or a zone's key", { isKey($0) ? $0 : nil })
        else { return "any" }
        if !CatalogForm.scopes.contains(scope), !zoneKeys.contains(scope) {
            note(node, "\(path): there is no zone \(scope); add it under zones or write any, on_net or home")
        }
        return scope
    }

    private mutating func bucket(_ node: Node, _ path: String) -> CatalogFile.Bucket? {
        let parts = mapping(node, .bucket, path)
        guard let usage = parts["usage"].flatMap({ choice($0, path + ".usage", CatalogForm.usages) }) else {
            return nil
        }
        let (units, example) = Self.units(usage)
        let usual = usage == "data" ? "any" : "out"
        let direction = parts["direction"].map { choice($0, path + ".direction", CatalogForm.directions) } ?? usual
        guard let direction else { return nil }
        var it = CatalogFile.Bucket(usage: usage, direction: direction)
        let isUnlimited = flag(parts["unlimited"], path + ".unlimited")
        if let amount = parts["amount"] {
            it.amount = value(amount, path + ".amount", "how much there is of \(usage), such as \(example)") {
                quantity($0, units: units).flatMap { $0 <= 1 << 50 ? $0 : nil }
            }
            if isUnlimited { note(amount, "\(path): what is unlimited has no amount; leave one of them out") }
        } else if !isUnlimited {
            note(node, "\(path): say an amount, such as amount: \(example), or unlimited: true")
        }
        it.scope = scope(parts["scope"], path + ".scope")
        if let node = parts["per"] {
            it.unit = value(node, path + ".per", "what usage is rounded up to, such as \(example)") {
                quantity($0, units: units).flatMap { $0 <= UInt64(UInt32.max) ? $0 : nil }
            }
        }
        it.price = parts["price"].flatMap { amount($0, path + ".price") }
        it.priority = parts["priority"].flatMap {
            whole($0, path + ".priority", 1...255, "1 to 255, the lower is used first")
        }
        it.isRollover = flag(parts["rollover"], path + ".rollover")
        if it.isRollover, isUnlimited {
            note(node, "\(path): nothing is left of what is unlimited; leave rollover out")
        }
        return it
    }

    private mutating func rate(_ node: Node, _ path: String) -> CatalogFile.Rate? {
        let parts = mapping(node, .rate, path)
        let usage = parts["usage"].flatMap { choice($0, path + ".usage", CatalogForm.usages) }
        let direction = parts["direction"].map { choice($0, path + ".direction", CatalogForm.directions) } ?? "any"
        let price = parts["price"].flatMap { amount($0, path + ".price") }
        guard let usage, let direction, let price else { return nil }
        let (units, example) = Self.units(usage)
        var unit: UInt64 = 1
        if let node = parts["per"] {
            guard
                let read = value(
                    node, path + ".per", "what one price buys of \(usage), such as \(example)",
                    { quantity($0, units: units).flatMap { $0 <= UInt64(UInt32.max) ? $0 : nil } })
            else { return nil }
            unit = read
        } else if usage == "voice" || usage == "data" {
            note(node, "\(path): say what one price buys, such as per: \(example)")
        }
        var it = CatalogFile.Rate(usage: usage, direction: direction, price: price, unit: unit)
        it.scope = scope(parts["scope"], path + ".scope")
        it.isAccumulated = flag(parts["accumulated"], path + ".accumulated")
        it.isUnpaid = flag(parts["unpaid"], path + ".unpaid")
        if let node = parts["connection"], let fee = amount(node, path + ".connection") {
            it.connectionFee = fee
            if it.isAccumulated { note(node, "\(path): what is counted over the period has no records to connect") }
        }
        return it
    }

    /// If A excludes B, then B excludes A.
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
