/// CATALOG, CATALOG.DRAFT, CATALOG.PUBLISH, CATALOG.RETIRE, TARIFFS. CATALOG.PUT is in a file of its own.

extension CommandRegistry {
    @inlinable
    package mutating func addCatalogCommands() {
        read(CatalogShow.self)
        change(CatalogDraft.self)
        change(CatalogPut.self)
        change(CatalogPublish.self)
        change(CatalogRetire.self)
    }
}

package struct CatalogDraft: Change {
    static let empty = Parameter<YesNo?>("empty", "1: begin with nothing instead of a copy of the current catalogue")
    package static let spec = CommandSpec(
        "CATALOG.DRAFT", .change, roles: .operator,
        [empty],
        reply: [.draft, .basedOn, .seq], summary: "Begins a draft of the next catalogue.", example: "CATALOG.DRAFT")

    let isEmpty: Bool

    package init(_ a: Arguments) throws(Rejection) { isEmpty = try a[Self.empty] ?? false }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let drafted = CatalogDrafted(
            draft: state.catalog.nextDraft, basedOn: isEmpty ? 0 : state.catalog.publishedVersion)
        changes.append(0, .catalogDrafted(drafted), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(CatalogDrafted.self)
        reply.field(.draft, e.draft)
        reply.field(.basedOn, e.basedOn)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct CatalogPublish: Change {
    static let draft = Parameter<Index32>(positional: "draft")
    package static let spec = CommandSpec(
        "CATALOG.PUBLISH", .change, roles: .operator, [draft],
        reply: [.draft, .version, .seq], summary: "Makes a draft the catalogue, in one event.",
        example: "CATALOG.PUBLISH 3")

    let draft: UInt32

    package init(_ a: Arguments) throws(Rejection) { draft = try a[Self.draft] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let contents = state.catalog.draft(draft) else { throw .notFound("draft", "draft") }
        guard contents.basedOn == state.catalog.publishedVersion else {
            throw Rejection(
                .conflict, field: "draft",
                "another catalogue was published since this draft began: begin a new draft")
        }
        try check(contents)
        changes.append(
            0,
            .catalogPublished(CatalogPublished(draft: draft, version: state.catalog.publishedVersion + 1)),
            effective: context.now)
    }

    private func check(_ contents: Catalog.Contents) throws(Rejection) {
        func refuse(_ words: String) -> Rejection { Rejection(.invalidCatalog, field: "draft", words) }
        guard !contents.regions.isEmpty else { throw refuse("the draft has no region") }
        guard !contents.ranges.isEmpty else { throw refuse("the draft has no number range") }
        guard contents.offerings.contains(where: { $0.kind == .tariff }) else {
            throw refuse("the draft has no tariff")
        }
        let regions = Set(contents.regions.map(\.region))
        let tariffs = Set(contents.offerings.lazy.filter { $0.kind == .tariff }.map(\.key))
        let options = Set(contents.offerings.lazy.filter { $0.kind == .option }.map(\.key))
        let optional = Set(contents.offerings.lazy.filter { $0.kind != .tariff }.map(\.key))
        for zone in contents.zones where !zone.region.isEmpty && !regions.contains(zone.region) {
            throw refuse("\(zone.key) is home to the region \(zone.region), which the draft does not have")
        }
        for offering in contents.offerings {
            guard offering.fee > 0 || offering.periodUnit == .open || offering.allowances.isEmpty else {
                throw refuse(
                    "\(offering.key) has buckets and a period, but no fee to renew them: give it a fee, or period open")
            }
            for region in offering.regions where !regions.contains(region) {
                throw refuse("\(offering.key) names the region \(region), which the draft does not have")
            }
            for tariff in offering.tariffs where !tariffs.contains(tariff) {
                throw refuse("\(offering.key) names the tariff \(tariff), which the draft does not have")
            }
            for scope in offering.allowances.map(\.scope) + offering.rates.map(\.scope)
            where !["", "on_net", "home"].contains(scope) && contents.zone(scope) == nil {
                throw refuse("\(offering.key) names the zone \(scope), which the draft does not have")
            }
            for option in offering.excludes where !optional.contains(option) {
                throw refuse("\(offering.key) names the option \(option), which the draft does not have")
            }
            for option in offering.bundled where !options.contains(option) {
                throw refuse("\(offering.key) bundles \(option), which is no option of the draft")
            }
            let parts = contents.offerings.filter { offering.bundled.contains($0.key) }
            let goesWith = ([offering] + parts).map(\.tariffs).filter { !$0.isEmpty }.map(Set.init)
            if let first = goesWith.first, goesWith.dropFirst().reduce(first, { $0.intersection($1) }).isEmpty {
                throw refuse("\(offering.key) goes with no tariff: none goes with all of its options")
            }
            if let one = parts.first(where: { one in parts.contains { one.excludes.contains($0.key) } }) {
                throw refuse("\(offering.key) bundles \(one.key) with what it cannot stand beside")
            }
            if offering.fee == 0, offering.periodUnit != .open, parts.contains(where: { !$0.allowances.isEmpty }) {
                throw refuse("\(offering.key) has a period, but no fee to renew its buckets: give it a fee")
            }
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(CatalogPublished.self)
        reply.field(.draft, e.draft)
        reply.field(.version, e.version)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct CatalogRetire: Change {
    static let offering = Parameter<Key>(
        positional: "offering", "the key of a tariff, an option, a subscription or a bundle")
    package static let spec = CommandSpec(
        "CATALOG.RETIRE", .change, roles: .operator,
        [offering],
        reply: [.offering, .version, .seq], summary: "Takes an offering off sale; those who have it keep it.",
        example: "CATALOG.RETIRE klassicheskiy")

    let key: String

    package init(_ a: Arguments) throws(Rejection) { key = try a[Self.offering] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let found = state.catalog.current.offerings.first(where: { $0.key == key }) else {
            throw .notFound("offering", "offering")
        }
        guard !found.retired else { throw Rejection(.alreadyExists, field: "offering", "it is retired already") }
        changes.append(
            0,
            .catalogOfferingRetired(
                CatalogOfferingRetired(offering: found.offering, version: state.catalog.publishedVersion + 1)),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(CatalogOfferingRetired.self)
        reply.field(.offering, key)
        reply.field(.version, e.version)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct CatalogShow: Read {
    static let draft = Parameter<Index32?>("draft", "a draft instead of the current one")
    package static let spec = CommandSpec(
        "CATALOG", .read, roles: [.operator, .auditor],
        [draft],
        reply: [.version.sometimes, .validFrom.sometimes],
        rows: CatalogKind.replyFields, isOfPast: true, summary: "The catalogue, item by item.", example: "CATALOG")

    let draft: UInt32?

    package init(_ a: Arguments) throws(Rejection) { draft = try a[Self.draft] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        var contents = state.catalog.current
        if let draft {
            guard let drafted = state.catalog.draft(draft) else { throw .notFound("draft", "draft") }
            contents = drafted
        }
        for region in contents.regions {
            reply.row()
            reply.field(.region, region.region)
            reply.fields(of: region)
        }
        for range in contents.ranges {
            reply.row()
            reply.field(.range, range.prefix)
            reply.fields(of: range)
        }
        for zone in contents.zones {
            reply.row()
            reply.field(.zone, zone.key)
            reply.fields(of: zone)
        }
        reply.row()
        reply.field(.terms, "general")
        reply.fields(of: contents.terms)
        for offering in contents.offerings {
            reply.row()
            reply.offering(offering)
            reply.fields(of: offering, CatalogOfferingPut.conditions)
            reply.field(.lifecycle, offering.lifecycle(at: context.now).rawValue)
            reply.fields(of: offering, CatalogOfferingPut.times)
        }
        reply.closing()
        reply.countRows()
        if draft == nil, state.catalog.publishedVersion != 0 {
            reply.field(.version, state.catalog.publishedVersion)
            reply.field(.validFrom, state.catalog.published)
        }
    }
}

package struct Tariffs: Read {
    static let region = Parameter<Key?>("region")
    static let segment = Parameter<MarketSegment?>("segment", "individual or corporate")
    static let prices = Parameter<YesNo?>("prices", "1 also returns the prices outside of the packages")
    package static let spec = CommandSpec(
        "TARIFFS", .read, roles: [.frontend, .operator, .network],
        [region, segment, prices],
        rows: Reply.tariffFields + [.rates.sometimes], summary: "Tariffs on sale.", example: "TARIFFS region=msk")

    let region: String?
    let segment: MarketSegment
    let withPrices: Bool

    package init(_ a: Arguments) throws(Rejection) {
        region = try a[Self.region]
        segment = try a[Self.segment] ?? .any
        withPrices = try a[Self.prices] ?? false
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        if let region, !state.catalog.hasRegion(region) { throw .notFound("region", "region") }
        for offering in state.catalog.current.offerings
        where offering.kind == .tariff && offering.lifecycle(at: context.now) == .active {
            guard region == nil || offering.isSold(inRegion: region ?? ""), offering.isSold(to: segment) else {
                continue
            }
            reply.row()
            reply.offering(offering)
            if withPrices, !offering.rates.isEmpty { reply.field(.rates, Rates.text(offering.rates)) }
        }
        reply.closing()
        reply.countRows()
    }
}

package struct Zones: Read {
    package static let spec = CommandSpec(
        "ZONES", .read, roles: [.frontend, .operator, .network], [], rows: [.zone, .name],
        summary: "Lists the zones that prices name, such as groups of countries.", example: "ZONES")

    package init(_ a: Arguments) throws(Rejection) {}

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        for zone in state.catalog.current.zones {
            reply.row()
            reply.field(.zone, zone.key)
            reply.field(.name, zone.name)
        }
        reply.closing()
        reply.countRows()
    }
}

/// Whether an offering can be had. Subscribers who have it keep it.
package enum Lifecycle: String, Sendable {
    case planned, active, retired
}

extension CatalogOfferingPut {
    package func lifecycle(at now: Instant) -> Lifecycle {
        if retired || validTo != 0 && now.milliseconds >= validTo { return .retired }
        return now.milliseconds < validFrom ? .planned : .active
    }

    func isSold(inRegion region: String) -> Bool { regions.isEmpty || regions.contains(region) }

    func isSold(to segment: MarketSegment) -> Bool {
        self.segment == .any || segment == .any || self.segment == segment
    }
}

extension OfferingKind {
    /// The field that names an offering of this kind.
    var field: ReplyField { ReplyField(word, .key) }
}

extension Reply {
    /// The fields of `offering` for a tariff.
    static let tariffFields =
        [ReplyField.tariff] + CatalogOfferingPut.shown.map(\.field).filter { $0.isOf(.tariff) }.map(\.reply)
    static let allowanceFields = tariffFields.filter { !$0.isAlwaysThere }

    /// The fields of an offering, as in PROTOCOL's example of `TARIFFS`.
    mutating func offering(_ offering: CatalogOfferingPut) {
        field(offering.kind.field, offering.key)
        fields(of: offering, CatalogOfferingPut.shown)
    }
}
