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
