/// The limits that subscribers set for themselves: money, data abroad, data beyond the package.

internal import Client
internal import Phrases
internal import Web

extension ServicePages {
    func addLimits(to site: inout Site) {
        site.form("/service/limits", show: showLimits, submit: setLimits)
    }

    private func showLimits(_ request: PageRequest) async throws -> Page {
        let (words, language, form) = (Words.service, request.language, request.form)
        let account = try await request.commands(.account, request.number).fields
        let known = Limits(account)
        let stops = form.isEmpty ? known.beyondPackage == "stop" : form["beyond_package"] == "stop"
        let model = LimitsPage(
            path: "/service/limits", lead: words.forNumber.text(language, phone(request.number)),
            isLinked: request.number != request.own, limits: limitLines(account, language),
            hasLimits: !limitLines(account, language).isEmpty,
            amount: form.isEmpty ? known.amount : form["amount"],
            roaming: form.isEmpty ? known.megabytes : form["roaming_bytes"],
            choices: [("charge", words.beyondCharge), ("stop", words.beyondStop)].map {
                LimitsPage.Choice(value: $0, title: $1[language], isChosen: ($0 == "stop") == stops)
            })
        return Page("service-limits", title: words.limitsTitle[language], model)
    }

    private func setLimits(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.service, request.language)
        let known = Limits(try await commands(.account, commands.number).fields)
        let changes = try LimitChanges(request.form, known: known, language)
        if !changes.isEmpty {
            do {
                _ = try await commands(
                    .spendingLimit, commands.number,
                    named: [
                        "amount": changes.amount, "roaming_bytes": changes.roamingBytes,
                        "beyond_package": changes.beyondPackage,
                    ])
            } catch {
                // Another tab has set the same limits.
                guard error.refusal?.code == "already_exists" else { throw words.fault(error, language) }
            }
        }
        request.visit.notice = Visit.Notice(words.limitsSaved[language])
        return .seeOther("/service")
    }
}

/// The limits of a number, as the form shows them. A limit that the number does not have is empty.
struct Limits: Equatable {
    var amount: String
    var megabytes: String
    var beyondPackage: String

    /// - Parameter account: The reply to `ACCOUNT`.
    init(_ account: Fields) {
        let limit = account["spending_limit"] ?? ""
        amount = limit.hasSuffix(".00") ? String(limit.dropLast(3)) : limit
        megabytes = account.integer("roaming_limit").map { String($0 / bytesOfMegabyte) } ?? ""
        beyondPackage = account["beyond_package"] ?? "charge"
    }
}

/// The arguments of `SPENDING.LIMIT` for what a form changes: nil for what stays, empty for what ends.
struct LimitChanges: Equatable {
    var amount: String?
    var roamingBytes: String?
    var beyondPackage: String?

    var isEmpty: Bool { amount == nil && roamingBytes == nil && beyondPackage == nil }

    /// - Throws: The words for values that are no amounts.
    init(_ form: Form, known: Limits, _ language: Language) throws(FormErrors) {
        var errors: [FieldError] = []
        let amount = digits(form["amount"]).replacing(",", with: ".")
        if amount != known.amount {
            if isMoney(amount) {
                self.amount = amount
            } else {
                errors.append(FieldError("amount", Words.service.invalidAmount[language]))
            }
        }
        let megabytes = digits(form["roaming_bytes"])
        if megabytes != known.megabytes {
            if megabytes.isEmpty {
                roamingBytes = ""
            } else if let number = Int64(megabytes), (1...1_000_000).contains(number) {
                roamingBytes = String(number * bytesOfMegabyte)
            } else {
                errors.append(FieldError("roaming_bytes", Words.service.invalidMegabytes[language]))
            }
        }
        let beyond = form["beyond_package"]
        if !beyond.isEmpty, beyond != known.beyondPackage { beyondPackage = beyond }
        guard errors.isEmpty else { throw FormErrors(errors) }
    }
}

private let bytesOfMegabyte: Int64 = 1_048_576

/// A number as people write it, without blanks between the thousands.
func digits(_ text: String) -> String { text.filter { !$0.isWhitespace } }

/// Whether a text is an amount above zero, or empty.
func isMoney(_ text: String) -> Bool {
    guard !text.isEmpty else { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
        parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
        (1...13).contains(parts[0].utf8.count), parts.count == 1 || parts[1].utf8.count <= 2
    else { return false }
    return text.contains { ("1"..."9").contains($0) }
}

private struct LimitsPage {
    struct Choice {
        var value: String
        var title: String
        var isChosen: Bool
    }

    var path: String
    var lead: String
    var isLinked: Bool
    var limits: [LimitLine]
    var hasLimits: Bool
    var amount: String
    var roaming: String
    var choices: [Choice]
}
