// swift-tools-version:6.1
import PackageDescription

/// The rooms that are measured, built as the product builds them; `Sources` has links to them.
let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "vsphere-benchmark",
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .systemLibrary(name: "CCurl", path: "Sources/CLibraries/CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CXML2", path: "Sources/CLibraries/CXML2", pkgConfig: "libxml-2.0"),
        .target(name: "Wording", swiftSettings: settings),
        .target(name: "HTTP", dependencies: ["CCurl", "Wording", crypto], swiftSettings: settings),
        .target(name: "XML", dependencies: ["CXML2"], swiftSettings: settings),
        .target(name: "VSphere", dependencies: ["HTTP", "XML", "Wording", crypto], swiftSettings: settings),
        .executableTarget(name: "VSphereBenchmark", dependencies: ["VSphere", "HTTP"], swiftSettings: settings),
    ])
