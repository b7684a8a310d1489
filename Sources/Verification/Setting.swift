import GuestImage
import OpenStack
import Records
import Release
import Topology
import VSphere

/// What all checks of one hypervisor work with.
struct Setting: Sendable {
    let subject: Subject
    let target: Target
    let access: Verification.Access
    /// What the cloud had when the run began.
    let overview: CloudOverview
    let mark: RunMark
    /// What the instance is made of, or why nothing fits.
    let ingredients: Result<Ingredients, CheckFailure>
    /// The run's own security group, by its name; nil: the project's default one.
    var securityGroup: String?
    /// How many instances the run makes at once.
    var instancesAtOnce = 1

    /// Where this run's guests wait for each other.
    var meeting = GuestMeeting()
    /// What is proven once for each kind of hypervisor is proven by this one.
    var isFirstOfItsKind = true
    /// What was asked for.
    var drill: Drill?
    /// When the run began.
    var began = ContinuousClock.now
    /// How long to wait for what moves by itself.
    var grace = Grace()

    var lab: Lab? { target.lab }

    /// Whether the guest says on a console that Nova shows what became of it.
    var guestIsHeard: Bool {
        guard subject.driver.libvirt != nil else { return false }
        return (try? ingredients.get())?.provesItself == true
    }

    /// Whether a guest is to be expected that answers ping and says who it is on the network.
    var guestAnswers: Bool {
        guard (try? ingredients.get())?.provesItself == true else { return false }
        return guestIsUnplugged == nil
    }

    /// `polyvisor-verify-3f9a1c20-kvm1`
    var serverName: String { serverName("") }

    /// A further instance of the same hypervisor: `polyvisor-verify-3f9a1c20-kvm1-second`.
    func serverName(_ suffix: String) -> String {
        let host = subject.host.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
        return mark.prefix + String(host) + (suffix.isEmpty ? "" : "-\(suffix)")
    }

    /// How long an instance may take to become ACTIVE, and again to prove itself.
    var timeout: Duration { target.timeout }

    /// The network that the instance is attached to, as a topology has it.
    var network: ProviderNetwork? { lab?.networks.first { $0.name == target.network } }

    /// A daemon's log on the controller.
    func log(_ daemon: Daemon) -> String {
        "\(subject.distribution.log(of: RunningDaemon(daemon))) on \(target.controller)"
    }

    var schedulerLog: String { log(.novaScheduler) }

    /// The log of what serves a layer's API.
    func log(of layer: CheckFailure.Layer) -> String? {
        switch layer {
        case .keystone: log(.keystone)
        case .nova: log(.novaAPI)
        case .neutron: log(.neutronAPI)
        case .glance: log(.glanceAPI)
        case .cinder: log(.cinderVolume)
        case .placement: log(.placementAPI)
        case .libvirt: subject.log
        case .vcenter, .guest, .polyvisor: nil
        }
    }

    /// Where nova-compute keeps what belongs to an instance: `instances_path` of nova.conf.
    func folder(ofInstance id: String) -> String {
        let path = lab?.overrides.last { override in
            override.option == "instances_path" && override.section == "DEFAULT" && override.file == "nova.conf"
                && ["all", "compute", subject.node].contains(override.scope)
        }?.values.last
        let home = subject.distribution.account(of: Service.nova.user)?.home ?? ""
        return "\(path ?? "\(home)/instances")/\(id)"
    }

    /// Whether disks of instances are files of their node: those of Ceph (`[libvirt] images_type`) are not.
    var keepsFilesOnNode: Bool {
        let type = lab?.overrides.last { override in
            override.option == "images_type" && override.section == "libvirt" && override.file == "nova.conf"
                && ["all", "compute", subject.node].contains(override.scope)
        }?.values.last
        return type != "rbd"
    }

    /// The instance to be made; fails with what the cloud lacks for it.
    func newServer(_ suffix: String = "") throws(CheckFailure) -> NewServer {
        let parts = try ingredients.get()
        // `host`, not a zone `ZONE:HOST`: that would pass by the scheduler's filters, and a cloud whose scheduler
        // would never choose this host, for its zone, image type or room, would look sound.
        var server = NewServer(
            name: serverName(suffix), image: parts.image.id, flavor: parts.flavor.id, network: parts.network.id,
            host: subject.isPinned ? subject.host : nil, metadata: mark.metadata)
        server.securityGroups = [securityGroup].compactMap(\.self)
        if guestIsHeard, let placeBeyond { server.metadata[GuestReport.placeKey] = placeBeyond }
        if networkNode == nil, guestAnswers { server.metadata[GuestReport.questionKey] = GuestReport.noQuestion }
        return server
    }

    /// What the newest error in a log on a node says, where we may look; nil where there is none, or no way to it.
    ///
    /// - Parameters:
    ///   - place: as in `subject.log`: `/var/log/nova/nova-compute.log on kvm1`.
    ///   - warnings: whether a warning will do where there is no error.
    func newestError(in place: String?, orWarning warnings: Bool) async -> String? {
        guard let node = access.node, let match = place?.firstMatch(of: /(\/var\/log\/[\w.\/-]+) on ([\w-]+)$/),
            lab?.node(String(match.2)) != nil
        else { return nil }
        let log = String(match.1)
        let unit = place == subject.log ? subject.unit : subject.distribution.unit(ofLog: log)
        let command = LogWords.command(log: log, unit: unit, orWarning: warnings)
        // A failure stands without it.
        guard let answer = try? await node(String(match.2), command), answer.status == 0 else { return nil }
        return LogWords.words(of: answer.output)
    }
}
