/// CATALOG.PUT: one item of a draft, added or replaced.
package struct CatalogPut: Change {
    package static let spec = CommandSpec(
        "CATALOG.PUT", .change, roles: .operator,
        [
            .positional("draft", .number),
            .positional("kind", .key, "region, range, zone, terms, tariff, option, subscription or bundle"),
            .positional("key", .key, "its stable name; of a range: the first digits"),
            .optional("name", .text),
            .optional("offsets", .list, "of a region: minutes[@time], the first without a time"),
            .optional("digits", .number, "of a range: how many digits its numbers have"),
            .optional("prefixes", .list, "of a zone: what its numbers begin with"),
            .optional("region", .key, "of a zone: whose subscribers are at home there"),
            .optional("abroad", .flag, "of a zone: 1 where prices and buckets for everywhere do not reach it"),
            .optional("tariff_change_fee", .money),
            .optional("tariff_change_free_after_days", .number),
            .optional("late_usage_days", .number, "1 to 60; records of usage that began before are rejected"),
            .optional("segment", .key, "any, individual or corporate"),
            .optional("regions", .list, "none: all"), .optional("fee", .money), .optional("connection_fee", .money),
            .optional("period", .text, "30d, month or open"), .optional("voice_seconds", .number),
            .optional("data_bytes", .number), .optional("messages", .number),
            .optional("buckets", .list, "usage:direction:amount[:unit=][:scope=][:price=][:priority=][:rollover]"),
            .optional(
                "rates", .list,
                "usage:direction:price/unit[:scope=][:connection=][:accumulated][:unpaid], as in voice:out:1.95/60"),
            .optional("tariffs", .list, "of what is no tariff: the tariffs it goes with; none: all"),
            .optional("excludes", .list, "of what is no tariff: those that it cannot stand beside"),
            .optional("provider", .text, "of a subscription: whose content it is"),
            .optional("options", .list, "of a bundle: its options"),
            .optional("valid_from", .time, "it can be had from then on"),
            .optional("valid_to", .time, "and no longer then"), .optional("retired", .flag),
            .optional("greatest_payment", .money, "of terms; none: a payment is not bounded"),
            .optional("cashier_day_limit", .money, "of terms: of a cash desk's payments a day; none: it takes nothing"),
        ],
        summary: "Puts a region, number range, zone, terms or offering into a draft.",
        example: #"CATALOG.PUT 3 tariff moy-onlayn name="Мой онлайн" fee=400 period=30d voice_seconds=30000"#)

    /// The fields that a kind takes besides the three positionals.
    private static let fields: [String: [String]] = [
        "region": ["name", "offsets"],
        "range": ["digits"],
        "zone": ["name", "prefixes", "region", "abroad"],
        "terms": [
            "tariff_change_fee", "tariff_change_free_after_days", "late_usage_days", "greatest_payment",
            "cashier_day_limit",
        ],
        "tariff": offeringFields,
        "option": offeringFields + ["tariffs", "excludes"],
        "subscription": offeringFields + ["tariffs", "excludes", "provider"],
        "bundle": offeringFields + ["tariffs", "excludes", "options"],
    ]
    private static let offeringFields = [
        "name", "segment", "regions", "fee", "connection_fee", "period", "voice_seconds", "data_bytes", "messages",
        "buckets", "rates", "valid_from", "valid_to", "retired",
    ]

    let kind: String
    let key: String
    let draft: UInt32
    private let item: Item

    private enum Item: Sendable {
        case region(CatalogRegionPut)
        case range(CatalogNumberRangePut)
        case terms(CatalogTermsPut)
        /// Without its number, like an offering.
        case zone(CatalogZonePut)
        /// Without its number, which the registry of keys assigns.
        case offering(CatalogOfferingPut)
    }

    package init(_ a: Arguments) throws(Rejection) {
        draft = try a.index("draft")
        kind = try a.key("kind")
        key = try a.key("key")
        guard let allowed = Self.fields[kind] else {
            throw Rejection(
                .invalidKey, field: "kind", "kind is region, range, zone, terms, tariff, option, subscription or bundle"
            )
        }
        for parameter in Self.spec.parameters where parameter.need == .optional && a.has(parameter.name) {
            guard allowed.contains(parameter.name) || ["id", "if_seq"].contains(parameter.name) else {
                throw Rejection(.unknownArgument, field: parameter.name, "a \(kind) has no \(parameter.name)")
            }
        }
        item =
            switch kind {
            case "region":
                .region(
                    CatalogRegionPut(
                        draft: draft, region: key, name: try a.text("name"), offsets: try a.offsets("offsets")))
            case "range":
                .range(try Self.range(a, draft: draft, prefix: key))
            case "zone": .zone(try Self.zone(a, draft: draft, key: key))
            case "terms":
                .terms(
                    CatalogTermsPut(
                        draft: draft, tariffChangeFee: try a.fee("tariff_change_fee"),
                        tariffChangeFreeAfterDays: UInt32(
                            try a.optionalNumber("tariff_change_free_after_days", in: 0...3650) ?? 0),
                        lateUsageDays: UInt32(try a.optionalNumber("late_usage_days", in: 1...60) ?? 0),
                        greatestPayment: try a.fee("greatest_payment"),
                        cashierDayLimit: try a.fee("cashier_day_limit")))
            default: .offering(try Self.offering(a, draft: draft, key: key, kind: kind))
            }
    }

    private static func range(_ a: Arguments, draft: UInt32, prefix: String) throws(Rejection) -> CatalogNumberRangePut
    {
        let digits = try a.number("digits", in: 7...15)
        guard prefix.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), prefix.utf8.count <= digits else {
            throw Rejection(.invalidKey, field: "key", "the key of a range is its first digits")
        }
        return CatalogNumberRangePut(draft: draft, prefix: prefix, digits: UInt32(digits))
    }

    private static func zone(_ a: Arguments, draft: UInt32, key: String) throws(Rejection) -> CatalogZonePut {
        guard !["on_net", "home"].contains(key) else {
            throw Rejection(.invalidKey, field: "key", "on_net and home are scopes of their own")
        }
        var put = CatalogZonePut(draft: draft, key: key, name: try a.text("name"))
        put.prefixes = a.optionalList("prefixes") ?? []
        guard put.prefixes.count <= 1000,
            put.prefixes.allSatisfy({
                (1...ZonePrefixes.maximumDigits).contains($0.utf8.count)
                    && $0.utf8.allSatisfy { (48...57).contains($0) }
            })
        else {
            throw Rejection(.invalidText, field: "prefixes", "a zone has at most 1000 prefixes of 1 to 15 digits")
        }
        put.region = try a.optionalKey("region") ?? ""
        put.abroad = try a.optionalFlag("abroad") ?? false
        return put
    }

    private static func offering(_ a: Arguments, draft: UInt32, key: String, kind: String) throws(Rejection)
        -> CatalogOfferingPut
    {
        var put = CatalogOfferingPut(draft: draft, key: key, kind: OfferingKind(word: kind) ?? .unspecified)
        put.name = try a.text("name")
        put.segment = try a.optionalSegment("segment")
        put.regions = try a.optionalKeys("regions")
        put.fee = try a.fee("fee")
        put.connectionFee = try a.fee("connection_fee")
        (put.periodUnit, put.periodLength) = try a.period("period")
        let allowances: [(String, UsageType)] = [("voice_seconds", .voice), ("data_bytes", .data), ("messages", .sms)]
        for (name, usage) in allowances {
            if let amount = try a.optionalNumber(name), amount > 0 {
                let direction = usage == .data ? Direction.any : .out
                put.allowances.append(Allowance(usage: usage, amount: amount, direction: direction))
            }
        }
        put.allowances += try a.buckets("buckets")
        put.rates = try a.rates("rates")
        put.tariffs = try a.optionalKeys("tariffs")
        put.excludes = try a.optionalKeys("excludes")
        if kind == "subscription" { put.provider = try a.text("provider") }
        if kind == "bundle" {
            put.bundled = try a.optionalKeys("options")
            guard put.bundled.count >= 2, Set(put.bundled).count == put.bundled.count, put.bundled.count <= 16 else {
                throw Rejection(.invalidKey, field: "options", "a bundle is of 2 to 16 different options")
            }
        }
        put.validFrom = try a.wholeSecond("valid_from")
        put.validTo = try a.wholeSecond("valid_to")
        guard put.validTo == 0 || put.validTo > put.validFrom else {
            throw Rejection(.invalidTime, field: "valid_to", "it ends before it begins")
        }
        put.retired = try a.optionalFlag("retired") ?? false
        return put
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        guard cabinet.catalog.draft(draft) != nil else { throw .notFound("draft", "draft") }
        let event: Event
        switch item {
        case .region(let put): event = .catalogRegionPut(put)
        case .range(let put): event = .catalogNumberRangePut(put)
        case .terms(let put): event = .catalogTermsPut(put)
        case .zone(var put):
            put.zone = cabinet.catalog.zoneNumber(key) ?? cabinet.catalog.nextZone
            guard put.zone <= UInt32(UInt16.max) - Destination.firstZone else {
                throw Rejection(.limitReached, field: "key", "there are too many zones")
            }
            event = .catalogZonePut(put)
        case .offering(var put):
            if let known = cabinet.catalog.offeringNumber(key) {
                guard cabinet.catalog[known].kind == put.kind else {
                    throw Rejection(.conflict, field: "key", "this key names an offering of another kind, for ever")
                }
                put.offering = known
            } else {
                put.offering = cabinet.catalog.nextOffering
                guard put.offering <= UInt32(UInt16.max) else {
                    throw Rejection(.limitReached, field: "key", "a catalogue has at most 65535 offerings")
                }
            }
            event = .catalogOfferingPut(put)
        }
        changes.append(0, event, effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        reply.field("draft", draft)
        reply.field("kind", kind)
        reply.field("key", key)
        reply.field("seq", outcome.lastPosition)
    }
}

/// Parses the small notations of a catalogue's values.
extension Arguments {
    /// A fee, which is not negative; 0 if absent.
    fileprivate func fee(_ name: String) throws(Rejection) -> Int64 {
        guard let money = try optionalMoney(name) else { return 0 }
        guard money >= .zero else { throw Rejection(.invalidAmount, field: name, "a fee is not negative") }
        return money.minorUnits
    }

    /// `30d`, `month` or `open`; open if absent.
    fileprivate func period(_ name: String) throws(Rejection) -> (PeriodUnit, UInt32) {
        switch try optionalText(name) {
        case nil, "open": return (.open, 0)
        case "month": return (.month, 1)
        case let text?:
            guard text.last == "d", let days = UInt32(text.dropLast()), (1...366).contains(days) else {
                throw Rejection(.invalidText, field: name, "a period is a number of days as in 30d, month or open")
            }
            return (.days, days)
        }
    }

    /// Milliseconds of a whole second, as a catalogue file gives it; 0 if absent.
    fileprivate func wholeSecond(_ name: String) throws(Rejection) -> Int64 {
        guard let instant = try optionalTime(name) else { return 0 }
        guard instant.milliseconds % 1000 == 0 else {
            throw Rejection(.invalidTime, field: name, "\(name) is a whole second")
        }
        return instant.milliseconds
    }

    /// `240,180@2014-10-26`: the first offset has no start, and the later ones are in order of time.
    fileprivate func offsets(_ name: String) throws(Rejection) -> [ZoneOffset] {
        guard let list = optionalList(name), !list.isEmpty, list.count <= 32 else {
            throw Rejection(.missingArgument, field: name, "a region needs 1 to 32 offsets")
        }
        var offsets: [ZoneOffset] = []
        for entry in list {
            let parts = entry.split(separator: "@", maxSplits: 1)
            guard let minutes = parts.first.flatMap({ Int32($0) }), (-720...840).contains(minutes),
                (parts.count == 2) == !offsets.isEmpty
            else { throw Rejection(.invalidTime, field: name, "offsets are minutes[@time], the first without a time") }
            var from = Int64.min
            if parts.count == 2 {
                guard let instant = Instant(rfc3339: parts[1].utf8),
                    instant.milliseconds > offsets[offsets.count - 1].validFrom, instant.milliseconds % 1000 == 0
                else { throw Rejection(.invalidTime, field: name, "offsets follow one another in time") }
                from = instant.milliseconds
            }
            offsets.append(ZoneOffset(validFrom: from, offsetMinutes: minutes))
        }
        return offsets
    }

    /// `voice:out:1.95/60`: usage, direction, price of a unit, the unit in seconds, messages or bytes.
    fileprivate func rates(_ name: String) throws(Rejection) -> [Rate] {
        var rates: [Rate] = []
        let list = optionalList(name) ?? []
        guard list.count <= 64 else { throw Rejection(.limitReached, field: name, "at most 64 rates") }
        for entry in list {
            let words = Rejection(
                .invalidText, field: name,
                "\(entry) is no rate: usage:direction:price/unit and what else holds, as in voice:out:1.95/60:scope=home"
            )
            var notation = try Notation(entry, or: words)
            let price = notation.third.split(separator: "/")
            guard price.count == 2, let money = Money(decimal: price[0].utf8), money >= .zero,
                let unit = UInt64(price[1]), (1...Notation.greatestUnit).contains(unit)
            else { throw words }
            var rate = Rate(
                usage: notation.usage, direction: notation.direction, price: money.minorUnits, unit: unit)
            rate.scope = notation.take("scope") ?? ""
            rate.accumulated = notation.takeFlag("accumulated")
            rate.unpaid = notation.takeFlag("unpaid")
            if let text = notation.take("connection") {
                guard let money = Money(decimal: text.utf8), money >= .zero else { throw words }
                rate.connectionFee = money.minorUnits
            }
            guard notation.isEmpty, !rate.accumulated || rate.connectionFee == 0 else { throw words }
            rates.append(rate)
        }
        return rates
    }

    /// `voice:any:18000:unit=60`: usage, direction, seconds, messages or bytes, and unusual settings.
    fileprivate func buckets(_ name: String) throws(Rejection) -> [Allowance] {
        var allowances: [Allowance] = []
        let list = optionalList(name) ?? []
        guard list.count <= 32 else { throw Rejection(.limitReached, field: name, "at most 32 buckets") }
        for entry in list {
            let words = Rejection(
                .invalidText, field: name,
                "\(entry) is no bucket: usage:direction:amount and what else holds, as in voice:out:6000:scope=on_net")
            var notation = try Notation(entry, or: words)
            var allowance = Allowance(usage: notation.usage, direction: notation.direction)
            if notation.third == "unlimited" {
                allowance.unlimited = true
            } else {
                guard let amount = UInt64(notation.third), (1...Notation.greatestAmount).contains(amount) else {
                    throw words
                }
                allowance.amount = amount
            }
            allowance.scope = notation.take("scope") ?? ""
            allowance.rollover = notation.takeFlag("rollover")
            if let text = notation.take("unit") {
                guard let unit = UInt64(text), (1...Notation.greatestUnit).contains(unit) else { throw words }
                allowance.unit = unit
            }
            if let text = notation.take("price") {
                guard let money = Money(decimal: text.utf8), money >= .zero else { throw words }
                allowance.price = money.minorUnits
            }
            if let text = notation.take("priority") {
                guard let priority = UInt32(text), priority <= 255 else { throw words }
                allowance.priority = priority
            }
            guard notation.isEmpty, !(allowance.unlimited && allowance.rollover) else { throw words }
            allowances.append(allowance)
        }
        return allowances
    }
}

/// `usage:direction:third:name=value:flag`.
private struct Notation {
    let usage: UsageType
    let direction: Direction
    let third: Substring
    private var rest: [Substring]

    /// 4 GiB of data.
    static let greatestUnit = UInt64(UInt32.max)
    static let greatestAmount: UInt64 = 1 << 50

    init(_ entry: String, or words: Rejection) throws(Rejection) {
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let usage = UsageType(word: String(parts[0])),
            let direction = Direction(word: String(parts[1]))
        else { throw words }
        (self.usage, self.direction, third) = (usage, direction, parts[2])
        rest = Array(parts[3...])
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func take(_ name: String) -> String? {
        guard let index = rest.firstIndex(where: { $0.hasPrefix(name + "=") }) else { return nil }
        return String(rest.remove(at: index).dropFirst(name.utf8.count + 1))
    }

    mutating func takeFlag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(where: { $0 == name }) else { return false }
        rest.remove(at: index)
        return true
    }
}

extension Rate {
    /// The notation that `CATALOG.PUT` takes.
    var text: String {
        "\(usage.word):\(direction.word):\(Money(minorUnits: price))/\(unit)" + (scope.isEmpty ? "" : ":scope=\(scope)")
            + (connectionFee == 0 ? "" : ":connection=\(Money(minorUnits: connectionFee))")
            + (accumulated ? ":accumulated" : "") + (unpaid ? ":unpaid" : "")
    }
}

extension Allowance {
    /// The notation that `CATALOG.PUT` takes.
    var text: String {
        "\(usage.word):\(direction.word):" + (unlimited ? "unlimited" : "\(amount)")
            + (unit == 0 ? "" : ":unit=\(unit)") + (scope.isEmpty ? "" : ":scope=\(scope)")
            + (price == 0 ? "" : ":price=\(Money(minorUnits: price))")
            + (priority == 0 ? "" : ":priority=\(priority)") + (rollover ? ":rollover" : "")
    }

    /// True if `voice_seconds=`, `data_bytes=` or `messages=` makes exactly this.
    var isPlain: Bool {
        usage != .mms
            && self == Allowance(usage: usage, amount: amount, direction: usage == .data ? .any : .out)
    }
}
