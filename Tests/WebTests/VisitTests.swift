import Foundation
import PrivateFiles
import Testing

@testable import Web

@Suite("Visits in sealed cookies") struct VisitTests {
    let ring = KeyRing(secrets: [randomBytes(32)])
    let cookie = VisitCookie(isSecure: true)

    private func cookies(_ header: String) -> RequestCookies {
        RequestCookies([String(header.prefix { $0 != ";" })])
    }

    @Test("A visit comes back from its cookie as it was") func comesBack() throws {
        var visit = Visit()
        visit.signIn(Visit.SignIn(session: "token", own: "79001234567"))
        visit.setLinked(["79001234568"])
        visit.notice = Visit.Notice("Готово")
        #expect(cookie.read(cookies(cookie.header(for: visit, ring)), ring) == visit)
    }

    @Test("A cookie behind TLS has the prefix __Host- and what it needs, and one on loopback is HttpOnly too")
    func attributes() {
        let secure = cookie.header(for: Visit(), ring)
        #expect(secure.hasPrefix("__Host-kabinet="))
        #expect(secure.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Secure"))
        let plain = VisitCookie(isSecure: false).header(for: Visit(), ring)
        #expect(plain.hasPrefix("kabinet="))
        #expect(plain.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
    }

    @Test("A cookie with one changed character is no cookie", arguments: 0..<40) func isAuthentic(_ place: Int) {
        var header = Array(cookie.header(for: Visit(), ring).prefix { $0 != ";" })
        let index = "__Host-kabinet=".count + place
        header[index] = header[index] == "A" ? "B" : "A"
        #expect(cookie.read(RequestCookies([String(header)]), ring) == nil)
    }

    @Test("A cookie of another site, or sealed for another purpose, is no cookie") func isOfThisSite() {
        let other = KeyRing(secrets: [randomBytes(32)])
        #expect(cookie.read(cookies(cookie.header(for: Visit(), other)), ring) == nil)
        let plain = VisitCookie(isSecure: false).header(for: Visit(), ring)
        #expect(cookie.read(cookies("__Host-" + plain), ring) == nil)
    }

    @Test("After a rotation former cookies are good, until their key leaves the ring") func rotation() {
        let (first, second) = (randomBytes(32), randomBytes(32))
        let visit = Visit()
        let header = cookie.header(for: visit, KeyRing(secrets: [first]))
        #expect(cookie.read(cookies(header), KeyRing(secrets: [second, first])) == visit)
        #expect(cookie.read(cookies(header), KeyRing(secrets: [second])) == nil)
    }

    @Test("A cookie never shows the session or the number") func isSealed() {
        var visit = Visit()
        visit.signIn(Visit.SignIn(session: "session-token", own: "79001234567"))
        let header = cookie.header(for: visit, ring)
        let value = header.dropFirst("__Host-kabinet=".count).prefix { $0 != ";" }
        let text = String(decoding: bytes(base64URL: String(value)) ?? [], as: UTF8.self)
        for secret in ["session-token", "79001234567", visit.id] {
            #expect(!header.contains(secret))
            #expect(!text.contains(secret))
        }
    }

    @Test("A cookie with as many linked numbers as it may hold fits into 4,096 bytes") func fits() {
        var visit = Visit()
        visit.signIn(Visit.SignIn(session: base64URL(randomBytes(32)), own: "79001234567"))
        visit.setLinked((0..<100).map { "790012340\($0 + 10)" })
        visit.challenge = Visit.Challenge(.link, token: base64URL(randomBytes(16)), msisdn: "79001234567")
        visit.notice = Visit.Notice(String(repeating: "Ж", count: 200))
        visit.next = "/statement?" + String(repeating: "x", count: 180)
        visit.chosen = .statement(
            Visit.StatementOrder(
                email: String(repeating: "a", count: 242) + "@example.org", from: "2026-11-01", to: "2026-11-30",
                ordered: "30\u{a0}сентября 2026, 12:05"))
        #expect(cookie.header(for: visit, ring).utf8.count <= 4096)
    }

    @Test("A visit that is too long for a cookie loses its draft, and not its session") func shortened() {
        var visit = Visit()
        visit.signIn(Visit.SignIn(session: "token", own: "79001234567"))
        visit.next = "/" + String(repeating: "\u{1}", count: 1000)
        let header = cookie.header(for: visit, ring)
        #expect(header.utf8.count <= 4096)
        #expect(cookie.read(cookies(header), ring)?.signIn?.session == "token")
    }

    @Test("Signing in and signing out begin another visit, so that forms of before are refused") func beginsAnew() {
        var visit = Visit()
        let first = visit.id
        visit.signIn(Visit.SignIn(session: "s", own: "79001234567"))
        let second = visit.id
        visit.signOut()
        #expect(Set([first, second, visit.id]).count == 3)
        #expect(visit.signIn == nil)
    }

    @Test("Only the own number and managed ones can be shown, and a number that was unlinked is shown no more")
    func showsManagedNumbers() {
        var visit = Visit()
        visit.signIn(Visit.SignIn(session: "s", own: "79001234567"))
        visit.setLinked(["79001234568"])
        visit.show("79009999999")
        #expect(visit.signIn?.shown == "79001234567")
        visit.show("79001234568")
        #expect(visit.signIn?.shown == "79001234568")
        visit.setLinked([])
        #expect(visit.signIn?.shown == "79001234567")
    }
}

@Suite("The file of keys") struct KeyRingFileTests {
    private func inDirectory(_ test: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kabinet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        try test(directory.appending(path: "keys").path)
    }

    @Test("The first start makes the file for its owner alone, and the next start reads the same keys")
    func firstStart() throws {
        try inDirectory { path in
            let first = try KeyRingFile(path)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let sealed = first.current.seal(Array("text".utf8), for: "test")
            #expect(try KeyRingFile(path).current.open(sealed, for: "test") == Array("text".utf8))
        }
    }

    @Test("A rotation keeps the last four keys") func rotation() throws {
        try inDirectory { path in
            let file = try KeyRingFile(path)
            let sealed = file.current.seal(Array("text".utf8), for: "test")
            for _ in 0..<4 { try KeyRingFile.rotate(path) }
            try file.reload()
            #expect(file.current.open(sealed, for: "test") != nil)
            try KeyRingFile.rotate(path)
            try file.reload()
            #expect(file.current.open(sealed, for: "test") == nil)
        }
    }

    @Test("A process that meets a cookie of a new key reads the file again, at most once a second")
    func anotherProcess() throws {
        try inDirectory { path in
            let file = try KeyRingFile(path)
            try KeyRingFile.rotate(path)
            let sealed = try KeyRingFile(path).current.seal(Array("text".utf8), for: "test")
            #expect(!file.current.knowsKey(of: sealed))
            #expect(file.reread() == nil)
            Thread.sleep(forTimeInterval: 1.1)
            #expect(file.reread()?.open(sealed, for: "test") != nil)
            #expect(file.current.knowsKey(of: sealed))
        }
    }

    @Test("A file that others can read, and one without a good key, are refused with the way out")
    func refusals() throws {
        try inDirectory { path in
            try writePrivateFile(path, Array("not a key\n".utf8))
            #expect(throws: PrivateFileError.self) { try KeyRingFile(path) }
            try FileManager.default.removeItem(atPath: path)
            _ = try KeyRingFile(path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let error = #expect(throws: PrivateFileError.self) { try KeyRingFile(path) }
            #expect(error?.description.contains("chmod 600") == true)
        }
    }
}
