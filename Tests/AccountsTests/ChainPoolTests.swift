/// Given chains of several accounts in one pool, when elements come and go, then each chain is a list of its own.

import ScenarioKit
import TestSupport
import Testing

@testable import Accounts

@Suite("Chains in a pool") struct ChainPoolTests {
    private struct Element: Chained {
        let value: Int
        var next: UInt32 = 0
    }

    @Test("A chain behaves like an array, and other chains do not disturb it") func arrays() {
        var random = SplitMix64(seed: 30)
        var pool = ChainPool<Element>()
        var heads = [UInt32](repeating: 0, count: 4)
        var arrays = [[Int]](repeating: [], count: 4)
        for value in 0..<2000 {
            let chain = Int(random.next() % 4)
            switch random.next() % 3 {
            case 0, 1:
                pool.append(Element(value: value), to: &heads[chain])
                arrays[chain].append(value)
            default:
                let modulus = Int(random.next() % 7 + 1)
                pool.remove(from: &heads[chain]) { $0.value % modulus == 0 }
                arrays[chain].removeAll { $0 % modulus == 0 }
            }
            for chain in 0..<4 {
                var values: [Int] = []
                pool.forEach(from: heads[chain]) { values.append($0.value) }
                #expect(values == arrays[chain])
            }
            #expect(pool.count == arrays.reduce(0) { $0 + $1.count })
        }
    }

    @Test("An edit stops at the entry where its body stops it") func edit() {
        var pool = ChainPool<Element>()
        var (head, last): (UInt32, UInt32) = (0, 0)
        for value in 1...3 { pool.append(Element(value: value), to: &head, after: &last) }
        var seen: [Int] = []
        pool.edit(from: head) { element in
            seen.append(element.value)
            return element.value == 2
        }
        #expect(seen == [1, 2])
    }
}
