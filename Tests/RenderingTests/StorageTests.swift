import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("storage in every release")
struct StorageTests {
    /// The files of a lab with LVM and VMDK, and with images in a datastore where the release has that.
    private func files(_ release: String, _ node: String) throws -> [RenderedFile] {
        let isLegacy = try Release(named: release).era == .legacy
        var lab = try Labs.named(isLegacy ? "legacy-icehouse-neutron" : "two-vcenters")
        lab.release = release
        if release == "havana" { lab.vcenters[0].imageDatastores = [] }
        return try isLegacy ? Legacy.render(lab).files(of: node) : Labs.files(lab).files(of: node)
    }

    private func document(_ files: [RenderedFile], _ path: String) throws -> INIDocument {
        try INIDocument(try #require(files.first { $0.path == path }, "\(path)").contents)
    }

    @Test("keeps volumes in a volume group and in datastores, each a backend of its own", arguments: Release.names)
    func volumes(_ name: String) throws {
        let release = try Release(named: name)
        let isLegacy = release.era == .legacy
        let files = try files(name, isLegacy ? "controller" : "storage1")
        let cinder = try document(files, "/etc/cinder/cinder.conf")
        let backends = try #require(cinder.values("DEFAULT", "enabled_backends").first).split(separator: ",")
        #expect(backends.count == (isLegacy ? 2 : 3))
        // LVM's one driver for iSCSI went with Liberty; LVMVolumeDriver took its place.
        let lvm = "cinder.volume.drivers.lvm." + (isLegacy ? "LVMISCSIDriver" : "LVMVolumeDriver")
        #expect(cinder.values("lvm", "volume_driver") == [lvm])
        #expect(cinder.values("lvm", "volume_group") == ["cinder-volumes"])
        for backend in backends.dropFirst().map(String.init) {
            #expect(
                cinder.values(backend, "volume_driver") == ["cinder.volume.drivers.vmware.vmdk.VMwareVcVmdkDriver"])
            #expect(cinder.values(backend, "vmware_host_ip").count == 1, "\(backend)")
            #expect(cinder.values(backend, "vmware_cluster_name").isEmpty == isLegacy, "\(backend)")
        }
        #expect(files.first { $0.path == "/etc/cinder/cinder.conf" }?.units.contains("cinder-volume") == true)
    }

    @Test("keeps images in files, and in a datastore from Icehouse on", arguments: Release.names)
    func images(_ name: String) throws {
        let glance = try document(try files(name, "controller"), "/etc/glance/glance-api.conf")
        switch name {
        case "havana":
            #expect(glance.values("DEFAULT", "default_store") == ["file"])
            #expect(!glance.entries.contains { $0.option.hasPrefix("vmware_") })
        case "icehouse":
            #expect(glance.values("DEFAULT", "default_store") == ["file"])
            #expect(glance.values("DEFAULT", "vmware_datastore_name") == ["shared-images"])
        case "juno":
            #expect(glance.values("glance_store", "default_store") == ["file"])
            #expect(glance.values("glance_store", "vmware_datastore_name") == ["shared-images"])
        case "kilo":
            #expect(glance.values("glance_store", "default_store") == ["file"])
            #expect(glance.values("glance_store", "vmware_datastores") == ["dc1:shared-images:100"])
        default:
            // As a backend of several it would not be found.
            #expect(glance.values("DEFAULT", "enabled_backends").isEmpty)
            #expect(glance.values("glance_store", "stores") == ["file,http,vmware"])
            #expect(glance.values("glance_store", "default_store") == ["file"])
            #expect(glance.values("glance_store", "vmware_datastores") == ["east:shared-images:100"])
            #expect(glance.values("glance_store", "vmware_ca_file") == ["/etc/glance/vc1-ca.pem"])
            #expect(glance.values("DEFAULT", "show_multiple_locations") == ["true"])
        }
    }

    @Test("shows where images are, and keeps setting that to administrators, where Glance has a store for datastores")
    func locations() throws {
        let without = try Labs.render(Labs.sandbox)
        let plain = try document(without.files(of: "controller"), "/etc/glance/glance-api.conf")
        #expect(plain.values("DEFAULT", "show_multiple_locations").isEmpty && without.warnings.isEmpty)
        #expect(!without.files(of: "controller").contains { $0.path.hasPrefix("/etc/glance/policy.d/") })

        var lab = try Labs.sandbox
        lab.vcenters[0].imageDatastores = ["shared-1"]
        let with = try Labs.render(lab)
        let glance = try document(with.files(of: "controller"), "/etc/glance/glance-api.conf")
        #expect(glance.values("DEFAULT", "show_multiple_locations") == ["true"])
        #expect(glance.values("glance_store", "stores") == ["file,http,vmware"])
        let path = "/etc/glance/policy.d/polyvisor-locations.yaml"
        let policy = try #require(with.files(of: "controller").first { $0.path == path })
        #expect(policy.contents.contains("\n\"set_image_location\": \"role:admin\"\n"))
        #expect(policy.contents.contains("\n\"delete_image_location\": \"role:admin\"\n"))
        #expect(policy.units == ["glance-api"] && policy.mode == 0o644)
        #expect(with.warnings.map(\.place) == [.topology(file: lab.file, lab.vcenters[0].mark)])
        #expect(with.warnings.first?.what.contains("OSSN-0065") == true)
    }

    @Test("of images is refused on a second vCenter")
    func several() throws {
        var lab = try Labs.named("two-vcenters")
        lab.vcenters[1].imageDatastores = ["shared-1"]
        let problems = try Labs.problems(lab).filter { $0.what.contains("datastores of one vCenter") }
        #expect(problems.map(\.place) == [.topology(file: lab.file, lab.vcenters[1].mark)])
        #expect(problems.first?.what.hasSuffix("which is vc1") == true && problems.first?.isWarning == false)
    }

    @Test("of images is refused on a vCenter that is not at the port that Glance knows")
    func port() throws {
        var lab = try Labs.sandbox
        lab.vcenters[0].imageDatastores = ["shared-1"]
        lab.vcenters[0].port = 8443
        let problems = try Labs.problems(lab).filter { !$0.isWarning }
        #expect(problems.map(\.place) == [.topology(file: lab.file, lab.vcenters[0].mark)])
    }
}
