/// CATALOG.PUT: one item of a draft, added or replaced.
package struct CatalogPut: Change {
    static let draft = Parameter<Index32>(positional: "draft")
    static let kind = Parameter<Key>(positional: "kind", listed(CatalogKind.all.map(\.word)))
    static let key = Parameter<Key>(positional: "key", "its stable name; of a range: the first digits")

    package static let spec = CommandSpec(
        "CATALOG.PUT", .change, roles: .operator,
        [draft, kind, key] + CatalogKind.parameters,
        reply: [.draft, .kind, .key, .seq],
        summary: "Puts a region, number range, zone, terms or offering into a draft.",
        example: #"CATALOG.PUT 3 tariff moy-onlayn name="Мой онлайн" fee=400 period=30d voice_seconds=30000"#)

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
        guard let known = CatalogKind.named(kind) else {
            throw Rejection(.invalidKey, field: "kind", "kind is \(listed(CatalogKind.all.map(\.word)))")
        }
        for parameter in CatalogKind.parameters.map(\.declaration)
        where a.has(parameter) && known[parameter.name] == nil {
            throw Rejection(.unknownArgument, field: parameter.name, "a \(kind) has no \(parameter.name)")
        }
        switch known.part {
        case .region:
            var put = CatalogRegionPut(draft: draft, region: key)
            try put.read(a)
            item = .region(put)
        case .range:
            var put = CatalogNumberRangePut(draft: draft, prefix: key)
            try put.read(a)
            try Self.check(put)
            item = .range(put)
        case .zone:
            var put = CatalogZonePut(draft: draft, key: key)
            try put.read(a)
            try Self.check(put)
            item = .zone(put)
        case .terms:
            var put = CatalogTermsPut(draft: draft)
            try put.read(a)
            item = .terms(put)
        case .offering(let kind):
            var put = CatalogOfferingPut(draft: draft, key: key, kind: kind)
            try put.read(a, CatalogOfferingPut.rows(of: kind))
            try Self.check(put)
            item = .offering(put)
        }
    }

    private static func check(_ range: CatalogNumberRangePut) throws(Rejection) {
        guard range.prefix.utf8.allSatisfy({ (48...57).contains($0) }), range.prefix.utf8.count <= range.digits else {
            throw Rejection(.invalidKey, field: "key", "the key of a range is its first digits")
        }
    }

    private static func check(_ zone: CatalogZonePut) throws(Rejection) {
        guard !["on_net", "home"].contains(zone.key) else {
            throw Rejection(.invalidKey, field: "key", "on_net and home are scopes of their own")
        }
        guard zone.prefixes.count <= 1000,
            zone.prefixes.allSatisfy({
                (1...ZonePrefixes.maximumDigits).contains($0.utf8.count)
                    && $0.utf8.allSatisfy { (48...57).contains($0) }
            })
        else {
            throw Rejection(.invalidText, field: "prefixes", "a zone has at most 1000 prefixes of 1 to 15 digits")
        }
        guard zone.networks.count <= 1000, zone.networks.allSatisfy({ isNetwork($0.utf8, mayBeCountry: true) }) else {
            throw Rejection(
                .invalidText, field: "networks",
                "a zone has at most 1000 networks, each an MCC such as 262 or an MCC-MNC such as 262-01")
        }
    }

    private static func check(_ offering: CatalogOfferingPut) throws(Rejection) {
        let parts = offering.bundled
        guard offering.kind != .bundle || (2...16).contains(parts.count) && Set(parts).count == parts.count else {
            throw Rejection(.invalidKey, field: "options", "a bundle is of 2 to 16 different options")
        }
        guard offering.validTo == 0 || offering.validTo > offering.validFrom else {
            throw Rejection(.invalidTime, field: "valid_to", "it ends before it begins")
        }
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard state.catalog.draft(draft) != nil else { throw .notFound("draft", "draft") }
        if state.catalog.scheduled?.draft == draft { try state.catalog.checkNothingIsScheduled("draft") }
        let event: Event
        switch item {
        case .region(let put): event = .catalogRegionPut(put)
        case .range(let put): event = .catalogNumberRangePut(put)
        case .terms(let put): event = .catalogTermsPut(put)
        case .zone(var put):
            put.zone = state.catalog.zoneNumber(key) ?? state.catalog.nextZone
            guard put.zone <= UInt32(UInt16.max) - Destination.firstZone else {
                throw Rejection(.limitReached, field: "key", "there are too many zones")
            }
            event = .catalogZonePut(put)
        case .offering(var put):
            if let known = state.catalog.offeringNumber(key) {
                guard state.catalog[known].kind == put.kind else {
                    throw Rejection(.conflict, field: "key", "this key names an offering of another kind, for ever")
                }
                put.offering = known
            } else {
                put.offering = state.catalog.nextOffering
                guard put.offering <= UInt32(UInt16.max) else {
                    throw Rejection(.limitReached, field: "key", "a catalogue has at most 65535 offerings")
                }
            }
            event = .catalogOfferingPut(put)
        }
        changes.append(0, event, effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.draft, draft)
        reply.field(.kind, kind)
        reply.field(.key, key)
        reply.field(.seq, outcome.lastPosition)
    }
}
