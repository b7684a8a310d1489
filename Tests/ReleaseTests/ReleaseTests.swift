import Testing
import Topology

@testable import Release

@Suite("a release")
struct ReleaseTests {
    @Test("that is not there is an error that lists those that are")
    func unknown() {
        let error = #expect(throws: ReleaseError.self) { try Release(named: "zedd") }
        #expect(error?.available == ["zed"])
        #expect(error?.description.contains("did you mean zed?") == true)
    }

    @Test("says of each hypervisor whether it can be used")
    func hypervisors() throws {
        let zed = try Release(named: "zed")
        #expect([.kvm, .qemu, .vmware].allSatisfy { zed.support(for: $0) == .rendered })
        #expect([.lxc, .hyperv, .ironic].allSatisfy { zed.support(for: $0) == .notRendered })
        for gone in [HypervisorKind.xen, .uml, .docker, .vmwareESX] {
            guard case .noDriver(let why) = zed.support(for: gone) else {
                Issue.record("\(gone) has a driver"); continue
            }
            #expect(!why.isEmpty)
        }
    }
}
