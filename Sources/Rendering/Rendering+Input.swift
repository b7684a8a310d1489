public import Release
public import Topology

extension Rendering {
    /// What is wrong with, or missing from, the input itself.
    static func inputProblems(_ input: RenderInput) -> [RenderProblem] {
        let ofAll = clusterNames(input) + weightProblems(input)
        if input.release.era == .legacy { return legacyProblems(input) + ofAll }
        return novaNetworkProblems(input) + modernProblems(input) + ofAll
    }

    /// What every lab of several controllers has to say, or to be told.
    static func sharedAddressProblems(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard lab.controllers.count > 1, let first = lab.controllers.first else { return [] }
        let images = problem(
            lab, first.mark, "each controller keeps the images that it is given in its own /var/lib/glance/images",
            hint: "mount the same directory there on all controllers", isWarning: true)
        return [images]
            + lab.controllers.filter { $0.managementInterface == nil }.map { node in
                problem(
                    lab, node.mark, "\(node.name) shares api_address, and does not say on which interface",
                    hint: "physical_interfaces: { management: eth0 }, the one with \(node.address)")
            }
    }

    private static func modernProblems(_ input: RenderInput) -> [RenderProblem] {
        [
            controllers, hypervisors, drivers, roles, missingSecrets, missingAuthorities, interfaces, portGroups,
            securityGroups, imageStores, knownDefects,
        ].flatMap { $0(input) }
    }

    static func problem(
        _ lab: Lab, _ mark: Mark, _ what: String, hint: String? = nil, isWarning: Bool = false
    ) -> RenderProblem {
        RenderProblem(place: .topology(file: lab.file, mark), what: what, hint: hint, isWarning: isWarning)
    }

    private static func controllers(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        guard let first = lab.controllers.first else {
            let mark = lab.nodes.first?.mark ?? lab.releaseMark
            return [problem(lab, mark, "no node has the role controller", hint: "give it to one node")]
        }
        guard lab.controllers.count > 1 else { return [] }
        guard input.purpose == .files else {
            return lab.controllers.dropFirst().map { node in
                problem(
                    lab, node.mark, "\(node.name) is a second controller, and `up` sets up one",
                    hint: "give the role controller to one node only; `polyvisor render` writes files for several")
            }
        }
        let keys = "/etc/keystone/fernet-keys and credential-keys"
        let shared = problem(
            lab, first.mark, "the controllers need the same keys in \(keys), which keystone-manage makes",
            hint: "make them on \(first.name) and copy them to the others", isWarning: true)
        return [shared] + sharedAddressProblems(input)
    }

    private static func hypervisors(_ input: RenderInput) -> [RenderProblem] {
        input.lab.nodes.compactMap { node in
            guard let kind = node.hypervisor?.kind else { return nil }
            if case .noDriver(let why) = input.release.support(for: kind) {
                return problem(
                    input.lab, node.mark, "\(node.name): \(input.release.name) has no driver for \(kind.rawValue)",
                    hint: why)
            }
            let distribution = input.distribution(of: node)
            if input.purpose == .deployment, distribution.hasPackages, !distribution.installs(kind) {
                return problem(
                    input.lab, node.mark, "\(node.name): `up` cannot install \(kind.rawValue)",
                    hint: "it can install \(installed(by: distribution)); `polyvisor render` writes the files")
            }
            guard kind == .hyperv else { return nil }
            return problem(
                input.lab, node.mark,
                "\(node.name) is a Windows machine: its files have to be put where its nova-compute looks for them",
                hint: "the ports there are bound by networking-hyperv's agent, which is no part of Neutron",
                isWarning: true)
        }
    }

    private static func installed(by distribution: Distribution) -> String {
        let names = HypervisorKind.allCases.filter(distribution.installs).map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }

    /// Releases without packages here, and layer-2 drivers that a release or `up` has not.
    private static func drivers(_ input: RenderInput) -> [RenderProblem] {
        let (lab, release) = (input.lab, input.release)
        var problems: [RenderProblem] = []
        if lab.mechanismDriver == .linuxbridge, release.era == .modern, !release.isBefore("2025.1") {
            problems.append(
                problem(
                    lab, lab.releaseMark, "\(release.name) has no linuxbridge: 2024.2 was the last release with it",
                    hint: "mechanism_driver: openvswitch"))
        }
        guard input.purpose == .deployment else { return problems }
        if !release.distribution.hasPackages {
            problems.append(
                problem(
                    lab, lab.releaseMark, "`up` has no packages of \(release.name)",
                    hint: "it installs \(Release.installable.joined(separator: " and ")); `polyvisor render` writes the"
                        + " files of every release"))
        }
        let driver = release.mechanismDriver(of: lab)
        if problems.isEmpty, !release.distribution.installs(driver.agent) {
            problems.append(
                problem(
                    lab, lab.releaseMark, "`up` cannot install \(driver.rawValue)",
                    hint: "mechanism_driver: \(driver.other.rawValue); `polyvisor render` writes the files"))
        }
        return problems + tunnels(input, driver)
    }

    /// Open vSwitch's userspace datapath sends tunnels from an address on a bridge of its own, which a sandbox's nodes lack.
    private static func tunnels(_ input: RenderInput, _ driver: MechanismDriver) -> [RenderProblem] {
        let lab = input.lab
        guard lab.provider == .sandbox, driver == .openvswitch,
            let network = lab.networks.first(where: { $0.type == .vxlan })
        else { return [] }
        return [
            problem(
                lab, network.mark, "\(network.name): a sandbox has no VXLAN with Open vSwitch yet",
                hint: "type: vlan or flat; or release: zed, whose linuxbridge has it")
        ]
    }

    private static func roles(_ input: RenderInput) -> [RenderProblem] {
        guard input.purpose == .deployment else { return [] }
        return input.lab.storageNodes.map { node in
            problem(
                input.lab, node.mark, "\(node.name): `up` does not set up Cinder, so the role storage does nothing",
                hint: "`polyvisor render` writes its files", isWarning: true)
        }
    }

    /// Nova's VMware driver plugs ports into port groups, where nothing of Neutron's filters.
    private static func securityGroups(_ input: RenderInput) -> [RenderProblem] {
        guard input.purpose == .files, let node = input.lab.nodes.first(where: { !$0.clusters.isEmpty }) else {
            return []
        }
        return [
            problem(
                input.lab, node.mark, "security groups are not enforced on VMware instances",
                hint: "filter in vSphere, at the port group", isWarning: true)
        ]
    }

    /// What a topology alone shows of the register of known defects. `up` repairs what can be repaired on the nodes, so
    /// it is reported for files that a user puts onto machines.
    private static func knownDefects(_ input: RenderInput) -> [RenderProblem] {
        guard input.purpose == .files, input.lab.provider == .ssh,
            let node = input.lab.nodes.first(where: { !$0.clusters.isEmpty })
        else { return [] }
        return input.release.knownDefects.filter { $0.cause == .vmware }.map { defect in
            problem(
                input.lab, node.mark, "\(defect.id): \(defect.title): \(defect.effect)",
                hint: defect.advice + (defect.report.map { "; \($0)" } ?? ""), isWarning: true)
        }
    }

    /// What `validate` can say of a lab beside its own rules, without secrets and without rendering: warnings alone.
    ///
    /// A lab that `up` can install is looked at as `up` does, others as `render` does.
    public static func warnings(of lab: Lab, in release: Release) -> [RenderProblem] {
        guard release.era == .modern, lab.controller != nil else { return [] }
        var input = RenderInput(lab: lab, release: release, secrets: [:])
        let isInstallable = release.distribution.installs(release.mechanismDriver(of: lab).agent)
        input.purpose = isInstallable ? .deployment : .files
        let rules = [hypervisors, portGroups, securityGroups, knownDefects]
        return rules.flatMap { $0(input) }.filter(\.isWarning)
    }

    static func missingSecrets(_ input: RenderInput) -> [RenderProblem] {
        let lab = input.lab
        func isMissing(_ name: SecretName) -> Bool { input.secrets[name]?.reveal().isEmpty ?? true }
        let own = secretNames(for: lab, purpose: input.purpose).filter(isMissing).map { name in
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
                    + " it at https://\(vcenter.address)/certs/download.zip; one that signed itself is written by"
                    + " `polyvisor vcenter trust \(input.lab.file) \(vcenter.name) --save FILE`")
        }
    }

    private static func interfaces(_ input: RenderInput) -> [RenderProblem] {
        interfaces(input, of: input.lab.nodes.filter(\.hasLayer2Agent))
    }

    /// A node that plugs ports needs an interface on each physical network.
    static func interfaces(_ input: RenderInput, of nodes: [Node]) -> [RenderProblem] {
        let needed = Set(
            input.lab.networks.compactMap { network -> String? in
                switch network.type {
                case .flat(let name), .vlan(let name, _): name
                case .vxlan: nil
                }
            })
        return nodes.flatMap { node in
            needed.subtracting(node.providerInterfaces.map(\.physicalNetwork)).sorted().map { name in
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
