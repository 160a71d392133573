/// The destination of usage, and the scopes of buckets and of prices that reach it.

struct Destination: Sendable {
    /// The other number is a subscriber of ours.
    var isOnNet = false
    /// The zone is the subscriber's own region.
    var isHome = false
    /// The zone's number; 0 if it is in no zone.
    var zone: UInt32 = 0
    var isAbroad = false

    static let everywhere: UInt32 = 0
    static let onNet: UInt32 = 1
    static let home: UInt32 = 2
    /// The scope of a zone is its number plus this.
    static let firstZone: UInt32 = 2

    func isReached(by scope: UInt32) -> Bool {
        switch scope {
        case Self.everywhere: !isAbroad
        case Self.onNet: isOnNet
        case Self.home: isHome
        default: scope - Self.firstZone == zone
        }
    }

    /// The rank of a scope; the more particular is greater: on-net before home before a zone before everywhere.
    static func rank(of scope: UInt32) -> Int {
        switch scope {
        case everywhere: 0
        case onNet: 3
        case home: 2
        default: 1
        }
    }
}

extension Catalog {
    /// The number that stands for a scope in events and columns. The catalogue was checked, so there is one.
    func scope(_ key: String) -> UInt32 {
        switch key {
        case "": Destination.everywhere
        case "on_net": Destination.onNet
        case "home": Destination.home
        default: (zoneNumber(key) ?? UInt32(UInt16.max)) + Destination.firstZone
        }
    }

    func scopeKey(_ scope: UInt32) -> String {
        switch scope {
        case Destination.everywhere: "any"
        case Destination.onNet: "on_net"
        case Destination.home: "home"
        default: zoneKeys[Int(scope - Destination.firstZone) - 1]
        }
    }
}
