/// The clients' memory, and the checks of replies: against the clients' own words, and against the log.

import Accounts
import Engine

/// The outcome of an id, as its client was told.
private struct Outcome {
    let words: String
    let text: String
    /// A client was told that it was the first.
    var isClaimed: Bool
}

struct Clients {
    var draw: Draw
    /// The numbers of challenges.
    var challenged: [String: UInt64] = [:]
    /// Secrets of principals, as far as clients were told them.
    var secrets: [String: String] = [:]
    var names: [String] = []
    /// Requests that are worth retrying, even much later: each new one takes an older one's place.
    private(set) var memory: [Sent] = []
    private(set) var acknowledged = 0
    private(set) var repeated = 0
    /// The last position that any client was told of.
    private(set) var knownPosition: Position = 0
    private var lastSequences: [String: Position] = [:]
    private var outcomes: [String: Outcome] = [:]
    /// All requests ever sent under an id.
    private var said: [String: [String]] = [:]
    /// Positions that an OK was the first to name.
    private var claimed: Set<Position> = []
    private var toppedUp: [UInt64: Int64] = [:]
    private static let memoryLimit = 128

    init(seed: UInt64) { draw = Draw(seed: seed) }

    mutating func request() -> Sent {
        let sequences = lastSequences
        let (command, words) = draw.request { sequences[$0] }
        return Sent(command: command, words: words)
    }

    /// An earlier request, unchanged, or under its id with other arguments.
    mutating func again() -> Sent? {
        guard !memory.isEmpty else { return nil }
        let old = draw.one(memory)
        var words = old.words
        if words[0] == "TOPUP", old.id != nil, draw.happens(6) { words[2] = words[2] == "77" ? "78" : "77" }
        if words[0] == "TOPUP", old.id != nil, draw.happens(6) {
            // The same payment under a new id.
            words = words.map { $0.hasPrefix("id=") ? "id=z-\(draw.below(1_000_000))" : $0 }
        }
        return Sent(command: old.command, words: words, principal: old.principal, isRepeat: true)
    }

    /// Notes a request that is sent.
    mutating func sending(_ sent: inout Sent) {
        sent.knownPosition = knownPosition
        guard sent.spec.traits.pointee.idParameter != nil, let id = sent.scopedID else { return }
        sent.idHadOutcome = outcomes[id] != nil
        said[id, default: []].append(sent.repeatedWords)
    }

    /// Keeps a request for a retry, answered or not.
    mutating func remember(_ sent: Sent) {
        guard sent.principal != nil, sent.id != nil || sent.words[0] == "TOPUP" else { return }
        guard memory.count >= Self.memoryLimit else { return memory.append(sent) }
        // Takes the later of two random places, so that requests at the front are kept the longest.
        memory[max(draw.below(memory.count), draw.below(memory.count))] = sent
    }

    /// Checks a reply against earlier replies and against the log, which has all that is durable.
    mutating func take(_ answer: Answer, to sent: Sent, _ log: LogModel) throws(Violation) {
        func details(_ words: String) -> String { "\(sent.line) was answered \(answer.text): \(words)" }
        if let sequence = answer.number("seq"), answer.isOK {
            try hold(sequence <= log.last, .durable, details("\(log.last) is the last position on disk"))
            // EXPLAIN's later pages are of the position at which the page before ended.
            if sent.spec.effect == .read, sent.value("at") == nil, sent.value("before") == nil {
                try hold(sequence >= sent.knownPosition, .fresh, details("\(sent.knownPosition) was told of before"))
            }
        }
        for row in answer.rows {
            guard let position = row["seq"].flatMap({ Position($0) }) else { continue }
            try hold(position <= log.last, .durable, details("\(log.last) is the last position on disk"))
        }
        if let asked = sent.msisdn, answer.isOK, let told = answer.number("msisdn") {
            try hold(asked == told, .replies, details("it is of another number"))
        }
        switch sent.spec.effect {
        case .connection: try takeConversation(answer, sent, details)
        case .read: try takeRead(answer, sent, log, details)
        case .change, .strangersChange, .secretChange, .signIn: try takeChange(answer, sent, log, details)
        }
        if answer.isOK, let sequence = answer.number("seq") {
            knownPosition = max(knownPosition, sequence)
            if sent.spec.effect == .change, let msisdn = sent.msisdn { lastSequences["\(msisdn)"] = sequence }
        }
        learn(from: answer, sent)
    }

    private func takeConversation(_ answer: Answer, _ sent: Sent, _ details: (String) -> String) throws(Violation) {
        if sent.words[0] == "HELLO", answer.isOK {
            try hold(answer["server"] == "kabinet", .replies, details("HELLO says who answers"))
        } else {
            try hold(answer["seq"] == nil, .replies, details("it is of no event"))
        }
    }

    private func takeRead(_ answer: Answer, _ sent: Sent, _ log: LogModel, _ details: (String) -> String)
        throws(Violation)
    {
        guard answer.isOK else { return }
        if let rows = answer.number("rows") { try hold(rows == answer.rows.count, .replies, details("rows differ")) }
        switch sent.words[0] {
        case "BALANCE", "ACCOUNT":
            if let at = sent.value("at").flatMap({ Position($0) }) {
                try hold(answer.number("seq") == at, .books, details("it is the state after \(at)"))
            }
            guard let sequence = answer.number("seq"),
                let account = sent.msisdn.flatMap({ log.account($0, at: sequence) })
            else {
                throw Violation(.replies, details("the log has no such subscriber"))
            }
            let balance = "\(Money(minorUnits: account.balance(at: sequence)))"
            try hold(answer["balance"] == balance, .books, details("the log makes it \(balance) at \(sequence)"))
        case "EXPLAIN": try takeExplanation(answer, sent, log, details)
        case "TRIAL.BALANCE": try hold(answer["sum"] == "0.00", .books, details("the sum is zero"))
        case "ORDERS":
            let positions = answer.rows.compactMap { $0["order"].flatMap { Position($0) } }
            try hold(
                positions == positions.sorted() && positions.count == answer.rows.count, .orders,
                details("they are out of order"))
            for position in positions {
                try hold(
                    log.orders.outcome(of: position) != nil, .durable, details("\(position) is no order on disk"))
            }
            if sent.value("msisdn") == nil, sent.value("state") != "failed" {
                try hold(
                    Set(answer.rows.map { $0["msisdn"] }).count == positions.count, .orders,
                    details("a number has two"))
            }
        case "PAYMENTS":
            for row in answer.rows {
                let entry = row["payment"].flatMap { Position($0) }.flatMap { log[$0] }
                guard case .toppedUp(let payment)? = entry?.event else {
                    throw Violation(.durable, details("a row is of no payment on disk"))
                }
                try hold(
                    row["ref"] == payment.ref && row["amount"] == "\(Money(minorUnits: payment.amount))",
                    .acknowledged, details("the log has \(payment.ref) of \(payment.amount)"))
            }
        default: break
        }
    }

    /// The balance is the one at its position, and a page's postings and its opening balance add up to it.
    private func takeExplanation(
        _ answer: Answer, _ sent: Sent, _ log: LogModel, _ details: (String) -> String
    ) throws(Violation) {
        guard let sequence = answer.number("seq"), let account = answer.number("account"),
            account < log.accounts.count
        else { throw Violation(.replies, details("the log has no such account")) }
        let at = sent.value("at").flatMap { Position($0) }
        if let end = [at, sent.value("before").flatMap { Position($0) }.map { $0 - 1 }].compactMap(\.self).min() {
            let isEarlier = sequence < end && (sent.value("at") == nil ? sequence >= sent.knownPosition : at == nil)
            try hold(sequence == end || isEarlier, .books, details("it is of the state after \(end)"))
        }
        let balance = log.accounts[Int(account)].balance(at: sequence)
        try hold(
            answer["balance"] == "\(Money(minorUnits: balance))", .books,
            details("the log makes it \(Money(minorUnits: balance)) at \(sequence)"))
        func money(_ text: String?) -> Int64 { text.flatMap { Int64($0.replacing(".", with: "")) } ?? 0 }
        let moved = answer.rows.reduce(0) { $0 + money($1["amount"]) }
        try hold(money(answer["opening"]) + moved == balance, .books, details("its postings do not add up"))
        for row in answer.rows {
            let entry = row["seq"].flatMap { Position($0) }.flatMap { log[$0] }
            try hold(
                entry?.meta.account == AccountIndex(account) && entry?.event.typeName == row["type"], .durable,
                details("a row is of no event of the account"))
        }
    }

    private mutating func takeChange(
        _ answer: Answer, _ sent: Sent, _ log: LogModel, _ details: (String) -> String
    ) throws(Violation) {
        let account = sent.msisdn.flatMap { log.account($0) }
        let condition = sent.value("if_seq").flatMap { Position($0) }
        let isRepeated = answer["repeated"] != nil
        if sent.words[0] == "USAGE", isRepeated && answer["source"] != nil || answer["field"] == "n" {
            // The source had reported the number before, whatever its id was: nothing of this record is kept.
            return try takeRepeatedUsage(answer, sent, log, details)
        }
        if sent.words[0] == "VOUCHER.REDEEM", isRepeated { return try takeRepeatedVoucher(answer, log, details) }
        if sent.words[0] == "CONFIRM", isRepeated { return try takeRepeatedPurchase(answer, log, details) }
        if sent.words[0].hasPrefix("ORDER."), answer.isOK, answer["seq"] == nil {
            // The network had reported it before, whatever its id was: nothing of this request is kept.
            let outcome = answer.number("order").flatMap { log.orders.outcome(of: $0) }
            return try hold(
                isRepeated && outcome.map { $0 != .open } ?? false, .orders, details("it had no outcome before"))
        }
        if ["PAYMENT.OFFER", "PAYMENT.REFUSE"].contains(sent.words[0]), answer.isOK, answer["seq"] == nil {
            // The acquirer had answered so before, whatever its id was.
            let isKnown = answer.number("request").map { log.paying.wasAnswered($0) } ?? false
            return try hold(isRepeated && isKnown, .paying, details("it was not answered before"))
        }
        try takeOutcome(answer, sent, isRepeated, details)
        switch answer.code {
        case nil: break
        case "duplicate_ref":
            let number = sent.principal.flatMap { log.principalNumbers[$0] } ?? 0
            let reference = LogModel.Reference(principal: number, ref: sent.value("ref") ?? "")
            return try hold(log.references.contains(reference), .references, details("the log does not have it"))
        case "conflict":
            if answer["field"] == "if_seq", let account, let condition, !Self.ofSeveral.contains(sent.words[0]) {
                try hold(account.changes.last ?? 0 > condition, .conditions, details("it did not change since"))
            }
            return
        default: return
        }
        // A challenge that is not answered yet.
        if sent.words[0] == "CHALLENGE", answer["status"] != "granted" { return }
        // An OK: the log has the event that it names, by the same principal, and no other client was told that it was
        // theirs.
        guard let sequence = answer.number("seq"), let entry = log[sequence] else {
            throw Violation(.acknowledged, details("there is no such position"))
        }
        let expected = Template.ofCommand[sent.command].events
        try hold(
            expected.contains(entry.event.typeName) || BarModel.isConsequence(entry.event), .acknowledged,
            details("position \(sequence) is \(entry.event.typeName)"))
        let number = sent.principal.flatMap { log.principalNumbers[$0] } ?? 0
        try hold(
            entry.meta.principal == number, .acknowledged, details("it is of principal \(entry.meta.principal)"))
        try hold(entry.meta.commandID.isZero == (sent.id == nil), .ids, details("the log has no id, or another"))
        // Packages bought by a payment come after it, and so does what goes on again.
        var first = sequence
        while let event = log[first]?.event, event.isBehindAPayment { first -= 1 }
        // An erasure empties the blacklist before it.
        if case .personErased = entry.event {
            while first > 1, case .blacklistRemoved? = log[first - 1]?.event { first -= 1 }
        }
        let payment = log[first]?.event
        if case .toppedUp(let payment)? = payment, sent.words[0] == "TOPUP" {
            let amount = sent.words.count > 2 ? Money(decimal: sent.words[2].utf8)?.minorUnits : nil
            let after = log.accounts[Int(entry.meta.account)].balance(at: sequence)
            try hold(
                payment.ref == sent.value("ref") && payment.amount == amount
                    && answer["balance"].map { $0 == "\(Money(minorUnits: after))" } ?? true
                    && (answer["balance"] == nil || !["payments", "cashier"].contains(sent.principal ?? ""))
                    && answer["payment"] == "\(first)", .acknowledged,
                details("the log has \(payment.ref) of \(payment.amount)"))
        }
        guard !isRepeated else { return repeated += 1 }
        acknowledged += 1
        try hold(claimed.insert(sequence).inserted, .acknowledged, details("this was another's outcome before"))
        // For a command that changes several accounts, only if its last event is the subscriber's. A number that is put
        // into service had no account before.
        if let condition, let account, sent.words[0] != "SUBSCRIBER.ACTIVATE",
            sent.msisdn.flatMap({ log.accountOf[$0] }) == entry.meta.account
        {
            // Unused days are credited before the change, and fees that waited for the end of a pause follow it.
            var begin = first
            while begin > 1, let before = log[begin - 1], before.meta.account == entry.meta.account,
                before.meta.commandID == entry.meta.commandID, before.event.isBeforeItsFees
            {
                begin -= 1
            }
            let last = account.lastChange(before: begin)
            try hold(last <= condition, .conditions, details("the account changed at \(last)"))
        }
        if case .toppedUp(let payment)? = payment, let msisdn = sent.msisdn {
            toppedUp[msisdn, default: 0] += payment.amount
            let logged = log.toppedUp[msisdn] ?? 0
            try hold(
                toppedUp[msisdn, default: 0] <= logged, .acknowledged, details("the log has payments of \(logged)"))
        }
    }

    /// The reply to a repeated record has its outcome; another record under its number is refused.
    private func takeRepeatedUsage(
        _ answer: Answer, _ sent: Sent, _ log: LogModel, _ details: (String) -> String
    ) throws(Violation) {
        guard answer.code == nil || answer.code == "id_conflict" else { return }
        let record = UsageModel.Record(
            source: sent.value("source") ?? "", number: sent.value("n").flatMap { UInt64($0) } ?? .max)
        guard let position = log.usage.records[record], let entry = log[position] else {
            throw Violation(.references, details("the log does not have it"))
        }
        try hold(
            entry.isTold(by: sent, of: log) == (answer.code == nil), .references,
            details("position \(position) is \(answer.code == nil ? "another record" : "the same record")"))
        guard answer.code == nil else { return }
        try hold(answer["usage"] == "\(position)", .acknowledged, details("it is at position \(position)"))
        switch entry.event {
        case .usageRated(let e):
            try hold(
                answer["status"] == "rated" && answer["amount"] == "\(e.charges.total)", .acknowledged,
                details("position \(position) costs \(e.charges.total)"))
        case .usageRejected(let e):
            try hold(
                answer["status"] == "rejected" && answer["reason"] == "\(e.reason.word)", .acknowledged,
                details("position \(position) is rejected: \(e.reason.word)"))
        default: break
        }
    }

    /// The reply to a voucher that the subscriber redeemed before has the outcome of that time.
    private func takeRepeatedVoucher(
        _ answer: Answer, _ log: LogModel, _ details: (String) -> String
    ) throws(Violation) {
        guard case .toppedUp(let e)? = answer.number("payment").flatMap({ log[$0] })?.event, e.voucherBatch != 0 else {
            throw Violation(.acknowledged, details("there is no such voucher"))
        }
        try hold(
            answer["amount"] == "\(Money(minorUnits: e.amount))", .acknowledged, details("its value is \(e.amount)"))
    }

    /// The reply to a code that bought something before has the outcome of that time.
    private func takeRepeatedPurchase(
        _ answer: Answer, _ log: LogModel, _ details: (String) -> String
    ) throws(Violation) {
        guard case .purchaseConfirmed(let e)? = answer.number("seq").flatMap({ log[$0] })?.event else {
            throw Violation(.acknowledged, details("there is no such purchase"))
        }
        try hold(
            answer["challenge"] == encodeBase64URL(e.challenge) && answer["subscription"] == e.subscription
                && answer["charged"] == "\(Money(minorUnits: e.charged))"
                && answer["balance"] == "\(Money(minorUnits: e.balance))",
            .acknowledged, details("the log has \(e.subscription) for \(e.charged)"))
    }

    /// They change other accounts than the one that they name, which may have changed since.
    private static let ofSeveral: Set<String> = [
        "ERASE", "SUBSCRIBER.TERMINATE", "LINK.REMOVE", "USAGE", "TRANSFER", "BUCKET.GIFT",
    ]
    /// Refusals that come before an id is looked up.
    private static let early: Set<String> = [
        "auth_required", "not_permitted", "session_required", "session_invalid", "busy", "internal_error",
    ]
    /// Refusals by a rule; an id that was done is looked up before these.
    private static let late: Set<String> = [
        "conflict", "duplicate_ref", "insufficient_funds", "already_exists", "incompatible", "limit_reached",
        "amount_overflow", "storage_full",
    ]

    private mutating func takeOutcome(
        _ answer: Answer, _ sent: Sent, _ isRepeated: Bool, _ details: (String) -> String
    ) throws(Violation) {
        guard sent.spec.traits.pointee.idParameter != nil, let id = sent.scopedID else {
            return try hold(!isRepeated, .ids, details("it had no id"))
        }
        let words = sent.repeatedWords
        if let code = answer.code {
            guard sent.idHadOutcome, let outcome = outcomes[id] else { return }
            try hold(!Self.late.contains(code), .ids, details("it was done before: \(outcome.text)"))
            if code == "id_conflict" {
                try hold(outcome.words != words, .ids, details("its arguments were the same: \(outcome.words)"))
            } else if outcome.words == words {
                let isEarly = Self.early.contains(code) || code == "not_found" && sent.value("session") != nil
                try hold(isEarly, .ids, details("it was done before: \(outcome.text)"))
            }
            return
        }
        guard let outcome = outcomes[id] else {
            let times = said[id, default: []].count { $0 == words }
            try hold(!isRepeated || times > 1, .ids, details("nobody said this before"))
            outcomes[id] = Outcome(words: words, text: answer.outcome, isClaimed: !isRepeated)
            return
        }
        try hold(outcome.words == words, .ids, details("the id was done for \(outcome.words)"))
        try hold(outcome.text == answer.outcome, .ids, details("the first outcome was \(outcome.text)"))
        try hold(isRepeated || !outcome.isClaimed, .ids, details("it was done before"))
        if !isRepeated { outcomes[id]?.isClaimed = true }
    }
}

extension Event {
    fileprivate var isBehindAPayment: Bool {
        if case .bucketsGranted = self { true } else { BarModel.isConsequence(self) }
    }
}

extension Answer {
    var text: String {
        (code.map { "ERR \($0) " } ?? "OK ") + fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}

extension Event {
    /// True if a command may append more of the same account behind it, which is charged or ends.
    fileprivate var isBeforeItsFees: Bool {
        switch self {
        case .feesReturned, .tariffResumed, .simUnblocked, .cardRemoved, .paymentRequestExpired: true
        default: false
        }
    }
}
