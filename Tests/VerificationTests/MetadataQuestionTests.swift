import Foundation
import OpenStack
import Testing

@testable import Verification

@Suite("guests that are asked through their metadata", .timeLimit(.minutes(2)))
struct MetadataQuestionTests {
    private let peers = [
        GuestMeeting.Guest(host: "a", kind: "LXC", address: "10.0.0.1", id: "a"),
        GuestMeeting.Guest(host: "b", kind: "LXC", address: "10.0.0.12", id: "b"),
    ]

    @Test("have answered when there is a whole line for each address")
    func answers() {
        let one = "POLYVISOR-GUEST PROBE peer=10.0.0.12 ping=0.3 instance=b\r\n"
        let other = "POLYVISOR-GUEST PROBE peer=10.0.0.1 ping=0.3 instance=a"
        #expect(!MetadataQuestion.hasAnswers(one, for: peers))
        #expect(!MetadataQuestion.hasAnswers(one + other, for: peers))
        #expect(MetadataQuestion.hasAnswers(one + other + "\n", for: peers))
    }

    @Test("reach each other without a topology, with and without admin rights", arguments: [true, false])
    func withoutTopology(_ isAdmin: Bool) async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        cloud.setImages(
            #"{"id": "i", "name": "t", "status": "active", "disk_format": "qcow2", "polyvisor_guest": "1"}"#)
        if !isAdmin { cloud.takeAdminRights() }
        var target = Target(cloud: "c")
        target.timeout = .seconds(20)
        let report = await Verification(of: target, through: Verification.Access(cloud: cloud.cloud, guest: nil)).run()
        #expect(report.exitCode == 0, "\(report.table())")
        let verdicts = report.hypervisors.map { hypervisor in
            hypervisor.checks.first { $0.name == .peers }?.verdict
        }
        let alone = CheckVerdict.skipped("no other guest ran at the same time in its network")
        #expect(
            verdicts
                == (isAdmin
                    ? [
                        .passed("ping and TCP: kvm2 (KVM/QEMU) 0.61 ms"),
                        .passed("ping and TCP: kvm1 (KVM/QEMU) 0.61 ms"),
                    ] : [alone]))
        #expect(cloud.groups.isEmpty && cloud.instances.isEmpty)
    }

    @Test("from this machine a guest may answer; that it does not is no failure")
    func direct() async throws {
        let id = "0b5d9e3c-2c53"
        let heard =
            "POLYVISOR-GUEST IDENTITY address=127.0.0.1 instance=0B5D9E3C-2C53 hostname=tiny told=none asks=probe"
        #expect(CheckVerdict.reachedDirectly(heard, id: id, address: "10.0.0.1") == .passed("TCP, from this machine"))
        #expect(CheckVerdict.reachedDirectly(nil, id: id, address: "10.0.0.1").isSkipped)
        #expect(CheckVerdict.reachedDirectly("220 mail", id: id, address: "10.0.0.1").isSkipped)
        #expect(CheckVerdict.reachedDirectly(heard, id: "another", address: "10.0.0.1").isSkipped)
    }

    @Test("what a guest says on its port is heard, up to the end of its line; where nobody listens, nothing is")
    func heard() async throws {
        let server = try LoopbackHTTP { _ in .init() }
        // This one speaks only when it is spoken to.
        let silent = DirectReach(address: "127.0.0.1", port: server.port, timeout: .seconds(1))
        #expect(await silent.identity() == nil)
        let speaking = try SpeakingServer("POLYVISOR-GUEST IDENTITY address=x\nrest")
        let reach = DirectReach(address: "127.0.0.1", port: speaking.port)
        #expect(await reach.identity() == "POLYVISOR-GUEST IDENTITY address=x")
    }
}

/// Says a text to whoever connects, and nothing more.
private final class SpeakingServer: Sendable {
    let port: Int
    private let listener: Int32

    init(_ text: String) throws {
        let (descriptor, number) = try LoopbackHTTP.listeningSocket()
        listener = descriptor
        port = number
        Thread.detachNewThread {
            // Closed here and nowhere else, as LoopbackHTTP's.
            defer { close(descriptor) }
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(connection)
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
