/// The catalogue: offerings, their prices, where they can be had, and the offset of a region's clock from UTC.
///
/// A draft is filled item by item and made current by one event. An offering's number outlives every version, so that a
/// product of ten years ago still has a name.
package struct Catalog: Projection {
    package static let name = "catalog"
    package static let version: UInt16 = 6

    package struct Contents: Sendable, Coded {
        package var basedOn: UInt32 = 0
        package var regions: [CatalogRegionPut] = []
        package var ranges: [CatalogNumberRangePut] = []
        package var zones: [CatalogZonePut] = []
        package var terms = CatalogTermsPut()
        /// In order of number. A draft made empty lacks the offerings that it does not put.
        package var offerings: [CatalogOfferingPut] = []
        /// Built from the zones when they are published.
        fileprivate var prefixes = ZonePrefixes()
        /// Zones by the countries' and networks' codes.
        private var networks: [String: Int] = [:]

        /// The zone of a number's longest prefix; nil if there is none.
        func zone(of number: UInt64) -> CatalogZonePut? { prefixes.zone(of: number).map { zones[$0] } }

        package func zone(_ key: String) -> CatalogZonePut? { zones.first { $0.key == key } }

        /// The zone of a visited network: that of the network itself, else that of its country; nil if there is none.
        func zone(ofNetwork network: String) -> CatalogZonePut? {
            (networks[network] ?? networks[String(network.prefix(3))]).map { zones[$0] }
        }

        fileprivate mutating func index() {
            prefixes = ZonePrefixes(zones)
            networks = [:]
            for (index, zone) in zones.enumerated() {
                for network in zone.networks { networks[network] = index }
            }
        }

        mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
            try rest.code(&basedOn)
            try rest.code(&regions, each: CatalogRegionPut())
            try rest.code(&ranges, each: CatalogNumberRangePut())
            try rest.code(&zones, each: CatalogZonePut())
            try rest.code(&terms)
            try rest.code(&offerings, each: CatalogOfferingPut())
            if Coder.isDecoding { index() }
        }
    }

    /// A catalogue that was current until `until`, kept for usage that is reported late.
    private struct Former: Sendable, Coded {
        var until: Instant
        var contents: Contents

        mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
            try rest.code(&until)
            try rest.code(&contents)
        }
    }

    /// An offering as it was published until `until`.
    private struct FormerOffering: Sendable, Coded {
        var until: Instant
        var offering: CatalogOfferingPut

        mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
            try rest.code(&until)
            try rest.code(&offering)
        }
    }

    package static let maximumDrafts = 8

    package private(set) var current = Contents()
    /// The version of the current catalogue; 0 if nothing was ever published.
    package private(set) var publishedVersion: UInt32 = 0
    /// When the current catalogue was published.
    package private(set) var published = Instant(milliseconds: 0)
    package private(set) var drafts: [(number: UInt32, contents: Contents)] = []
    private var lastDraft: UInt32 = 0
    /// Every offering there ever was: number minus one to key.
    package private(set) var offeringKeys: [String] = []
    /// Key to number.
    private var offeringNumbers: [String: UInt32] = [:]
    /// The offerings as last published, by number minus one; retired ones stay.
    private var lastKnown: [CatalogOfferingPut] = []
    /// Every zone there ever was: number minus one to key.
    package private(set) var zoneKeys: [String] = []
    /// Oldest first.
    private var formers: [Former] = []
    /// By number minus one: what an offering was in earlier catalogues, oldest first, as far as it changed. Kept for ever,
    /// because a period that was paid keeps its prices, and a plan may be suspended for years.
    private var formerOfferings: [[FormerOffering]] = []
    /// The draft that is to become the catalogue, and when; nil if none is.
    package private(set) var scheduled: (draft: UInt32, at: Instant)?
    /// The catalogue that the scheduled draft will make; nil if none is scheduled. It follows from the rest.
    var coming: Coming?

    package init() {}

    package var nextDraft: UInt32 { lastDraft + 1 }
    package var nextOffering: UInt32 { UInt32(offeringKeys.count) + 1 }

    package var nextZone: UInt32 { UInt32(zoneKeys.count) + 1 }

    package func zoneNumber(_ key: String) -> UInt32? { zoneKeys.firstIndex(of: key).map { UInt32($0) + 1 } }

    /// The catalogue that was current at an instant, as far back as usage is accepted.
    package subscript(contentsAt instant: Instant) -> Contents {
        _read {
            if let index = formers.firstIndex(where: { instant < $0.until }) {
                yield formers[index].contents
            } else {
                yield current
            }
        }
    }

    /// An offering at the prices of an instant. Yielded without a copy, because a record of usage looks at several.
    package subscript(number: UInt32, at instant: Instant) -> CatalogOfferingPut {
        _read {
            let index = Int(number) - 1
            if let former = formerOfferings[index].firstIndex(where: { instant < $0.until }) {
                yield formerOfferings[index][former].offering
            } else {
                yield lastKnown[index]
            }
        }
    }

    /// Visits an offering and those it bundles, at the prices of an instant.
    func forEachPart(of number: UInt32, at instant: Instant, _ body: (CatalogOfferingPut) -> Void) {
        body(self[number, at: instant])
        for key in self[number, at: instant].bundled {
            if let number = offeringNumber(key) { body(self[number, at: instant]) }
        }
    }

    package func draft(_ number: UInt32) -> Contents? { drafts.first { $0.number == number }?.contents }

    /// The number of a key in any version; nil if no version had it.
    package func offeringNumber(_ key: String) -> UInt32? { offeringNumbers[key] }

    /// The offering as last published. Numbers in events and columns are always known.
    package subscript(_ number: UInt32) -> CatalogOfferingPut { _read { yield lastKnown[Int(number) - 1] } }

    /// The key of a number, for replies about the past too.
    package func key(_ number: UInt32) -> String { offeringKeys[Int(number) - 1] }

    /// A current offering of one of these kinds. `field` names it in the refusal.
    package func offering(_ key: String, _ kinds: [OfferingKind], field: String) throws(Rejection)
        -> CatalogOfferingPut
    {
        guard let found = current.offerings.first(where: { $0.key == key && kinds.contains($0.kind) }) else {
            throw .notFound(field, field)
        }
        return found
    }

    package func hasRegion(_ key: String) -> Bool { current.regions.contains { $0.region == key } }

    /// True if the number is in the operator's own ranges.
    package func owns(_ msisdn: MSISDN) -> Bool {
        let digits = String(msisdn.number)
        return current.ranges.contains { digits.utf8.count == Int($0.digits) && digits.hasPrefix($0.prefix) }
    }

    /// True if an offering has a successor to which its subscribers are moved.
    package private(set) var hasSuccessors = false

    /// The terms of numbers that nobody uses or pays for, and since when they are so.
    private(set) var dormancy = DormancyTerms()

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {
        switch event {
        case .catalogDrafted(let e):
            // The oldest gives way, unless it is to be published.
            if drafts.count == Self.maximumDrafts { drafts.remove(at: drafts[0].number == scheduled?.draft ? 1 : 0) }
            var contents = e.basedOn == 0 ? Contents() : current
            contents.basedOn = publishedVersion
            drafts.append((e.draft, contents))
            lastDraft = e.draft
        case .catalogRegionPut(let e):
            edit(e.draft) { Self.put(e, into: &$0.regions) { $0.region == e.region } }
        case .catalogNumberRangePut(let e):
            edit(e.draft) { Self.put(e, into: &$0.ranges) { $0.prefix == e.prefix } }
        case .catalogZonePut(let e):
            if e.zone == nextZone { zoneKeys.append(e.key) }
            edit(e.draft) { Self.put(e, into: &$0.zones) { $0.zone == e.zone } }
        case .catalogTermsPut(let e): edit(e.draft) { $0.terms = e }
        case .catalogOfferingPut(let e):
            if e.offering == nextOffering {
                offeringKeys.append(e.key)
                offeringNumbers[e.key] = e.offering
                lastKnown.append(e)
                formerOfferings.append([])
            }
            edit(e.draft) { Self.put(e, into: &$0.offerings) { $0.offering == e.offering } }
        case .catalogPublished(let e): publish(e, at: meta.effective)
        case .catalogScheduled(let e):
            scheduled = (e.draft, Instant(milliseconds: e.validFrom))
            forEachDue { agenda?.insert($0) }
            makeComing()
        case .catalogScheduleCancelled: (scheduled, coming) = (nil, nil)
        case .catalogOfferingRetired(let e):
            lastKnown[Int(e.offering) - 1].retired = true
            if let index = current.offerings.firstIndex(where: { $0.offering == e.offering }) {
                current.offerings[index].retired = true
            }
            (publishedVersion, published) = (e.version, meta.effective)
            makeComing()
        default: endAtUnknown(event)
        }
    }

    private mutating func publish(_ event: CatalogPublished, at instant: Instant) {
        guard let index = drafts.firstIndex(where: { $0.number == event.draft }) else { return }
        formers.removeAll { $0.until < instant - .days(Usage.retentionDays) }
        if publishedVersion != 0 { formers.append(Former(until: instant, contents: current)) }
        current = drafts.remove(at: index).contents
        current.index()
        (publishedVersion, published) = (event.version, instant)
        for offering in current.offerings { replace(offering, at: instant) }
        hasSuccessors = current.offerings.contains { !$0.successor.isEmpty }
        dormancy = dormancy.followed(by: current.terms, at: instant)
        if scheduled?.draft == event.draft { (scheduled, coming) = (nil, nil) }
    }

    /// Makes the catalogue to come, once for all who ask about the time after it.
    private mutating func makeComing() {
        guard let scheduled else { return }
        coming = nil
        var catalog = self
        catalog.publish(publication(of: scheduled.draft), at: scheduled.at)
        coming = Coming(catalog)
    }

    /// When subscribers of a retired offering are told of a move, and moved, and where to.
    typealias Move = (announced: Instant, from: Instant, to: UInt32)

    /// The move from a retired offering; nil if it has no successor.
    func move(from number: UInt32) -> Move? {
        let offering = self[number]
        guard !offering.successor.isEmpty, let to = offeringNumber(offering.successor) else { return nil }
        let from = max(Instant(milliseconds: offering.successorFrom), published)
        let notice = TimeSpan.days(Int64(current.terms.appliedMoveNoticeDays))
        return (max(Instant(milliseconds: offering.successorFrom) - notice, published), from, to)
    }

    /// Visits the publication to come.
    func forEachDue(_ body: (Due) -> Void) {
        if let scheduled { body(Due(at: scheduled.at, .publication, of: 0, scheduled.draft)) }
    }

    /// Publishes an offering, and keeps it as it was if it changes.
    private mutating func replace(_ offering: CatalogOfferingPut, at instant: Instant) {
        let index = Int(offering.offering) - 1
        var former = lastKnown[index]
        // Its draft is no part of what it is.
        former.draft = offering.draft
        if former != offering {
            formerOfferings[index].append(FormerOffering(until: instant, offering: lastKnown[index]))
        }
        lastKnown[index] = offering
    }

    private mutating func edit(_ draft: UInt32, _ change: (inout Contents) -> Void) {
        guard let index = drafts.firstIndex(where: { $0.number == draft }) else { return }
        change(&drafts[index].contents)
    }

    private static func put<Item>(_ item: Item, into items: inout [Item], where same: (Item) -> Bool) {
        if let index = items.firstIndex(where: same) { items[index] = item } else { items.append(item) }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&publishedVersion)
        try rest.code(&published)
        try rest.code(&lastDraft)
        try rest.code(&offeringKeys, each: "")
        try rest.code(&lastKnown, each: CatalogOfferingPut())
        try rest.check(lastKnown.count == offeringKeys.count, "offerings without a key")
        if Coder.isDecoding { offeringNumbers = Dictionary(zip(offeringKeys, 1...)) { $1 } }
        try rest.code(&zoneKeys, each: "")
        try rest.code(&formers, each: Former(until: .never, contents: Contents()))
        let blank = FormerOffering(until: .never, offering: CatalogOfferingPut())
        try rest.code(&formerOfferings, each: []) { rest, all throws(Coder.Failure) in try rest.code(&all, each: blank)
        }
        try rest.check(formerOfferings.count == lastKnown.count, "former offerings of other offerings")
        var (draft, at) = scheduled.map { ($0.draft, $0.at) } ?? (0, Instant.never)
        try rest.code(&draft)
        try rest.code(&at)
        if Coder.isDecoding { scheduled = draft == 0 ? nil : (draft, at) }
        try rest.code(&current)
        if Coder.isDecoding { hasSuccessors = current.offerings.contains { !$0.successor.isEmpty } }
        var dormancySince = dormancy.since
        try rest.code(&dormancySince)
        if Coder.isDecoding { dormancy = DormancyTerms(current.terms, since: dormancySince) }
        try rest.code(&drafts, each: (0, Contents())) { rest, draft throws(Coder.Failure) in
            try rest.code(&draft.number)
            try rest.code(&draft.contents)
        }
        if Coder.isDecoding { makeComing() }
    }

    package var allocatedBytes: Int { lastKnown.columnBytes * (1 + drafts.count + (coming == nil ? 0 : 1)) }
}

// A snapshot keeps items as the events that put them, so that the schema alone lists their fields.

extension CatalogRegionPut: Coded {
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&self, in: .catalogRegionPut(self))
    }
}

extension CatalogNumberRangePut: Coded {
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&self, in: .catalogNumberRangePut(self))
    }
}

extension CatalogZonePut: Coded {
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&self, in: .catalogZonePut(self))
    }
}

extension CatalogTermsPut: Coded {
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&self, in: .catalogTermsPut(self))
    }
}

extension CatalogOfferingPut: Coded {
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&self, in: .catalogOfferingPut(self))
    }
}

/// Numbers to zones, by the longest prefix.
struct ZonePrefixes: Sendable {
    /// Keyed by a prefix's digits with a 1 before them, so that leading zeros count.
    private var zones: [UInt64: Int] = [:]
    private var longest = 0

    static let maximumDigits = 15

    init() {}

    init(_ all: [CatalogZonePut]) {
        for (index, zone) in all.enumerated() {
            for prefix in zone.prefixes {
                guard let key = UInt64("1" + prefix), prefix.utf8.count <= Self.maximumDigits else { continue }
                zones[key] = index
                longest = max(longest, prefix.utf8.count)
            }
        }
    }

    func zone(of number: UInt64) -> Int? {
        guard longest > 0, number > 0 else { return nil }
        var (power, digits): (UInt64, Int) = (1, 0)
        while digits < 18, number / power > 0 { (power, digits) = (power * 10, digits + 1) }
        // Cuts off the last digits one by one.
        var (prefix, one) = (number, power)
        while digits > 0 {
            if digits <= longest, let zone = zones[one + prefix] { return zone }
            (prefix, one, digits) = (prefix / 10, one / 10, digits - 1)
        }
        return nil
    }
}
