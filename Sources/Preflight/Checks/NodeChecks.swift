import Facts
import Release
import Topology
import Wording

extension Check {
    /// The machines that become nodes.
    static let nodeChecks = [
        Check("ssh", "it lets us in", .proof, .node(ssh)),
        Check("driver-of-release", "the release has a driver for its hypervisor", .proof, .node(driver)),
        Check("system", "it runs what carries the release", .proof, .facts(system)),
        Check("root", "we are root there", .proof, .facts(root)),
        Check("packages", "its package sources are in reach", .proof, .facts(packages)),
        Check("memory", "it has memory for its roles", .advice, .facts(memory)),
        Check("disk", "it has room for its packages", .proof, .facts(disk)),
        Check("kvm", "a KVM guest starts", .advice, .facts(kvm)),
        Check("ports", "the ports of its services are free", .proof, .facts(ports)),
        Check("names", "it resolves every node's name to the right address", .advice, .facts(names)),
        Check("interfaces", "the interfaces of its physical networks are there and bare", .proof, .facts(interfaces)),
        Check("node-clock", "its clock agrees with this machine's", .advice, .facts(clock)),
    ]

    @Sendable private static func ssh(_ sight: NodeSight) -> [Finding] {
        guard let failure = sight.failure else { return [] }
        let finding = Finding.error(
            sight.object, expected: expected(by: failure.kind, sight.node.ssh.user),
            found: failure.reason,
            why: "everything is installed and configured through it",
            remedy: failure.hint ?? "check its address, its sshd, and the key in \(place(sight))")
        // A busy machine answers late.
        return [failure.kind == .timeout ? finding.moving : finding]
    }

    private static func expected(by kind: NodeFailure.Kind, _ user: String) -> String {
        switch kind {
        case .noShell: "a shell for \(user)"
        case .noisyShell: "a shell for \(user) that prints nothing of its own"
        default: "a login by SSH as \(user)"
        }
    }

    @Sendable private static func driver(_ sight: NodeSight) -> [Finding] {
        guard let kind = sight.node.hypervisor?.kind, case .noDriver(let why) = sight.setting.release.support(for: kind)
        else { return [] }
        return [
            .error(
                sight.object, expected: "a hypervisor that \(sight.setting.release.name) drives", found: kind.rawValue,
                why: why, remedy: "choose another hypervisor or release in \(place(sight))")
        ]
    }

    @Sendable private static func system(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        let release = sight.setting.release
        let system = try read(facts.system, "what it runs", "/etc/os-release")
        // What no distribution carries here, Polyvisor does not install either.
        guard !release.distributions.isEmpty, release.distribution(of: system) == nil else { return [] }
        return [
            .error(
                sight.object, expected: release.distributions.map(\.name).joined(separator: " or "),
                found: "\(system.id) \(system.version)",
                why: "release \(release.name) is installed from its packages",
                remedy: "install the node again, or choose a release that its system carries")
        ]
    }

    @Sendable private static func root(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        let userID = try read(facts.userID, "its user id", "id")
        guard userID != 0 else { return [] }
        return [
            .error(
                sight.object, expected: "user id 0", found: "user \(sight.node.ssh.user) has \(userID)",
                why: "packages, services and files of other users are root's to change",
                remedy: "write ssh: { user: root } in \(place(sight))")
        ]
    }

    @Sendable private static func packages(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        guard !facts.missingPackages.isEmpty else { return [] }
        if let problem = facts.sourcesProblem {
            throw NotRead(reason: "its package sources were not asked: \(problem)")
        }
        let why = "\(facts.missingPackages.count) packages have to be installed"
        let system = sight.setup.distribution.packageSystem
        if facts.sourcesSeen == 0 {
            return [
                .error(
                    sight.object, expected: "package sources", found: "\(system.title) has none", why: why,
                    remedy: "write the distribution's mirror into \(system.sources) there")
            ]
        }
        return facts.unreachableSources.sorted { $0.key < $1.key }.map { source, reason in
            Finding(
                facts.unreachableSources.count == facts.sourcesSeen ? .error : .warning, sight.object,
                expected: "an answer from \(source)", found: reason, why: why,
                remedy: "check the node's resolver, its way out and its proxy (\(system.proxies))"
            ).moving
        }
    }

    @Sendable private static func memory(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        let needed = NodeNeeds(sight).memoryMiB
        let memory = try read(facts.memory, "its memory", "/proc/meminfo")
        guard memory < needed else { return [] }
        return [
            .warning(
                sight.object, expected: "\(needed) MiB for \(roles(sight))", found: "\(memory) MiB",
                why: "the kernel ends services when memory runs out, RabbitMQ and MariaDB first",
                remedy: "give the machine more memory, or its roles to several")
        ]
    }

    @Sendable private static func disk(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        let needed = NodeNeeds(sight).diskMiB(missing: facts.missingPackages.count)
        let free = try read(facts.freeDisk, "the room in /var", "df")
        guard free < needed else { return [] }
        // Where everything is installed, what is there runs on.
        return [
            Finding(
                facts.missingPackages.isEmpty ? .warning : .error, sight.object,
                expected: "\(needed) MiB free in /var", found: "\(free) MiB",
                why: "packages, databases and images are written there; a full disk stops them half-way",
                remedy: "free some space, or give the machine a larger disk"
            ).moving
        ]
    }

    @Sendable private static func kvm(_ sight: NodeSight, _ facts: NodeFacts) -> [Finding] {
        guard sight.node.hypervisor?.kind == .kvm else { return [] }
        let why = "instances would run under QEMU (virt_type), many times slower; `up` falls back to it"
        let remedy =
            "turn on virtualisation in the firmware, nested virtualisation in the outer hypervisor; or write "
            + "hypervisor: qemu in \(place(sight))"
        guard facts.hasKVMDevice else {
            return [.warning(sight.object, expected: "/dev/kvm", found: "there is none", why: why, remedy: remedy)]
        }
        switch facts.kvm {
        case .unusable(let reason):
            return [
                .warning(sight.object, expected: "a KVM guest that starts", found: reason, why: why, remedy: remedy)
            ]
        case .unproved(let reason):
            return [
                .note(
                    sight.object, expected: "a KVM guest that starts", found: "there is /dev/kvm; not tried: \(reason)",
                    why: why, remedy: "`up` tries it once QEMU is installed, and says what it found")
            ]
        case .usable, nil: return []
        }
    }

    @Sendable private static func ports(_ sight: NodeSight, _ facts: NodeFacts) -> [Finding] {
        let setup = sight.setup
        let ours = Set(setup.services.start + setup.services.disable + setup.services.mask)
        return setup.ports.compactMap { port in
            guard let holder = facts.listeners[port.number], !ours.contains(holder.unit) else { return nil }
            return .error(
                sight.object, expected: "port \(port.number) free for \(port.title)",
                found: "\(holder.program)\(holder.unit.isEmpty ? "" : " (\(holder.unit))") listens there",
                why: "the service does not start, or the other program's answers are taken for its own",
                remedy: "end that program, or give it another port")
        }
    }

    @Sendable private static func names(_ sight: NodeSight, _ facts: NodeFacts) -> [Finding] {
        sight.setting.lab.nodes.compactMap { other in
            // An unknown name is what `up` writes into /etc/hosts, and Debian gives a machine's own name 127.0.1.1.
            guard case .some(.some(let address)) = facts.addresses[other.name], address != "\(other.address)",
                !(other.name == sight.node.name && address.hasPrefix("127."))
            else { return nil }
            return .warning(
                sight.object, expected: "\(other.name) at \(other.address)", found: "it resolves to \(address)",
                why: "services would talk to another machine of that name (noVNC, live migration, RabbitMQ)",
                remedy: "`up` writes /etc/hosts; see that files come before dns in /etc/nsswitch.conf there")
        }
    }

    @Sendable private static func interfaces(_ sight: NodeSight, _ facts: NodeFacts) -> [Finding] {
        sight.node.physicalInterfaces.compactMap { wanted in
            guard let found = facts.interfaces[wanted.interface] else { return nil }
            let why = "the layer-2 agent puts it into the bridge of \(wanted.physicalNetwork)"
            let remedy = "mend physical_interfaces in \(place(sight))"
            if !found.exists {
                return .error(
                    sight.object, expected: "interface \(wanted.interface)", found: "there is none", why: why,
                    remedy: remedy)
            }
            guard found.addresses.contains(where: { $0.hasPrefix("\(sight.node.address)/") }) else { return nil }
            return .error(
                sight.object, expected: "interface \(wanted.interface) without the node's own address",
                found: "it has \(listed(found.addresses))", why: why + ", and the node loses its address",
                remedy: remedy)
        }
    }

    private static let tolerance = 5.0

    @Sendable private static func clock(_ sight: NodeSight, _ facts: NodeFacts) throws(NotRead) -> [Finding] {
        let ahead = try read(facts.clockAhead, "its clock", "date")
        guard abs(ahead) > tolerance else { return [] }
        return [
            .warning(
                sight.object, expected: "a clock within \(Int(tolerance)) s of this machine's",
                found: "it is \(Int(abs(ahead))) s \(ahead > 0 ? "ahead" : "behind")",
                why: "Neutron drops reports stamped before its own start, and Keystone refuses tokens of the future",
                remedy: "`up` installs chrony; see that its servers are in reach")
        ]
    }

    private static func read<Value>(_ value: Value?, _ what: String, _ source: String) throws(NotRead) -> Value {
        guard let value else { throw NotRead(reason: "\(what) could not be read: \(source) says nothing") }
        return value
    }

    private static func place(_ sight: NodeSight) -> String { "\(sight.setting.lab.file):\(sight.node.mark)" }

    private static func roles(_ sight: NodeSight) -> String { sight.node.roles.map(\.rawValue).joined(separator: ", ") }
}

/// What a node's roles need.
struct NodeNeeds {
    private let isController: Bool
    /// How many packages there are in all.
    private let packages: Int

    init(_ sight: NodeSight) {
        isController = sight.node.roles.contains(.controller)
        packages = sight.setting.release.setup(of: sight.node, in: sight.setting.lab).packages.count
    }

    /// At their peak, the nodes of `topologies/sandbox.yaml` use 3565 MiB (controller, one worker a service), 828 (KVM
    /// with one guest) and 503 (VMware with two clusters).
    var memoryMiB: Int { isController ? 3600 : 900 }

    /// Packages take 1.5 GB on a controller and 0.8 on a KVM node, apt's archives half as much; a controller writes 0.3 GB
    /// more at its first start.
    private var diskMiBToInstall: Int { isController ? 3000 : 1500 }

    /// Below this, databases and logs fill the rest within hours.
    private static let diskMiBToRun = 300

    /// What has to be free for the packages that are still to be installed: their share, as one is no whole controller.
    func diskMiB(missing: Int) -> Int {
        let share = diskMiBToInstall * min(missing, packages) / max(packages, 1)
        return max(Self.diskMiBToRun, share)
    }
}
