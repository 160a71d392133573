/// The command table compared with the protocol's tables: which role may send what, and who may act on whose number.

import Accounts
import ScenarioKit
import Testing

@Suite("Who may say what") struct PermissionTests {
    private let boss = "79001234567"
    private let member = "79001234568"

    private static func verbs(of role: Roles) -> Set<String> {
        Set(specs.filter { $0.roles.contains(role) }.map(\.verb))
    }

    /// Without Redis' own commands, which the protocol gives to no role.
    private static var specs: [CommandSpec] { Scenario.specs.filter { !$0.isRESPOnly } }

    @Test("INFO needs any principal that signed in, and no other Redis command needs a role") func monitors() {
        let ofRoles = Scenario.specs.filter { $0.isRESPOnly && !$0.roles.isEmpty }
        #expect(ofRoles.map(\.verb) == ["INFO"])
        #expect(ofRoles.first?.roles == .all)
    }

    @Test("A machine's role may send only the verbs that the protocol gives it")
    func machines() {
        #expect(
            Self.verbs(of: .payments) == [
                "TOPUP", "PAYMENTS", "PAYMENT.REQUESTS", "PAYMENT.OFFER", "PAYMENT.REFUSE", "PAYMENT.REVERSE",
                "REFUNDS", "REFUND.PAID", "REFUND.REFUSE",
            ])
        #expect(Self.verbs(of: .cashier) == ["TOPUP", "PAYMENT.REVERSE", "REFUNDS", "REFUND.PAID", "REFUND.REFUSE"])
        #expect(Self.verbs(of: .delivery) == ["NOTIFICATIONS", "NOTIFICATION.FILE"])
        #expect(
            Self.verbs(of: .network) == [
                "SUBSCRIBER.ACTIVATE", "SUBSCRIBER.TERMINATE", "SIM.REPLACE", "PUSH.REPLY", "USAGE", "USAGE.CHECK",
                "USAGE.SOURCES", "SUBSCRIPTION.OFF", "REGIONS", "TARIFFS", "ZONES", "SIM.BLOCK", "SIM.UNBLOCK",
                "SERVICE",
                "ORDERS", "ORDER.DONE", "ORDER.FAILED",
            ])
    }

    @Test("A front end needs a session for everything but sign-in and the public catalogue") func frontends() {
        let without = Self.specs.filter { $0.roles.contains(.frontend) && $0.traits.pointee.session == .none }
        #expect(
            Set(without.map(\.verb)) == [
                "REGISTER", "LOGIN", "LOGIN.CODE", "LOGIN.PUSH", "LOGIN.DEVICE", "PASSWORD.RECOVER", "CONFIRM",
                "RESEND",
                "CHALLENGE", "TARIFFS", "REGIONS", "ZONES",
            ])
    }

    @Test("A session may do what the table allows on linked numbers and on an administered organisation's numbers")
    func othersNumbers() {
        func verbs(_ need: CommandSpec.SessionNeed) -> Set<String> {
            Set(Scenario.specs.filter { $0.traits.pointee.session == need }.map(\.verb))
        }
        #expect(
            verbs(.manager) == [
                "BALANCE", "ACCOUNT", "BUCKETS", "EXPENSES", "STATEMENT", "STATEMENT.FILE", "PAYMENTS", "TARIFF",
                "TARIFF.CHANGE",
                "OPTIONS", "OPTION.ON", "OPTION.OFF", "SUBSCRIPTIONS", "SUBSCRIPTION.OFF", "TARIFF.QUOTE",
                "TARIFF.CHANGE.CANCEL", "TARIFF.SUSPEND", "TARIFF.RESUME", "OPTION.QUOTE",
                "OPTIONS", "OPTION.ON", "OPTION.OFF", "SUBSCRIPTIONS", "SUBSCRIPTION.OFF", "SIM.BLOCK", "SERVICE",
                "TOPUP.REQUEST", "TOPUP.REQUESTS",
                "CONTENT.BAN", "CALLS.BAN", "BLACKLIST", "BLACKLIST.ADD", "BLACKLIST.REMOVE", "SPENDING.LIMIT",
            ])
        #expect(verbs(.linked) == [])
        #expect(
            verbs(.administrator) == [
                "ORG", "GROUPS", "GROUP", "GROUP.CREATE", "GROUP.ADD", "GROUP.REMOVE", "PIN", "PUK",
            ])
    }

    /// A number that called somebody, paid and spent, and then joined an organisation with an administrator.
    private func joined() -> (Scenario, session: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: boss)
        scenario.given(subscriber: member, balance: "432.10")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given(
            "USAGE \(member) kind=voice direction=out peer=79998887766 start=2018-03-01T09:30:00Z seconds=540 source=m n=1"
        )
        scenario.at("2018-03-02T09:00:00Z")
        scenario.given("OPTION.ON \(member) silence", "BLACKLIST.ADD \(member) 79998887766")
        // The account becomes an organisation's under a tariff that costs the same for both segments.
        scenario.given("ORG.ADD \(org) \(member)", "ORG.ADMIN.ADD \(org) \(boss)")
        scenario.given("TOPUP \(member) 55.55 ref=after")
        return (scenario, scenario.given(signedIn: boss))
    }

    @Test("No read shows an administrator the events of a number before it joined") func privateHistory() {
        let (scenario, session) = joined()
        let period = "from=2018-02-01 to=2018-04-01"
        let joiningPosition = scenario.look { $0.position }
        /// Pages that nobody got a cursor for: as of every position, and of every place.
        func forged(_ verb: String) -> [String] {
            (0...joiningPosition).flatMap { asOf in
                ["\(asOf)-0-0", "\(asOf)-1999999999999-1"].map { "\(verb) \(member) \(period) before=\($0)" }
            }
        }
        let requests: [String: [String]] = [
            "BALANCE": ["BALANCE \(member) at=2018-03-01T23:00:00Z"],
            "ACCOUNT": ["ACCOUNT \(member)", "ACCOUNT \(member) at=2018-03-01T23:00:00Z"],
            "BUCKETS": ["BUCKETS \(member) at=2018-03-01T23:00:00Z"],
            "EXPENSES": ["EXPENSES \(member)", "EXPENSES \(member) month=2018-03", "EXPENSES \(member) month=2018-02"],
            "STATEMENT": ["STATEMENT \(member) \(period)", "STATEMENT \(member) \(period) kind=voice"]
                + forged("STATEMENT"),
            "STATEMENT.FILE": [
                "STATEMENT.FILE \(member) \(period)", "STATEMENT.FILE \(member) \(period) format=html",
            ] + forged("STATEMENT.FILE"),
            "PAYMENTS": ["PAYMENTS \(member)", "PAYMENTS \(member) \(period)", "PAYMENTS \(member) before=1000"],
            "TOPUP.REQUESTS": ["TOPUP.REQUESTS \(member)", "TOPUP.REQUESTS \(member) after=1"],
            "TARIFF": ["TARIFF \(member)"],
            "TARIFF.QUOTE": ["TARIFF.QUOTE \(member) office"],
            "OPTION.QUOTE": ["OPTION.QUOTE \(member) sms"],
            "OPTIONS": ["OPTIONS \(member) at=2018-03-01T23:00:00Z"],
            "SUBSCRIPTIONS": ["SUBSCRIPTIONS \(member) at=2018-03-01T23:00:00Z"],
            "SERVICE": ["SERVICE \(member)"],
            "BLACKLIST": ["BLACKLIST \(member)"],
        ]
        let reads = Scenario.specs.filter { $0.traits.pointee.session == .manager && $0.effect == .read }
        for spec in reads {
            #expect(requests[spec.verb] != nil, "\(spec.verb) shows nothing of before: say how it is asked")
            for line in requests[spec.verb] ?? [] {
                let text = scenario.when("\(line) session=\(session)", as: "frontend").text
                // The other side of the call, its price, the payment, the balance between, the month's sum.
                for secret in ["79998887766", "13.50", "432.10", "418.60", "43.50"] {
                    #expect(!text.contains(secret), "\(line) answers \(text)")
                }
            }
        }
    }

    @Test(
        "An administrator sees only events after the position of the joining, whatever their times are")
    func samePlace() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given("ORG.CREATE name=X inn=7707083893")
        scenario.given(subscriber: boss)
        scenario.given(subscriber: member)
        scenario.given(clock: "2018-03-01T09:10:00Z")
        scenario.given("TOPUP \(member) 111.11 ref=ahead")
        scenario.given(clock: "2018-03-01T09:00:00Z")
        scenario.given(
            "USAGE \(member) kind=sms direction=out peer=79998887766 start=2018-03-01T09:03:00Z source=m n=1",
            "TOPUP \(member) 222.22 ref=same", "ORG.ADD 1 \(member)", "ORG.ADMIN.ADD 1 \(boss)",
            "TOPUP \(member) 5 ref=after")
        let session = scenario.given(signedIn: boss)
        scenario.at("2018-03-01T09:05:00Z")
        scenario.when("PAYMENTS \(member) session=\(session)", as: "frontend")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["after"])
        scenario.when("STATEMENT \(member) from=2018-02-01 to=2018-04-01 session=\(session)", as: "frontend")
        scenario.then("OK opening=331.33 came=5.00 went=0.00 closing=336.33 rows=1")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["after"])
        scenario.when("EXPENSES \(member) session=\(session)", as: "frontend")
        scenario.then("OK total=0.00")
        scenario.thenReplayIsLive()
    }

    @Test("A principal with several roles sees what the role that allowed the command may see") func severalRoles() {
        let scenario = Scenario()
        scenario.given(subscriber: member, balance: "10")
        for roles in ["frontend,payments", "network,payments", "frontend,cashier", "payments,cashier"] {
            let name = roles.replacing(",", with: "-")
            scenario.given("PRINCIPAL.ADD \(name) roles=\(roles)")
            scenario.given("TOPUP \(member) 1 ref=\(name)", as: name)
            #expect(scenario.answer["balance"] == "", "\(scenario.answer.text)")
            guard roles.contains("payments") else { continue }
            scenario.when("PAYMENTS \(member)", as: name)
            #expect(
                scenario.answer.rows.allSatisfy { $0["ref"] == name && $0["balance"] == nil }, "\(scenario.answer.text)"
            )
        }
        scenario.when("TOPUP \(member) 1000 ref=much", as: "payments-cashier")
        scenario.then("ERR limit_reached field=amount", "whoever takes cash is bounded")
    }

    @Test("A clock set back over midnight does not give a cash desk a second daily limit") func cashDay() {
        let scenario = Scenario(at: "2018-03-02T00:10:00Z")
        scenario.given(subscriber: member)
        scenario.given("TOPUP \(member) 1000 ref=a", as: "cashier")
        scenario.given(clock: "2018-03-01T23:50:00Z")
        scenario.when("TOPUP \(member) 1 ref=b", as: "cashier")
        scenario.then("ERR limit_reached field=amount")
        scenario.given(clock: "2018-03-02T00:20:00Z")
        scenario.when("TOPUP \(member) 1 ref=b", as: "cashier")
        scenario.then("ERR limit_reached field=amount")
        scenario.given(clock: "2018-03-03T00:20:00Z")
        scenario.given("TOPUP \(member) 1000 ref=c", as: "cashier")
        scenario.thenReplayIsLive()
    }

    @Test("Staff may read a terminated number's past, and a link cannot be confirmed in the day after a new SIM")
    func endedAndLinked() {
        let scenario = Scenario()
        scenario.given(subscriber: boss)
        scenario.given(subscriber: member, balance: "100")
        let position = scenario.look { $0.position }
        _ = scenario.given(signedIn: boss)
        scenario.given(#"LOGIN \#(boss) "correct horse""#)
        scenario.given(
            #"LINK.ADD \#(member) reauth="correct horse" session=\#(scenario.answer["session"])"#, as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(member)
        scenario.given("SIM.REPLACE \(boss) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        scenario.when("CONFIRM \(challenge) \(code)")
        #expect(!scenario.answer.isOK, "\(scenario.answer.text)")
        scenario.given("SUBSCRIBER.TERMINATE \(member)")
        scenario.when("BALANCE \(member) at=\(position)", as: "operator")
        scenario.then("OK balance=100.00")
    }

    @Test("A period that begins before the joining is cut to it, and the reply has from=") func cut() {
        let (scenario, session) = joined()
        for line in ["STATEMENT \(member) from=2018-02-01 to=2018-04-01", "EXPENSES \(member)", "PAYMENTS \(member)"] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("OK from=2018-03-02T09:00:00Z")
        }
        #expect(scenario.answer.rows.map { $0["ref"] } == ["after"])
        scenario.when("STATEMENT \(member) from=2018-03-02T10:00:00Z to=2018-04-01 session=\(session)", as: "frontend")
        scenario.then("OK rows=0")
        #expect(scenario.answer["from"] == "", "nothing was cut")
    }

    @Test("A number that joins again shows no events of its earlier membership or of the time between")
    func joinedAgain() {
        let (scenario, _) = joined()
        let position = scenario.look { $0.position }
        scenario.at("2018-03-05T09:00:00Z")
        scenario.given("ORG.REMOVE 1 \(member)")
        scenario.given("TOPUP \(member) 77.77 ref=away")
        scenario.at("2018-03-06T09:00:00Z")
        scenario.given("ORG.ADD 1 \(member)")
        scenario.given(#"LOGIN \#(boss) "correct horse""#)
        let session = scenario.answer["session"]
        scenario.when("PAYMENTS \(member) session=\(session)", as: "frontend")
        scenario.then("OK rows=0 from=2018-03-06T09:00:00Z")
        scenario.when("BALANCE \(member) at=\(position) session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.thenReplayIsLive()
    }

    @Test("Only acquirers and cash desks credit payments, and neither sees a balance") func money() {
        let scenario = Scenario()
        scenario.given(subscriber: member, tariff: "talk")
        let session = scenario.given(signedIn: member)
        for role in ["frontend", "operator", "network", "auditor", "delivery"] {
            scenario.when("TOPUP \(member) 1 ref=\(role)", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("TOPUP \(member) 1 ref=x session=\(session)", as: "frontend")
        scenario.then("ERR unknown_argument field=session")
        for (role, ref) in [("payments", "a"), ("cashier", "b")] {
            scenario.when("TOPUP \(member) 70 ref=\(ref) id=\(ref)", as: role)
            scenario.then("OK amount=70.00")
            #expect(scenario.answer["balance"] + scenario.answer["charged"] == "", "\(scenario.answer.text)")
            scenario.when("TOPUP \(member) 70 ref=\(ref) id=\(ref)", as: role)
            scenario.then("OK amount=70.00 repeated=1")
            #expect(scenario.answer["balance"] + scenario.answer["charged"] == "", "\(scenario.answer.text)")
            scenario.when("BALANCE \(member)", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("PAYMENTS \(member)", as: "payments")
        scenario.then("OK rows=1")
        #expect(Set(scenario.answer.rows[0].keys) == ["payment", "time", "amount", "ref"])
        #expect(scenario.answer.rows[0]["ref"] == "a", "an acquirer sees its own payments alone")
    }

    @Test("The catalogue limits a cash desk's payments of a UTC day and the size of one payment")
    func bounds() {
        let scenario = Scenario(at: "2018-03-01T23:00:00Z")
        scenario.given(subscriber: member)
        scenario.given("PRINCIPAL.ADD desk roles=cashier")
        scenario.given("TOPUP \(member) 600 ref=a", "TOPUP \(member) 400 ref=b", as: "cashier")
        scenario.when("TOPUP \(member) 0.01 ref=c", as: "cashier")
        scenario.then("ERR limit_reached field=amount")
        scenario.when("TOPUP \(member) 1000 ref=c", as: "desk")
        scenario.then("OK amount=1000.00")
        scenario.given("TOPUP \(member) 5000 ref=d", as: "payments")
        scenario.restart()
        scenario.at("2018-03-01T23:59:59Z")
        scenario.when("TOPUP \(member) 0.01 ref=e", as: "cashier")
        scenario.then("ERR limit_reached field=amount")
        scenario.at("2018-03-02T00:00:00Z")
        scenario.when("TOPUP \(member) 1000 ref=e", as: "cashier")
        scenario.then("OK amount=1000.00")

        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 terms general greatest_payment=500", "CATALOG.PUBLISH 2")
        scenario.when("TOPUP \(member) 500.01 ref=f", as: "payments")
        scenario.then("ERR limit_reached field=amount")
        scenario.when("TOPUP \(member) 500 ref=f", as: "payments")
        scenario.then("OK amount=500.00")
        scenario.at("2018-03-03T00:00:00Z")
        scenario.when("TOPUP \(member) 1 ref=g", as: "cashier")
        scenario.then("ERR limit_reached field=amount", "a catalogue that says no limit lets cash desks take nothing")
        scenario.thenReplayIsLive()
    }

    @Test("For a day after a new SIM a session cannot add devices or links, buy content or act for an organisation")
    func heldAfterSIM() {
        let (scenario, _) = joined()
        scenario.given("SIM.REPLACE \(boss) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        scenario.given(#"LOGIN \#(boss) "correct horse""#)
        let session = scenario.answer["session"]
        let lines = [
            "ORG 1", "GROUPS 1", "GROUP.CREATE 1 name=G", "BALANCE \(member)", "PAYMENTS \(member)",
            #"PUK \#(member) reauth="correct horse""#, "SUBSCRIPTION.ON \(boss) stars",
            #"LINK.ADD \#(member) reauth="correct horse""#,
            #"DEVICE.ADD name=X public_key=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo reauth="correct horse""#,
        ]
        for line in lines {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR not_available field=session", line)
        }
        scenario.when("BALANCE \(boss) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.at("2018-03-03T09:00:00Z")
        scenario.given(#"LOGIN \#(boss) "correct horse""#)
        let later = scenario.answer["session"]
        for line in lines where !line.hasPrefix("SUBSCRIPTION.ON") {
            #expect(scenario.when("\(line) session=\(later)", as: "frontend").isOK, "\(scenario.answer.text)")
        }
    }

    @Test("Another administrator's PUK is not shown, and a subscriber whose PUK was shown gets a notice")
    func othersPUK() {
        let (scenario, session) = joined()
        scenario.given(#"PUK \#(member) reauth="correct horse" session=\#(session)"#, as: "frontend")
        #expect(scenario.notices(member).last == "sim_secret_shown")
        scenario.given("ORG.ADMIN.ADD 1 \(member)")
        for verb in ["PIN", "PUK"] {
            scenario.when(#"\#(verb) \#(member) reauth="correct horse" session=\#(session)"#, as: "frontend")
            scenario.then("ERR not_found field=msisdn")
        }
    }
}
