import Accounts
import Engine
import Testing

@Suite struct PasswordHashingTests {
    init() { PasswordHashing.initialize() }

    /// Argon2id of `old horse` with 8 MiB and one pass, made by PyNaCl.
    private let older = PasswordHash(
        memoryKib: 8 * 1024, passes: 1, salt: (0..<16).map { UInt8($0) },
        digest: [
            124, 10, 176, 182, 77, 219, 167, 232, 152, 99, 147, 44, 161, 237, 82, 205, 250, 116, 96, 16, 187, 90, 202,
            249, 80, 128, 20, 48, 136, 168, 15, 42,
        ])

    @Test("A digest is checked with the parameters stored beside it")
    func aDigestIsCheckedByTheParametersThatStandBesideIt() {
        #expect(PasswordHashing.verify(Array("old horse".utf8), against: older))
        #expect(!PasswordHashing.verify(Array("new horse".utf8), against: older))
        #expect(!PasswordHashing.verify(Array("old horse".utf8), against: nil))
    }

    @Test("A digest with weaker parameters is replaced with the same salt")
    func oneOfWeakerParametersIsMadeAnewWithItsSalt() throws {
        let password = Array("old horse".utf8)
        let anew = try #require(PasswordHashing.rehash(password, of: older))
        #expect((anew.memoryKib, anew.passes) == (19 * 1024, 2))
        #expect(anew.isOfSamePassword(as: older) && anew.digest != older.digest)
        #expect(PasswordHashing.verify(password, against: anew))
        #expect(PasswordHashing.rehash(password, of: anew) == nil)
    }

    /// Memory in KiB, passes, and whether they are weaker than 19 MiB and 2.
    private static let parameters: [(UInt32, UInt32, Bool)] = [
        (19 * 1024, 2, false), (19 * 1024, 1, true), (18 * 1024, 2, true), (65_536, 3, false),
        // Neither is plainly weaker: each has more of one, less of the other.
        (65_536, 1, false), (8192, 4, false),
    ]

    @Test("Parameters are weaker if one is lower and none is higher", arguments: parameters)
    func weakerIsLessOfOneAndMoreOfNone(memoryKiB: UInt32, passes: UInt32, isWeaker: Bool) {
        let hash = PasswordHash(memoryKib: memoryKiB, passes: passes, salt: [], digest: [])
        #expect(hash.isWeaker(thanMemoryKiB: 19 * 1024, passes: 2) == isWeaker)
    }
}
