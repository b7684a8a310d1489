/// A privilege that Nova's VMware driver needs, and where.
public struct RequiredPrivilege: Sendable, Equatable {
    /// vCenter's id, e.g. `VirtualMachine.Inventory.Create`.
    public var id: String
    /// The name in vSphere's client.
    public var title: String
    /// On which objects it has to be granted.
    public var scope: Scope

    /// On which objects it has to be granted.
    public enum Scope: String, Sendable, Encodable {
        /// The root folder: privileges of the whole server.
        case root
        /// The datacenter, to whose folders Nova adds.
        case datacenter
        /// Each cluster that Nova drives.
        case cluster
        /// Each datastore that `datastore_regex` lets Nova use.
        case datastore
        /// Each port group of the lab's networks.
        case network
    }

    /// The list of Nova's administrator guide, "VMware vCenter service account"
    /// (doc/source/admin/configuration/hypervisor-vmware.rst), 47 privileges, with the ids of vSphere's
    /// "Defined Privileges".
    public static let all = table.map { RequiredPrivilege(id: $0.1, title: $0.2, scope: $0.0) }

    private static let table: [(Scope, String, String)] = [
        (.datastore, "Datastore.AllocateSpace", "Datastore: Allocate space"),
        (.datastore, "Datastore.Browse", "Datastore: Browse datastore"),
        (.datastore, "Datastore.FileManagement", "Datastore: Low level file operations"),
        (.datastore, "Datastore.DeleteFile", "Datastore: Remove file"),
        (.root, "Extension.Register", "Extension: Register extension"),
        (.datacenter, "Folder.Create", "Folder: Create folder"),
        (.cluster, "Host.Config.Maintenance", "Host: Configuration: Maintenance"),
        (.cluster, "Host.Config.Network", "Host: Configuration: Network configuration"),
        (.cluster, "Host.Config.Storage", "Host: Configuration: Storage partition configuration"),
        (.network, "Network.Assign", "Network: Assign network"),
        (.cluster, "Resource.AssignVMToPool", "Resource: Assign virtual machine to resource pool"),
        (.cluster, "Resource.ColdMigrate", "Resource: Migrate powered off virtual machine"),
        (.cluster, "Resource.HotMigrate", "Resource: Migrate powered on virtual machine"),
        (.datacenter, "VirtualMachine.Config.AddExistingDisk", "Virtual machine: Configuration: Add existing disk"),
        (.datacenter, "VirtualMachine.Config.AddNewDisk", "Virtual machine: Configuration: Add new disk"),
        (.datacenter, "VirtualMachine.Config.AddRemoveDevice", "Virtual machine: Configuration: Add or remove device"),
        (.datacenter, "VirtualMachine.Config.AdvancedConfig", "Virtual machine: Configuration: Advanced"),
        (.datacenter, "VirtualMachine.Config.CPUCount", "Virtual machine: Configuration: CPU count"),
        (.datacenter, "VirtualMachine.Config.Resource", "Virtual machine: Configuration: Change resource"),
        (.datacenter, "VirtualMachine.Config.ChangeTracking", "Virtual machine: Configuration: Disk change tracking"),
        (.datacenter, "VirtualMachine.Config.HostUSBDevice", "Virtual machine: Configuration: Host USB device"),
        (.datacenter, "VirtualMachine.Config.Memory", "Virtual machine: Configuration: Memory"),
        (.datacenter, "VirtualMachine.Config.EditDevice", "Virtual machine: Configuration: Modify device settings"),
        (.datacenter, "VirtualMachine.Config.RawDevice", "Virtual machine: Configuration: Raw device"),
        (.datacenter, "VirtualMachine.Config.RemoveDisk", "Virtual machine: Configuration: Remove disk"),
        (.datacenter, "VirtualMachine.Config.Rename", "Virtual machine: Configuration: Rename"),
        (.datacenter, "VirtualMachine.Config.Annotation", "Virtual machine: Configuration: Set annotation"),
        (.datacenter, "VirtualMachine.Config.SwapPlacement", "Virtual machine: Configuration: Swapfile placement"),
        (.datacenter, "VirtualMachine.Interact.SetCDMedia", "Virtual machine: Interaction: Configure CD media"),
        (.datacenter, "VirtualMachine.Interact.PowerOff", "Virtual machine: Interaction: Power off"),
        (.datacenter, "VirtualMachine.Interact.PowerOn", "Virtual machine: Interaction: Power on"),
        (.datacenter, "VirtualMachine.Interact.Reset", "Virtual machine: Interaction: Reset"),
        (.datacenter, "VirtualMachine.Interact.Suspend", "Virtual machine: Interaction: Suspend"),
        (
            .datacenter, "VirtualMachine.Inventory.CreateFromExisting",
            "Virtual machine: Inventory: Create from existing"
        ),
        (.datacenter, "VirtualMachine.Inventory.Create", "Virtual machine: Inventory: Create new"),
        (.datacenter, "VirtualMachine.Inventory.Move", "Virtual machine: Inventory: Move"),
        (.datacenter, "VirtualMachine.Inventory.Delete", "Virtual machine: Inventory: Remove"),
        (.datacenter, "VirtualMachine.Inventory.Unregister", "Virtual machine: Inventory: Unregister"),
        (.datacenter, "VirtualMachine.Provisioning.Clone", "Virtual machine: Provisioning: Clone virtual machine"),
        (.datacenter, "VirtualMachine.Provisioning.Customize", "Virtual machine: Provisioning: Customize"),
        (
            .datacenter, "VirtualMachine.Provisioning.CreateTemplateFromVM",
            "Virtual machine: Provisioning: Create template from virtual machine"
        ),
        (.datacenter, "VirtualMachine.State.CreateSnapshot", "Virtual machine: Snapshot management: Create snapshot"),
        (.datacenter, "VirtualMachine.State.RemoveSnapshot", "Virtual machine: Snapshot management: Remove snapshot"),
        (.root, "Sessions.ValidateSession", "Sessions: Validate session"),
        (.root, "Sessions.TerminateSession", "Sessions: View and stop sessions"),
        (.cluster, "VApp.Export", "vApp: Export"),
        (.cluster, "VApp.Import", "vApp: Import"),
    ]
}
