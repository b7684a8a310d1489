import Testing
import Topology

@testable import Release

@Suite("a release")
struct ReleaseTests {
    @Test("that is not there is an error that lists those that are")
    func unknown() {
        let error = #expect(throws: ReleaseError.self) { try Release(named: "zedd") }
        #expect(error?.available.count == 19)
        #expect(error?.description.contains("did you mean zed?") == true)
        let between = #expect(throws: ReleaseError.self) { try Release(named: "mitaka") }
        #expect(between?.description.contains("the releases from Liberty to Stein as history only") == true)
    }

    @Test("is one of nineteen, from Havana on, in their order")
    func order() throws {
        #expect(Release.names.count == 19 && Release.names.first == "havana" && Release.names.last == "2026.2")
        #expect(try Release(named: "kilo").isBefore("train") && !Release(named: "2023.1").isBefore("zed"))
        let dates = try Release.names.compactMap { try Release(named: $0).date }
        #expect(dates.count == 18 && dates == dates.sorted())
        let legacy = try Release.names.filter { try Release(named: $0).era == .legacy }
        #expect(legacy == ["havana", "icehouse", "juno", "kilo"])
    }

    @Test("says of each hypervisor whether it can be used")
    func hypervisors() throws {
        let zed = try Release(named: "zed")
        #expect([.kvm, .qemu, .vmware].allSatisfy { zed.support(for: $0) == .drives })
        for gone in [HypervisorKind.xen, .uml, .docker, .vmwareESX] {
            guard case .noDriver(let why) = zed.support(for: gone) else {
                Issue.record("\(gone) has a driver"); continue
            }
            #expect(!why.isEmpty)
        }
    }

    /// research of the tags: the first and the last catalogued release with each driver.
    @Test(
        "has the drivers of Nova's own tree",
        arguments: [
            (HypervisorKind.kvm, "havana", "2026.2"), (.qemu, "havana", "2026.2"), (.lxc, "havana", "2026.2"),
            (.vmware, "havana", "2026.2"), (.xen, "havana", "victoria"), (.uml, "havana", "victoria"),
            (.vmwareESX, "havana", "icehouse"), (.docker, "havana", "havana"), (.hyperv, "havana", "2023.2"),
            (.ironic, "juno", "2026.2"),
        ])
    func drivers(_ kind: HypervisorKind, _ first: String, _ last: String) throws {
        let having = try Release.names.filter { try Release(named: $0).computeDriver(for: kind) != nil }
        #expect(having.first == first && having.last == last)
        let all = Release.names
        let span = try #require(all.firstIndex(of: last)) - #require(all.firstIndex(of: first)) + 1
        #expect(having.count == span)
    }

    @Test("of which no distribution is known has no packages, and files all the same")
    func unpackaged() throws {
        #expect(try Release.names.filter { try Release(named: $0).distribution.hasPackages } == ["zed", "2025.1"])
        #expect(try Release(named: "havana").distribution.account(of: "nova")?.home == "/var/lib/nova")
    }
}
