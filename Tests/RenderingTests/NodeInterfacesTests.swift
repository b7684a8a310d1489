import Foundation
import Testing
import Topology

@testable import Rendering

@Suite("The nodes' own interfaces")
struct NodeInterfacesTests {
    /// A bond that carries provider VLANs, a storage VLAN with a name of its own, a bridge without ports, and an
    /// active-backup bond with a gateway.
    static func lab(_ config: NetworkConfig) throws -> Lab {
        let text = """
            lab: sample
            release: zed
            defaults:
              ssh: { identity_file: key }
              network_config: \(config.rawValue)
              interfaces:
                br-empty: { bridge: { ports: [] } }
                storage: { vlan: { id: 40, link: bond0 }, mtu: 9000 }
                bond0.50: { vlan: { id: 50, link: bond0 }, addresses: [10.50.0.10/24, 10.51.0.10/24] }
                bond0:
                  mtu: 9000
                  bond: { mode: 802.3ad, members: [eno3, eno4], lacp_rate: fast, transmit_hash_policy: layer3+4 }
                bond1: { bond: { mode: active-backup, members: [eno1, eno2], primary: eno1, miimon: 200 } }
                br-mgmt:
                  bridge: { ports: [bond1], stp: true }
                  addresses: [management]
                  gateway: 10.77.0.1
                  dns_servers: [10.77.0.2, 10.77.0.3]
                eno1: {}
                eno2: {}
                eno3: {}
                eno4: {}
              physical_interfaces: { physnet1: bond0 }
            nodes:
              one: { address: 10.77.0.10, roles: [controller, network, compute], hypervisor: kvm }
            networks:
              management: { cidr: 10.77.0.0/24 }
              provider: { type: vlan, vlan: 120, physical_network: physnet1, cidr: 10.78.0.0/24 }

            """
        return try Lab.read(text: text.utf8, file: "lab.yaml").lab
    }

    /// Cards found by their address, DHCP, IPv6, routes, and what else bonds and bridges have.
    static func site(_ config: NetworkConfig) throws -> Lab {
        let text = """
            lab: sample
            release: zed
            defaults:
              ssh: { identity_file: key }
              network_config: \(config.rawValue)
              physical_interfaces: { physnet1: eth1 }
            nodes:
              one:
                address: 10.77.0.10
                roles: [controller, network, compute]
                hypervisor: kvm
                interfaces:
                  eno1: { match: { macaddress: '52:54:00:00:00:01' } }
                  eno2: { match: { macaddress: '52:54:00:00:00:02' } }
                  eno3: { dhcp4: true }
                  eno4: {}
                  eno5: {}
                  eth1: {}
                  bond0:
                    bond:
                      { mode: 802.3ad, members: [eno1, eno2], min_links: 1, updelay: 200, downdelay: 100, ad_select: count }
                  bond1:
                    bond: { mode: active-backup, members: [eno4, eno5], arp_interval: 500, arp_ip_targets: [10.77.0.1, 10.77.0.2] }
                  br-mgmt: { bridge: { ports: [bond1], forward_delay: 4, stp: true }, addresses: [management] }
                  storage:
                    vlan: { id: 40, link: bond0 }
                    addresses: ['2001:db8:40::21/64', 10.40.0.21/24]
                    routes:
                      - { to: 10.41.0.0/24, via: 10.40.0.1 }
                      - { to: '2001:db8:41::/48', via: 'fe80::1' }
                      - { to: default, via: '2001:db8:40::1' }
            networks:
              management: { cidr: 10.77.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24 }

            """
        return try Lab.read(text: text.utf8, file: "lab.yaml").lab
    }

    @Test("of a site are the same as the golden files", arguments: NetworkConfig.allCases)
    func goldenSite(_ config: NetworkConfig) throws {
        let files = try Labs.render(Self.site(config)).files(of: "one").filter(\.isByHand)
        try Golden.expect(files.map { ($0.path, $0.contents) }, in: "interfaces-site/\(config.rawValue)")
    }

    static func files(_ config: NetworkConfig) throws -> [RenderedFile] {
        try Labs.render(lab(config)).files(of: "one").filter(\.isByHand)
    }

    @Test("are the same as the golden files", arguments: NetworkConfig.allCases)
    func golden(_ config: NetworkConfig) throws {
        try Golden.expect(
            try Self.files(config).map { ($0.path, $0.contents) }, in: "interfaces/\(config.rawValue)")
    }

    @Test("are written for the distribution's own tool when nobody chose, and not at all when nobody described them")
    func defaults() throws {
        var lab = try Self.lab(.netplan)
        lab.nodes[0].networkConfig = nil
        let paths = try Labs.render(lab).files(of: "one").filter(\.isByHand).map(\.path)
        #expect(paths == ["/etc/network/interfaces.d/polyvisor"])
        lab.nodes[0].interfaces = []
        #expect(try Labs.render(lab).files(of: "one").allSatisfy { !$0.isByHand })
    }

    @Test("restart nothing, and say in the manifest that up does not send them")
    func byHand() throws {
        #expect(try Self.files(.networkd).allSatisfy(\.units.isEmpty))
        let tree = RenderedTree(try Labs.render(try Self.lab(.ifupdown)), lab: "sample").files
        let manifest = try #require(tree.first { $0.path == "one/manifest.txt" }?.contents)
        let line = "0644 root:root /etc/network/interfaces.d/polyvisor  for your hand: up does not send it\n"
        #expect(manifest.contains(line))
    }

    @Test("of nodes that differ in addresses alone each have their own")
    func ownAddresses() throws {
        var lab = try Self.lab(.netplan)
        var two = lab.nodes[0]
        (two.name, two.address, two.roles) = ("two", IPv4Address(bits: two.address.bits + 1), [.compute])
        for index in two.interfaces.indices {
            two.interfaces[index].addresses = two.interfaces[index].addresses.map {
                InterfaceAddress(address: IPv4Address(bits: $0.address.bits + 1), prefixLength: $0.prefixLength)
            }
        }
        lab.nodes.append(two)
        let rendering = try Labs.render(lab)
        let texts = ["one", "two"].compactMap { rendering.files(of: $0).first { $0.isByHand }?.contents }
        try #require(texts.count == 2)
        #expect(texts[1].contains("addresses: [\"10.50.0.11/24\", \"10.51.0.11/24\"]"))
        #expect(
            texts[0] == texts[1].replacing("0.11/24", with: "0.10/24").replacing("node two", with: "node one"))
    }

    @Test("of NetworkManager and netplan are read by nobody but root, as those programs want")
    func modes() throws {
        #expect(try Self.files(.networkmanager).allSatisfy { $0.mode == 0o600 })
        #expect(try Self.files(.netplan).allSatisfy { $0.mode == 0o600 })
        let tree = RenderedTree(try Labs.render(try Self.lab(.netplan)), lab: "sample").files
        #expect(tree.first { $0.path == "one/etc/netplan/60-polyvisor.yaml" }?.mode == 0o600)
    }
}

/// Files beside those that a test has recorded; `RECORD=1 swift test` writes them.
enum Golden {
    static func expect(
        _ files: [(path: String, contents: String)], in name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" { try record(files, in: folder) }
        let there = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder.path)/\(path)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        #expect(Set(there) == Set(files.map { String($0.path.drop { $0 == "/" }) }), sourceLocation: sourceLocation)
        for file in files {
            let golden = try String(contentsOf: folder.appending(path: file.path), encoding: .utf8)
            #expect(file.contents == golden, "\(name)\(file.path) differs", sourceLocation: sourceLocation)
        }
    }

    private static func record(_ files: [(path: String, contents: String)], in folder: URL) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        for file in files {
            let url = folder.appending(path: file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.contents.utf8).write(to: url)
        }
    }
}
