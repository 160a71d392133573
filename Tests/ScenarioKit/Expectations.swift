/// Then: the expected results, and failure texts that show the difference.

package import Accounts
internal import EventLog
package import Testing

extension Scenario {
    /// Checks that the closing line begins with these words and has these fields, in any order, among others: `OK
    /// balance=40.00` or `ERR insufficient_funds`.
    package func then(_ expected: String, _ why: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
        let words = expected.split(separator: " ")
        let line = answer.text.split(separator: "\n").last ?? ""
        let found = line.split(separator: " ")
        let missing = words.filter { !found.contains($0) }
        if !missing.isEmpty || found.first != words.first {
            Issue.record(
                """
                the reply is not as expected \(why)
                    expected \(expected)
                    answered \(line)
                    missing  \(missing.joined(separator: " "))
                """, sourceLocation: sourceLocation)
        }
        if words.first == "ERR" { thenNothingChanged(sourceLocation: sourceLocation) }
    }

    /// Checks that nothing was appended but records of sign-in attempts.
    package func thenNothingChanged(sourceLocation: SourceLocation = #_sourceLocation) {
        let changes = events.filter { !$0.traits.isSignIn }
        if !changes.isEmpty {
            Issue.record("events were appended: \(changes.map(\.typeName))", sourceLocation: sourceLocation)
        }
    }

    /// Checks that exactly these events were appended, in this order.
    package func then(_ expected: Event..., sourceLocation: SourceLocation = #_sourceLocation) {
        guard events != expected else { return }
        var words = ["the events are not as expected"]
        for index in 0..<max(events.count, expected.count) {
            let wanted = index < expected.count ? "\(expected[index])" : "nothing"
            let found = index < events.count ? "\(events[index])" : "nothing"
            if wanted != found { words += ["  event \(index + 1)", "    expected \(wanted)", "    appended \(found)"] }
        }
        Issue.record(Comment(rawValue: words.joined(separator: "\n")), sourceLocation: sourceLocation)
    }

    /// The types of the events that were appended.
    package func then(types: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(events.map(\.typeName) == types, sourceLocation: sourceLocation)
    }

    /// Checks the projections' values for a number; values that are not named are not checked.
    package func then(
        _ msisdn: String, balance: String? = nil, tariff: String? = nil, status: Subscriptions.Status? = nil,
        options: [String]? = nil, spent: String? = nil, registered: Bool? = nil, group: UInt32?? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var differences: [String] = []
        func compare<T: Equatable>(_ name: String, _ expected: T?, _ found: T) {
            if let expected, expected != found { differences.append("  \(name): expected \(expected), found \(found)") }
        }
        let now = now
        look { state in
            guard let account = MSISDN(text: msisdn.utf8).flatMap({ state.directory.find($0) }) else {
                differences.append("  there is no such subscriber")
                return
            }
            let product = state.subscriptions.tariff(account)
            var names: [String] = []
            state.subscriptions.forEachOption(account) { names.append(state.catalog.key(UInt32($0.offering))) }
            let month = state.clock(of: account).month(of: now)
            compare("balance", balance, "\(state.balances[account])")
            compare("tariff", tariff, state.catalog.key(UInt32(product.offering)))
            compare("status", status, product.status)
            compare("options", options, names)
            compare("spent", spent, state.balances.spent(account, since: month.start).map { "\($0)" } ?? "not known")
            compare("registered", registered, state.access.isRegistered(account))
            compare("group", group, state.organizations.group(of: account))
        }
        if !differences.isEmpty {
            Issue.record(
                Comment(rawValue: "\(msisdn) is not as expected\n" + differences.joined(separator: "\n")),
                sourceLocation: sourceLocation)
        }
    }

    /// Checks that the log alone makes the same state, projection by projection, and that the books balance at every
    /// position.
    package func thenReplayIsLive(sourceLocation: SourceLocation = #_sourceLocation) {
        let replayed = replayed()
        for (live, again) in zip(digests, replayed.state.digests) where live.digest != again.digest {
            Issue.record("\(live.name) differs after a replay", sourceLocation: sourceLocation)
        }
        do {
            let differences = try differencesOfOwnEvents(at: look { $0.position })
            #expect(differences == [], "an account's own events make its rows", sourceLocation: sourceLocation)
        } catch { Issue.record("the log cannot be read: \(error)", sourceLocation: sourceLocation) }
        #expect(replayed.unbalanced.isEmpty, "the books balance at every position", sourceLocation: sourceLocation)
    }
}
