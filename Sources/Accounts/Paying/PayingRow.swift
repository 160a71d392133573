/// The columns of an account in `Paying`, and the parts that no other file explains.

extension Paying {
    /// The part of a payment that was reversed, or refunded to its instrument.
    struct Reversal: Equatable, Coded {
        var payment: Position = 0
        var amount = Money.zero

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&payment)
            try row.code(&amount)
        }
    }

    /// A refund that is still to be paid out.
    struct Refund: Equatable, Coded {
        /// Its number on the wire: the position of its proposal, or its own if it had none.
        var position: Position = 0
        var event = Refunded()
        var created = Instant(milliseconds: 0)

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&position)
            try row.code(&event, in: .refunded(event))
            try row.code(&created)
        }
    }

    /// A payment without an owner, on account 0.
    struct Parked: Equatable, Coded {
        var position: Position = 0
        var event = PaymentParked()
        var principal: UInt32 = 0
        var created = Instant(milliseconds: 0)
        /// The account that got the money; 0 while it has no owner.
        var assigned: AccountIndex = 0
        /// The part that is on account 0 still.
        var left = Money.zero

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&position)
            try row.code(&event, in: .paymentParked(event))
            try row.code(&principal)
            try row.code(&created)
            try row.code(&assigned)
            try row.code(&left)
        }
    }

    struct Row: Equatable, Coded {
        /// In the order of their positions.
        var requests: [PaymentRequest] = []
        var cards: [StoredCard] = []
        var reversals: [Reversal] = []
        var proposals: [Proposal] = []
        var refunds: [Refund] = []
        var redeemed: [RedeemedVoucher] = []
        /// Wrong secrets in a row, and the last of them.
        var failures: UInt32 = 0
        var lastFailure = Instant(milliseconds: 0)
        /// Moved by one person alone.
        var alone = DaySum()
        /// On account 0 only.
        var parked: [Parked] = []
        var batches: [VoucherBatch] = []

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&requests, each: PaymentRequest())
            try row.code(&cards, each: StoredCard())
            try row.code(&reversals, each: Reversal())
            try row.code(&proposals, each: Proposal())
            try row.code(&refunds, each: Refund())
            try row.code(&redeemed, each: RedeemedVoucher())
            try row.code(&failures)
            try row.code(&lastFailure)
            try row.code(&alone)
            try row.code(&parked, each: Parked())
            try row.code(&batches, each: VoucherBatch())
        }

        /// Gives up requests that ended long ago, and the oldest ones that ended if there are too many.
        mutating func forgetEnded(at now: Instant) {
            requests.removeAll { $0.state.hasEnded && $0.expires + .days(Paying.endedDays) < now }
            var surplus = requests.count { $0.state.hasEnded } - Paying.maximumEnded
            requests.removeAll { request in
                guard surplus > 0, request.state.hasEnded else { return false }
                surplus -= 1
                return true
            }
        }

        /// Roughly: the columns, and the elements of its arrays with short texts.
        var allocatedBytes: Int {
            MemoryLayout<Row>.stride + 32 + requests.columnBytes + cards.columnBytes + reversals.columnBytes
                + proposals.columnBytes + refunds.columnBytes + redeemed.columnBytes + parked.columnBytes
                + batches.columnBytes
        }
    }
}
