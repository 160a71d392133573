import Accounts
import EventCoding
import EventReference
import Foundation
import SwiftProtobuf
import Testing

/// An auditor's way to read an event: the payload and the schema are enough, in any language.
@Suite("protoc reads the payloads", .enabled(if: Protoc.path != nil, "needs protoc (protobuf-compiler) on the PATH"))
struct ProtocTests {
    @Test("and prints the text of the event's fields", arguments: Event.allTypes.map(\.number))
    func decode(type: UInt16) throws {
        let event = Event.golden(type)
        let message = Swift.type(of: event.reference).protoMessageName
        let text = try Protoc.decode(message, event.payload)
        #expect(text == event.reference.textFormatString())
        #expect(!text.isEmpty)
    }
}

private enum Protoc {
    static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/protoc" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    struct Failure: Error {
        let words: String
    }

    static func decode(_ message: String, _ payload: [UInt8]) throws -> String {
        let files = try FileManager.default.contentsOfDirectory(atPath: Repository.schemas.path)
            .filter { $0.hasSuffix(".proto") }.sorted()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path!)
        process.currentDirectoryURL = Repository.schemas
        process.arguments = ["--decode=\(message)", "-I", "."] + files
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Payloads of samples are smaller than a pipe's buffer, so neither process waits for the other.
        try input.fileHandleForWriting.write(contentsOf: Data(payload))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let words = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(words: String(decoding: words, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self)
    }
}
