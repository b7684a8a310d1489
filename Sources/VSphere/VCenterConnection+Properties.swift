extension VCenterConnection {
    /// Everything that a query selects, over as many pages as the server makes of it.
    ///
    /// A server that finds nothing answers without a value. So does one that has forgotten the session
    /// (oslo.vmware met that too), and the view that was asked about is gone then: in both cases it is
    /// asked for something that needs a session, so that "nothing" always means that there is nothing.
    func retrieve(_ query: PropertyQuery, in session: Session) async throws(Trouble) -> [ObjectContent] {
        do throws(Trouble) {
            let first = try await call(.retrieveProperties(content.propertyCollector, query), in: session)
            if let page = first.values.first { return try await pages(from: page, in: session) }
        } catch {
            guard error.kind == .objectNotFound else { throw error }
            _ = try await call(.currentTime, in: session)
            throw error
        }
        _ = try await call(.currentTime, in: session)
        return []
    }

    private func pages(from first: XMLElement, in session: Session) async throws(Trouble) -> [ObjectContent] {
        var page = first
        var objects = try VCenterConnection.contents(of: page)
        while let token = page.child("token")?.text {
            let next = try await call(.continueRetrieving(content.propertyCollector, token: token), in: session)
            page = try next.value()
            let more = try VCenterConnection.contents(of: page)
            guard !more.isEmpty else { throw Trouble(.malformedResponse, "a page of the answer is empty") }
            objects += more
        }
        return objects
    }

    private static func contents(of page: XMLElement) throws(Trouble) -> [ObjectContent] {
        var contents: [ObjectContent] = []
        for object in page.children("objects") {
            let content = try ObjectContent(object)
            // Another form of the same answer: each property is missing for want of a session.
            if let lost = content.missing.values.first(where: { $0.kind == .notAuthenticated }) { throw lost }
            contents.append(content)
        }
        return contents
    }
}
