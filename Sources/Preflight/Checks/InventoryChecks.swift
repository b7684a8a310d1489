import Access
import Facts
import Foundation
import Release
import Topology
import VSphere
import Wording

extension Check {
    /// A vSphere server as a whole.
    static let inventoryChecks = [
        Check("kind", "it is what the driver drives", .proof, .inventory(kind)),
        Check("version", "its version is one that the driver takes", .proof, .inventory(version)),
        Check("driver", "the release's driver is not on its way out", .advice, .inventory(driver)),
        Check("clock", "its clock agrees with this machine's", .advice, .inventory(clock)),
        Check("cluster", "each cluster is there, once, where the topology says", .proof, .inventory(clusters)),
    ]

    @Sendable private static func kind(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard facts.about.isESXi != sight.server.isESXi else { return [] }
        let isESXi = facts.about.isESXi
        return [
            .error(
                sight.server.object, expected: isESXi ? "a vCenter" : "a single ESXi host",
                found: facts.about.fullName,
                why: isESXi
                    ? "VMwareVCDriver looks for clusters, and only a vCenter has them"
                    : "VMwareESXDriver drives a host without vCenter between",
                remedy: isESXi
                    ? "give the vCenter's address in \(sight.server.place)" : "give the host's own address")
        ]
    }

    /// `MIN_VC_VERSION` and `NEXT_MIN_VC_VERSION` of nova/virt/vmwareapi/constants.py: 5.1.0 since Liberty, and 5.5.0
    /// as the next one since Ocata, of which it warns.
    @Sendable private static func version(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard !sight.server.isESXi, !facts.about.isESXi else { return [] }
        let version = Version(facts.about.version)
        let object = sight.server.object
        if version < Version("5.1.0") {
            return [
                .error(
                    object, expected: "vCenter 5.1.0 or later", found: facts.about.fullName,
                    why: "MIN_VC_VERSION: nova-compute refuses older ones at its start", remedy: "upgrade vCenter")
            ]
        }
        if version < Version("5.5.0") {
            return [
                .warning(
                    object, expected: "vCenter 5.5.0 or later", found: facts.about.fullName,
                    why: "NEXT_MIN_VC_VERSION: Nova warns of older ones at each start", remedy: "upgrade vCenter")
            ]
        }
        return []
    }

    @Sendable private static func driver(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard let status = DriverStatus.of(sight.setting.release) else { return [] }
        return [
            .note(
                sight.server.object, expected: "a driver that its authors vouch for", found: status,
                why: "nova-compute says so at its start", remedy: "verify each hypervisor, and watch release notes")
        ]
    }

    private static let tolerance = 60.0

    @Sendable private static func clock(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard abs(facts.clockAhead) > tolerance else { return [] }
        return [
            .warning(
                sight.server.object, expected: "a clock within \(Int(tolerance)) s of this machine's",
                found: "it is \(Int(abs(facts.clockAhead))) s \(facts.clockAhead > 0 ? "ahead" : "behind")",
                why: "certificates and tokens are judged by time, and the times of tasks and logs cannot be compared",
                remedy: "let vCenter, ESXi hosts and nodes follow the same NTP servers")
        ]
    }

    @Sendable private static func clusters(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard !facts.about.isESXi else { return [] }
        return sight.server.clusters.flatMap { wanted in placement(of: wanted, sight, facts.inventory) }
    }

    private static let whyCluster =
        "vm_util.get_cluster_ref_by_name takes the first cluster of the name in any datacenter; without one "
        + "nova-compute does not start"

    private static func placement(of wanted: Cluster, _ sight: ServerSight, _ inventory: Inventory) -> [Finding] {
        let object = "cluster \(quoted(wanted.clusterName))"
        let datacenter = sight.server.datacenter ?? ""
        func error(_ expected: String, _ found: String, _ remedy: String) -> [Finding] {
            [.error(object, expected: expected, found: found, why: whyCluster, remedy: remedy)]
        }
        switch inventory.meaning(of: wanted, in: datacenter) {
        case .one(let found): return spelling(of: wanted, found, sight)
        case .missing:
            return error(
                "a cluster of that name", "the clusters are \(listed(inventory.clusters.map { quoted($0.name) }))",
                "correct cluster_name in \(sight.setting.lab.file):\(wanted.mark)")
        case .elsewhere(let places):
            return error(
                "in datacenter \(quoted(datacenter))", "in \(listed(places.map(quoted)))",
                "correct datacenter in \(sight.server.place)")
        case .several(let places):
            return error(
                "one cluster of that name", "\(places.count), in datacenters \(listed(places.map(quoted)))",
                "rename all but one of them")
        }
    }

    private static func spelling(
        of wanted: Cluster, _ found: ClusterComputeResource, _ sight: ServerSight
    ) -> [Finding] {
        let stored = storedName(found.name)
        guard stored != wanted.clusterName else { return [] }
        return [
            .error(
                "cluster \(quoted(found.name))", expected: "cluster_name as vCenter keeps it: \(quoted(stored))",
                found: quoted(wanted.clusterName),
                why: "vCenter keeps /, \\ and % in names as %2f, %5c and %25, and Nova compares what it keeps",
                remedy: "write cluster_name: '\(stored)' in \(sight.setting.lab.file):\(wanted.mark)")
        ]
    }
}

/// A dotted version number.
struct Version: Comparable {
    let parts: [Int]

    /// What is no number counts as nothing.
    init(_ text: String) { parts = text.split(separator: ".").map { Int($0) ?? 0 } }

    private func part(_ index: Int) -> Int { parts.indices.contains(index) ? parts[index] : 0 }

    static func == (a: Version, b: Version) -> Bool { !(a < b) && !(b < a) }

    static func < (a: Version, b: Version) -> Bool {
        for index in 0..<max(a.parts.count, b.parts.count) where a.part(index) != b.part(index) {
            return a.part(index) < b.part(index)
        }
        return false
    }
}

/// What Nova's release notes say of its VMware driver.
enum DriverStatus {
    /// What there is to know in a release; nil where the driver is supported.
    static func of(_ release: Release) -> String? {
        if release.name == "ussuri" { return "deprecated in Ussuri, which Victoria took back" }
        return release.isBefore("2023.1") ? nil : "experimental since 2023.1 (Antelope), and may be removed"
    }
}
