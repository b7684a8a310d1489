import Foundation
import Testing

@testable import Rendering

@Suite("the ML2 driver")
struct MechanismDriverTests {
    @Test("goes where Neutron finds it, by its entry point")
    func place() throws {
        let files = try Labs.render(Labs.sandbox).files(of: "controller")
        let base = "/usr/lib/python3/dist-packages/polyvisor_dvs"
        let entry = try #require(files.first { $0.path == "\(base)-0.1.dist-info/entry_points.txt" })
        #expect(
            entry.contents.contains(
                "[neutron.ml2.mechanism_drivers]\npolyvisor_dvs = polyvisor_dvs:VSphereMechanismDriver"))
        #expect(files.first { $0.path == "\(base).py" }?.units == ["neutron-api", "neutron-rpc-server"])
    }

    @Test("compiles", .enabled(if: Python.has("py_compile"), "there is no python3 here"))
    func compiles() throws {
        let text = try #require(try TemplateLibrary.bundled().plugins["neutron/polyvisor_dvs.py"])
        _ = try Python.run(["-c", "import ast, sys; ast.parse(sys.argv[1])", text])
    }

    @Test(
        "binds ports of its hosts on flat and VLAN networks, and no others",
        .enabled(if: Python.has("neutron_lib, oslo_log"), "python3 here has no neutron-lib"))
    func binds() throws {
        let plugins = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Rendering/Plugins/neutron").standardizedFileURL.path
        let script = """
            import json, sys, types
            sys.dont_write_bytecode = True
            sys.path.insert(0, sys.argv[1])
            import polyvisor_dvs
            from oslo_config import cfg
            cfg.CONF.set_override("hosts", ["vmware1-a"], "ml2_vsphere")
            cfg.CONF.set_override("port_groups", ["physnet1:VM Network", "physnet1.120:vlan, 120"], "ml2_vsphere")
            driver = polyvisor_dvs.VSphereMechanismDriver()
            driver.initialize()
            def bind(host, kind, vlan=None):
                bound = []
                segment = {"id": "s", "network_type": kind, "physical_network": "physnet1", "segmentation_id": vlan}
                driver.bind_port(types.SimpleNamespace(
                    host=host, segments_to_bind=[segment], network=types.SimpleNamespace(current={"id": "n"}),
                    set_binding=lambda *a, **k: bound.append([a[1], a[2]["dvs_port_group_name"], k["status"]])))
                return bound
            print(json.dumps([bind("vmware1-a", "flat"), bind("vmware1-a", "vlan", 120), bind("vmware1-a", "vlan", 7),
                              bind("vmware1-a", "vxlan", 120), bind("kvm1", "flat")]))
            """
        let output = try JSONDecoder().decode([[[String]]].self, from: Python.run(["-c", script, plugins]))
        #expect(
            output == [[["dvs", "VM Network", "ACTIVE"]], [["dvs", "vlan, 120", "ACTIVE"]], [], [], []])
    }
}
