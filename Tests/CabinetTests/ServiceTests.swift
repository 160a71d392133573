import Client
import Phrases
import Testing

@testable import Cabinet
@testable import Web

/// Blanks that do not break are written as `_`.
private func plain(_ text: String) -> String { text.replacing("\u{a0}", with: "_") }

private func fields(_ values: KeyValuePairs<String, String>) -> Fields {
    Fields(values.map { Field(name: $0.key, value: $0.value) })
}

private func state(
    _ rows: KeyValuePairs<String, String>, _ closing: KeyValuePairs<String, String> = [:]
) -> ServiceState {
    ServiceState(
        Reply(
            rows: rows.map { service, reasons in
                reasons.isEmpty
                    ? fields(["service": service, "allowed": "1"])
                    : fields(["service": service, "allowed": "0", "reasons": reasons])
            }, fields: fields(closing)))
}

private let place = Place(
    region: Region(key: "msk", name: "Москва", offsetMinutes: 180),
    account: Reply(fields: fields(["balance": "-12.34"])))

@Suite struct ServiceStateTests {
    @Test func whatStopsMostComesFirst() {
        // given services that are barred for several reasons, one of which this version does not know
        let state = state(["data": "zebra,package_used_up,funds", "voice_out": "funds,sim_block", "sms_in": ""])
        // when the reasons are wanted, then each is there once
        #expect(state.reasons == ["sim_block", "funds", "package_used_up", "zebra"])
    }

    @Test func aBanThatTheSubscriberAskedForIsNoFault() {
        // given bans alone, when the reasons are wanted, then
        #expect(state(["content": "content_ban", "mass_calls": "calls_ban"]).reasons.isEmpty)
    }

    @Test func anUnknownAuthorityIsTheNetwork() {
        // given a block of an authority that has no name here, when it is read, then the subscriber cannot lift it
        #expect(state([:], ["sim_block": "court"]).simBlock == .network)
        #expect(state([:], ["sim_block": "subscriber"]).simBlock == .subscriber)
        #expect(state([:]).simBlock == nil)
    }

    @Test func servicesWithTheSameReasonsStandTogether() {
        // given services that work, and others that do not
        let state = state([
            "voice_out": "funds", "voice_in": "", "sms_out": "funds", "sms_in": "", "mms": "funds",
            "content": "funds,content_ban", "mass_calls": "calls_ban",
        ])
        // when they are grouped
        let groups = serviceGroups(state.rows, .ru)
        // then each group has its names and its reason
        #expect(
            groups.map { "\($0.names)|\($0.notes.joined())|\($0.status)" } == [
                "Исходящие звонки, исходящие SMS, MMS|закончились деньги|Не работает",
                "Входящие звонки, входящие SMS||Работает",
                "Платный контент|закончились деньги, стоит запрет|Не работает",
                "Массовые обзвоны||Запрещено вами",
            ])
    }
}

@Suite struct ServiceNoticeTests {
    private func notices(
        _ state: ServiceState, tariff: Fields = Fields(), isLinked: Bool = false
    ) -> [ServiceNotice] {
        serviceNotices(state, place, tariff: tariff, isLinked: isLinked, .ru)
    }

    @Test func onlyTheOwnerIsShownTheWayToUnblock() {
        // given a SIM that the subscriber blocked, when the owner and a manager look, then
        let blocked = state(["voice_out": "sim_block"], ["sim_block": "subscriber"])
        #expect(notices(blocked)[0].links.map(\.path) == ["/service/sim/unblock"])
        #expect(notices(blocked, isLinked: true)[0].links.isEmpty)
    }

    @Test func aBlockOfTheOperatorHasNoWayToUnblock() {
        // given a SIM that the operator blocked, when the owner looks, then
        #expect(notices(state(["voice_out": "sim_block"], ["sim_block": "operator"]))[0].links.isEmpty)
    }

    @Test func usedUpMoneySaysHowMuchIsMissing() {
        // given a balance under what may be spent, when the notice is made, then it has the amount
        let text = notices(state(["voice_out": "funds"], ["over": "12.34"]))[0].text
        #expect(plain(text).contains("12,34_₽"))
        #expect(!notices(state(["voice_out": "funds"]))[0].text.contains("₽"))
    }

    @Test func anUnpaidTariffSaysHowMuchIsMissing() {
        // given a tariff of 400 roubles and a debt of 12.34, when the notice is made, then
        let text = notices(state(["data": "fee_unpaid"]), tariff: fields(["fee": "400.00"]))[0].text
        #expect(plain(text).contains("412,34_₽"))
    }

    @Test func aReasonWithoutWordsIsShownAllTheSame() {
        // given a reason of a newer service, when the notice is made, then
        #expect(notices(state(["data": "zebra"]))[0].title == "Ограничено оператором")
    }
}

@Suite struct LimitTests {
    private let none = Limits(Fields())

    private func changes(_ fields: [(String, String)], known: Limits) throws -> LimitChanges {
        try LimitChanges(Form(fields: fields.map { ($0.0, $0.1) }, number: nil, id: "web-1"), known: known, .ru)
    }

    @Test func onlyWhatChangedIsSent() throws {
        // given limits, when the form shows the same values, then nothing is sent
        let known = Limits(fields(["spending_limit": "500.00", "roaming_limit": "1048576", "beyond_package": "stop"]))
        #expect(
            known == Limits(fields(["spending_limit": "500.00", "roaming_limit": "1048576", "beyond_package": "stop"])))
        let same = [("amount", "500"), ("roaming_bytes", "1"), ("beyond_package", "stop")]
        #expect(try changes(same, known: known).isEmpty)
    }

    @Test func anEmptyFieldRemovesTheLimit() throws {
        // given limits, when the fields are empty, then empty values are sent
        let known = Limits(fields(["spending_limit": "500.50", "roaming_limit": "1048576"]))
        let sent = try changes([("amount", ""), ("roaming_bytes", ""), ("beyond_package", "charge")], known: known)
        #expect(sent.amount == "")
        #expect(sent.roamingBytes == "")
        #expect(sent.beyondPackage == nil)
    }

    @Test func megabytesBecomeBytes() throws {
        // given no limits, when the form sets some, then
        let sent = try changes(
            [("amount", "1 500,50"), ("roaming_bytes", "1 024"), ("beyond_package", "stop")], known: none)
        #expect(sent.amount == "1500.50")
        #expect(sent.roamingBytes == "1073741824")
        #expect(sent.beyondPackage == "stop")
    }

    @Test(arguments: ["0", "0,00", "-5", "много", "1.234", "1..2", "12345678901234", "."])
    func anAmountIsAboveZero(amount: String) {
        // given no limit, when the amount is none, then its field is at fault
        #expect { try changes([("amount", amount)], known: none) } throws: {
            ($0 as? FormErrors)?.errors.map(\.field) == ["amount"]
        }
    }

    @Test(arguments: ["0", "1000001", "1.5", "x"]) func megabytesAreWholeAndNotTooMany(megabytes: String) {
        // given no limit, when the megabytes are none, then their field is at fault
        #expect { try changes([("roaming_bytes", megabytes)], known: none) } throws: {
            ($0 as? FormErrors)?.errors.map(\.field) == ["roaming_bytes"]
        }
    }

    @Test(
        arguments: [
            ("0.00", "0%", "good"), ("799.99", "79%", "good"), ("800.00", "80%", "warn"), ("1000.00", "100%", "bad"),
            ("1200.00", "100%", "bad"),
        ])
    func aBarShowsWhatIsSpent(spent: String, width: String, style: String) {
        // given a limit of 1000 roubles, when some is spent, then
        let line = limitLines(fields(["spending_limit": "1000.00", "spent_this_month": spent]), .ru)[0]
        #expect(line.bars == [width])
        #expect(line.style == style)
    }
}

@Suite struct PeerTests {
    @Test(
        arguments: [
            ("8 900 123-45-67", "79001234567"), ("900 123-45-67", "79001234567"), ("+7 (900) 123-45-67", "79001234567"),
            ("79001234567", "79001234567"), ("+84912345678", "84912345678"), ("900", "900"), ("", ""), ("звонок", ""),
        ])
    func aNumberMayBeWrittenAsPeopleDo(text: String, digits: String) {
        // given a number as people write it, when it is read, then
        #expect(peerDigits(text) == digits)
    }
}
