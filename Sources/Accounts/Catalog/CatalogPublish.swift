/// CATALOG.PUBLISH makes a draft the catalogue, now or later. CATALOG.CANCEL takes a later one back.

package struct CatalogPublish: Change {
    static let draft = Parameter<Index32>(positional: "draft")
    static let validFrom = Parameter<WholeSecond?>(
        "valid_from", "when it becomes the catalogue, a time to come; left out: at once")
    package static let spec = CommandSpec(
        "CATALOG.PUBLISH", .change, roles: .operator, [draft, validFrom],
        reply: [
            .draft, .version.sometimes, .validFrom.sometimes, .moveState.sometimes, .proposal.sometimes,
            .approvers.sometimes, .seq,
        ],
        summary:
            "Makes a draft the catalogue, in one event, now or at a time to come. If the catalogue says so, or if the"
            + " draft raises the sum that one person may move alone, another person must approve it.",
        example: "CATALOG.PUBLISH 3")

    let draft: UInt32
    /// Milliseconds; nil for now.
    let validFrom: Int64?

    package init(_ a: Arguments) throws(Rejection) {
        draft = try a[Self.draft]
        validFrom = try a[Self.validFrom]
    }

    fileprivate init(_ proposal: ProposalMade) {
        draft = proposal.draft
        validFrom = proposal.validFrom == 0 ? nil : proposal.validFrom
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let author = context.caller.principal
        guard let contents = state.catalog.draft(draft), state.needsSecondPerson(toPublish: contents.terms),
            !state.principals.isOnlyStaff(author)
        else { return try decide(at: context.now, state, &changes) }
        let proposal = ProposalMade(kind: .publication, draft: draft, validFrom: validFrom ?? 0)
        try changes.propose(proposal, on: 0, state, context)
    }

    /// Publishes it, whoever stands for it.
    fileprivate func decide(
        at now: Instant, _ state: borrowing AccountsState, _ changes: inout NewEvents
    ) throws(Rejection) {
        guard let contents = state.catalog.draft(draft) else { throw .notFound("draft", "draft") }
        guard contents.basedOn == state.catalog.publishedVersion else {
            throw Rejection(
                .conflict, field: "draft",
                "another catalogue was published since this draft began: begin a new draft")
        }
        try state.catalog.checkNothingIsScheduled("draft")
        try check(contents)
        try checkMoves(contents, state.catalog, at: max(now.milliseconds, validFrom ?? 0))
        guard let validFrom else {
            return changes.append(0, .catalogPublished(state.catalog.publication(of: draft)), effective: now)
        }
        let latest = now + .days(Self.greatestDelayDays)
        guard validFrom > now.milliseconds, validFrom <= latest.milliseconds else {
            throw Rejection(
                .invalidTime, field: "valid_from",
                "valid_from is a time to come, at most \(Self.greatestDelayDays) days ahead:"
                    + " leave it out to publish now")
        }
        let scheduled = CatalogScheduled(
            draft: draft, validFrom: validFrom, version: state.catalog.publication(of: draft).version)
        changes.append(0, .catalogScheduled(scheduled), effective: now)
    }

    private static let greatestDelayDays: Int64 = 366

    /// Subscribers are told of a move before it happens, so a new one must leave the time for that.
    private func checkMoves(_ contents: Catalog.Contents, _ catalog: borrowing Catalog, at now: Int64) throws(Rejection)
    {
        let days = contents.terms.appliedMoveNoticeDays
        for offering in contents.offerings where !offering.successor.isEmpty {
            let former = catalog[offering.offering]
            guard (former.successor, former.successorFrom) != (offering.successor, offering.successorFrom),
                offering.successorFrom < now + TimeSpan.days(Int64(days)).milliseconds
            else { continue }
            throw Rejection(
                .invalidCatalog, field: "draft",
                "\(offering.key) is moved too soon: successor_from must be \(days) days after the publication,"
                    + " because subscribers are told before")
        }
    }

    private func check(_ contents: Catalog.Contents) throws(Rejection) {
        func refuse(_ words: String) -> Rejection { Rejection(.invalidCatalog, field: "draft", words) }
        guard !contents.regions.isEmpty else { throw refuse("the draft has no region") }
        guard !contents.ranges.isEmpty else { throw refuse("the draft has no number range") }
        guard contents.offerings.contains(where: { $0.kind == .tariff }) else {
            throw refuse("the draft has no tariff")
        }
        if let words = DormancyTerms(contents.terms, since: .never).mistake ?? contents.terms.givingMistake {
            throw refuse(words)
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
            if !offering.successor.isEmpty || offering.successorFrom != 0 {
                let successor = contents.offerings.first { $0.key == offering.successor }
                guard offering.retired, offering.successorFrom != 0 else {
                    throw refuse("\(offering.key) has a successor: it must be retired, and say successor_from too")
                }
                guard let successor, successor.kind == offering.kind, !successor.retired else {
                    throw refuse(
                        "\(offering.key) names the successor \(offering.successor), which is no \(offering.kind.word)"
                            + " on sale in the draft")
                }
            }
            if offering.billingDay != 0, offering.periodUnit == .days || offering.periodUnit == .open {
                throw refuse("\(offering.key) has a billing day, but its periods are not months or years")
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
        reply.field(.draft, draft)
        switch outcome.first.event {
        case .proposalMade(let e): reply.proposed(e, outcome.firstPosition)
        case .catalogScheduled(let e):
            reply.field(.version, e.version)
            reply.field(.validFrom, Instant(milliseconds: e.validFrom))
        default: reply.field(.version, outcome.first(CatalogPublished.self).version)
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct CatalogCancel: Change {
    package static let spec = CommandSpec(
        "CATALOG.CANCEL", .change, roles: .operator, [CatalogPublish.draft],
        reply: [.draft, .seq], summary: "Takes back a publication to come. The draft can be changed again.",
        example: "CATALOG.CANCEL 3")

    let draft: UInt32

    package init(_ a: Arguments) throws(Rejection) { draft = try a[CatalogPublish.draft] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard state.catalog.scheduled?.draft == draft else { throw .notFound("draft", "publication to come") }
        changes.append(
            0, .catalogScheduleCancelled(CatalogScheduleCancelled(draft: draft)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.draft, draft)
        reply.field(.seq, outcome.lastPosition)
    }
}

extension AccountsState {
    /// True if two persons must stand for the next catalogue: the current one says so, or the next one would let one
    /// person move more.
    fileprivate func needsSecondPerson(toPublish next: CatalogTermsPut) -> Bool {
        guard catalog.publishedVersion > 0 else { return false }
        let terms = catalog.current.terms
        return terms.publicationApproval || next.approvalThreshold > terms.approvalThreshold
    }
}

extension NewEvents {
    mutating func publish(
        _ proposal: ProposalMade, _ approval: Approval, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        append(0, .proposalApproved(ProposalApproved(proposal: approval.proposal)), effective: context.now)
        try CatalogPublish(proposal).decide(at: context.now, state, &self)
    }
}

extension Reply {
    /// An act that waits for a second person, behind its own fields.
    mutating func proposed(_ e: ProposalMade, _ position: Position) {
        field(.moveState, "pending")
        field(.proposal, position)
        field(.approvers, e.approvers)
    }
}

extension Catalog {
    /// The event that makes a draft the catalogue.
    func publication(of draft: UInt32) -> CatalogPublished {
        CatalogPublished(draft: draft, version: publishedVersion + 1)
    }

    /// Refuses a change of the catalogue while another is to be published, because that would undo the change.
    func checkNothingIsScheduled(_ field: String) throws(Rejection) {
        guard let scheduled else { return }
        throw Rejection(
            .conflict, field: field,
            "draft \(scheduled.draft) is to be published at \(scheduled.at): CATALOG.CANCEL \(scheduled.draft) first")
    }
}

extension AccountsState {
    /// Decides a publication that falls due.
    func decidePublication(_ due: Due, _ changes: inout NewEvents) {
        changes.append(0, .catalogPublished(catalog.publication(of: due.subject)), effective: due.instant)
    }
}
