import Foundation
import OpenStack
import Synchronization
import Testing

@testable import Verification

/// What is between us and a cloud, or what a busy cloud does now and then; `Trials/hostile-api` does the same with
/// real services.
@Suite("verification through a hostile API", .timeLimit(.minutes(2)))
struct HostileAPITests {
    private func verify(_ cloud: LoopbackCloud) async -> VerificationReport {
        var target = Target(cloud: "c")
        target.timeout = .seconds(30)
        return await Verification(of: target, through: Verification.Access(cloud: cloud.cloud, guest: nil)).run()
    }

    private let busy = LoopbackHTTP.Answer(status: 503, body: "Service Unavailable")

    @Test("a service that answers 503 to reads and deletions now and then is asked again")
    func unavailable() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let refusals = Mutex(0)
        cloud.setTrouble { [busy] number, request in
            // The page of a console is none of the services' APIs: that it is not there is told at once.
            guard number.isMultiple(of: 4), request.method != "POST", !request.path.hasPrefix("/novnc") else {
                return nil
            }
            refusals.withLock { $0 += 1 }
            return busy
        }
        let report = await verify(cloud)
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(refusals.withLock(\.self) > 5 && cloud.instances.isEmpty)
    }

    @Test("an instance that cannot be asked for is one failure in the service's words, and nothing is left")
    func unavailableForCreation() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        cloud.setTrouble { [busy] _, request in
            request.method == "POST" && request.path == "/compute/servers" ? busy : nil
        }
        let report = await verify(cloud)
        let failures = report.hypervisors.flatMap(\.checks).compactMap { check in
            check.verdict.failure.map { (check.name, $0) }
        }
        #expect(failures.map(\.0) == [.created])
        let failure = try #require(failures.first?.1)
        #expect(failure.layer == .nova && failure.reason.hasSuffix("HTTP 503: Service Unavailable"))
        #expect(failure.look == "/var/log/nova/nova-api.log on the controller" && cloud.instances.isEmpty)
    }

    @Test("a token that is refused in mid-run is replaced")
    func refusedToken() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let state = Mutex((refused: Set<String>(), logins: 0))
        cloud.setTrouble { number, request in
            state.withLock { state in
                if request.path == "/v3/auth/tokens" { state.logins += 1 }
                guard let token = request.token else { return nil }
                // Calls that are under way with the same token are refused too.
                if [40, 60].contains(number) { state.refused.insert(token) }
                guard state.refused.contains(token) else { return nil }
                return .init(status: 401, body: #"{"error": {"message": "The request requires authentication."}}"#)
            }
        }
        let report = await verify(cloud)
        #expect(report.exitCode == 0, "\(report.table())")
        let (refused, logins) = state.withLock { ($0.refused.count, $0.logins) }
        // One for the user's project, one for the run's own, and one for each token that was refused.
        #expect(refused > 0 && logins == 2 + refused && cloud.instances.isEmpty)
    }

    @Test("a cloud that cannot be logged in to is one failure that says so, not one for each check")
    func noLogin() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        cloud.setTrouble { _, _ in .init(status: 401, body: #"{"error": {"message": "Wrong."}}"#) }
        let report = await verify(cloud)
        let failures = report.hypervisors.flatMap(\.checks).compactMap(\.verdict.failure)
        #expect(report.exitCode == 1 && failures.count == 1 && cloud.made.isEmpty)
        #expect(failures.first?.layer == .keystone)
        #expect(failures.first?.reason.hasSuffix("HTTP 401: Wrong.") == true)
    }
}
