/// Suspension: the subscriber stops a number for a while, with its fees, and resumes it.

internal import Client
internal import Phrases
internal import Web

struct SuspensionPages: Sendable {
    static let path = "/tariffs/own/suspend"
    static let resumePath = "/tariffs/own/resume"

    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter("suspension", Words.suspension, templates: "")
        site.form(Self.path, show: show, submit: suspend)
        site.button(Self.resumePath, returningTo: "/tariffs", resume)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let (commands, words, language) = (request.commands, Words.suspension, request.language)
        async let place = regions.place(commands)
        let tariff = try await commands(.tariff, commands.number)
        let section = SuspensionSection(tariff.fields, try await place, page: "/tariffs", language)
        return Page(
            "suspension-check", title: words.title[language],
            SuspensionPage(
                path: Self.path, lead: words.lead.text(language, phone(request.number)),
                terms: suspensionTerms(tariff.fields, language), suspended: section.suspended))
    }

    private func suspend(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.suspension, request.language)
        let reply: Reply
        do { reply = try await commands(.tariffSuspend, commands.number) } catch {
            guard let refusal = error.refusal, let phrase = words.phrase(for: refusal) else { throw error }
            throw FieldError("", phrase[language])
        }
        var parts = [words.done[language]]
        let place = try? await regions.place(commands)
        if let day = place?.time(reply["free_until"])?.date(language) {
            if let fee = reply.fields.minorUnits("day_fee"), fee > 0 {
                parts.append(words.freeThenFee.text(language, day, money(amountText(fee), language)))
            } else {
                parts.append(words.freeUntil.text(language, day))
            }
        }
        // Money that comes back is charged below zero.
        if let charged = reply.fields.minorUnits("charged"), charged < 0 {
            parts.append(words.credited.text(language, money(amountText(-charged), language)))
        }
        request.visit.notice = Visit.Notice(parts.joined(separator: " "))
        return .seeOther("/tariffs")
    }

    private func resume(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.suspension, request.language)
        let reply: Reply
        do { reply = try await commands(.tariffResume, commands.number) } catch {
            // Another tab has done it.
            guard error.refusal != nil, let tariff = try? await commands(.tariff, commands.number),
                tariff["suspended_since"] == nil
            else { throw error }
            throw FieldError("", words.notSuspended[language])
        }
        let tariff = try? await commands(.tariff, commands.number)
        let charged = reply.fields.minorUnits("charged") ?? 0
        let text =
            if tariff?["tariff_status"] == "unpaid" {
                words.resumedUnpaid[language]
            } else if charged > 0 {
                words.resumedForFee.text(
                    language, money(amountText(charged), language),
                    money(reply["balance"] ?? "", language))
            } else {
                words.resumed[language]
            }
        request.visit.notice = Visit.Notice(text)
        return .seeOther(request.ownPage(request.form["page"]) ?? "/tariffs")
    }
}

/// The part of a page about suspension: the way to it, or the way back.
struct SuspensionSection {
    /// A suspended number: since when, and what it costs. One, or none.
    struct Suspended {
        var text: String
        var resumePath: String
        /// The page to which the button returns.
        var page: String
    }

    var suspended: [Suspended] = []
    var isSuspended: Bool
    var path = SuspensionPages.path

    /// - Parameter tariff: The reply to `TARIFF`.
    init(_ tariff: Fields, _ place: Place, page: String, _ language: Language) {
        isSuspended = tariff["suspended_since"] != nil
        guard let since = place.time(tariff["suspended_since"]) else { return }
        let words = Words.suspension
        var parts = [words.since.text(language, since.date(language))]
        if let fee = tariff.minorUnits("suspension_day_fee"), fee > 0 {
            let amount = money(amountText(fee), language)
            let days = tariff.integer("suspension_free_days") ?? 0
            let until = days == 0 ? nil : LocalTime("\(since.isoDate(daysLater: days))T00:00:00Z", offsetMinutes: 0)
            parts.append(
                until.map { words.freeThenFee.text(language, $0.date(language), amount) }
                    ?? words.feeFromBegin.text(language, amount))
        } else {
            parts.append(words.free[language])
        }
        suspended = [
            Suspended(text: parts.joined(separator: " "), resumePath: SuspensionPages.resumePath, page: page)
        ]
    }
}

private struct SuspensionPage {
    var path: String
    var lead: String
    var terms: [String]
    var suspended: [SuspensionSection.Suspended]
}

/// The terms of a suspension, a sentence each.
private func suspensionTerms(_ tariff: Fields, _ language: Language) -> [String] {
    let words = Words.suspension
    var terms = [words.noService[language], words.noFees[language], words.keeps[language]]
    if let fee = tariff.minorUnits("suspension_day_fee"), fee > 0 {
        let (days, amount) = (tariff.integer("suspension_free_days") ?? 0, money(amountText(fee), language))
        let free = Words.products.days.text(days, language)
        terms.append(
            days > 0
                ? words.freeDaysThenFee.text(language, free, amount) : words.feeFromBegin.text(language, amount))
    } else {
        terms.append(words.free[language])
    }
    terms.append(words.anyTime[language])
    return terms
}
