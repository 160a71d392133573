/// CATALOG.PUT: one item of a draft, added or replaced.
package struct CatalogPut: Change {
    static let draft = Parameter<Index32>(positional: "draft")
    static let kind = Parameter<Key>(positional: "kind", listed(fields.map(\.kind)))
    static let key = Parameter<Key>(positional: "key", "its stable name; of a range: the first digits")
    static let name = Parameter<PlainText?>("name")
    static let offsets = Parameter<Offsets?>("offsets", "of a region: minutes[@time], the first without a time")
    static let digits = Parameter<Number?>("digits", "of a range: how many digits its numbers have", in: 7...15)
    static let prefixes = Parameter<List?>("prefixes", "of a zone: what its numbers begin with")
    static let region = Parameter<Key?>("region", "of a zone: whose subscribers are at home there")
    static let abroad = Parameter<YesNo?>(
        "abroad", "of a zone: 1 where prices and buckets for everywhere do not reach it")
    static let tariffChangeFee = Parameter<Fee?>("tariff_change_fee")
    static let tariffChangeFreeAfterDays = Parameter<Number?>("tariff_change_free_after_days", in: 0...3650)
    static let lateUsageDays = Parameter<Number?>(
        "late_usage_days", "1 to 60; records of usage that began before are rejected", in: 1...60)
    static let segment = Parameter<MarketSegment?>("segment")
    static let regions = Parameter<Keys?>("regions", "none: all")
    static let fee = Parameter<Fee?>("fee")
    static let connectionFee = Parameter<Fee?>("connection_fee")
    static let period = Parameter<Period?>("period", "30d, month or open")
    static let voiceSeconds = Parameter<Number?>("voice_seconds")
    static let dataBytes = Parameter<Number?>("data_bytes")
    static let messages = Parameter<Number?>("messages")
    static let buckets = Parameter<Buckets?>(
        "buckets", "usage:direction:amount[:unit=][:scope=][:price=][:priority=][:rollover]")
    static let rates = Parameter<Rates?>(
        "rates", "usage:direction:price/unit[:scope=][:connection=][:accumulated][:unpaid], as in voice:out:1.95/60")
    static let tariffs = Parameter<Keys?>("tariffs", "of what is no tariff: the tariffs it goes with; none: all")
    static let excludes = Parameter<Keys?>("excludes", "of what is no tariff: those that it cannot stand beside")
    static let provider = Parameter<PlainText?>("provider", "of a subscription: whose content it is")
    static let options = Parameter<Keys?>("options", "of a bundle: its options")
    static let validFrom = Parameter<WholeSecond?>("valid_from", "it can be had from then on")
    static let validTo = Parameter<WholeSecond?>("valid_to", "and no longer then")
    static let retired = Parameter<YesNo?>("retired")
    static let greatestPayment = Parameter<Fee?>("greatest_payment", "of terms; none: a payment is not bounded")
    static let cashierDayLimit = Parameter<Fee?>(
        "cashier_day_limit", "of terms: of a cash desk's payments a day; none: it takes nothing")

    package static let spec = CommandSpec(
        "CATALOG.PUT", .change, roles: .operator,
        [
            draft, kind, key, name, offsets, digits, prefixes, region, abroad, tariffChangeFee,
            tariffChangeFreeAfterDays, lateUsageDays, segment, regions, fee, connectionFee, period, voiceSeconds,
            dataBytes, messages, buckets, rates, tariffs, excludes, provider, options, validFrom, validTo, retired,
            greatestPayment, cashierDayLimit,
        ],
        summary: "Puts a region, number range, zone, terms or offering into a draft.",
        example: #"CATALOG.PUT 3 tariff moy-onlayn name="Мой онлайн" fee=400 period=30d voice_seconds=30000"#)

    /// The fields that a kind takes besides the three positionals.
    private static let fields: [(kind: String, fields: [any DeclaredParameter])] = [
        ("region", [name, offsets]),
        ("range", [digits]),
        ("zone", [name, prefixes, region, abroad]),
        (
            "terms",
            [tariffChangeFee, tariffChangeFreeAfterDays, lateUsageDays, greatestPayment, cashierDayLimit]
        ),
        ("tariff", offeringFields),
        ("option", offeringFields + [tariffs, excludes]),
        ("subscription", offeringFields + [tariffs, excludes, provider]),
        ("bundle", offeringFields + [tariffs, excludes, options]),
    ]
    private static let offeringFields: [any DeclaredParameter] = [
        name, segment, regions, fee, connectionFee, period, voiceSeconds, dataBytes, messages, buckets, rates,
        validFrom, validTo, retired,
    ]

    private static let allFields = fields.flatMap(\.fields).map(\.declaration)

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
        draft = try a[Self.draft]
        kind = try a[Self.kind]
        key = try a[Self.key]
        guard let allowed = Self.fields.first(where: { [kind] in $0.kind == kind })?.fields.map(\.declaration.name)
        else {
            throw Rejection(.invalidKey, field: "kind", "kind is \(listed(Self.fields.map(\.kind)))")
        }
        for field in Self.allFields where a.has(field) && !allowed.contains(field.name) {
            throw Rejection(.unknownArgument, field: field.name, "a \(kind) has no \(field.name)")
        }
        item =
            switch kind {
            case "region":
                .region(
                    CatalogRegionPut(
                        draft: draft, region: key, name: try a.require(Self.name), offsets: try a.require(Self.offsets))
                )
            case "range":
                .range(try Self.range(a, draft: draft, prefix: key))
            case "zone": .zone(try Self.zone(a, draft: draft, key: key))
            case "terms":
                .terms(
                    CatalogTermsPut(
                        draft: draft, tariffChangeFee: try a[Self.tariffChangeFee] ?? 0,
                        tariffChangeFreeAfterDays: UInt32(
                            try a[Self.tariffChangeFreeAfterDays] ?? 0),
                        lateUsageDays: UInt32(try a[Self.lateUsageDays] ?? 0),
                        greatestPayment: try a[Self.greatestPayment] ?? 0,
                        cashierDayLimit: try a[Self.cashierDayLimit] ?? 0))
            default: .offering(try Self.offering(a, draft: draft, key: key, kind: kind))
            }
    }

    private static func range(_ a: Arguments, draft: UInt32, prefix: String) throws(Rejection) -> CatalogNumberRangePut
    {
        let digits = try a.require(Self.digits)
        guard prefix.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), prefix.utf8.count <= digits else {
            throw Rejection(.invalidKey, field: "key", "the key of a range is its first digits")
        }
        return CatalogNumberRangePut(draft: draft, prefix: prefix, digits: UInt32(digits))
    }

    private static func zone(_ a: Arguments, draft: UInt32, key: String) throws(Rejection) -> CatalogZonePut {
        guard !["on_net", "home"].contains(key) else {
            throw Rejection(.invalidKey, field: "key", "on_net and home are scopes of their own")
        }
        var put = CatalogZonePut(draft: draft, key: key, name: try a.require(Self.name))
        put.prefixes = try a[Self.prefixes] ?? []
        guard put.prefixes.count <= 1000,
            put.prefixes.allSatisfy({
                (1...ZonePrefixes.maximumDigits).contains($0.utf8.count)
                    && $0.utf8.allSatisfy { (48...57).contains($0) }
            })
        else {
            throw Rejection(.invalidText, field: "prefixes", "a zone has at most 1000 prefixes of 1 to 15 digits")
        }
        put.region = try a[Self.region] ?? ""
        put.abroad = try a[Self.abroad] ?? false
        return put
    }

    private static func offering(_ a: Arguments, draft: UInt32, key: String, kind: String) throws(Rejection)
        -> CatalogOfferingPut
    {
        var put = CatalogOfferingPut(draft: draft, key: key, kind: OfferingKind(word: kind) ?? .unspecified)
        put.name = try a.require(Self.name)
        put.segment = try a[Self.segment] ?? .any
        put.regions = try a[Self.regions] ?? []
        put.fee = try a[Self.fee] ?? 0
        put.connectionFee = try a[Self.connectionFee] ?? 0
        (put.periodUnit, put.periodLength) = try a[Self.period] ?? (.open, 0)
        for (parameter, usage) in [
            (Self.voiceSeconds, UsageType.voice), (Self.dataBytes, .data), (Self.messages, .sms),
        ] {
            if let amount = try a[parameter], amount > 0 {
                let direction = usage == .data ? Direction.any : .out
                put.allowances.append(Allowance(usage: usage, amount: amount, direction: direction))
            }
        }
        put.allowances += try a[Self.buckets] ?? []
        put.rates = try a[Self.rates] ?? []
        put.tariffs = try a[Self.tariffs] ?? []
        put.excludes = try a[Self.excludes] ?? []
        if kind == "subscription" { put.provider = try a.require(Self.provider) }
        if kind == "bundle" {
            put.bundled = try a[Self.options] ?? []
            guard put.bundled.count >= 2, Set(put.bundled).count == put.bundled.count, put.bundled.count <= 16 else {
                throw Rejection(.invalidKey, field: "options", "a bundle is of 2 to 16 different options")
            }
        }
        put.validFrom = try a[Self.validFrom] ?? 0
        put.validTo = try a[Self.validTo] ?? 0
        guard put.validTo == 0 || put.validTo > put.validFrom else {
            throw Rejection(.invalidTime, field: "valid_to", "it ends before it begins")
        }
        put.retired = try a[Self.retired] ?? false
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
