import Foundation
import Testing

@testable import Topology

@Suite("Reading a lab")
struct ReadingTests {
    private func read(_ name: String) throws -> Lab.Reading {
        try Lab.read(contentsOf: repository.appending(path: "topologies/\(name)").path)
    }

    @Test("of topologies/sandbox.yaml")
    func sandbox() throws {
        let (lab, warnings) = try read("sandbox.yaml")
        #expect(warnings.isEmpty)
        #expect(lab.name == "sandbox" && lab.release == "zed" && lab.provider == .sandbox)
        #expect(lab.nodes.map(\.name) == ["controller", "kvm1", "vmware1"])
        #expect(lab.nodes.map(\.address.description) == ["10.77.0.10", "10.77.0.21", "10.77.0.31"])
        #expect(lab.computeServices.map(\.host) == ["kvm1", "vmware1-cluster_a", "vmware1-cluster_b"])
        #expect(lab.computeServices.map(\.availabilityZone) == [nil, "vmware-a", "vmware-b"])
        #expect(
            lab.nodes.allSatisfy {
                $0.physicalInterfaces == [PhysicalInterface(physicalNetwork: "physnet1", interface: "eth1")]
            })
        let vcenter = try #require(lab.vcenter("vc1"))
        #expect(vcenter.password == .generated && vcenter.trust == .sandbox && vcenter.port == 443)
        #expect(
            vcenter.clusters.map { $0.hosts.map(\.description) } == [
                ["10.77.0.51", "10.77.0.52"], ["10.77.0.61", "10.77.0.62"],
            ])
        #expect(lab.management.cidr.description == "10.77.0.0/24")
        #expect(lab.networks.map(\.type) == [.flat(physicalNetwork: "physnet1")])
        #expect(lab.networks.map(\.portGroup) == ["dvpg-provider"])
        #expect(lab.verify == VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 300))
    }

    @Test("of topologies/mixed-lab.yaml")
    func mixedLab() throws {
        let (lab, warnings) = try read("mixed-lab.yaml")
        #expect(warnings.isEmpty)
        #expect(lab.name == "mixed" && lab.provider == .ssh)
        #expect(lab.nodes.map(\.ssh.identityFile) == Array(repeating: "~/.ssh/id_ed25519", count: 3))
        #expect(lab.node("kvm1")?.availabilityZone == "kvm")
        let vcenter = try #require(lab.vcenter("vc1"))
        #expect(vcenter.address == "vcenter.example.org")
        #expect(vcenter.password == .environment("VC1_PASSWORD"))
        #expect(vcenter.trust == .caFile("certs/vc1.pem"))
        #expect(vcenter.clusters.map(\.clusterName) == ["Cluster A", "Cluster B"])
        let network = try #require(lab.networks.first)
        #expect(network.type == .vlan(physicalNetwork: "physnet1", id: 120))
        #expect(network.gateway == IPv4Address("198.51.100.1"))
        #expect(network.allocationPool?.last == IPv4Address("198.51.100.199"))
        #expect(network.dnsServers.map(\.description) == ["198.51.100.2"])
        #expect(lab.overrides.map(\.values) == [["4.0"]])
        #expect(lab.flavors.map(\.ramMB) == [512])
    }

    @Test("settings come from the node, then its group, then the defaults")
    func inheritance() throws {
        let text = Sample.ssh
            .replacing(
                "ssh: { identity_file: ~/.ssh/id_ed25519 }", with: "ssh: { identity_file: a, user: u, port: 2200 }"
            )
            .replacing(
                "fast: { availability_zone: fast }",
                with:
                    "fast: { availability_zone: fast, ssh: { user: g, known_hosts: k }, physical_interfaces: { physnet2: eth2 } }"
            )
            .replacing(
                "hypervisor: kvm,", with: "hypervisor: kvm, ssh: { port: 22 }, physical_interfaces: { physnet1: ens3 },"
            )
        let node = try #require(try lab(text).node("kvm1"))
        #expect(node.ssh == SSHAccess(user: "g", port: 22, identityFile: "a", knownHostsFile: "k"))
        #expect(
            node.physicalInterfaces.map { "\($0.physicalNetwork):\($0.interface)" } == [
                "physnet1:ens3", "physnet2:eth2",
            ])
        #expect(node.availabilityZone == "fast")
    }

    @Test("all_in_one is all the roles")
    func allInOne() throws {
        let text = Sample.sandbox.replacing(
            "roles: [controller, network] }", with: "roles: [all_in_one], hypervisor: kvm }")
        #expect(try lab(text).nodes[0].roles == [.controller, .network, .storage, .compute])
    }

    @Test("without images, flavors and verify gets those that fit", arguments: ["", "images: {}\nflavors: {}\n"])
    func defaults(_ empty: String) throws {
        let start = try #require(Sample.sandbox.firstRange(of: "flavors:"))
        let text =
            String(Sample.sandbox[..<start.lowerBound])
            .replacing("  provider:", with: "  inner: { type: vxlan, cidr: 10.79.0.0/24 }\n  provider:") + empty
        let lab = try lab(text)
        #expect(lab.flavors.map(\.name) == ["tiny"] && lab.flavors.map(\.ramMB) == [512])
        #expect(lab.images.map(\.source) == [.tinyGuest] && lab.images.map(\.hypervisors) == [[.kvm, .vmware]])
        #expect(lab.verify == VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 300))
    }

    @Test("verify can hold its own flavor")
    func inlineFlavor() throws {
        let text = Sample.sandbox.replacing(
            "flavor: tiny, network", with: "flavor: { vcpus: 2, ram_mb: 64, disk_gb: 0 }, network")
        let lab = try lab(text)
        #expect(lab.verify.flavor == "verify" && lab.flavors.map(\.name) == ["tiny", "verify"])
    }

    @Test("a thumbprint is kept as 64 small digits, with or without colons")
    func thumbprint() throws {
        let colons = Array(repeating: "AB", count: 32).joined(separator: ":")
        let lab = try lab(Sample.ssh.replacing("username: nova", with: "username: nova\n    thumbprint: '\(colons)'"))
        #expect(lab.vcenters[0].trust == .thumbprint(String(repeating: "ab", count: 32)))
    }

    @Test("an ESXi host has its address")
    func esxi() throws {
        let lab = try lab(
            Sample.sandbox.replacing("hypervisor: kvm,", with: "hypervisor: vmware_esx, esxi_address: 10.77.0.99,"))
        #expect(lab.node("kvm1")?.hypervisor == .vmwareESX(address: "10.77.0.99"))
    }

    @Test("paths are relative to the topology's folder")
    func paths() throws {
        let lab = try Lab.read(text: Sample.sandbox.utf8, file: "labs/a.yaml").lab
        #expect(lab.path("certs/a.pem", home: "/home/u") == "labs/certs/a.pem")
        #expect(lab.path("~/key", home: "/home/u") == "/home/u/key")
        #expect(lab.path("/etc/key", home: "/home/u") == "/etc/key")
    }
}

@Suite("Files that cannot be read")
struct FileTests {
    private func reason(_ path: String) -> String {
        do throws(TopologyProblems) {
            _ = try Lab.read(contentsOf: path)
            return "was read"
        } catch {
            #expect(error.hasErrors)
            return error.description.split(separator: "\n").first.map(String.init) ?? ""
        }
    }

    @Test("say why, without a place")
    func reasons() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "topology-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(reason("\(folder.path)/none.yaml") == "\(folder.path)/none.yaml: error: no such file")
        #expect(reason(folder.path) == "\(folder.path): error: is a directory")
        #expect(reason("/dev/zero") == "/dev/zero: error: has more than 4 MiB, which no topology has")
        #expect(reason("/etc/passwd/x") == "/etc/passwd/x: error: cannot be opened: Not a directory")
        #expect(reason("/dev/null") == "/dev/null:1:1: error: the file holds no topology")
    }
}
