import Accounts
import ScenarioKit
import Testing

@testable import Cabinet

@Suite("The cabinet's commands") struct VerbTests {
    /// Commands that a subscriber does not use in a browser: organisations' commands have a cabinet of their own, and a
    /// device key belongs to an app.
    private static func isElsewhere(_ verb: String) -> Bool {
        verb.hasPrefix("ORG") || verb.hasPrefix("GROUP") || ["PIN", "PUK", "DEVICE.ADD", "LOGIN.DEVICE"].contains(verb)
    }

    private static var specs: [CommandSpec] {
        Scenario.specs.filter { !$0.isRESPOnly && $0.roles.contains(.frontend) && !isElsewhere($0.verb) }
    }

    @Test("The pages send every command that is open to a front end, and no other") func coverage() {
        #expect(Set(Verb.all.map(\.name)) == Set(Self.specs.map(\.verb)))
        #expect(Set(Verb.all.map(\.name)).count == Verb.all.count)
    }

    @Test("A command is sent with id= exactly if it takes one, and with session= exactly if it takes one")
    func arguments() throws {
        for spec in Self.specs {
            let verb = try #require(Verb.all.first { $0.name == spec.verb })
            let names = Set(spec.parameters.map { "\($0.name)" })
            #expect(verb.takesID == names.contains("id"), "\(spec.verb)")
            #expect(verb.takesSession == names.contains("session"), "\(spec.verb)")
        }
    }

    @Test("A command that may be sent twice without id= changes nothing") func repeats() throws {
        for spec in Self.specs {
            let verb = try #require(Verb.all.first { $0.name == spec.verb })
            #expect(verb.isRead == (spec.effect == .read), "\(spec.verb)")
        }
    }
}
