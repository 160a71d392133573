import Accounts
import AccountsKit
import Testing

@Suite struct OrganizationTests {
    private func withMembers(_ count: Int) -> (Scenario, org: String) {
        let cabinet = Scenario()
        cabinet.given("ORG.CREATE name=\"ООО Ромашка\" inn=7707083893")
        let org = cabinet.answer["org"]
        for index in 0..<count {
            cabinet.given(subscriber: "7900000000\(index)", balance: "\(index + 1)00")
            cabinet.given("ORG.ADD \(org) 7900000000\(index)")
        }
        return (cabinet, org)
    }

    @Test func anOrganisationIsCreatedUnderAValidINNOnce() {
        let cabinet = Scenario()
        cabinet.when("ORG.CREATE name=Bad inn=7707083890")
        cabinet.then("ERR invalid_inn field=inn")
        cabinet.when("ORG.CREATE name=\"ООО Ромашка\" inn=7707083893")
        cabinet.then("OK inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.when("ORG \(org)")
        #expect(cabinet.answer["name"] == "ООО Ромашка")
        cabinet.when("ORG.CREATE name=Again inn=7707083893")
        cabinet.then("ERR already_exists field=inn")
    }

    @Test func aGroupShowsItsNumbersTheirTariffsAndBalances() {
        let (cabinet, org) = withMembers(3)
        cabinet.given("GROUP.CREATE \(org) name=Sales", "GROUP.ADD 1 79000000000 79000000001 79000000002")

        cabinet.when("GROUP 1")

        cabinet.then("OK group=1 org=\(org) name=Sales members=3 rows=3")
        #expect(cabinet.answer.rows.map { $0["msisdn"] } == ["79000000000", "79000000001", "79000000002"])
        #expect(cabinet.answer.rows.map { $0["balance"] } == ["100.00", "200.00", "300.00"])
        #expect(cabinet.answer.rows.map { $0["tariff"] } == ["free", "free", "free"])
    }

    @Test func numbersJoinAGroupAllOrNone() {
        let (cabinet, org) = withMembers(2)
        cabinet.given(subscriber: "79005555555")
        cabinet.given("GROUP.CREATE \(org) name=Sales")

        cabinet.when("GROUP.ADD 1 79000000000 79000000001 79005555555")

        cabinet.then("ERR not_found field=msisdn")
        cabinet.then("79000000000", group: .some(nil))
    }

    @Test func aNumberIsInOneGroupAtTheMost() {
        let (cabinet, org) = withMembers(1)
        cabinet.given("GROUP.CREATE \(org) name=A", "GROUP.CREATE \(org) name=B", "GROUP.ADD 1 79000000000")
        cabinet.when("GROUP.ADD 2 79000000000")
        cabinet.then("ERR already_exists field=msisdn")
        cabinet.given("GROUP.REMOVE 1 79000000000")
        cabinet.when("GROUP.ADD 2 79000000000")
        cabinet.then("OK group=2 added=1")
        cabinet.when("GROUPS \(org)")
        #expect(cabinet.answer.rows.map { $0["name"] } == ["A", "B"])
        #expect(cabinet.answer.rows.map { $0["members"] } == ["0", "1"])
    }

    @Test func aNumberThatLeavesTheOrganisationLeavesItsGroup() {
        let (cabinet, org) = withMembers(2)
        cabinet.given("GROUP.CREATE \(org) name=A", "GROUP.ADD 1 79000000000 79000000001")
        cabinet.when("ORG.REMOVE \(org) 79000000000")
        cabinet.then(types: "organization_left", "member_removed")
        cabinet.when("GROUP 1")
        cabinet.then("OK members=1")
        cabinet.thenReplayIsLive()
    }

    @Test func aNumberActivatedForAnOrganisationIsItsMemberAndMayHaveCorporateTariffs() {
        let cabinet = Scenario()
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: "79001234567", tariff: "office", balance: "45", org: org)
        cabinet.then("79001234567", balance: "0.00", tariff: "office", status: .active)
        cabinet.when("ORG \(org)")
        cabinet.then("OK members=1")
    }

    @Test func aNumberGivenTwiceIsRefused() {
        let (cabinet, org) = withMembers(1)
        cabinet.given("GROUP.CREATE \(org) name=A")
        cabinet.when("GROUP.ADD 1 79000000000 79000000000")
        cabinet.then("ERR duplicate_argument field=msisdn")
    }

    @Test("An administrator acts for the organisation and its numbers, in a session of a code or a password")
    func administrator() {
        let cabinet = Scenario()
        let (boss, member, stranger) = ("79001234567", "79001234568", "79001234569")
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        for number in [boss, stranger] { cabinet.given(subscriber: number) }
        cabinet.given(subscriber: member, tariff: "office", balance: "500", org: org)
        let session = cabinet.given(signedIn: boss)
        let lines = ["ORG \(org)", "GROUPS \(org)", "GROUP.CREATE \(org) name=Sales", "BALANCE \(member)"]
        for line in lines {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("ERR not_found")
        }
        cabinet.when("ORG 999 session=\(session)", as: "frontend")
        let nothing = cabinet.answer.text
        cabinet.when("ORG \(org) session=\(session)", as: "frontend")
        #expect(cabinet.answer.text == nothing, "what may not be seen answers like what does not exist")

        cabinet.given("ORG.ADMIN.ADD \(org) \(boss)", as: "operator")
        cabinet.then(types: "administrator_added")

        for line in lines {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("OK")
        }
        for line in [
            "GROUP.ADD 1 \(member)", "GROUP 1", "OPTION.ON \(member) sms", "PAYMENTS \(member)",
            "GROUP.REMOVE 1 \(member)",
        ] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("OK")
        }
        for line in [
            "BALANCE \(stranger)", "PAYMENTS \(stranger)", "SESSIONS \(member)", "PROFILE \(member)", "LINKS \(member)",
        ] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("ERR not_found")
        }
        // The start of a page of a group does not reveal who is a subscriber either.
        for number in [stranger, "79009999999"] {
            cabinet.when("GROUP 1 after=\(number) session=\(session)", as: "frontend")
            cabinet.then("ERR not_found field=after")
        }
        cabinet.when("ORG \(org)", as: "operator")
        #expect(cabinet.answer["administrators"] == boss)
        cabinet.when("PRIVACY.REPORT \(boss)", as: "operator")
        #expect(cabinet.answer.rows.contains { $0["what"] == "acts_for" && $0["value"] == org })
        cabinet.when("ORG.ADMIN.ADD \(org) \(boss)", as: "operator")
        cabinet.then("ERR already_exists")
        cabinet.given("ORG.ADMIN.REMOVE \(org) \(boss)", as: "operator")
        cabinet.when("ORG \(org) session=\(session)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.thenReplayIsLive()
    }

    @Test("A number that joins or leaves an organisation has a tariff and options of its segment, and owes nothing")
    func segments() {
        let cabinet = Scenario()
        let number = "79001234567"
        cabinet.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff home name=Home fee=10 period=30d segment=individual",
            "CATALOG.PUT 2 option kids name=Kids fee=1 period=open segment=individual", "CATALOG.PUBLISH 2",
            "ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: number, tariff: "home", balance: "100")
        cabinet.given("OPTION.ON \(number) kids")
        cabinet.when("ORG.ADD \(org) \(number) tariff=office")
        cabinet.then("ERR incompatible field=msisdn")
        cabinet.given("OPTION.OFF \(number) kids")
        cabinet.when("ORG.ADD \(org) \(number)")
        cabinet.then("ERR incompatible field=tariff")
        cabinet.when("ORG.ADD \(org) \(number) tariff=home")
        cabinet.then("ERR incompatible field=tariff")
        cabinet.when("ORG.ADD \(org) \(number) tariff=none")
        cabinet.then("ERR not_found field=tariff")
        cabinet.when("ORG.ADD \(org) \(number) tariff=office", as: "operator")
        cabinet.then("OK org=\(org) msisdn=\(number) tariff=office charged=45.00 balance=44.00")
        cabinet.then(types: "organization_joined", "member_added", "tariff_changed")

        cabinet.when("ORG.REMOVE \(org) \(number)")
        cabinet.then("ERR incompatible field=tariff")
        cabinet.when("ORG.REMOVE \(org) \(number) tariff=talk")
        cabinet.then("ERR insufficient_funds")
        // The change is the operator's, and costs nothing by itself.
        cabinet.when("ORG.REMOVE \(org) \(number) tariff=free")
        cabinet.then("OK charged=0.00 balance=44.00")
        cabinet.given("ORG.ADD \(org) \(number)")
        cabinet.at("2018-03-01T10:00:00Z")
        cabinet.given(
            "USAGE \(number) kind=voice direction=out peer=+995322123456 start=2018-03-01T09:30:00Z seconds=120 source=m n=1"
        )
        cabinet.when("ORG.REMOVE \(org) \(number)")
        cabinet.then("ERR insufficient_funds field=msisdn")
        cabinet.thenReplayIsLive()
    }

    @Test("An INN has a region, which is not 00", arguments: ["0000000000", "000000000000", "0012345671"])
    func innOfZeros(inn: String) {
        let cabinet = Scenario()
        cabinet.when("ORG.CREATE name=X inn=\(inn)")
        cabinet.then("ERR invalid_inn field=inn")
    }

    @Test("PIN and PUK are shown to an administrator who shows the password once more, and each time is an event")
    func simSecrets() {
        let cabinet = Scenario()
        let (boss, member) = ("79001234567", "79001234568")
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: boss)
        cabinet.given(subscriber: member, tariff: "office", org: org)
        cabinet.given("ORG.ADMIN.ADD \(org) \(boss)")
        let session = cabinet.given(signedIn: boss)
        let own = cabinet.given(signedIn: member)

        cabinet.when("PIN \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        cabinet.then("OK msisdn=\(member) pin=0000")
        cabinet.then(types: "reauthenticated", "sim_secret_shown")
        cabinet.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        cabinet.then("OK msisdn=\(member) puk=12345678")

        // Refused without the password, to the number's own subscriber, for the boss's own number, to staff, and
        // without a session.
        cabinet.when("PUK \(member) session=\(session)", as: "frontend")
        cabinet.then("ERR reauth_required field=reauth")
        cabinet.when("PUK \(member) reauth=wrong-horse session=\(session)", as: "frontend")
        cabinet.then("ERR sign_in_failed field=reauth")
        cabinet.then(types: "sign_in_failed")
        cabinet.when("PUK \(member) reauth=\"correct horse\" session=\(own)", as: "frontend")
        cabinet.then("ERR not_found field=msisdn")
        cabinet.when("PUK \(boss) reauth=\"correct horse\" session=\(session)", as: "frontend")
        cabinet.then("ERR not_found field=msisdn")
        cabinet.when("PUK \(member)", as: "operator")
        cabinet.then("ERR not_permitted")
        cabinet.when("PUK \(member) reauth=x", as: "admin")
        cabinet.then("ERR session_required")
        cabinet.when("PUK \(member) reauth=\"correct horse\"", as: "frontend")
        cabinet.then("ERR session_required")

        // It is the PUK of the current SIM; an erased person has none.
        cabinet.given("SIM.REPLACE \(member) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        cabinet.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        cabinet.then("OK puk=87654321")
        cabinet.given("ERASE \(member)")
        cabinet.when("PUK \(member) reauth=\"correct horse\" session=\(session)", as: "frontend")
        cabinet.then("ERR not_available field=msisdn")
        cabinet.thenReplayIsLive()
    }

    @Test("if_seq= of a group's numbers is about the numbers, and not about the organisation")
    func conditionOfMembers() {
        let (cabinet, org) = withMembers(1)
        cabinet.given("GROUP.CREATE \(org) name=Sales")
        cabinet.when("TOPUP 79000000000 1 ref=a")
        let last = cabinet.answer["seq"]
        cabinet.given("GROUP.CREATE \(org) name=Others")
        cabinet.when("GROUP.ADD 1 79000000000 if_seq=\(last)")
        cabinet.then("OK added=1")
        cabinet.when("GROUP.REMOVE 1 79000000000 if_seq=\(last)")
        cabinet.then("ERR conflict field=if_seq")
    }

    @Test("Who is erased or terminated acts for nobody any more", arguments: ["ERASE", "SUBSCRIBER.TERMINATE"])
    func administratorGone(verb: String) {
        let cabinet = Scenario()
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: "79001234567")
        cabinet.given("ORG.ADMIN.ADD \(org) 79001234567", "\(verb) 79001234567")
        if verb == "SUBSCRIBER.TERMINATE" { cabinet.given(subscriber: "79001234567") }
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.when("ORG \(org) session=\(session)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.thenReplayIsLive()
    }
}
