public import Foundation
import XML

/// A file or directory on a datastore.
public struct DatastoreFile: Sendable, Equatable {
    /// Below the directory that was listed.
    public let name: String
    /// Bytes; nil for a directory, and where the server does not tell.
    public let size: Int64?
    /// Whether other files are below it.
    public let isDirectory: Bool
    /// When it last changed; nil where the server does not tell.
    public let modified: Date?
}

extension VCenterConnection {
    /// What is in one directory of a datastore; nil if there is no such directory.
    ///
    /// - Parameter directory: from the datastore's root, which is the empty string.
    public func files(
        on datastore: Datastore, in directory: String = ""
    ) async throws(VSphereError) -> [DatastoreFile]? {
        let path = "[\(datastore.writtenName)]" + (directory.isEmpty ? "" : " \(directory)")
        return try await perform("list \(path)") { (session) throws(Trouble) -> [DatastoreFile]? in
            guard let browser = datastore.browser else {
                throw Trouble(.noPermission, "the account may not browse the datastore")
            }
            do throws(Trouble) {
                let task = try await self.call(.searchDatastore(browser, path: path), in: session).reference()
                let result = try await self.result(of: task, in: session)
                return result?.children("file").map(DatastoreFile.init) ?? []
            } catch {
                guard error.kind == .fault("FileNotFound") else { throw error }
                return nil
            }
        }
    }
}

extension VCenterConnection {
    /// The files of a whole datastore whose names match a pattern, in the order of their paths.
    ///
    /// - Parameter pattern: with `*` and `?` (HostDatastoreBrowserSearchSpec.matchPattern).
    func files(on datastore: Datastore, matching pattern: String) async throws(VSphereError) -> [DatastorePath] {
        let path = "[\(datastore.writtenName)]"
        let found = try await perform("search \(path)") { (session) throws(Trouble) -> [DatastorePath] in
            guard let browser = datastore.browser else {
                throw Trouble(.noPermission, "the account may not browse the datastore")
            }
            let method = VimMethod.searchDatastore(browser, path: path, matching: pattern, below: true)
            let task = try await self.call(method, in: session).reference()
            let result = try await self.result(of: task, in: session)
            return result?.children("HostDatastoreBrowserSearchResults").flatMap { directory in
                let folder = String(directory.child("folderPath")?.text.dropFirst(path.count) ?? "")
                    .trimmingCharacters(in: .whitespaces)
                return directory.children("file").map(DatastoreFile.init).filter { !$0.isDirectory }.map {
                    DatastorePath(datastore.writtenName, folder).appending($0.name)
                }
            } ?? []
        }
        return found.sorted { $0.path < $1.path }
    }
}

extension DatastoreFile {
    init(_ element: XMLElement) {
        name = element.child("path")?.text ?? ""
        isDirectory = element.type == "FolderFileInfo"
        size = isDirectory ? nil : element.child("fileSize")?.integer
        modified = (element.child("modification")?.text).flatMap(DateTime.date)
    }
}
