/// The chapter of service: what works and why not, the SIM's block, bans, own limits, the blacklist, settings.

internal import Client
internal import Phrases
internal import Web

struct ServicePages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "service", Words.service, templates: String(decoding: PackageResources.service_mustache, as: UTF8.self))
        site.navigation.append(NavigationItem("/service", Words.service.navigation))
        site.get("/service", show)
        site.button("/service/content", returningTo: "/service", setContentBan)
        site.button("/service/calls", returningTo: "/service", setCallsBan)
        site.button("/service/settings", returningTo: "/service", sendSettings)
        site.form("/service/sim/block", show: showBlocking, submit: block)
        site.form("/service/sim/unblock", isAttempt: true, show: showUnblocking, submit: unblock)
        addLimits(to: &site)
        addBlacklist(to: &site)
    }

    private func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        async let state = ServiceState.read(commands)
        async let tariff = commands(.tariff, commands.number)
        async let blacklist = commands(.blacklist, commands.number)
        let place = try await regions.place(commands)
        let model = ServicePage(
            try await state, place, tariff: try await tariff.fields, blacklisted: try await blacklist.rows.count,
            request)
        return .page(Page("service", title: Words.service.title[request.language], model))
    }

    // MARK: Bans and settings

    private func setContentBan(_ request: PageRequest) async throws -> Answer {
        let words = Words.service
        return try await setBan(request, .contentBan, on: words.contentBanned, off: words.contentAllowed) {
            $0.hasContentBan
        }
    }

    private func setCallsBan(_ request: PageRequest) async throws -> Answer {
        let words = Words.service
        return try await setBan(request, .callsBan, on: words.callsBanned, off: words.callsAllowed) { $0.hasCallsBan }
    }

    private func setBan(
        _ request: PageRequest, _ verb: Verb, on: Phrase, off: Phrase, _ isBanned: (ServiceState) -> Bool
    ) async throws -> Answer {
        let isOn = request.form["ban"] == "on"
        let commands = request.commands
        do { _ = try await commands(verb, commands.number, isOn ? "on" : "off") } catch {
            guard await isDone(error, commands, { isBanned($0) == isOn }) else {
                throw Words.service.fault(error, request.language)
            }
        }
        request.visit.notice = Visit.Notice((isOn ? on : off)[request.language])
        return .seeOther("/service")
    }

    private func sendSettings(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let (kind, words) = (request.form["kind"], Words.service)
        do { _ = try await commands(.settingsSend, commands.number, named: ["kind": kind]) } catch {
            // A wait of a minute is for the network, which works through earlier changes.
            guard let refusal = error.refusal, refusal.code == "limit_reached", refusal.retryAfterSeconds ?? 0 > 60
            else { throw error }
            throw FieldError("", words.settingsTooOften[request.language])
        }
        request.visit.notice = Visit.Notice(
            (kind == "mms" ? words.settingsSentMMS : words.settingsSent).text(request.language, phone(request.number)))
        return .seeOther("/service")
    }

    /// Whether a change was refused because another tab has made it, which is what the visitor wants.
    private func isDone(
        _ error: ServiceError, _ commands: Commands, _ isWanted: (ServiceState) -> Bool
    ) async -> Bool {
        guard let code = error.refusal?.code, code == "already_exists" || code == "not_found",
            let state = try? await ServiceState.read(commands)
        else { return false }
        return isWanted(state)
    }

    // MARK: The SIM

    private func showBlocking(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.service, request.language)
        let isLinked = request.number != request.own
        let state = try await ServiceState.read(request.commands)
        let chosen = request.form["reason"].isEmpty ? "lost" : request.form["reason"]
        let model = BlockPage(
            path: "/service/sim/block", lead: words.forNumber.text(language, phone(request.number)),
            isBlocked: state.simBlock != nil,
            terms: [words.blockAtOnce, words.blockFees, isLinked ? words.unblockByOwner : words.unblockByPassword].map {
                $0[language]
            },
            reasons: [
                ("lost", words.reasonLost), ("stolen", words.reasonStolen), ("fraud", words.reasonFraud),
                ("request", words.reasonRequest),
            ].map { BlockPage.Reason(value: $0, title: $1[language], isChosen: $0 == chosen) })
        return Page("service-block", title: words.blockTitle[language], model)
    }

    private func block(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        do { _ = try await commands(.simBlock, commands.number, named: ["reason": request.form["reason"]]) } catch {
            guard await isDone(error, commands, { $0.simBlock != nil }) else { throw error }
        }
        request.visit.notice = Visit.Notice(Words.service.blockDone[request.language])
        return .seeOther("/service")
    }

    private func showUnblocking(_ request: PageRequest) async throws -> Page {
        let (words, language) = (Words.service, request.language)
        let state = try await ServiceState.read(request.commands)
        let obstacle: Phrase? =
            switch state.simBlock {
            case nil: words.notBlocked
            case .subscriber? where request.number == request.own: nil
            case .subscriber?: words.blockedByOwner
            default: words.blockedByOther
            }
        let model = UnblockPage(
            path: "/service/sim/unblock", lead: words.forNumber.text(language, phone(request.number)),
            msisdn: request.number, obstacles: [obstacle].compactMap { $0?[language] }, canUnblock: obstacle == nil)
        return Page("service-unblock", title: words.unblockTitle[language], model)
    }

    private func unblock(_ request: PageRequest) async throws -> Answer {
        let (commands, words, language) = (request.commands, Words.service, request.language)
        let password = request.form["reauth"]
        guard !password.isEmpty else { throw FieldError("reauth", words.passwordMissing[language]) }
        do { _ = try await commands(.simUnblock, commands.number, named: ["reauth": password]) } catch {
            switch error.refusal?.code {
            case "not_found"?: guard await isDone(error, commands, { $0.simBlock == nil }) else { throw error }
            case "sign_in_failed"?, "invalid_code"?, "reauth_required"?:
                throw FieldError("reauth", words.passwordWrong[language])
            case "not_permitted"?: throw FieldError("", words.blockedByOther[language])
            default: throw error
            }
        }
        request.visit.notice = Visit.Notice(words.unblockDone[language])
        return .seeOther("/service")
    }
}

private struct BlockPage {
    struct Reason {
        var value: String
        var title: String
        var isChosen: Bool
    }

    var path: String
    var lead: String
    var isBlocked: Bool
    var terms: [String]
    var reasons: [Reason]
}

private struct UnblockPage {
    var path: String
    var lead: String
    /// For the browser's store of passwords.
    var msisdn: String
    /// The reason why the visitor cannot unblock the SIM. One, or none.
    var obstacles: [String]
    var canUnblock: Bool
}
