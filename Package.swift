// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike. Each flag with its proposal:
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335: a box is spelled out
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: a file imports what it uses
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: imports do not leak
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async stays with its caller
    .treatAllWarnings(as: .error),  // SE-0443
]

let package = Package(
    name: "kabinet",
    products: [
        .executable(name: "kabinetd", targets: ["kabinetd"]),
        .executable(name: "kabinet", targets: ["kabinet"]),
        .executable(name: "kabinet-web", targets: ["kabinet-web"]),
        .library(name: "KabinetClient", targets: ["Client"]),
        .library(name: "KabinetTesting", targets: ["KabinetTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // None of its traits is needed: FoundationEssentials is enough, and settings are ours.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // The log and the domain.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CMemory"),
        .target(name: "PrivateFiles", swiftSettings: strict),
        .target(name: "Phrases", swiftSettings: strict),
        .target(name: "LMDB", dependencies: ["CLMDB"], swiftSettings: strict),
        .target(
            name: "Accounts",
            dependencies: ["CMemory", "Phrases", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict),
        .target(name: "EventCoding", dependencies: ["Accounts"], swiftSettings: strict),
        .target(
            name: "EventLog",
            dependencies: [
                "CMemory", "LMDB", "Accounts", "EventCoding", "PrivateFiles",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),

        // The way of a command.
        .target(name: "LineProtocol", dependencies: ["Accounts"], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "CSodium", "LMDB", "Accounts", "EventCoding", "EventLog", "LineProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "TLS",
            dependencies: [
                "Accounts", "PrivateFiles",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "Server",
            dependencies: [
                "Accounts", "Engine", "EventLog", "LineProtocol", "TLS",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "Client",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(name: "KabinetTesting", dependencies: ["Client"], swiftSettings: strict),
        .target(
            name: "CatalogFile",
            dependencies: ["Accounts", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("example.yaml"), .embedInCode("schema.in.json")],
            swiftSettings: strict),
        .target(
            name: "ProcessSettings",
            dependencies: [
                "TLS",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "kabinetd",
            dependencies: [
                "Accounts", "CMemory", "CatalogFile", "Engine", "EventLog", "ProcessSettings", "Server", "TLS",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),

        // The web cabinet, a front end.
        .target(
            name: "Web",
            dependencies: [
                "Client", "Phrases", "PrivateFiles", "TLS",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Assets/cabinet.css"), .embedInCode("Assets/cabinet.js"), .embedInCode("Assets/icon.svg"),
                .embedInCode("Assets/layout.mustache"), .embedInCode("Assets/manifest.webmanifest"),
            ],
            swiftSettings: strict),
        .target(
            name: "Cabinet",
            dependencies: ["Client", "Phrases", "Web"],
            resources: [
                .embedInCode("SignIn/sign-in.mustache"), .embedInCode("Start/start.mustache"),
                .embedInCode("Money/money.mustache"), .embedInCode("Paying/paying.mustache"),
                .embedInCode("Tariffs/tariffs.mustache"), .embedInCode("Products/products.mustache"),
                .embedInCode("Service/service.mustache"), .embedInCode("Help/help.mustache"),
                .embedInCode("Numbers/numbers.mustache"), .embedInCode("Security/security.mustache"),
                .embedInCode("Profile/profile.mustache"), .embedInCode("Profile/privacy.mustache"),
                .embedInCode("Reauthentication/reauthentication.mustache"),
                .embedInCode("Promises/promises.mustache"), .embedInCode("Autopay/autopay.mustache"),
                .embedInCode("Transfers/transfers.mustache"), .embedInCode("Transfers/gifts.mustache"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "kabinet-web",
            dependencies: [
                "Cabinet", "Client", "Phrases", "PrivateFiles", "ProcessSettings", "TLS", "Web",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Tools.
        .executableTarget(
            name: "kabinet",
            dependencies: [
                "Accounts", "CatalogFile", "Client", "Engine", "EventCoding", "EventLog", "KabinetTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tools/kabinet",
            swiftSettings: strict),
        .executableTarget(
            name: "protoc-gen-events",
            dependencies: [
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
            ],
            path: "Tools/protoc-gen-events",
            swiftSettings: strict),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Accounts", "EventCoding", "EventLog", "LineProtocol", "CatalogFile", "Phrases", "TestSupport", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/Fuzz",
            exclude: ["corpus"],
            swiftSettings: strict),
        .executableTarget(
            name: "instructions",
            dependencies: ["Accounts", "Engine", "EventLog", "TestSupport", "LineProtocol"],
            path: "Tools/Instructions",
            exclude: ["budget.json"],
            swiftSettings: strict),
        .executableTarget(
            name: "simulator",
            dependencies: [
                "Accounts", "Engine", "EventCoding", "EventLog", "TestSupport", "LineProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/Simulator",
            exclude: ["seeds"],
            swiftSettings: strict),

        // Tests, one target a module, what they share (fakes with the simulator too), and the real process.
        .target(
            name: "TestSupport", dependencies: ["Accounts", "Engine"], path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "ScenarioKit",
            dependencies: ["Accounts", "Engine", "EventCoding", "EventLog", "TestSupport", "LineProtocol"],
            path: "Tests/ScenarioKit",
            swiftSettings: strict),
        .testTarget(name: "LMDBTests", dependencies: ["LMDB"], swiftSettings: strict),
        .testTarget(
            name: "AccountsTests",
            dependencies: [
                "Accounts", "ScenarioKit", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["KeptLogs"], swiftSettings: strict),
        // The same schemas by swift-protobuf, which ours are held against.
        .target(
            name: "EventReference",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            path: "Tests/EventReference",
            swiftSettings: strict),
        .testTarget(
            name: "EventCodingTests",
            dependencies: [
                "Accounts", "EventCoding", "EventReference", "protoc-gen-events",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EventLogTests", dependencies: ["LMDB", "Accounts", "ScenarioKit", "EventCoding", "EventLog"],
            swiftSettings: strict),
        .testTarget(name: "LineProtocolTests", dependencies: ["Accounts", "LineProtocol"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Accounts", "Engine", "EventLog", "ScenarioKit", "TestSupport", "LineProtocol",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ServerTests", dependencies: ["Server", "TLS", .product(name: "NIOSSL", package: "swift-nio-ssl")],
            swiftSettings: strict),
        .testTarget(
            name: "ClientTests",
            dependencies: [
                "Client",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Client", "Phrases", "PrivateFiles", "Web", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CabinetTests", dependencies: ["Accounts", "Cabinet", "Client", "Phrases", "ScenarioKit", "Web"],
            swiftSettings: strict),
        .testTarget(name: "CatalogFileTests", dependencies: ["Accounts", "CatalogFile"], swiftSettings: strict),
        .testTarget(
            name: "kabinetTests",
            dependencies: [
                "kabinet", "Accounts", "CatalogFile", "Client", "EventLog",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["LMDB", "Accounts", "Client", "KabinetTesting", "EventCoding", "EventLog"],
            exclude: ["Scripts"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
