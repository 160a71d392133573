/// Signing in with a key that a phone's fingerprint unlocks.

import Accounts
import Crypto
import ScenarioKit
import Testing

@Suite("Devices") struct DeviceTests {
    private let me = "79001234567"

    private func signedIn() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        return (scenario, scenario.given(signedIn: me))
    }

    private func add(_ key: [UInt8], _ scenario: Scenario, _ session: String) -> String {
        scenario.when(
            #"DEVICE.ADD name="My phone" public_key=\#(encodeBase64URL(key)) reauth="correct horse" session=\#(session)"#,
            as: "frontend")
        return scenario.answer["device"]
    }

    /// Asks for the text to sign, signs it, and sends the signature.
    private func signIn(_ device: String, _ scenario: Scenario, _ sign: ([UInt8]) -> [UInt8]) {
        scenario.given("LOGIN.DEVICE \(device)", as: "frontend")
        let signature = sign(Array(scenario.answer["sign"].utf8))
        scenario.when("LOGIN.DEVICE \(device) signature=\(encodeBase64URL(signature))", as: "frontend")
    }

    private enum Form: CaseIterable { case p256, p256DER, p256SPKI, ed25519, ed25519SPKI }

    @Test("A phone signs in with its key, in every form that phones export", arguments: Form.allCases)
    private func forms(form: Form) throws {
        let (scenario, session) = signedIn()
        let (p256, ed25519) = (P256.Signing.PrivateKey(), Curve25519.Signing.PrivateKey())
        let key: [UInt8] =
            switch form {
            case .p256, .p256DER: Array(p256.publicKey.x963Representation)
            case .p256SPKI: Array(p256.publicKey.derRepresentation)
            case .ed25519: Array(ed25519.publicKey.rawRepresentation)
            case .ed25519SPKI:
                [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
                    + ed25519.publicKey.rawRepresentation
            }
        let device = add(key, scenario, session)
        scenario.then("OK")
        scenario.then(types: "reauthenticated", "device_added")

        signIn(device, scenario) { text in
            switch form {
            case .p256, .p256SPKI: (try? p256.signature(for: text)).map { Array($0.rawRepresentation) } ?? []
            case .p256DER: (try? p256.signature(for: text)).map { Array($0.derRepresentation) } ?? []
            case .ed25519, .ed25519SPKI: (try? ed25519.signature(for: text)).map { Array($0) } ?? []
            }
        }

        scenario.then("OK number=2")
        let opened = scenario.answer["session"]
        scenario.when("BALANCE \(me) session=\(opened)", as: "frontend")
        scenario.then("OK")
        scenario.when("DEVICES \(me) session=\(opened)", as: "frontend")
        scenario.then("OK rows=1")
        #expect(scenario.answer.rows[0]["name"] == "My phone")
        #expect(scenario.notices(me).last == "device_added")
        scenario.thenReplayIsLive()
    }

    @Test("A signature is accepted for one challenge and only with the device's own key") func bound() throws {
        let (scenario, session) = signedIn()
        let (key, other) = (Curve25519.Signing.PrivateKey(), Curve25519.Signing.PrivateKey())
        let device = add(Array(key.publicKey.rawRepresentation), scenario, session)
        var kept: [UInt8] = []
        signIn(device, scenario) { text in
            kept = (try? key.signature(for: text)).map { Array($0) } ?? []
            return kept
        }
        scenario.then("OK")
        scenario.when("LOGIN.DEVICE \(device) signature=\(encodeBase64URL(kept))", as: "frontend")
        scenario.then("ERR sign_in_failed", "the question was answered")
        scenario.given("LOGIN.DEVICE \(device)", as: "frontend")
        scenario.when("LOGIN.DEVICE \(device) signature=\(encodeBase64URL(kept))", as: "frontend")
        scenario.then("ERR sign_in_failed", "that was another question's")
        signIn(device, scenario) { text in (try? other.signature(for: text)).map { Array($0) } ?? [] }
        scenario.then("ERR sign_in_failed field=signature")
        scenario.then(types: "challenge_failed")
    }

    @Test("After five wrong signatures or two minutes the device needs a new challenge") func tries() {
        let (scenario, session) = signedIn()
        let key = Curve25519.Signing.PrivateKey()
        let device = add(Array(key.publicKey.rawRepresentation), scenario, session)
        scenario.given("LOGIN.DEVICE \(device)", as: "frontend")
        let text = Array(scenario.answer["sign"].utf8)
        let right = (try? key.signature(for: text)).map { encodeBase64URL(Array($0)) } ?? ""
        for _ in 1...5 { scenario.when("LOGIN.DEVICE \(device) signature=BBBB", as: "frontend") }
        scenario.when("LOGIN.DEVICE \(device) signature=\(right)", as: "frontend")
        scenario.then("ERR sign_in_failed")
        scenario.given("LOGIN.DEVICE \(device)", as: "frontend")
        let again =
            (try? key.signature(for: Array(scenario.answer["sign"].utf8))).map { encodeBase64URL(Array($0)) } ?? ""
        scenario.at("2018-03-01T09:02:00Z")
        scenario.when("LOGIN.DEVICE \(device) signature=\(again)", as: "frontend")
        scenario.then("ERR sign_in_failed")
    }

    @Test("A removed device cannot sign in, and its sessions end") func removed() {
        let (scenario, session) = signedIn()
        let key = Curve25519.Signing.PrivateKey()
        let device = add(Array(key.publicKey.rawRepresentation), scenario, session)
        signIn(device, scenario) { text in (try? key.signature(for: text)).map { Array($0) } ?? [] }
        let opened = scenario.answer["session"]

        scenario.when("DEVICE.REMOVE \(me) \(device) session=\(session)", as: "frontend")
        scenario.then("ERR reauth_required")
        scenario.given("DEVICE.REMOVE \(me) \(device) reauth=\"correct horse\" session=\(session)", as: "frontend")

        scenario.when("BALANCE \(me) session=\(opened)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.when("LOGIN.DEVICE \(device)", as: "frontend")
        scenario.then("ERR not_found field=device")
        scenario.thenReplayIsLive()
    }

    @Test(
        "Bytes that are not a key are refused, and a key can be added only once",
        arguments: [
            "AAAA", "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ])
    func invalid(key: String) {
        let (scenario, session) = signedIn()
        scenario.when(
            #"DEVICE.ADD name=x public_key=\#(key) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR invalid_key field=public_key")
        let good = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        _ = add(good, scenario, session)
        _ = add(good, scenario, session)
        scenario.then("ERR already_exists field=public_key")
    }
}
