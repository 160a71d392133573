import Testing

@testable import Accounts

@Suite("The filter of keys")
struct KeyFilterTests {
    /// Keys like hashes: with evenly distributed bits.
    private struct Keys {
        var state: UInt64

        mutating func word() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }

        mutating func next() -> Hash128 { Hash128(high: word(), low: word()) }
    }

    @Test("holds every added key in its layers, and reports few other keys as known")
    func findsAllAndFewMore() {
        var filter = KeyFilter()
        let count = (1 << 20) + 200_000
        var keys = Keys(state: 1)
        for _ in 0..<count { filter.insert(keys.next()) }

        keys = Keys(state: 1)
        var missing = 0
        for _ in 0..<count where !filter.mayHave(keys.next()) { missing += 1 }
        #expect(missing == 0)

        var strangers = Keys(state: 2)
        var taken = 0
        for _ in 0..<200_000 where filter.mayHave(strangers.next()) { taken += 1 }
        #expect(taken < 200_000 / 300, "\(taken) of 200,000 new keys were taken for known")
    }

    @Test("holds no key while it is empty")
    func emptyHasNothing() {
        var keys = Keys(state: 3)
        let filter = KeyFilter()
        for _ in 0..<1000 { #expect(!filter.mayHave(keys.next())) }
    }
}
