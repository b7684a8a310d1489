extension Lab {
    /// The controllers, in the order of the file; the first is where what exists once is made.
    public var controllers: [Node] { nodes.filter { $0.roles.contains(.controller) } }

    /// The nodes on which cinder-volume runs.
    public var storageNodes: [Node] { nodes.filter { $0.roles.contains(.storage) } }

    /// Whether Nova moves instances between the node and another one, which takes two nodes with KVM or QEMU.
    public func movesInstances(of node: Node) -> Bool {
        node.runsQEMU && nodes.contains { $0.runsQEMU && $0.name != node.name }
    }

    /// Whether the node's `instances_path` is the folder that the lab's nodes share.
    public func sharesInstancesPath(of node: Node) -> Bool { sharesInstancesPath && node.runsQEMU }

    /// The vCenters whose clusters some node drives, in the topology's order.
    public var drivenVCenters: [VCenter] {
        let driven = Set(
            nodes.flatMap { node -> [String] in
                if case .vmware(let clusters) = node.hypervisor { clusters.map(\.vcenter) } else { [] }
            })
        return vcenters.filter { driven.contains($0.name) }
    }

    /// What a storage node serves.
    ///
    /// A node that does not say serves its volume group; the first of these also serves the datastores of every
    /// vCenter that nodes drive, for an instance of VMware attaches no other volumes.
    public func volumeBackends(of node: Node) -> [VolumeBackend] {
        guard node.roles.contains(.storage) else { return [] }
        if let given = node.volumeBackends { return given }
        let isFirst = storageNodes.first { $0.volumeBackends == nil }?.name == node.name
        return [.lvm] + (isFirst ? drivenVCenters.map { .vcenter($0.name) } : [])
    }
}

extension Node {
    /// Whether its instances run in QEMU, with KVM or without.
    public var runsQEMU: Bool { hypervisor?.kind.runsQEMU ?? false }
}
