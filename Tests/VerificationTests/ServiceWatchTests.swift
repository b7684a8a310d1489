import Foundation
import OpenStack
import Testing

@testable import Verification

@Suite("a compute service while an instance is built")
struct ServiceWatchTests {
    private let start = ContinuousClock.now

    private func service(_ host: String, _ state: String, _ second: Int) throws -> ComputeServiceState {
        try Recorded.decode(
            ComputeServiceState.self,
            """
            {"id": "1", "binary": "nova-compute", "host": "\(host)", "zone": "nova", "state": "\(state)",
             "status": "enabled", "updated_at": "2026-11-21T07:00:\(second).000000"}
            """)
    }

    private func state(_ state: String, _ second: Int) throws -> ServiceWatch.State {
        ServiceWatch.State([try service("kvm1", state, second), try service("kvm2", "up", 59)], of: "kvm1")
    }

    @Test("its state by Nova's word")
    func states() throws {
        #expect(try state("up", 50) == .up)
        #expect(try state("up", 15) == .silent)
        #expect(try state("down", 50) == .down("down"))
        #expect(ServiceWatch.State([], of: "kvm1") == .gone)
    }

    @Test("one that is busy is called down for a moment, and is not lost")
    func busy() throws {
        var watch = ServiceWatch(patience: .seconds(90))
        let down = try state("down", 10)
        for (second, seen) in [(0, down), (60, down), (89, down), (95, .up), (100, down), (189, down)] {
            #expect(watch.loss(seen, unit: .running, at: start + .seconds(second)) == nil, "\(second)")
        }
    }

    @Test("one that stays down, or is gone, is lost")
    func lost() throws {
        var watch = ServiceWatch(patience: .seconds(90))
        let down = try state("down", 10)
        #expect(watch.loss(down, unit: .unknown, at: start) == nil)
        #expect(watch.loss(down, unit: .unknown, at: start + .seconds(90)) == "went down")
        var other = ServiceWatch(patience: .seconds(90))
        #expect(other.loss(.gone, unit: .unknown, at: start) == nil)
        #expect(other.loss(.gone, unit: .unknown, at: start + .seconds(91)) == "is no longer one of Nova's")
    }

    @Test("one whose unit has stopped is lost at once; one that is silent for long is not")
    func units() {
        var watch = ServiceWatch(patience: .seconds(90))
        #expect(watch.loss(.silent, unit: .running, at: start) == nil)
        #expect(watch.loss(.silent, unit: .changing("activating"), at: start + .seconds(500)) == nil)
        #expect(watch.loss(.silent, unit: .stopped("failed"), at: start) == "has stopped: its unit is failed")
    }
}
