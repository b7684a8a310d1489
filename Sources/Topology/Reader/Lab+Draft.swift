extension Lab {
    /// The lab of a draft in which no rule found an error; nil when something that a lab needs is missing.
    init?(_ draft: Draft, file: String) {
        guard let name = draft.name.value, let release = draft.release.marked, let provider = draft.madeBy,
            let cidr = draft.management.value?.cidr.marked, let management = draft.management.value
        else { return nil }
        let nodes = draft.nodeList.compactMap { Node($0, provider, cidr.value) }
        let vcenters = draft.vcenterList.compactMap { VCenter($0, provider) }
        let networks = draft.networkList.compactMap(ProviderNetwork.init)
        let images = draft.imageList.compactMap(Image.init)
        let flavors = draft.flavorList.compactMap(Flavor.init)
        guard nodes.count == draft.nodeList.count, vcenters.count == draft.vcenterList.count,
            networks.count == draft.networkList.count, images.count == draft.imageList.count,
            flavors.count == draft.flavorList.count
        else { return nil }
        let allImages = images.isEmpty ? [Image.standard(for: nodes, at: draft.nodesMark)] : images
        let allFlavors = flavors.isEmpty ? [Flavor.standard(at: draft.nodesMark)] : flavors
        guard
            let verify = VerifySettings(draft.verify.value ?? VerifyDraft(), allImages, allFlavors, networks, nodes)
        else { return nil }
        self.init(
            name: name, file: file, release: release.value, releaseMark: release.mark, provider: provider,
            mechanismDriver: draft.mechanismDriver.value, apiAddress: draft.apiAddress.value,
            sharesInstancesPath: draft.sharedInstancesPath.value ?? false,
            novaNetwork: draft.novaNetwork.value, scheduling: draft.scheduling.value ?? Scheduling(),
            aggregates: (draft.aggregates.value ?? []).map(Aggregate.init), nodes: nodes,
            vcenters: vcenters, management: ManagementNetwork(cidr: cidr.value, mark: management.key),
            networks: networks, flavors: allFlavors, images: allImages, verify: verify,
            overrides: draft.overrides.map(\.value), pluginSections: draft.pluginSections)
    }
}

extension Node {
    fileprivate init?(_ draft: NodeDraft, _ provider: Provider, _ management: IPv4Network) {
        guard let address = draft.address.value, let roles = draft.roles.value else { return nil }
        if draft.has(.compute), Hypervisor(draft) == nil { return nil }
        let settings = draft.settings
        self.init(
            name: draft.name.value, address: address, roles: roles.map(\.value), hypervisor: Hypervisor(draft),
            availabilityZone: settings.availabilityZone.value,
            ssh: SSHAccess(
                user: settings.user.value ?? "root", port: settings.port.value ?? 22,
                identityFile: provider == .sandbox ? nil : settings.identityFile.value,
                knownHostsFile: settings.knownHosts.value),
            physicalInterfaces: settings.physicalInterfaces.map(\.value), group: draft.group.value,
            volumeBackends: draft.volumeBackends.value?.map(\.value),
            volumeGroup: draft.volumeGroup.value,
            esxiLogin: ESXiLogin(
                username: draft.esxiUsername.value ?? "root", password: draft.esxiPassword.value),
            capacity: draft.capacity.value ?? HypervisorCapacity(),
            interfaces: NodeInterface.list(draft, prefixLength: management.prefixLength),
            networkConfig: settings.interfaces.config.value, traffic: Traffic(draft), mark: draft.name.mark)
    }
}

extension Hypervisor {
    fileprivate init?(_ draft: NodeDraft) {
        switch draft.hypervisor.value {
        case nil: return nil
        case .vmware?: self = .vmware(clusters: draft.clusterReferences.map(\.value))
        case .vmwareESX?:
            guard let address = draft.esxiAddress.value else { return nil }
            self = .vmwareESX(address: address)
        case let kind?: self = .host(kind)
        }
    }
}

extension VCenter {
    fileprivate init?(_ draft: VCenterDraft, _ provider: Provider) {
        guard let address = draft.address.value, let username = draft.username.value,
            let datacenter = draft.datacenter.value, let clusters = draft.clusters.value,
            let password = draft.password.value ?? (provider == .sandbox ? .generated : nil)
        else { return nil }
        self.init(
            name: draft.name.value, address: address, port: draft.port.value ?? 443, username: username,
            password: password, trust: TLSTrust(draft, provider), datacenter: datacenter,
            clusters: clusters.map(Cluster.init), imageDatastores: draft.imageDatastores.map(\.value),
            mark: draft.name.mark)
    }
}

extension TLSTrust {
    fileprivate init(_ draft: VCenterDraft, _ provider: Provider) {
        if let file = draft.caFile.value {
            self = .caFile(file)
        } else if let thumbprint = draft.thumbprint.value {
            self = .thumbprint(thumbprint)
        } else if draft.insecure.value == true {
            self = .insecure
        } else {
            self = provider == .sandbox ? .sandbox : .system
        }
    }
}

extension Cluster {
    fileprivate init(_ draft: ClusterDraft) {
        self.init(
            name: draft.name.value, clusterName: draft.clusterName.value ?? draft.name.value,
            datastoreRegex: draft.datastoreRegex.value, availabilityZone: draft.availabilityZone.value,
            primesImageCache: draft.primeImageCache.value ?? false,
            capacity: draft.capacity.value ?? HypervisorCapacity(), hosts: (draft.hosts.value ?? []).map(\.value),
            mark: draft.name.mark)
    }
}

extension ProviderNetwork {
    fileprivate init?(_ draft: NetworkDraft) {
        guard let type = NetworkType(draft), let cidr = draft.cidr.value else { return nil }
        var pool: AddressRange?
        if let first = draft.poolFirst.value, let last = draft.poolLast.value {
            pool = AddressRange(first: first, last: last)
        }
        self.init(
            name: draft.name.value, type: type, cidr: cidr, gateway: draft.gateway.value, allocationPool: pool,
            dnsServers: draft.dnsServers.map(\.value), portGroup: draft.portGroup.value, mark: draft.name.mark)
    }

}

extension NetworkType {
    fileprivate init?(_ draft: NetworkDraft) {
        switch (draft.type.value, draft.physicalNetwork.value, draft.vlan.value) {
        case (.vxlan, _, _): self = .vxlan
        case (.flat, let physical?, _): self = .flat(physicalNetwork: physical)
        case (.vlan, let physical?, let id?): self = .vlan(physicalNetwork: physical, id: id)
        default: return nil
        }
    }
}

extension Flavor {
    fileprivate init?(_ draft: FlavorDraft) {
        guard let vcpus = draft.vcpus.value, let ramMB = draft.ramMB.value, let diskGB = draft.diskGB.value else {
            return nil
        }
        self.init(
            name: draft.name.value, vcpus: vcpus, ramMB: ramMB, diskGB: diskGB, extraSpecs: draft.extraSpecs,
            mark: draft.name.mark)
    }

    /// For a lab without flavors.
    fileprivate static func standard(at mark: Mark) -> Flavor {
        Flavor(name: Draft.standardName, vcpus: 1, ramMB: 512, diskGB: 1, mark: mark)
    }
}

extension Aggregate {
    fileprivate init(_ draft: AggregateDraft) {
        self.init(
            name: draft.name.value, members: (draft.hosts.value ?? []).map(\.value), properties: draft.properties,
            mark: draft.name.mark)
    }
}

extension Image {
    fileprivate init?(_ draft: ImageDraft) {
        guard let source = draft.source.value, let hypervisors = draft.hypervisors.value else { return nil }
        self.init(
            name: draft.name.value, source: source, hypervisors: hypervisors.map(\.value), properties: draft.properties,
            mark: draft.name.mark)
    }

    /// For a lab without images: Polyvisor's own guest, for every hypervisor that the lab has.
    fileprivate static func standard(for nodes: [Node], at mark: Mark) -> Image {
        var kinds: [HypervisorKind] = []
        for kind in nodes.compactMap(\.hypervisor?.kind) where !kinds.contains(kind) { kinds.append(kind) }
        return Image(name: Draft.standardName, source: .tinyGuest, hypervisors: kinds, properties: [], mark: mark)
    }
}

extension VerifySettings {
    /// What the file does not say is the first that there is; of the networks the first that every hypervisor can use.
    fileprivate init?(
        _ draft: VerifyDraft, _ images: [Image], _ flavors: [Flavor], _ networks: [ProviderNetwork], _ nodes: [Node]
    ) {
        let hasVMware = nodes.contains { $0.hypervisor?.kind.isVSphere == true }
        let usable = networks.first { !hasVMware || $0.portGroup != nil } ?? networks.first
        guard let image = draft.image.value ?? images.first?.name,
            let flavor = draft.flavor.value ?? flavors.first?.name,
            let network = draft.network.value ?? usable?.name
        else { return nil }
        self.init(image: image, flavor: flavor, network: network, timeoutSeconds: draft.timeoutSeconds.value ?? 300)
    }
}
