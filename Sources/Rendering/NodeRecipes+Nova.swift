import Release
import Topology

extension NodeRecipes {
    /// nova.conf: what every Nova service of the node reads.
    func novaConf() -> Recipe {
        .service(
            "/etc/nova/nova.conf", group: "nova", units: novaUnits, template: "nova/nova.conf",
            cloud.tokenCheck(of: "nova").merging(novaValues) { _, new in new })
    }

    private var novaValues: [String: TemplateValue] {
        [
            // Each cluster's service has a host name of its own, in its own file.
            "host": node.clusters.isEmpty ? .own(node.name) : false,
            "address": address,
            "storage_address": node.hypervisor != nil && node.traffic.storage != nil ? storageAddress : false,
            "transport_url": .text(cloud.transportURL), "region": .text(cloud.region),
            "is_controller": .flag(isController),
            "is_compute": .flag(node.hypervisor != nil),
            "api_database_url": .text(cloud.databaseURL("nova", database: "nova_api", from: node)),
            "database_url": .text(cloud.databaseURL("nova", database: "nova", from: node)),
            "state_path": .text(node.isWindows ? #"C:\OpenStack\Nova"# : "/var/lib/nova"),
            "log_dir": .text(node.isWindows ? #"C:\OpenStack\Log"# : "/var/log/nova"),
            "lock_path": .text(node.isWindows ? #"C:\OpenStack\Nova\lock"# : "/var/lib/nova/lock"),
            "service_user": cloud.credentials(of: "nova"),
            "placement_user": cloud.credentials(of: "placement"),
            "neutron_user": cloud.credentials(of: "neutron"),
            "weights": .list(isController ? cloud.weightOptions : []),
            "metrics_weight": isController ? cloud.metricsWeight : false,
            "image_url": .text(cloud.imageURL),
            "novncproxy_url": .text(cloud.novncproxyURL),
            "metadata_proxy_secret": .text(cloud.secret(.metadataProxy)),
        ]
    }

    private var novaUnits: [String] {
        let apis = units(.novaAPI, .novaMetadataAPI, .novaConductor, .novaScheduler, .novncProxy)
        return (isController ? apis : []) + computeUnits
    }

    /// The units of the node's nova-compute services.
    private var computeUnits: [String] { Release.computeDaemons(on: node).map(distribution.unit) }

    /// The unit that runs nova-compute for a cluster.
    private func clusterUnit(_ reference: ClusterReference) -> String {
        distribution.unit(of: RunningDaemon(.novaComputeOfCluster, instance: reference.cluster))
    }

    /// A compute node with libvirt.
    func libvirtCompute() -> [Recipe] {
        let kind = cloud.input.virtTypes[node.name] ?? node.hypervisor?.kind ?? .qemu
        let compute = Recipe.service(
            "/etc/nova/nova-compute.conf", group: "nova", units: units(.novaCompute),
            template: "nova/nova-compute.conf",
            [
                "virt_type": .text(kind.virtType ?? kind.rawValue),
                "is_emulated": .flag(kind.runsQEMU && kind.lacks.contains(.hostCPU)),
                "is_container": .flag(kind.isContainer),
                "is_xen": .flag(kind.lacks.contains(.hostCPU) && !kind.runsQEMU && !kind.isContainer),
                "moves_instances": .flag(lab.movesInstances(of: node)), "address": address,
            ])
        guard lab.provider == .sandbox, kind.runsQEMU else { return [compute] + novaSSH() }
        return [compute] + novaSSH() + [
            .open("/etc/libvirt/qemu.conf", units: units(.libvirt), template: "libvirt/qemu.conf")
        ]
    }

    /// A compute node with a driver of its own, which has a template of its own; none on others.
    func ownDriver() -> [Recipe] {
        guard case .host(let kind) = node.hypervisor, !kind.isLibvirt else { return [] }
        var values: [String: TemplateValue] = [
            "identity_url": .text(cloud.identityURL), "region": .text(cloud.region),
            "vswitch": TemplateValue(node.providerInterfaces.first?.interface),
        ]
        if kind.isBareMetal { values["ironic_user"] = cloud.credentials(of: "ironic") }
        return [
            .service(
                "/etc/nova/nova-compute.conf", group: "nova", units: units(.novaCompute),
                template: "nova/nova-compute-\(kind.rawValue).conf", values)
        ]
    }

    /// A compute node that drives vSphere: a file and a service for each cluster, a CA for each vCenter.
    func vmwareCompute() -> [Recipe] {
        let name = distribution.unit(of: .novaComputeOfCluster)
        let unit = Recipe.open(
            "/etc/systemd/system/\(name)@.service", units: computeUnits, template: "nova/\(name)@.service")
        return [unit] + node.clusters.compactMap(cluster) + authorities
    }

    private func cluster(_ reference: ClusterReference) -> Recipe? {
        guard let (vcenter, cluster) = cloud.cluster(reference) else { return nil }
        let host = cloud.services[node.name]?.first { $0.driver == .cluster(reference) }?.host ?? node.name
        return .service(
            "/etc/nova/nova-compute-\(reference.cluster).conf", group: "nova",
            units: [clusterUnit(reference)], template: "nova/nova-compute-cluster.conf",
            [
                "cluster": .own(reference.description), "key": .own(reference.cluster), "host": .own(host),
                "vcenter_address": .text(vcenter.address), "vcenter_port": .text(String(vcenter.port)),
                "vcenter_username": .text(vcenter.username),
                "vcenter_password": .text(cloud.secret(.vcenter(vcenter.name))),
                "cluster_name": .own(cluster.clusterName), "datastore_regex": TemplateValue(cluster.datastoreRegex),
                "ca_file": TemplateValue(vcenter.trust.needsAuthority ? authorityPath(vcenter, group: "nova") : nil),
                "is_insecure": .flag(vcenter.trust == .insecure), "cache_prefix": .own("\(lab.name)-\(host)"),
            ])
    }

    private var authorities: [Recipe] {
        let names = Set(node.clusters.map(\.vcenter))
        return lab.vcenters.filter { names.contains($0.name) }.compactMap { vcenter in
            authority(
                vcenter, group: "nova",
                units: node.clusters.filter { $0.vcenter == vcenter.name }.map(clusterUnit))
        }
    }

    /// The certificate that a vCenter's is verified with, for one service; nil where none is needed.
    func authority(_ vcenter: VCenter, group: String, units: [String]) -> Recipe? {
        guard vcenter.trust.needsAuthority, let pem = cloud.input.vcenterCAs[vcenter.name] else { return nil }
        return Recipe(
            path: authorityPath(vcenter, group: group), source: .text(pem.hasSuffix("\n") ? pem : pem + "\n"),
            group: group, units: units)
    }

    func authorityPath(_ vcenter: VCenter, group: String) -> String { "/etc/\(group)/\(vcenter.name)-ca.pem" }
}

extension TLSTrust {
    /// Whether Nova gets a file with the certificate to trust: Zed's driver knows no thumbprints, so a pinned
    /// certificate is given to it as its own authority.
    var needsAuthority: Bool {
        switch self {
        case .caFile, .thumbprint, .sandbox: true
        case .system, .insecure: false
        }
    }
}
