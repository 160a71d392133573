/// A voucher is redeemed: its paper has a code in groups of four characters.

internal import Client
internal import Phrases
internal import Web

struct VoucherPages: Sendable {
    func add(to site: inout Site) {
        site.form("/topup/voucher", isAttempt: true, show: show, submit: redeem)
    }

    private func show(_ request: PageRequest) async throws -> Page {
        Page(
            "topup-voucher", title: Words.paying.voucherTitle[request.language], VoucherPage(ownNote: ownNote(request)))
    }

    private func redeem(_ request: PageRequest) async throws -> Answer {
        try require(["secret"], in: request)
        let (words, language) = (Words.paying, request.language)
        let reply = try await request.commands(
            .voucherRedeem, request.own, request.form["secret"].filter { !$0.isWhitespace })
        request.visit.notice = Visit.Notice(
            words.redeemed.text(language, money(reply["amount"] ?? "", language), phone(request.own)))
        return .seeOther("/topup")
    }
}

private struct VoucherPage {
    var ownNote: [String]
}
