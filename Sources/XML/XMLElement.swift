/// One element of a decoded document, with everything below it.
///
/// Names are local ones: servers choose prefixes as they like, and the documents that are read here use few namespaces.
public struct XMLElement: Sendable, Equatable {
    /// The local name, without a prefix.
    public var name: String
    /// The type that `xsi:type` names, without its prefix.
    public var type: String?
    /// Attributes without a namespace, such as the `type` of a managed object reference; of all, where the decoder was
    /// asked for that.
    public var attributes: [String: String] = [:]
    /// The text directly inside, without that of children.
    public var text: String = ""
    /// The elements directly inside, in their order.
    public var children: [XMLElement] = []

    /// An element made here rather than read.
    public init(
        name: String, type: String? = nil, attributes: [String: String] = [:], text: String = "",
        children: [XMLElement] = []
    ) {
        (self.name, self.type, self.attributes, self.text, self.children) = (name, type, attributes, text, children)
    }

    /// The first child of a name.
    public func child(_ name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// All children of a name, in their order.
    public func children(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The element at a path of names below this one, e.g. `summary.capacity`.
    public func at(_ path: String) -> XMLElement? {
        path.split(separator: ".").reduce(Optional(self)) { $0?.child(String($1)) }
    }
}
