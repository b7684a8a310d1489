import Foundation
import Testing

@testable import Preflight
@testable import Verification

extension CapacityReport {
    /// Two clusters: one whose sum promises too much, with HA's reserve, and one that holds what Nova believes.
    static func example(name: String = "vc1/cluster_a", unknown: [String] = []) -> CapacityReport {
        CapacityReport(
            lab: "mixed",
            clusters: [
                ComputeCapacity(
                    name: name, hosts: [.example("esx1"), .example("esx2"), .example("esx3", isUsable: false)],
                    flavors: [
                        .example("tiny", [500, 248, 124], "Nova believes in 500, 124 fit (memory ends it)"),
                        .example("huge", [3, 0, 0], "Nova believes in 3, none fits"),
                    ], reserve: "HA keeps room for the failure of 1 host", cpuAllocationRatio: 16,
                    ramAllocationRatio: 1.5),
                ComputeCapacity(
                    name: "vc1/集群 二", hosts: [.example("esx4")],
                    flavors: [.example("tiny", [40, 40, 40], "40 fit, as many as Nova believes")], reserve: nil,
                    cpuAllocationRatio: 16,
                    ramAllocationRatio: 1.5),
            ], unknown: unknown)
    }
}

extension HostCapacity {
    fileprivate static func example(_ name: String, isUsable: Bool = true) -> HostCapacity {
        HostCapacity(
            name: name, isUsable: isUsable, isReserved: false, memoryMiB: 65536, freeMemoryMiB: 63488, threads: 16,
            freeThreads: 15)
    }
}

extension FlavorFit {
    fileprivate static func example(_ flavor: String, _ counts: [Int], _ words: String) -> FlavorFit {
        FlavorFit(
            flavor: flavor, bySum: counts[0], beforeReserve: counts[1], byHosts: counts[2], onLargestHost: 1,
            limit: .memory, words: words)
    }
}

@Suite("the chart of capacity")
struct CapacityPageTests {
    private static let made = Date(timeIntervalSince1970: 1_795_242_612)

    @Test("is the same as its golden file, on a page of its own and in the report")
    func golden() throws {
        let report = CapacityReport.example(unknown: ["vc2: the connection is refused"])
        try expectGolden("capacity.html", report.html(made: Self.made))
        let page = try VerificationReport.passed.html(capacity: report)
        #expect(page.contains("<h2>Room on vSphere</h2>") && page.contains("Nova believes in 500, 124 fit"))
        let nothing = CapacityReport(lab: "kvm", clusters: [], unknown: [])
        #expect(try VerificationReport.passed.html(capacity: nothing) == VerificationReport.passed.html())
    }

    @Test(
        "shows a bar for each count in a real browser, on a phone and a desk, in the light and the dark",
        arguments: [390, 1280], [false, true])
    func browser(_ width: Int, _ dark: Bool) async throws {
        let report = CapacityReport.example()
        let pages = [
            try report.html(made: Self.made), try VerificationReport.mixed.html(capacity: report),
        ]
        for page in pages {
            let (look, complaints) = try await Browser.look(at: page, width: width, dark: dark)
            #expect(complaints == [])
            #expect(look.wanted <= look.there, "the page is wider than the window")
            // Of nine, two stand for nothing and have no length.
            #expect(look.levels == 7)
            #expect(look.contrast >= 7)
            #expect(look.isDark == dark)
            #expect(look.outside == [])
        }
    }

    @Test("holds names as text, never as markup")
    func hostile() async throws {
        let evil = "</p><script>document.title='x'</script><img src=x onerror=alert(1)>\"'&"
        let page = try CapacityReport.example(name: evil, unknown: [evil]).html(made: Self.made)
        let (look, complaints) = try await Browser.look(at: page, width: 1280, dark: false)
        #expect(look.outside == [] && complaints == [] && look.levels == 7)
    }
}
