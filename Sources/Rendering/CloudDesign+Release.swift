import Release
import Topology

extension CloudDesign {
    /// What releases differ in, for every template: one set of templates serves all of them.
    ///
    /// The spans are those of the releases' own option catalogues; for files of other programs the source is named.
    var releaseFacts: [String: TemplateValue] {
        let release = release
        func since(_ name: String) -> Bool { !release.isBefore(name) }
        let isLinuxbridge = mechanismDriver == .linuxbridge
        return [
            "is_linuxbridge": .flag(isLinuxbridge),
            "mechanism_driver": .text(mechanismDriver.rawValue),
            // [experimental] came with Zed, and went with the driver: without it server and agent exit.
            "marks_linuxbridge_experimental": .flag(isLinuxbridge && since("zed") && release.isBefore("2025.1")),
            "network_types_option": .text(since("2026.1") ? "project_network_types" : "tenant_network_types"),
            // nova-api's own server and its options went with 2025.2, neutron's api_workers with 2026.2.
            "has_nova_api_workers": .flag(release.isBefore("2025.2")),
            "has_neutron_api_workers": .flag(release.isBefore("2026.2")),
            // Zones have been Placement's business by default since Xena; before, it has to be asked.
            "asks_placement_for_zones": .flag(release.isBefore("xena")),
            // The packages carry MODULE.wsgi from 2025.1 on, and no scripts in /usr/bin any more in 2026.2.
            "has_wsgi_modules": .flag(since("2025.1")),
            "has_quorum_queues": .flag(since("yoga")),
            "has_transient_quorum_queues": .flag(since("2024.1")),
            "is_clustered": .flag(isClustered),
            // compute_id in state_path is the identity of a compute node since 2023.1 (nova/virt/node.py).
            "has_compute_id": .flag(since("2023.1")),
            "has_volumes": .flag(hasVolumes),
        ]
    }
}
