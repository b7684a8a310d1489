extension Rules {
    /// Clients need one address that leads to whichever controller answers.
    @Sendable static func controllersShareAnAddress(_ draft: Draft) -> [Problem] {
        let controllers = draft.nodeList.filter { $0.has(.controller) }
        guard controllers.count > 1 else {
            guard controllers.count == 1, let given = draft.apiAddress.marked,
                let node = draft.owners.first(where: { $0.isNode && $0.address.value == given.value })
            else { return [] }
            return [
                .error(
                    given.mark, "api_address is the address of \(node.what)",
                    hint: "one controller needs no api_address: delete it")
            ]
        }
        guard draft.apiAddress.isAbsent else { return [] }
        return [
            .error(
                controllers[1].name.mark,
                "node \(quoted(controllers[1].name.value)) is a second controller, and there is no \"api_address\"",
                hint: "api_address: ADDRESS of the management network, which moves to a controller that lives")
        ]
    }

    @Sendable static func apiAddressIsFree(_ draft: Draft) -> [Problem] {
        guard let given = draft.apiAddress.marked else { return [] }
        if let cidr = draft.management.value?.cidr.value, !cidr.contains(given.value) {
            return [.error(given.mark, "api_address \(given.value) is not in the management network \(cidr)")]
        }
        let controllers = draft.nodeList.filter { $0.has(.controller) }
        guard controllers.count > 1, let owner = draft.owners.first(where: { $0.address.value == given.value }) else {
            return []
        }
        return [
            .error(
                given.mark,
                "api_address \(given.value) is the address of \(owner.what) at \(owner.address.mark) already",
                hint: "give an address that no machine has: keepalived moves it")
        ]
    }

    /// `volume_backends` and `volume_group` are for storage nodes, and name what there is.
    @Sendable static func volumeBackendsExist(_ draft: Draft) -> [Problem] {
        let vcenters = draft.vcenterList.map(\.name.value)
        return draft.nodeList.flatMap { node -> [Problem] in
            let marks = [node.volumeBackends.mark, node.volumeGroup.mark].compactMap { $0 }
            if node.roles.value != nil, !node.has(.storage), let mark = marks.first {
                return [
                    .error(
                        mark, "node \(quoted(node.name.value)) keeps volumes but has not the role storage",
                        hint: "add storage to its roles")
                ]
            }
            if let given = node.volumeBackends.marked, given.value.isEmpty {
                return [.error(given.mark, "node \(quoted(node.name.value)) needs at least one volume backend")]
            }
            if case .unreadable = draft.vcenters { return [] }
            return (node.volumeBackends.value ?? []).compactMap { backend in
                guard case .vcenter(let name) = backend.value, !vcenters.contains(name) else { return nil }
                return .error(
                    backend.mark, "there is no vcenter \(quoted(name))",
                    hint: suggestion(for: name, among: ["lvm"] + vcenters, called: "volume backends"))
            }
        }
    }

    @Sendable static func volumeBackendsDiffer(_ draft: Draft) -> [Problem] {
        draft.nodeList.flatMap { node -> [Problem] in
            let given = node.volumeBackends.value ?? []
            return given.enumerated().compactMap { index, backend in
                guard given[..<index].contains(where: { $0.value == backend.value }) else { return nil }
                return .error(backend.mark, "volume backend \(quoted(backend.value.description)) stands here twice")
            }
        }
    }
}
