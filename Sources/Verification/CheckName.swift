/// The checks, by the names that reports use. The order here is the order in a report.
public enum CheckName: String, Sendable, CaseIterable, Codable {
    case serviceUp = "service_up"
    case hypervisorType = "hypervisor_type"
    case placementInventory = "placement_inventory"
    case image
    case quota
    case capacity
    case networkAgents = "network_agents"
    case vcenterLogin = "vcenter_login"
    case vcenterCluster = "vcenter_cluster"
    case datastoreRoom = "datastore_room"
    case portGroup = "port_group"
    case created
    case active
    case host
    case guestReady = "guest_ready"
    case guestAddress = "guest_address"
    case guestMetadata = "guest_metadata"
    case portBinding = "port_binding"
    case reach
    case peers
    case console
    case wayOut = "way_out"
    case vmFound = "vm_found"
    case vmPower = "vm_power"
    case vmCluster = "vm_cluster"
    case vmDatastore = "vm_datastore"
    case vmNetwork = "vm_network"
    case vmDisk = "vm_disk"
    case vmUnique = "vm_unique"
    case configDrive = "config_drive"
    case secondBoot = "second_boot"
    case stopStart = "stop_start"
    case reboot
    case snapshot
    case resize
    case coldMigration = "cold_migration"
    case liveMigration = "live_migration"
    case volume
    case volumeBoot = "volume_boot"
    case vcpus
    case schedulingTagged = "scheduling_tagged"
    case schedulingUntagged = "scheduling_untagged"
    case drillComputeFailure = "drill_compute_failure"
    case drillHostFailure = "drill_host_failure"
    case drillVCenterRestart = "drill_vcenter_restart"
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
        case .placementInventory: "Placement inventory"
        case .image: "image fits"
        case .quota: "room in the quota"
        case .capacity: "room on the host"
        case .networkAgents: "network agents alive"
        case .vcenterLogin: "vCenter login"
        case .vcenterCluster: "cluster in order"
        case .datastoreRoom: "room on a datastore"
        case .portGroup: "port group there"
        case .created: "instance created"
        case .active: "instance ACTIVE"
        case .host: "on the host asked for"
        case .guestReady: "guest is running"
        case .guestAddress: "guest's address"
        case .guestMetadata: "guest's metadata"
        case .portBinding: "port bound"
        case .reach: "guest answers"
        case .peers: "guest to guest"
        case .console: "console"
        case .wayOut: "way out"
        case .vmFound: "VM in vCenter"
        case .vmPower: "VM powered on"
        case .vmCluster: "VM in its cluster"
        case .vmDatastore: "VM on its datastore"
        case .vmNetwork: "VM on its network"
        case .vmDisk: "VM's disk"
        case .vmUnique: "only one VM"
        case .configDrive: "config drive"
        case .secondBoot: "second boot"
        case .stopStart: "stop and start"
        case .reboot: "reboot"
        case .snapshot: "snapshot"
        case .resize: "resize"
        case .coldMigration: "cold migration"
        case .liveMigration: "live migration"
        case .volume: "volume"
        case .volumeBoot: "boot from a volume"
        case .vcpus: "numbers of vCPUs"
        case .schedulingTagged: "lands by its tag"
        case .schedulingUntagged: "lands by its zone"
        case .drillComputeFailure: "compute failure"
        case .drillHostFailure: "ESXi host failure"
        case .drillVCenterRestart: "vCenter restart"
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
        case .serviceUp, .hypervisorType, .placementInventory, .image, .quota, .capacity, .networkAgents, .vcenterLogin,
            .vcenterCluster, .datastoreRoom, .portGroup, .host, .portBinding:
            .look
        case .created, .active, .secondBoot, .stopStart, .reboot, .snapshot, .resize, .coldMigration, .liveMigration,
            .volume, .volumeBoot, .vcpus, .schedulingTagged, .schedulingUntagged, .drillComputeFailure,
            .drillHostFailure,
            .drillVCenterRestart:
            .boot
        case .guestReady, .guestAddress, .guestMetadata, .reach, .peers, .console, .wayOut, .configDrive: .guest
        case .vmFound, .vmPower, .vmCluster, .vmDatastore, .vmNetwork, .vmDisk, .vmUnique: .vsphere
        case .deleted, .goneFromNova, .goneFromNeutron, .goneFromPlacement, .goneFromLibvirt, .goneFromVCenter: .clean
        }
    }
}
