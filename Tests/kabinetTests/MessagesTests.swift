import Accounts
import ArgumentParser
import Client
import Foundation
import Synchronization
import Testing

@testable import kabinet

@Suite("A message in words")
struct MessageWordsTests {
    private static let moscow = TimeZone(secondsFromGMT: 3 * 3600)!
    private static let noon = Date(timeIntervalSince1970: 1_795_683_600)  // 2026-11-26T09:00:00Z

    private func message(
        _ kind: String, _ purpose: String, code: String? = nil, sent: String = "2026-11-26T09:04:07.312Z",
        expires: String = "2026-11-26T09:14:07.312Z"
    ) -> Fields {
        var fields = [
            Field(name: "seq", value: "45"), Field(name: "msisdn", value: "79001234567"),
            Field(name: "kind", value: kind), Field(name: "purpose", value: purpose),
        ]
        if let code { fields.append(Field(name: "code", value: code)) }
        return Fields(fields + [Field(name: "sent", value: sent), Field(name: "expires", value: expires)])
    }

    private func line(_ message: Fields) -> String {
        messageLine(
            message, answeredBy: "kabinet call --admin-of data PUSH.REPLY", now: Self.noon, timeZone: Self.moscow)
    }

    @Test("has the local time, the number, the code, its purpose and its validity")
    func code() {
        #expect(
            line(message("sms_code", "register", code: "599099"))
                == "12:04:07  79001234567  code 599099 to register (valid 10 min)")
    }

    @Test(
        "has a text for the purpose of each code",
        arguments: [ChallengePurpose.register, .signIn, .recover, .link, .reauthenticate])
    func purposes(_ purpose: ChallengePurpose) {
        let words = messageWords(message("sms_code", "\(purpose.word)", code: "599099"))
        #expect(words.hasPrefix("code 599099 to "), "\(words)")
    }

    @Test("has a text for each notice of the service", arguments: (0..<1024).compactMap { Notice(rawValue: $0) })
    func notices(_ notice: Notice) {
        let words = messageWords(message("notice", notice.template))
        #expect(!words.hasPrefix("notice:") && !words.contains("_") && words.contains(" "), "\(words)")
    }

    @Test("has the address of an e-mail, and what it brings")
    func emails() {
        func fields(_ message: Fields, _ more: KeyValuePairs<String, String>) -> Fields {
            Fields(message.map { $0 } + more.map { Field(name: $0, value: $1) })
        }
        let code = fields(message("email_code", "email", code: "599099"), ["email": "anna@example.org"])
        #expect(messageWords(code) == "e-mail to anna@example.org: code 599099 to confirm the address (valid 10 min)")
        let statement = fields(
            message("email", "statement"),
            [
                "email": "anna@example.org", "format": "csv", "language": "ru", "from": "2026-10-31T21:00:00Z",
                "to": "2026-11-30T21:00:00Z",
            ])
        #expect(
            messageWords(statement)
                == "e-mail to anna@example.org: the statement from 2026-10-31T21:00:00Z to 2026-11-30T21:00:00Z as csv")
    }

    @Test("shows what answers a question on the phone")
    func question() {
        #expect(
            line(message("push", "sign_in", expires: "2026-11-26T09:06:07.312Z"))
                == "12:04:07  79001234567  question: do you want to sign in? 1 is yes (valid 2 min)"
                + "  to answer 1:  kabinet call --admin-of data PUSH.REPLY 79001234567 1")
    }

    @Test("has the date if it is not today's")
    func date() {
        #expect(line(message("notice", "registered", sent: "2026-11-25T20:59:59Z")).hasPrefix("2026-11-25 23:59:59  "))
        #expect(line(message("notice", "registered", sent: "2026-11-25T21:00:00Z")).hasPrefix("00:00:00  "))
    }

    @Test("names what only a newer service sends")
    func unknown() {
        #expect(messageWords(message("notice", "tariff_changed")) == "notice: tariff changed")
        #expect(messageWords(message("sms_code", "port_out", code: "1")) == "code 1 (port_out) (valid 10 min)")
        #expect(messageWords(message("letter", "bill")) == "letter bill")
        #expect(messageLine(Fields(), answeredBy: "").isEmpty == false)
    }

    @Test("is in JSON the row as it came, with its position as a number")
    func json() {
        #expect(
            messageJSON(message("notice", "registered")).text
                == #"{"seq":45,"msisdn":"79001234567","kind":"notice","purpose":"registered","#
                + #""sent":"2026-11-26T09:04:07.312Z","expires":"2026-11-26T09:14:07.312Z"}"#)
    }

    @Test("is answered by the administrator, whose secret is in the data directory or beside the secret file")
    func answering() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kabinet messages \(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func command(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
            try Messages.parse(arguments).answeringCommand(environment)
        }
        let secretFile = ["--principal", "sms", "--secret-file", folder.path + "/sms.secret"]
        #expect(try command("--admin-of", "data") == "kabinet call --admin-of data PUSH.REPLY")
        #expect(
            try command("--admin-of", "data", environment: ["KABINET_CONNECT": "h:1"])
                == "kabinet call --connect h:1 --admin-of data PUSH.REPLY")
        #expect(try Messages.parse(secretFile).answeringCommand([:]) == "kabinet call PUSH.REPLY")
        try Data("s".utf8).write(to: folder.appending(path: "admin.secret"))
        #expect(
            try Messages.parse(secretFile).answeringCommand([:])
                == "kabinet call --admin-of '\(folder.path)' PUSH.REPLY")
    }
}

@Suite("The messages as a list", .timeLimit(.minutes(1)))
struct MessageFeedTests {
    private static func row(_ seq: Int) -> String { "ROW seq=\(seq) kind=notice\n" }

    @Test("is read page by page, from the position that was asked for, to a page that is not full")
    func pages() async throws {
        let first = (0..<1000).map { Self.row(5 + $0) }.joined() + "OK rows=1000 next=1005\n"
        try await withService({ line in
            .say(line.contains("from=5 ") ? first : Self.row(1007) + "OK rows=1 next=1008\n")
        }) { client, service in
            var feed = MessageFeed(from: 5, msisdn: "79001234567")
            var seen: [Int64] = []
            try await feed.read(over: client) { seen.append($0.integer("seq")!) }
            #expect(seen == Array(5..<1005) + [1007])
            #expect(feed.from == 1008)
            #expect(
                service.lines == [
                    "NOTIFICATIONS from=5 msisdn=79001234567 limit=1000",
                    "NOTIFICATIONS from=1005 msisdn=79001234567 limit=1000",
                ])
        }
    }

    @Test("goes on after a restart of the service, where it was, and tells of it once")
    func restart() async throws {
        struct Enough: Error {}
        let again = try await FakeService.start { line in
            .say(line.contains("from=8 ") ? Self.row(8) + "OK rows=1 next=9\n" : "OK rows=0 next=9\n")
        }
        try await withService({ line in
            line.contains("from=") ? .sayAndClose("") : .say(Self.row(7) + "OK rows=1 next=8\n")
        }) { client, service in
            var seen: [Int64] = []
            var told: [String] = []
            var attempts = 0
            var feed = MessageFeed()
            await #expect(throws: Enough.self) {
                try await feed.follow(
                    client,
                    reopen: {
                        attempts += 1
                        if attempts < 3 { throw ClientError(.cannotConnect, "cannot connect") }
                        return try await KabinetClient.connect(host: "127.0.0.1", port: again.port)
                    }, show: { seen.append($0.integer("seq")!) }, tell: { told.append($0) },
                    pause: { if told.count == 2 { throw Enough() } })
            }
            #expect(seen == [7, 8])
            #expect(attempts == 3)
            #expect(told.count == 2)
            #expect(told.first?.hasSuffix("; waiting for the service") == true)
        }
        await again.stop()
    }

    @Test("ends when the service refuses it")
    func refused() async throws {
        try await withService({ _ in .say("ERR not_permitted message=\"for the roles delivery\"\n") }) { client, _ in
            var feed = MessageFeed()
            let error = await #expect(throws: ClientError.self) {
                try await feed.follow(
                    client, reopen: { throw ClientError(.cannotConnect, "no") }, show: { _ in }, tell: { _ in })
            }
            #expect(error?.refusal?.code == "not_permitted")
        }
    }
}
