import Foundation

/// OVAs as vSphere and VirtualBox export them, packed by tar itself.
struct OVAFixture {
    var name = "vm"
    /// `rasd:ResourceType` and `rasd:ResourceSubType` of the disk's controller.
    var controller = ("6", "VirtualSCSI")
    var firmware: String? = "efi"
    var networkCard = "VmxNet3"
    var guestID = "debian10_64Guest"
    /// Files in the archive's order, apart from the descriptor, which is first unless it is named here.
    var order: [String]?
    var compression: String?
    var hasManifest = true

    func descriptor(of disks: [String]) -> String {
        let files = disks.enumerated().map { index, disk in
            let packed = compression.map { " ovf:compression=\"\($0)\"" } ?? ""
            return "<File ovf:href=\"\(disk)\" ovf:id=\"file\(index + 1)\"\(packed) ovf:size=\"1\"/>"
        }
        let sections = disks.indices.map {
            "<Disk ovf:capacity=\"4\" ovf:capacityAllocationUnits=\"byte * 2^20\" ovf:diskId=\"vmdisk\($0 + 1)\" "
                + "ovf:fileRef=\"file\($0 + 1)\"/>"
        }
        let config =
            firmware.map { "<vmw:Config ovf:required=\"false\" vmw:key=\"firmware\" vmw:value=\"\($0)\"/>" } ?? ""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope vmw:buildId="build-1" xmlns="http://schemas.dmtf.org/ovf/envelope/1" \
            xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:vmw="http://www.vmware.com/schema/ovf" \
            xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" \
            xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
              <References>\(files.joined())</References>
              <DiskSection><Info>Disks</Info>\(sections.joined())</DiskSection>
              <VirtualSystem ovf:id="\(name)">
                <OperatingSystemSection ovf:id="96" vmw:osType="\(guestID)">
                  <Info>The guest</Info><Description>Debian &amp; GNU/Linux 10 (64-bit)</Description>
                </OperatingSystemSection>
                <VirtualHardwareSection>
                  <System><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                  <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType></Item>
                  <Item><rasd:ElementName>Controller</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID>\
            <rasd:ResourceSubType>\(controller.1)</rasd:ResourceSubType><rasd:ResourceType>\(controller.0)</rasd:ResourceType>\
            </Item>
                  <Item><rasd:ElementName>Hard disk 1</rasd:ElementName><rasd:HostResource>ovf:/disk/vmdisk1\
            </rasd:HostResource><rasd:InstanceID>9</rasd:InstanceID><rasd:Parent>3</rasd:Parent>\
            <rasd:ResourceType>17</rasd:ResourceType></Item>
                  <Item><rasd:InstanceID>11</rasd:InstanceID><rasd:ResourceSubType>\(networkCard)</rasd:ResourceSubType>\
            <rasd:ResourceType>10</rasd:ResourceType></Item>
                  \(config)
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """
    }

    /// Packs disks of the workshop into `vm.ova`.
    func pack(_ disks: [String], in shop: Workshop, format: String = "ustar") async throws {
        try shop.put(descriptor(of: disks), in: "\(name).ovf")
        var files = ["\(name).ovf"]
        if hasManifest {
            let sums = try await shop.run("sha256sum", ["--tag"] + files + disks)
            try shop.put(
                sums.replacingOccurrences(of: "SHA256 (", with: "SHA256(").replacingOccurrences(
                    of: ") = ", with: ")= "),
                in: "\(name).mf")
            files.append("\(name).mf")
        }
        let arguments = ["--format=\(format)", "-cf", shop.path("vm.ova")]
        try await shop.run("tar", arguments + (order ?? files + disks))
    }
}
