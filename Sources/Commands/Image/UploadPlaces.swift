import Access
import ArgumentParser
import Deployment
import Foundation
import OpenStack
import Topology
import Uploads
import VSphere
import Verification

/// A place that `--to` names.
enum UploadTarget: Hashable, ExpressibleByArgument {
    /// nil: the image gets the file's name.
    case glance(name: String?)
    case datastore(vcenter: String, DatastorePath)

    init?(argument: String) {
        if argument == "glance" {
            self = .glance(name: nil)
            return
        }
        let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        if parts[0] == "glance" {
            self = .glance(name: parts[1])
            return
        }
        let path = parts[1].split(separator: "/").map(String.init)
        guard path.count >= 2, path.allSatisfy(DatastorePath.isName) else { return nil }
        self = .datastore(vcenter: parts[0], DatastorePath(path[0], path.dropFirst().joined(separator: "/")))
    }

    var fileName: String? {
        guard case .datastore(_, let path) = self else { return nil }
        return path.name
    }
}

/// A directory on a datastore that `--glance-location` names.
struct StoreDirectory: ExpressibleByArgument {
    var vcenter: String
    var path: DatastorePath

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let path = parts[1].split(separator: "/").map(String.init)
        guard let datastore = path.first, path.allSatisfy(DatastorePath.isName) else { return nil }
        vcenter = parts[0]
        let directory = path.count > 1 ? path.dropFirst().joined(separator: "/") : GlanceStore.usualDirectory
        self.path = DatastorePath(datastore, directory)
    }
}

/// What is made of an image wherever it goes.
struct UploadRequest {
    var name: String
    var visibility: String
    var properties: [String: String]
    var diskFormat: String
    var readsBack: Bool
    /// Where the data of images in Glance goes; nil: to Glance.
    var location: StoreDirectory?
}

/// Where clouds and vCenters are.
struct UploadPlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The topology of the lab whose cloud and vCenters are the targets.", valueName: "file"))
    var topology: String?

    @Option(help: ArgumentHelp("A cloud of clouds.yaml instead. The default is OS_* variables.", valueName: "name"))
    var cloud: String?

    @Option(help: ArgumentHelp("The region of that cloud.", valueName: "name"))
    var region: String?

    func check(_ targets: [UploadTarget], _ location: StoreDirectory?) throws {
        guard topology == nil || (cloud == nil && region == nil) else {
            throw ValidationError("a topology says itself which cloud it is of: give it, or --cloud, not both")
        }
        guard topology != nil || targets.allSatisfy({ $0.fileName == nil }) else {
            throw ValidationError("a datastore is named by a vCenter of a topology: give --topology")
        }
        guard location != nil else { return }
        guard topology != nil else {
            throw ValidationError("--glance-location names a vCenter of a topology: give --topology")
        }
        guard targets.contains(where: { $0.fileName == nil }) else {
            throw ValidationError("--glance-location is where an image of Glance is kept: give --to glance, too")
        }
    }

    /// Opens the ways to all targets, and closes them at the end.
    func withDestinations(
        _ targets: [UploadTarget], _ request: UploadRequest, _ session: Session,
        _ body: ([any ImageDestination]) async throws -> Void
    ) async throws {
        guard let topology else {
            let config = try CloudConfig.find(cloud, region: region)
            config.warnings.forEach(session.console.warn)
            let cloud = Cloud(config.credentials)
            return try await body(targets.map { glance($0, request, cloud, nil, session) })
        }
        var argument = TopologyArgument()
        argument.path = topology
        let lab = try argument.lab(session.console)
        try await session.existing(lab, "image-upload").withAccess { access in
            try await withDestinations(targets, request, session, access, body)
        }
    }

    private func withDestinations(
        _ targets: [UploadTarget], _ request: UploadRequest, _ session: Session, _ access: LabAccess,
        _ body: ([any ImageDestination]) async throws -> Void
    ) async throws {
        do {
            let store = try await glanceStore(request, access)
            var destinations: [any ImageDestination] = []
            for target in targets {
                if case .datastore(let name, let path) = target {
                    let datastore = try await access.datastore(path.datastore, of: name)
                    destinations.append(DatastoreDestination(path, on: datastore, readsBack: request.readsBack))
                } else {
                    destinations.append(glance(target, request, access.cloud, store, session))
                }
            }
            try await body(destinations)
        } catch let error as UnknownPlace {
            session.console.error(error.words)
            throw Exit.wrongInput
        }
    }

    private func glance(
        _ target: UploadTarget, _ request: UploadRequest, _ cloud: Cloud, _ store: GlanceStore?, _ session: Session
    ) -> any ImageDestination {
        var name = request.name
        if case .glance(let given?) = target { name = given }
        let image = NewImage(
            name: name, diskFormat: request.diskFormat, visibility: request.visibility, properties: request.properties)
        return GlanceDestination(image, in: cloud, store: store) { session.console.warn($0) }
    }

    private func glanceStore(
        _ request: UploadRequest, _ access: LabAccess
    ) async throws -> GlanceStore? {
        guard let location = request.location else { return nil }
        let datastore = try await access.datastore(location.path.datastore, of: location.vcenter)
        do {
            return try GlanceStore(
                of: location.vcenter, on: datastore, in: location.path,
                host: access.lab.vcenter(location.vcenter)?.address ?? "", readsBack: request.readsBack)
        } catch {
            throw UnknownPlace(words: "--glance-location: \(error)")
        }
    }
}
