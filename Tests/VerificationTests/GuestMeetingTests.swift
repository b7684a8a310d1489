import Testing

@testable import Verification

@Suite("guests that meet")
struct GuestMeetingTests {
    private func guest(_ host: String, _ kind: String = "KVM/QEMU") -> GuestMeeting.Guest {
        .init(host: host, kind: kind, address: "10.78.0.\(host.utf8.reduce(0) { ($0 + Int($1)) % 200 })", id: host)
    }

    @Test("nobody asks before all that are expected are there or have withdrawn")
    func arrival() async {
        let meeting = GuestMeeting()
        for host in ["a", "b", "c"] { await meeting.expect(host) }
        await meeting.arrive(guest("a"))
        await meeting.arrive(guest("b"))
        #expect(await meeting.others(than: "a") == nil)
        await meeting.withdraw("c")
        #expect(await meeting.others(than: "a") == [guest("b")])
    }

    @Test("only guests of one network ask each other")
    func networks() async {
        let meeting = GuestMeeting()
        for (host, network) in [("a", "n"), ("b", "overlay"), ("c", "n")] {
            var one = guest(host)
            one.network = network
            await meeting.arrive(one)
        }
        #expect(await meeting.others(than: "a")?.map(\.host) == ["c"])
        #expect(await meeting.others(than: "b") == [])
    }

    @Test("nobody leaves while somebody has still to ask; one that only comes keeps nobody")
    func leaving() async {
        let meeting = GuestMeeting()
        for host in ["a", "b"] {
            await meeting.expect(host)
            await meeting.arrive(guest(host))
        }
        await meeting.finish("a")
        #expect(await !meeting.allHaveAsked)
        await meeting.finish("b")
        await meeting.expect("late")
        #expect(await meeting.allHaveAsked)
        // Who has asked can still be asked.
        await meeting.arrive(guest("late"))
        #expect(await meeting.others(than: "late") == [guest("a"), guest("b")])
        #expect(await !meeting.allHaveAsked)
    }

    @Test("each asks one of each kind, and everyone is asked")
    func choice() {
        let all = ["k1", "k2", "k3", "k4"].map { guest($0) } + [guest("l1", "LXC")]
        func asked(_ host: String) -> [String] { all.filter { $0.host != host }.askedBy(host).map(\.host) }
        #expect(asked("k1") == ["k2", "l1"])
        #expect(asked("k4") == ["l1", "k1"])
        #expect(asked("l1") == ["k1"])
        #expect(Set(all.flatMap { asked($0.host) }) == Set(all.map(\.host)))
    }

    private let peers = [
        GuestMeeting.Guest(host: "lxc1", kind: "LXC", address: "10.78.0.20", id: "0b2d9f8e-3a51"),
        GuestMeeting.Guest(host: "kvm2", kind: "KVM/QEMU", address: "10.78.0.2", id: "77aa"),
    ]

    private func verdict(_ lines: String...) -> CheckVerdict {
        let identity = "POLYVISOR-GUEST IDENTITY address=10.78.0.14 instance=x hostname=y asks=probe"
        return .peers(([identity] + lines).joined(separator: "\n"), from: "10.78.0.14", to: peers, look: "L")
    }

    @Test("what was heard of all")
    func heard() {
        let verdict = verdict(
            "POLYVISOR-GUEST PROBE peer=10.78.0.2 ping=1.2 instance=none",
            "POLYVISOR-GUEST PROBE peer=10.78.0.20 ping=0.31 instance=0B2D9F8E-3A51")
        #expect(verdict == .passed("ping and TCP: lxc1 (LXC) 0.31 ms, kvm2 (KVM/QEMU) 1.2 ms"))
    }

    @Test(
        "one that does not answer is named, with what it does not answer",
        arguments: [
            ("ping=none instance=silent", "does not answer ping and does not answer on TCP"),
            ("ping=none instance=0b2d9f8e-3a51", "does not answer ping"),
            ("ping=0.3 instance=silent", "does not answer on TCP"),
            ("ping=0.3 instance=another", "is answered for by instance another"),
        ])
    func silent(_ words: String, _ reason: String) {
        let failure = verdict(
            "POLYVISOR-GUEST PROBE peer=10.78.0.20 \(words)",
            "POLYVISOR-GUEST PROBE peer=10.78.0.2 ping=1.2 instance=none"
        ).failure
        #expect(failure?.layer == .neutron)
        #expect(failure?.reason == "from the guest at 10.78.0.14, the guest of lxc1 at 10.78.0.20 \(reason)")
    }

    @Test("a guest that says nothing has not been asked, and that is a failure")
    func nothing() {
        #expect(verdict().failure?.reason.contains("was not asked") == true)
        #expect(CheckVerdict.peers("", from: "10.78.0.14", to: peers, look: "L").failure != nil)
    }

    @Test("a guest of an older image cannot be asked")
    func older() {
        let old = "POLYVISOR-GUEST IDENTITY address=10.78.0.14 instance=x hostname=y"
        #expect(CheckVerdict.peers(old, from: "10.78.0.14", to: peers, look: "L").isSkipped)
    }

    @Test("addresses are the only part of the command that comes from a cloud, and nothing but digits and dots")
    func command() {
        let command = CheckVerdict.probeCommand(network: "n", from: "10.0.0.1;id", to: ["10.0.0.2$(id)"])
        #expect(command.contains("/dev/tcp/10.0.0.1/7") && command.contains("probe 10.0.0.2 "))
        #expect(!command.contains("id)"))
    }
}
