import Testing

/// What a kind of hypervisor is stands in its file in `Topology/Hypervisors`; whoever lists kinds elsewhere makes a table that
/// the next kind has to be added to.
@Suite("a kind of hypervisor")
struct HypervisorTests {
    /// Where a file names kinds, and why that is no table of them.
    private static let reasons: [String: Set<String>] = [
        // A vCenter's cluster and an ESXi host's address are what `Hypervisor` says of a node beside the kind.
        "Access/VSphereServer.swift": ["vmwareESX"],
        "Facts/Survey+Looking.swift": ["kvm", "vmware", "vmwareESX"],
        "Release/Services/Release+Services.swift": ["vmware"], "Rendering/SecretName+Legacy.swift": ["vmwareESX"],
        "Rendering/NodeRecipes+LegacyCompute.swift": ["vmware", "vmwareESX"],
        "Topology/ComputeService.swift": ["vmware", "vmwareESX"], "Topology/Lab+Roles.swift": ["vmware"],
        "Topology/Reader/Lab+Draft.swift": ["vmware", "vmwareESX"],
        "Topology/Rules/NodeRules.swift": ["vmware", "vmwareESX"],
        // A distribution's packages are its own data.
        "Release/Distributions/Debian.swift": ["kvm", "lxc", "qemu", "vmware"],
        // KVM where /dev/kvm works, and QEMU where it does not.
        "Deployment/Deployment+Nodes.swift": ["kvm", "qemu"], "Preflight/Checks/NodeChecks.swift": ["kvm"],
        "Rendering/NodeRecipes+Nova.swift": ["qemu"], "Topology/StartTopology.swift": ["kvm"],
        // Rules that say something of one kind alone.
        "Rendering/CloudDesign.swift": ["hyperv"], "Rendering/Rendering+LegacyNeutron.swift": ["docker"],
        "Rendering/PlacementJudge.swift": ["kvm", "vmware"],
        "Rendering/Rendering+Input.swift": ["hyperv", "vmware"],
        "Rendering/Rendering+Legacy.swift": ["hyperv", "ironic", "vmwareESX"],
        // Containers of libvirt's get devices and a root file system of their own.
        "Sandbox/NodeRoot.swift": ["lxc"], "Sandbox/Sandbox.swift": ["lxc"], "Uploads/GlanceImage.swift": ["lxc"],
        // `init` has a flag for each of these.
        "Commands/Configuration/Init.swift": ["kvm", "lxc", "qemu"],
        // The three disks of the tiny guest are called like kinds.
        "Verification/Ingredients.swift": ["kvm", "lxc", "vmware"],
        "Verification/Preparation.swift": ["lxc", "vmware"],
        "Verification/Verification.swift": ["lxc", "vmware"], "Verification/Verdicts+Before.swift": ["vmware"],
        "Verification/Chooser+Network.swift": ["vmware"],
        "Verification/Subject.swift": ["lxc", "qemu", "vmware", "vmwareESX"],
        // Other things that are called like kinds: whose demands on an image hold, what brings a known defect.
        "Topology/Rules/ImagePropertyRules.swift": ["vmware"], "Release/KnownDefect+Register.swift": ["vmware"],
        "Release/ServiceSettings+Defects.swift": ["vmware"],
    ]

    @Test("is one file, which the list names: no other file lists kinds")
    func oneFile() throws {
        var found: [String: Set<String>] = [:]
        for room in House.rooms where try House.table()[room]?.contains("Topology") == true || room == "Topology" {
            for file in try House.paths(of: room) where !file.hasPrefix("Topology/Hypervisors/") {
                let kinds = try Self.kinds(in: House.text("Sources/\(file)"))
                if !kinds.isEmpty { found[file] = kinds }
            }
        }
        for file in Set(found.keys).union(Self.reasons.keys).sorted() {
            #expect(
                found[file, default: []] == Self.reasons[file, default: []],
                "Sources/\(file): what is true of a kind belongs into its file in Topology/Hypervisors")
        }
    }

    /// The kinds that a source names, outside of its comments.
    private static func kinds(in source: String) throws -> Set<String> {
        let name = try Regex(
            "(?:HypervisorKind|[ (\\[,{])\\.(\(all().joined(separator: "|")))\\b", as: (Substring, Substring).self)
        let lines = source.split(separator: "\n").map {
            $0.prefix(upTo: $0.firstRange(of: "//")?.lowerBound ?? $0.endIndex)
        }
        return Set(lines.flatMap { $0.matches(of: name).map { String($0.output.1) } })
    }

    /// The entries of `allCases`, the longest first, for one may begin like another.
    private static func all() throws -> [String] {
        let list = try House.text("Sources/Topology/Hypervisors/HypervisorKind.swift")
        let body = list.firstMatch(of: /allCases: \[HypervisorKind\] = \[([^\]]*)\]/)?.1 ?? ""
        return body.matches(of: /\w+/).map { String($0.0) }.sorted { $0.count > $1.count }
    }

    @Test("has a file of its own")
    func files() throws {
        let names = try Self.all()
        #expect(names.count >= 10 && Set(names).count == names.count)
        let files = try House.paths(of: "Topology").filter { $0.hasPrefix("Topology/Hypervisors/") }
        #expect(files.count == names.count + 2, "a file a kind, and two that say what a kind is: \(files)")
        #expect(try Self.kinds(in: "a = .qemu // .lxc\nif kind == .vmwareESX") == ["qemu", "vmwareESX"])
    }
}
