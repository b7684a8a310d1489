import Testing

@testable import Release

@Suite("sections that an option names")
struct NamedSectionsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var releases: [String]
        var text: String
        var testDescription: String { "\(file): \(text.prefix(40))" }

        init(_ file: String, _ releases: [String], _ text: String) {
            (self.file, self.releases, self.text) = (file, releases, text)
        }
    }

    private static let named = [
        Case(
            "nova.conf", ["xena", "zed", "2026.2"],
            "[devices]\nenabled_mdev_types = nvidia-35, nvidia-36\n[mdev_nvidia-35]\ndevice_addresses = 0000:84:00.0\n"
                + "[MDEV_nvidia-36]\nmdev_class = CUSTOM_GOLD\n"),
        Case(
            "nova.conf", ["ussuri", "wallaby"],
            "[devices]\nenabled_vgpu_types = nvidia-35\n[vgpu_nvidia-35]\ndevice_addresses = 0000:84:00.0\n"),
        Case(
            "nova.conf", ["2024.1", "2026.2"],
            "[devices]\nenabled_mdev_types = nvidia-35\n[mdev_nvidia-35]\nmax_instances = 4\n"),
        Case(
            "nova.conf", ["train", "zed", "2026.2"],
            "[neutron]\nphysnets = physnet0, provider\n[neutron_physnet_provider]\nnuma_nodes = 0,1\n"
                + "[neutron_tunnel]\nnuma_nodes = 1\n"),
        Case(
            "nova.conf", ["havana", "kilo"],
            "[image_file_url]\nfilesystems = nfs\n[image_file_url:nfs]\nid = a\nmountpoint = /mnt\n"),
        Case(
            "keystone.conf", ["train", "zed", "2026.2"],
            "[auth]\nmethods = password,token,openid\nopenid = keystone.auth.plugins.mapped.Mapped\n"
                + "[openid]\nremote_id_attribute = HTTP_OIDC_ISS\n"),
        Case("keystone.conf", ["train", "zed"], "[mapped]\nremote_id_attribute = MELLON_IDP\n"),
        Case(
            "cinder.conf", ["icehouse", "train", "zed", "2026.2"],
            "[fc-zone-manager]\nfc_fabric_names = fabric_a, fabric_b\n[fabric_a]\nfc_fabric_address = 192.0.2.1\n"
                + "fc_fabric_port = 22\n[fabric_b]\nzoning_policy = initiator\n"),
        Case(
            "cinder.conf", ["train", "zed"],
            "[fc-zone-manager]\nfc_fabric_names = a\n[a]\ncisco_fc_fabric_address = 192.0.2.1\n"),
        Case(
            "cinder.conf", ["train", "zed"],
            "[DEFAULT]\nenabled_backends = one\n[one]\n"
                + "volume_driver = cinder.volume.drivers.netapp.common.NetAppDriver\n"
                + "replication_device = backend_id:other\n[other]\nnetapp_vserver = svm\n"),
        Case(
            "glance-api.conf", ["train", "zed", "2026.2"],
            "[DEFAULT]\nenabled_backends = a:file\n[glance_store]\ndefault_backend = a\n[a]\n"
                + "filesystem_store_datadir = /a\n[os_glance_staging_store]\nfilesystem_store_datadir = /b\n"
                + "[os_glance_tasks_store]\nfilesystem_store_datadir = /c\n"),
        Case(
            "nova.conf", ["train", "zed", "2026.2"],
            "[DEFAULT]\nconfig_source = central\n[central]\ndriver = remote_file\nuri = https://192.0.2.1/nova.conf\n"),
        Case(
            "nova.conf", ["zed", "2026.2"],
            "[neutron]\nauth_section = service_auth\n[service_auth]\nauth_type = password\nusername = nova\n"
                + "password = x\nauth_url = http://a/v3\nproject_name = service\nuser_domain_name = Default\n"
                + "project_domain_name = Default\n"),
        Case(
            "neutron.conf", ["train", "zed", "2026.2"], "[service_providers]\nservice_provider = VPN:a:b.C:default\n"),
    ]

    @Test("are known with their options", arguments: named)
    func known(_ asked: Case) throws {
        for release in asked.releases {
            let found = try FieldCases.lint(text: asked.text, asked.file, release)
            #expect(found.points.filter { $0.verdict == .ignored || $0.verdict == .refused } == [], "\(release)")
        }
    }

    @Test("are judged: their options' names, values and releases")
    func judged() throws {
        let text =
            "[devices]\nenabled_mdev_types = a\n[mdev_a]\nmdev_class = GOLD\nmax_instances = 4\ndevice_adresses = b\n"
        let found = try FieldCases.lint(text: text, "nova.conf", "zed")
        #expect(found.words == ["4 refused wrong-type", "5 ignored not-yet", "6 ignored unknown-option"])
        #expect(found.points[1].what == "[mdev_a] max_instances comes to nova.conf with 2024.1, later than zed")
        #expect(found.hints.last == "did you mean device_addresses?")
        let numbers = "[neutron]\nphysnets = a\n[neutron_physnet_a]\nnuma_nodes = one\n"
        #expect(try FieldCases.lint(text: numbers, "nova.conf").words == ["4 refused wrong-type"])
    }

    @Test(
        "are not read when nothing names them, and the message says what would",
        arguments: [
            (
                "nova.conf", "zed", "[devices]\nenabled_mdev_types = a\n[mdev_b]\ndevice_addresses = c\n",
                "nova-compute does not read [mdev_b]: [devices] enabled_mdev_types does not list b",
                "write [devices] enabled_mdev_types = a,b"
            ),
            (
                "nova.conf", "zed", "[neutron_physnet_x]\nnuma_nodes = 1\n",
                "nova-compute does not read [neutron_physnet_x]: [neutron] physnets is not set in this file",
                "write [neutron] physnets = x"
            ),
            (
                "cinder.conf", "zed",
                "[fc-zone-manager]\nfc_fabric_names = a\n[a]\nfc_fabric_user = u\n[b]\nfc_fabric_user = u\n",
                "cinder-volume does not read [b]: [fc-zone-manager] fc_fabric_names does not list b",
                "write [fc-zone-manager] fc_fabric_names = a,b"
            ),
            (
                "cinder.conf", "zed",
                "[DEFAULT]\nenabled_backends = a\n[a]\nvolume_backend_name = a\n[b]\nvolume_backend_name = b\n",
                "cinder-volume does not read [b]: [DEFAULT] enabled_backends does not list b",
                "write [DEFAULT] enabled_backends = a,b"
            ),
            (
                "keystone.conf", "zed", "[auth]\nmethods = password,token\n[openid]\nremote_id_attribute = ISS\n",
                "Keystone does not read [openid]: [auth] methods does not list openid",
                "write [auth] methods = password,token,openid"
            ),
            (
                "keystone.conf", "zed", "[openid]\nremote_id_attribute = ISS\n",
                "Keystone does not read [openid]: [auth] methods does not list openid",
                "write [auth] methods = external,password,token,oauth1,mapped,application_credential,openid"
            ),
        ] as [(String, String, String, String, String)])
    func unnamed(_ file: String, _ release: String, _ text: String, _ what: String, _ hint: String) throws {
        let found = try FieldCases.lint(text: text, file, release)
        #expect(found.points.map(\.what) == [what])
        #expect(found.points.map(\.kind) == ["unknown-section"] && found.hints == [hint])
    }

    @Test("keep their old name where the release reads it, and get the new one from it")
    func oldPrefix() throws {
        let text = "[devices]\nenabled_vgpu_types = a\n[vgpu_a]\ndevice_addresses = b\n"
        let found = try FieldCases.lint(text: text, "nova.conf", "zed")
        #expect(found.words == ["2 warned renamed", "4 warned renamed"])
        #expect(found.points[1].replacement == OptionName(section: "mdev_a", option: "device_addresses"))
    }

    @Test("of other releases are said to come, or to be gone")
    func otherReleases() throws {
        let gone = try FieldCases.lint(text: "[image_file_url:a]\nid = a\n", "nova.conf", "zed")
        #expect(gone.points.map(\.what) == ["[image_file_url:a] id is gone from nova.conf since pike"])
        let late = "[mdev_a]\ndevice_addresses = b\n"
        let mdev = try FieldCases.lint(text: late, "nova.conf", "victoria")
        #expect(mdev.words == ["2 ignored not-yet"] && mdev.hints == ["write [vgpu_a]"])
        let vgpu = try FieldCases.lint(text: "[vgpu_a]\ndevice_addresses = b\n", "nova.conf", "train")
        #expect(vgpu.words == ["2 ignored not-yet"] && vgpu.hints == ["leave it out: train has nothing like it"])
    }

    @Test("do not take another section's place: [token] is no section of the method token")
    func listed() throws {
        let text = "[auth]\nmethods = token\n[token]\nexpiration = 60\nremote_id_attribute = a\nexpirations = 1\n"
        let found = try FieldCases.lint(text: text, "keystone.conf", "zed")
        #expect(found.words == ["6 ignored unknown-option"] && found.hints == ["did you mean expiration?"])
    }
}
