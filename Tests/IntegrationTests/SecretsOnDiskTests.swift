/// Nothing secret is on disk. Values that cannot be there by chance go through every command that takes or returns one.
/// Then every byte of the data directory and of the service's own log is searched for them.

import Foundation
import Testing

@Suite(.realProcess)
struct SecretsOnDiskTests {
    private let numbers = [79_313_350_101, 79_313_350_102, 79_313_350_103]

    @Test("No PIN, PUK, password, code, token, name or secret of a principal is in any file")
    func nothingSecret() throws {
        try Service.run(["--log-level", "trace"]) { service in
            let admin = try service.signIn()
            var secrets: [String: String] = [:]
            var codes: [String] = []
            for (index, number) in numbers.enumerated() {
                codes += try subscribe(number, "\(index)", admin, &secrets)
            }
            try gather(admin, &secrets)
            try refuse(service, admin, &secrets)
            try admin.expectOK("BACKUP \(service.home)/backup")
            // Covers what a replay and a clean stop write, too.
            try service.killHard()
            try service.restart()
            #expect(try service.terminate() == .exited(0))

            let files = try readFiles(service)
            #expect(files.keys.contains { $0.hasSuffix("log/data.mdb") })
            #expect(files.keys.contains { $0.hasSuffix("vault/data.mdb") })
            // Given that the search finds a text that is not secret,
            #expect(occurrences(of: "public-ref-0", in: files) != [])
            // then it finds none of these, in any encoding.
            for (name, secret) in secrets { #expect(occurrences(of: secret, in: files) == [], "\(name)") }
            // Six digits are somewhere by chance, but not all of them.
            #expect(codes.count == 3 * numbers.count)
            #expect(codes.contains { occurrences(of: $0, in: files).isEmpty })
        }
    }

    private func subscribe(
        _ number: Int, _ mark: String, _ admin: LineConnection, _ secrets: inout [String: String]
    ) throws -> [String] {
        let pin = digits(8)
        let puk = digits(8)
        let old = "пароль " + text()
        let new = "password-" + text()
        try admin.activate(number, pin: pin, puk: puk)
        let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
        let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.first?["code"])
        try admin.expectOK("CONFIRM \(challenge) \(code) password=\"\(old)\"")
        let first = try #require(try admin.expectOK("LOGIN \(number) \"\(old)\"")["session"])
        try admin.expectOK("TOPUP \(number) 10 ref=public-ref-\(mark)")
        try admin.expectOK("PASSWORD.CHANGE \(number) old=\"\(old)\" new=\(new) session=\(first)")
        let second = try #require(try admin.expectOK("LOGIN \(number) \(new)")["session"])
        // Signs in by a code, then by another code, and by the phone; then sets another password.
        func sent(_ purpose: String) throws -> String {
            let rows = try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows
            return try #require(rows.last { $0["purpose"] == purpose }?["code"])
        }
        let signIn = try #require(try admin.expectOK("LOGIN.CODE \(number)")["challenge"])
        let signInCode = try sent("sign_in")
        let third = try #require(try admin.expectOK("CONFIRM \(signIn) \(signInCode)")["session"])
        let device = "Телефон " + text()
        try admin.expectOK(
            "DEVICE.ADD name=\"\(device)\" public_key=\(Self.publicKey) reauth=\(new) session=\(third)")
        let push = try #require(try admin.expectOK("LOGIN.PUSH \(number)")["challenge"])
        try admin.expectOK("PUSH.REPLY \(number) 1")
        let fourth = try #require(try admin.expectOK("CHALLENGE \(push)")["session"])
        let recovery = try #require(try admin.expectOK("PASSWORD.RECOVER \(number)")["challenge"])
        let recoveryCode = try sent("recover")
        let recovered = "recovered-" + text()
        try admin.expectOK("CONFIRM \(recovery) \(recoveryCode) password=\(recovered)")
        let fifth = try #require(try admin.expectOK("LOGIN \(number) \(recovered)")["session"])
        try admin.expectOK("LOGOUT session=\(fifth)")
        secrets.merge([
            "pin \(mark)": pin, "puk \(mark)": puk, "first password \(mark)": old, "second password \(mark)": new,
            "first session \(mark)": first, "second session \(mark)": second, "third session \(mark)": third,
            "fourth session \(mark)": fourth, "fifth session \(mark)": fifth, "device \(mark)": device,
            "recovered password \(mark)": recovered,
        ]) { $1 }
        return [code, signInCode, recoveryCode]
    }

    private static let publicKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    private func gather(_ admin: LineConnection, _ secrets: inout [String: String]) throws {
        let name = "ООО Жимолость " + text()
        let group = "Отдел " + text()
        let org = try #require(try admin.expectOK("ORG.CREATE name=\"\(name)\" inn=7707083893")["org"])
        try admin.expectOK("ORG.ADD \(org) \(numbers[0])")
        try admin.expectOK("ORG.ADMIN.ADD \(org) \(numbers[1])")
        let password = try #require(secrets["recovered password 1"])
        let session = try #require(try admin.expectOK("LOGIN \(numbers[1]) \(password)")["session"])
        for verb in ["PIN", "PUK"] {
            let shown = try admin.expectOK("\(verb) \(numbers[0]) reauth=\(password) session=\(session)")
            #expect(shown[verb.lowercased()] == secrets["\(verb.lowercased()) 0"])
        }
        let made = try #require(try admin.expectOK("GROUP.CREATE \(org) name=\"\(group)\"")["group"])
        try admin.expectOK("GROUP.ADD \(made) \(numbers[0])")
        #expect(try admin.expectOK("ORG \(org)")["name"] == name)
        #expect(try admin.expectOK("GROUP \(made)")["name"] == group)
        secrets["organisation"] = name
        secrets["group"] = group
        let first: String = try #require(try admin.expectOK("PRINCIPAL.ADD web roles=frontend")["secret"])
        let second: String = try #require(try admin.expectOK("PRINCIPAL.ROTATE web")["secret"])
        secrets.merge(["principal": first, "rotated principal": second]) { $1 }
    }

    /// Secrets in requests that fail, or are not requests at all: neither the reply nor a file repeats them.
    private func refuse(_ service: Service, _ admin: LineConnection, _ secrets: inout [String: String]) throws {
        let words = ["login", "password", "syntax", "verb", "auth", "argument", "pin", "long"].reduce(into: [:]) {
            $0["refused " + $1] = text()
        }
        func word(_ name: String) -> String { words["refused " + name] ?? "" }
        for line in [
            "LOGIN \(numbers[0]) \(word("login"))",
            "PASSWORD.CHANGE \(numbers[0]) old=\(word("password")) new=\(word("password"))1",
            "LOGIN \(numbers[0]) \"\(word("syntax"))", word("verb"), "AUTH admin \(word("auth"))x",
            "AUTH web \(word("auth"))", "LOGIN \(numbers[0]) x password=\(word("argument"))",
            "SUBSCRIBER.ACTIVATE 79313359999 iccid=8 imsi=1 region=msk tariff=x pin=\(word("pin")) puk=1",
            "LOGIN \(numbers[0]) \(word("long"))" + String(repeating: "x", count: 20_000),
        ] {
            let connection = try service.signIn()
            let reply = try connection.call(line)
            #expect(!reply.isOK)
            for secret in words.values { #expect(!reply.description.contains(secret), "\(line.prefix(40))") }
        }
        secrets.merge(words) { $1 }
    }

    // MARK: Searching

    private func readFiles(_ service: Service) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: service.home) {
            guard !path.hasSuffix("admin.secret"), !path.hasSuffix("master.key"),
                let data = FileManager.default.contents(atPath: service.home + "/" + path)
            else { continue }
            files[path] = data
        }
        return files
    }

    /// The files that hold the text, and its encoding there.
    private func occurrences(of text: String, in files: [String: Data]) -> [String] {
        dresses(of: text).flatMap { dress, bytes in
            files.filter { $0.value.range(of: bytes) != nil }.map { "\(dress) in \($0.key)" }
        }
    }

    private func dresses(of text: String) -> [(String, Data)] {
        let bytes = Data(text.utf8)
        var dresses = [
            ("UTF-8", bytes), ("reversed", Data(bytes.reversed())),
            ("UTF-16LE", text.data(using: .utf16LittleEndian) ?? bytes),
            ("UTF-16BE", text.data(using: .utf16BigEndian) ?? bytes),
            ("hex", Data(bytes.map { String(format: "%02x", $0) }.joined().utf8)),
            ("HEX", Data(bytes.map { String(format: "%02X", $0) }.joined().utf8)),
        ]
        // Base64 from each of the three places where it may begin within another text, without the ends, which depend
        // on neighbours.
        for shift in 0..<3 {
            let encoded = (Data(repeating: 0, count: shift) + bytes).base64EncodedString()
            let core = encoded.dropFirst(shift == 0 ? 0 : 4).prefix { $0 != "=" }.dropLast(2)
            dresses.append(("base64", Data(core.utf8)))
            let url = core.replacing("+", with: "-").replacing("/", with: "_")
            dresses.append(("base64url", Data(url.utf8)))
        }
        // The bytes that a token stands for.
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        if text.utf8.count > 20,
            let raw = Data(base64Encoded: padded + String(repeating: "=", count: -text.utf8.count & 3))
        {
            dresses.append(("the bytes that it encodes", raw))
        }
        return dresses.filter { $0.1.count >= 6 }
    }

    private func digits(_ count: Int) -> String { (0..<count).map { _ in "\(Int.random(in: 0...9))" }.joined() }

    private func text() -> String {
        String((0..<18).map { _ in "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".randomElement() ?? "x" })
    }
}
