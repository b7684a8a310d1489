import Testing

@testable import Topology

@Suite("Sections of plugins")
struct PluginSectionTests {
    @Test("are read from the topology, by file and in its order")
    func read() throws {
        let text = """

            plugin_sections:
              neutron.conf: [dvs, acme_site]
              ml2_conf.ini:
                - ml2_acme
              nova.conf: []

            """
        let lab = try lab(Sample.sandbox + text)
        #expect(
            lab.pluginSections
                == ["neutron.conf": ["dvs", "acme_site"], "ml2_conf.ini": ["ml2_acme"], "nova.conf": []])
    }

    @Test("are none where the topology names none")
    func none() throws {
        #expect(try lab(Sample.sandbox).pluginSections.isEmpty)
    }

    @Test(
        "that cannot be read are reported where they are",
        arguments: [
            "plugin_sections: §[dvs]\n", "plugin_sections: { neutron.conf: §dvs }\n",
            "plugin_sections: { neutron.conf: [§{ dvs: 1 }, nsx] }\n",
            "plugin_sections: { neutron.conf: [nsx, §'a]b'] }\n", "plugin_sections: { §/etc/neutron.conf: [dvs] }\n",
        ])
    func faults(_ text: String) {
        let marked = MarkedText(Sample.sandbox + text)
        let found = problems(of: marked.text).problems
        #expect(found.map(\.mark) == marked.marks && found.allSatisfy { $0.severity == .error })
    }
}
