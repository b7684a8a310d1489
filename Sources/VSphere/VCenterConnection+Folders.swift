extension VCenterConnection {
    /// Removes a folder that holds nothing but empty folders. Needs the privilege `Folder.Delete`.
    ///
    /// - Returns: false if anything else is in it, or in a folder in it: then all of it stays.
    public func removeEmptyFolder(_ folder: ManagedObjectReference) async throws(VSphereError) -> Bool {
        try await perform("remove folder \(folder.value)") { (session) throws(Trouble) in
            guard let all = try await self.emptyFolders(from: folder, in: session) else { return false }
            // From the innermost outwards, so that what somebody puts there meanwhile is not taken along.
            for folder in all.reversed() {
                let task = try await self.call(VimMethod(name: "Destroy_Task", this: folder), in: session).reference()
                _ = try await self.result(of: task, in: session)
            }
            return true
        }
    }

    /// A folder and those in it, outer ones first; nil: something else is in one of them.
    private func emptyFolders(
        from folder: ManagedObjectReference, in session: Session
    ) async throws(Trouble) -> [ManagedObjectReference]? {
        var all = [folder]
        for content in try await retrieve(.object(folder, paths: ["childEntity"]), in: session) {
            // What may not be read may hold anything.
            if let why = content.missing["childEntity"] { throw why }
            for child in content.references("childEntity") {
                guard child.type == "Folder", let inner = try await emptyFolders(from: child, in: session) else {
                    return nil
                }
                all += inner
            }
        }
        return all
    }
}
