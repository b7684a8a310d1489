/// The kind of hypervisor that an image is for.
public enum ImageTarget: String, Sendable, CaseIterable, Encodable {
    case vmware, kvm
}
