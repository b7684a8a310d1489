public import Release
public import Topology

/// What rendering starts from.
public struct RenderInput: Sendable {
    /// What the topology asks for.
    public var lab: Lab
    /// The release that the lab names.
    public var release: Release
    /// Every secret of `Rendering.secretNames(for:)` and `Rendering.vcenterSecretNames(for:)`.
    public var secrets: [SecretName: Secret]
    /// What a libvirt node's hypervisor really is, where facts say otherwise than the topology: node → kvm or qemu.
    public var virtTypes: [String: HypervisorKind]
    /// The certificate authorities of vCenters in PEM, by the vCenter's name.
    public var vcenterCAs: [String: String]
    /// The texts of the files that overrides put in place of ours, by the path as the topology has it.
    public var replacements: [String: String] = [:]
    /// What nodes run that were asked, by their names; others have the release's first distribution.
    public var distributions: [String: Distribution] = [:]
    /// What is done with the files.
    public var purpose = Purpose.deployment

    /// What a node runs.
    func distribution(of node: Node) -> Distribution { distributions[node.name] ?? release.distribution }

    /// What is done with rendered files.
    public enum Purpose: Sendable {
        /// A user takes them: every role and hypervisor that the release has.
        case files
        /// `up` puts them onto nodes: only what it can install.
        case deployment
    }

    /// An input; without facts, hypervisors are what the topology says.
    public init(
        lab: Lab, release: Release, secrets: [SecretName: Secret], virtTypes: [String: HypervisorKind] = [:],
        vcenterCAs: [String: String] = [:]
    ) {
        self.lab = lab
        self.release = release
        self.secrets = secrets
        self.virtTypes = virtTypes
        self.vcenterCAs = vcenterCAs
    }
}
