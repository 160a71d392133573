import Accounts
import AccountsKit
import Testing

@Suite struct SessionLimitTests {
    @Test func anEleventhSessionEndsTheOldest() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        var sessions = [cabinet.given(signedIn: "79001234567")]
        while sessions.count < AccessPolicy.sessionsPerSubscriber {
            cabinet.given("LOGIN 79001234567 \"correct horse\"")
            sessions.append(cabinet.answer["session"])
        }
        #expect(sessions.allSatisfy { cabinet.when("BALANCE 79001234567 session=\($0)", as: "frontend").isOK })

        cabinet.given("LOGIN 79001234567 \"correct horse\"")

        let live = sessions.map { cabinet.when("BALANCE 79001234567 session=\($0)", as: "frontend").isOK }
        #expect(live == [false] + Array(repeating: true, count: 9))
        cabinet.thenReplayIsLive()
    }
}
