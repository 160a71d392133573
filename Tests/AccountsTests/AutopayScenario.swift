/// A subscriber with a stored card, for the tests of automatic payments.

import Accounts
import ScenarioKit
import TestSupport
import Testing

final class AutopayScenario {
    static let me = "79001234567"
    static let card = "tok_7Jk2mQ9x"

    let scenario: Scenario
    let session: String
    private var records = 0

    /// Two acquirers take cards: the bank, which stored the subscriber's, and the kit's. The balance is what the card
    /// paid. A message costs 2.00. `terms` are added to the catalogue's.
    init(at time: String = "2018-03-01T09:00:00Z", region: String = "msk", balance: String = "100", terms: String = "")
    {
        var catalog = Array(SampleCatalog.requests.dropLast())
        catalog.append("CATALOG.PUT 1 region vvo name=Владивосток offsets=600")
        if !terms.isEmpty { catalog.append("CATALOG.PUT 1 terms general \(terms)") }
        scenario = Scenario(at: time, catalog: catalog + ["CATALOG.PUBLISH 1"])
        scenario.given("PRINCIPAL.ADD bank roles=payments methods=card")
        scenario.given(subscriber: Self.me, region: region)
        session = scenario.given(signedIn: Self.me)
        store(Self.card, paying: balance)
    }

    /// A payment of the subscriber's stores a card.
    func store(_ card: String, paying amount: String = "1", at acquirer: String = "bank") {
        scenario.given("TOPUP.REQUEST \(Self.me) \(amount) method=card session=\(session)", as: "frontend")
        let request = scenario.answer["request"]
        scenario.given(
            "TOPUP \(Self.me) \(amount) ref=\(card) request=\(request) card=\(card) card_last4=4242", as: acquirer)
    }

    /// AUTOPAY.SET with these arguments beside the card and the amount.
    func order(_ arguments: String, amount: String = "300", card: String = AutopayScenario.card) {
        scenario.when(
            "AUTOPAY.SET \(Self.me) card=\(card) amount=\(amount) \(arguments) reauth=\"correct horse\""
                + " session=\(session)", as: "frontend")
    }

    /// Sends so many messages, at 2.00 each.
    func spend(messages: Int = 1) {
        records += 1
        scenario.when(
            "USAGE \(Self.me) kind=sms direction=out peer=79990001122 start=\(scenario.now) messages=\(messages)"
                + " source=m n=\(records)")
    }

    /// The number of the request for the automatic payment that is under way; empty if there is none.
    var request: String { scenario.when("AUTOPAY \(Self.me)")["request"] }

    /// The requests that the bank sees.
    var listed: [String?] { scenario.when("PAYMENT.REQUESTS", as: "bank").rows.map { $0["request"] } }

    func refuse(_ request: String, _ more: String = "") {
        scenario.when("PAYMENT.REFUSE \(request) reason=declined \(more)", as: "bank")
    }

    func pay(_ request: String, _ amount: String = "300", ref: String = "auto") {
        scenario.when("TOPUP \(Self.me) \(amount) ref=\(ref) request=\(request)", as: "bank")
    }
}

extension Scenario.Answer {
    /// The last row's value of a field.
    func last(_ field: String) -> String? { rows.last.flatMap { $0[field] } }
}
