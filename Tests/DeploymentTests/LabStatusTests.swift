import Facts
import Foundation
import Testing

@testable import Deployment

@Suite("the status of a lab")
struct LabStatusTests {
    private func status() -> LabStatus {
        var node = LabStatus.Node(
            name: "kvm1", address: "10.77.0.21", reachable: true, problem: nil, missingUnits: [], runningUnits: 0,
            services: [], mendedFiles: [], memoryMB: 300)
        node.take(
            ["nova-compute", "neutron-openvswitch-agent", "libvirtd", "ssh"],
            [
                "nova-compute": .init(
                    active: "active", enabled: "enabled", started: 1, since: "2026-11-30T21:10:05Z",
                    restart: "on-failure"),
                "neutron-openvswitch-agent": .init(active: "failed", enabled: "enabled", started: 0, restart: "no"),
                "libvirtd": .init(active: "active", enabled: "enabled", started: 1),
            ])
        return LabStatus(
            lab: "small", release: "zed", lastRun: nil, nodes: [node], hypervisors: [], cloudProblem: nil,
            sandboxParts: nil)
    }

    @Test("tells of each service since when it runs and what restarts it, and of each that does not run its state")
    func text() {
        #expect(
            status().text == """
                lab “small”, release zed: incomplete
                ✗ kvm1  10.77.0.21  2 services run, 300 MB
                    nova-compute since 2026-11-30T21:10:05Z, Restart=on-failure
                    libvirtd
                    ✗ neutron-openvswitch-agent is failed
                    ✗ ssh is absent

                """)
    }

    @Test("has the same for scripts")
    func json() throws {
        let document = try JSONSerialization.jsonObject(with: Data(status().json().utf8))
        let nodes = try #require((document as? [String: Any])?["nodes"] as? [[String: Any]])
        let services = try #require(nodes.first?["services"] as? [[String: String]])
        #expect(
            services == [
                ["unit": "nova-compute", "since": "2026-11-30T21:10:05Z", "restart": "on-failure"],
                ["unit": "libvirtd"],
            ])
    }
}
