/// The checks, by the names that reports use. The order here is the order in a report.
public enum CheckName: String, Sendable, CaseIterable, Codable {
    case serviceUp = "service_up"
    case hypervisorType = "hypervisor_type"
    case created
    case active
    case host
    case guestReady = "guest_ready"
    case guestAddress = "guest_address"
    case guestMetadata = "guest_metadata"
    case portBinding = "port_binding"
    case vmFound = "vm_found"
    case vmPower = "vm_power"
    case vmCluster = "vm_cluster"
    case vmDatastore = "vm_datastore"
    case vmNetwork = "vm_network"
    case deleted
    case goneFromNova = "gone_from_nova"
    case goneFromNeutron = "gone_from_neutron"
    case goneFromPlacement = "gone_from_placement"
    case goneFromLibvirt = "gone_from_libvirt"
    case goneFromVCenter = "gone_from_vcenter"

    /// The check in words, for people.
    public var title: String {
        switch self {
        case .serviceUp: "compute service up"
        case .hypervisorType: "hypervisor type"
        case .created: "instance created"
        case .active: "instance ACTIVE"
        case .host: "on the host asked for"
        case .guestReady: "guest is running"
        case .guestAddress: "guest's address"
        case .guestMetadata: "guest's metadata"
        case .portBinding: "port bound"
        case .vmFound: "VM in vCenter"
        case .vmPower: "VM powered on"
        case .vmCluster: "VM in its cluster"
        case .vmDatastore: "VM on its datastore"
        case .vmNetwork: "VM on its network"
        case .deleted: "instance deleted"
        case .goneFromNova: "gone from Nova"
        case .goneFromNeutron: "gone from Neutron"
        case .goneFromPlacement: "gone from Placement"
        case .goneFromLibvirt: "gone from libvirt"
        case .goneFromVCenter: "gone from vCenter"
        }
    }

    /// What a check belongs to in the life of an instance.
    enum Stage: String { case look, boot, guest, vsphere, clean }

    var stage: Stage {
        switch self {
        case .serviceUp, .hypervisorType, .host, .portBinding: .look
        case .created, .active: .boot
        case .guestReady, .guestAddress, .guestMetadata: .guest
        case .vmFound, .vmPower, .vmCluster, .vmDatastore, .vmNetwork: .vsphere
        case .deleted, .goneFromNova, .goneFromNeutron, .goneFromPlacement, .goneFromLibvirt, .goneFromVCenter: .clean
        }
    }
}
