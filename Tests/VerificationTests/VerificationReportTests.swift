import Foundation
import Testing

@testable import Verification

@Suite("verification report")
struct VerificationReportTests {
    @Test("table for a terminal of 100 columns")
    func table() throws { try expectGolden("mixed.txt", VerificationReport.mixed.table(width: 100)) }

    @Test("table for a narrow terminal")
    func narrowTable() throws { try expectGolden("mixed-60.txt", VerificationReport.mixed.table(width: 20)) }

    @Test("JSON")
    func json() throws {
        try expectGolden("mixed.json", String(decoding: VerificationReport.mixed.json(), as: UTF8.self))
    }

    @Test("JUnit XML")
    func junit() throws { try expectGolden("mixed.xml", VerificationReport.mixed.junit()) }

    @Test("JSON reads back as the same report", arguments: [VerificationReport.mixed, .passed, .empty])
    func jsonReadsBack(_ report: VerificationReport) throws {
        #expect(try VerificationReport(json: report.json()) == report)
    }

    @Test("no line of a table is wider than the terminal", arguments: [60, 61, 80, 100, 133])
    func width(_ width: Int) {
        for line in VerificationReport.mixed.table(width: width).split(separator: "\n") {
            #expect(String(line).columns <= width, "\(line)")
        }
    }

    @Test("colours change nothing but the colours")
    func colours() {
        let coloured = VerificationReport.mixed.table(width: 100, colours: true)
        #expect(coloured.contains("\u{1B}[32m"))
        let plain = coloured.replacing(/\u{1B}\[[0-9]+m/, with: "")
        #expect(plain == VerificationReport.mixed.table(width: 100))
    }

    @Test("what a service says never reaches the terminal as control characters")
    func controlCharacters() {
        let table = VerificationReport.mixed.table()
        #expect(table.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    @Test("exit codes")
    func exitCodes() {
        #expect(VerificationReport.passed.exitCode == 0)
        #expect(VerificationReport.mixed.exitCode == 1)
        #expect(VerificationReport.empty.exitCode == 2)
        var warned = VerificationReport.passed
        warned.warnings = ["something"]
        #expect(warned.exitCode == 3)
        var stopped = VerificationReport.passed
        stopped.cancelled = true
        #expect(stopped.exitCode == 1)
    }

    @Test("a hypervisor of which everything was skipped has not passed")
    func skippedIsNotPassed() {
        let report = HypervisorReport(
            host: "kvm1", node: "kvm1", checks: [CheckReport(.serviceUp, .skipped("the run was stopped"))])
        #expect(report.verdict == .failed)
        #expect(HypervisorReport(host: "kvm1", node: "kvm1").verdict == .failed)
    }

    @Test("the closing line counts")
    func closing() {
        #expect(
            VerificationReport.mixed.closing
                == "2 hypervisors passed, 2 failed in 41.2 s (slowest boot 17.9 s), with 1 warning")
        #expect(VerificationReport.passed.closing == "1 hypervisor passed, 0 failed in 18.4 s (slowest boot 17.9 s)")
        #expect(VerificationReport.empty.closing == "nothing to verify: neither the topology nor Nova has a hypervisor")
    }

    @Test("compute services of several versions are told, those of one are not")
    func versions() {
        func report(_ host: String, _ version: String?) -> HypervisorReport {
            var report = HypervisorReport(host: host, node: host)
            report.serviceVersion = version
            return report
        }
        let mixed = [report("b", "26.2.2"), report("a", "26.2.2"), report("c", "26.2.1"), report("d", nil)]
        #expect(
            Verification.versionsThatDiffer(mixed)
                == ["the compute services are of 2 versions: 26.2.1 on c; 26.2.2 on a, b"])
        #expect(Verification.versionsThatDiffer([report("a", "26.2.2"), report("d", nil)]).isEmpty)
    }

    @Test("every check has a title of its own")
    func titles() {
        #expect(Set(CheckName.allCases.map(\.title)).count == CheckName.allCases.count)
    }
}
