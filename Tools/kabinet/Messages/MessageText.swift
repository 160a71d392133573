// A message of NOTIFICATIONS as people read it. Pure.

import Accounts
import Client
import Foundation

/// One line: the local time, the number, and the words. `command` answers a question on the phone, up to the number.
func messageLine(
    _ message: Fields, answeredBy command: String, now: Date = Date(), timeZone: TimeZone = .current
) -> String {
    let number = message["msisdn"] ?? "-"
    let columns = [localTime(message["sent"] ?? "", now: now, timeZone: timeZone), number, messageWords(message)]
    let answer = message["kind"] == "push" ? ["to answer 1:  \(command) \(number) 1"] : []
    return (columns + answer).joined(separator: "  ")
}

/// The message with its position as a number.
func messageJSON(_ message: Fields) -> JSONValue {
    .object(
        message.map { field in
            let isNumber = field.name == "seq" && UInt64(field.value) != nil
            return (field.name, isNumber ? .number(field.value) : .string(field.value))
        })
}

/// The words on the phone; those of a message that only a newer service sends name its kind and purpose.
func messageWords(_ message: Fields) -> String {
    let purpose = message["purpose"] ?? "-"
    switch message["kind"] {
    case "sms_code":
        let bought = message["subscription"].map { " \($0) for \(message["amount"] ?? "-")" } ?? ""
        return "code \(message["code"] ?? "-") \(codePurposes[purpose] ?? "(\(purpose))")\(bought)\(validity(message))"
    case "email_code":
        return "e-mail to \(message["email"] ?? "-"): code \(message["code"] ?? "-") to confirm the address"
            + validity(message)
    case "email" where purpose == "statement":
        return "e-mail to \(message["email"] ?? "-"): the statement from \(message["from"] ?? "-") to"
            + " \(message["to"] ?? "-") as \(message["format"] ?? "-")"
    case "push": return "question: do you want to sign in? 1 is yes\(validity(message))"
    case "notice": return noticeWords[purpose] ?? "notice: \(purpose.replacing("_", with: " "))"
    default: return "\(message["kind"] ?? "-") \(purpose)"
    }
}

private let codePurposes = [
    "register": "to register", "sign_in": "to sign in", "recover": "to set a new password",
    "link": "to let another number manage this one", "reauthenticate": "to confirm a change",
    "buy": "to buy",
]

private let noticeWords = [
    "already_registered": "somebody tried to register this number, which is registered already: sign in instead",
    "registered": "the cabinet of this number is registered",
    "password_changed": "the password was changed",
    "password_recovered": "a new password was set with a code by SMS",
    "device_added": "a device was added, which may sign in",
    "device_removed": "a device was removed, and may no longer sign in",
    "linked": "another number manages this one from now on",
    "unlinked": "another number no longer manages this one",
    "sim_replaced": "the SIM card of this number was replaced",
    "sim_blocked": "the SIM card of this number was blocked",
    "sim_unblocked": "the SIM card of this number works again",
    "content_allowed": "paid content is no longer banned for this number",
    "service_barred": "the money is used up: only incoming calls and messages work until the next payment",
    "service_restored": "there is money again, and everything works",
    "spending_warned": "80 % of this month's spending limit are used up",
    "spending_stopped": "this month's spending limit is reached: what costs money is stopped until the month ends",
    "spending_resumed": "the spending limit no longer stops anything",
    "tariff_change_failed": "the planned change of tariff did not happen, and the tariff stays",
    "product_move": "the operator will move this number from a retired offering to its successor",
    "dormancy": "nobody uses this number: from a day on, each day without use costs a fee",
    "termination": "the balance is not above zero: without a payment the number ends",
    "suspended": "the tariff is suspended: no fees and no service",
    "resumed": "the tariff is no longer suspended",
    "statement_ordered": "a statement of this number was ordered by e-mail",
    "payment_reversed": "a payment to this number was taken back",
    "balance_adjusted": "the operator corrected the balance of this number",
    "refunded": "money of this number is refunded",
    "refund_returned": "a refund could not be paid out, and its money is on the balance again",
    "promise_repaid": "a promised payment was taken back from the balance",
    "transfer_sent": "money of this number's balance went to another number",
    "transfer_received": "another number transferred money to this one",
    "gift_sent": "data of this number's packages went to another number",
    "gift_received": "another number gave data to this one",
    "refund_paid": "a refund to the owner of this number was paid out",
    "autopay_ended": "automatic payments of this number ended",
    "autopay_skipped": "no automatic payment was asked for: the most of this month is reached",
    "autopay_failed": "an automatic payment did not succeed: see the card, or pay in another way",
    "sim_secret_shown": "the PIN or the PUK of the SIM card was shown",
]

/// ` (valid 10 min)`: how long after it was sent. Empty if the message does not say.
private func validity(_ message: Fields) -> String {
    guard let sent = message["sent"].flatMap({ Instant(rfc3339: $0.utf8) }),
        let expires = message["expires"].flatMap({ Instant(rfc3339: $0.utf8) }), expires > sent
    else { return "" }
    let seconds = (expires.milliseconds - sent.milliseconds + 999) / 1000
    return seconds < 60 ? " (valid \(seconds) s)" : " (valid \((seconds + 59) / 60) min)"
}

/// The time of day, after the date if that is not today's.
private func localTime(_ text: String, now: Date, timeZone: TimeZone) -> String {
    guard let instant = Instant(rfc3339: text.utf8) else { return text }
    let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let format = calendar.isDate(date, inSameDayAs: now) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss"
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.calendar = calendar
    formatter.timeZone = timeZone
    formatter.dateFormat = format
    return formatter.string(from: date)
}

/// A word that a shell takes as it is, or in quotes.
func shellWord(_ text: String) -> String {
    !text.isEmpty && text.utf8.allSatisfy(plainBytes.contains)
        ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

private let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_".utf8)
