import Accounts
import EventCoding
import EventReference
import Foundation
import SwiftProtobuf
import Testing

@Suite("The coders and swift-protobuf agree")
struct ReferenceTests {
    private static let rounds: UInt64 = 200

    @Test("to the byte on random events, which decode to what they were", arguments: Event.allTypes.map(\.number))
    func bytes(type: UInt16) throws {
        let seed = testSeed()
        for round in 0..<Self.rounds {
            let event = Event.random(type, seed: seed &+ round)
            let reference: [UInt8] = try event.reference.serializedBytes()
            #expect(event.payload == reference, "seed \(seed) + \(round)")
            #expect(event.payloadSize == reference.count)
            #expect(try decodeRecord(event.record()).event == event, "seed \(seed) + \(round)")
        }
    }

    /// The names, numbers and enum values of the JSON. Ours prints defaults and hides bytes.
    @Test("on the JSON but for defaults and bytes", arguments: Event.allTypes.map(\.number))
    func json(type: UInt16) throws {
        let seed = testSeed()
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.alwaysPrintInt64sAsNumbers = true
        for round in 0..<Self.rounds {
            let event = Event.random(type, seed: seed &+ round)
            let ours = try JSONSerialization.jsonObject(with: Data(event.json.utf8))
            let data: Data = try event.reference.jsonUTF8Data(options: options)
            let theirs = try JSONSerialization.jsonObject(with: data)
            #expect(!event.json.utf8.contains(UInt8(ascii: "\n")))
            let difference = Self.difference(ours, theirs, path: "")
            #expect(difference == nil, "\(difference ?? ""), seed \(seed) + \(round)")
        }
    }

    private static func difference(_ ours: Any, _ theirs: Any, path: String) -> String? {
        switch (ours, theirs) {
        case (let ours as [String: Any], let theirs as [String: Any]):
            for (key, value) in theirs {
                guard let mine = ours[key] else { return "\(path).\(key) is missing" }
                if let found = difference(mine, value, path: "\(path).\(key)") { return found }
            }
            for (key, value) in ours where theirs[key] == nil && !isDefault(value) {
                return "\(path).\(key) is \(value) and should be a default"
            }
            return nil
        case (let ours as [Any], let theirs as [Any]):
            guard ours.count == theirs.count else { return "\(path) has \(ours.count), not \(theirs.count)" }
            for (index, pair) in zip(ours, theirs).enumerated() {
                if let found = difference(pair.0, pair.1, path: "\(path)[\(index)]") { return found }
            }
            return nil
        case (let ours as String, let theirs as String):
            if ours.utf8.elementsEqual(theirs.utf8) { return nil }
            if ours.hasSuffix(" bytes>"), let data = Data(base64Encoded: theirs), ours == "<\(data.count) bytes>" {
                return nil
            }
            let isEnum = theirs == theirs.uppercased() && theirs.lowercased().hasSuffix("_" + ours)
            return isEnum && !ours.isEmpty ? nil : "\(path) is \(ours), not \(theirs)"
        case (let ours as NSNumber, let theirs as NSNumber):
            return "\(ours)" == "\(theirs)" ? nil : "\(path) is \(ours), not \(theirs)"
        default: return "\(path) is \(ours), not \(theirs)"
        }
    }

    private static func isDefault(_ value: Any) -> Bool {
        if let number = value as? NSNumber { return number == 0 }
        if let text = value as? String { return ["", "<0 bytes>", "unspecified", "any", "open"].contains(text) }
        // A message whose fields are all at their defaults is printed with them.
        if let object = value as? [String: Any] { return object.values.allSatisfy(isDefault) }
        return false
    }

    @Test("A bytes field never shows its content, and text is escaped")
    func hidden() {
        let event = Event.principalAdded(
            PrincipalAdded(number: 2, name: "a\"\\\n\u{7F}ж", roles: 63, secretHash: [1, 2, 3]))
        #expect(
            event.json
                == #"{"number":2,"name":"a\"\\\u000a\u007fж","roles":63,"secret_hash":"<3 bytes>","methods":0,"author":0}"#
        )
    }

    @Test("Absent messages and empty lists are left out, other defaults are printed")
    func defaults() {
        #expect(Event.registered(Registered()).json == #"{"challenge":"<0 bytes>"}"#)
        #expect(
            Event.toppedUp(ToppedUp(amount: -5, method: .card)).json
                == #"{"amount":-5,"method":"card","ref":"","card_last4":"","balance_after":0,"request":0,"requested":0,"late":false,"#
                + #""card":"","voucher_batch":0,"voucher_number":0,"repaid":0}"#)
    }
}
