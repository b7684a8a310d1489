import Foundation
import Preflight
import Testing
import VCenterSimulator

@Suite("A preflight report", .needsSimulator)
struct ReportTests {
    private func report(_ body: (PreflightReport) throws -> Void) async throws {
        let defects = [
            ["kind": "drs-off", "object": "cluster_a", "value": ""],
            ["kind": "ha-off", "object": "cluster_a", "value": ""],
            ["kind": "datastore-not-on-host", "object": "shared-1", "value": "127.77.1.52"],
        ]
        try await VCenter.run(["defects": defects]) { vcenter in
            try body(try await vcenter.preflight(try vcenter.lab(), nodes: true).run())
        }
    }

    @Test("has the worst first, every part of a finding, and what could not be checked")
    func text() async throws {
        try await report { report in
            let text = report.text()
            let places = try ["[drs, vc1/cluster_a]", "[datastore-shared, vc1/cluster_a]", "[ha, vc1/cluster_a]"].map {
                try #require(text.range(of: $0)?.lowerBound)
            }
            #expect(places == places.sorted())
            for part in ["expected: DRS on", "found:    DRS is off", "why:      ", "do:       "] {
                #expect(text.contains(part))
            }
            #expect(text.contains("not checked  vmware1 → vc1: node vmware1 could not be reached"))
            #expect(!text.contains("\u{1B}"))
            #expect(report.text(colours: true).contains("\u{1B}[31merror"))
            #expect(report.exitCode == 1)
        }
    }

    @Test("is one JSON document")
    func json() async throws {
        try await report { report in
            let document = try #require(
                try JSONSerialization.jsonObject(with: try report.json()) as? [String: Any])
            let checks = try #require(document["checks"] as? [[String: Any]])
            #expect(document["exit_code"] as? Int == 1)
            let drs = try #require(checks.first { $0["check"] as? String == "drs" })
            let finding = try #require((drs["findings"] as? [[String: String]])?.first)
            #expect(finding["level"] == "error")
            #expect(Set(finding.keys) == ["level", "object", "expected", "found", "why", "remedy"])
        }
    }

    @Test("is JUnit that an XML parser takes")
    func junit() async throws {
        try await report { report in
            let file = NSTemporaryDirectory() + "preflight-\(UUID().uuidString).xml"
            try report.junit().write(toFile: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = [
                "-c",
                "import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); "
                    + "sys.exit(0 if len(d.getElementsByTagName('failure')) == \(failures(report)) else 1)", file,
            ]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    private func failures(_ report: PreflightReport) -> Int {
        report.results.count { $0.findings.contains { $0.level == .error } }
    }

    @Test("is only about what the limit names, which has to be there")
    func limit() async throws {
        try await VCenter.run { vcenter in
            let lab = try vcenter.lab()
            let one = try vcenter.preflight(lab, nodes: true, limit: ["vc1/cluster_a"])
            #expect(one.survey.unknownNames.isEmpty)
            #expect(Set(try await one.run().results.map(\.subject)) == ["vc1", "vc1/cluster_a"])
            let other = try vcenter.preflight(lab, nodes: true, limit: ["controller", "nosuch", "vc1/none"])
            #expect(other.survey.unknownNames == ["nosuch", "vc1/none"])
        }
    }

    @Test("is about this machine alone where a sandbox does not run")
    func sandbox() async throws {
        try await VCenter.run { vcenter in
            let lab = try vcenter.lab()
            let well = PreflightReport(notRunning: lab, started: Date(), seconds: 0, problem: nil)
            #expect(well.exitCode == 0 && well.text().contains("not checked  vc1: it does not run yet"))
            let poor = PreflightReport(
                notRunning: lab, started: Date(), seconds: 0, problem: (reason: "no room", remedy: "make some"))
            #expect(poor.exitCode == 1 && poor.findings.map(\.result.check) == ["this-machine"])
        }
    }
}
