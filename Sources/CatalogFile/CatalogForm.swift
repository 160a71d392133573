// The form of a catalogue file: which keys belong where. The reader refuses any other, and the JSON Schema that editors
// use is tested against this table.

/// The keys of one kind of mapping.
package struct CatalogForm: Sendable {
    /// The mapping's name in the schema's `$defs`; empty for the file itself.
    package let name: String
    package let required: [String]
    package let optional: [String]

    package var keys: [String] { required + optional }

    package static let file = CatalogForm(
        name: "", required: ["terms", "ranges", "regions", "tariffs"],
        optional: ["zones", "options", "subscriptions", "bundles"])
    package static let terms = CatalogForm(
        name: "terms", required: ["tariff_change_fee", "tariff_change_free_after_days"],
        optional: ["late_usage_days", "greatest_payment", "cashier_day_limit"])
    package static let range = CatalogForm(name: "range", required: ["prefix", "digits"], optional: [])
    package static let region = CatalogForm(name: "region", required: ["name", "offsets"], optional: [])
    package static let offset = CatalogForm(name: "offset", required: ["offset"], optional: ["from"])
    package static let zone = CatalogForm(
        name: "zone", required: ["name"], optional: ["prefixes", "home_of", "abroad"])
    package static let tariff = CatalogForm(name: "tariff", required: offeringRequired, optional: offeringOptional)
    package static let option = CatalogForm(
        name: "option", required: offeringRequired, optional: offeringOptional + ["tariffs", "excludes"])
    package static let subscription = CatalogForm(
        name: "subscription", required: offeringRequired + ["provider"],
        optional: offeringOptional + ["tariffs", "excludes"])
    package static let bundle = CatalogForm(
        name: "bundle", required: offeringRequired + ["options"], optional: offeringOptional + ["tariffs", "excludes"])
    package static let includes = CatalogForm(name: "includes", required: [], optional: ["voice", "data", "messages"])
    package static let bucket = CatalogForm(
        name: "bucket", required: ["usage"],
        optional: ["amount", "unlimited", "direction", "scope", "per", "price", "priority", "rollover"])
    package static let rate = CatalogForm(
        name: "rate", required: ["usage", "price"],
        optional: ["direction", "per", "scope", "accumulated", "connection", "unpaid"])

    package static let all: [CatalogForm] = [
        file, terms, range, region, offset, zone, tariff, option, subscription, bundle, includes, bucket, rate,
    ]

    package static let segments = ["any", "individual", "corporate"]
    package static let usages = ["voice", "sms", "mms", "data"]
    /// Scopes that are not zones.
    package static let scopes = ["any", "on_net", "home"]
    package static let directions = ["any", "in", "out"]

    private static let offeringRequired = ["name", "fee", "period"]
    private static let offeringOptional = [
        "segment", "regions", "connection_fee", "includes", "buckets", "rates", "valid_from", "valid_to", "retired",
    ]
}
