/// The catalogue: what can be had, at what price, where, and how far a region's clock is from UTC.
///
/// A draft is filled item by item and made current by one event. An offering's number outlives every version, so
/// that a product of ten years ago still has a name.
package struct Catalog: Projection {
    package static let name = "catalog"
    package static let version: UInt16 = 1

    package struct Contents: Sendable {
        package var basedOn: UInt32 = 0
        package var regions: [CatalogRegionPut] = []
        package var ranges: [CatalogNumberRangePut] = []
        package var terms = CatalogTermsPut()
        /// In order of number; a draft made empty lacks what it does not put.
        package var offerings: [CatalogOfferingPut] = []
    }

    package static let maximumDrafts = 8

    package private(set) var current = Contents()
    /// Of the current one; 0: nothing was ever published.
    package private(set) var publishedVersion: UInt32 = 0
    package private(set) var drafts: [(number: UInt32, contents: Contents)] = []
    private var lastDraft: UInt32 = 0
    /// Every offering there ever was: number minus one to key.
    package private(set) var offeringKeys: [String] = []
    /// As published last, by number minus one; retired ones stay.
    private var lastKnown: [CatalogOfferingPut] = []

    package init() {}

    package var nextDraft: UInt32 { lastDraft + 1 }
    package var nextOffering: UInt32 { UInt32(offeringKeys.count) + 1 }

    package func draft(_ number: UInt32) -> Contents? { drafts.first { $0.number == number }?.contents }

    /// The number of a key, whichever version it was in.
    package func offeringNumber(_ key: String) -> UInt32? {
        offeringKeys.firstIndex(of: key).map { UInt32($0) + 1 }
    }

    /// The offering as last published. Numbers in events and columns are always known.
    package subscript(_ number: UInt32) -> CatalogOfferingPut { lastKnown[Int(number) - 1] }

    /// The key of a number, for replies about the past too.
    package func key(_ number: UInt32) -> String { offeringKeys[Int(number) - 1] }

    /// A current offering of this kind.
    package func offering(_ key: String, _ kind: OfferingKind, field: String) throws(Rejection) -> CatalogOfferingPut {
        guard let found = current.offerings.first(where: { $0.key == key && $0.kind == kind }) else {
            throw .notFound(field, kind == .tariff ? "tariff" : "option")
        }
        return found
    }

    package func hasRegion(_ key: String) -> Bool { current.regions.contains { $0.region == key } }

    /// Whether the number is of the operator's own ranges.
    package func owns(_ msisdn: MSISDN) -> Bool {
        let digits = String(msisdn.number)
        return current.ranges.contains { digits.utf8.count == Int($0.digits) && digits.hasPrefix($0.prefix) }
    }

    /// Minutes that the region's clock is ahead of UTC at an instant; 0 for a region that is not there.
    package func offsetMinutes(region key: String, at instant: Instant) -> Int {
        guard let region = current.regions.first(where: { $0.region == key }) else { return 0 }
        return Int(region.offsets.last { $0.validFrom <= instant.milliseconds }?.offsetMinutes ?? 0)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .catalogDrafted(let e):
            if drafts.count == Self.maximumDrafts { drafts.removeFirst() }
            var contents = e.basedOn == 0 ? Contents() : current
            contents.basedOn = publishedVersion
            drafts.append((e.draft, contents))
            lastDraft = e.draft
        case .catalogRegionPut(let e):
            edit(e.draft) { Self.put(e, into: &$0.regions) { $0.region == e.region } }
        case .catalogNumberRangePut(let e):
            edit(e.draft) { Self.put(e, into: &$0.ranges) { $0.prefix == e.prefix } }
        case .catalogTermsPut(let e): edit(e.draft) { $0.terms = e }
        case .catalogOfferingPut(let e):
            if e.offering == nextOffering {
                offeringKeys.append(e.key)
                lastKnown.append(e)
            }
            edit(e.draft) { Self.put(e, into: &$0.offerings) { $0.offering == e.offering } }
        case .catalogPublished(let e):
            guard let index = drafts.firstIndex(where: { $0.number == e.draft }) else { return }
            current = drafts.remove(at: index).contents
            publishedVersion = e.version
            for offering in current.offerings { lastKnown[Int(offering.offering) - 1] = offering }
        case .catalogOfferingRetired(let e):
            lastKnown[Int(e.offering) - 1].retired = true
            if let index = current.offerings.firstIndex(where: { $0.offering == e.offering }) {
                current.offerings[index].retired = true
            }
            publishedVersion = e.version
        default: break
        }
    }

    private mutating func edit(_ draft: UInt32, _ change: (inout Contents) -> Void) {
        guard let index = drafts.firstIndex(where: { $0.number == draft }) else { return }
        change(&drafts[index].contents)
    }

    private static func put<Item>(_ item: Item, into items: inout [Item], where same: (Item) -> Bool) {
        if let index = items.firstIndex(where: same) { items[index] = item } else { items.append(item) }
    }

    package func digest(into hash: inout XXH64) {
        hash.update(UInt64(publishedVersion) << 32 | UInt64(lastDraft))
        for key in offeringKeys { hash.update(key) }
        for contents in [current] + drafts.map(\.contents) {
            hash.update(UInt64(contents.basedOn))
            for region in contents.regions {
                hash.update(region.region)
                hash.update(region.name)
                for offset in region.offsets {
                    hash.update(offset.validFrom)
                    hash.update(Int64(offset.offsetMinutes))
                }
            }
            for range in contents.ranges {
                hash.update(range.prefix)
                hash.update(UInt64(range.digits))
            }
            hash.update(contents.terms.tariffChangeFee)
            hash.update(UInt64(contents.terms.tariffChangeFreeAfterDays))
            for offering in contents.offerings { offering.digest(into: &hash) }
        }
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(publishedVersion)
        rest.put(lastDraft)
        rest.put(each: offeringKeys) { $0.put($1) }
        rest.put(each: lastKnown) { $0.put(.catalogOfferingPut($1)) }
        current.encode(into: &rest)
        rest.put(each: drafts) {
            $0.put($1.number)
            $1.contents.encode(into: &$0)
        }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        publishedVersion = try rest.number()
        lastDraft = try rest.number()
        offeringKeys = try rest.array { rest throws(SnapshotError) in try rest.text() }
        lastKnown = try rest.array(CatalogOfferingPut.init)
        guard lastKnown.count == offeringKeys.count else { throw SnapshotError("offerings without a key") }
        current = try Contents(&rest)
        drafts = try rest.array { rest throws(SnapshotError) in (try rest.number(), try Contents(&rest)) }
    }

    package var allocatedBytes: Int { lastKnown.columnBytes * (1 + drafts.count) }
}

// The catalogue's items are kept as the events that put them: what they hold is written down once, in their schema.

extension Catalog.Contents {
    fileprivate func encode(into rest: inout SnapshotEncoder) {
        rest.put(basedOn)
        rest.put(each: regions) { $0.put(.catalogRegionPut($1)) }
        rest.put(each: ranges) { $0.put(.catalogNumberRangePut($1)) }
        rest.put(.catalogTermsPut(terms))
        rest.put(each: offerings) { $0.put(.catalogOfferingPut($1)) }
    }

    fileprivate init(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        basedOn = try rest.number()
        regions = try rest.array { rest throws(SnapshotError) in
            guard case .catalogRegionPut(let item) = try rest.event() else { throw SnapshotError("not a region") }
            return item
        }
        ranges = try rest.array { rest throws(SnapshotError) in
            guard case .catalogNumberRangePut(let item) = try rest.event() else { throw SnapshotError("not a range") }
            return item
        }
        guard case .catalogTermsPut(let terms) = try rest.event() else { throw SnapshotError("no terms") }
        self.terms = terms
        offerings = try rest.array(CatalogOfferingPut.init)
    }
}

extension CatalogOfferingPut {
    fileprivate init(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        guard case .catalogOfferingPut(let item) = try rest.event() else { throw SnapshotError("not an offering") }
        self = item
    }

    fileprivate func digest(into hash: inout XXH64) {
        hash.update(UInt64(offering) << 1 | (retired ? 1 : 0))
        for text in [key, name] + regions + tariffs + excludes { hash.update(text) }
        hash.update(fee)
        hash.update(connectionFee)
        hash.update(UInt64(periodLength))
        hash.update("\(kind) \(segment) \(periodUnit)")
        for allowance in allowances { hash.update("\(allowance.usage) \(allowance.amount)") }
        for rate in rates { hash.update("\(rate.usage) \(rate.direction) \(rate.price) \(rate.unit)") }
    }

    /// The end of a period that starts at an instant; nil: it never closes.
    package func periodEnd(from start: Instant, offsetMinutes: Int) -> Instant? {
        switch periodUnit {
        case .open: return nil
        case .days: return start + .days(Int64(periodLength))
        case .month:
            var date = start.date(offsetMinutes: offsetMinutes)
            (date.year, date.month, date.day) =
                date.month == 12 ? (date.year + 1, 1, 1) : (date.year, date.month + 1, 1)
            return Instant(startOf: date, offsetMinutes: offsetMinutes)
        }
    }

    /// `30d`, `month` or `open`.
    package var periodText: String {
        switch periodUnit {
        case .open: "open"
        case .days: "\(periodLength)d"
        case .month: "month"
        }
    }
}
