/// Money of others moves by two persons: adjustments, reversals, refunds, assignments and vouchers.

import Accounts
import ScenarioKit
import Testing

@Suite("Four eyes") struct FourEyesTests {
    private let me = "79001234567"

    /// `root` is the first administrator, who added the staff: `ann`, `bob` and a second administrator, `eve`.
    private func office(_ terms: String = "approval_threshold=100", at time: String = "2018-03-01T09:00:00Z")
        -> Scenario
    {
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=0 tariff_change_free_after_days=0 cashier_day_limit=1000 \(terms)",
            at: time)
        scenario.given("PRINCIPAL.ADD root roles=admin", as: nil)
        add(scenario, "ann", .operator, by: "root")
        add(scenario, "bob", .operator, by: "root")
        add(scenario, "eve", .admin, by: "root")
        scenario.given(number: me, tariff: "none", balance: "500")
        return scenario
    }

    /// Adds a principal as somebody whom nobody had to approve.
    private func add(_ scenario: Scenario, _ name: String, _ roles: Roles, by author: String) {
        let (number, author) = scenario.look { ($0.principals.next, $0.principals.find(author) ?? 0) }
        let added = PrincipalAdded(number: number, name: name, roles: roles.rawValue, author: author)
        scenario.given(.principalAdded(added))
    }

    @Test("One person alone moves up to the threshold of a day, and beyond it a second one must approve")
    func threshold() {
        let scenario = office()
        scenario.when("ADJUST \(me) 60 reason=gift", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST \(me) 40.01 reason=gift", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.then(types: "proposal_made")
        let proposal = scenario.answer["adjustment"]
        scenario.then(me, balance: "560.00")
        scenario.when("ADJUST \(me) 40 reason=gift", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("APPROVE \(proposal)", as: "ann")
        scenario.then("ERR not_permitted field=proposal")
        scenario.when("APPROVALS", as: "bob")
        #expect(scenario.answer.rows.map { [$0["author"], $0["may_approve"]] } == [["ann", "1"]])
        scenario.when("ADJUST.APPROVE \(proposal)", as: "bob")
        #expect(scenario.answer["state"] == "done")
        scenario.then(me, balance: "640.01")
        scenario.when("APPROVE \(proposal)", as: "bob")
        scenario.then("ERR not_found field=proposal")
        scenario.thenReplayIsLive()
    }

    @Test("The threshold counts a day of UTC, and what is taken counts like what is given") func day() {
        let scenario = office(at: "2018-03-01T23:59:59Z")
        scenario.when("ADJUST \(me) -100 reason=fee", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST \(me) 0.01 reason=fee", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.at("2018-03-02T00:00:00Z")
        scenario.when("ADJUST \(me) 100 reason=fee", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.restart()
        scenario.when("ADJUST \(me) 0.01 reason=fee", as: "ann")
        #expect(scenario.answer["state"] == "pending")
    }

    @Test("The threshold adds up over accounts of one person, and over persons on one account") func addsUp() {
        let scenario = office()
        scenario.given(number: "79001234568", tariff: "none", balance: "0")
        scenario.when("ADJUST \(me) 50 reason=x", as: "ann")
        scenario.when("ADJUST 79001234568 50 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST 79001234568 0.01 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.when("ADJUST \(me) 50 reason=x", as: "bob")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST \(me) 0.01 reason=x", as: "eve")
        #expect(scenario.answer["state"] == "pending")
    }

    @Test("Adjustments, reversals and vouchers of one person count together") func kinds() {
        let scenario = office()
        scenario.when("PAYMENTS \(me)")
        let payment = scenario.answer.rows.first?["payment"] ?? ""
        scenario.when("PAYMENT.REVERSE \(payment) reason=x amount=40", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("VOUCHERS.MAKE count=4 amount=10 expires=2019-01-01", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST \(me) 20.01 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.when("ADJUST \(me) 20 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "done")
    }

    @Test("A refund and an assignment take two persons, whatever the amount") func always() {
        let scenario = office()
        scenario.when("REFUND.REQUEST \(me) amount=1", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        let refund = scenario.answer["refund"]
        scenario.when("ADJUST.APPROVE \(refund)", as: "bob")
        scenario.then("ERR not_found field=proposal")
        scenario.when("REFUND.APPROVE \(refund)", as: "bob")
        #expect(scenario.answer["state"] == "done")
        scenario.then(me, balance: "499.00")
    }

    /// Everyone who could stand in for the same person as `ann`.
    @Test(
        "Nobody approves what they, or a principal of theirs, proposed: neither added, nor rotated, nor through a third"
    )
    func puppets() {
        let scenario = office()
        // An administrator adds an operator, and that operator is the administrator's.
        add(scenario, "puppet", .operator, by: "eve")
        add(scenario, "helper", .admin, by: "eve")
        add(scenario, "grandchild", .operator, by: "helper")
        // An administrator who rotates a secret knows it from then on, also after the next rotation by another.
        scenario.given("PRINCIPAL.ROTATE bob", as: "eve")
        scenario.given("PRINCIPAL.ROTATE bob", as: "root")
        func proposed(by author: String) -> String {
            scenario.when("ADJUST \(me) 1000 reason=theft", as: author)
            #expect(scenario.answer["state"] == "pending")
            return scenario.answer["adjustment"]
        }
        for (author, approver) in [
            ("eve", "puppet"), ("puppet", "eve"), ("eve", "grandchild"), ("grandchild", "eve"),
            ("puppet", "grandchild"), ("helper", "puppet"), ("eve", "bob"), ("bob", "eve"), ("puppet", "bob"),
            ("root", "ann"), ("ann", "root"), ("eve", "root"),
        ] {
            let proposal = proposed(by: author)
            scenario.when("APPROVE \(proposal)", as: approver)
            scenario.then("ERR not_permitted field=proposal")
            scenario.given("DECLINE \(proposal)", as: author)
        }
        let honest = proposed(by: "eve")
        scenario.when("APPROVE \(honest)", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.thenReplayIsLive()
    }

    @Test("Four eyes stay when everyone else is disabled") func disabled() {
        let scenario = office()
        for name in ["operator", "admin", "bob", "ann", "root"] {
            scenario.given("PRINCIPAL.DISABLE \(name)", as: name == "root" ? nil : "root")
        }
        scenario.when("ADJUST \(me) 1000 reason=x", as: "eve")
        #expect(scenario.answer["state"] == "pending")
        #expect(scenario.answer["approvers"] == "0")
        scenario.then(me, balance: "500.00")
    }

    @Test("The threshold adds up over all principals that one person made") func family() {
        let scenario = office()
        add(scenario, "one", .operator, by: "eve")
        add(scenario, "two", .operator, by: "eve")
        for number in ["79001234568", "79001234569"] {
            scenario.given(number: number, tariff: "none", balance: "0")
        }
        scenario.when("ADJUST \(me) 60 reason=x", as: "one")
        #expect(scenario.answer["state"] == "done")
        scenario.when("ADJUST 79001234568 40.01 reason=x", as: "two")
        #expect(scenario.answer["state"] == "pending")
        scenario.when("ADJUST 79001234569 40.01 reason=x", as: "eve")
        #expect(scenario.answer["state"] == "pending")
        // The staff of the first administrator are persons of their own.
        scenario.when("ADJUST 79001234569 100 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "done")
        scenario.thenReplayIsLive()
    }

    @Test("Nobody but the first administrator replaces its secret, because that secret makes all others") func first() {
        let scenario = office()
        scenario.when("PRINCIPAL.ROTATE root", as: "eve")
        scenario.then("ERR not_permitted field=name")
        scenario.given("PRINCIPAL.ROTATE root", as: "root")
    }

    @Test("A catalogue that lets one person move more is published by two") func thresholdRaised() {
        let scenario = office()
        func drafted(_ threshold: String, by name: String) -> String {
            scenario.given("CATALOG.DRAFT", as: name)
            let draft = scenario.answer["draft"]
            scenario.given(
                "CATALOG.PUT \(draft) terms general tariff_change_fee=0 tariff_change_free_after_days=0 \(threshold)",
                as: name)
            return draft
        }
        let draft = drafted("approval_threshold=1000000", by: "ann")
        scenario.when("CATALOG.PUBLISH \(draft)", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        let proposal = scenario.answer["proposal"]
        scenario.when("ADJUST \(me) 1000 reason=x", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.when("APPROVE \(proposal)", as: "ann")
        scenario.then("ERR not_permitted field=proposal")
        scenario.given("APPROVE \(proposal)", as: "bob")
        scenario.then(types: "proposal_approved", "catalog_published")
        scenario.when("APPROVALS", as: "bob")
        #expect(scenario.answer.rows.count == 1)
        // A lower threshold takes one person, until the catalogue says otherwise.
        scenario.when("CATALOG.PUBLISH \(drafted("approval_threshold=5 publication_approval=1", by: "ann"))", as: "ann")
        scenario.then(types: "catalog_published")
        scenario.when("CATALOG.PUBLISH \(drafted("approval_threshold=5", by: "ann"))", as: "ann")
        #expect(scenario.answer["state"] == "pending")
        scenario.thenReplayIsLive()
    }

    @Test("New staff takes two administrators as soon as another could approve it, and nobody knows its first secret")
    func newStaff() {
        let scenario = office()
        add(scenario, "ada", .admin, by: "root")
        for name in ["admin", "operator"] { scenario.given("PRINCIPAL.DISABLE \(name)", as: nil) }
        scenario.when("PRINCIPAL.ADD newcomer roles=operator", as: "eve")
        #expect(scenario.answer["state"] == "pending")
        #expect(!scenario.answer.text.contains("secret="))
        let proposal = scenario.answer["proposal"]
        for name in ["eve", "bob", "root"] {
            scenario.when("APPROVE \(proposal)", as: name)
            scenario.then("ERR not_permitted field=proposal")
        }
        scenario.given("APPROVE \(proposal)", as: "ada")
        scenario.then(types: "proposal_approved", "principal_added")
        scenario.given("PRINCIPAL.ROTATE newcomer", as: "eve")
        // A machine is no staff.
        scenario.given("PRINCIPAL.ADD portal2 roles=frontend", as: "eve")
        scenario.then(types: "principal_added")
        // It is both administrators', so neither can use it as a second person.
        scenario.when("ADJUST \(me) 1000 reason=theft", as: "newcomer")
        let move = scenario.answer["adjustment"]
        for name in ["eve", "ada"] {
            scenario.when("APPROVE \(move)", as: name)
            scenario.then("ERR not_permitted field=proposal")
        }
        scenario.given("APPROVE \(move)", as: "bob")
        scenario.thenReplayIsLive()
    }

    @Test("A correction takes no more than there is") func noDebt() {
        let scenario = office()
        scenario.when("ADJUST \(me) -500.01 reason=x", as: "ann")
        scenario.then("ERR insufficient_funds field=amount")
        scenario.when("ADJUST \(me) -500 reason=x", as: "ann")
        scenario.given("APPROVE \(scenario.answer["adjustment"])", as: "bob")
        scenario.then(me, balance: "0.00")
    }

    @Test("A proposal is decided once, and a declined one moves nothing") func declined() {
        let scenario = office()
        scenario.when("ADJUST \(me) 1000 reason=x", as: "ann")
        let proposal = scenario.answer["adjustment"]
        scenario.given("DECLINE \(proposal) reason=no", as: "bob")
        scenario.when("APPROVE \(proposal)", as: "eve")
        scenario.then("ERR not_found field=proposal")
        scenario.then(me, balance: "500.00")
        scenario.when("APPROVE 1", as: "bob")
        scenario.then("ERR not_found field=proposal")
        scenario.when("APPROVE 999999", as: "bob")
        scenario.then("ERR not_found field=proposal")
        scenario.when("APPROVALS", as: "bob")
        #expect(scenario.answer.rows.isEmpty)
    }

    @Test("Repeated requests with one id propose and approve once") func repeated() {
        let scenario = office()
        for _ in 0..<2 { scenario.when("ADJUST \(me) 1000 reason=x id=a", as: "ann") }
        #expect(scenario.answer["repeated"] == "1")
        let proposal = scenario.answer["adjustment"]
        for _ in 0..<2 { scenario.when("APPROVE \(proposal) id=b", as: "bob") }
        #expect(scenario.answer["repeated"] == "1")
        scenario.then(me, balance: "1500.00")
    }

    @Test("An approval checks the move again: what was taken back meanwhile cannot be taken back twice") func again() {
        let scenario = office()
        scenario.when("PAYMENTS \(me)")
        let payment = scenario.answer.rows.first?["payment"] ?? ""
        scenario.when("PAYMENT.REVERSE \(payment) reason=x", as: "ann")
        let first = scenario.answer["reversal"]
        scenario.when("PAYMENT.REVERSE \(payment) reason=x amount=300", as: "bob")
        let second = scenario.answer["reversal"]
        scenario.given("APPROVE \(first)", as: "bob")
        scenario.then(me, balance: "0.00")
        scenario.when("APPROVE \(second)", as: "ann")
        scenario.then("ERR limit_reached field=amount")
        scenario.when("REFUND.REQUEST \(me) amount=1", as: "ann")
        scenario.then("ERR insufficient_funds field=amount")
    }

    @Test("An account has at most sixteen moves that wait") func many() {
        let scenario = office()
        for _ in 0..<16 { scenario.given("ADJUST \(me) 1000 reason=x", as: "ann") }
        scenario.when("ADJUST \(me) 1000 reason=x", as: "ann")
        scenario.then("ERR limit_reached")
        scenario.thenReplayIsLive()
    }
}
