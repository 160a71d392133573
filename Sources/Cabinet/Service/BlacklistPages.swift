/// The numbers whose calls and messages a subscriber does not want.

internal import Client
internal import Phrases
internal import Web

extension ServicePages {
    func addBlacklist(to site: inout Site) {
        site.form("/service/blacklist", show: showBlacklist, submit: addPeer)
        site.button("/service/blacklist/remove", returningTo: "/service/blacklist", removePeer)
    }

    private func showBlacklist(_ request: PageRequest) async throws -> Page {
        let (commands, words, language) = (request.commands, Words.service, request.language)
        async let place = regions.place(commands)
        let rows = try await commands(.blacklist, commands.number).rows
        let here = try await place
        let model = BlacklistPage(
            path: "/service/blacklist", lead: words.forNumber.text(language, phone(request.number)),
            isLinked: request.number != request.own,
            peers: rows.map { row in
                BlacklistPage.Peer(
                    peer: row["peer"] ?? "", name: peerName(row["peer"] ?? ""),
                    since: here.time(row["since"]).map { words.since.text(language, $0.date(language)) } ?? "")
            }, hasPeers: !rows.isEmpty)
        return Page("service-blacklist", title: words.blacklistTitle[language], model)
    }

    private func addPeer(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.service, request.language)
        let peer = peerDigits(request.form["peer"])
        guard !peer.isEmpty else { throw FieldError("peer", words.invalidPeer[language]) }
        do { _ = try await commands(.blacklistAdd, commands.number, peer) } catch {
            guard let refusal = error.refusal else { throw error }
            switch (refusal.code, refusal.field) {
            case ("already_exists", _): throw FieldError("peer", words.peerIsThere[language])
            case ("limit_reached", _) where refusal.retryAfterSeconds == nil:
                throw FieldError("peer", words.blacklistFull[language])
            case (_, "peer"?): throw FieldError("peer", words.invalidPeer[language])
            default: throw words.fault(error, language)
            }
        }
        request.visit.notice = Visit.Notice(words.peerAdded.text(language, peerName(peer)))
        return .seeOther("/service/blacklist")
    }

    private func removePeer(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.service, request.language)
        let peer = request.form["peer"]
        do { _ = try await commands(.blacklistRemove, commands.number, peer) } catch {
            guard error.refusal?.code == "not_found", error.refusal?.field != "msisdn" else {
                throw words.fault(error, language)
            }
        }
        request.visit.notice = Visit.Notice(words.peerRemoved.text(language, peerName(peer)))
        return .seeOther("/service/blacklist")
    }
}

/// The digits of a number as people write it, with the country code: `8 900 123-45-67` and `900 123-45-67` are Russian.
/// A number with a plus has its country code already, and a short number has none.
func peerDigits(_ text: String) -> String {
    let digits = text.filter { ("0"..."9").contains($0) }
    guard !text.drop(while: \.isWhitespace).hasPrefix("+") else { return digits }
    if digits.utf8.count == 11, digits.hasPrefix("8") { return "7" + digits.dropFirst() }
    return digits.utf8.count == 10 ? "7" + digits : digits
}

/// A whole number as a phone number, and a short one as it is.
private func peerName(_ peer: String) -> String { peer.utf8.count >= 7 ? phone(peer) : peer }

private struct BlacklistPage {
    struct Peer {
        var peer: String
        var name: String
        var since: String
    }

    var path: String
    var lead: String
    var isLinked: Bool
    var peers: [Peer]
    var hasPeers: Bool
}
