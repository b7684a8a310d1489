import Access
import DiskImage
import Foundation
import GuestImage
import OpenStack
import Providers
import Records
import Release
import Rendering
import Sandbox
import Topology
import Uploads
import VSphere
import Wording

extension Deployment {
    /// Where sandboxes and what they share are kept.
    static let sandboxRoot = "/var/lib/polyvisor"

    /// Who makes the nodes: the only place that chooses.
    ///
    /// - Parameter base: what a sandbox's nodes are made from; where nothing is made, any.
    static func provider(
        of lab: Lab, base: BaseSystem = Distribution.usual.base, accepted: String = "",
        listener: @escaping @Sendable (SandboxEvent) -> Void = { _ in }
    ) -> any NodeProvider {
        switch lab.provider {
        case .ssh: ExistingMachines(of: lab, accepted: accepted)
        case .sandbox: Sandbox(lab: lab, base: BaseRecipe(base), root: sandboxRoot, listener: listener)
        }
    }

    /// The lab's own, which reports what it does.
    var provider: any NodeProvider {
        Self.provider(of: lab, base: release.distribution.base, accepted: store.knownHosts) { event in
            switch event.state {
            case .started: report(.progress(node: event.subject, "\(event.activity) …"))
            case .finished:
                report(
                    .progress(node: event.subject, "\(event.activity): \(event.elapsed.seconds.rounded(toPlaces: 1)) s")
                )
            case .unchanged: break
            case .noted: report(.progress(node: event.subject, event.activity))
            }
        }
    }

    /// Every secret of the lab: those that Polyvisor makes, and those that the topology refers to.
    func secrets() async throws -> [SecretName: Secret] {
        let secrets = try await store.secrets(of: lab, for: .deployment)
        log.hide(secrets.values)
        return secrets
    }

    /// Refuses a release whose files can be rendered, and whose packages are not known.
    func checkPackages() throws {
        guard !release.distribution.hasPackages else { return }
        throw DeploymentProblem(
            what: "Polyvisor cannot install \(release.name): it knows the release's packages on no distribution",
            hint: "polyvisor render writes its files; polyvisor releases lists the releases that can be brought up")
    }

    /// Whether this machine can be what the lab asks of it; installs what is missing where that is allowed.
    func checkHost() async throws {
        try await provider.check(installingMissing: options.installsRequirements)
    }

    /// Starts what does not run of the nodes and vCenters, after `checkHost`.
    func raiseNodes(_ secrets: [SecretName: Secret]) async throws {
        let packages = Dictionary(
            uniqueKeysWithValues: lab.nodes.map { node in (node.name, release.setup(of: node, in: lab).packages) })
        let passwords = Dictionary(
            uniqueKeysWithValues: lab.vcenters.compactMap { vcenter in
                secrets[.vcenter(vcenter.name)].map { (vcenter.name, $0) }
            })
        try await provider.raise(packages: packages, passwords: passwords)
    }

    /// When the simulated vCenters of a node's nova-compute services were started, by unit.
    func vcenterStarts(for node: Node) -> [String: Double] {
        let provider = provider
        let services = zip(release.setup(of: node, in: lab).computeUnits, lab.computeServices(on: node))
        let pairs = services.compactMap { unit, service -> (String, Double)? in
            guard case .cluster(let reference) = service.driver, let vcenter = lab.vcenter(reference.vcenter),
                let started = provider.startTime(of: vcenter)
            else { return nil }
            return (unit, started.timeIntervalSince1970)
        }
        return Dictionary(pairs) { $1 }
    }

    func keepLayer(of name: String, packages: [String]) async throws {
        guard let node = lab.node(name) else { return }
        try await provider.keep(node, holding: packages)
    }

    /// The files of the tiny guest's disk, built unless they are there, for a cloud that no topology describes.
    public static func tinyGuest(
        report: @escaping @Sendable (String) -> Void
    ) async throws -> (qcow2: String, vmdk: String, container: String) {
        let guest = try await GuestImage.build(in: guestCache, progress: report)
        return (guest.qcow2, guest.vmdk, guest.container)
    }

    /// The tiny guest, built unless it is there.
    func tinyGuest() async throws -> GuestImage {
        try await GuestImage.build(in: Self.guestCache) { report(.progress(node: nil, $0)) }
    }

    private static var guestCache: String {
        getuid() == 0 ? "\(sandboxRoot)/guest" : StateFolder.cache("guest")
    }

    /// The lab's images in every form that they are needed in.
    func glanceImages(_ guest: GuestImage) async throws -> [GlanceImage] {
        var forms: [GlanceImage] = []
        for image in lab.images {
            let own: (String, ImageFormat?)? =
                switch image.source {
                case .tinyGuest: nil
                case .file(let path): (lab.path(path, home: NSHomeDirectory()), nil)
                }
            do {
                forms += try await GlanceImage.forms(
                    of: image, disk: own ?? (guest.raw, .raw), container: own ?? (guest.container, .raw))
            } catch let error as DiskImageError {
                throw unusable(image, error)
            }
        }
        return forms
    }

    /// Whether the topology's own disks can be read, which shows without a node.
    func checkImages() throws {
        for image in lab.images {
            guard case .file(let path) = image.source else { continue }
            do {
                _ = try ImageFile.open(lab.path(path, home: NSHomeDirectory()))
            } catch {
                throw unusable(image, error)
            }
        }
    }

    private func unusable(_ image: Topology.Image, _ error: DiskImageError) -> DeploymentProblem {
        DeploymentProblem(
            node: nil, what: "image \(image.name): \(error)", hint: "`polyvisor image inspect` says what the file is")
    }

    /// The authorities that signed the vCenters' certificates.
    var authorities: VCenterAuthorities { Self.authorities(of: lab) }

    static func authorities(of lab: Lab) -> VCenterAuthorities {
        VCenterAuthorities(of: lab) { provider(of: lab).authority(of: $0) }
    }

    /// The files as far as the topology alone tells.
    var offline: OfflineRendering { OfflineRendering(of: lab, release, authorities) }

    /// The cloud's administrator.
    func cloud(_ secrets: [SecretName: Secret]) -> Cloud { Cloud(administering: lab, with: secrets) }
}

extension BaseRecipe {
    init(_ base: BaseSystem) {
        self.init(suite: base.suite, sources: base.sources, packages: base.packages, maskedUnits: base.maskedUnits)
    }
}
