import ArgumentParser
import Deployment
import Foundation
import OpenStack
import Topology
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

/// What is made of an image wherever it goes.
struct UploadRequest {
    var name: String
    var visibility: String
    var properties: [String: String]
    var diskFormat: String
    var readsBack: Bool
}

/// Where clouds and vCenters are.
struct UploadPlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The topology of the lab that has the cloud and the vCenters.", valueName: "file"))
    var topology: String?

    @Option(help: ArgumentHelp("A cloud of clouds.yaml instead; otherwise OS_* variables.", valueName: "name"))
    var cloud: String?

    @Option(help: ArgumentHelp("The region of that cloud.", valueName: "name"))
    var region: String?

    func check(_ targets: [UploadTarget]) throws {
        guard topology == nil || (cloud == nil && region == nil) else {
            throw ValidationError("a topology says itself which cloud it is of: give it, or --cloud, not both")
        }
        guard topology != nil || targets.allSatisfy({ $0.fileName == nil }) else {
            throw ValidationError("a datastore is named by a vCenter of a topology: give --topology")
        }
    }

    /// Opens the ways to all targets, and closes them at the end.
    func withDestinations(
        _ targets: [UploadTarget], _ request: UploadRequest, _ session: Session,
        _ body: ([any ImageDestination]) async throws -> Void
    ) async throws {
        guard let topology else {
            let cloud = Cloud(try CloudConfig.find(cloud, region: region).credentials)
            return try await body(targets.map { glance($0, request, cloud, session) })
        }
        var argument = TopologyArgument()
        argument.path = topology
        let lab = try argument.lab(session.console)
        let access = try session.existing(lab, "image-upload").access()
        var connections: [String: VCenterConnection] = [:]
        var destinations: [any ImageDestination] = []
        for target in targets {
            guard case .datastore(let name, let path) = target else {
                destinations.append(glance(target, request, access.cloud, session))
                continue
            }
            guard let vcenter = lab.vcenter(name) else {
                let known = lab.vcenters.map(\.name).joined(separator: ", ")
                throw unknown("there is no vCenter \(name) in the topology; it has \(known)", session)
            }
            let connection: VCenterConnection
            if let open = connections[name] {
                connection = open
            } else {
                connection = try await VCenterConnection.open(access.endpoint(of: vcenter))
            }
            connections[name] = connection
            destinations.append(try await datastore(path, vcenter, connection, request, session))
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(destinations)) } catch { result = .failure(error) }
        for connection in connections.values { try? await connection.logout() }
        await access.close()
        try result.get()
    }

    private func glance(
        _ target: UploadTarget, _ request: UploadRequest, _ cloud: Cloud, _ session: Session
    ) -> any ImageDestination {
        var name = request.name
        if case .glance(let given?) = target { name = given }
        let image = NewImage(
            name: name, diskFormat: request.diskFormat, visibility: request.visibility, properties: request.properties)
        return GlanceDestination(image, in: cloud) { session.console.warn($0) }
    }

    private func datastore(
        _ path: DatastorePath, _ vcenter: VCenter, _ connection: VCenterConnection, _ request: UploadRequest,
        _ session: Session
    ) async throws -> any ImageDestination {
        let inventory = try await connection.inventory()
        let named = inventory.datastores.filter { $0.name == path.datastore }
        let found =
            named.count == 1
            ? named
            : named.filter { datastore in
                inventory.datacenter(above: datastore.parent)?.name == vcenter.datacenter
            }
        guard let datastore = found.first else {
            let known = inventory.datastores.map(\.name).joined(separator: ", ")
            throw unknown("vCenter \(vcenter.name) has no datastore \(path.datastore); it has \(known)", session)
        }
        let access = try DatastoreAccess(datastore, in: inventory, through: connection)
        return DatastoreDestination(path, on: access, readsBack: request.readsBack)
    }

    private func unknown(_ words: String, _ session: Session) -> ExitCode {
        session.console.error(words)
        return Exit.wrongInput
    }
}
