import Accounts
import Testing

@Suite("XXH64")
struct XXH64Tests {
    private static let seeds: [UInt64] = [0, 1, 0x9E37_79B9_7F4A_7C15]

    /// Hashes of the first bytes of `pattern`, by the reference implementation (PyPI xxhash), with each of the seeds.
    private static let vectors: [(count: Int, hashes: [UInt64])] = [
        (0, [0xef46db3751d8e999, 0xd5afba1336a3be4b, 0xc4349fc93c010000]),
        (1, [0xa96c7f0ce858bbb7, 0x0766883a0a47a96a, 0x585882422a6165e7]),
        (3, [0x56e6957632a487f9, 0x598afe4fbb09d9f6, 0x5acb303e78133c22]),
        (4, [0xc60d15b1e3ff8f04, 0x5e9f99aa13de2d02, 0x7d51d5e2461732b3]),
        (5, [0x808815858624dd4e, 0xb15c817d13965acf, 0x7f8b72856a42bb63]),
        (7, [0xafbefc3d6c6f9a8e, 0xbd99f1fa0de7b9a4, 0x2ce9adec2b2c8104]),
        (8, [0x3da5c7aa269683e0, 0x1b4e043a4021aa18, 0x758848f033fa76a2]),
        (11, [0x1fc070e44716bd8e, 0x7436a247f2927a92, 0xe96560d0aa53cb57]),
        (12, [0x8fe8ab1c1fd0666e, 0xaaf19ec96e7722cd, 0xeaa6d4d803d21fd7]),
        (16, [0xa19ad429b02bc413, 0x78b588afc3e5e956, 0xe3594f9058b426e7]),
        (31, [0x4a74f3a1a39ad4a1, 0xd7ac4f4bea4e460a, 0x8137041f5af88413]),
        (32, [0x8d57d6a4671cc43d, 0x8f666909cfd00cc8, 0x184ebcf3745cd46c]),
        (33, [0x62c9fd21ed857664, 0xb1575979b72c805a, 0x52fac3c981f3cc2e]),
        (39, [0x1789542489e59cc4, 0x7ce6e8e101e3642c, 0x5661126b7efaf137]),
        (40, [0x49b45332e280f187, 0x4ea2e43cf7f9bda8, 0x36758d31812c0e57]),
        (63, [0x5c320a0d2707057f, 0x61b9cb220da77a86, 0x64ef99a2e94cc7bd]),
        (64, [0x7bbabbc45729d17e, 0xee10eee981202ce9, 0xf7f22435fe1ab128]),
        (65, [0xf3980c34bae65dc1, 0xb99a8864d5005b72, 0x7a0b76a812617c73]),
        (100, [0xefa0ad2d3e70c151, 0xcd8103aecd2ed5cf, 0xbc7ab33be7528c18]),
        (255, [0x2c3db4bb567f731e, 0xee611f8ee99c1e80, 0x76dc2ba578c894b9]),
        (1000, [0x99594f4828043d35, 0x31db8080bc8eb541, 0xda717f741f399f3f]),
    ]

    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 + 7) }
    }

    @Test("gives the reference implementation's hashes at once")
    func oneShot() {
        for (count, hashes) in Self.vectors {
            let bytes = Self.pattern(count)
            for (seed, expected) in zip(Self.seeds, hashes) {
                #expect(XXH64.hash(bytes.span.bytes, seed: seed) == expected, "\(count) bytes, seed \(seed)")
                #expect(bytes.withUnsafeBytes { XXH64.hash($0, seed: seed) } == expected)
            }
        }
    }

    @Test("gives the same hashes in pieces, however the bytes are cut")
    func incremental() {
        var generator = SplitMix64(seed: testSeed())
        for (count, hashes) in Self.vectors {
            let bytes = Self.pattern(count)
            for (seed, expected) in zip(Self.seeds, hashes) {
                for _ in 0..<20 {
                    var hash = XXH64(seed: seed)
                    var rest = bytes[...]
                    while !rest.isEmpty {
                        let piece = rest.prefix(Int(generator.next() % 70))
                        hash.update(Array(piece))
                        rest = rest.dropFirst(piece.count)
                    }
                    #expect(hash.finalize() == expected, "\(count) bytes, seed \(seed)")
                }
            }
        }
    }

    @Test("continues after its hash was read")
    func finalizeReads() {
        var hash = XXH64()
        hash.update([1, 2, 3])
        #expect(hash.finalize() == hash.finalize())
        hash.update([4])
        #expect(hash.finalize() == XXH64.hash(([1, 2, 3, 4] as [UInt8]).span.bytes))
    }
}
