/// The fields of a catalogue's items: each is one row of the lists at the end of this file.
///
/// `CATALOG.PUT` reads the rows and `CATALOG` writes them. The plain keys of a catalogue file, its JSON Schema and the
/// comparison of two catalogues come from them too. A new field is one row, and a field of the item's event. The row
/// gets the next number.

/// A type of the values of items, with the text that `CATALOG` gives back.
protocol CatalogValue: ParameterType, SendableMetatype {
    static var form: CatalogField.Form { get }
    static func text(_ value: Value) -> String
}

/// The facts about a field, without the type of its value.
package struct CatalogField: Sendable {
    package enum Need: Sendable {
        case optional
        /// `CATALOG.PUT` has a default, and a catalogue file must say the value.
        case inFile
        case always
    }

    /// The form of the value in a catalogue file.
    package enum Form: Equatable, Sendable {
        case text, money, number, period, billingDay, time, flag
        case word([String])
        /// A list of the first digits of numbers.
        case digits
        /// A list of networks, each an MCC or MCC-MNC.
        case networks
        /// A list of promised payments in their notation.
        case promises
        case key(Holder)
        case keys(Holder)
        /// The file has a form of its own for it.
        case special
    }

    /// The part of a catalogue that defines a key.
    package enum Holder: String, Sendable {
        case region, tariff, option
        /// An option, a subscription or a bundle.
        case product
        /// A product or a tariff.
        case offering
    }

    /// The name in `CATALOG.PUT`.
    package let name: String
    /// The key in a catalogue file.
    package let fileKey: String
    package let need: Need
    package let form: Form
    package let bounds: ClosedRange<UInt64>
    /// A sentence without its full stop; empty if the name and the type say it all.
    package let help: String
    /// The value of an item without the field, as `CATALOG` would write it.
    package let absent: String
    /// A value as `CATALOG` writes it; nil if `CATALOG.PUT` would refuse it.
    package let normal: @Sendable (String) -> String?

    /// The place among the parameters of `CATALOG.PUT`. It never changes, because a request's fingerprint contains it.
    package let number: Int
    let parameter: any DeclaredParameter
    let reply: ReplyField
    /// The kinds of offerings that have it; empty for all.
    fileprivate let kinds: [OfferingKind]

    package var replyName: String { "\(reply.name)" }
    fileprivate var isLead: Bool { need != .optional && kinds.isEmpty }
    func isOf(_ kind: OfferingKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }
}

/// A field with its place in the event of an item.
package struct CatalogRow<Item: CatalogItemEvent>: Sendable {
    package let field: CatalogField
    fileprivate let read: @Sendable (Arguments, inout Item) throws(Rejection) -> Void
    package let text: @Sendable (Item) -> String

    /// `reply` is `sometimes` if `CATALOG` leaves out the value of an item without the field.
    fileprivate init<Type: CatalogValue>(
        _ number: Int, _ reply: ReplyField, _: Type.Type, _ path: any WritableKeyPath<Item, Type.Value> & Sendable,
        _ help: String = "", _ need: CatalogField.Need = .optional, in bounds: ClosedRange<UInt64>? = nil,
        of kinds: [OfferingKind] = [], form: CatalogField.Form = Type.form, name: String? = nil,
        fileKey: String? = nil, parameter shared: Parameter<Type?>? = nil
    ) {
        let name = name ?? "\(reply.name)"
        let owner = kinds.isEmpty ? Item.owner : listed(kinds.map { "\($0 == .option ? "an" : "a") \($0.word)" })
        // The parts that there are, as in `of a zone: the region whose subscribers are at home there`.
        let parts = [owner.isEmpty || help.isEmpty ? "" : "of \(owner)", listed(Type.words), help]
        let parameter =
            shared ?? Parameter<Type?>(name, parts.filter { !$0.isEmpty }.joined(separator: ": "), in: bounds)
        field = CatalogField(
            name: name, fileKey: fileKey ?? name, need: need, form: form, bounds: parameter.declaration.bounds,
            help: help, absent: Type.text(Item.blank[keyPath: path]),
            normal: { text in
                var text = text
                return text.withUTF8 { try? Type.value(of: GivenValue($0, parameter.declared)) }.map(Type.text)
            },
            number: number, parameter: parameter, reply: reply, kinds: kinds)
        read = { a, item throws(Rejection) in
            guard let value = need == .always ? try a.require(parameter) : try a[parameter] else { return }
            item[keyPath: path] = value
        }
        text = { Type.text($0[keyPath: path]) }
    }
}

/// The event that puts an item into a draft.
package protocol CatalogItemEvent: Sendable {
    /// The item without any field.
    static var blank: Self { get }
    /// The words of `HELP` for the only kind of item that has the fields; empty if several kinds have them.
    static var owner: String { get }
    /// In the order of `CATALOG`.
    static var rows: [CatalogRow<Self>] { get }
}

extension CatalogItemEvent {
    mutating func read(_ a: Arguments, _ rows: [CatalogRow<Self>] = Self.rows) throws(Rejection) {
        for row in rows { try row.read(a, &self) }
    }
}

extension CatalogOfferingPut {
    static func rows(of kind: OfferingKind) -> [CatalogRow<Self>] { rows.filter { $0.field.isOf(kind) } }
}

extension Reply {
    mutating func fields<Item>(of item: Item, _ rows: [CatalogRow<Item>] = Item.rows) {
        for row in rows {
            let text = row.text(item)
            guard row.field.reply.isAlwaysThere || text != row.field.absent else { continue }
            field(row.field.reply) { $0.append(contentsOf: text.utf8) }
        }
    }
}

/// A kind of item, as `CATALOG.PUT` names it.
package struct CatalogKind: Sendable {
    package enum Part: Equatable, Sendable {
        case region, range, zone, terms
        case offering(OfferingKind)
    }

    package let word: String
    package let part: Part
    /// In the order of catalogue files, which begin with what every item of the kind must say.
    package let fields: [CatalogField]

    private init<Item>(_ word: String, _ part: Part, _ rows: [CatalogRow<Item>]) {
        self.word = word
        self.part = part
        fields = rows.map(\.field).sorted { ($0.isLead ? 0 : 1, $0.number) < ($1.isLead ? 0 : 1, $1.number) }
    }

    package static let region = CatalogKind("region", .region, CatalogRegionPut.rows)
    package static let range = CatalogKind("range", .range, CatalogNumberRangePut.rows)
    package static let zone = CatalogKind("zone", .zone, CatalogZonePut.rows)
    package static let terms = CatalogKind("terms", .terms, CatalogTermsPut.rows)
    private static let offeringKinds: [OfferingKind] = [.tariff, .option, .subscription, .bundle]
    package static let offerings = offeringKinds.map {
        CatalogKind("\($0.word)", .offering($0), CatalogOfferingPut.rows(of: $0))
    }
    package static let all = [region, range, zone, terms] + offerings

    package static func named(_ word: String) -> CatalogKind? { all.first { $0.word == word } }

    package subscript(_ name: String) -> CatalogField? { fields.first { $0.name == name } }

    /// The parameters of `CATALOG.PUT` after its positionals.
    static let parameters: [any DeclaredParameter] = {
        let byNumber = Dictionary(all.flatMap(\.fields).map { ($0.number, $0.parameter) }) { first, _ in first }
        return byNumber.sorted { $0.key < $1.key }.map(\.value)
    }()

    /// The fields of the rows of `CATALOG`, each once.
    static let replyFields: [ReplyField] = {
        var fields = [ReplyField.region] + CatalogRegionPut.replyFields
        fields += [.range] + CatalogNumberRangePut.replyFields + [.zone] + CatalogZonePut.replyFields
        fields += [.terms] + CatalogTermsPut.replyFields + offeringKinds.map(\.field)
        fields += CatalogOfferingPut.replyFields + [.lifecycle]
        var names: Set<String> = []
        return fields.filter { names.insert("\($0.name)").inserted }.map(\.sometimes)
    }()
}

extension CatalogItemEvent {
    fileprivate static var replyFields: [ReplyField] { rows.map(\.field.reply) }
}

// MARK: The rows

/// Several kinds have a name, and `CATALOG.PUT` has one parameter for it.
private let itemName = Parameter<PlainText?>("name", "what people read")

extension CatalogRegionPut: CatalogItemEvent {
    package static let blank = CatalogRegionPut()
    package static let owner = "a region"
    package static let rows: [CatalogRow<Self>] = [
        CatalogRow(1, .name, PlainText.self, \.name, "what people read", .always, parameter: itemName),
        CatalogRow(2, .offsets, Offsets.self, \.offsets, "minutes[@time], the first without a time", .always),
    ]
}

extension CatalogNumberRangePut: CatalogItemEvent {
    package static let blank = CatalogNumberRangePut()
    package static let owner = "a range"
    package static let rows: [CatalogRow<Self>] = [
        CatalogRow(3, .digits, Index32.self, \.digits, "how many digits its numbers have", .always, in: 7...15)
    ]
}

extension CatalogZonePut: CatalogItemEvent {
    package static let blank = CatalogZonePut()
    package static let owner = "a zone"
    package static let rows: [CatalogRow<Self>] = [
        CatalogRow(1, .name, PlainText.self, \.name, "what people read", .always, parameter: itemName),
        CatalogRow(
            4, .prefixes.sometimes, List.self, \.prefixes,
            "what its numbers begin with, in E.164; left out: a data service that bears the zone's key"),
        CatalogRow(
            5, .region.sometimes, Key.self, \.region, "the region whose subscribers are at home there",
            fileKey: "home_of"),
        CatalogRow(6, .abroad.sometimes, YesNo.self, \.abroad, "prices and buckets for everywhere do not reach it"),
        CatalogRow(
            37, .networks.sometimes, List.self, \.networks,
            "the networks abroad whose visitors' usage is in it, each an MCC or MCC-MNC, as in 262 or 262-01",
            form: .networks),
    ]
}

extension CatalogTermsPut: CatalogItemEvent {
    package static let blank = CatalogTermsPut()
    package static let owner = "terms"
    package static let rows: [CatalogRow<Self>] = [
        CatalogRow(7, .tariffChangeFee, Fee.self, \.tariffChangeFee, "", .inFile),
        CatalogRow(
            8, .tariffChangeFreeAfterDays, Index32.self, \.tariffChangeFreeAfterDays,
            "no fee when the last change is at least so long ago", .inFile, in: 0...3650),
        CatalogRow(
            9, .lateUsageDays, Index32.self, \.appliedUsageDays,
            "1 to 60; records of usage that began so many days ago are rejected; left out: 30", in: 1...60),
        CatalogRow(
            27, .greatestPayment.sometimes, Fee.self, \.greatestPayment,
            "the largest payment; left out: it is not bounded"),
        CatalogRow(
            28, .cashierDayLimit.sometimes, Fee.self, \.cashierDayLimit,
            "the sum of a cash desk's payments on a day, by UTC; left out: cash desks take nothing"),
        CatalogRow(
            34, .suspensionFreeDays.sometimes, Index32.self, \.suspensionFreeDays,
            "the days of a suspension that cost nothing", in: 0...3650),
        CatalogRow(
            35, .suspensionDayFee.sometimes, Fee.self, \.suspensionDayFee,
            "the fee of each day of a suspension after those; left out: none"),
        CatalogRow(
            36, .moveNoticeDays.sometimes, Index32.self, \.appliedMoveNoticeDays,
            "subscribers are told so many days before they are moved to a successor; left out: 14", in: 1...365),
        CatalogRow(
            38, .suspensionFreeAgainAfterDays.sometimes, Index32.self, \.suspensionFreeAgainAfterDays,
            "a suspension has free days only if the last one ended at least so long ago", in: 0...3650),
        CatalogRow(
            39, .paymentRequestMinutes.sometimes, Index32.self, \.appliedPaymentRequestMinutes,
            "a request for a payment expires after so many minutes; left out: 20", in: 1...1440),
        CatalogRow(
            40, .approvalThreshold.sometimes, Fee.self, \.approvalThreshold,
            "the sum that a member of staff may move alone in a day, by UTC, and that may be moved so on one account;"
                + " left out: nothing"),
        CatalogRow(
            41, .dormancyAfterDays.sometimes, Index32.self, \.dormancyAfterDays,
            "a prepaid number without a charge for so many days pays dormancy_day_fee; left out: none does",
            in: 0...3650),
        CatalogRow(
            42, .dormancyDayFee.sometimes, Fee.self, \.dormancyDayFee,
            "the fee of each day of dormancy, never below a balance of zero"),
        CatalogRow(
            43, .dormancyTerminationDays.sometimes, Index32.self, \.dormancyTerminationDays,
            "a number whose balance was at or under zero for so many days is terminated; left out: never",
            in: 0...3650),
        CatalogRow(
            44, .publicationApproval.sometimes, YesNo.self, \.publicationApproval,
            "1: a catalogue is published by two persons; left out: only one that raises approval_threshold or leaves"
                + " this out"),
        CatalogRow(
            45, .promises.sometimes, PromiseSteps.self, \.promises,
            "promised payments: tenure from so many days, amount, days and fee of each, as in 30:50:1:5,61:100:3:10;"
                + " left out: there are none"),
        CatalogRow(
            46, .promiseDebt.sometimes, Fee.self, \.promiseDebt,
            "a promised payment needs a balance that is at most so far below zero"),
        CatalogRow(47, .transferLeast.sometimes, Fee.self, \.transferLeast, "the smallest transfer of money"),
        CatalogRow(
            48, .transferGreatest.sometimes, Fee.self, \.transferGreatest,
            "the largest transfer of money; left out: there are none"),
        CatalogRow(
            49, .transfersPerDay.sometimes, Index32.self, \.transfersPerDay,
            "the most transfers that a subscriber sends in a day", in: 0...1000),
        CatalogRow(
            50, .transferMonthLimit.sometimes, Fee.self, \.transferMonthLimit,
            "the most that a subscriber sends in a month, and the most that one receives; left out: no limit"),
        CatalogRow(
            51, .transferFloor.sometimes, Fee.self, \.transferFloor, "the balance that must stay after a transfer"),
        CatalogRow(
            52, .transferHoldDays.sometimes, Index32.self, \.transferHoldDays,
            "a payment that can be charged back is not transferred until so many days after it", in: 0...31),
        CatalogRow(
            53, .giftGigabytes.sometimes, Index32.self, \.giftGigabytes,
            "the largest gift of data, in GB of 2^30 bytes; left out: there are none", in: 0...1000),
        CatalogRow(
            54, .giftsPerMonth.sometimes, Index32.self, \.giftsPerMonth,
            "the most gifts that a subscriber sends in a month", in: 0...1000),
        CatalogRow(55, .giftDays.sometimes, Index32.self, \.giftDays, "how long a gift lives", in: 0...366),
        CatalogRow(
            56, .exchangeBytesPerMinute.sometimes, Number.self, \.exchangeBytesPerMinute,
            "the data that a minute is exchanged for; left out: there is no exchange", in: 0...1 << 40),
        CatalogRow(
            57, .autopayAttempts.sometimes, Index32.self, \.appliedAutopayAttempts,
            "how often an acquirer is asked for one automatic payment; left out: 3", in: 1...10),
        CatalogRow(
            58, .autopayRetryHours.sometimes, Index32.self, \.appliedAutopayRetryHours,
            "it is asked again after so many hours, and after twice as many each time; left out: 1", in: 1...48),
    ]

    /// Attempts by default are not in the event.
    var appliedAutopayAttempts: UInt32 {
        get { autopayAttempts == 0 ? 3 : autopayAttempts }
        set { autopayAttempts = newValue }
    }

    /// Hours by default are not in the event.
    var appliedAutopayRetryHours: UInt32 {
        get { autopayRetryHours == 0 ? 1 : autopayRetryHours }
        set { autopayRetryHours = newValue }
    }

    /// Days by default are not in the event.
    var appliedMoveNoticeDays: UInt32 {
        get { moveNoticeDays == 0 ? 14 : moveNoticeDays }
        set { moveNoticeDays = newValue }
    }

    /// Minutes by default are not in the event.
    var appliedPaymentRequestMinutes: UInt32 {
        get { paymentRequestMinutes == 0 ? 20 : paymentRequestMinutes }
        set { paymentRequestMinutes = newValue }
    }

    /// Days by default are not in the event.
    private var appliedUsageDays: UInt32 {
        get { usageDays }
        set { lateUsageDays = newValue }
    }
}

extension CatalogOfferingPut: CatalogItemEvent {
    package static let blank = CatalogOfferingPut()
    package static let owner = ""
    package static let rows = shown + conditions + times

    /// The fields that `TARIFFS` and the lists of products show too.
    static let shown: [CatalogRow<Self>] = [
        CatalogRow(1, .name, PlainText.self, \.name, "what people read", .always, parameter: itemName),
        CatalogRow(
            22, .provider.sometimes, PlainText.self, \.provider, "whose content it is", .always, of: [.subscription]),
        CatalogRow(
            23, .bundled.sometimes, Keys.self, \.bundled, "the options that are had as one", .inFile, in: 2...16,
            of: [.bundle],
            form: .keys(.option), name: "options"),
        CatalogRow(12, .fee, Fee.self, \.fee, "", .inFile),
        CatalogRow(
            14, .period, Period.self, \.period,
            "days such as 30d, month, year (months of the region) or open (never closes)", .inFile),
        CatalogRow(13, .connectionFee.sometimes, Fee.self, \.connectionFee, "taken once"),
        CatalogRow(
            15, .voiceSeconds.sometimes, Number.self, \.packages.voiceSeconds, form: .special, fileKey: "includes"),
        CatalogRow(16, .dataBytes.sometimes, Number.self, \.packages.dataBytes, form: .special, fileKey: "includes"),
        CatalogRow(17, .messages.sometimes, Number.self, \.packages.messages, form: .special, fileKey: "includes"),
        CatalogRow(
            18, .buckets.sometimes, Buckets.self, \.packages.buckets,
            "usage:direction:amount[:unit=][:scope=][:price=][:priority=][:rollover]"),
    ]

    /// To whom it is sold, and at which prices.
    static let conditions: [CatalogRow<Self>] = [
        CatalogRow(10, .segment, MarketSegment.self, \.segment, "to whom it is sold; left out: any"),
        CatalogRow(11, .regions.sometimes, Keys.self, \.regions, "where it can be had; left out: everywhere"),
        CatalogRow(
            20, .tariffs.sometimes, Keys.self, \.tariffs, "the tariffs it goes with; left out: all",
            of: [.option, .subscription, .bundle], form: .keys(.tariff)),
        CatalogRow(
            21, .excludes.sometimes, Keys.self, \.excludes,
            "options, subscriptions and bundles that it cannot stand beside; said on either side",
            of: [.option, .subscription, .bundle], form: .keys(.product)),
        CatalogRow(
            19, .rates.sometimes, Rates.self, \.rates,
            "usage:direction:price/unit[:scope=][:connection=][:accumulated][:unpaid], as in voice:out:1.95/60"),
        CatalogRow(26, .retired.sometimes, YesNo.self, \.retired, "nobody else can take it"),
        CatalogRow(
            29, .billingDay.sometimes, BillingDay.self, \.billingDay,
            "the day on which periods of months and years begin, 1 to 31, or start for the day on which the product"
                + " began; left out: 1 for months, start for years"),
        CatalogRow(
            30, .prorated.sometimes, YesNo.self, \.prorated,
            "a part of a period costs its share by days, and unused days are credited"),
        CatalogRow(
            31, .stopsWhenBlocked.sometimes, YesNo.self, \.stopsWhenBlocked,
            "no fee is charged while the SIM is blocked"),
        CatalogRow(
            32, .successor.sometimes, Key.self, \.successor,
            "the offering to which those who have this retired one are moved", form: .key(.offering)),
        CatalogRow(
            33, .successorFrom.sometimes, WholeSecond.self, \.successorFrom,
            "they are moved at the end of the period that is paid then"),
    ]

    static let times: [CatalogRow<Self>] = [
        CatalogRow(24, .validFrom.sometimes, WholeSecond.self, \.validFrom, "it can be had from then on"),
        CatalogRow(
            25, .validTo.sometimes, WholeSecond.self, \.validTo, "and no longer then; those who have it keep it"),
    ]

    fileprivate var period: (PeriodUnit, UInt32) {
        get { (periodUnit, periodLength) }
        set { (periodUnit, periodLength) = newValue }
    }

    /// The allowances as `CATALOG.PUT` takes them, in the order of their use. The plain ones in front have names of
    /// their own; the others are buckets.
    package struct Packages: Sendable {
        package var voiceSeconds: UInt64 = 0
        package var dataBytes: UInt64 = 0
        package var messages: UInt64 = 0
        package var buckets: [Allowance] = []

        package init(
            voiceSeconds: UInt64 = 0, dataBytes: UInt64 = 0, messages: UInt64 = 0, buckets: [Allowance] = []
        ) {
            (self.voiceSeconds, self.dataBytes, self.messages) = (voiceSeconds, dataBytes, messages)
            self.buckets = buckets
        }

        fileprivate static let plain = [
            (UsageType.voice, \Packages.voiceSeconds), (.data, \.dataBytes), (.sms, \.messages),
        ]
    }

    package var packages: Packages {
        get {
            var packages = Packages(buckets: allowances)
            for (usage, path) in Packages.plain {
                guard let first = packages.buckets.first, first.usage == usage, first.isPlain else { continue }
                packages[keyPath: path] = packages.buckets.removeFirst().amount
            }
            return packages
        }
        set {
            allowances =
                Packages.plain.compactMap { usage, path in
                    newValue[keyPath: path] == 0 ? nil : .plain(usage, newValue[keyPath: path])
                } + newValue.buckets
        }
    }
}
