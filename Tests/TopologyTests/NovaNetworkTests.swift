import Testing

@testable import Topology

@Suite("nova_network and the ESXi host's login")
struct NovaNetworkTests {
    private static let legacy = Sample.ssh.replacing("release: zed", with: "release: havana")
    private static let kvm1 = "kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm, group: fast }"

    private func reading(_ mapping: String) throws -> NovaNetwork? {
        try lab(Self.legacy + "nova_network: \(mapping)\n").novaNetwork
    }

    @Test("are what nova-network has by default where a key is missing")
    func defaults() throws {
        let given = try #require(try reading("{}"))
        #expect(given.multiHost == nil && given.flatNetworkBridge == "br100" && given.publicInterface == "eth0")
        #expect(!given.externalGateway)
        #expect(try lab(Self.legacy).novaNetwork == nil)
    }

    @Test("are read key by key")
    func keys() throws {
        let given = try #require(
            try reading(
                "{ multi_host: false, flat_network_bridge: br7, public_interface: eth3, external_gateway: true }"))
        #expect(given.multiHost == false && given.flatNetworkBridge == "br7" && given.publicInterface == "eth3")
        #expect(given.externalGateway)
    }

    @Test("refuse what is none of their values")
    func wrong() {
        let text = Self.legacy + "nova_network: { multihost: yes, flat_network_bridge: a bridge }\n"
        #expect(
            problems(of: text).problems.map(\.what) == [
                "unknown key \"multihost\" in nova_network",
                "\"a bridge\" is no network interface: blanks, slashes, colons and commas are not allowed",
            ])
    }

    @Test("have root as the account, and a password that stands elsewhere")
    func login() throws {
        func esx(_ more: String) -> String {
            Self.legacy.replacing(
                Self.kvm1,
                with: "kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: vmware_esx, "
                    + "esxi_address: 10.77.0.99\(more) }"
            ).replacing("hypervisors: [kvm, vmware]", with: "hypervisors: [vmware]")
        }
        let plain = try #require(try lab(esx("")).node("kvm1"))
        #expect(plain.esxiLogin == ESXiLogin(username: "root", password: nil))
        let named = try #require(try lab(esx(", esxi_username: nova, esxi_password: { env: ESX }")).node("kvm1"))
        #expect(named.esxiLogin == ESXiLogin(username: "nova", password: .environment("ESX")))
        let told = problems(of: esx(", esxi_password: S3cretWord")).description
        #expect(told.contains("a password may not stand in the topology"))
        #expect(!told.contains("S3cretWord"))
    }
}
