/// The common clients, each on one connection, through one interface.

import Foundation
import Testing

/// A reply, in either protocol.
struct Said {
    var ok: [String: String] = [:]
    var rows: [[String: String]] = []
    /// The code of an `ERR`.
    var error: String?

    subscript(_ name: String) -> String? { ok[name] }
}

protocol Speaker {
    func say(_ words: [String]) throws -> Said
}

extension Speaker {
    /// The same as `say`, for requests that must succeed for the story to go on.
    func expectOK(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Said {
        let said = try say(words)
        try #require(said.error == nil, "\(words[0])", sourceLocation: sourceLocation)
        return said
    }
}

/// Lines through `nc`.
struct NetcatSpeaker: Speaker {
    let process: ChildProcess

    init(_ program: String, _ service: Service) throws {
        process = try ChildProcess(program, ["127.0.0.1", "\(service.port)"])
        _ = try expectOK("AUTH", "admin", try service.adminSecret)
    }

    func say(_ words: [String]) throws -> Said {
        try process.write(words.map(Self.quoted).joined(separator: " ") + "\n")
        var lines: [String] = []
        while let line = try process.output.line() {
            lines.append(line)
            guard line.hasPrefix("ROW") || line.hasPrefix("EVENT") else { break }
        }
        let reply = LineReply(lines: lines)
        guard reply.isOK || reply.error != nil else { throw HarnessError("no reply: \(lines)") }
        return Said(ok: reply.isOK ? reply.fields : [:], rows: reply.rows, error: reply.error)
    }

    private static func quoted(_ word: String) -> String {
        guard word.contains(" ") else { return word }
        let parts = word.split(separator: "=", maxSplits: 1)
        return parts.count == 2 ? "\(parts[0])=\"\(parts[1])\"" : "\"\(word)\""
    }
}

/// A program that answers one line of JSON a request.
struct JSONSpeaker: Speaker {
    let process: ChildProcess
    private let request: ([String]) throws -> String

    /// redis-cli on RESP3, whose `--json` prints a reply a line.
    init(redisCLI program: String, _ service: Service) throws {
        process = try ChildProcess(
            program, ["-3", "--json", "-p", "\(service.port)", "--no-auth-warning"],
            environment: ["LC_ALL": "C.UTF-8", "REDISCLI_HISTFILE": "/dev/null"])
        request = { words in
            words.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
                .joined(separator: " ")
        }
        _ = try expectOK("AUTH", "admin", try service.adminSecret)
    }

    /// redis-py, on RESP2 or RESP3.
    init(python program: String, version: Int, _ service: Service) throws {
        let script = Programs.repository + "/Tests/IntegrationTests/Scripts/bridge.py"
        process = try ChildProcess(
            program, [script, "\(service.port)", "admin", try service.adminSecret, "\(version)"])
        request = { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    func say(_ words: [String]) throws -> Said {
        try process.write(try request(words) + "\n")
        guard var line = try process.output.line() else { throw HarnessError("the client ended at \(words[0])") }
        // In redis-cli's form of an error, for which JSON has no type.
        if line.hasPrefix("error:") { line.removeFirst("error:".count) }
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
        switch json {
        case let object as [String: Any] where object["rows"] is [Any]:
            return Said(ok: Self.texts(object["ok"]), rows: (object["rows"] as? [Any] ?? []).map(Self.texts))
        case let object as [String: Any] where object["error"] is String:
            return Said(error: (object["error"] as? String).map(Self.code))
        case let object as [String: Any]: return Said(ok: Self.texts(object))
        case let items as [Any]: return Said(ok: Self.texts(items.first), rows: items.dropFirst().map(Self.texts))
        case let text as String where text != "OK" && text != "PONG": return Said(error: Self.code(text))
        default: return Said()
        }
    }

    private static func texts(_ value: Any?) -> [String: String] {
        (value as? [String: Any] ?? [:]).mapValues { "\($0)" }
    }

    /// `ERR invalid_amount field=…`, with or without Redis' first word, which some clients keep and others drop.
    private static func code(_ text: String) -> String {
        let words = text.split(separator: " ")
        let isRedisWord = words.first.map { $0.allSatisfy(\.isUppercase) } ?? false
        return words.dropFirst(isRedisWord ? 1 : 0).first.map(String.init) ?? text
    }
}
