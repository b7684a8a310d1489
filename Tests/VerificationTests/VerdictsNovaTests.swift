import OpenStack
import Testing

@testable import Verification

@Suite("what Nova says")
struct VerdictsNovaTests {
    private func active(_ server: Server?) -> CheckVerdict? {
        .active(server, after: 5.412, of: .kvm1, scheduler: "nova-scheduler.log")
    }

    @Test("a service that is up and enabled")
    func serviceUp() throws {
        let services = [try Recorded.service("kvm2", state: "down"), try Recorded.service("kvm1")]
        #expect(CheckVerdict.serviceUp(services, of: .kvm1) == .passed(nil))
    }

    @Test("a service that is missing, down or disabled")
    func serviceNotUp() throws {
        func reason(_ services: [ComputeServiceState]) -> String? {
            CheckVerdict.serviceUp(services, of: .kvm1).failure?.reason
        }
        let conductor = try Recorded.decode(
            ComputeServiceState.self,
            """
            {"id": "1", "binary": "nova-conductor", "host": "kvm1", "zone": "internal", "state": "up",
             "status": "enabled"}
            """)
        #expect(reason([]) == "has no nova-compute service kvm1, none at all")
        #expect(reason([conductor]) == "has no nova-compute service kvm1, none at all")
        #expect(
            reason([try Recorded.service("kvm3"), try Recorded.service("kvm2")])
                == "has no nova-compute service kvm1, only kvm2, kvm3")
        #expect(reason([try Recorded.service("kvm1", state: "down")]) == "the service kvm1 is down")
        #expect(reason([try Recorded.service("kvm1", status: "disabled")]) == "the service kvm1 is up but disabled")
    }

    @Test("a hypervisor of the expected type")
    func hypervisorType() throws {
        let qemu = try Recorded.hypervisor("kvm1", type: "QEMU")
        let vcenter = try Recorded.hypervisor("vmware1-cluster_a", type: "VMware vCenter Server")
        #expect(CheckVerdict.hypervisorType(qemu, of: .kvm1) == .passed("QEMU, kvm1.lab"))
        #expect(CheckVerdict.hypervisorType(vcenter, of: .clusterA).isPassed)
        #expect(
            CheckVerdict.hypervisorType(qemu, of: .clusterA).failure?.reason
                == "shows hypervisor type \"QEMU\", not VMware vCenter Server")
        #expect(CheckVerdict.hypervisorType(vcenter, of: .kvm1).failure?.reason.hasSuffix("not KVM or QEMU") == true)
        #expect(CheckVerdict.hypervisorType(nil, of: .kvm1).failure?.look == "/var/log/nova/nova-compute.log on kvm1")
    }

    @Test("an instance while it is built, and when it is ACTIVE")
    func building() throws {
        #expect(active(try Recorded.server("BUILD", host: nil, task: "scheduling")) == nil)
        #expect(active(try Recorded.server("BUILD", task: "spawning")) == nil)
        #expect(active(try Recorded.server("ACTIVE")) == .passed("after 5.4 s"))
    }

    @Test("an instance in ERROR: the fault in quotes, and the log of who saw it")
    func error() throws {
        let unscheduled = active(try Recorded.server("ERROR", host: nil, fault: "No valid host was found. "))
        #expect(
            unscheduled?.failure?.description
                == "Nova: the instance went to ERROR: \"No valid host was found.\"; look at nova-scheduler.log")
        let failed = active(try Recorded.server("ERROR", fault: "Binding failed\nfor port \u{1B}[1mx"))
        #expect(
            failed?.failure?.description
                == "Nova: the instance went to ERROR: \"Binding failed for port ␛[1mx\"; "
                + "look at /var/log/nova/nova-compute.log on kvm1")
        #expect(active(try Recorded.server("ERROR"))?.failure?.reason.contains("no reason given") == true)
        #expect(active(nil)?.failure != nil)
    }

    @Test("a failure names the request that failed")
    func request() throws {
        let actions = try Recorded.decode(
            [ServerAction].self,
            """
            [{"action": "reboot", "request_id": "req-2", "message": null},
             {"action": "create", "request_id": "req-1", "message": "Error"}]
            """)
        let failed = CheckVerdict.nova("x", "L")
        #expect(failed.naming(actions).failure?.look == "req-1 in L (create)")
        #expect(failed.naming(Array(actions.prefix(1))).failure?.look == "req-2 in L (reboot)")
        #expect(failed.naming([]) == failed)
        #expect(CheckVerdict.passed(nil).naming(actions) == .passed(nil))
    }

    @Test("an instance that is built for too long")
    func notActive() throws {
        func failure(_ server: Server?) -> CheckFailure? {
            CheckVerdict.notActive(server, waited: .seconds(300), of: .kvm1, scheduler: "nova-scheduler.log").failure
        }
        let spawning = failure(try Recorded.server("BUILD", task: "spawning"))
        #expect(spawning?.reason == "the instance is still BUILD (task spawning) after 300 s")
        #expect(spawning?.look == "/var/log/nova/nova-compute.log on kvm1")
        #expect(failure(try Recorded.server("BUILD", host: nil))?.look == "nova-scheduler.log")
    }

    @Test("the host asked for, and no other")
    func host() throws {
        #expect(CheckVerdict.host(try Recorded.server("ACTIVE"), of: .kvm1, scheduler: "S").isPassed)
        let elsewhere = CheckVerdict.host(try Recorded.server("ACTIVE", host: "kvm2"), of: .kvm1, scheduler: "S")
        #expect(elsewhere.failure?.reason == "the instance runs on kvm2, not on kvm1")
        let nowhere = CheckVerdict.host(try Recorded.server("ACTIVE", host: nil), of: .kvm1, scheduler: "S")
        #expect(nowhere.failure?.reason == "the instance runs on no host, not on kvm1")
    }
}

@Suite("what Neutron says")
struct VerdictsNeutronTests {
    private func verdict(_ port: OpenStack.Port?, host: String, group: String?) -> CheckVerdict {
        .portBinding(port, host: host, portGroup: group, look: "L")
    }

    @Test("a port that is bound as its hypervisor needs it")
    func bound() throws {
        let bridge = try Recorded.port("bridge", host: "kvm1")
        #expect(verdict(bridge, host: "kvm1", group: nil) == .passed("bridge, 10.78.0.14"))
        let dvs = try Recorded.port("dvs", host: "v-a", details: "{\"dvs_port_group_name\": \"VM Network\"}")
        #expect(verdict(dvs, host: "v-a", group: "VM Network") == .passed("dvs, VM Network"))
    }

    @Test("a port that is not")
    func unbound() throws {
        func reason(_ port: OpenStack.Port?, _ group: String?) -> String? {
            verdict(port, host: "v-a", group: group).failure?.reason
        }
        #expect(reason(nil, nil) == "has no port of the instance")
        for type in ["binding_failed", "unbound"] {
            #expect(
                reason(try Recorded.port(type, host: "v-a"), "VM Network")
                    == "port p1 is not bound on v-a: its VIF type is \(type)")
        }
        #expect(reason(try Recorded.port("bridge", host: "kvm2"), nil) == "port p1 is bound on kvm2, not on v-a")
        #expect(
            reason(try Recorded.port("bridge", host: "v-a"), "VM Network")
                == "port p1 has VIF type bridge; Nova's VMware driver needs dvs")
        #expect(
            reason(try Recorded.port("dvs", host: "v-a"), "VM Network")
                == "port p1 is bound to port group none, not VM Network")
        let other = try Recorded.port("dvs", host: "v-a", details: "{\"dvs_port_group_name\": \"VM Network 2\"}")
        #expect(reason(other, "VM Network") == "port p1 is bound to port group VM Network 2, not VM Network")
    }
}
