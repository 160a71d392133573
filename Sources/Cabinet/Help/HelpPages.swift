/// Help, and the page that a browser keeps for when it is offline: static, and for anybody.

internal import Phrases
internal import Web

struct HelpPages: Sendable {
    func add(to site: inout Site) {
        site.addChapter(
            "help", Words.help, templates: String(decoding: PackageResources.help_mustache, as: UTF8.self))
        site.get("/help", access: .anybody) { request in
            // Long texts with links are a template of each language.
            .page(Page("help-\(request.language.rawValue)", title: Words.help.title[request.language]))
        }
        site.get("/offline", access: .anybody) { request in
            .page(Page("offline", title: Words.help.offlineTitle[request.language]))
        }
    }
}
