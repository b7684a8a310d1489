import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("what rendering finds besides options")
struct FindingsOfFilesTests {
    private func lab(_ name: String) throws -> Lab {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/cases/\(name)")
        return try Lab.read(text: Data(contentsOf: path), file: "lab.yaml").lab
    }

    private func failure(_ lab: Lab) throws -> RenderFailure? {
        let input = try Labs.input(lab, purpose: .files)
        let templates = try Labs.templates.get()
        do throws(RenderFailure) {
            _ = try Rendering(input, templates: templates)
            return nil
        } catch {
            return error
        }
    }

    @Test("stands under its own word, errors first")
    func words() throws {
        let lines = try #require(try failure(try lab("r24.yaml"))).description.split(separator: "\n")
            .filter { !$0.hasPrefix("  hint") }
        #expect(lines.first?.hasPrefix("lab.yaml:16:35: error: [DEFAULT] of /etc/nova/nova.conf") == true)
        #expect(lines.contains { $0.hasPrefix("lab.yaml:14:3: warning: no VMware instance can use tenant") })
        #expect(lines.contains { $0.hasPrefix("lab.yaml:8:3: warning: security groups are not enforced") })
        #expect(lines.count { $0.contains(" error: ") } == 1)
    }

    @Test("is known from the topology alone, for validate")
    func warnings() throws {
        let found = Rendering.warnings(of: try lab("r24.yaml"), in: try Release(named: "2023.1"))
        #expect(found.allSatisfy { $0.isWarning })
        #expect(found.contains { $0.line.hasPrefix("lab.yaml:14:3: warning: ") })
        #expect(found.contains { $0.line.hasPrefix("lab.yaml:8:3: warning: security groups") })
    }

    @Test("has the defects of the release that a lab walks into, but not those that `up` repairs")
    func defects() throws {
        let rendering = try Labs.files(try lab("r16.yaml"))
        #expect(rendering.warnings.contains { $0.what.hasPrefix("nova-2053027: ") })
        #expect(try !Labs.render(Labs.sandbox).warnings.contains { $0.what.contains("nova-2053027") })
        #expect(Rendering.warnings(of: try Labs.sandbox, in: try Labs.zed.get()).isEmpty)
    }

    @Test("of an override that walks into a defect is a warning with its name")
    func defectOfOverride() throws {
        var lab = try Labs.sandbox
        lab.overrides = [override("nova.conf", "vmware1", "DEFAULT", "force_config_drive", "true")]
        #expect(try Labs.render(lab).warnings.contains { $0.what.hasPrefix("nova-vmware-config-drive: ") })
    }

    @Test("leaves sections of plugins alone that an override names, or the topology calls its own")
    func plugins() throws {
        var lab = try Labs.named("separate-nodes")
        let section = override("neutron.conf", "controller", "dvs", "dvs_name", "VDS-1")
        lab.overrides = [section]
        #expect(try Labs.fileProblems(lab).map(\.what).contains { $0.contains("no section [dvs]") })
        lab.pluginSections = ["neutron.conf": ["dvs"]]
        #expect(try Labs.fileProblems(lab).isEmpty)
        let controller = try #require(lab.controller).name
        let file = try #require(
            try Labs.files(lab).files(of: controller).first { $0.path == "/etc/neutron/neutron.conf" })
        #expect(try INIDocument(file.contents).values("dvs", "dvs_name") == ["VDS-1"])
        lab.pluginSections = [:]
        lab.overrides = [
            section, override("neutron.conf", "controller", "DEFAULT", "core_plugin", "vmware_nsx.plugin.NsxDvsPlugin"),
        ]
        #expect(try Labs.fileProblems(lab).isEmpty)
    }

    private func override(
        _ file: String, _ scope: String, _ section: String, _ option: String, _ value: String
    ) -> Override {
        Override(
            file: file, scope: scope, section: section, option: option, values: [value], mark: Mark(line: 9, column: 5))
    }
}
