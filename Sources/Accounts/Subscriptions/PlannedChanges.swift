/// Changes of tariff that happen later: those that the subscriber planned, and moves from retired offerings.

extension AccountsState {
    /// True if the subscriber planned a change that waits for the end of the paid period, or for an instant until this
    /// one.
    func isChangeDue(of account: AccountIndex, at instant: Instant) -> Bool {
        let arranged = subscriptions.arrangements(account)
        return arranged.plannedTariff != 0 && (arranged.plannedAt == .never || arranged.plannedAt <= instant)
    }

    /// When a planned change happens; nil if none is planned.
    func plannedChange(of account: AccountIndex) -> (tariff: UInt32, at: Instant)? {
        let arranged = subscriptions.arrangements(account)
        guard arranged.plannedTariff != 0 else { return nil }
        let at = arranged.plannedAt == .never ? subscriptions.tariff(account).periodEnd : arranged.plannedAt
        return (UInt32(arranged.plannedTariff), at)
    }

    /// A planned change as it would be at an instant, money and limits apart.
    enum PlannedMove {
        case possible(TariffMove)
        case impossible(ChangeFailure)
    }

    /// It is possible if the offering is still sold to the subscriber and the options go with it.
    func plannedMove(of account: AccountIndex, at instant: Instant) -> PlannedMove {
        let move: TariffMove
        do throws(Rejection) {
            move = try tariffMove(
                of: account, to: catalog.key(UInt32(subscriptions.arrangements(account).plannedTariff)),
                corporate: organizations.organization(of: account) != nil, isFree: false, at: instant)
        } catch { return .impossible(.notAvailable) }
        return move.conflicts.isEmpty ? .possible(move) : .impossible(.incompatible)
    }

    /// Decides a planned change at its time. The balance must cover the fee of the change, and the subscriber's own limit
    /// must leave room for all of it; a fee of the new tariff may wait for a top-up. Returns false if the change failed,
    /// and the old tariff goes on.
    func decidePlannedChange(of account: AccountIndex, at instant: Instant, _ changes: inout NewEvents) -> Bool {
        let failure: ChangeFailure
        switch plannedMove(of: account, at: instant) {
        case .possible(let move):
            guard covers(move) else {
                failure = .insufficientFunds
                break
            }
            guard isWithinSpendingLimit(account, move) else {
                failure = .spendingLimit
                break
            }
            changes.append(move, of: account, self)
            return true
        case .impossible(let reason): failure = reason
        }
        let planned = UInt32(subscriptions.arrangements(account).plannedTariff)
        changes.append(
            account, .tariffChangeFailed(TariffChangeFailed(to: planned, failure: failure)), effective: instant)
        return false
    }

    /// True if the subscriber's own limit leaves room for a move.
    func isWithinSpendingLimit(_ account: AccountIndex, _ move: TariffMove) -> Bool {
        isWithinSpendingLimit(account, move.charges + move.credits, at: move.at)
    }

    /// True if the balance covers what a move costs at once.
    private func covers(_ move: TariffMove) -> Bool {
        let needed = move.charges.filter { !$0.kind.opensPeriod }
        let left = move.balance - move.credits.total - needed.total
        return (needed.isEmpty || left >= .zero) && !needed.contains { isFull($0) }
    }

    /// Decides the notice of a move from a retired offering.
    func decideMoveNotice(_ due: Due, _ changes: inout NewEvents) {
        guard let move = catalog.move(from: due.subject) else {
            preconditionFailure("\(due) is of an offering without a successor")
        }
        let announced = ProductMoveAnnounced(
            offering: due.subject, successor: move.to, from: move.from.milliseconds)
        changes.append(due.account, .productMoveAnnounced(announced), effective: due.instant)
    }

    /// The fee of a move to a successor; nil if it costs nothing, or if the subscriber has the successor already.
    func moveFee(to: UInt32, of account: AccountIndex, at instant: Instant) -> Charge? {
        let catalog = catalog[then: instant]
        guard catalog[to].fee > 0, subscriptions.option(account, to) == nil else { return nil }
        return fee(catalog[to], of: account, from: instant)
    }

    /// Decides a move from a retired offering to its successor. It costs the successor's fee and nothing else. If the
    /// balance does not cover the fee, the successor begins unpaid.
    func decideMove(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant) = (due.account, due.instant)
        guard let to = catalog.move(from: due.subject)?.to else {
            preconditionFailure("\(due) is of an offering without a successor")
        }
        let successor = catalog[to]
        let opening = moveFee(to: to, of: account, at: instant).map { [$0] } ?? []
        guard successor.kind != .tariff else {
            let move = TariffMove(
                from: due.subject, to: successor, at: instant, credits: [], changeFee: [], opening: opening,
                conflicts: [], balance: balances[account])
            // The successor ends a change that is still to come: it was of another plan.
            let planned = UInt32(subscriptions.arrangements(account).plannedTariff)
            if planned != 0 {
                changes.append(
                    account, .tariffChangeFailed(TariffChangeFailed(to: planned, failure: .notAvailable)),
                    effective: instant)
            }
            return changes.append(move, of: account, self)
        }
        changes.append(
            account, .optionTerminated(OptionTerminated(option: due.subject)), effective: instant)
        guard subscriptions.option(account, to) == nil else { return }
        let isPaid = balances[account] >= opening.total && !opening.contains { isFull($0) }
        let charges = isPaid ? opening : []
        let activated = OptionActivated(
            option: to, charges: charges, balanceAfter: (balances[account] - charges.total).minorUnits)
        changes.append(account, .optionActivated(activated), effective: instant)
        guard isPaid else { return changes.appendUnpaid(opening, of: account, at: instant) }
        changes.grant(successor, to: account, self, from: instant, until: charges.first?.periodEnd ?? 0)
    }
}

package struct TariffChangeCancel: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF.CHANGE.CANCEL", .change, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [.msisdn, .seq], summary: "Cancels a planned change of tariff.",
        example: "TARIFF.CHANGE.CANCEL 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard let planned = state.plannedChange(of: account) else {
            throw .notFound("msisdn", "planned change of this number's tariff")
        }
        changes.append(
            account, .tariffChangeCancelled(TariffChangeCancelled(to: planned.tariff)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
