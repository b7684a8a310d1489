import Testing

@testable import Verification

@Suite("the table of a running verification")
struct LiveTableTests {
    private func table(_ events: [(Double, VerificationEvent)]) -> LiveTable {
        var table = LiveTable()
        for (now, event) in events { table.take(event, now: now) }
        return table
    }

    private let events: [(Double, VerificationEvent)] = [
        (0, .hypervisors(["kvm1", "vmware1-cluster_a"])), (1, .began(host: "kvm1", check: .serviceUp)),
        (2, .ended(host: "kvm1", check: CheckReport(.serviceUp, .passed(nil)))),
        (2, .began(host: "kvm1", check: .active)),
        (3, .began(host: "vmware1-cluster_a", check: .vcenterLogin)),
        (4, .ended(host: "vmware1-cluster_a", check: CheckReport(.vcenterLogin, .failed(.stopped)))),
        (4, .ended(host: "vmware1-cluster_a", check: CheckReport(.guestReady, .skipped("no guest")))),
    ]

    @Test("has a row for each hypervisor and a mark in the column of each layer")
    func rows() {
        let lines = table(events).lines(width: 100, height: 24, now: 8, colours: false)
        #expect(
            lines == [
                "hypervisor        service room vCenter boot guest network console removal",
                "kvm1              ✓       ·    ·       …    ·     ·       ·       ·          7 s  instance ACTIVE",
                "vmware1-cluster_a ·       ·    ✗       ·    –     ·       ·       ·          5 s",
            ])
    }

    @Test("no line is wider than the terminal, however narrow", arguments: [10, 24, 40, 60, 80, 200])
    func width(_ width: Int) {
        for line in table(events).lines(width: width, height: 24, now: 8, colours: false) {
            #expect(line.columns <= max(width, 10), "\(line)")
        }
    }

    @Test("what does not fit is counted")
    func height() {
        let many = table([(0, .hypervisors((1...50).map { "kvm\($0)" }))])
        let lines = many.lines(width: 80, height: 10, now: 0, colours: false)
        #expect(lines.count == 9)
        #expect(lines.last == "… and 43 more")
    }

    @Test("colours change nothing but the colours")
    func colours() {
        let coloured = table(events).lines(width: 90, height: 24, now: 8, colours: true)
        #expect(coloured.joined().contains("\u{1B}[31m✗"))
        let plain = coloured.map { $0.replacing(/\u{1B}\[[0-9]+m/, with: "") }
        #expect(plain == table(events).lines(width: 90, height: 24, now: 8, colours: false))
    }

    @Test("a failure stays to be seen, and a check that ran is no longer marked as running")
    func worst() {
        var table = table(events)
        table.take(.ended(host: "vmware1-cluster_a", check: CheckReport(.vcenterCluster, .passed(nil))), now: 5)
        table.take(.ended(host: "kvm1", check: CheckReport(.active, .passed(nil))), now: 5)
        let lines = table.lines(width: 100, height: 24, now: 8, colours: false)
        #expect(lines[2].contains("✗") && !lines[1].contains("…"))
    }

    @Test("is over when all are, and draws no control characters")
    func over() {
        var table = table([(0, .hypervisors(["kvm\u{1B}[2J"]))])
        #expect(!table.isOver)
        table.take(.finished(HypervisorReport(host: "kvm\u{1B}[2J", node: nil)), now: 1)
        #expect(table.isOver)
        #expect(!table.lines(width: 80, height: 24, now: 1, colours: false).joined().contains("\u{1B}"))
    }
}
