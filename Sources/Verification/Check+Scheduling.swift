import Foundation
import OpenStack
import Release
import Wording

/// Where Nova's scheduler puts an instance for which nobody chose a host. Proven once for each kind of hypervisor.
extension Check {
    /// An image that says which hypervisors it is for lands on one of those.
    static let schedulingTagged = scheduling(.schedulingTagged) { evidence, setting in
        let image = try setting.ingredients.get().image
        guard let tag = image.properties["img_hv_type"] else {
            return .skipped("image \(image.name ?? image.id) has no img_hv_type")
        }
        let landing = try await Landing.of(try setting.newServer("tagged").anywhere, setting)
        return .landed(landing, image: "an image tagged img_hv_type=\(tag)", setting) { host in
            Setting.hypervisorTypes(of: host).contains(tag.lowercased())
        }
    }

    /// An image without such a tag may land anywhere, so only a zone keeps it where it can boot.
    static let schedulingUntagged = scheduling(.schedulingUntagged) { evidence, setting in
        guard let zone = setting.zone else { return .skipped("the service's zone is not known") }
        guard let kind = ImageKind(setting.subject.driver), let guest = setting.access.guest else {
            return .skipped("there is no image to upload without a tag")
        }
        let files = try await guest()
        guard let file = files.file(for: kind) else { return .skipped("there is no such image to upload") }
        let properties = Preparation.properties(of: kind).filter { $0.key != "img_hv_type" }
            .merging(setting.mark.metadata) { $1 }
        let image = try await setting.access.cloud.upload(
            NewImage(
                name: setting.serverName("untagged"), diskFormat: file.format, visibility: "private",
                properties: properties), from: file.path)
        var server = try setting.newServer("untagged").anywhere
        (server.image, server.availabilityZone) = (image.id, zone)
        let landing: Landing
        do {
            landing = try await Landing.of(server, setting)
        } catch {
            // The reason matters more; what is left, the end of the run removes.
            _ = await Task { try await setting.access.cloud.deleteImage(image.id) }.result
            throw error
        }
        try await setting.access.cloud.deleteImage(image.id)
        return .landed(landing, image: "an image without img_hv_type, in zone \(zone),", setting) { host in
            setting.overview.services.contains { $0.host == host.service.host && $0.zone == zone }
        }
    }

    private static func scheduling(
        _ name: CheckName, _ look: @escaping @Sendable (inout Evidence, Setting) async throws -> CheckVerdict
    ) -> Check {
        Check(name, in: .nova, needs: [.active, .host], within: .boots(3), needsAdmin: true) { evidence, setting in
            guard setting.isFirstOfItsKind else { return .skipped("once for each kind of hypervisor is enough") }
            return try await look(&evidence, setting)
        }
    }
}

/// Where an instance came to that could have come to several hosts.
struct Landing: Sendable, Equatable {
    /// All that tried to build it; the last one has it.
    var hosts: [String]
    /// What it is now.
    var status: String
    var fault: String?

    /// Boots a server, looks where it is, and removes it.
    static func of(_ server: NewServer, _ setting: Setting) async throws -> Landing {
        let cloud = setting.access.cloud
        let id = try await cloud.createServer(server)
        let wait = BootWait(setting: setting, id: id, requested: .now)
        let (_, last) = try await wait.verdict()
        var hosts: [String] = []
        for action in try await cloud.actions(ofServer: id) where action.action == "create" {
            let events = try await cloud.action(ofServer: id, request: action.requestID)?.events ?? []
            // Nova lists them from the newest to the oldest.
            hosts += events.reversed().compactMap { $0.event.hasPrefix("compute_") ? $0.host : nil }
        }
        try await cloud.deleteServer(id)
        try await cloud.waitUntilGone(server: id, within: setting.timeout)
        if let host = last?.host, hosts.last != host { hosts.append(host) }
        return Landing(hosts: hosts, status: last?.status ?? "gone", fault: last?.fault?.message)
    }
}

extension CheckVerdict {
    /// - Parameter permits: whether it may have come to a hypervisor.
    static func landed(
        _ landing: Landing, image: String, _ setting: Setting, permits: (HypervisorState) -> Bool
    ) -> CheckVerdict {
        let all = setting.overview.hypervisors
        let permitted = all.filter(permits)
        let list = permitted.map(\.service.host).sorted().joined(separator: ", ")
        guard !landing.hosts.isEmpty else {
            let fault = landing.fault.map { ": \"\(VisibleText($0).folded)\"" } ?? ""
            return .nova(
                "no host was found for \(image) which may land on \(list.isEmpty ? "none" : list)\(fault)",
                setting.schedulerLog)
        }
        if let stray = landing.hosts.first(where: { host in !permitted.contains { $0.service.host == host } }) {
            let type = all.first { $0.service.host == stray }?.type ?? "unknown"
            return .nova(
                "\(image) landed on \(stray) (\(type)); it may land on \(list.isEmpty ? "none" : list)",
                "`enabled_filters` of nova-scheduler, which needs ImagePropertiesFilter; \(setting.schedulerLog)")
        }
        let place = landing.hosts.last ?? ""
        if landing.status == "ACTIVE" { return .passed("on \(place), of \(list)") }
        // Where several kinds of hypervisor share a zone, an image without a tag may come to one that cannot boot it.
        guard Set(permitted.map(\.type)).count > 1 else {
            let fault = landing.fault.map { ": \"\(VisibleText($0).folded)\"" } ?? ""
            return .nova("\(image) landed on \(place), and is \(landing.status)\(fault)", setting.subject.log)
        }
        return .passed("tried on \(landing.hosts.joined(separator: ", ")), of \(list), where not all can boot it")
    }
}

extension Setting {
    /// Of the compute service.
    var zone: String? {
        overview.services.first { $0.binary == Daemon.novaCompute.binary && $0.host == subject.host }?.zone
    }

    /// The values of `img_hv_type` that a hypervisor takes.
    static func hypervisorTypes(of host: HypervisorState) -> Set<String> {
        ImageKind(Subject.Driver(novaType: host.type))?.hypervisorTypes ?? [host.type.lowercased()]
    }
}

extension NewServer {
    /// The same without a host that has to take it.
    fileprivate var anywhere: NewServer {
        var server = self
        server.host = nil
        return server
    }
}
