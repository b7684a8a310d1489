import GuestImage
import Testing

@testable import Verification

@Suite("what a guest says")
struct VerdictsGuestTests {
    private let id = "0b2d9f8e-3a51-4c77-9d0e-5f1f6f0c1a2b"
    private let name = "polyvisor-verify-3f9a1c20-kvm_1"

    private func report(_ fields: String) -> GuestReport {
        GuestReport(consoleLog: "SeaBIOS\r\n[    2.1] x\r\nPOLYVISOR-GUEST READY \(fields) uptime=3.2\r\n")
    }

    @Test("ready only when it says so")
    func ready() {
        #expect(CheckVerdict.guestReady(report("address=none"), after: 17.93) == .passed("17.9 s after the request"))
        let booting = GuestReport(consoleLog: "POLYVISOR-GUEST BOOT kernel=6.1\n")
        #expect(CheckVerdict.guestReady(booting, after: 1) == nil)
    }

    @Test("why it never was ready")
    func notReady() {
        func failure(_ console: String?, _ trouble: String?) -> CheckFailure? {
            CheckVerdict.guestNotReady(console: console, trouble: trouble, waited: .seconds(90), look: "L").failure
        }
        #expect(failure(nil, "HTTP 500")?.description == "Nova: gave no console within 90 s: \"HTTP 500\"; look at L")
        #expect(failure("", nil)?.reason == "printed nothing on its serial console within 90 s")
        #expect(failure(" \n\r\n", "HTTP 500")?.layer == .guest)
        #expect(
            failure("SeaBIOS\nNo bootable \u{1B}[1mdevice.\r\n\r\n", nil)?.reason
                == "did not start within 90 s; its console ends with \"No bootable ␛[1mdevice.\"")
        #expect(
            failure("POLYVISOR-GUEST BOOT kernel=6.1\nno lease\n", nil)?.reason
                == "started but was not ready within 90 s; its console ends with \"no lease\"")
    }

    @Test("address as its port has it")
    func address() {
        let good = report("address=10.78.0.14")
        #expect(CheckVerdict.guestAddress(good, port: ["10.78.0.14"], look: "L") == .passed("10.78.0.14"))
        #expect(CheckVerdict.guestAddress(good, port: ["fd00::1", "10.78.0.14"], look: "L").isPassed)
        #expect(
            CheckVerdict.guestAddress(good, port: ["10.78.0.15"], look: "L").failure?.reason
                == "has the address 10.78.0.14, its port has 10.78.0.15")
        #expect(CheckVerdict.guestAddress(good, port: [], look: "L").failure != nil)
        #expect(
            CheckVerdict.guestAddress(report("address=none"), port: ["10.78.0.15"], look: "L").failure?.reason
                == "got no address by DHCP; its port has 10.78.0.15")
        #expect(CheckVerdict.guestAddress(report("address=none"), port: [], look: "L").failure != nil)
    }

    @Test(
        "metadata that names this instance",
        arguments: [
            "instance=0b2d9f8e-3a51-4c77-9d0e-5f1f6f0c1a2b hostname=none",
            "instance=0B2D9F8E-3A51-4C77-9D0E-5F1F6F0C1A2B",
            "instance=i-00000007 hostname=polyvisor-verify-3f9a1c20-kvm-1",
            "instance=i-00000007 hostname=polyvisor-verify-3f9a1c20-kvm-1.novalocal",
        ])
    func metadata(_ fields: String) {
        #expect(CheckVerdict.guestMetadata(report(fields), id: id, name: name, look: "L").isPassed)
    }

    @Test(
        "metadata that does not",
        arguments: [
            "instance=none hostname=none", "instance=0b2d9f8e-3a51-4c77-9d0e-000000000000 hostname=kvm-1",
            "instance=i-00000007 hostname=none", "instance=i-00000007 hostname=polyvisor-verify-3f9a1c20-kvm-2",
            "instance=0b2d9f8e-0000-4c77-9d0e-5f1f6f0c1a2b hostname=polyvisor-verify-3f9a1c20-kvm-1",
        ])
    func otherMetadata(_ fields: String) {
        let failure = CheckVerdict.guestMetadata(report(fields), id: id, name: name, look: "L").failure
        #expect(failure?.layer == .guest)
        #expect(failure?.look == "L")
    }
}
