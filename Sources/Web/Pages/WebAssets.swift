/// The files that are embedded in the program, and the paths under which browsers keep them.

internal import Crypto

struct WebAsset: Sendable {
    let path: String
    let mediaType: String
    let bytes: [UInt8]
    /// Tells versions apart.
    let hash: String
    /// A browser keeps it for ever, because another content has another path.
    let isForEver: Bool

    /// - Parameter path: `HASH` in it stands for the hash.
    init(_ path: String, _ mediaType: String, _ bytes: [UInt8]) {
        hash = base64URL(SHA256.hash(data: bytes).prefix(9))
        self.path = path.replacing("HASH", with: hash)
        isForEver = self.path != path
        (self.mediaType, self.bytes) = (mediaType, bytes)
    }
}

enum WebAssets {
    static let layout = String(decoding: PackageResources.layout_mustache, as: UTF8.self)
    static let css = WebAsset("/assets/cabinet-HASH.css", "text/css; charset=utf-8", PackageResources.cabinet_css)
    static let icon = WebAsset("/assets/icon-HASH.svg", "image/svg+xml", PackageResources.icon_svg)
    static let script = WebAsset(
        "/assets/cabinet-HASH.js", "text/javascript; charset=utf-8", PackageResources.cabinet_js)
    /// The same script as a service worker: at the root, because a worker is responsible for the paths below its own.
    static let worker = WebAsset("/cabinet.js", script.mediaType, script.bytes)
    /// The query changes with the style sheet, so that the worker stores the offline page anew.
    static let workerAddress = "\(worker.path)?\(css.hash)"
    static let manifest = WebAsset(
        "/manifest.webmanifest", "application/manifest+json",
        Array(
            String(decoding: PackageResources.manifest_webmanifest, as: UTF8.self)
                .replacing("ICON", with: icon.path).utf8))

    static let byPath: [String: WebAsset] = Dictionary(
        uniqueKeysWithValues: [css, icon, script, worker, manifest].map { ($0.path, $0) })
}
