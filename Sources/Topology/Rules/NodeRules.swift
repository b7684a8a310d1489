extension Rules {
    @Sendable static func labHasNodes(_ draft: Draft) -> [Problem] {
        guard let nodes = draft.nodes.marked, nodes.value.isEmpty else { return [] }
        return [
            .error(
                nodes.mark, "the lab has no nodes",
                hint: "name at least one: NAME: { address: …, roles: [all_in_one], … }")
        ]
    }

    @Sendable static func controllerExists(_ draft: Draft) -> [Problem] { somebodyIs(.controller, in: draft) }

    @Sendable static func networkNodeExists(_ draft: Draft) -> [Problem] {
        somebodyIs(.network, in: draft, hint: "it serves DHCP and metadata; a small lab: roles: [controller, network]")
    }

    @Sendable static func computeNodeExists(_ draft: Draft) -> [Problem] { somebodyIs(.compute, in: draft) }

    private static func somebodyIs(_ role: Role, in draft: Draft, hint: String? = nil) -> [Problem] {
        // A role that could not be read may be the one.
        guard let nodes = draft.nodes.marked, !nodes.value.isEmpty,
            nodes.value.allSatisfy({ $0.roles.value != nil && !$0.has(role) })
        else { return [] }
        return [
            .error(nodes.mark, "no node has the role \(role.rawValue)", hint: hint ?? "add it to the roles of a node")
        ]
    }

    @Sendable static func computeNodesHaveHypervisor(_ draft: Draft) -> [Problem] {
        draft.nodeList.filter { $0.has(.compute) && $0.hypervisor.isAbsent }.map { node in
            .error(
                node.name.mark, "node \(quoted(node.name.value)) has the role compute and no \"hypervisor\"",
                hint: "for example hypervisor: kvm")
        }
    }

    @Sendable static func hypervisorNeedsComputeRole(_ draft: Draft) -> [Problem] {
        draft.nodeList.compactMap { node in
            guard let hypervisor = node.hypervisor.marked, node.roles.value != nil, !node.has(.compute) else {
                return nil
            }
            return .error(
                hypervisor.mark, "node \(quoted(node.name.value)) has a hypervisor but not the role compute",
                hint: "add compute to its roles, or delete the hypervisor")
        }
    }

    @Sendable static func clustersBelongToVMware(_ draft: Draft) -> [Problem] {
        draft.nodeList.compactMap { node in
            let name = quoted(node.name.value)
            switch (node.hypervisor, node.clusters) {
            case (.value(let given), .absent) where given.value == .vmware:
                return .error(
                    given.mark, "node \(name) drives vmware but names no \"clusters\"",
                    hint: "clusters: [VCENTER/CLUSTER]")
            case (.value(let given), .value(let clusters)) where given.value == .vmware:
                return clusters.value.isEmpty
                    ? .error(clusters.mark, "node \(name) needs at least one cluster it could drive") : nil
            case (.value(let given), .value(let clusters)):
                return .error(
                    clusters.mark, "node \(name) has clusters, but its hypervisor is \(given.value.rawValue)",
                    hint: "only hypervisor: vmware drives clusters")
            case (.absent, .value(let clusters)):
                return .error(clusters.mark, "node \(name) has clusters but no hypervisor", hint: "hypervisor: vmware")
            default: return nil
            }
        }
    }

    @Sendable static func esxiAddressBelongsToESXi(_ draft: Draft) -> [Problem] {
        draft.nodeList.compactMap { node in
            guard let hypervisor = node.hypervisor.marked else { return nil }
            if hypervisor.value == .vmwareESX, node.esxiAddress.isAbsent {
                return .error(
                    hypervisor.mark, "node \(quoted(node.name.value)) drives an ESXi host and has no \"esxi_address\"")
            }
            guard hypervisor.value != .vmwareESX, let mark = node.esxiAddress.mark else { return nil }
            return .error(mark, "esxi_address is for hypervisor: vmware_esx, not for \(hypervisor.value.rawValue)")
        }
    }

    @Sendable static func groupsExist(_ draft: Draft) -> [Problem] {
        if case .unreadable = draft.groups { return [] }
        let names = (draft.groups.value ?? []).map(\.name.value)
        return draft.nodeList.compactMap { node in
            guard let group = node.group.marked, !names.contains(group.value) else { return nil }
            return .error(
                group.mark, "there is no group \(quoted(group.value))",
                hint: suggestion(for: group.value, among: names, called: "groups"))
        }
    }

    @Sendable static func sshNodesHaveKey(_ draft: Draft) -> [Problem] {
        guard draft.madeBy == .ssh else { return [] }
        return draft.nodeList.filter { $0.settings.identityFile.isAbsent }.map { node in
            .error(
                node.name.mark, "node \(quoted(node.name.value)) has no ssh identity_file",
                hint: "for all nodes: defaults: { ssh: { identity_file: ~/.ssh/id_ed25519 } }")
        }
    }

    @Sendable static func sandboxSharesInstancesPath(_ draft: Draft) -> [Problem] {
        guard draft.sharedInstancesPath.value == true, draft.madeBy == .ssh, let mark = draft.sharedInstancesPath.mark
        else { return [] }
        return [
            .error(
                mark, "\"shared_instances_path\" is what a sandbox makes",
                hint: "mount the same file system at /var/lib/nova/instances on the nodes, and delete this key")
        ]
    }
}
