/// SUBSCRIBER.ACTIVATE: a number gets an account, a tariff and the key that seals its personal fields.
package struct SubscriberActivate: Change, Prepares {
    static let region = Parameter<Key>("region", "the key of a region of the catalogue")
    static let tariff = Parameter<Key>("tariff", "the key of a tariff of the catalogue")
    static let org = Parameter<Index32?>(
        "org",
        "the number of the organisation that the subscriber belongs to; without it, an individual")
    package static let spec = CommandSpec(
        "SUBSCRIBER.ACTIVATE", .change, roles: .network,
        [msisdn, SIM.iccid, SIM.imsi, region, tariff, SIM.pin, SIM.puk, org],
        reply: [.msisdn, .account, .tariff, .seq], waits: true,
        summary: "Puts a SIM into service under a tariff. The number begins with a ban on content.",
        example: "SUBSCRIBER.ACTIVATE 79001234567 iccid=8970120000000000001 imsi=250200000000001 region=msk"
            + " tariff=moy-razgovor pin=0000 puk=12345678")

    let msisdn: MSISDN
    let sim: SIM
    let region: String
    let tariff: String
    let organization: AccountIndex?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        sim = try SIM(a)
        region = try a[Self.region]
        tariff = try a[Self.tariff]
        organization = try a[Self.org]
    }

    private func check(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> CatalogOfferingPut {
        guard state.catalog.owns(msisdn) else {
            throw Rejection(.notAvailable, field: "msisdn", "the number is not in the operator's ranges")
        }
        guard state.directory.find(msisdn) == nil else {
            throw Rejection(.alreadyExists, field: "msisdn", "the number is active already")
        }
        try sim.check(state, under: nil)
        guard state.catalog.hasRegion(region) else { throw .notFound("region", "region") }
        if let organization { _ = try state.directory.organization(organization) }
        return try state.sold(
            tariff, [.tariff], inRegion: region, corporate: organization != nil, field: "tariff", at: context.now)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> SealUnderNewKey {
        _ = try check(state, context)
        return SealUnderNewKey(texts: [sim.pin, sim.puk])
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let offering = try check(state, context)
        let sealed = done(context)
        let account = state.directory.next
        let activated = SubscriberActivated(
            msisdn: msisdn.number, iccid: sim.iccid, imsi: sim.imsi, region: region, tariff: offering.offering,
            keyID: sealed.keyID,
            sealedPin: sealed.texts[0], sealedPuk: sealed.texts[1], organization: organization ?? 0,
            unpaid: offering.fee > 0, contentBan: true)
        changes.append(account, .subscriberActivated(activated), effective: context.now)
        if offering.fee == 0 { changes.grant(offering, to: account, state, from: context.now, until: 0) }
        if let organization {
            changes.append(organization, .memberAdded(MemberAdded(subscriber: account)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.account, outcome.first.account)
        reply.field(.tariff, tariff)
        reply.field(.seq, outcome.lastPosition)
    }
}

extension AccountsState {
    /// A current offering that this kind of subscriber in this region may take; else a refusal with the reason.
    func sold(
        _ key: String, _ kinds: [OfferingKind], inRegion region: String, corporate: Bool, field: String, at now: Instant
    ) throws(Rejection) -> CatalogOfferingPut {
        let catalog = catalog[then: now]
        let found = try catalog.offering(key, kinds, field: field)
        guard let obstacle = catalog.obstacle(to: found, inRegion: region, corporate: corporate, at: now) else {
            return found
        }
        let part = catalog.key(obstacle.offering)
        let name = part == found.key ? key : "\(key) has a part that is not available: \(part)"
        let words =
            switch obstacle.reason {
            case .planned:
                "\(name) is on sale only from \(Instant(milliseconds: catalog[obstacle.offering].validFrom))"
            case .retired: "\(name) is no longer on sale"
            case .region: "\(name) is not sold in \(region)"
            case .segment: corporate ? "\(name) is not for organisations" : "\(name) is for organisations only"
            }
        throw Rejection(.notAvailable, field: field, words)
    }
}

extension Catalog {
    /// Why an offering is not sold to somebody: itself, or a part of the bundle that it is.
    struct SaleObstacle {
        enum Reason { case planned, retired, region, segment }

        let offering: UInt32
        let reason: Reason
    }

    /// Nil if this kind of subscriber in this region may take the offering. A bundle is sold only where all of its
    /// options are.
    func obstacle(
        to offering: CatalogOfferingPut, inRegion region: String, corporate: Bool, at now: Instant
    ) -> SaleObstacle? {
        if let reason = offering.obstacle(inRegion: region, corporate: corporate, at: now) {
            return SaleObstacle(offering: offering.offering, reason: reason)
        }
        for key in offering.bundled {
            guard let part = offeringNumber(key) else { continue }
            if let reason = self[part].obstacle(inRegion: region, corporate: corporate, at: now) {
                return SaleObstacle(offering: part, reason: reason)
            }
        }
        return nil
    }
}

extension CatalogOfferingPut {
    fileprivate func obstacle(
        inRegion region: String, corporate: Bool, at now: Instant
    ) -> Catalog.SaleObstacle.Reason? {
        switch lifecycle(at: now) {
        case .planned: return .planned
        case .retired: return .retired
        case .active: break
        }
        guard isSold(inRegion: region) else { return .region }
        return isSold(to: corporate ? .corporate : .individual) ? nil : .segment
    }
}
