/// The files that are embedded in the program, and the paths under which browsers keep them for ever.

internal import Crypto

enum WebAssets {
    struct Asset: Sendable {
        var path: String
        var mediaType: String
        var bytes: [UInt8]
        /// A browser keeps it for ever, because another content has another path.
        var isForEver: Bool
    }

    static let layout = String(decoding: PackageResources.layout_mustache, as: UTF8.self)
    static let css = hashed("cabinet", "css", "text/css; charset=utf-8", PackageResources.cabinet_css)
    static let icon = hashed("icon", "svg", "image/svg+xml", PackageResources.icon_svg)
    static let script = hashed("cabinet", "js", "text/javascript; charset=utf-8", PackageResources.cabinet_js)
    /// The same script as a service worker: at the root, because a worker is responsible for the paths below its own. The
    /// query changes with the style sheet, so that the offline page is stored anew.
    static let worker = Asset(
        path: "/cabinet.js", mediaType: script.mediaType, bytes: script.bytes, isForEver: false)
    static let workerAddress = "\(worker.path)?\(css.path.suffix(16).prefix(12))"
    static let manifest = Asset(
        path: "/manifest.webmanifest", mediaType: "application/manifest+json",
        bytes: Array(
            String(decoding: PackageResources.manifest_webmanifest, as: UTF8.self)
                .replacing("ICON", with: icon.path).utf8), isForEver: false)

    static let byPath: [String: Asset] = Dictionary(
        uniqueKeysWithValues: [css, icon, script, worker, manifest].map { ($0.path, $0) })

    private static func hashed(_ name: String, _ type: String, _ mediaType: String, _ bytes: [UInt8]) -> Asset {
        let hash = base64URL(SHA256.hash(data: bytes).prefix(9))
        return Asset(path: "/assets/\(name)-\(hash).\(type)", mediaType: mediaType, bytes: bytes, isForEver: true)
    }
}
