import Foundation
import NIOSSL
import Testing

@testable import Server

/// The principal that a client certificate names, for any bytes.
@Suite struct CertificateNameTests {
    @Test func theCommonNameIsThePrincipal() throws {
        #expect(name(certificate) == "portal-evil")
    }

    /// UTF8String, PrintableString, IA5String and TeletexString give the same text for the same bytes.
    @Test(arguments: [0x0c, 0x13, 0x16, 0x14] as [UInt8]) func theEncodingOfTheNameDoesNotMatter(tag: UInt8) throws {
        #expect(name(try changed(at: -2, to: [tag])) == "portal-evil")
    }

    @Test(
        "A Common Name that is not a valid principal's name is ignored",
        arguments: [
            "portal\u{0}evil", "portal\nevil", "portal evil", "Portal-evil", "portal/evil", "portal=evil",
            "portal\u{7f}evil",
            "p\u{f6}rtal-evi", "p\u{43e}rtal-evi", "           ",
        ])
    func aNameThatNoPrincipalHasIsNone(_ text: String) throws {
        let bytes = Array(text.utf8)
        try #require(bytes.count == 11)
        #expect(name(try changed(at: 0, to: bytes)) == nil)
    }

    @Test(
        "Bytes without a Common Name give no principal",
        arguments: [
            // Not UTF-8; two bytes a character, and four, for which eleven bytes do not fit; no string at all.
            (0, [0xff]), (0, [0xc0, 0xaf]), (-2, [0x1e]), (-2, [0x1c]), (-2, [0x04]), (-2, [0x30]),
            // Wrong lengths.
            (-1, [0x00]), (-1, [0x0a]), (-1, [0x0c]), (-1, [0x7f]), (-1, [0x80]), (-1, [0x84]), (-1, [0xff]),
            // The organisation's name, and an unknown identifier.
            (-3, [0x0a]), (-3, [0x7f]),
        ] as [(Int, [UInt8])])
    func whatIsNoCommonNameIsNoPrincipal(offset: Int, bytes: [UInt8]) throws {
        #expect(name(try changed(at: offset, to: bytes)) == nil)
    }

    /// The issuer's name is admin.
    @Test("Random bytes give a valid name or none") func anyBytesMakeANameOfAPrincipalOrNone() throws {
        let seed = UInt64.random(in: 1...UInt64(Int64.max))
        print("hostile certificates: seed \(seed)")
        var random = Xorshift(state: seed)
        for _ in 0..<5000 {
            var bytes = certificate
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let name = name(bytes) else { continue }
            #expect(name != "admin")
            #expect((1...64).contains(name.utf8.count))
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "-_.".contains($0)) })
        }
    }

    private func name(_ bytes: [UInt8]) -> String? {
        (try? NIOSSLCertificate(bytes: bytes, format: .der))?.principalName
    }

    /// The certificate with other bytes at an offset from the first byte of the subject's Common Name. Before that byte
    /// are the end of the identifier, the string's type and its length.
    private func changed(at offset: Int, to bytes: [UInt8]) throws -> [UInt8] {
        var changed = certificate
        let found = Data(certificate).range(of: Data("portal-evil".utf8))
        let start = try #require(found).lowerBound + offset
        changed.replaceSubrange(start..<(start + bytes.count), with: bytes)
        return changed
    }

    private struct Xorshift: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    /// The subject is CN=portal-evil, the issuer CN=admin.
    private let certificate = Array(
        Data(
            base64Encoded: """
                MIHPMIGCAgEBMAUGAytlcDAQMQ4wDAYDVQQDDAVhZG1pbjAgFw0yNjExMjUxMTAyNTlaGA8yMTI2MTEwMTExMDI1OVowFjEUMBIG \
                A1UEAwwLcG9ydGFsLWV2aWwwKjAFBgMrZXADIQBXv5757P2DXug5s/KZL9bZZHVooa0cWh+qkCxbbWGk7jAFBgMrZXADQQB+MYHd \
                b3Aco+2ar4/OspSr0RjEwFKQL6EFOoJl28ARyjV4gkxgbgU78FY9VyM+0W3f/LmJPkRRhjXIPm8VB/EM
                """.replacing(" ", with: "")) ?? Data())
}
