import Release
import Testing

@testable import Rendering
@testable import Topology

/// Each hypervisor in each release: rendered with its driver, or refused with the release that brought or dropped it.
@Suite("every hypervisor in every release")
struct HypervisorMatrixTests {
    /// As Nova's own tree has it; research into the tags, not the code under test, is where this table comes from.
    struct Row: Sendable, CustomTestStringConvertible {
        var kind: HypervisorKind
        var driver: String
        /// The first release with it of those that there are, and the first without.
        var first = "havana"
        var gone: String?
        /// The word of the refusal that names the release.
        var word = ""
        var testDescription: String { kind.rawValue }
    }

    static let rows = [
        Row(kind: .kvm, driver: "libvirt.LibvirtDriver"), Row(kind: .qemu, driver: "libvirt.LibvirtDriver"),
        Row(kind: .lxc, driver: "libvirt.LibvirtDriver"),
        Row(kind: .xen, driver: "libvirt.LibvirtDriver", gone: "wallaby", word: "Wallaby"),
        Row(kind: .uml, driver: "libvirt.LibvirtDriver", gone: "wallaby", word: "Wallaby"),
        Row(kind: .vmware, driver: "vmwareapi.VMwareVCDriver"),
        Row(kind: .vmwareESX, driver: "vmwareapi.VMwareESXDriver", gone: "juno", word: "Juno"),
        Row(kind: .hyperv, driver: "HyperVDriver", gone: "2024.1", word: "2024.1"),
        Row(kind: .ironic, driver: "ironic.IronicDriver", first: "juno", word: "Juno"),
        Row(kind: .docker, driver: "docker.DockerDriver", gone: "icehouse", word: "Icehouse"),
    ]

    /// Ten hypervisors in nineteen releases.
    @Test("is rendered with its driver, or refused with the release's name", arguments: rows)
    func cell(_ row: Row) throws {
        #expect(Release.names.count == 19 && Self.rows.map(\.kind).count == HypervisorKind.allCases.count)
        for name in Release.names {
            let release = try Release(named: name)
            let isThere = !release.isBefore(row.first) && (row.gone.map(release.isBefore) ?? true)
            let lab = try lab(name, row.kind)
            switch try rendered(lab, release) {
            case .success(let rendering):
                #expect(isThere, "\(name)")
                try check(rendering.files(of: lab.nodes[1].name), row, release)
            case .failure(let failure):
                let problems = failure.problems.filter { !$0.isWarning }
                #expect(!isThere, "\(name): \(failure)")
                #expect(problems.count == 1 && problems[0].hint?.contains(row.word) == true, "\(name): \(problems)")
            }
        }
    }

    private func rendered(_ lab: Lab, _ release: Release) throws -> Result<Rendering, RenderFailure> {
        let input = try release.era == .legacy ? Legacy.input(lab) : Labs.input(lab, purpose: .files)
        let templates = try Labs.templates.get()
        do throws(RenderFailure) {
            return .success(try Rendering(input, templates: templates))
        } catch {
            return .failure(error)
        }
    }

    private func check(_ files: [RenderedFile], _ row: Row, _ release: Release) throws {
        let services = files.filter { $0.path.hasPrefix("/etc/nova/nova-compute") && $0.path.hasSuffix(".conf") }
        // One service and file for all clusters until Kilo, one for each later.
        #expect(services.count == (row.kind == .vmware && release.era == .modern ? 2 : 1), "\(release.name)")
        let options = try Legacy.options(services)
        #expect(options["DEFAULT/compute_driver"]?.hasSuffix(row.driver) == true, "\(release.name)")
        switch row.kind {
        case let kind where kind.isLibvirt:
            let type = release.name == "havana" ? "DEFAULT/libvirt_type" : "libvirt/virt_type"
            #expect(options[type] == row.kind.rawValue, "\(release.name)")
        case .vmware: try checkClusters(services, release)
        case .vmwareESX: #expect(options["vmware/host_ip"] == "192.0.2.61")
        case .hyperv: #expect(options["hyperv/config_drive_cdrom"] != nil)
        case .ironic: #expect(options["DEFAULT/reserved_host_memory_mb"] == "0")
        default: #expect(options["DEFAULT/docker_registry_default_port"] == "5042")
        }
    }

    private func checkClusters(_ services: [RenderedFile], _ release: Release) throws {
        let documents = try services.map { try INIDocument($0.contents) }
        #expect(documents.allSatisfy { $0.values("DEFAULT", "reserved_host_memory_mb") == ["0"] })
        let clusters = documents.flatMap { $0.values("vmware", "cluster_name") }
        #expect(clusters.count == 2 && Set(clusters).count == 2, "\(release.name)")
        let prefixes = documents.flatMap { $0.values("vmware", "cache_prefix") }
        #expect(prefixes.count == (release.isBefore("kilo") ? 0 : documents.count))
        #expect(Set(prefixes).count == prefixes.count)
        guard release.era == .modern else { return }
        #expect(Set(documents.flatMap { $0.values("DEFAULT", "host") }).count == 2, "\(release.name)")
    }

    /// A controller and a compute node of a kind.
    private func lab(_ release: String, _ kind: HypervisorKind) throws -> Lab {
        let isLegacy = try Release(named: release).era == .legacy
        if isLegacy, kind != .vmware { return try Legacy.lab(release, kind) }
        var lab = try Labs.named(isLegacy ? "legacy-havana-vmware" : "two-vcenters")
        lab.release = release
        lab.nodes.removeAll { !["controller", kind == .vmware ? "vmware1" : "kvm1"].contains($0.name) }
        if !isLegacy { lab.vcenters.removeAll { $0.name == "vc2" } }
        if kind != .vmware { lab.nodes[1].hypervisor = Legacy.hypervisor(kind) }
        return lab
    }
}
