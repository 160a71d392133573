/// A blocking socket to the service, and the two protocols on it.

import Foundation
import Glibc

/// Raw bytes: tests send deliberate faults through this.
class RawConnection {
    let stream: ByteStream

    /// `from`: an address of this machine.
    init(port: UInt16, from source: String? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HarnessError("socket: \(String(cString: strerror(errno)))") }
        stream = ByteStream(descriptor)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        if let source {
            var own = sockaddr_in()
            own.sin_family = sa_family_t(AF_INET)
            own.sin_addr.s_addr = inet_addr(source)
            let isBound = withUnsafePointer(to: &own) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isBound else { throw HarnessError("bind: \(String(cString: strerror(errno)))") }
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw HarnessError("connect: \(String(cString: strerror(errno)))") }
    }

    func send(_ bytes: [UInt8]) throws {
        signal(SIGPIPE, SIG_IGN)
        try writeAll(bytes, to: stream.descriptor)
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Ends sending; replies that are due are still read.
    func closeOutput() { shutdown(stream.descriptor, Int32(SHUT_WR)) }

    /// The peer sees nothing at all, as when a machine loses its power: the socket is removed silently. False if that
    /// is not permitted; then it is closed.
    func vanish() -> Bool {
        let TCP_REPAIR: Int32 = 19
        var on: Int32 = 1
        let result = setsockopt(
            stream.descriptor, Int32(IPPROTO_TCP), TCP_REPAIR, &on, socklen_t(MemoryLayout<Int32>.size))
        stream.close()
        return result == 0
    }

    /// The peer sees a reset and not an end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(stream.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        shutdown(stream.descriptor, Int32(SHUT_RDWR))
    }
}

// MARK: - Lines

/// The ROW and EVENT lines of a reply and its closing line, split as any client would split them.
struct LineReply: CustomStringConvertible {
    let lines: [String]

    var closing: String { lines.last ?? "" }
    var isOK: Bool { closing == "OK" || closing.hasPrefix("OK ") }
    var error: String? { closing.hasPrefix("ERR ") ? String(closing.dropFirst(4).prefix { $0 != " " }) : nil }
    var fields: [String: String] { lineFields(closing) }
    var rows: [[String: String]] { lines.dropLast().map(lineFields) }
    var description: String { lines.joined(separator: "\n") }

    subscript(_ name: String) -> String? { fields[name] }
}

/// `name=value` of a line; a quoted value is a JSON string.
func lineFields(_ line: String) -> [String: String] {
    var fields: [String: String] = [:]
    var rest = Substring(line)
    while let equals = rest.firstIndex(of: "=") {
        let name = rest[..<equals].split(separator: " ").last.map(String.init) ?? ""
        rest = rest[rest.index(after: equals)...]
        var end = rest.startIndex
        if rest.first == "\"" {
            var isEscaped = false
            end = rest.index(after: end)
            while end < rest.endIndex, isEscaped || rest[end] != "\"" {
                isEscaped = !isEscaped && rest[end] == "\\"
                end = rest.index(after: end)
            }
            if end < rest.endIndex { end = rest.index(after: end) }
            let json = Data("[\(rest[..<end])]".utf8)
            fields[name] = (try? JSONDecoder().decode([String].self, from: json))?.first ?? String(rest[..<end])
        } else {
            end = rest.firstIndex(of: " ") ?? rest.endIndex
            fields[name] = String(rest[..<end])
        }
        rest = rest[end...]
    }
    return fields
}

final class LineConnection: RawConnection {
    /// Sends a line and reads its reply.
    @discardableResult
    func call(_ line: String, within seconds: Double = 30) throws -> LineReply {
        try send(line + "\n")
        return try reply(within: seconds)
    }

    /// The same as `call`, for requests that have to succeed before a test can begin.
    @discardableResult
    func expectOK(_ line: String) throws -> LineReply {
        let reply = try call(line)
        guard reply.isOK else { throw HarnessError("\(line.prefix(100)): \(reply)") }
        return reply
    }

    func reply(within seconds: Double = 30) throws -> LineReply {
        var lines: [String] = []
        while let line = try stream.line(within: seconds) {
            lines.append(line)
            if !line.hasPrefix("ROW"), !line.hasPrefix("EVENT") { return LineReply(lines: lines) }
        }
        throw HarnessError("the connection ended; so far: \(lines)")
    }
}

// MARK: - RESP

indirect enum RESPValue: Equatable {
    case simple(String)
    case error(String)
    case bulk(String)
    case array([RESPValue])
    case map([String: RESPValue])
    case push([RESPValue])
    case null

    var text: String? {
        switch self {
        case .simple(let text), .bulk(let text), .error(let text): text
        case .array, .map, .push, .null: nil
        }
    }

    /// A field of a map, or of the flat array that stands for one in RESP2.
    subscript(_ name: String) -> String? {
        switch self {
        case .map(let map): return map[name]?.text
        case .array(let items):
            for at in stride(from: 0, to: items.count - 1, by: 2) where items[at].text == name {
                return items[at + 1].text
            }
            return nil
        case .simple, .error, .bulk, .push, .null: return nil
        }
    }
}

final class RESPConnection: RawConnection {
    static func encode(_ words: [String]) -> [UInt8] {
        Array(("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8)
    }

    @discardableResult
    func call(_ words: String..., within seconds: Double = 30) throws -> RESPValue {
        try send(Self.encode(words))
        return try value(within: seconds)
    }

    func value(within seconds: Double = 30) throws -> RESPValue {
        guard var line = try stream.line(within: seconds) else { throw HarnessError("the connection ended") }
        if line.hasSuffix("\r") { line.removeLast() }
        let rest = String(line.dropFirst())
        func items(_ count: Int) throws -> [RESPValue] { try (0..<count).map { _ in try value(within: seconds) } }
        switch line.first {
        case "+": return .simple(rest)
        case "-": return .error(rest)
        case "_": return .null
        case ":": return .bulk(rest)
        case "$":
            guard let count = Int(rest), count >= 0 else { return .null }
            let bytes = try stream.bytes(count + 2, within: seconds)
            return .bulk(String(decoding: bytes.dropLast(2), as: UTF8.self))
        case "*": return .array(try items(Int(rest) ?? 0))
        case ">": return .push(try items(Int(rest) ?? 0))
        case "%":
            var map: [String: RESPValue] = [:]
            for _ in 0..<(Int(rest) ?? 0) {
                let name = try value(within: seconds).text ?? ""
                map[name] = try value(within: seconds)
            }
            return .map(map)
        default: throw HarnessError("no RESP: \(line)")
        }
    }
}
