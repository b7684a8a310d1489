import Release
import Topology

extension Rendering {
    /// What a lab of Havana to Kilo cannot have, and what it should be told.
    static func legacyProblems(_ input: RenderInput) -> [RenderProblem] {
        let ofNetworks =
            input.lab.hasLegacyNeutron
            ? [legacyNeutronProblems] : [novaNetworks, hosts, gateways, portGroupNames, machines]
        return
            ([legacyHypervisors, missingSecrets, legacyControllers] + ofNetworks + [
                clusters, logins, images, certificates,
            ]).flatMap { $0(input) }
    }

    /// What a later release has not.
    static func novaNetworkProblems(_ input: RenderInput) -> [RenderProblem] {
        guard let given = input.lab.novaNetwork else { return [] }
        return [
            at(
                given.mark, input, "\(input.release.name) has no nova-network",
                hint:
                    "it starts up to Newton and was removed in Ussuri: delete nova_network, and Neutron serves the lab")
        ]
    }

    private static func at(
        _ mark: Mark, _ input: RenderInput, _ what: String, hint: String? = nil, isWarning: Bool = false
    ) -> RenderProblem {
        RenderProblem(place: .topology(file: input.lab.file, mark), what: what, hint: hint, isWarning: isWarning)
    }

    private static func legacyControllers(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        if input.purpose == .deployment, !input.release.distribution.hasPackages {
            return [
                at(
                    lab.releaseMark, input, "`up` has no packages of \(input.release.name)",
                    hint: "`polyvisor render` writes its files")
            ]
        }
        guard let first = lab.controllers.first else {
            return [at(lab.releaseMark, input, "no node has the role controller", hint: "give it to one node")]
        }
        guard lab.controllers.count > 1 else { return [] }
        let mirrored = at(
            first.mark, input, "RabbitMQ mirrors the controllers' queues by a policy, which no file has",
            hint: #"rabbitmqctl set_policy HA '^(?!amq\.).*' '{"ha-mode": "all"}'"#, isWarning: true)
        return [mirrored] + sharedAddressProblems(input)
    }

    private static func legacyHypervisors(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.compactMap { node in
            guard let kind = node.hypervisor?.kind, case .noDriver(let why) = input.release.support(for: kind) else {
                return nil
            }
            return at(
                node.mark, input, "\(node.name): \(input.release.name) has no driver for \(kind.rawValue)", hint: why)
        }
    }

    /// nova-network has one manager, for flat networks or for VLANs.
    private static func novaNetworks(_ input: RenderInput) -> [RenderProblem] {
        let networks = input.lab.networks
        let overlays = networks.filter { $0.type == .vxlan }.map { network in
            at(
                network.mark, input, "nova-network has no vxlan", hint: "type: flat or vlan; \(network.name) is one")
        }
        let flat = networks.filter { if case .flat = $0.type { true } else { false } }
        let vlan = networks.filter { if case .vlan = $0.type { true } else { false } }
        var problems = overlays
        if let first = flat.first, let other = vlan.first {
            problems.append(
                at(
                    other.mark, input,
                    "\(other.name) is a VLAN and \(first.name) is flat, and nova-network has one manager",
                    hint: "make all networks flat, or all VLANs"))
        }
        problems += flat.dropFirst().map { network in
            at(
                network.mark, input, "\(network.name) is a second flat network, and FlatDHCPManager has one bridge",
                hint: "make them VLANs")
        }
        let wires = Set(
            networks.compactMap { network -> String? in
                switch network.type {
                case .flat(let name), .vlan(let name, _): name
                case .vxlan: nil
                }
            })
        if wires.count > 1, let last = networks.last {
            problems.append(
                at(
                    last.mark, input, "nova-network has one interface for all networks, and they name several wires",
                    hint: "give all networks the same physical_network"))
        }
        return problems
    }

    /// Where nova-network runs, and where it cannot.
    private static func hosts(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard lab.isMultiHost else { return [] }
        return lab.nodes.filter { $0.hypervisor?.kind.lacks.contains(.novaNetwork) == true }.map { node in
            at(
                lab.novaNetworkSettings.mark, input,
                "multi_host cannot serve the instances of \(node.name): no nova-network runs beside its hypervisor",
                hint: "nova_network: { multi_host: false }, and a network node serves all")
        }
    }

    /// A router of its own has the gateway's address; a single nova-network would take the same.
    private static func gateways(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard lab.novaNetworkSettings.externalGateway else { return [] }
        guard lab.isMultiHost else {
            return [
                at(
                    lab.novaNetworkSettings.mark, input,
                    "external_gateway needs multi_host: without it nova-network itself takes the gateway's address",
                    hint: "multi_host: true, where no node drives VMware; or external_gateway: false")
            ]
        }
        return lab.networks.filter { $0.gateway == nil }.map { network in
            at(
                network.mark, input, "\(network.name) has no gateway, and external_gateway says that it is a router",
                hint: "gateway: ADDRESS of the router")
        }
    }

    /// Nova attaches VMware instances to the port group that is called like the bridge (virt/vmwareapi/vif.py).
    private static func portGroupNames(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard lab.hasVMware else { return [] }
        return lab.networks.compactMap { network in
            var bridge = lab.novaNetworkSettings.flatNetworkBridge
            if case .vlan(_, let id) = network.type { bridge = "br\(id)" }
            guard let group = network.portGroup, group != bridge else { return nil }
            return at(
                network.mark, input,
                "with nova-network, instances of VMware on \(network.name) use the port group \(bridge), not “\(group)”",
                hint: "rename it in vSphere, or (flat) nova_network: { flat_network_bridge: … }")
        }
    }

    /// One nova-compute has one login, one expression for datastores and one availability zone.
    private static func clusters(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.filter { !$0.clusters.isEmpty }.flatMap { node -> [RenderProblem] in
            let clusters = node.clusters.compactMap { input.lab.cluster($0) }
            var problems: [RenderProblem] = []
            if Set(node.clusters.map(\.vcenter)).count > 1 {
                problems.append(
                    at(
                        node.mark, input,
                        "\(node.name) names clusters of several vCenters, and its one service logs in to one",
                        hint: "a node for each vCenter"))
            }
            if Set(clusters.map(\.datastoreRegex)).count > 1 {
                problems.append(
                    at(
                        node.mark, input,
                        "the clusters of \(node.name) differ in datastore_regex, and its service has one",
                        hint: "give them the same, or a node each"))
            }
            if Set(clusters.map(\.availabilityZone)).count > 1 {
                problems.append(
                    at(
                        node.mark, input,
                        "the clusters of \(node.name) share a service, and with it the availability zone",
                        hint: "give them the same availability_zone, or a node each", isWarning: true))
            }
            return problems
        }
    }

    private static func logins(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.compactMap { node in
            guard node.hypervisor?.kind == .vmwareESX, input.secrets[.esxi(node.name)]?.reveal().isEmpty ?? true else {
                return nil
            }
            return at(
                node.mark, input, "there is no password for the ESXi host of \(node.name)",
                hint: "esxi_password: { env: NAME }, and esxi_username unless it is root")
        }
    }

    private static func images(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard let vcenter = lab.imageVCenter else { return [] }
        if input.release.isBefore("icehouse") {
            return [
                at(
                    vcenter.mark, input,
                    "Glance of \(input.release.name) has no store for datastores: they came with Icehouse",
                    hint: "delete image_datastores, and images are kept in files")
            ]
        }
        var problems: [RenderProblem] = []
        if vcenter.imageDatastores.count > 1, input.release.isBefore("kilo") {
            problems.append(
                at(
                    vcenter.mark, input,
                    "Glance keeps images in one datastore before Kilo, and \(vcenter.name) names several",
                    hint: "keep one of image_datastores"))
        }
        return problems
            + lab.vcenters.filter { !$0.imageDatastores.isEmpty }.dropFirst().map { other in
                at(
                    other.mark, input, "Glance keeps images in the datastores of one vCenter, which is \(vcenter.name)",
                    hint: "delete image_datastores here")
            }
    }

    /// Hypervisors that need more than these files.
    private static func machines(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.compactMap { node in
            switch node.hypervisor?.kind {
            case .ironic:
                at(
                    node.mark, input,
                    "\(node.name): Ironic asks Neutron for DHCP options, and this lab has nova-network",
                    hint: "set dhcp_provider = none in ironic.conf, and serve PXE yourself", isWarning: true)
            case .hyperv:
                at(
                    node.mark, input,
                    "\(node.name) is a Windows machine: its files have to be put where its nova-compute looks",
                    hint: "nova-network makes no bridges there: set up its virtual switch yourself", isWarning: true)
            default: nil
            }
        }
    }

    /// The driver got `insecure` and `ca_file` with Liberty; before, it asks for no certificate.
    private static func certificates(_ input: RenderInput) -> [RenderProblem] {
        usedVCenters(in: input.lab).filter { $0.trust != .insecure }.map { vcenter in
            at(
                vcenter.mark, input,
                "Nova of \(input.release.name) does not verify the certificate of \(vcenter.name), whatever the topology says",
                hint: "verification came with Liberty; keep the way to the vCenter among yourselves", isWarning: true)
        }
    }
}
