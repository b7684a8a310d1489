import ImageMeta

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

    @Sendable static func vmwareMemoryIsMultipleOfFour(_ draft: Draft) -> [Problem] {
        guard !draft.vsphereNodes.isEmpty else { return [] }
        return draft.flavorList.compactMap { flavor in
            guard let ram = flavor.ramMB.marked, let refusal = VSphereMemory.refusal(ofMiB: ram.value) else {
                return nil
            }
            return .warning(
                ram.mark, "flavor \(quoted(flavor.name.value)): \(refusal.what)", hint: refusal.fix)
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
        guard let name = verify.network.marked, !draft.vsphereNodes.isEmpty,
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
        if case .unreadable = draft.groups { return [] }
        let groups = (draft.groups.value ?? []).map(\.name.value)
        var known = ["all"] + roles
        for name in groups + nodes.map(\.name.value) where !known.contains(name) { known.append(name) }
        let names = Set(known)
        return draft.overrideScopes.compactMap { scope in
            guard !names.contains(scope.value) else { return ambiguous(scope, nodes, groups) }
            return .error(
                scope.mark, "there is no role, group or node \(quoted(scope.value))",
                hint: scope.value == Role.allInOne.rawValue
                    ? "use all" : suggestion(for: scope.value, among: known, called: "scopes"))
        }
    }

    /// A node named after a role that other nodes have, too, or a group named after a role or a node.
    private static func ambiguous(_ scope: Marked<String>, _ nodes: [NodeDraft], _ groups: [String]) -> Problem? {
        if groups.contains(scope.value) {
            let isRole = Role(rawValue: scope.value) != nil
            guard isRole || scope.value == "all" || nodes.contains(where: { $0.name.value == scope.value }) else {
                return nil
            }
            let taken = isRole ? "role" : scope.value == "all" ? "word for all nodes" : "group"
            return .warning(
                scope.mark, "\(quoted(scope.value)) is the name of a group, too; it is taken for the \(taken)",
                hint: "rename the group")
        }
        guard let role = Role(rawValue: scope.value), nodes.contains(where: { $0.name.value == scope.value }),
            nodes.contains(where: { $0.has(role) && $0.name.value != scope.value })
        else { return nil }
        return .warning(
            scope.mark, "\(quoted(scope.value)) is a role and a node; it is taken for the role",
            hint: "rename the node to override only its files")
    }
}
