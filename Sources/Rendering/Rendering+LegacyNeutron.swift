import Release
import Topology

extension Lab {
    /// Open vSwitch's bridge, and with that the port group of every VMware instance in Havana to Kilo with Neutron.
    static let integrationBridge = "br-int"
}

/// What a lab of Havana to Kilo with Neutron cannot have, and what it should be told.
extension Rendering {
    static func legacyNeutronProblems(_ input: RenderInput) -> [RenderProblem] {
        [oneOfBoth, vsphereBinding, vspherePortGroup, dockerBridges, windowsAgents, legacyInterfaces]
            .flatMap { $0(input) }
    }

    private static func oneOfBoth(_ input: RenderInput) -> [RenderProblem] {
        guard let given = input.lab.novaNetwork else { return [] }
        return [
            problem(
                input.lab, given.mark, "mechanism_driver is Neutron's, and a lab has Neutron or nova-network",
                hint: "delete nova_network or mechanism_driver")
        ]
    }

    private static func vsphereNodes(_ lab: Lab) -> [Node] {
        lab.nodes.filter { $0.isVSphere }
    }

    /// Nova takes the port group `brq…` then, named after an id that Neutron gives (network/neutronv2/api.py).
    private static func vsphereBinding(_ input: RenderInput) -> [RenderProblem] {
        guard input.lab.mechanismDriver == .linuxbridge else { return [] }
        return vsphereNodes(input.lab).map { node in
            problem(
                input.lab, node.mark,
                "\(node.name): with linuxbridge, Nova of \(input.release.name) wants a port group brq… after the id of"
                    + " each network, which nobody knows before",
                hint: "mechanism_driver: openvswitch, with one port group br-int; or nova-network; a driver for DVS is"
                    + " not in Neutron's tree, and Polyvisor's own is for Train and later")
        }
    }

    /// With Open vSwitch there is one port group for every instance of VMware, whatever its network.
    private static func vspherePortGroup(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard lab.mechanismDriver == .openvswitch, let node = vsphereNodes(lab).first else { return [] }
        let bridge = Lab.integrationBridge
        let joined = lab.networks.filter { $0.portGroup != nil }
        var problems = joined.filter { $0.portGroup != bridge }.map { network in
            problem(
                lab, network.mark,
                "with Neutron of \(input.release.name), instances of VMware use the port group \(bridge), not"
                    + " “\(network.portGroup ?? "")”",
                hint: "make a port group \(bridge) on the segment of \(network.name)")
        }
        problems += joined.dropFirst().map { network in
            problem(
                lab, network.mark,
                "\(network.name) is a second network with a port group, and every instance of VMware is on \(bridge)",
                hint: "keep the port_group of one network")
        }
        let own = joined.first?.name ?? "no network"
        problems += lab.networks.filter { $0.portGroup == nil }.map { network in
            problem(
                lab, network.mark,
                "an instance of VMware that asks for \(network.name) is on \(bridge) all the same, which is \(own)",
                hint: "give VMware instances \(own) only", isWarning: true)
        }
        return problems
            + [
                problem(
                    lab, node.mark, "security groups are not enforced on VMware instances",
                    hint: "filter in vSphere, at the port group", isWarning: true)
            ]
    }

    /// Docker's driver puts its interfaces into a bridge with brctl (virt/docker/driver.py).
    private static func dockerBridges(_ input: RenderInput) -> [RenderProblem] {
        guard input.lab.mechanismDriver == .openvswitch else { return [] }
        return input.lab.nodes.filter { $0.hypervisor?.kind == .docker }.map { node in
            problem(
                input.lab, node.mark, "\(node.name): Nova's Docker driver knows Linux bridges only",
                hint: "mechanism_driver: linuxbridge")
        }
    }

    private static func windowsAgents(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.filter(\.isWindows).map { node in
            problem(
                input.lab, node.mark,
                "\(node.name) is a Windows machine: its files have to be put where its nova-compute looks for them",
                hint: "neutron-hyperv-agent binds the ports there: set it up with the virtual switch of each network",
                isWarning: true)
        }
    }

    private static func legacyInterfaces(_ input: RenderInput) -> [RenderProblem] {
        interfaces(input, of: input.lab.nodes.filter(input.lab.hasLegacyAgent))
    }
}
