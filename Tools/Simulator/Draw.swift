/// Values of requests, drawn from a seed and from what replies told.

import Accounts
import Engine
import TestSupport

struct Draw {
    private var random: SplitMix64
    private var serial = 0
    private let keys = ServerKeys.fixed
    /// Values that replies gave to clients: each new one takes the place of an older one.
    private var sessions = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "bad"]
    private var orgs = ["1", "bad"]
    private var orders = ["1"]
    /// Each with its number.
    private var requests = ["79000000010 1"]
    private var parked = ["1"]
    private var payments = ["1"]
    private var proposals = ["1"]
    private var refunds = ["1"]
    private var vouchers = ["0000-1001-0000-0000-0000-0000", "x"]
    private var challenges = ["AAAAAAAAAAAAAAAAAAAAAA", "bad"]
    private var emailChallenges: [String] = []
    /// The last session that was opened, with its number, until something is asked in it: sessions end soon.
    private var fresh: String?
    /// Stored cards with their numbers.
    private var stored = ["\(firstNumber) \(firstCard)"]
    static let firstNumber = "79000000010"
    static let firstCard = "tok_00000000"
    private var devices = ["AAAAAAAAAAAAAAAAAAAAAA"]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    mutating func word() -> UInt64 { random.next() }
    /// Once in so many times.
    mutating func happens(_ odds: Int) -> Bool { below(odds) == 0 }
    mutating func one<T>(_ all: [T]) -> T { all[below(all.count)] }
    mutating func sometimes(_ odds: Int, _ word: (inout Draw) -> String) -> [String] {
        happens(odds) ? [word(&self)] : []
    }

    mutating func msisdn() -> String { happens(40) ? "700000" : "790000000\(10 + below(24))" }
    mutating func past() -> String { "at=" + (happens(3) ? "2018-03-0\(1 + below(9))T00:00:00Z" : "\(below(400))") }
    mutating func peer() -> String { one([msisdn(), "06\(10 + below(5))", "+74951234567"]) }
    mutating func order() -> String { happens(8) ? "\(below(400))" : one(orders) }
    /// A request, and mostly the number that it is of.
    mutating func paymentRequest() -> (msisdn: String, request: String) {
        let words = one(requests).split(separator: " ").map(String.init)
        return (happens(8) ? msisdn() : words[0], words[1])
    }
    mutating func parkedPayment() -> String { one(parked) }
    mutating func payment() -> String { happens(8) ? "\(below(400))" : one(payments) }
    mutating func proposal() -> String { one(proposals) }
    mutating func refund() -> String { one(refunds) }
    mutating func voucher() -> String { one(vouchers) }
    /// A card, and mostly the number that it is stored for.
    mutating func storedCard() -> (msisdn: String, card: String) {
        let words = one(stored).split(separator: " ").map(String.init)
        return (happens(8) ? msisdn() : words[0], words[1])
    }
    mutating func card() -> String { "tok_0000000\(below(4))" }
    mutating func small() -> Int { below(40) }
    mutating func org() -> String { happens(4) ? "\(small())" : one(orgs) }
    mutating func group() -> String { "\(1 + below(4))" }
    mutating func principal() -> String { "p\(below(6))" }
    mutating func when() -> String {
        "when="
            + one(["period_end", "now", "2018-0\(3 + below(7))-1\(below(10))", "2018-03-0\(1 + below(9))T12:00:00Z"])
    }
    mutating func tariff() -> String { one(["free", "talk", "online", "office", "none"]) }
    mutating func option() -> String { one(["melody", "silence", "extra", "sms", "pack", "none"]) }
    /// Usage: most of it within anybody's balance, some in the future, and some of quantity zero.
    mutating func usage() -> [String] {
        let kind = one(["voice", "sms", "data", "voice", "mms"])
        let quantity =
            switch kind {
            case "voice": "seconds=" + one(["0", "59", "60", "75", "600", "12000", "86401"])
            case "data": "bytes=" + one(["1", "1048576", "5000000", "2000000000"])
            default: "messages=" + one(["1", "3", "99"])
            }
        let peer =
            happens(2) ? msisdn() : one(["74951234567", "+995322000000", "611", "messengers", "89161234567", "+150"])
        let hour = below(24)
        return [
            "kind=" + kind, "peer=" + peer,
            "start=2018-03-0\(1 + below(9))T\(hour < 10 ? "0" : "")\(hour):00:00Z", quantity,
        ] + (happens(8) ? [] : ["direction=" + one(["out", "out", "out", "in"])])
            + sometimes(12) { "visited=" + $0.one(["262-01", "310-260", "26201"]) }
    }
    /// The next number, or an earlier one; sometimes one that is too old for its source.
    mutating func usageNumber() -> Int {
        serial += 1
        return happens(5) ? below(200) : serial * (happens(40) ? 1000 : 1)
    }
    /// The record that a number has each time it is reported.
    func toldAgain(_ n: Int) -> [String] {
        [
            "790000000\(10 + n % 24)", "kind=sms", "peer=74951234567", "direction=out",
            "start=2018-03-0\(1 + n % 9)T00:00:00Z",
        ]
    }
    mutating func amount() -> String {
        one(["10", "0.01", "250", "99.99", "500", "60", "120", "30", "15", "100", "-1"])
    }
    /// Mostly the password that a registration may have set; some are refused, as too common, a number's own or too
    /// short.
    mutating func password() -> String {
        switch below(16) {
        case 0..<10: "correct-horse"
        case 10..<13: "battery-staple"
        case 13: one(["12345678", "QWERTYUI", "приветик", "kabinet-2018"])
        case 14: "+" + msisdn()
        default: "wrong"
        }
    }
    /// Few are of e-mail addresses, so that these have places of their own.
    mutating func challenge() -> String { one(!emailChallenges.isEmpty && happens(3) ? emailChallenges : challenges) }
    mutating func session() -> String { one(sessions) }
    mutating func device() -> String { one(devices) }
    /// Any 32 bytes are an Ed25519 key.
    mutating func deviceKey() -> String {
        encodeBase64URL([UInt8](repeating: UInt8(below(200)), count: happens(8) ? 31 : 32))
    }

    mutating func reference() -> String {
        serial += 1
        return happens(6) ? "r-\(below(60))" : "s-\(serial)"
    }

    mutating func code(of challenge: String) -> String {
        guard !happens(4), let bytes = decodeBase64URL(challenge.utf8) else { return "000000" }
        return keys.code(challenge: bytes)
    }

    mutating func learn(session: String) { Self.learn(session, &sessions, &random) }
    mutating func learn(owner: String) { fresh = owner }
    mutating func learn(stored: String) { Self.learn(stored, &self.stored, &random) }
    mutating func learn(request: String) { Self.learn(request, &requests, &random) }
    mutating func learn(parked: String) { Self.learn(parked, &self.parked, &random) }
    mutating func learn(payment: String) { Self.learn(payment, &payments, &random) }
    mutating func learn(proposal: String) { Self.learn(proposal, &proposals, &random) }
    mutating func learn(refund: String) { Self.learn(refund, &refunds, &random) }
    mutating func learn(voucher: String) { Self.learn(voucher, &vouchers, &random) }
    mutating func learn(order: String) { Self.learn(order, &orders, &random) }
    mutating func learn(org: String) { Self.learn(org, &orgs, &random) }
    mutating func learn(device: String) { Self.learn(device, &devices, &random) }
    mutating func learn(challenge: String) { Self.learn(challenge, &challenges, &random) }
    mutating func learn(emailChallenge: String) { Self.learn(emailChallenge, &emailChallenges, &random) }

    private static func learn(_ word: String, _ pool: inout [String], _ random: inout SplitMix64) {
        if pool.count < 4 { pool.append(word) } else { pool[Int(random.next() % 4)] = word }
    }

    /// A command and its words. `lastSequence` returns the last position that a client knows for a number.
    mutating func request(lastSequence: (String) -> Position?) -> (command: Int, words: [String]) {
        if let own = fresh?.split(separator: " ").map(String.init), happens(2) {
            fresh = nil
            // Its payment may store a card.
            return (Template.topUpRequest, ["TOPUP.REQUEST", own[0], "100", "method=card", "session=" + own[1]])
        }
        let command = one(Template.drawn)
        let spec = commandTable.specs[command]
        var words = Template.ofCommand[command].arguments(&self)
        if spec.traits.pointee.sessionParameter != nil, happens(spec.traits.pointee.session == .holder ? 1 : 5) {
            words.append("session=" + session())
        }
        if spec.traits.pointee.sequenceParameter != nil, happens(6) {
            let known = words.first.flatMap(lastSequence)
            words.append("if_seq=\(happens(4) ? Position(below(3000)) : known ?? 0)")
        }
        if spec.traits.pointee.idParameter != nil, !happens(3) {
            serial += 1
            words.append(happens(8) ? "id=x-\(below(60))" : "id=y-\(serial)")
        }
        return (command, [spec.verb] + words)
    }
}
