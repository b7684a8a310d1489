import Foundation
import Testing
import Topology

@testable import Rendering

@Suite("Traffic with a network of its own, in files")
struct TrafficTests {
    private static func lab(_ release: String, _ driver: String) throws -> Lab {
        let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: tests.appending(path: "TopologyTests/Cases/r29.yaml"), encoding: .utf8)
            .replacing("release: zed", with: "release: \(release)")
            .replacing("mechanism_driver: openvswitch", with: "mechanism_driver: \(driver)")
            .replacing("defaults:\n", with: "defaults:\n  traffic: { overlay: bond0.1601, storage: bond0.1601 }\n")
            .replacing("[controller, network]", with: "[controller, network, storage]")
        return try Lab.read(text: text.utf8, file: "lab.yaml").lab
    }

    private func values(of option: String, in name: String, _ lab: Lab) throws -> [String] {
        let rendering =
            lab.release == "kilo"
            ? try Rendering(Legacy.input(lab), templates: Labs.templates.get()) : try Labs.files(lab)
        return rendering.nodes.flatMap { node in
            node.files.filter { $0.path.hasSuffix(name) }.flatMap { file in
                file.contents.split(separator: "\n").filter { $0.hasPrefix("\(option) = ") }
                    .map { String($0.dropFirst(option.count + 3)) }
            }
        }
    }

    private static let addresses = ["198.51.100.10", "198.51.100.21"]

    @Test(
        "has its own local_ip",
        arguments: [
            ("zed", "openvswitch", "openvswitch_agent.ini"), ("zed", "linuxbridge", "linuxbridge_agent.ini"),
            ("kilo", "openvswitch", "ovs_neutron_plugin.ini"), ("kilo", "linuxbridge", "linuxbridge_conf.ini"),
        ])
    func overlay(_ release: String, _ driver: String, _ file: String) throws {
        #expect(try values(of: "local_ip", in: file, Self.lab(release, driver)) == Self.addresses)
    }

    @Test("has its own addresses for volumes, and the node's address for everything else")
    func storage() throws {
        let lab = try Self.lab("zed", "openvswitch")
        #expect(try values(of: "my_block_storage_ip", in: "nova.conf", lab) == ["198.51.100.21"])
        #expect(try values(of: "target_ip_address", in: "cinder.conf", lab) == ["198.51.100.10"])
        #expect(try values(of: "my_ip", in: "nova.conf", lab) == ["192.0.2.10", "192.0.2.21"])
    }
}
