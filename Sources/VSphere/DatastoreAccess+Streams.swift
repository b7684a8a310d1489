public import HTTP

extension DatastoreAccess {
    /// Sends a body to its place at once, over what is there. Its directory has to be there.
    ///
    /// - Parameter body: a stream without a length goes in chunks, as `govc datastore.upload -` sends it. A stream can be
    ///   sent once: if the server has forgotten the session when it begins, it fails.
    /// - Throws: `httpStatus(411)` by a server that wants to know the length first.
    public func write(_ body: HTTPBody, to path: DatastorePath) async throws(VSphereError) {
        try await put(body, at: path)
    }
}
