import Foundation

/// The files of one datastore: over the FileManager what changes names, over the HTTP folder what moves bytes.
///
/// Bytes go through the vCenter (or ESXi host) to which the connection is, not to hosts by name: what runs this may not
/// reach them.
public struct DatastoreAccess: Sendable {
    /// The session through which all of it goes.
    public let connection: VCenterConnection
    /// As the inventory had it; its free space is of that moment.
    public let datastore: Datastore
    /// In which the datastore's paths are looked up.
    public let datacenter: ManagedObjectReference
    /// `dcPath` of the HTTP folder: the datacenter's place below the root folder, as vCenter writes names.
    let datacenterPath: String

    /// - Throws: `objectNotFound` if the datastore is in no datacenter of the inventory.
    public init(
        _ datastore: Datastore, in inventory: Inventory, through connection: VCenterConnection
    ) throws(VSphereError) {
        guard let datacenter = inventory.datacenter(above: datastore.parent) else {
            throw Trouble(.objectNotFound, "it is in no datacenter that the account can see")
                .at(connection.endpoint.label, doing: "use datastore \(datastore.name)")
        }
        self.connection = connection
        self.datastore = datastore
        self.datacenter = datacenter.reference
        datacenterPath = String(inventory.path(of: datacenter.name, below: datacenter.parent).dropFirst())
    }

    /// A path on this datastore.
    public func path(_ path: String) -> DatastorePath { DatastorePath(datastore.writtenName, path) }

    /// What is in a directory; nil if there is none.
    public func list(_ directory: DatastorePath) async throws(VSphereError) -> [DatastoreFile]? {
        try await connection.files(on: datastore, in: directory.path)
    }

    /// The files on the whole datastore whose names match a pattern with `*` and `?`.
    public func search(for pattern: String) async throws(VSphereError) -> [DatastorePath] {
        try await connection.files(on: datastore, matching: pattern)
    }

    /// The file or directory at a path; nil if there is none.
    public func find(_ path: DatastorePath) async throws(VSphereError) -> DatastoreFile? {
        try await list(path.parent)?.first { $0.name == path.name }
    }

    /// Makes a directory with all above it; one that is there is left alone.
    public func makeDirectory(_ path: DatastorePath) async throws(VSphereError) {
        do {
            try await connection.perform("make \(path)") { (session) throws(Trouble) in
                let method = VimMethod.makeDirectory(try connection.fileManager(), path, in: datacenter)
                _ = try await connection.call(method, in: session)
            }
        } catch {
            guard error.kind == .fault("FileAlreadyExists") else { throw error }
        }
    }

    /// Moves a file or directory on this datastore; what is at the new place is not replaced.
    ///
    /// - Throws: `FileAlreadyExists` if something is there.
    public func move(_ source: DatastorePath, to target: DatastorePath) async throws(VSphereError) {
        try await run("move \(source) to \(target)") { manager in
            .moveFile(manager, from: source, to: target, in: datacenter)
        }
    }

    /// Deletes a file, or a directory with all that is in it; false if there was none.
    ///
    /// A virtual disk's descriptor is deleted without its extents: delete the directory.
    @discardableResult
    public func delete(_ path: DatastorePath) async throws(VSphereError) -> Bool {
        do {
            try await run("delete \(path)") { .deleteFile($0, path, in: datacenter) }
            return true
        } catch {
            guard error.kind == .fault("FileNotFound") else { throw error }
            return false
        }
    }

    /// Copies a virtual disk; a hosted sparse one, as was uploaded, becomes one on which machines can run.
    public func copyVirtualDisk(_ source: DatastorePath, to target: DatastorePath) async throws(VSphereError) {
        try await run("copy virtual disk \(source) to \(target)", disks: true) { manager in
            .copyDisk(manager, from: source, to: target, in: datacenter)
        }
    }

    /// Makes a virtual disk larger.
    ///
    /// - Parameter kibibytes: its new capacity.
    public func extendVirtualDisk(_ path: DatastorePath, to kibibytes: Int64) async throws(VSphereError) {
        try await run("extend virtual disk \(path)", disks: true) { manager in
            .extendDisk(manager, path, to: kibibytes, in: datacenter)
        }
    }

    /// Disks of many gigabytes are copied by the storage, which may take its time.
    private static let taskTimeout: Duration = .seconds(3600)

    private func run(
        _ doing: String, disks: Bool = false, _ method: @Sendable (ManagedObjectReference) -> VimMethod
    ) async throws(VSphereError) {
        try await connection.perform(doing) { (session) throws(Trouble) in
            let manager = disks ? try connection.virtualDiskManager() : try connection.fileManager()
            let task = try await connection.call(method(manager), in: session).reference()
            _ = try await connection.result(of: task, in: session, timeout: Self.taskTimeout)
        }
    }
}

extension VCenterConnection {
    nonisolated func fileManager() throws(Trouble) -> ManagedObjectReference {
        guard let manager = content.fileManager else {
            throw Trouble(.fault("NotSupported"), "the server has no FileManager")
        }
        return manager
    }

    nonisolated func virtualDiskManager() throws(Trouble) -> ManagedObjectReference {
        guard let manager = content.virtualDiskManager else {
            throw Trouble(.fault("NotSupported"), "the server has no VirtualDiskManager")
        }
        return manager
    }
}

/// Methods of the FileManager and the VirtualDiskManager.
extension VimMethod {
    static func makeDirectory(
        _ manager: ManagedObjectReference, _ path: DatastorePath, in datacenter: ManagedObjectReference
    ) -> VimMethod {
        VimMethod(
            name: "MakeDirectory", this: manager,
            arguments: [
                SOAPElement("name", "\(path)"), SOAPElement("datacenter", datacenter),
                SOAPElement("createParentDirectories", true),
            ])
    }

    static func moveFile(
        _ manager: ManagedObjectReference, from source: DatastorePath, to target: DatastorePath,
        in datacenter: ManagedObjectReference
    ) -> VimMethod {
        VimMethod(
            name: "MoveDatastoreFile_Task", this: manager,
            arguments: [
                SOAPElement("sourceName", "\(source)"), SOAPElement("sourceDatacenter", datacenter),
                SOAPElement("destinationName", "\(target)"), SOAPElement("destinationDatacenter", datacenter),
                SOAPElement("force", false),
            ])
    }

    static func deleteFile(
        _ manager: ManagedObjectReference, _ path: DatastorePath, in datacenter: ManagedObjectReference
    ) -> VimMethod {
        VimMethod(
            name: "DeleteDatastoreFile_Task", this: manager,
            arguments: [SOAPElement("name", "\(path)"), SOAPElement("datacenter", datacenter)])
    }

    static func copyDisk(
        _ manager: ManagedObjectReference, from source: DatastorePath, to target: DatastorePath,
        in datacenter: ManagedObjectReference
    ) -> VimMethod {
        VimMethod(
            name: "CopyVirtualDisk_Task", this: manager,
            arguments: [
                SOAPElement("sourceName", "\(source)"), SOAPElement("sourceDatacenter", datacenter),
                SOAPElement("destName", "\(target)"), SOAPElement("destDatacenter", datacenter),
            ])
    }

    static func extendDisk(
        _ manager: ManagedObjectReference, _ path: DatastorePath, to kibibytes: Int64,
        in datacenter: ManagedObjectReference
    ) -> VimMethod {
        VimMethod(
            name: "ExtendVirtualDisk_Task", this: manager,
            arguments: [
                SOAPElement("name", "\(path)"), SOAPElement("datacenter", datacenter),
                SOAPElement("newCapacityKb", "\(kibibytes)"), SOAPElement("eagerZero", false),
            ])
    }
}
