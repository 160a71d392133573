/// The small notations of a catalogue's values, and how they are written again.

extension PlainText: CatalogValue {
    static var form: CatalogField.Form { .text }
    static func text(_ value: String) -> String { value }
}

extension Key: CatalogValue {
    static var form: CatalogField.Form { .key(.region) }
    static func text(_ value: String) -> String { value }
}

extension Number: CatalogValue {
    static var form: CatalogField.Form { .number }
    static func text(_ value: UInt64) -> String { "\(value)" }
}

extension Index32: CatalogValue {
    static var form: CatalogField.Form { .number }
    static func text(_ value: UInt32) -> String { "\(value)" }
}

extension YesNo: CatalogValue {
    static var form: CatalogField.Form { .flag }
    static func text(_ value: Bool) -> String { value ? "1" : "0" }
}

extension List: CatalogValue {
    static var form: CatalogField.Form { .digits }
    static func text(_ value: [String]) -> String { value.joined(separator: ",") }
}

extension Keys: CatalogValue {
    static var form: CatalogField.Form { .keys(.region) }
    static func text(_ value: [String]) -> String { value.joined(separator: ",") }
}

extension MarketSegment: CatalogValue {
    static var form: CatalogField.Form { .word(words) }
    static func text(_ value: MarketSegment) -> String { "\(value.word)" }
}

/// A fee in minor units, which is not negative.
enum Fee: CatalogValue {
    static var kind: ParameterKind { .money }
    static var form: CatalogField.Form { .money }
    static func text(_ value: Int64) -> String { "\(Money(minorUnits: value))" }

    static func value(of given: GivenValue) throws(Rejection) -> Int64 {
        let money = try Money.value(of: given)
        guard money >= .zero else { throw given.rejected(.invalidAmount, "a fee is not negative") }
        return money.minorUnits
    }
}

/// `30d`, `month`, `year` or `open`.
enum Period: CatalogValue {
    static var kind: ParameterKind { .text }
    static var form: CatalogField.Form { .period }

    static func text(_ value: (PeriodUnit, UInt32)) -> String {
        switch value.0 {
        case .open: "open"
        case .days: "\(value.1)d"
        case .month: "month"
        case .year: "year"
        }
    }

    static func value(of given: GivenValue) throws(Rejection) -> (PeriodUnit, UInt32) {
        let text = try PlainText.value(of: given)
        switch text {
        case "open": return (.open, 0)
        case "month": return (.month, 1)
        case "year": return (.year, 1)
        default:
            guard text.last == "d", let days = UInt32(text.dropLast()), (1...366).contains(days) else {
                throw given.rejected(.invalidText, "a period is a number of days as in 30d, month, year or open")
            }
            return (.days, days)
        }
    }
}

/// A day of the month, or the day on which the product began.
enum BillingDay: CatalogValue {
    static var kind: ParameterKind { .text }
    static var form: CatalogField.Form { .billingDay }

    static func text(_ value: UInt32) -> String {
        value == CatalogOfferingPut.billingDayOfStart ? "start" : "\(value)"
    }

    static func value(of given: GivenValue) throws(Rejection) -> UInt32 {
        let text = try PlainText.value(of: given)
        if text == "start" { return CatalogOfferingPut.billingDayOfStart }
        guard let day = UInt32(text), (1...31).contains(day) else {
            throw given.rejected(.invalidNumber, "\(given.name) is a day from 1 to 31, or start")
        }
        return day
    }
}

/// Milliseconds of a whole second, as a catalogue file gives it.
enum WholeSecond: CatalogValue {
    static var kind: ParameterKind { .time }
    static var form: CatalogField.Form { .time }
    static func text(_ value: Int64) -> String { "\(Instant(milliseconds: value))" }

    static func value(of given: GivenValue) throws(Rejection) -> Int64 {
        let instant = try GivenTime.value(of: given).inUTC
        guard instant.milliseconds % 1000 == 0 else {
            throw given.rejected(.invalidTime, "\(given.name) is a whole second")
        }
        return instant.milliseconds
    }
}

/// `240,180@2014-10-26`: the first offset has no start, and the later ones are in order of time.
enum Offsets: CatalogValue {
    static var kind: ParameterKind { .list }
    static var form: CatalogField.Form { .special }

    static func text(_ value: [ZoneOffset]) -> String {
        value.map {
            $0.validFrom == Int64.min
                ? "\($0.offsetMinutes)" : "\($0.offsetMinutes)@\(Instant(milliseconds: $0.validFrom))"
        }.joined(separator: ",")
    }

    static func value(of given: GivenValue) throws(Rejection) -> [ZoneOffset] {
        let list = try List.value(of: given)
        guard !list.isEmpty, list.count <= 32 else {
            throw given.rejected(.missingArgument, "a region needs 1 to 32 offsets")
        }
        var offsets: [ZoneOffset] = []
        for entry in list {
            let parts = entry.split(separator: "@", maxSplits: 1)
            guard let minutes = parts.first.flatMap({ Int32($0) }), (-720...840).contains(minutes),
                (parts.count == 2) == !offsets.isEmpty
            else { throw given.rejected(.invalidTime, "offsets are minutes[@time], the first without a time") }
            var from = Int64.min
            if parts.count == 2 {
                guard let instant = Instant(rfc3339: parts[1].utf8),
                    instant.milliseconds > offsets[offsets.count - 1].validFrom, instant.milliseconds % 1000 == 0
                else { throw given.rejected(.invalidTime, "offsets follow one another in time") }
                from = instant.milliseconds
            }
            offsets.append(ZoneOffset(validFrom: from, offsetMinutes: minutes))
        }
        return offsets
    }
}

/// `voice:out:1.95/60`: usage, direction, price of a unit, the unit in seconds, messages or bytes.
enum Rates: CatalogValue {
    static var kind: ParameterKind { .list }
    static var form: CatalogField.Form { .special }
    static func text(_ value: [Rate]) -> String { value.map(\.text).joined(separator: ",") }

    static func value(of given: GivenValue) throws(Rejection) -> [Rate] {
        var rates: [Rate] = []
        let list = try List.value(of: given)
        guard list.count <= 64 else { throw given.rejected(.limitReached, "at most 64 rates") }
        for entry in list {
            let words = given.rejected(
                .invalidText,
                "\(entry) is no rate: usage:direction:price/unit and what else holds, as in voice:out:1.95/60:scope=home"
            )
            var notation = try Notation(entry, or: words)
            let price = notation.third.split(separator: "/")
            guard price.count == 2, let money = Money(decimal: price[0].utf8), money >= .zero,
                let unit = UInt64(price[1]), (1...Notation.greatestUnit).contains(unit)
            else { throw words }
            var rate = Rate(
                usage: notation.usage, direction: notation.direction, price: money.minorUnits, unit: unit)
            rate.scope = notation.take("scope") ?? ""
            rate.accumulated = notation.takeFlag("accumulated")
            rate.unpaid = notation.takeFlag("unpaid")
            if let text = notation.take("connection") {
                guard let money = Money(decimal: text.utf8), money >= .zero else { throw words }
                rate.connectionFee = money.minorUnits
            }
            guard notation.isEmpty, !rate.accumulated || rate.connectionFee == 0 else { throw words }
            rates.append(rate)
        }
        return rates
    }
}

/// `voice:any:18000:unit=60`: usage, direction, seconds, messages or bytes, and unusual settings.
enum Buckets: CatalogValue {
    static var kind: ParameterKind { .list }
    static var form: CatalogField.Form { .special }
    static func text(_ value: [Allowance]) -> String { value.map(\.text).joined(separator: ",") }

    static func value(of given: GivenValue) throws(Rejection) -> [Allowance] {
        var allowances: [Allowance] = []
        let list = try List.value(of: given)
        guard list.count <= 32 else { throw given.rejected(.limitReached, "at most 32 buckets") }
        for entry in list {
            let words = given.rejected(
                .invalidText,
                "\(entry) is no bucket: usage:direction:amount and what else holds, as in voice:out:6000:scope=on_net")
            var notation = try Notation(entry, or: words)
            var allowance = Allowance(usage: notation.usage, direction: notation.direction)
            if notation.third == "unlimited" {
                allowance.unlimited = true
            } else {
                guard let amount = UInt64(notation.third), (1...Notation.greatestAmount).contains(amount) else {
                    throw words
                }
                allowance.amount = amount
            }
            allowance.scope = notation.take("scope") ?? ""
            allowance.rollover = notation.takeFlag("rollover")
            if let text = notation.take("unit") {
                guard let unit = UInt64(text), (1...Notation.greatestUnit).contains(unit) else { throw words }
                allowance.unit = unit
            }
            if let text = notation.take("price") {
                guard let money = Money(decimal: text.utf8), money >= .zero else { throw words }
                allowance.price = money.minorUnits
            }
            if let text = notation.take("priority") {
                guard let priority = UInt32(text), priority <= 255 else { throw words }
                allowance.priority = priority
            }
            guard notation.isEmpty, !(allowance.unlimited && allowance.rollover) else { throw words }
            allowances.append(allowance)
        }
        return allowances
    }
}

/// `30:50:1:5`: tenure from so many days, the amount, the days until it is taken back, the fee.
enum PromiseSteps: CatalogValue {
    static var kind: ParameterKind { .list }
    static var form: CatalogField.Form { .promises }

    static func text(_ value: [PromiseStep]) -> String {
        value.map { "\($0.fromDays):\(Money(minorUnits: $0.amount)):\($0.days):\(Money(minorUnits: $0.fee))" }
            .joined(separator: ",")
    }

    static func value(of given: GivenValue) throws(Rejection) -> [PromiseStep] {
        var steps: [PromiseStep] = []
        for entry in try List.value(of: given) {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 4, let fromDays = UInt32(parts[0]), fromDays <= 3650,
                let amount = Money(decimal: parts[1].utf8), amount > .zero, let days = UInt32(parts[2]),
                (1...31).contains(days), let fee = Money(decimal: parts[3].utf8), fee >= .zero, fee < amount
            else {
                throw given.rejected(
                    .invalidText,
                    "\(entry) is no promised payment: tenure from days, amount, days and fee, as in 30:50:1:5")
            }
            guard steps.last.map({ $0.fromDays <= fromDays && $0.amount < amount.minorUnits }) ?? true else {
                throw given.rejected(.invalidText, "promised payments grow with the tenure, and the largest is last")
            }
            steps.append(
                PromiseStep(fromDays: fromDays, amount: amount.minorUnits, days: days, fee: fee.minorUnits))
        }
        guard steps.count <= 16 else { throw given.rejected(.limitReached, "at most 16 promised payments") }
        return steps
    }
}

/// `usage:direction:third:name=value:flag`.
private struct Notation {
    let usage: UsageType
    let direction: Direction
    let third: Substring
    private var rest: [Substring]

    /// 4 GiB of data.
    static let greatestUnit = UInt64(UInt32.max)
    static let greatestAmount: UInt64 = 1 << 50

    init(_ entry: String, or words: Rejection) throws(Rejection) {
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let usage = UsageType(word: String(parts[0])),
            let direction = Direction(word: String(parts[1]))
        else { throw words }
        (self.usage, self.direction, third) = (usage, direction, parts[2])
        rest = Array(parts[3...])
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func take(_ name: String) -> String? {
        guard let index = rest.firstIndex(where: { $0.hasPrefix(name + "=") }) else { return nil }
        return String(rest.remove(at: index).dropFirst(name.utf8.count + 1))
    }

    mutating func takeFlag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(where: { $0 == name }) else { return false }
        rest.remove(at: index)
        return true
    }
}

extension Rate {
    /// The notation that `CATALOG.PUT` takes.
    var text: String {
        "\(usage.word):\(direction.word):\(Money(minorUnits: price))/\(unit)" + (scope.isEmpty ? "" : ":scope=\(scope)")
            + (connectionFee == 0 ? "" : ":connection=\(Money(minorUnits: connectionFee))")
            + (accumulated ? ":accumulated" : "") + (unpaid ? ":unpaid" : "")
    }
}

extension Allowance {
    /// The notation that `CATALOG.PUT` takes.
    var text: String {
        "\(usage.word):\(direction.word):" + (unlimited ? "unlimited" : "\(amount)")
            + (unit == 0 ? "" : ":unit=\(unit)") + (scope.isEmpty ? "" : ":scope=\(scope)")
            + (price == 0 ? "" : ":price=\(Money(minorUnits: price))")
            + (priority == 0 ? "" : ":priority=\(priority)") + (rollover ? ":rollover" : "")
    }

    /// The allowance that `voice_seconds=`, `data_bytes=` or `messages=` makes.
    static func plain(_ usage: UsageType, _ amount: UInt64) -> Allowance {
        Allowance(usage: usage, amount: amount, direction: usage == .data ? .any : .out)
    }

    var isPlain: Bool { usage != .mms && self == .plain(usage, amount) }
}
