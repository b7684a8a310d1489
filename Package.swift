// swift-tools-version:6.1
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// A C library of the system, behind a module map and a shim of its own.
func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// Only what a file says is public is seen outside of it.
let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]

/// A room of the house: what it may import is said here and nowhere else.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// The tests of a room; golden files are read from the sources, not copied.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], excluding: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: excluding)
}

let package = Package(
    name: "polyvisor",
    products: [.executable(name: "polyvisor", targets: ["polyvisor"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        cLibrary("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        cLibrary("CXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
        cLibrary("CSSH2", pkgConfig: "libssh2", apt: "libssh2-1-dev"),
        cLibrary("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
        cLibrary("CISAL", pkgConfig: "libisal", apt: "libisal-dev"),
        cLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),

        room("Wording", [crypto]),
        room("ImageMeta"),
        room("Topology", ["CYAML", "ImageMeta"]),
        room("Records", ["Topology", "Wording", database, crypto]),
        room("Release", ["Topology", "Wording"], resources: [.copy("Resources/catalog")]),
        room(
            "Rendering", ["Topology", "Release", "Wording", mustache, crypto],
            resources: [.copy("Templates"), .copy("Plugins")]),
        room("Diagram", ["Topology", "Wording"]),
        room("SSH", ["CSSH2", "Wording"]),
        room("HTTP", ["CCurl", "Wording", crypto]),
        room("XML", ["CXML2"]),
        room("VSphere", ["HTTP", "XML", "Wording", crypto]),
        room("OpenStack", ["HTTP"]),
        room("DiskImage", ["ImageMeta", "XML", "CDeflate", "CISAL", "CZstd", "Wording", crypto]),
        room("GuestImage", ["DiskImage", subprocess]),
        room("Providers", ["Topology", "SSH"]),
        room(
            "Sandbox", ["Topology", "Records", "Providers", "SSH", subprocess, crypto],
            resources: [.copy("Resources/simulator")]),
        room("Access", ["Topology", "Release", "SSH", "HTTP", "VSphere", "OpenStack", "Wording"]),
        room(
            "Uploads",
            [
                "Topology", "Rendering", "Access", "ImageMeta", "DiskImage", "GuestImage", "HTTP", "OpenStack",
                "Records", "VSphere",
                "Wording", crypto,
            ]),
        room(
            "Facts",
            [
                "Topology", "Release", "Access", "SSH", "HTTP", "VSphere", "OpenStack", "ImageMeta", "GuestImage",
                "Wording",
            ]),
        room("Planning", ["Topology", "Release", "Rendering", "Facts", "Wording"]),
        room("Preflight", ["Access", "Topology", "Release", "Facts", "VSphere", "HTTP", "Wording"]),
        room(
            "Deployment",
            [
                "Topology", "Release", "Rendering", "SSH", "VSphere", "OpenStack", "DiskImage", "GuestImage",
                "Providers", "Sandbox", "Access", "Uploads", "Facts", "Planning", "Preflight", "Records", "Wording",
            ]),
        room(
            "Verification",
            [
                "Topology", "Release", "HTTP", "Diagram", "VSphere", "OpenStack", "ImageMeta", "GuestImage", "Access",
                "Preflight", "Records", "Wording", mustache,
            ],
            resources: [.copy("Templates")]),
        room(
            "Commands",
            [
                "Topology", "Release", "Rendering", "VSphere", "OpenStack", "ImageMeta", "DiskImage", "Diagram",
                "Access",
                "Uploads", "Facts", "Preflight", "Deployment", "Verification", "Records", "Wording", argumentParser,
            ]),
        .executableTarget(name: "polyvisor", dependencies: ["Commands"], swiftSettings: settings),

        // The numbers of property tests, the same in every run.
        .target(name: "SeededGenerator", path: "Tests/SeededGenerator", swiftSettings: settings),
        // A shell of this machine in place of a node's.
        .target(name: "LocalShell", path: "Tests/LocalShell", swiftSettings: settings),
        tests(of: "Wording", ["SeededGenerator", subprocess]),
        // What is remembered of a lab while a test runs.
        .target(
            name: "MemoryStore", dependencies: ["Topology", "Records"], path: "Tests/MemoryStore",
            swiftSettings: settings),
        tests(of: "Records", ["Topology", "MemoryStore"]),
        tests(of: "Topology", excluding: ["Cases", "Golden"]),
        tests(of: "Release", ["Topology", "SeededGenerator"], excluding: ["Fixtures"]),
        tests(of: "Rendering", ["Topology", "Release", subprocess], excluding: ["Golden", "Fixtures"]),
        tests(of: "Diagram", ["Topology", subprocess], excluding: ["Golden"]),
        tests(of: "SSH", ["Wording"]),
        tests(of: "HTTP"),
        tests(of: "XML", ["SeededGenerator"]),
        tests(of: "OpenStack"),
        // The vCenter of the tests of several rooms.
        .target(name: "VCenterSimulator", path: "Tests/VCenterSimulator", swiftSettings: settings),
        tests(
            of: "VSphere", ["HTTP", "XML", "VCenterSimulator", crypto],
            excluding: ["Golden", "fault_proxy.py", "pyvmomi_view.py"]),
        tests(of: "GuestImage", [subprocess]),
        tests(of: "ImageMeta"),
        tests(of: "DiskImage", ["ImageMeta", "SeededGenerator", subprocess]),
        tests(of: "Providers", ["Topology"]),
        tests(of: "Sandbox", ["Topology", "Records", "Release"]),
        tests(
            of: "Access", ["Topology", "HTTP", "OpenStack", "VSphere", "VCenterSimulator"], excluding: ["Clouds"]),
        tests(
            of: "Preflight",
            ["Access", "Topology", "Release", "Facts", "SSH", "VSphere", "HTTP", "VCenterSimulator", "LocalShell"]),
        // Labs as plans see them, from fresh to finished.
        .target(
            name: "LabViews", dependencies: ["Topology", "Release", "Rendering", "Facts", "Planning"],
            path: "Tests/LabViews", swiftSettings: settings),
        tests(of: "Facts", ["Release", "LocalShell"]),
        tests(
            of: "Planning", ["Topology", "Release", "Rendering", "Facts", "LabViews", "SeededGenerator"],
            excluding: ["Golden"]),
        tests(
            of: "Deployment",
            [
                "Topology", "Release", "Rendering", "DiskImage", "OpenStack", "Uploads", "Planning", "Records",
                "MemoryStore", "LabViews", "LocalShell",
            ]),
        tests(
            of: "Uploads",
            [
                "Access", "Rendering", "DiskImage", "VSphere", "OpenStack", "HTTP", "VCenterSimulator", "Records",
                crypto,
            ],
            excluding: ["cutting_proxy.py", "glance_stub.py"]),
        tests(
            of: "Verification",
            [
                "Topology", "Release", "HTTP", "VSphere", "OpenStack", "GuestImage", "Diagram", "Access", "Facts",
                "Preflight",
                "Records", "MemoryStore", subprocess,
            ],
            excluding: ["Golden"]),
        tests(of: "Commands", [argumentParser]),
        // Reads the sources themselves: what imports what.
        .testTarget(name: "HouseTests"),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "polyvisor", "Deployment", "Records", "Rendering", "Topology", "VCenterSimulator", subprocess,
            ]),
    ])
