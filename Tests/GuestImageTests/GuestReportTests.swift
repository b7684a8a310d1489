import Testing

@testable import GuestImage

@Suite("what a guest says on its console")
struct GuestReportTests {
    private let log = """
        \u{1b}cSYSLINUX 6.04 EDD 20191223\r
        Probing EDD (edd=off to disable)... ok\r
        [    1.204000] random: crng init donePOLYVISOR-GUEST BOOT kernel=6.1.0-56-cloud-amd64 uptime=2.31\r
        POLYVISOR-GUEST ADDRESS address=10.78.0.12/24 interface=eth0\r
        POLYVISOR-GUEST METADATA address=10.78.0.12 instance=0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7 hostname=tiny\r
        POLYVISOR-GUEST READY address=10.78.0.12 instance=0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7 hostname=tiny\r

        """

    @Test("all of it is read")
    func complete() {
        let report = GuestReport(consoleLog: log)
        #expect(report.booted && report.ready)
        #expect(report.address == "10.78.0.12")
        #expect(report.instanceID == "0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7")
        #expect(report.hostname == "tiny")
    }

    @Test("a log that was cut at its beginning still tells from the status line", arguments: [1, 2, 30])
    func tail(lines: Int) {
        let status = "POLYVISOR-GUEST STATUS address=10.78.0.12 instance=i-00000001 hostname=tiny uptime=61.2\n"
        let report = GuestReport(consoleLog: String(repeating: status, count: lines))
        #expect(report.booted && report.ready)
        #expect(report.instanceID == "i-00000001")
    }

    @Test(
        "nothing of ours is no guest", arguments: ["", "SYSLINUX 6.04\nKernel panic - not syncing", "POLYVISOR-GUEST"])
    func silence(text: String) {
        let report = GuestReport(consoleLog: text)
        #expect(!report.booted && !report.ready)
        #expect(report.address == nil)
    }

    @Test("a guest that was started again says so in the same log or in a new one, and no other does")
    func startedAgain() {
        let status = "POLYVISOR-GUEST STATUS address=10.78.0.12 instance=i-00000001 hostname=tiny uptime=61.2\n"
        #expect(GuestReport(startedAgainIn: log, after: log) == nil)
        #expect(GuestReport(startedAgainIn: log + status, after: log) == nil)
        let booting = "POLYVISOR-GUEST BOOT kernel=6.1.0 uptime=9.9\n"
        #expect(GuestReport(startedAgainIn: log + status + booting, after: log)?.ready == false)
        #expect(GuestReport(startedAgainIn: log + booting + status, after: log)?.ready == true)
        #expect(GuestReport(startedAgainIn: booting, after: log + status)?.ready == false)
        #expect(GuestReport(startedAgainIn: log, after: log + status)?.ready == true)
        #expect(GuestReport(startedAgainIn: log, after: "")?.ready == true)
        #expect(GuestReport(startedAgainIn: "", after: log) == nil)
    }

    @Test("the console that Nova cut at its beginning is the same one still")
    func cutConsole() {
        let half = String((log + log).dropFirst(log.count / 2))
        #expect(GuestReport(startedAgainIn: half, after: log + log) == nil)
    }

    @Test("a guest without metadata is ready and has no instance")
    func noMetadata() {
        let report = GuestReport(
            consoleLog: "POLYVISOR-GUEST READY address=10.78.0.12 instance=none hostname=none uptime=63.1\n")
        #expect(report.ready)
        #expect(report.address == "10.78.0.12")
        #expect(report.instanceID == nil && report.hostname == nil)
    }

    @Test("a guest that has booted only is not ready")
    func bootedOnly() {
        let report = GuestReport(consoleLog: "POLYVISOR-GUEST BOOT kernel=6.1.0 uptime=2.31\n")
        #expect(report.booted && !report.ready)
    }

    @Test("a line that the guest is still printing does not count")
    func unfinished() {
        let report = GuestReport(
            consoleLog: "POLYVISOR-GUEST BOOT kernel=6.1.0\nPOLYVISOR-GUEST READY address=10.78.0.1")
        #expect(report.booted && !report.ready)
        #expect(report.address == nil)
    }

    @Test("that questions are taken by metadata, and what is said of other guests, is no word of its own state")
    func questions() {
        let id = "0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7"
        let other = "POLYVISOR-GUEST PROBE peer=10.78.0.13 ping=0.4 instance=7777\n"
        let report = GuestReport(
            consoleLog: "POLYVISOR-GUEST READY address=10.78.0.12 instance=\(id) hostname=tiny told=probe uptime=3.1\n"
                + other)
        #expect(report.takesQuestions && report.ready && report.instanceID == id)
        #expect(!GuestReport(consoleLog: log + other).takesQuestions)
    }

    @Test("what a lease has and what the guest reaches is read, the last word first")
    func wayOut() {
        let report = GuestReport(
            consoleLog: """
                POLYVISOR-GUEST LEASE server=10.78.0.2 router=10.78.0.1 dns=10.78.0.2,192.0.2.53 routes=none interface=eth0
                POLYVISOR-GUEST READY address=10.78.0.12 instance=none hostname=tiny uptime=3.1
                POLYVISOR-GUEST GATEWAY peer=10.78.0.1 ping=none link=none
                POLYVISOR-GUEST GATEWAY peer=10.78.0.1 ping=0.52 link=known
                POLYVISOR-GUEST DNS peer=10.78.0.2 answer=yes
                POLYVISOR-GUEST DNS peer=192.0.2.53 answer=none
                POLYVISOR-GUEST BEYOND peer=10.77.0.10:5000 ping=none answer=yes

                """)
        #expect(report.ready && report.address == "10.78.0.12")
        #expect(report.lease?.server == "10.78.0.2" && report.lease?.gateways == ["10.78.0.1"])
        #expect(report.lease?.servers == ["10.78.0.2", "192.0.2.53"])
        #expect(report.wayOut.gateways == ["10.78.0.1": .ping(0.52)])
        #expect(report.wayOut.servers == ["10.78.0.2": .other, "192.0.2.53": GuestWayOut.Answer.none])
        #expect(report.wayOut.places == ["10.77.0.10:5000": .other])
        #expect(GuestReport(consoleLog: log).lease == nil)
    }

    @Test("where a lease has classless routes, its router does not count")
    func classlessRoutes() {
        func gateways(_ routes: String) -> [String]? {
            GuestReport(consoleLog: "POLYVISOR-GUEST LEASE server=none router=10.78.0.1 dns=none routes=\(routes)\n")
                .lease?.gateways
        }
        #expect(gateways("169.254.169.254/32,10.78.0.2,0.0.0.0/0,10.78.0.3") == ["10.78.0.3"])
        #expect(gateways("169.254.169.254/32,10.78.0.2") == [])
        #expect(gateways("none") == ["10.78.0.1"])
        #expect(gateways("169.254.169.254/32") == ["10.78.0.1"])
    }

    @Test("what was said before a reboot no longer counts")
    func reboot() {
        let report = GuestReport(consoleLog: log + "POLYVISOR-GUEST BOOT kernel=6.1.0 uptime=2.2\n")
        #expect(report.booted && !report.ready)
        #expect(report.address == nil && report.instanceID == nil)
    }
}
