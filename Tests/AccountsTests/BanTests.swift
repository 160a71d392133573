/// CONTENT.BAN, CALLS.BAN, BLACKLIST and SETTINGS.SEND: what a subscriber may forbid, and who may allow it again.

import Accounts
import ScenarioKit
import Testing

@Suite("Bans, blacklist and settings") struct BanTests {
    private let anna = "79001234567"
    private let boris = "79001234568"
    private let peer = "74950000000"

    private func subscriber(at time: String = "2018-03-01T09:00:00Z") -> (Scenario, session: String) {
        let scenario = Scenario(at: time)
        scenario.given(subscriber: anna)
        return (scenario, scenario.given(signedIn: anna))
    }

    /// The session of Boris, who manages Anna's number.
    private func manager(_ scenario: Scenario) -> String {
        scenario.given(subscriber: boris)
        let session = scenario.given(signedIn: boris)
        scenario.given(link: anna, session: session)
        return session
    }

    @Test("A new number begins with the ban on content, and buys no subscription until it is lifted") func content() {
        let (scenario, session) = subscriber()
        scenario.given("TOPUP \(anna) 100 ref=a")
        scenario.when("SUBSCRIPTION.ON \(anna) stars", as: "operator")
        scenario.then("ERR not_available field=subscription")
        scenario.when("SUBSCRIPTIONS \(anna) available=1", as: "operator")
        scenario.then("OK rows=0")
        scenario.when("OPTION.ON \(anna) melody", as: "operator")
        scenario.then("OK", "an option is no content")

        scenario.when("CONTENT.BAN \(anna) off session=\(session)", as: "frontend")

        scenario.then("OK msisdn=\(anna) content_ban=0")
        scenario.then(.contentAllowed(ContentAllowed(authority: .subscriber)))
        #expect(scenario.notices(anna).last == "content_allowed")
        scenario.when("SUBSCRIPTIONS \(anna) available=1", as: "operator")
        scenario.then("OK rows=1")
        let before = scenario.notices(anna)
        scenario.when("CONTENT.BAN \(anna) on session=\(session)", as: "frontend")
        scenario.then("OK content_ban=1")
        scenario.then(.contentBanned(ContentBanned(authority: .subscriber)))
        #expect(scenario.notices(anna) == before, "nobody else wants it on")
        scenario.thenReplayIsLive()
    }

    @Test("A number of an older log has no ban on content, and no order came of it") func oldLogs() {
        let scenario = Scenario()
        let account = scenario.look { $0.directory.next }
        scenario.given(
            .subscriberActivated(
                SubscriberActivated(
                    msisdn: 79001234567, iccid: "89701200000000000000", imsi: "250200000000001", region: "msk",
                    tariff: 1, keyID: [UInt8](repeating: 7, count: 16))), on: account)
        scenario.when("SERVICE \(anna)", as: "network")
        scenario.then("OK content_ban=0")
        #expect(scenario.answer.rows.allSatisfy { $0["allowed"] == "1" })
        scenario.when("ORDERS", as: "network")
        scenario.then("OK rows=0")
        scenario.thenReplayIsLive()
    }

    @Test("What is set cannot be set again, and what is not set cannot be lifted") func twice() {
        let (scenario, _) = subscriber()
        let refusals = [
            ("CONTENT.BAN \(anna) on", "ERR already_exists field=msisdn"),
            ("CALLS.BAN \(anna) off", "ERR not_found field=msisdn"),
            ("BLACKLIST.REMOVE \(anna) \(peer)", "ERR not_found field=peer"),
        ]
        for (line, refusal) in refusals {
            scenario.when(line, as: "operator")
            scenario.then(refusal)
        }
        scenario.given("CONTENT.BAN \(anna) off", "CALLS.BAN \(anna) on", "BLACKLIST.ADD \(anna) \(peer)")
        for (line, refusal) in [
            ("CONTENT.BAN \(anna) off", "ERR not_found field=msisdn"),
            ("CALLS.BAN \(anna) on", "ERR already_exists field=msisdn"),
            ("BLACKLIST.ADD \(anna) +\(peer)", "ERR already_exists field=peer"),
            ("CALLS.BAN \(anna) maybe", "ERR invalid_key field=state"),
        ] {
            scenario.when(line, as: "operator")
            scenario.then(refusal)
        }
        scenario.when("SERVICE \(anna)", as: "operator")
        scenario.then("OK content_ban=0 calls_ban=1")
        #expect(scenario.answer.rows.last == ["service": "mass_calls", "allowed": "0", "reasons": "calls_ban"])
    }

    @Test("A linked number's manager sets every ban and lifts none; the own session lifts them") func linked() {
        let (scenario, session) = subscriber()
        let boss = manager(scenario)
        scenario.given("CONTENT.BAN \(anna) off session=\(session)", as: "frontend")
        for line in ["CONTENT.BAN \(anna) on", "CALLS.BAN \(anna) on", "BLACKLIST.ADD \(anna) \(peer)"] {
            scenario.when("\(line) session=\(boss)", as: "frontend")
            scenario.then("OK")
        }
        let lifts = ["CONTENT.BAN \(anna) off", "CALLS.BAN \(anna) off", "BLACKLIST.REMOVE \(anna) \(peer)"]
        for line in lifts {
            scenario.when("\(line) session=\(boss)", as: "frontend")
            scenario.then("ERR not_permitted field=msisdn")
        }
        for line in lifts {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("OK")
        }
    }

    @Test("An organisation's administrator sets and lifts bans, except in the day after a new SIM")
    func administrator() {
        let (scenario, _) = subscriber()
        scenario.given(subscriber: boris)
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given("BLACKLIST.ADD \(anna) 79990000001")
        scenario.given("ORG.ADD \(org) \(anna)", "ORG.ADMIN.ADD \(org) \(boris)")
        let boss = scenario.given(signedIn: boris)
        for line in [
            "CALLS.BAN \(anna) on", "CALLS.BAN \(anna) off", "BLACKLIST.ADD \(anna) \(peer)",
            "BLACKLIST.REMOVE \(anna) \(peer)", "BLACKLIST.ADD \(anna) 0611", "SIM.BLOCK \(anna)",
        ] {
            scenario.when("\(line) session=\(boss)", as: "frontend")
            scenario.then("OK")
        }
        scenario.when("BLACKLIST \(anna) session=\(boss)", as: "frontend")
        #expect(scenario.answer.rows.map { $0["peer"] } == ["0611"], "the other is from before it joined")
        scenario.when("BLACKLIST \(anna)", as: "operator")
        scenario.then("OK rows=2")
        scenario.when("SETTINGS.SEND \(anna) kind=mms session=\(boss)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
    }

    @Test("A peer is a number in E.164 or 2 to 6 digits") func peers() {
        let (scenario, _) = subscriber()
        for (given, kept) in [
            ("+74950000000", peer), ("84912345678", "84912345678"), ("11", "11"), ("060611", "060611"),
        ] {
            scenario.when("BLACKLIST.ADD \(anna) \(given)", as: "operator")
            scenario.then("OK peer=\(kept)")
        }
        for given in ["1", "0495000", "+11", "operator", "1234567890123456", "8(495)0000000"] {
            scenario.when("BLACKLIST.ADD \(anna) \(given)", as: "operator")
            scenario.then("ERR invalid_msisdn field=peer", given)
        }
        scenario.when("BLACKLIST.ADD \(anna) \(anna)", as: "operator")
        scenario.then("ERR not_available field=peer")
        scenario.when("BLACKLIST \(anna)", as: "operator")
        scenario.then("OK rows=4")
        #expect(scenario.answer.rows[0] == ["peer": peer, "since": "2018-03-01T09:00:00Z"])
    }

    @Test("A blacklist has at most 100 numbers") func hundred() {
        let (scenario, _) = subscriber()
        for index in 0..<100 {
            scenario.given("BLACKLIST.ADD \(anna) 7495\(1_000_000 + index)", as: "operator")
            scenario.given("ORDER.DONE \(scenario.answer["seq"])", as: "network")
        }
        scenario.when("BLACKLIST.ADD \(anna) \(peer)", as: "operator")
        scenario.then("ERR limit_reached field=peer")
        scenario.given("BLACKLIST.REMOVE \(anna) 74951000050", as: "operator")
        scenario.when("BLACKLIST.ADD \(anna) \(peer)", as: "operator")
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("Settings are sent five times in any 24 hours") func settings() {
        let (scenario, session) = subscriber(at: "2018-03-01T20:00:00Z")
        scenario.when("SETTINGS.SEND \(anna) kind=fax session=\(session)", as: "frontend")
        scenario.then("ERR invalid_key field=kind")
        for hour in 20..<24 {
            scenario.at("2018-03-01T\(hour):00:00Z")
            scenario.when("SETTINGS.SEND \(anna) kind=mms", as: "operator")
            scenario.then("OK kind=mms")
        }
        scenario.when("SETTINGS.SEND \(anna) kind=internet", as: "operator")
        scenario.then("OK kind=internet")
        scenario.at("2018-03-02T19:59:59Z")
        scenario.when("SETTINGS.SEND \(anna) kind=internet", as: "operator")
        scenario.then("ERR limit_reached field=msisdn retry_after=1")
        scenario.restart()
        scenario.at("2018-03-02T20:00:00Z")
        scenario.when("SETTINGS.SEND \(anna) kind=internet", as: "operator")
        scenario.then("OK kind=internet")
        scenario.then(.settingsSent(SettingsSent(kind: .internet)))
        scenario.when("SETTINGS.SEND \(anna) kind=internet", as: "operator")
        scenario.then("ERR limit_reached field=msisdn retry_after=3600")
        scenario.when("SETTINGS.SEND \(anna) kind=internet", as: "network")
        scenario.then("ERR not_permitted")
        scenario.thenReplayIsLive()
    }

    @Test("Erasing a person takes every number off the blacklist, and the bans stay") func erased() {
        let (scenario, _) = subscriber()
        scenario.given("CALLS.BAN \(anna) on", "BLACKLIST.ADD \(anna) \(peer)", "BLACKLIST.ADD \(anna) 11")
        scenario.when("PRIVACY.REPORT \(anna)", as: "operator")
        #expect(scenario.answer.rows.filter { $0["what"] == "blacklist" }.map { $0["value"] } == [peer, "11"])
        scenario.given("ERASE \(anna)", as: "operator")
        scenario.then(types: "blacklist_removed", "blacklist_removed", "person_erased")
        scenario.when("BLACKLIST \(anna)", as: "operator")
        scenario.then("OK rows=0")
        scenario.when("SERVICE \(anna)", as: "operator")
        scenario.then("OK content_ban=1 calls_ban=1")
        scenario.thenReplayIsLive()
    }
}
