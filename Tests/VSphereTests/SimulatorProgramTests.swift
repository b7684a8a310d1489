import Foundation
import Testing
import VCenterSimulator

/// The simulator's own tests: its disks with real qemu-img, its guests in real QEMU.
@Suite("The simulated vCenter", .needsSimulator)
struct SimulatorProgramTests {
    @Test("keeps disks with their content, and runs its guests (`go test`)")
    func ownTests() async throws {
        let result = try Simulator.ownTests()
        #expect(result.passed, "\(result.output)")
    }
}
