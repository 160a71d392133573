/// The commands of the account service that the cabinet uses, and how each is sent.

internal import Phrases
internal import Web

package struct Verb: Sendable {
    package let name: String
    let lane: Lane
    /// A change that takes `id=`, so it may be sent again after a lost reply.
    let takesID: Bool
    /// A read: it may be sent again too.
    let isRead: Bool
    let takesSession: Bool

    private enum Kind { case read, change, changeWithoutID }

    private init(_ name: String, _ kind: Kind, _ lane: Lane = .quick, session: Bool = true) {
        (self.name, self.lane, takesSession) = (name, lane, session)
        (takesID, isRead) = (kind == .change, kind == .read)
    }

    // Signing in. A new session cannot be asked for twice, because only its reply has the token.
    static let login = Verb("LOGIN", .changeWithoutID, .secret, session: false)
    static let loginCode = Verb("LOGIN.CODE", .change, session: false)
    static let loginPush = Verb("LOGIN.PUSH", .change, session: false)
    static let register = Verb("REGISTER", .change, session: false)
    static let recover = Verb("PASSWORD.RECOVER", .change, session: false)
    static let confirm = Verb("CONFIRM", .changeWithoutID, .secret, session: false)
    static let resend = Verb("RESEND", .change, session: false)
    static let challenge = Verb("CHALLENGE", .changeWithoutID, session: false)
    static let logout = Verb("LOGOUT", .changeWithoutID)

    // Credentials, sessions and links.
    static let reauthCode = Verb("REAUTH.CODE", .change)
    static let passwordChange = Verb("PASSWORD.CHANGE", .changeWithoutID, .secret)
    static let sessions = Verb("SESSIONS", .read)
    static let sessionEnd = Verb("SESSION.END", .change)
    static let devices = Verb("DEVICES", .read, .secret)
    static let deviceRemove = Verb("DEVICE.REMOVE", .change, .secret)
    static let links = Verb("LINKS", .read)
    static let linkAdd = Verb("LINK.ADD", .change, .secret)
    static let linkRemove = Verb("LINK.REMOVE", .change, .secret)

    // The person.
    static let profile = Verb("PROFILE", .read, .secret)
    static let profileSet = Verb("PROFILE.SET", .change, .secret)
    static let emailCode = Verb("EMAIL.CODE", .change)
    static let consentSet = Verb("CONSENT.SET", .change)
    static let privacyReport = Verb("PRIVACY.REPORT", .read, .secret)
    static let erase = Verb("ERASE", .change, .secret)
    static let regions = Verb("REGIONS", .read, session: false)

    // Money and usage.
    static let account = Verb("ACCOUNT", .read)
    static let balance = Verb("BALANCE", .read)
    static let buckets = Verb("BUCKETS", .read)
    static let payments = Verb("PAYMENTS", .read, .history)
    static let expenses = Verb("EXPENSES", .read, .history)
    static let statement = Verb("STATEMENT", .read, .history)
    static let statementFile = Verb("STATEMENT.FILE", .read, .history)
    static let statementOrder = Verb("STATEMENT.ORDER", .change, .secret)

    // Paying. A voucher that is redeemed again by the same number gets its first reply, without an id=.
    static let topUpRequest = Verb("TOPUP.REQUEST", .change)
    static let topUpRequests = Verb("TOPUP.REQUESTS", .read)
    static let cards = Verb("CARDS", .read)
    static let cardRemove = Verb("CARD.REMOVE", .change)
    static let voucherRedeem = Verb("VOUCHER.REDEEM", .changeWithoutID, .secret)
    static let refundRequest = Verb("REFUND.REQUEST", .change, .secret)

    // Promised and automatic payments, and what one subscriber gives to another.
    static let promiseTerms = Verb("PROMISE.TERMS", .read)
    static let promise = Verb("PROMISE", .change)
    static let autopay = Verb("AUTOPAY", .read)
    static let autopaySet = Verb("AUTOPAY.SET", .change, .secret)
    static let autopayOff = Verb("AUTOPAY.OFF", .change)
    static let transferTerms = Verb("TRANSFER.TERMS", .read)
    static let transfer = Verb("TRANSFER", .change, .secret)
    static let gift = Verb("BUCKET.GIFT", .change)
    static let exchange = Verb("BUCKET.EXCHANGE", .change)

    // Products.
    static let tariffs = Verb("TARIFFS", .read, session: false)
    static let zones = Verb("ZONES", .read, session: false)
    static let tariff = Verb("TARIFF", .read)
    static let tariffQuote = Verb("TARIFF.QUOTE", .read)
    static let tariffChange = Verb("TARIFF.CHANGE", .change)
    static let tariffChangeCancel = Verb("TARIFF.CHANGE.CANCEL", .change)
    static let tariffSuspend = Verb("TARIFF.SUSPEND", .change)
    static let tariffResume = Verb("TARIFF.RESUME", .change)
    static let options = Verb("OPTIONS", .read)
    static let optionQuote = Verb("OPTION.QUOTE", .read)
    static let optionOn = Verb("OPTION.ON", .change)
    static let optionOff = Verb("OPTION.OFF", .change)
    static let subscriptions = Verb("SUBSCRIPTIONS", .read)
    static let subscriptionOn = Verb("SUBSCRIPTION.ON", .change)
    static let subscriptionOff = Verb("SUBSCRIPTION.OFF", .change)

    // Service: what the network lets the number do, and the subscriber's wishes about it.
    static let service = Verb("SERVICE", .read)
    static let simBlock = Verb("SIM.BLOCK", .change)
    static let simUnblock = Verb("SIM.UNBLOCK", .change, .secret)
    static let contentBan = Verb("CONTENT.BAN", .change)
    static let callsBan = Verb("CALLS.BAN", .change)
    static let spendingLimit = Verb("SPENDING.LIMIT", .change)
    static let blacklist = Verb("BLACKLIST", .read)
    static let blacklistAdd = Verb("BLACKLIST.ADD", .change)
    static let blacklistRemove = Verb("BLACKLIST.REMOVE", .change)
    static let settingsSend = Verb("SETTINGS.SEND", .change)

    /// A test compares them with the service's own list.
    package static let all: [Verb] = [
        login, loginCode, loginPush, register, recover, confirm, resend, challenge, logout, reauthCode, passwordChange,
        sessions, sessionEnd, devices, deviceRemove, links, linkAdd, linkRemove, profile, profileSet, emailCode,
        consentSet, privacyReport, erase, regions, account, balance, buckets, payments, expenses, statement,
        statementFile, statementOrder, topUpRequest, topUpRequests, cards, cardRemove, voucherRedeem, refundRequest,
        promiseTerms, promise, autopay, autopaySet, autopayOff, transferTerms, transfer, gift, exchange,
        tariffs, zones, tariff, tariffQuote, tariffChange, tariffChangeCancel, tariffSuspend, tariffResume, options,
        optionQuote, optionOn, optionOff, subscriptions, subscriptionOn, subscriptionOff, service, simBlock, simUnblock,
        contentBan, callsBan, spendingLimit, blacklist, blacklistAdd, blacklistRemove, settingsSend,
    ]
}
