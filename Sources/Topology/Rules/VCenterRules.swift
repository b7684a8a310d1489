extension Rules {
    @Sendable static func clustersExist(_ draft: Draft) -> [Problem] {
        if case .unreadable = draft.vcenters { return [] }
        let vcenters = Dictionary(draft.vcenterList.map { ($0.name.value, $0) }) { first, _ in first }
        return draft.nodeList.flatMap(\.clusterReferences).compactMap { reference in
            guard let vcenter = vcenters[reference.value.vcenter] else {
                return .error(
                    reference.mark, "there is no vcenter \(quoted(reference.value.vcenter))",
                    hint: suggestion(
                        for: reference.value.vcenter, among: draft.vcenterList.map(\.name.value), called: "vcenters"))
            }
            if case .unreadable = vcenter.clusters { return nil }
            let names = (vcenter.clusters.value ?? []).map(\.name.value)
            guard !names.contains(reference.value.cluster) else { return nil }
            return .error(
                reference.mark,
                "vcenter \(quoted(vcenter.name.value)) has no cluster \(quoted(reference.value.cluster))",
                hint: suggestion(
                    for: reference.value.cluster, among: names, called: "clusters of \(vcenter.name.value)"))
        }
    }

    /// Two nova-computes that drive one cluster would each delete what the other made.
    @Sendable static func clustersHaveOneNode(_ draft: Draft) -> [Problem] {
        var drivers: [ClusterReference: Marked<String>] = [:]
        return draft.nodeList.flatMap { node in
            node.clusterReferences.compactMap { reference in
                guard let first = drivers[reference.value] else {
                    drivers[reference.value] = Marked(node.name.value, at: reference.mark)
                    return nil
                }
                return .error(
                    reference.mark,
                    "cluster \(quoted(reference.value.description)) is driven by node \(quoted(first.value)) at \(first.mark) already",
                    hint: "a cluster has exactly one nova-compute; two would delete each other's instances")
            }
        }
    }

    @Sendable static func clustersAreUsed(_ draft: Draft) -> [Problem] {
        let areKnown = draft.nodeList.allSatisfy { if case .unreadable = $0.clusters { false } else { true } }
        guard let nodes = draft.nodes.value, areKnown else { return [] }
        let used = Set(nodes.flatMap(\.clusterReferences).map(\.value))
        return draft.vcenterList.flatMap { vcenter in
            (vcenter.clusters.value ?? []).compactMap { cluster in
                let reference = ClusterReference(vcenter: vcenter.name.value, cluster: cluster.name.value)
                guard !used.contains(reference) else { return nil }
                return .warning(
                    cluster.name.mark, "no node drives cluster \(quoted(reference.description))",
                    hint: "add it to the clusters of a node with hypervisor: vmware")
            }
        }
    }

    @Sendable static func clusterNamesAreUnique(_ draft: Draft) -> [Problem] {
        draft.vcenterList.flatMap { vcenter in
            var seen: [String: Mark] = [:]
            return (vcenter.clusters.value ?? []).compactMap { cluster -> Problem? in
                let name = cluster.clusterName.marked ?? cluster.name
                defer { if seen[name.value] == nil { seen[name.value] = name.mark } }
                return seen[name.value].map {
                    .error(
                        name.mark,
                        "cluster \(quoted(name.value)) of vcenter \(quoted(vcenter.name.value)) stands at \($0) already"
                    )
                }
            }
        }
    }

    /// Nova knows a service by its host: `vmware1-cluster_a` may be neither another node nor another cluster.
    @Sendable static func serviceHostsAreUnique(_ draft: Draft) -> [Problem] {
        var owners: [String: ClusterReference?] = [:]
        for node in draft.nodeList where node.clusterReferences.isEmpty { owners[node.name.value] = .some(nil) }
        return draft.nodeList.flatMap { node in
            node.clusterReferences.filter { draft.hasCluster($0.value) }.compactMap { reference in
                let host = "\(node.name.value)-\(reference.value.cluster)"
                guard let owner = owners[host] else {
                    owners[host] = reference.value
                    return nil
                }
                // The same cluster twice has a rule of its own.
                guard owner != reference.value else { return nil }
                return .error(
                    reference.mark,
                    "nova-compute for this cluster would be called \(quoted(host)), as "
                        + (owner.map { "that of \(quoted($0.description))" } ?? "a node is"),
                    hint: "rename the cluster's key; cluster_name keeps its name in vCenter")
            }
        }
    }

    @Sendable static func vcentersHaveOneTrust(_ draft: Draft) -> [Problem] {
        draft.vcenterList.flatMap { vcenter -> [Problem] in
            let insecure = vcenter.insecure.marked.flatMap { $0.value ? $0.mark : nil }
            let given = [
                ("ca_file", vcenter.caFile.mark), ("thumbprint", vcenter.thumbprint.mark), ("insecure", insecure),
            ]
            let ways = given.compactMap { way in way.1.map { (name: way.0, mark: $0) } }
            return ways.dropFirst().map { way in
                .error(
                    way.mark, "vcenter \(quoted(vcenter.name.value)) has \(way.name) and \(ways[0].name)",
                    hint: "a certificate is judged in one way: keep one of ca_file, thumbprint and insecure")
            }
        }
    }

    @Sendable static func insecureIsDoubtful(_ draft: Draft) -> [Problem] {
        draft.vcenterList.compactMap { vcenter in
            guard let insecure = vcenter.insecure.marked, insecure.value else { return nil }
            return .warning(
                insecure.mark, "the certificate of vcenter \(quoted(vcenter.name.value)) is not verified",
                hint: "anyone between here and there can read its password; give a ca_file or a thumbprint")
        }
    }

    @Sendable static func sshVCentersHavePassword(_ draft: Draft) -> [Problem] {
        guard draft.madeBy == .ssh else { return [] }
        return draft.vcenterList.filter(\.password.isAbsent).map { vcenter in
            .error(
                vcenter.name.mark, "vcenter \(quoted(vcenter.name.value)) has no \"password\"",
                hint: "password: { env: NAME }, { file: PATH } or { command: 'TEXT' }")
        }
    }

    @Sendable static func hostsAreForSandboxes(_ draft: Draft) -> [Problem] {
        guard draft.madeBy == .ssh else { return [] }
        return draft.vcenterList.flatMap { $0.clusters.value ?? [] }.compactMap { cluster in
            cluster.hosts.mark.map {
                .error(
                    $0, "hosts of cluster \(quoted(cluster.name.value)) cannot be given: the vCenter knows its own",
                    hint: "delete hosts; only provider: sandbox makes them")
            }
        }
    }

    @Sendable static func sandboxMakesClusterHosts(_ draft: Draft) -> [Problem] {
        guard draft.madeBy == .sandbox else { return [] }
        return draft.vcenterList.flatMap { $0.clusters.value ?? [] }.compactMap { cluster in
            let hint = "the sandbox makes an ESXi host for each address: hosts: [10.77.0.51, 10.77.0.52]"
            switch cluster.hosts {
            case .absent:
                return .error(cluster.name.mark, "cluster \(quoted(cluster.name.value)) has no \"hosts\"", hint: hint)
            case .value(let hosts) where hosts.value.isEmpty:
                return .error(hosts.mark, "cluster \(quoted(cluster.name.value)) needs at least one host", hint: hint)
            default: return nil
            }
        }
    }
}
