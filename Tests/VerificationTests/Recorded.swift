import Foundation
import OpenStack
@testable import Topology

@testable import Verification

/// Answers of the APIs as Zed gives them, shortened to what is read.
enum Recorded {
    static let id = "0b2d9f8e-3a51-4c77-9d0e-5f1f6f0c1a2b"

    static func decode<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    static func server(
        _ status: String, host: String? = "kvm1", task: String? = nil, fault: String? = nil,
        metadata: [String: String] = [:]
    ) throws -> Server {
        let fault = try fault.map { ", \"fault\": {\"code\": 500, \"message\": \(try quoted($0))}" } ?? ""
        return try decode(
            Server.self,
            """
            {"id": "\(id)", "name": "polyvisor-verify-3f9a1c20-kvm1", "status": "\(status)",
             "OS-EXT-STS:task_state": \(try quoted(task)), "OS-EXT-SRV-ATTR:host": \(try quoted(host)),
             "OS-EXT-SRV-ATTR:hypervisor_hostname": \(try quoted(host)),
             "OS-EXT-SRV-ATTR:instance_name": "instance-00000001",
             "metadata": \(try quoted(metadata))\(fault)}
            """)
    }

    static func service(_ host: String, state: String = "up", status: String = "enabled") throws -> ComputeServiceState
    {
        try decode(
            ComputeServiceState.self,
            """
            {"id": "1", "binary": "nova-compute", "host": "\(host)", "zone": "nova", "state": "\(state)",
             "status": "\(status)", "disabled_reason": null}
            """)
    }

    static func hypervisor(_ host: String, type: String) throws -> HypervisorState {
        try decode(
            HypervisorState.self,
            """
            {"id": "7", "hypervisor_hostname": "\(host).lab", "hypervisor_type": "\(type)", "state": "up",
             "hypervisor_version": 7002011, "status": "enabled", "service": {"id": "1", "host": "\(host)"}}
            """)
    }

    static func port(_ vif: String, host: String, details: String = "{}") throws -> OpenStack.Port {
        try decode(
            OpenStack.Port.self,
            """
            {"id": "p1", "device_id": "\(id)", "network_id": "n1", "status": "ACTIVE", "binding:host_id": "\(host)",
             "fixed_ips": [{"subnet_id": "s", "ip_address": "10.78.0.14"}], "binding:vif_type": "\(vif)",
             "binding:vif_details": \(details)}
            """)
    }

    private static func quoted(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

extension Subject {
    static let kvm1 = Subject(host: "kvm1", node: "kvm1", driver: .host(.kvm))
    static let clusterA = Subject(
        host: "vmware1-cluster_a", node: "vmware1",
        driver: .cluster(ClusterReference(vcenter: "vc1", cluster: "cluster_a")))
}
