import Accounts
import ScenarioKit
import Testing

@Suite struct OrganizationTests {
    private func withMembers(_ count: Int) -> (Scenario, org: String) {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=\"ООО Ромашка\" inn=7707083893")
        let org = scenario.answer["org"]
        for index in 0..<count {
            scenario.given(subscriber: "7900000000\(index)", balance: "\(index + 1)00")
            scenario.given("ORG.ADD \(org) 7900000000\(index)")
        }
        return (scenario, org)
    }

    @Test func anOrganisationIsCreatedUnderAValidINNOnce() {
        let scenario = Scenario()
        scenario.when("ORG.CREATE name=Bad inn=7707083890")
        scenario.then("ERR invalid_inn field=inn")
        scenario.when("ORG.CREATE name=\"ООО Ромашка\" inn=7707083893")
        scenario.then("OK inn=7707083893")
        let org = scenario.answer["org"]
        scenario.when("ORG \(org)")
        #expect(scenario.answer["name"] == "ООО Ромашка")
        scenario.when("ORG.CREATE name=Again inn=7707083893")
        scenario.then("ERR already_exists field=inn")
    }

    @Test func aGroupShowsItsNumbersTheirTariffsAndBalances() {
        let (scenario, org) = withMembers(3)
        scenario.given("GROUP.CREATE \(org) name=Sales", "GROUP.ADD 1 79000000000 79000000001 79000000002")

        scenario.when("GROUP 1")

        scenario.then("OK group=1 org=\(org) name=Sales members=3 rows=3")
        #expect(scenario.answer.rows.map { $0["msisdn"] } == ["79000000000", "79000000001", "79000000002"])
        #expect(scenario.answer.rows.map { $0["balance"] } == ["100.00", "200.00", "300.00"])
        #expect(scenario.answer.rows.map { $0["tariff"] } == ["free", "free", "free"])
    }

    @Test func numbersJoinAGroupAllOrNone() {
        let (scenario, org) = withMembers(2)
        scenario.given(subscriber: "79005555555")
        scenario.given("GROUP.CREATE \(org) name=Sales")

        scenario.when("GROUP.ADD 1 79000000000 79000000001 79005555555")

        scenario.then("ERR not_found field=msisdn")
        scenario.then("79000000000", group: .some(nil))
    }

    @Test func aNumberIsInOneGroupAtTheMost() {
        let (scenario, org) = withMembers(1)
        scenario.given("GROUP.CREATE \(org) name=A", "GROUP.CREATE \(org) name=B", "GROUP.ADD 1 79000000000")
        scenario.when("GROUP.ADD 2 79000000000")
        scenario.then("ERR already_exists field=msisdn")
        scenario.given("GROUP.REMOVE 1 79000000000")
        scenario.when("GROUP.ADD 2 79000000000")
        scenario.then("OK group=2 added=1")
        scenario.when("GROUPS \(org)")
        #expect(scenario.answer.rows.map { $0["name"] } == ["A", "B"])
        #expect(scenario.answer.rows.map { $0["members"] } == ["0", "1"])
    }

    @Test func aNumberThatLeavesTheOrganisationLeavesItsGroup() {
        let (scenario, org) = withMembers(2)
        scenario.given("GROUP.CREATE \(org) name=A", "GROUP.ADD 1 79000000000 79000000001")
        scenario.when("ORG.REMOVE \(org) 79000000000")
        scenario.then(types: "organization_left", "member_removed")
        scenario.when("GROUP 1")
        scenario.then("OK members=1")
        scenario.thenReplayIsLive()
    }

    @Test func aNumberActivatedForAnOrganisationIsItsMemberAndMayHaveCorporateTariffs() {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: "79001234567", tariff: "office", balance: "45", org: org)
        scenario.then("79001234567", balance: "0.00", tariff: "office", status: .active)
        scenario.when("ORG \(org)")
        scenario.then("OK members=1")
    }

    @Test func aNumberGivenTwiceIsRefused() {
        let (scenario, org) = withMembers(1)
        scenario.given("GROUP.CREATE \(org) name=A")
        scenario.when("GROUP.ADD 1 79000000000 79000000000")
        scenario.then("ERR duplicate_argument field=msisdn")
    }

    @Test("An administrator may act for the organisation in a session opened by a code or a password")
    func administrator() {
        let scenario = Scenario()
        let (boss, member, stranger) = ("79001234567", "79001234568", "79001234569")
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        for number in [boss, stranger] { scenario.given(subscriber: number) }
        scenario.given(subscriber: member, tariff: "office", balance: "500", org: org)
        let session = scenario.given(signedIn: boss)
        let lines = ["ORG \(org)", "GROUPS \(org)", "GROUP.CREATE \(org) name=Sales", "BALANCE \(member)"]
        for line in lines {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR not_found")
        }
        scenario.when("ORG 999 session=\(session)", as: "frontend")
        let nothing = scenario.answer.text
        scenario.when("ORG \(org) session=\(session)", as: "frontend")
        #expect(scenario.answer.text == nothing, "what may not be seen answers like what does not exist")

        scenario.given("ORG.ADMIN.ADD \(org) \(boss)", as: "operator")
        scenario.then(types: "administrator_added")

        for line in lines {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("OK")
        }
        for line in [
            "GROUP.ADD 1 \(member)", "GROUP 1", "OPTION.ON \(member) sms", "PAYMENTS \(member)",
            "GROUP.REMOVE 1 \(member)",
        ] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("OK")
        }
        for line in [
            "BALANCE \(stranger)", "PAYMENTS \(stranger)", "SESSIONS \(member)", "PROFILE \(member)", "LINKS \(member)",
        ] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR not_found")
        }
        // The start of a page of a group does not reveal who is a subscriber either.
        for number in [stranger, "79009999999"] {
            scenario.when("GROUP 1 after=\(number) session=\(session)", as: "frontend")
            scenario.then("ERR not_found field=after")
        }
        scenario.when("ORG \(org)", as: "operator")
        #expect(scenario.answer["administrators"] == boss)
        scenario.when("PRIVACY.REPORT \(boss)", as: "operator")
        #expect(scenario.answer.rows.contains { $0["what"] == "acts_for" && $0["value"] == org })
        scenario.when("ORG.ADMIN.ADD \(org) \(boss)", as: "operator")
        scenario.then("ERR already_exists")
        scenario.given("ORG.ADMIN.REMOVE \(org) \(boss)", as: "operator")
        scenario.when("ORG \(org) session=\(session)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.thenReplayIsLive()
    }

    @Test("A number joins or leaves an organisation only without debt and with a tariff and options of its segment")
    func segments() {
        let scenario = Scenario()
        let number = "79001234567"
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff home name=Home fee=10 period=30d segment=individual",
            "CATALOG.PUT 2 option kids name=Kids fee=1 period=open segment=individual", "CATALOG.PUBLISH 2",
            "ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: number, tariff: "home", balance: "100")
        scenario.given("OPTION.ON \(number) kids")
        scenario.when("ORG.ADD \(org) \(number) tariff=office")
        scenario.then("ERR incompatible field=msisdn")
        scenario.given("OPTION.OFF \(number) kids")
        scenario.when("ORG.ADD \(org) \(number)")
        scenario.then("ERR incompatible field=tariff")
        scenario.when("ORG.ADD \(org) \(number) tariff=home")
        scenario.then("ERR incompatible field=tariff")
        scenario.when("ORG.ADD \(org) \(number) tariff=none")
        scenario.then("ERR not_found field=tariff")
        scenario.when("ORG.ADD \(org) \(number) tariff=office", as: "operator")
        scenario.then("OK org=\(org) msisdn=\(number) tariff=office charged=45.00 balance=44.00")
        scenario.then(types: "organization_joined", "member_added", "tariff_changed")

        scenario.when("ORG.REMOVE \(org) \(number)")
        scenario.then("ERR incompatible field=tariff")
        scenario.when("ORG.REMOVE \(org) \(number) tariff=talk")
        scenario.then("ERR insufficient_funds")
        // The change is the operator's, and costs nothing by itself.
        scenario.when("ORG.REMOVE \(org) \(number) tariff=free")
        scenario.then("OK charged=0.00 balance=44.00")
        scenario.given("ORG.ADD \(org) \(number)")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given(
            "USAGE \(number) kind=voice direction=out peer=+995322123456 start=2018-03-01T09:30:00Z seconds=120 source=m n=1"
        )
        scenario.when("ORG.REMOVE \(org) \(number)")
        scenario.then("ERR insufficient_funds field=msisdn")
        scenario.thenReplayIsLive()
    }

    @Test("An INN with region 00 is refused", arguments: ["0000000000", "000000000000", "0012345671"])
    func innOfZeros(inn: String) {
        let scenario = Scenario()
        scenario.when("ORG.CREATE name=X inn=\(inn)")
        scenario.then("ERR invalid_inn field=inn")
    }

    @Test("PIN and PUK are shown only to an administrator who reauthenticates, and each time appends an event")
    func simSecrets() {
        let scenario = Scenario()
        let (boss, member) = ("79001234567", "79001234568")
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: boss)
        scenario.given(subscriber: member, tariff: "office", org: org)
        scenario.given("ORG.ADMIN.ADD \(org) \(boss)")
        let session = scenario.given(signedIn: boss)
        let own = scenario.given(signedIn: member)

        scenario.when("PIN \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        scenario.then("OK msisdn=\(member) pin=0000")
        scenario.then(types: "reauthenticated", "sim_secret_shown")
        scenario.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        scenario.then("OK msisdn=\(member) puk=12345678")

        // Refused without the password, to the number's own subscriber, for the boss's own number, to staff, and
        // without a session.
        scenario.when("PUK \(member) session=\(session)", as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        scenario.when("PUK \(member) reauth=wrong-horse session=\(session)", as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth")
        scenario.then(types: "sign_in_failed")
        scenario.when("PUK \(member) reauth=\"correct horse\" session=\(own)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("PUK \(boss) reauth=\"correct horse\" session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("PUK \(member)", as: "operator")
        scenario.then("ERR not_permitted")
        scenario.when("PUK \(member) reauth=x", as: "admin")
        scenario.then("ERR session_required")
        scenario.when("PUK \(member) reauth=\"correct horse\"", as: "frontend")
        scenario.then("ERR session_required")

        // It is the PUK of the current SIM; an erased person has none.
        scenario.given("SIM.REPLACE \(member) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        scenario.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        scenario.then("OK puk=87654321")
        scenario.given("ERASE \(member)")
        scenario.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        scenario.then("ERR not_available field=msisdn")
        scenario.thenReplayIsLive()
    }

    @Test("if_seq= of a group command compares the numbers' events, not the organisation's")
    func conditionOfMembers() {
        let (scenario, org) = withMembers(1)
        scenario.given("GROUP.CREATE \(org) name=Sales")
        scenario.when("TOPUP 79000000000 1 ref=a")
        let last = scenario.answer["seq"]
        scenario.given("GROUP.CREATE \(org) name=Others")
        scenario.when("GROUP.ADD 1 79000000000 if_seq=\(last)")
        scenario.then("OK added=1")
        scenario.when("GROUP.REMOVE 1 79000000000 if_seq=\(last)")
        scenario.then("ERR conflict field=if_seq")
    }

    @Test(
        "An erased or terminated administrator no longer acts for an organisation",
        arguments: ["ERASE", "SUBSCRIBER.TERMINATE"])
    func administratorGone(verb: String) {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: "79001234567")
        scenario.given("ORG.ADMIN.ADD \(org) 79001234567", "\(verb) 79001234567")
        if verb == "SUBSCRIBER.TERMINATE" { scenario.given(subscriber: "79001234567") }
        let session = scenario.given(signedIn: "79001234567")
        scenario.when("ORG \(org) session=\(session)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.thenReplayIsLive()
    }
}
