/// Paying: top-ups through an acquirer's page, vouchers, stored cards, and money that goes back.

internal import Client
internal import Phrases
internal import Web

struct PayingPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "paying", Words.paying, templates: String(decoding: PackageResources.paying_mustache, as: UTF8.self))
        VoucherPages().add(to: &site)
        TopUpPages(regions: regions).add(to: &site)
        CardPages(regions: regions).add(to: &site)
        RefundPages(regions: regions).add(to: &site)
    }
}

/// The amount that a visitor wrote, as the protocol writes it: `99,50` is `99.50`.
///
/// - Throws: The words, if it is no amount above zero.
func amountOfForm(_ form: Form, _ language: Language) throws(FieldError) -> String {
    let amount = digits(form["amount"]).replacing(",", with: ".")
    guard !amount.isEmpty, isMoney(amount) else { throw FieldError("amount", Words.paying.invalidAmount[language]) }
    return amount
}

/// The minor units of an amount with no, one or two digits of kopecks; nil if it is none.
func minorUnits(_ amount: String) -> Int64? {
    let parts = amount.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    guard let whole = parts.first, parts.count == 1 || parts[1].utf8.count <= 2 else { return nil }
    let fraction = (parts.count > 1 ? parts[1] : "") + "00"
    return Fields([Field(name: "amount", value: "\(whole).\(fraction.prefix(2))")]).minorUnits("amount")
}

/// An amount for a field of a form: without kopecks if there are none.
func plainAmount(_ amount: String) -> String { amount.hasSuffix(".00") ? String(amount.dropLast(3)) : amount }
