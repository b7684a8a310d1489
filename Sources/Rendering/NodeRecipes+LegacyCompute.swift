import Release
import Topology

/// nova-compute.conf of Havana to Kilo: one nova-compute a node, and in it what drives the hypervisor.
extension NodeRecipes {
    func legacyCompute() -> [Recipe] {
        switch node.hypervisor {
        case nil: []
        case .kvm, .qemu, .lxc, .xen, .uml: [libvirtDriver()]
        case .vmware: vcenterDriver()
        case .vmwareESX(let address): [esxDriver(address)]
        case .hyperv:
            [compute("hyperv", ["vswitch": TemplateValue(node.providerInterfaces.first?.interface)])]
        case .ironic:
            [
                compute(
                    "ironic",
                    [
                        "has_several": .flag(lab.nodes.count { $0.hypervisor == .ironic } > 1),
                        "ironic_password": .text(cloud.secret(.user("ironic"))),
                    ])
            ]
        case .docker: [compute("docker", [:])]
        }
    }

    private func compute(_ name: String, _ values: [String: TemplateValue]) -> Recipe {
        legacyService(
            "/etc/nova/nova-compute.conf", group: "nova", units: units(.novaCompute),
            template: "nova/nova-compute-\(name).conf", values)
    }

    private func libvirtDriver() -> Recipe {
        let kind = node.hypervisor?.kind ?? .kvm
        return compute(
            "libvirt",
            [
                "virt_type": .text(kind.rawValue),
                // Only KVM can give a guest the host's own CPU.
                "cpu_mode": .text(kind == .kvm ? "host-model" : "none"),
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
