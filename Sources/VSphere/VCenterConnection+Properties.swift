extension VCenterConnection {
    /// Everything that a query selects, over as many pages as the server makes of it.
    ///
    /// A server that finds nothing answers without a value. So does one that has forgotten the session
    /// (oslo.vmware met that too), and the view that was asked about is gone then: in both cases it is
    /// asked for something that needs a session, so that "nothing" always means that there is nothing.
    func retrieve(_ query: PropertyQuery, in session: Session) async throws(Trouble) -> [ObjectContent] {
        try await retrieve(query, in: session) { (content) throws(Trouble) in content }
    }

    /// As above, with each object made into something smaller as soon as it has come.
    func retrieve<T: Sendable>(
        _ query: PropertyQuery, in session: Session, _ make: @escaping @Sendable (ObjectContent) throws(Trouble) -> T
    ) async throws(Trouble) -> [T] {
        do throws(Trouble) {
            let first = VimMethod.retrieveProperties(content.propertyCollector, query)
            let found = try await pages(from: first, in: session, make)
            if let found { return found }
        } catch {
            guard error.kind == .objectNotFound else { throw error }
            _ = try await call(.currentTime, in: session)
            throw error
        }
        _ = try await call(.currentTime, in: session)
        return []
    }

    /// nil if the answer has no value at all.
    private func pages<T: Sendable>(
        from first: VimMethod, in session: Session, _ make: @escaping @Sendable (ObjectContent) throws(Trouble) -> T
    ) async throws(Trouble) -> [T]? {
        var method = first
        var objects: [T] = []
        while true {
            let (page, rest) = try await call(method, in: session, each: "objects") { (element) throws(Trouble) in
                let content = try ObjectContent(element)
                // Another form of no answer: each property is missing for want of a session.
                if let lost = content.missing.values.first(where: { $0.kind == .notAuthenticated }) { throw lost }
                return try make(content)
            }
            guard let value = rest.values.first else {
                if objects.isEmpty, page.isEmpty { return nil }
                throw Trouble(.malformedResponse, "a page of the answer is missing")
            }
            objects += page
            guard let token = value.child("token")?.text else { return objects }
            guard !page.isEmpty else { throw Trouble(.malformedResponse, "a page of the answer is empty") }
            method = .continueRetrieving(content.propertyCollector, token: token)
        }
    }
}
