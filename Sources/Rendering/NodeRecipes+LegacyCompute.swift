import Release
import Topology

/// nova-compute.conf of Havana to Kilo: one nova-compute a node, and in it what drives the hypervisor.
extension NodeRecipes {
    func legacyCompute() -> [Recipe] {
        switch node.hypervisor {
        case nil: []
        case .vmware: vcenterDriver()
        case .vmwareESX(let address): [esxDriver(address)]
        case .host(let kind): [kind.isLibvirt ? libvirtDriver(kind) : compute(kind.rawValue, ownDriver(kind))]
        }
    }

    /// What the template of a driver of its own asks for.
    private func ownDriver(_ kind: HypervisorKind) -> [String: TemplateValue] {
        var values = ["vswitch": TemplateValue(node.providerInterfaces.first?.interface)]
        guard kind.isBareMetal else { return values }
        values["has_several"] = .flag(lab.nodes.count { $0.hypervisor?.kind == kind } > 1)
        values["ironic_password"] = .text(cloud.secret(.user("ironic")))
        return values
    }

    private func compute(_ name: String, _ values: [String: TemplateValue]) -> Recipe {
        legacyService(
            "/etc/nova/nova-compute.conf", group: "nova", units: units(.novaCompute),
            template: "nova/nova-compute-\(name).conf", values)
    }

    private func libvirtDriver(_ kind: HypervisorKind) -> Recipe {
        compute(
            "libvirt",
            [
                "virt_type": .text(kind.virtType ?? kind.rawValue),
                "cpu_mode": .text(kind.lacks.contains(.hostCPU) ? "none" : "host-model"),
                "firewall_driver": .text(
                    lab.hasLegacyNeutron
                        ? "nova.virt.firewall.NoopFirewallDriver" : "nova.virt.libvirt.firewall.IptablesFirewallDriver"),
            ])
    }

    /// All clusters of the node in one service: `cluster_name` may be repeated until Kilo.
    private func vcenterDriver() -> [Recipe] {
        let references = node.clusters
        guard let vcenter = references.first.flatMap({ lab.vcenter($0.vcenter) }) else { return [] }
        let clusters = references.compactMap { lab.cluster($0) }
        return [
            compute(
                "vmware",
                vmware(
                    "VMwareVCDriver", server: vcenter.address, username: vcenter.username,
                    password: cloud.secret(.vcenter(vcenter.name))
                ).merging([
                    "is_vcenter": true, "port": portOption(vcenter.port),
                    "clusters": .list(clusters.map { .text($0.clusterName) }),
                    "datastore_regex": TemplateValue(clusters.lazy.compactMap(\.datastoreRegex).first),
                    "cache_prefix": cloud.release.isBefore("kilo")
                        ? false : .own("\(lab.name)-\(node.name)"),
                ]) { $1 })
        ]
    }

    /// `host_port` came with Juno; before, 443 was fixed.
    private func portOption(_ port: Int) -> TemplateValue {
        cloud.release.isBefore("juno") ? false : .text(String(port))
    }

    private func esxDriver(_ address: String) -> Recipe {
        compute(
            "vmware",
            vmware(
                "VMwareESXDriver", server: address, username: node.esxiLogin.username,
                password: cloud.secret(.esxi(node.name))))
    }

    private func vmware(
        _ driver: String, server: String, username: String, password: String
    ) -> [String: TemplateValue] {
        [
            "driver": .text(driver), "server": .text(server), "username": .text(username),
            "password": .text(password), "is_vcenter": false, "port": false, "clusters": .list([]),
            "datastore_regex": false, "cache_prefix": false,
            "vlan_interface": TemplateValue(lab.hasLegacyNeutron ? nil : lab.dataInterface(node) ?? "vmnic0"),
            "integration_bridge": TemplateValue(lab.hasLegacyNeutron ? Lab.integrationBridge : nil),
        ]
    }
}
