import GuestImage
import OpenStack
import Topology

/// Out of the network, as the guest sees it.
extension Check {
    /// Late in a run: by then a guest has tried everything.
    static let wayOut = Check(
        .wayOut, in: .neutron, needs: [.guestAddress], within: .waiting(\.reach)
    ) { evidence, setting in
        guard let guest = evidence.guest, let id = evidence.instance else { return .skipped("the guest said nothing") }
        guard guest.lease != nil else {
            return .skipped("the cloud's guest image is older than this Polyvisor, and does not say what it reaches")
        }
        try await readPort(&evidence, setting)
        guard var way = try await wayOut(guest, evidence.port, setting) else {
            return .skipped("Neutron does not show the subnet of the guest's address")
        }
        var last: WayOut.Finding?
        let verdict = try await Polling(limit: setting.grace.reach, pause: .seconds(2)).verdict {
            let report = GuestReport(consoleLog: try await setting.access.cloud.consoleOutput(id))
            way.reached = report.wayOut
            let finding = way.finding()
            last = finding
            return finding.sighting
        }
        evidence.warnings += (last?.warnings ?? []).map { "\(setting.subject.host): \($0)" }
        evidence.notes += (last?.notes ?? []).map { "\(setting.subject.host): \($0)" }
        return verdict
    }

    /// What Neutron has of where the guest is; nil: it does not show it.
    private static func wayOut(_ guest: GuestReport, _ port: Port?, _ setting: Setting) async throws -> WayOut? {
        let cloud = setting.access.cloud
        let subnetID = port?.fixedIPs.first { $0.address == guest.address }?.subnetID
        guard let lease = guest.lease, let subnetID,
            let subnet = try await cloud.subnets().first(where: { $0.id == subnetID })
        else { return nil }
        let network = try setting.ingredients.get().network
        let dhcp = try await cloud.ports(ofNetwork: network.id, deviceOwner: "network:dhcp")
        return WayOut(
            lease: lease, reached: guest.wayOut,
            // Without metadata the guest was told of no place.
            place: guest.instanceID == nil ? nil : setting.placeBeyond, subnet: subnet, network: network,
            router: try await router(at: subnet.gateway, of: network, cloud),
            dhcpServers: Set(dhcp.flatMap(\.fixedIPs).map(\.address)), dhcpLog: setting.log(.dhcpAgent),
            routerLog: setting.log(.l3Agent))
    }

    private static func router(
        at gateway: String?, of network: OpenStack.Network, _ cloud: Cloud
    ) async throws -> OpenStack.Router? {
        guard let gateway else { return nil }
        let ports = try await cloud.ports(ofNetwork: network.id, address: gateway)
        // `network:router_interface`, with DVR and HA also others.
        let owned = ports.first { port in
            ["network:router_", "network:ha_router_"].contains { port.owner?.hasPrefix($0) == true }
        }
        guard let owned else { return nil }
        return try await cloud.router(owned.deviceID)
    }
}

extension Setting {
    /// The cloud's API where it has an address: a place that is seldom in an instance's own network. nil: it has none.
    var placeBeyond: String? {
        let parts = access.cloud.credentials.authURL.split(separator: "://", maxSplits: 1).map(String.init)
        let (scheme, rest) = (parts.first, parts.count > 1 ? parts[1] : "")
        let authority = rest.prefix { $0 != "/" }.split(separator: ":")
        guard let host = authority.first.flatMap({ IPv4Address($0) }), host.bits >> 24 != 127 else { return nil }
        let standard = scheme == "https" ? 443 : 80
        return "\(host):\(authority.count > 1 ? Int(authority[1]) ?? standard : standard)"
    }
}
