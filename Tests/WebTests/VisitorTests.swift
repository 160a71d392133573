import Testing

@testable import Web

@Suite("Visitors' addresses and limits") struct VisitorTests {
    @Test("X-Forwarded-For counts from its end, as far as trusted proxies wrote it") func forwarded() {
        let trusted = [AddressRange("10.0.0.0/8"), AddressRange("127.0.0.1")].compactMap { $0 }
        func address(_ peer: String, _ header: String...) -> String {
            visitorAddress(peer: peer, forwardedFor: header, trusted: trusted)
        }
        #expect(address("203.0.113.7", "198.51.100.1") == "203.0.113.7")
        #expect(address("127.0.0.1", "198.51.100.1") == "198.51.100.1")
        #expect(address("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.1.1.1") == "203.0.113.9")
        #expect(address("127.0.0.1", "198.51.100.1", "10.1.1.1") == "198.51.100.1")
        #expect(address("127.0.0.1", "forged") == "127.0.0.1")
        #expect(address("127.0.0.1") == "127.0.0.1")
    }

    @Test("A range contains what its bits say, and a wrong one is none") func ranges() throws {
        let range = try #require(AddressRange("192.168.128.0/17"))
        #expect(range.contains("192.168.200.1"))
        #expect(!range.contains("192.168.1.1"))
        #expect(!range.contains("::1"))
        #expect(AddressRange("::/0")?.contains("2001:db8::1") == true)
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "x", "1.2.3.4/-1"] { #expect(AddressRange(wrong) == nil) }
    }

    @Test("The /64 of an IPv6 address counts as one, and an IPv4 address in IPv6 notation as itself") func keys() {
        #expect(limitKey(ofAddress: "2001:db8:1:2::1") == limitKey(ofAddress: "2001:db8:1:2:ffff::9"))
        #expect(limitKey(ofAddress: "2001:db8:1:2::1") != limitKey(ofAddress: "2001:db8:1:3::1"))
        #expect(limitKey(ofAddress: "::ffff:203.0.113.7") == "203.0.113.7")
        #expect(limitKey(ofAddress: "203.0.113.7") == "203.0.113.7")
    }

    @Test("An IPv4 proxy is trusted on a socket for both kinds of addresses") func mapped() {
        let trusted = [AddressRange("127.0.0.1")].compactMap { $0 }
        let address = visitorAddress(peer: "::ffff:127.0.0.1", forwardedFor: ["198.51.100.1"], trusted: trusted)
        #expect(address == "198.51.100.1")
    }

    @Test("An address has at most so many connections, and a trusted proxy any number") func connections() {
        let proxy = [AddressRange("10.0.0.1")].compactMap { $0 }
        let connections = AddressConnections(maximum: 2, unbounded: proxy)
        #expect(connections.begin("203.0.113.7"))
        #expect(connections.begin("203.0.113.7"))
        #expect(!connections.begin("203.0.113.7"))
        #expect(connections.begin("203.0.113.8"))
        for _ in 0..<5 { #expect(connections.begin("10.0.0.1")) }
        connections.end("203.0.113.7")
        #expect(connections.begin("203.0.113.7"))
    }

    @Test("A number counts as one, however it is written") func numbers() {
        let ways = ["+7 900 123-45-67", "89001234567", "9001234567", "79001234567"]
        #expect(Set(ways.map { limitKey(ofNumber: $0) }) == ["9001234567"])
    }

    @Test("A burst is allowed, then one after each interval") func bucket() {
        let limits = VisitorLimits(.init(burst: 3, perSecond: 0.5))
        let now = ContinuousClock.now
        for _ in 0..<3 { #expect(limits.take("a", at: now) == nil) }
        #expect(limits.take("a", at: now) == 2)
        #expect(limits.take("b", at: now) == nil)
        #expect(limits.take("a", at: now + .seconds(2)) == nil)
        #expect(limits.take("a", at: now + .seconds(2)) == 2)
    }
}
