/// What there is to know of a check before its result is trusted; `docs/reference/checks.md` prints it.
///
/// Every check of a verification is proof: it fails where an instance cannot be relied on. What is only advice is a warning or
/// a note beside it.
struct CheckFacts: Sendable, Equatable {
    /// What is so when it passes.
    let proves: String
    /// What it only warns of or notes; nil: nothing.
    var advises: String?
    /// What may move by itself, so that it looks again; nil: one look tells.
    var waitsFor: String?
    /// For how long at the most.
    var wait: Wait?

    enum Wait: Sendable, Equatable {
        case grace(Duration)
        /// As many times the time limit of an instance (`verify`'s `timeout`).
        case boots(Int)
        /// The time limit of an instance, and a period of grace behind each of some steps.
        case drill
    }

    private static let grace = Grace()

    private static func waiting(
        _ proves: String, advises: String? = nil, for what: String, _ path: KeyPath<Grace, Duration>
    ) -> CheckFacts {
        CheckFacts(proves: proves, advises: advises, waitsFor: what, wait: .grace(grace[keyPath: path]))
    }

    private static func booting(_ proves: String, advises: String? = nil, for what: String, _ count: Int = 1)
        -> CheckFacts
    {
        CheckFacts(proves: proves, advises: advises, waitsFor: what, wait: .boots(count))
    }

    static func of(_ name: CheckName) -> CheckFacts {
        before(name) ?? vcenter(name) ?? guest(name) ?? operations(name) ?? end(name) ?? CheckFacts(proves: name.title)
    }

    private static func before(_ name: CheckName) -> CheckFacts? {
        switch name {
        case .serviceUp:
            waiting(
                "Nova has the compute service, up and enabled, and its unit runs",
                advises: "a unit that nothing restarts when it fails",
                for: "a busy service's next report; a unit that is starting", \.heartbeat)
        case .hypervisorType:
            waiting(
                "Nova shows the hypervisor, of the type that the topology says",
                for: "a nova-compute that has just started", \.heartbeat)
        case .placementInventory:
            waiting(
                "Placement has cores and memory of the host, and the instance fits by its numbers as by the hypervisor's",
                advises: "a difference below a fifth that decides nothing, with both numbers (note)",
                for: "Nova's next report to Placement", \.inventory)
        case .image:
            CheckFacts(
                proves: "the image's format and `img_hv_type` are what the hypervisor boots",
                advises: "`vmware_adaptertype=ide` of an image of yours; a hypervisor for which there is no image")
        case .quota:
            waiting("the project may have what the run makes at once", for: "what others delete", \.room)
        case .capacity:
            waiting("Placement has room for the flavor on the host", for: "what others delete", \.room)
        case .networkAgents:
            waiting(
                "an agent serves DHCP for the network, one plugs ports on the host, and a metadata agent is up",
                advises: "an agent that is down beside one that serves in its place",
                for: "a busy agent's next report; a unit that is starting", \.heartbeat)
        default: nil
        }
    }

    private static func vcenter(_ name: CheckName) -> CheckFacts? {
        switch name {
        case .vcenterLogin: CheckFacts(proves: "the account logs in to the vCenter and reads its inventory")
        case .vcenterCluster:
            waiting(
                "the cluster is there once, DRS chooses hosts where there are several, and one host is usable",
                advises: "a host that is not usable; DRS that is not fully automated, or off with one host",
                for: "a host that the vCenter calls not responding", \.vcenter)
        case .datastoreRoom:
            waiting(
                "a datastore that Nova takes has room for the flavor's disk, as Placement counts it, and for the image",
                advises: "less room than the image with a full disk takes",
                for: "what others delete, and storage that comes back", \.vcenter)
        case .portGroup:
            CheckFacts(
                proves: "the cluster has the network's port group, on a distributed switch",
                advises: "a host that does not have it")
        case .vmFound: waiting("vCenter has the VM by the instance's UUID", for: "vCenter's index", \.vcenter)
        case .vmPower:
            waiting("it is powered on and connected", for: "a host's next report to vCenter", \.vcenter)
        case .vmCluster: CheckFacts(proves: "it is in the cluster of its compute service")
        case .vmDatastore: CheckFacts(proves: "it is on datastores that `datastore_regex` matches")
        case .vmNetwork: CheckFacts(proves: "it is attached to the network's port group")
        case .vmDisk: CheckFacts(proves: "its disk is on the adapter that the image's tag asks for")
        case .vmUnique: booting("no other VM has the instance's UUID", for: "a vCenter with thousands of VMs")
        default: nil
        }
    }

    private static func guest(_ name: CheckName) -> CheckFacts? {
        switch name {
        case .created: CheckFacts(proves: "Nova takes the request for an instance on this host")
        case .active:
            booting(
                "it becomes ACTIVE; a service that goes down meanwhile fails it only if it stays down for "
                    + "\(grace.heartbeat.components.seconds) s, or its unit has stopped",
                for: "the boot")
        case .host: CheckFacts(proves: "it runs on the host that was asked for")
        case .guestReady: booting("its guest says on its console that it runs", for: "the guest")
        case .guestAddress:
            waiting("the guest has the address of its port", for: "a late lease, which it reports later", \.guest)
        case .guestMetadata:
            waiting("the metadata service says who it is", for: "a slow service, which it asks again", \.guest)
        case .portBinding: CheckFacts(proves: "its port is bound on the host, on vSphere to the port group")
        case .reach: waiting("the guest answers ping and TCP under its address", for: "a busy guest", \.reach)
        case .peers: booting("guests of all kinds of hypervisors reach each other", for: "the other guests", 3)
        case .wayOut:
            waiting(
                "the guest's lease has the gateway and the name servers that Neutron has of its subnet, and a gateway that "
                    + "is Neutron's own router answers the guest",
                advises: "a router of a provider network, or a name server, that does not answer; a gateway's address "
                    + "where there is no router, and an API that the guest does not reach (note)",
                for: "what does not answer yet", \.reach)
        case .console:
            waiting("its screen is shown through the console proxy", for: "a busy proxy", \.console)
        default: nil
        }
    }

    private static func operations(_ name: CheckName) -> CheckFacts? {
        let surprise = "an operation that works although Nova's support matrix has it as missing (note)"
        return switch name {
        case .configDrive: CheckFacts(proves: "an instance that was to have a config drive has one")
        case .secondBoot: booting("a further instance of the same image becomes ACTIVE", for: "the boot", 2)
        case .stopStart:
            booting("it stops, starts, and its guest is ready again", advises: surprise, for: "each step", 3)
        case .reboot: booting("it reboots, and its guest is ready again", advises: surprise, for: "each step", 2)
        case .snapshot: booting("Nova makes an image of it", advises: surprise, for: "the upload")
        case .resize: booting("it gets a larger flavor", advises: surprise, for: "each step", 3)
        case .coldMigration:
            booting("it moves to another host, back, and again for good", advises: surprise, for: "each step", 3)
        case .liveMigration: booting("it moves to another host while it runs", advises: surprise, for: "each step", 3)
        case .volume:
            booting(
                "a volume is made, attached, seen by the hypervisor, detached and deleted",
                advises: "volume types that lead to no backend for this hypervisor alone; \(surprise)",
                for: "each step", 4)
        case .volumeBoot:
            booting(
                "an instance boots from a volume that Cinder made of the image, and its guest says its address and, where "
                    + "the first guest had it when it was ready, its UUID",
                for: "each step", 5)
        case .vcpus:
            booting(
                "it boots with 1, 2, 3 and 4 vCPUs, as far as host, quota and flavors allow: red means that image and "
                    + "flavor ask for what only some numbers fit",
                for: "each boot", 8)
        case .schedulingTagged:
            booting("the scheduler keeps a tagged image to hypervisors of its type", for: "the boot", 2)
        case .schedulingUntagged: booting("the scheduler keeps an instance to its zone", for: "the boot", 2)
        case .drillComputeFailure:
            CheckFacts(
                proves: "Nova notices that a compute service is gone, evacuates, and takes the service back",
                waitsFor: "Nova's periods", wait: .drill)
        case .drillHostFailure:
            CheckFacts(
                proves: "Placement follows an ESXi host into maintenance and out of it", waitsFor: "Nova's periods",
                wait: .drill)
        case .drillVCenterRestart:
            CheckFacts(proves: "nova-compute logs in to its vCenter again", waitsFor: "the next boot", wait: .drill)
        default: nil
        }
    }

    private static func end(_ name: CheckName) -> CheckFacts? {
        switch name {
        case .deleted: CheckFacts(proves: "Nova takes the request to delete it")
        case .goneFromNova: booting("Nova has it no longer", for: "its end")
        case .goneFromNeutron: waiting("Neutron has no port of it", for: "what Nova does after it", \.clearing)
        case .goneFromPlacement:
            waiting("Placement has no allocation of it", for: "what Nova does after it", \.clearing)
        case .goneFromLibvirt:
            waiting("libvirt has no domain of it, and the node no folder", for: "what Nova does after it", \.clearing)
        case .goneFromVCenter:
            waiting("vCenter has no VM of it, and no datastore a folder", for: "what Nova does after it", \.clearing)
        default: nil
        }
    }

    /// A row of the page.
    static func row(_ name: CheckName) -> String {
        let facts = of(name)
        let wait: String? = facts.wait.map { wait in
            switch wait {
            case .grace(let time): "\(time.components.seconds) s"
            case .boots(1): "the time limit"
            case .boots(let count): "\(count) × the time limit"
            case .drill: "3 × the time limit, and some minutes"
            }
        }
        let waits = [facts.waitsFor, wait].compactMap(\.self).joined(separator: ": ")
        return "| `\(name.rawValue)` | \(facts.proves) | \(facts.advises ?? "–") | \(waits.isEmpty ? "–" : waits) |"
    }
}
