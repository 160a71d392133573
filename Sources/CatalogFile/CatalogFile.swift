// A catalogue as an operator's staff write it: a YAML file with regions, number ranges, terms and offerings. Loading
// checks all of it and names every mistake; the loaded catalogue becomes the requests that publish it.

/// A whole catalogue, checked.
package struct CatalogFile: Equatable, Sendable {
    package struct Terms: Equatable, Sendable {
        package var tariffChangeFee: Amount
        package var tariffChangeFreeAfterDays: Int
        /// Nil for the service's default.
        package var lateUsageDays: Int?
        /// Nil if a payment is not bounded.
        package var greatestPayment: Amount?
        /// Nil if cash desks take nothing.
        package var cashierDayLimit: Amount?
    }

    /// All numbers of so many digits that begin with the prefix are the operator's.
    package struct NumberRange: Equatable, Sendable {
        package var prefix: String
        package var digits: Int
    }

    package struct Region: Equatable, Sendable {
        package struct Offset: Equatable, Sendable {
            package var minutes: Int
            /// Nil if it has always applied.
            package var from: UTCTime?
        }

        package var key: String
        package var name: String
        package var offsets: [Offset]
    }

    /// A part of the world, or a service of the network's.
    package struct Zone: Equatable, Sendable {
        package var key: String
        package var name = ""
        package var prefixes: [String] = []
        package var homeOf: String?
        package var isAbroad = false
    }

    package struct Bucket: Equatable, Sendable {
        package var usage: String
        package var direction: String
        /// Nil if unlimited.
        package var amount: UInt64?
        package var scope = "any"
        package var unit: UInt64?
        package var price: Amount?
        package var priority: Int?
        package var isRollover = false

        func differsOnlyInAmount(from other: Bucket) -> Bool {
            var same = self
            same.amount = other.amount
            return same == other
        }
    }

    package struct Rate: Equatable, Sendable {
        package var usage: String
        package var direction: String
        package var price: Amount
        /// Seconds, messages or bytes.
        package var unit: UInt64
        package var scope = "any"
        package var isAccumulated = false
        package var connectionFee = Amount.zero
        package var isUnpaid = false
    }

    /// In the order in which they are sent: the parts of a bundle come before it.
    package enum Kind: String, Equatable, Sendable, CaseIterable {
        case tariff, option, subscription, bundle

        /// The key that holds them in the file.
        package var section: String { rawValue + "s" }
        var article: String { (self == .option ? "an " : "a ") + rawValue }

        var form: CatalogForm {
            switch self {
            case .tariff: .tariff
            case .option: .option
            case .subscription: .subscription
            case .bundle: .bundle
            }
        }
    }

    /// A tariff or another product that a subscriber can have.
    package struct Offering: Equatable, Sendable {
        package var kind: Kind
        package var key: String
        package var name = ""
        package var segment = "any"
        package var regions: [String] = []
        package var fee = Amount.zero
        package var connectionFee = Amount.zero
        package var period = "open"
        package var voiceSeconds: UInt64 = 0
        package var dataBytes: UInt64 = 0
        package var messages: UInt64 = 0
        package var buckets: [Bucket] = []
        package var rates: [Rate] = []
        /// For an offering other than a tariff: the tariffs that it goes with; empty for all.
        package var tariffs: [String] = []
        /// For an offering other than a tariff: the ones that it excludes. The file lists it on one side, this value on
        /// both.
        package var excludes: [String] = []
        /// For a subscription.
        package var provider = ""
        /// For a bundle.
        package var options: [String] = []
        package var validFrom: UTCTime?
        package var validTo: UTCTime?
        package var isRetired = false

        var hasBuckets: Bool { voiceSeconds > 0 || dataBytes > 0 || messages > 0 || !buckets.isEmpty }
    }

    package var terms: Terms
    package var ranges: [NumberRange]
    package var regions: [Region]
    package var zones: [Zone] = []
    /// By kind, and each kind in the file's order.
    package var offerings: [Offering]

    /// Reads a catalogue, or names every mistake in it. `name` is the file's name, which the mistakes show.
    package static func load(yaml: String, name: String) throws(CatalogFileError) -> CatalogFile {
        try CatalogReader.read(yaml: yaml, name: name)
    }

    /// The example that stands in `Schemas/catalogue.yaml`.
    package static var exampleYAML: String {
        String(decoding: PackageResources.example_yaml, as: UTF8.self)
    }

    /// The example, loaded.
    package static var example: CatalogFile {
        do { return try load(yaml: exampleYAML, name: "catalogue.yaml") } catch {
            preconditionFailure("the example is part of the build and valid: \(error)")
        }
    }
}
