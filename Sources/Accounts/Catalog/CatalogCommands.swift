/// CATALOG, CATALOG.DRAFT, CATALOG.RETIRE, TARIFFS. CATALOG.PUT and CATALOG.PUBLISH are in files of their own.

extension CommandRegistry {
    @inlinable
    package mutating func addCatalogCommands() {
        read(CatalogShow.self)
        change(CatalogDraft.self)
        change(CatalogPut.self)
        change(CatalogPublish.self)
        change(CatalogCancel.self)
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
        try state.catalog.checkNothingIsScheduled("offering")
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
        reply: [.version.sometimes, .validFrom.sometimes, .scheduledDraft.sometimes, .scheduledFrom.sometimes],
        rows: CatalogKind.replyFields, isOfPast: true, summary: "The catalogue, item by item.", example: "CATALOG")

    let draft: UInt32?

    package init(_ a: Arguments) throws(Rejection) { draft = try a[Self.draft] }

    package func ownAccounts(_ state: borrowing AccountsState) -> [AccountEnd]? { [] }

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
        if draft == nil, let scheduled = state.catalog.scheduled {
            reply.field(.scheduledDraft, scheduled.draft)
            reply.field(.scheduledFrom, scheduled.at)
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
