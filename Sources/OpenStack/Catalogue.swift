extension Cloud {
    /// Service type → `interface URL` of each endpoint of our region.
    public func catalogue() async throws -> [String: Set<String>] {
        let services = try await services()
        let endpoints = try await endpoints()
        let pairs = services.map { service in
            let mine = endpoints.filter { $0.service_id == service.id && isOurs($0) }
            return (service.type, Set(mine.map { "\($0.interface) \($0.url)" }))
        }
        return Dictionary(pairs, uniquingKeysWith: { $0.union($1) })
    }

    /// A service and its endpoints, all interfaces with one URL; what is there with another URL is changed, and
    /// what is there twice is removed. Returns whether anything changed.
    @discardableResult
    public func ensureService(_ name: String, type: String, url: String) async throws -> Bool {
        let service = try await ensure {
            try await services().first { $0.type == type }?.id
        } make: {
            let body = ["service": ["name": name, "type": type]]
            return try await post(.identity, "/services", body, as: OneService.self, doing: "create service \(name)")
                .service.id
        }
        var changed = service.changed
        let there = try await endpoints().filter { $0.service_id == service.id && isOurs($0) }
        for interface in ["public", "internal", "admin"] {
            let mine = there.filter { $0.interface == interface }
            let doing = "set the \(interface) endpoint of \(name)"
            guard let first = mine.first else {
                let endpoint = [
                    "service_id": service.id, "interface": interface, "url": url,
                    "region_id": credentials.region ?? "RegionOne",
                ]
                try await tell("POST", .identity, "/endpoints", ["endpoint": endpoint], doing: doing)
                changed = true
                continue
            }
            if try await mend(first, url: url, removing: mine.dropFirst(), doing) { changed = true }
        }
        if changed { forgetSession() }
        return changed
    }

    private func mend(
        _ endpoint: EndpointEntry, url: String, removing extras: ArraySlice<EndpointEntry>, _ doing: String
    ) async throws -> Bool {
        if endpoint.url != url {
            try await tell("PATCH", .identity, "/endpoints/\(endpoint.id)", ["endpoint": ["url": url]], doing: doing)
        }
        for extra in extras { try await delete(.identity, "/endpoints/\(extra.id)", doing: doing) }
        return endpoint.url != url || !extras.isEmpty
    }

    private func isOurs(_ endpoint: EndpointEntry) -> Bool {
        credentials.region == nil || endpoint.region_id == credentials.region
    }

    private func services() async throws -> [ServiceEntry] {
        try await get(.identity, "/services", as: Services.self, doing: "list services").services
    }

    private func endpoints() async throws -> [EndpointEntry] {
        try await get(.identity, "/endpoints", as: Endpoints.self, doing: "list endpoints").endpoints
    }
}

private struct Services: Decodable { var services: [ServiceEntry] }
private struct OneService: Decodable { var service: ServiceEntry }
private struct Endpoints: Decodable { var endpoints: [EndpointEntry] }

private struct ServiceEntry: Decodable { var id, type: String }

/// Names as Keystone writes them.
private struct EndpointEntry: Decodable {
    var id, interface, url, service_id: String
    var region_id: String?
}
