public import ImageMeta
import XML

/// The machine that an OVF describes, as far as Nova's properties can say the same.
public struct VirtualMachineHardware: Sendable, Equatable, Encodable {
    /// As the hardware section calls the controller of the first disk: "lsilogic", "VirtualSCSI", "AHCI".
    public let controller: String?
    /// nil: none that Nova's VMware driver has.
    public let adapter: VMwareAdapter?
    /// What starts the machine; nil: the OVF does not say.
    public let firmware: GuestSystem.Firmware?
    /// vSphere's id, as `vmw:osType` has it.
    public let guestID: String?
    /// In the words of the operating system section.
    public let system: String?
    /// As the hardware section calls the first network card: "VmxNet3", "E1000".
    public let networkCard: String?
    /// "vmx-19", "virtualbox-2.2".
    public let hardware: String?

    /// `hw_vif_model` that says the same (nova/objects/fields.py, VIFModel); nil: Nova has none.
    public var vifModel: String? {
        let models = [
            "vmxnet3": "VirtualVmxnet3", "vmxnet2": "VirtualVmxnet", "vmxnet": "VirtualVmxnet", "e1000": "VirtualE1000",
            "e1000e": "VirtualE1000e", "pcnet32": "VirtualPCNet32",
        ]
        return networkCard.flatMap { models[$0.lowercased()] }
    }

    private enum CodingKeys: String, CodingKey {
        case controller, adapter, firmware, system, hardware
        case guestID = "guest_id"
        case networkCard = "network_card"
    }

    /// Kinds of devices in `rasd:ResourceType` (DMTF DSP1041, CIM_ResourceAllocationSettingData).
    private enum Device: String {
        case ide = "5", scsi = "6", ethernet = "10", disk = "17", otherStorage = "20"
    }

    init(_ envelope: XMLElement) {
        let machine = envelope.firstVirtualSystem
        let section = machine?.child("VirtualHardwareSection")
        let items =
            section.map { $0.children.filter { ["Item", "StorageItem", "EthernetPortItem"].contains($0.name) } } ?? []
        let controllerItem = Self.controller(items)
        controller = controllerItem.flatMap { $0.text(of: "ResourceSubType") ?? Self.name(of: $0) }
        adapter = controllerItem.flatMap(Self.adapter)
        networkCard = items.first { $0.text(of: "ResourceType") == Device.ethernet.rawValue }?.text(
            of: "ResourceSubType")
        firmware = Self.firmware(machine, section)
        guestID = machine?.child("OperatingSystemSection")?.attributes["osType"]
        system = machine?.child("OperatingSystemSection")?.text(of: "Description")
        hardware = section?.child("System")?.text(of: "VirtualSystemType")
    }

    /// What the first disk hangs on.
    private static func controller(_ items: [XMLElement]) -> XMLElement? {
        guard let disk = items.first(where: { $0.text(of: "ResourceType") == Device.disk.rawValue }),
            let parent = disk.text(of: "Parent")
        else { return nil }
        return items.first { $0.text(of: "InstanceID") == parent || $0.text(of: "InstanceId") == parent }
    }

    private static func name(of item: XMLElement) -> String? {
        item.text(of: "ResourceType") == Device.ide.rawValue ? "IDE" : item.text(of: "ElementName")
    }

    /// Names of VMware's and VirtualBox's export; a SCSI controller without one is an lsilogic.
    private static func adapter(_ item: XMLElement) -> VMwareAdapter? {
        switch item.text(of: "ResourceType") {
        case Device.ide.rawValue: .ide
        case Device.scsi.rawValue:
            switch item.text(of: "ResourceSubType")?.lowercased() {
            case nil, "lsilogic": .lsiLogic
            case "virtualscsi": .paraVirtual
            case let type?: VMwareAdapter(descriptor: type)
            }
        default: nil
        }
    }

    /// `vmw:Config` with the key firmware; VirtualBox has an element of its own.
    private static func firmware(_ machine: XMLElement?, _ section: XMLElement?) -> GuestSystem.Firmware? {
        let config = section?.children("Config").first { $0.attributes["key"] == "firmware" }?.attributes["value"]
        let own = machine?.child("Machine")?.at("Hardware.Firmware")?.attributes["type"]
        switch (config ?? own)?.lowercased() {
        case "efi", "efi32", "efi64", "efidual": return .uefi
        case "bios": return .bios
        default: return nil
        }
    }
}

extension XMLElement {
    /// The first machine, which may be in a collection of some.
    fileprivate var firstVirtualSystem: XMLElement? {
        if let found = child("VirtualSystem") { return found }
        for collection in children("VirtualSystemCollection") {
            if let found = collection.firstVirtualSystem { return found }
        }
        return children("Content").first
    }

    /// The text of a child, without white space around it; nil where there is none.
    fileprivate func text(of name: String) -> String? {
        guard let text = child(name)?.text.trimmed, !text.isEmpty else { return nil }
        return text
    }
}
