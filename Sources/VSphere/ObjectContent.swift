import XML

/// The properties of one object as RetrievePropertiesEx gave them.
struct ObjectContent: Sendable, Equatable {
    let reference: ManagedObjectReference
    private(set) var properties: [String: XMLElement]
    /// Why a property could not be read, e.g. NoPermission. A property that is only not set is in
    /// neither.
    private(set) var missing: [String: Trouble]

    /// One for each object, in the order in which they first came.
    static func joined(_ contents: [ObjectContent]) -> [ObjectContent] {
        var places: [ManagedObjectReference: Int] = [:]
        var joined: [ObjectContent] = []
        for content in contents {
            if let place = places[content.reference] {
                joined[place].properties.merge(content.properties) { first, _ in first }
                joined[place].missing.merge(content.missing) { first, _ in first }
            } else {
                places[content.reference] = joined.count
                joined.append(content)
            }
        }
        return joined
    }

    init(_ element: XMLElement) throws(Trouble) {
        guard let reference = element.child("obj")?.reference else {
            throw Trouble(.malformedResponse, "an object has no reference")
        }
        self.reference = reference
        var properties: [String: XMLElement] = Dictionary(minimumCapacity: element.children.count)
        for property in element.children where property.name == "propSet" {
            guard let name = property.child("name")?.text, let value = property.child("val") else {
                throw Trouble(.malformedResponse, "a property of \(reference) has no name or no value")
            }
            properties[name] = value
        }
        self.properties = properties
        missing = element.children("missingSet").reduce(into: [:]) { all, entry in
            all[entry.child("path")?.text ?? ""] = Trouble(localized: entry.child("fault") ?? entry)
        }
    }

    subscript(path: String) -> XMLElement? { properties[path] }

    func text(_ path: String) -> String? { properties[path]?.text }
    func integer(_ path: String) -> Int64? { properties[path]?.integer }
    func bool(_ path: String) -> Bool? { properties[path]?.bool }
    func reference(_ path: String) -> ManagedObjectReference? { properties[path]?.reference }
    func references(_ path: String) -> [ManagedObjectReference] { properties[path]?.references ?? [] }

    /// A property that every object of the type has: without it there is nothing sensible to return.
    func required(_ path: String) throws(Trouble) -> String {
        if let value = properties[path] { return value.text }
        if let why = missing[path] {
            throw Trouble(why.kind, "\(path) of \(reference): \(why.reason)", hint: why.hint)
        }
        throw Trouble(.malformedResponse, "\(reference) has no \(path)")
    }

    /// A name as vCenter writes it.
    static func escapedName(_ name: String) -> String {
        name.replacing("%", with: "%25").replacing("/", with: "%2f").replacing("\\", with: "%5c")
    }

    /// The name, in which vCenter writes `/`, `\` and `%` as `%2f`, `%5c` and `%25`.
    func name() throws(Trouble) -> String {
        let written = try required("name")
        // Ten thousand machines have ten thousand names, of which hardly one needs this.
        guard written.utf8.contains(UInt8(ascii: "%")) else { return written }
        return written.replacing("%2f", with: "/").replacing("%5c", with: "\\").replacing("%25", with: "%")
    }
}
