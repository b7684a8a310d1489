import Facts
import Foundation
import Release
import Testing
import Topology

@testable import Preflight
@testable import SSH

/// A node that lets us in and yet is not read: no check of it may pass, and none may find anything.
@Suite("A node that does not say what it is asked")
struct NodeReadingTests {
    private func report(status: Int32 = 0, _ output: @escaping @Sendable (String) -> String) async throws
        -> PreflightReport
    {
        let text = """
            lab: read
            release: zed
            defaults: { ssh: { user: root, identity_file: /dev/null }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              ctl: { address: 192.0.2.10, roles: [controller, network] }
              kvm1: { address: 192.0.2.21, roles: [compute], hypervisor: kvm }
            networks:
              management: { cidr: 192.0.2.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }

            """
        let lab = try Lab.read(text: text.utf8, file: "lab.yaml").lab
        let access = Survey.Access(
            endpoint: { _ in throw NotRead(reason: "there is none") },
            node: { _, command, script in
                CommandResult(
                    status: command == "true" ? 0 : status, signal: nil, stdout: Data(output(script).utf8),
                    stderr: Data(),
                    stdoutDropped: 0, stderrDropped: 0)
            }, kvm: { _ in .usable })
        var options = Survey.Options()
        options.limit = ["ctl"]
        let release = try Release(named: "zed")
        return try await Trial(survey: Survey(of: lab, release: release, through: access, options: options)).run()
    }

    private func passed(_ report: PreflightReport) -> [String] {
        report.results.compactMap { if case .passed = $0.outcome { $0.check } else { nil } }
    }

    @Test(
        "is an error of its own, whatever it prints and however it ends",
        arguments: [
            ("", 0), ("Log in as debian, not as root.\n", 142), ("Log in as debian, not as root.\n", 0),
            ("now 1\nos debian 12\nuid 0\nmemory 9999999\ndisk 9999999\nkvm none\nnow 2\n", 0),
            ("now 1\nos debian 12\nuid 0\nmemory 9999999\ndisk 9999999\nkvm none\nnow 2\nend\n", 1),
        ] as [(String, Int32)])
    func nothing(output: String, status: Int32) async throws {
        let report = try await report(status: status) { _ in output }
        #expect(report.findings.map(\.result.check) == ["ssh"])
        #expect(report.findings[0].finding.found.contains("did not run to its end"))
        #expect(passed(report) == ["driver-of-release"])
    }

    @Test("of one thing is not checked for that")
    func parts() async throws {
        let whole = [
            "now 100", "os debian 12", "uid 0", "memory 9999999", "disk 9999999", "kvm none", "now 100", "end",
        ]
        let checks = ["os": "system", "uid": "root", "memory": "memory", "disk": "disk", "now": "node-clock"]
        for (word, check) in checks {
            let lines = whole.map { $0.hasPrefix(word + " ") ? word + " " : $0 }
            let report = try await report { _ in lines.joined(separator: "\n") + "\n" }
            let result = try #require(report.results.first { $0.check == check })
            guard case .skipped(let reason) = result.outcome else {
                Issue.record("\(check): \(result.outcome)")
                continue
            }
            #expect(reason.contains("could not be read"))
        }
    }

    @Test("its package sources where a package is missing, is not checked for those")
    func sources() async throws {
        let report = try await report { _ in
            "now 1\nos debian 12\nuid 0\nmemory 9999999\ndisk 9999999\nabsent nova-api\nnosources mktemp: no room \nnow 2\nend\n"
        }
        let result = try #require(report.results.first { $0.check == "packages" })
        guard case .skipped(let reason) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(reason.contains("mktemp: no room"))
    }
}
