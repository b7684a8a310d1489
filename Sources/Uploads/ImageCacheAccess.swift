import Foundation
package import VSphere

/// Nova's image cache on one datastore.
package struct ImageCacheAccess: Sendable {
    package var datastore: DatastoreAccess
    package var cache: NovaImageCache

    package init(datastore: DatastoreAccess, cache: NovaImageCache) {
        (self.datastore, self.cache) = (datastore, cache)
    }

    /// In an image's folder: that it was Polyvisor that put it there, and from what.
    package static let markName = "polyvisor.json"

    /// What the mark says.
    package struct Mark: Codable, Equatable {
        /// The name in Glance.
        package var image: String
        /// The digest of what was put there, as the image in Glance bears it.
        package var sha256: String
    }

    /// The folder of one image.
    package struct Entry: Sendable {
        package var id: String
        /// nil for what Nova put there itself.
        package var mark: Mark?
        package var files: [DatastoreFile]

        package var size: Int64 { files.compactMap(\.size).reduce(0, +) }

        /// What is neither a disk of the image, nor our mark, nor one of Nova's notes of age (`ts-…`).
        package var strangers: [String] {
            files.filter { file in
                let isDisk = !file.isDirectory && file.name.hasPrefix(id) && file.name.hasSuffix(".vmdk")
                let isAge = file.isDirectory && file.name.hasPrefix("ts-")
                return !isDisk && !isAge && file.name != ImageCacheAccess.markName
            }.map(\.name)
        }
    }

    package func path(of id: String) -> DatastorePath { datastore.path(cache.folder(of: id)) }

    /// Whether Nova would find an image of this id.
    package func holds(_ id: String) async throws -> Bool {
        try await datastore.find(path(of: id).appending(cache.disk(of: id))) != nil
    }

    /// Moves a folder that is ready to where Nova looks; if Nova fetched the image meanwhile, its copy stays.
    package func moveIntoCache(_ folder: DatastorePath, _ id: String) async throws {
        try await datastore.makeDirectory(datastore.path(cache.folder))
        do {
            try await datastore.move(folder, to: path(of: id))
        } catch {
            guard error.kind == .fault("FileAlreadyExists"), try await holds(id) else { throw error }
        }
    }

    /// The images in the cache.
    package func entries() async throws -> [Entry] {
        var found: [Entry] = []
        for folder in try await datastore.list(datastore.path(cache.folder)) ?? []
        where folder.isDirectory && UUID(uuidString: folder.name) != nil {
            found.append(try await entry(folder.name))
        }
        return found.sorted { $0.id < $1.id }
    }

    private func entry(_ id: String) async throws -> Entry {
        let files = try await datastore.list(path(of: id)) ?? []
        let hasMark = files.contains { $0.name == Self.markName }
        let text = hasMark ? try await datastore.read(path(of: id).appending(Self.markName)) : nil
        return Entry(id: id, mark: text.flatMap { try? JSONDecoder().decode(Mark.self, from: $0) }, files: files)
    }

    /// Removes an image that Polyvisor put there.
    ///
    /// - Parameter inUse: the machines whose disks hang on a file, by the file's path.
    /// - Throws: `UploadFailure` for one that Polyvisor did not put there, that has other files in its folder, or that a
    ///   machine's disk hangs on.
    package func remove(_ id: String, inUse: [String: Set<String>]) async throws {
        let entry = try await entry(id)
        let path = path(of: id)
        guard entry.mark != nil else {
            throw UploadFailure(
                cause: "\(path) has no mark of Polyvisor's (\(Self.markName)): Nova put it there, or somebody else",
                hint: "Nova removes what it fetched itself")
        }
        guard entry.strangers.isEmpty else {
            throw UploadFailure(
                cause: "\(path) has files that belong to no cached image: \(entry.strangers.joined(separator: ", "))",
                hint: "look whose they are, and move them")
        }
        let users = users(of: id, inUse)
        guard users.isEmpty else {
            throw UploadFailure(
                cause: "disks of \(users.joined(separator: ", ")) hang on \(path)", hint: "delete these instances first"
            )
        }
        try await datastore.delete(path)
    }

    /// The machines whose disks hang on an image.
    package func users(of id: String, _ inUse: [String: Set<String>]) -> [String] {
        let folder = "\(path(of: id))/"
        return inUse.filter { $0.key.hasPrefix(folder) }.reduce(into: Set()) { $0.formUnion($1.value) }.sorted()
    }
}
