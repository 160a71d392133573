import Client
import Phrases
import Testing

@testable import Cabinet
@testable import Web

private func fields(_ values: KeyValuePairs<String, String>) -> Fields {
    Fields(values.map { Field(name: $0.key, value: $0.value) })
}

private func place(_ values: KeyValuePairs<String, String> = [:]) -> Place {
    Place(
        region: Region(key: "msk", name: "Москва", offsetMinutes: 180), account: Reply(fields: fields(values)))
}

/// Terms of the example catalogue, in which `more` comes first and counts.
private func terms(_ more: KeyValuePairs<String, String> = [:]) -> TransferTerms {
    let usual: KeyValuePairs = [
        "transferable": "300.00", "transfer_least": "10.00", "transfer_greatest": "500.00", "transfer_floor": "10.00",
        "transfers_left": "49", "transfer_month_left": "900.00", "giftable_bytes": "2684354560",
        "gift_gigabytes": "30", "gifts_left": "30", "gift_days": "7", "exchangeable_seconds": "6010",
        "exchange_bytes_per_minute": "20971520",
    ]
    let own = Set(more.map(\.key))
    let all = Array(more) + usual.filter { !own.contains($0.key) }
    return TransferTerms(Reply(fields: Fields(all.map { Field(name: $0.key, value: $0.value) })))
}

private func form(_ values: KeyValuePairs<String, String>) -> Form {
    Form(fields: values.map { ($0.key, $0.value) }, number: nil, id: "web-1")
}

@Suite("The terms of transfers, gifts and exchanges") struct TransferTermsTests {
    @Test("Money can be transferred if it is at least the least transfer and the day has one left")
    func transfers() {
        #expect(terms().canTransfer)
        #expect(!terms(["transferable": "9.99"]).canTransfer)
        #expect(terms(["transferable": "9.99"]).whyNoTransfer(.en).contains("₽9.99"))
        #expect(!terms(["transfers_left": "0"]).canTransfer)
        #expect(terms(["transfers_left": "0"]).whyNoTransfer(.en).contains("tomorrow"))
    }

    @Test("What the operator does not offer has a plain sentence and no rows")
    func notOffered() {
        // given a catalogue without transfers, gifts and exchanges
        let terms = terms([
            "transfer_greatest": "0.00", "gift_gigabytes": "0", "exchange_bytes_per_minute": "0",
        ])
        // when they are shown, then
        #expect(!terms.canTransfer && !terms.canGive && !terms.canExchange)
        #expect(terms.transferRows(.en).isEmpty && terms.giftRows(.en).isEmpty && terms.exchangeRows(.en).isEmpty)
        #expect(terms.reasons(place(), .en).isEmpty)
        #expect(terms.whyNoTransfer(.en) == Words.transfers.notOffered[.en])
        #expect(terms.whyNoGift(.en) == Words.gifts.notOffered[.en])
        #expect(terms.whyNoExchange(.en) == Words.gifts.notExchanged[.en])
    }

    @Test("Money that is borrowed and money that has to wait are reasons for less")
    func reasons() {
        #expect(terms().reasons(place(), .en).count == 1)
        let reasons = terms(["held_until": "2026-12-10T21:00:00Z"]).reasons(place(["owed": "100.00"]), .en)
        #expect(reasons.count == 3)
        #expect(reasons[1].contains("₽100.00"))
        #expect(reasons[2].contains("11\u{a0}December 2026, 00:00"))
    }

    @Test("A number that gives nothing is told so, and gets no form")
    func heldBack() {
        let terms = terms(["obstacle": "suspended"])
        #expect(!terms.canTransfer && !terms.canGive && !terms.canExchange)
        for words in [terms.whyNoTransfer(.en), terms.whyNoGift(.en), terms.whyNoExchange(.en)] {
            #expect(words.contains("suspended"))
        }
    }

    @Test("More data than can be counted ends no process")
    func tooMuch() {
        #expect(terms(["exchange_bytes_per_minute": "1099511627776"]).data(of: 100_000_000) == .max)
    }

    @Test("A month without a limit has no row")
    func unlimitedMonth() {
        #expect(terms().transferRows(.en).count == 4)
        #expect(terms(["transfer_month_left": ""]).transferRows(.en).count == 3)
    }

    @Test("Only whole GB and whole minutes can be given")
    func wholeParts() {
        #expect((terms().gigabytes, terms().minutes) == (2, 100))
        #expect(terms(["giftable_bytes": "1073741823"]).canGive == false)
        #expect(terms(["giftable_bytes": "1099511627776"]).gigabytes == 30)
        #expect(terms(["exchangeable_seconds": "59"]).canExchange == false)
        #expect(terms().exchangeRows(.en).map(\.value) == ["20\u{a0}MB", "100\u{a0}minutes, which makes 1.9\u{a0}GB"])
    }
}

@Suite("The form of something to give") struct GivingFormTests {
    @Test(
        "A number is written as people do",
        arguments: ["79007654321", "8 900 765-43-21", "900 765 43 21", "+7 (900) 765-43-21"])
    func numbers(_ text: String) throws {
        #expect(try taker(form(["to": text]), own: "79001234567", .en) == "79007654321")
    }

    @Test("The own number and what is no whole number are refused", arguments: ["", "123", "79001234567", "900"])
    func wrongNumbers(_ text: String) {
        #expect(throws: FieldError.self) { try taker(form(["to": text]), own: "79001234567", .en) }
    }

    @Test("A quantity is a whole number up to the most", arguments: [("1", 1), (" 1 000 ", 1000)])
    func quantities(_ text: String, _ number: Int64) throws {
        #expect(
            try wholeNumber("minutes", of: form(["minutes": text]), atMost: 1000, Words.gifts.wholeMinutes, .en)
                == number)
    }

    @Test("Anything else is none", arguments: ["", "0", "-1", "1.5", "1001", "ten", "99999999999999999999"])
    func wrongQuantities(_ text: String) {
        #expect(throws: FieldError.self) {
            try wholeNumber("minutes", of: form(["minutes": text]), atMost: 1000, Words.gifts.wholeMinutes, .en)
        }
    }

    @Test("A page of confirmation names no hidden field, but the second proof")
    func confirmation() {
        func fault(_ code: String, _ field: String?) -> any Error {
            let refusal = Refusal(code: code, field: field, message: "", retryAfterSeconds: 5)
            return confirmationFault(
                .refused(refusal),
                { givingRefusal($0, isUsedUp: Words.transfers.noneToday, less: Words.transfers.less) }, .en)
        }
        #expect(
            fault("limit_reached", "from") as? FieldError == FieldError("", Words.transfers.noneToday[.en]))
        #expect(
            fault("not_found", "to") as? FieldError == FieldError("", Words.transfers.noSuchNumber[.en]))
        #expect(
            fault("insufficient_funds", "amount") as? FieldError == FieldError("", Words.transfers.less[.en]))
        #expect(fault("sign_in_failed", "reauth") is ServiceError)
        #expect(fault("session_invalid", nil) is ServiceError)
    }
}

@Suite("Packages that no product brought") struct PackageOriginTests {
    @Test("A gift, exchanged minutes and the rest of a period have their words")
    func words() {
        #expect(origin(ofPackage: fields(["granted_by": "gift"]), .en) == "A gift")
        #expect(origin(ofPackage: fields(["granted_by": "exchange"]), .en) == "Exchanged minutes")
        #expect(origin(ofPackage: fields(["granted_by": "rolled_over"]), .en) == "Kept from the last period")
        #expect(origin(ofPackage: fields(["offering": "moy-onlayn"]), .en) == nil)
    }
}
