import Accounts
import ScenarioKit
import Testing

@Suite struct SessionLimitTests {
    @Test func anEleventhSessionEndsTheOldest() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        var sessions = [scenario.given(signedIn: "79001234567")]
        while sessions.count < AccessPolicy.sessionsPerSubscriber {
            scenario.given("LOGIN 79001234567 \"correct horse\"")
            sessions.append(scenario.answer["session"])
        }
        #expect(sessions.allSatisfy { scenario.when("BALANCE 79001234567 session=\($0)", as: "frontend").isOK })

        scenario.given("LOGIN 79001234567 \"correct horse\"")

        let live = sessions.map { scenario.when("BALANCE 79001234567 session=\($0)", as: "frontend").isOK }
        #expect(live == [false] + Array(repeating: true, count: 9))
        scenario.thenReplayIsLive()
    }
}
