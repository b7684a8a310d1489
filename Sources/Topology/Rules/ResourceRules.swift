extension Rules {
    /// A node with a hypervisor that no image serves could boot nothing.
    @Sendable static func imagesServeHypervisors(_ draft: Draft) -> [Problem] {
        guard let images = draft.images.value, !images.isEmpty, images.allSatisfy({ $0.hypervisors.value != nil })
        else { return [] }
        let served = Set(images.flatMap { $0.hypervisors.value ?? [] }.flatMap { $0.value.served })
        var reported: Set<HypervisorKind> = []
        return draft.nodeList.compactMap { node in
            guard let kind = node.hypervisor.marked, !served.contains(kind.value), reported.insert(kind.value).inserted
            else {
                return nil
            }
            return .error(
                kind.mark, "no image is for \(kind.value.rawValue), the hypervisor of node \(quoted(node.name.value))",
                hint: "add \(kind.value.rawValue) to the hypervisors of an image")
        }
    }

    /// vSphere refuses to make a virtual machine with any other memory (Launchpad bug 1966987).
    @Sendable static func vmwareMemoryIsMultipleOfFour(_ draft: Draft) -> [Problem] {
        guard !draft.nodes(driving: [.vmware, .vmwareESX]).isEmpty else { return [] }
        return draft.flavorList.compactMap { flavor in
            guard let ram = flavor.ramMB.marked, ram.value % 4 != 0 else { return nil }
            return .warning(
                ram.mark,
                "\(ram.value) MB is no multiple of 4: flavor \(quoted(flavor.name.value)) cannot boot on vSphere",
                hint: "use \((ram.value / 4 + 1) * 4)")
        }
    }

    @Sendable static func verifyNamesExist(_ draft: Draft) -> [Problem] {
        guard let verify = draft.verify.value else { return [] }
        let networks = draft.networkList.isEmpty ? nil : draft.networkList.map(\.name.value)
        return [
            missing(verify.image, among: draft.imageNames, "image"),
            missing(verify.flavor, among: draft.flavorNames, "flavor"),
            missing(verify.network, among: networks, "network"),
            networkWithoutPortGroup(draft, verify),
        ].compactMap { $0 }
    }

    /// Says nothing when the names are not known.
    private static func missing(_ given: Given<String>, among names: [String]?, _ what: String) -> Problem? {
        guard let name = given.marked, let names, !names.contains(name.value) else { return nil }
        return .error(
            name.mark, "there is no \(what) \(quoted(name.value))",
            hint: suggestion(for: name.value, among: names, called: "\(what)s"))
    }

    private static func networkWithoutPortGroup(_ draft: Draft, _ verify: VerifyDraft) -> Problem? {
        guard let name = verify.network.marked, !draft.nodes(driving: [.vmware, .vmwareESX]).isEmpty,
            let network = draft.networkList.first(where: { $0.name.value == name.value }), network.portGroup.isAbsent,
            draft.networkList.contains(where: { !$0.portGroup.isAbsent })
        else { return nil }
        return .error(
            name.mark, "network \(quoted(name.value)) has no \"port_group\", so no instance of a vCenter can use it",
            hint: "verify boots on every hypervisor; name a network with a port_group")
    }

    @Sendable static func overrideScopesExist(_ draft: Draft) -> [Problem] {
        guard let nodes = draft.nodes.value else { return [] }
        let roles = Role.allCases.filter { $0 != .allInOne }.map(\.rawValue)
        let known = ["all"] + roles + nodes.map(\.name.value).filter { !roles.contains($0) }
        return draft.overrideScopes.compactMap { scope in
            guard !known.contains(scope.value) else { return ambiguous(scope, nodes) }
            return .error(
                scope.mark, "there is no role or node \(quoted(scope.value))",
                hint: scope.value == Role.allInOne.rawValue
                    ? "use all" : suggestion(for: scope.value, among: known, called: "scopes"))
        }
    }

    /// A node named after a role, while other nodes have that role, too.
    private static func ambiguous(_ scope: Marked<String>, _ nodes: [NodeDraft]) -> Problem? {
        guard let role = Role(rawValue: scope.value), nodes.contains(where: { $0.name.value == scope.value }),
            nodes.contains(where: { $0.has(role) && $0.name.value != scope.value })
        else { return nil }
        return .warning(
            scope.mark, "\(quoted(scope.value)) is a role and a node; it is taken for the role",
            hint: "rename the node to override only its files")
    }
}

extension HypervisorKind {
    /// The hypervisors that an image for this one boots on: KVM's images run on QEMU, vCenter's on an ESXi host.
    var served: [HypervisorKind] {
        switch self {
        case .kvm: [.kvm, .qemu]
        case .vmware: [.vmware, .vmwareESX]
        default: [self]
        }
    }
}
