import Diagram
import Foundation
import Testing

@testable import Verification

@Suite("the report as a page")
struct ReportPageTests {
    static let reports: [(name: String, report: VerificationReport)] = [
        ("mixed", .mixed), ("passed", .passed), ("empty", .empty),
    ]

    @Test("is the same as its golden file", arguments: reports)
    func golden(_ name: String, _ report: VerificationReport) throws {
        try expectGolden("\(name).html", report.html())
    }

    @Test("says what changed since an earlier report, and no more")
    func comparison() throws {
        var earlier = VerificationReport.mixed
        earlier.hypervisors[0].secondsToActive = 61
        earlier.hypervisors[2].checks[1].verdict = .passed(nil)
        earlier.hypervisors[3] = HypervisorReport(host: "old1", node: nil)
        let changes = VerificationComparison(of: .mixed, with: earlier).changes
        #expect(
            changes.map(\.text) == [
                "old1 is gone", "kvm1: ACTIVE after 5.4 s, before after 61.0 s",
                "vmware1-cluster_b: instance ACTIVE fails: "
                    + (VerificationReport.mixed.hypervisors[2].checks[1].verdict.failure?.description ?? ""),
                "vmware2-cluster_c is new, and failed",
            ])
        #expect(changes.map(\.isWorse) == [true, false, true, true])
        #expect(VerificationComparison(of: .mixed, with: .mixed).changes.isEmpty)
        #expect(try VerificationReport.mixed.html(comparedWith: .mixed).contains("nothing changed"))
        #expect(try VerificationReport.mixed.html(comparedWith: earlier).contains("old1 is gone"))
    }

    @Test(
        "shows its matrix, charts and failures in a real browser, on a phone and a desk, in the light and the dark",
        arguments: [390, 1280], [false, true])
    func browser(_ width: Int, _ dark: Bool) async throws {
        let (look, complaints) = try await Browser.look(
            at: try VerificationReport.mixed.html(), width: width, dark: dark)
        #expect(complaints == [])
        #expect(look.wanted <= look.there, "the page is wider than the window")
        #expect(look.rows == 4 && look.failures == 2 && look.boxes == 4)
        #expect(look.bars >= 6)
        #expect(look.contrast >= 7)
        #expect(look.isDark == dark)
        #expect(look.outside == [])
    }

    @Test("holds what services say as text, never as markup")
    func hostile() async throws {
        var report = VerificationReport.mixed
        let evil = "</td></text><script>document.title='x'</script><img src=x onerror=alert(1)>\"'&"
        report.lab = evil
        report.warnings = [evil]
        report.notes = [evil]
        report.hypervisors[0].host = evil
        report.hypervisors[0].type = evil
        report.hypervisors[2].checks[1].verdict = .failed(CheckFailure(layer: .nova, reason: evil, look: evil))
        report.hypervisors[1].checks[0].verdict = .passed(evil)
        let (look, complaints) = try await Browser.look(at: try report.html(), width: 1280, dark: false)
        #expect(look.outside == [] && look.rows == 4)
        #expect(complaints == [])
    }
}
