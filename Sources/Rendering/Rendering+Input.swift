import Release
import Topology

extension Rendering {
    /// What is wrong with, or missing from, the input itself.
    static func inputProblems(_ input: RenderInput) -> [RenderProblem] {
        [controllers, hypervisors, roles, missingSecrets, missingAuthorities, interfaces, portGroups].flatMap {
            $0(input)
        }
    }

    private static func problem(
        _ lab: Lab, _ mark: Mark, _ what: String, hint: String? = nil, isWarning: Bool = false
    ) -> RenderProblem {
        RenderProblem(place: .topology(file: lab.file, mark), what: what, hint: hint, isWarning: isWarning)
    }

    private static func controllers(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        let found = lab.nodes.filter { $0.roles.contains(.controller) }
        guard !found.isEmpty else {
            let mark = lab.nodes.first?.mark ?? lab.releaseMark
            return [problem(lab, mark, "no node has the role controller", hint: "give it to one node")]
        }
        return found.dropFirst().map { node in
            problem(
                lab, node.mark, "\(node.name) is a second controller, and Polyvisor sets up one",
                hint: "give the role controller to one node only")
        }
    }

    private static func hypervisors(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.compactMap { node in
            guard let kind = node.hypervisor?.kind else { return nil }
            return switch input.release.support(for: kind) {
            case .rendered: nil
            case .notRendered:
                problem(
                    input.lab, node.mark, "\(node.name): Polyvisor has no configuration for \(kind.rawValue) yet",
                    hint: "it has one for kvm, qemu and vmware")
            case .noDriver(let why):
                problem(
                    input.lab, node.mark, "\(node.name): \(input.release.name) has no driver for \(kind.rawValue)",
                    hint: why)
            }
        }
    }

    private static func roles(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.filter { $0.roles.contains(.storage) }.map { node in
            problem(
                input.lab, node.mark, "\(node.name): the role storage has no files yet, for Cinder is not set up",
                isWarning: true)
        }
    }

    private static func missingSecrets(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        func isMissing(_ name: SecretName) -> Bool { input.secrets[name]?.reveal().isEmpty ?? true }
        let own = secretNames(for: lab).filter(isMissing).map { name in
            RenderProblem(place: .none, what: "there is no value for the secret \(name)")
        }
        return own
            + usedVCenters(in: lab).filter { isMissing(.vcenter($0.name)) }.map { vcenter in
                problem(lab, vcenter.mark, "there is no password for \(vcenter.name)", hint: hint(vcenter.password))
            }
    }

    private static func hint(_ source: SecretReference) -> String {
        switch source {
        case .environment(let name): "set the environment variable \(name)"
        case .file(let path): "write it into \(path)"
        case .command(let command): "make `\(command)` print it"
        case .generated: "say where it comes from: password: { env: NAME }"
        }
    }

    private static func missingAuthorities(_ input: RenderInput) -> [RenderProblem] {
        usedVCenters(in: input.lab).compactMap { vcenter in
            guard vcenter.trust.needsAuthority else { return nil }
            let pem = input.vcenterCAs[vcenter.name] ?? ""
            guard !pem.contains("-----BEGIN CERTIFICATE-----") else { return nil }
            var what = "the ca_file of vCenter \(vcenter.name) holds no certificate in PEM"
            if case .thumbprint = vcenter.trust {
                what = "vCenter \(vcenter.name) has a thumbprint, and Nova of \(input.release.name) knows none"
            }
            return problem(
                input.lab, vcenter.mark, what,
                hint:
                    "give as ca_file, in PEM, the certificate of the authority that signed the vCenter's; a vCenter has"
                    + " it at https://\(vcenter.address)/certs/download.zip")
        }
    }

    /// A node that plugs ports needs an interface on each physical network.
    private static func interfaces(_ input: RenderInput) -> [RenderProblem] {
        let needed = Set(
            input.lab.networks.compactMap { network -> String? in
                switch network.type {
                case .flat(let name), .vlan(let name, _): name
                case .vxlan: nil
                }
            })
        return input.lab.nodes.filter(\.hasLayer2Agent).flatMap { node in
            needed.subtracting(node.physicalInterfaces.map(\.physicalNetwork)).sorted().map { name in
                problem(
                    input.lab, node.mark, "\(node.name) has no interface on \(name), so no port there is bound on it",
                    hint: "physical_interfaces: { \(name): INTERFACE }", isWarning: true)
            }
        }
    }

    private static func portGroups(_ input: RenderInput) -> [RenderProblem] {
        guard !usedVCenters(in: input.lab).isEmpty else { return [] }
        return input.lab.networks.filter { $0.portGroup == nil }.map { network in
            problem(
                input.lab, network.mark, "no VMware instance can use \(network.name), which names no port group",
                hint: "port_group: NAME, unless that is meant", isWarning: true)
        }
    }
}
