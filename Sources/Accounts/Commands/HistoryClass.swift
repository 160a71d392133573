/// The classes by which an account's events are found. An index beside the log keeps an account's events apart by
/// class, so that a read finds those that it shows without passing the others.
package struct HistoryClass: Hashable, Sendable {
    /// Under `limit`.
    package let number: UInt16

    package static let limit: UInt16 = 1 << 11
    /// Types of events have the numbers below.
    private static let firstUsage: UInt16 = 2000

    private static let usageRated = Event.typeNumber(of: "usage_rated")

    /// Everything of a type that is not usage.
    init(type: UInt16) {
        precondition(type < Self.firstUsage, "an index of classes has no room for the type \(type)")
        number = type
    }

    private init(number: UInt16) { self.number = number }

    private init(_ usage: UsageType, isCharged: Bool) {
        number = Self.firstUsage + UInt16(usage.rawValue) * 2 + (isCharged ? 1 : 0)
    }

    /// Usage of a type.
    static func usage(_ usage: UsageType) -> [HistoryClass] { [.init(usage, isCharged: false), charged(usage)] }

    /// Usage of a type that was not covered by packages alone.
    static func charged(_ usage: UsageType) -> HistoryClass { HistoryClass(usage, isCharged: true) }

    /// Charges that belong to no usage. Such an event is of its type's class as well.
    static let charges = HistoryClass(number: firstUsage - 1)

    /// Events that may have moved money.
    package static let movingMoney: [HistoryClass] = {
        let types = Event.moneyTypes.filter { $0 != usageRated }
        return types.map { HistoryClass(type: $0) } + UsageType.allCases.map { charged($0) }
    }()

    /// The classes of an event, for a read of events of this type.
    package static func ofType(_ type: UInt16) -> [HistoryClass] {
        type == usageRated ? UsageType.allCases.flatMap(usage) : [HistoryClass(type: type)]
    }

    /// The class of an event; and `charges`, if it is of that too.
    @inline(__always)
    package static func classes(of event: Event) -> (own: HistoryClass, charges: HistoryClass?) {
        if case .usageRated(let e) = event {
            return (HistoryClass(e.usage, isCharged: !e.charges.isEmpty), nil)
        }
        let hasCharges = event.money.map { !$0.charges.isEmpty } ?? false
        return (HistoryClass(type: event.typeNumber), hasCharges ? charges : nil)
    }
}
