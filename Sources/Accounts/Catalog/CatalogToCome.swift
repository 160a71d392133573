/// The catalogue that a scheduled draft will make, for all who ask about the time after its publication.

extension Catalog {
    /// A catalogue to come. A class, because a struct cannot contain itself.
    final class Coming: Sendable {
        let catalog: Catalog

        init(_ catalog: Catalog) { self.catalog = catalog }
    }

    /// The catalogue of an instant to come, as far as it is known: this one, or the one that is published by then.
    subscript(then instant: Instant) -> Catalog {
        _read {
            if let later = catalog(then: instant) { yield later.catalog } else { yield self }
        }
    }

    // These ask the catalogue of an instant to come without a copy of this one, because ACCOUNT asks often.

    private func catalog(then instant: Instant) -> Coming? {
        guard let coming, let scheduled, scheduled.at <= instant else { return nil }
        return coming
    }

    func offering(_ number: UInt32, then instant: Instant) -> CatalogOfferingPut {
        catalog(then: instant)?.catalog[number, at: instant] ?? self[number, at: instant]
    }

    func clock(_ region: String, then instant: Instant) -> RegionClock {
        catalog(then: instant)?.catalog.clock(region) ?? clock(region)
    }

    func move(from number: UInt32, then instant: Instant) -> Move? {
        if let later = catalog(then: instant) { return later.catalog.move(from: number) }
        return move(from: number)
    }

    func forEachPart(of number: UInt32, then instant: Instant, _ body: (CatalogOfferingPut) -> Void) {
        if let later = catalog(then: instant) { return later.catalog.forEachPart(of: number, at: instant, body) }
        forEachPart(of: number, at: instant, body)
    }

    /// The terms of numbers that nobody uses or pays for.
    func dormancy(then instant: Instant) -> DormancyTerms {
        catalog(then: instant)?.catalog.dormancy ?? dormancy
    }
}
