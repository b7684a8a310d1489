// swift-tools-version:6.1
import PackageDescription

// The rooms of Polyvisor that are measured, through links: the main package is not burdened with it.
let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]
let package = Package(
    name: "catalogue-benchmark",
    targets: [
        .systemLibrary(name: "CYAML", path: "Sources/CLibraries/CYAML", pkgConfig: "yaml-0.1"),
        .target(name: "Topology", dependencies: ["CYAML"], swiftSettings: settings),
        .target(
            name: "Release", dependencies: ["Topology"], resources: [.copy("Resources/catalog")],
            swiftSettings: settings),
        .executableTarget(name: "catalogue-benchmark", dependencies: ["Release"], swiftSettings: settings),
    ])
