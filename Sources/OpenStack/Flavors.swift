/// A flavor of Nova.
public struct Flavor: Sendable, Equatable, Decodable {
    /// Nova's id, a UUID unless somebody chose another text.
    public var id: String
    /// Unique in the cloud.
    public var name: String
    /// Virtual CPUs.
    public var vcpus: Int
    /// MiB.
    public var ram: Int
    /// GiB.
    public var disk: Int
    /// nil before API 2.61, which does not tell.
    public var extraSpecs: [String: String]?
    /// false: only some projects may use it.
    public var isPublic: Bool?
    /// nil before API 2.55, which has none.
    public var description: String?

    enum CodingKeys: String, CodingKey {
        case id, name, vcpus, ram, disk, description
        case isPublic = "os-flavor-access:is_public"
        case extraSpecs = "extra_specs"
    }

    var size: String { "\(vcpus) vCPUs, \(ram) MB, \(disk) GB" }
}

extension Cloud {
    /// All flavors, private ones too where the user may see them.
    public func flavors() async throws -> [Flavor] {
        try await get(
            .compute, "/flavors/detail?is_public=None", as: [String: [Flavor]].self, doing: "list flavors")["flavors"]
            ?? []
    }

    /// A flavor with at least these extra specs; made or completed.
    ///
    /// - Throws: a conflict if there is one with other numbers: Nova cannot change a flavor.
    @discardableResult
    public func ensureFlavor(
        _ name: String, vcpus: Int, ramMB: Int, diskGB: Int, extraSpecs: [String: String] = [:]
    ) async throws -> Ensured {
        let wanted = NewFlavor(name: name, vcpus: vcpus, ram: ramMB, disk: diskGB)
        let doing = "create flavor \(name)"
        guard let found = try await flavors().first(where: { $0.name == name }) else {
            let body = ["flavor": wanted]
            let made = try await post(.compute, "/flavors", body, as: OneFlavor.self, doing: doing).flavor
            try await setSpecs(extraSpecs, ofFlavor: made)
            return Ensured(id: made.id, changed: true)
        }
        guard wanted.isFound(in: found) else {
            let both = "it should have \(wanted.size), but there is one with \(found.size)"
            throw OpenStackError(.conflict, doing: doing, reason: "\(both); remove it, or give yours another name")
        }
        let there = extraSpecs.isEmpty ? [:] : try await specs(of: found)
        let missing = extraSpecs.filter { there[$0.key] != $0.value }
        try await setSpecs(missing, ofFlavor: Named(id: found.id, name: name))
        return Ensured(id: found.id, changed: !missing.isEmpty)
    }

    /// Makes a private flavor that differs from another in its vCPUs alone. Returns its id; nil where the API is older than
    /// 2.55 and knows no descriptions.
    public func createFlavor(
        _ name: String, like model: Flavor, vcpus: Int, description: String
    ) async throws -> String? {
        guard let version = try await apiVersion(of: .compute).flatMap(Microversion.init),
            version >= Microversion(2, 55)
        else { return nil }
        let wanted = NewFlavor(
            name: name, vcpus: vcpus, ram: model.ram, disk: model.disk, isPublic: false, description: description)
        let doing = "create flavor \(name)"
        let made = try await post(.compute, "/flavors", ["flavor": wanted], as: OneFlavor.self, doing: doing).flavor
        try await setSpecs(try await specs(of: model), ofFlavor: made)
        return made.id
    }

    /// One that is no longer there is as good as deleted. Instances keep what they have of it.
    public func deleteFlavor(_ id: String) async throws {
        try await delete(.compute, "/flavors/\(id)", doing: "delete flavor \(id)")
    }

    private func setSpecs(_ specs: [String: String], ofFlavor flavor: Named) async throws {
        if specs.isEmpty { return }
        try await tell(
            "POST", .compute, "/flavors/\(flavor.id)/os-extra_specs", ["extra_specs": specs],
            doing: "set the extra specs of flavor \(flavor.name)")
    }

    private func specs(of flavor: Flavor) async throws -> [String: String] {
        if let known = flavor.extraSpecs { return known }
        return try await get(
            .compute, "/flavors/\(flavor.id)/os-extra_specs", as: ExtraSpecs.self,
            doing: "read the extra specs of flavor \(flavor.name)"
        ).extra_specs
    }
}

private struct ExtraSpecs: Decodable { var extra_specs: [String: String] }

private struct OneFlavor: Decodable { var flavor: Named }

private struct NewFlavor: Encodable {
    var name: String
    var vcpus, ram, disk: Int
    var isPublic: Bool?
    var description: String?

    enum CodingKeys: String, CodingKey {
        case name, vcpus, ram, disk, description
        case isPublic = "os-flavor-access:is_public"
    }

    var size: String { "\(vcpus) vCPUs, \(ram) MB, \(disk) GB" }

    func isFound(in flavor: Flavor) -> Bool { (flavor.vcpus, flavor.ram, flavor.disk) == (vcpus, ram, disk) }
}
