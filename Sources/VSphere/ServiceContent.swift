import XML

/// What a vCenter says of itself before anyone has logged in.
public struct AboutInfo: Sendable, Equatable {
    /// E.g. "VMware vCenter Server 7.0.3 build-19480866".
    public let fullName: String
    /// E.g. "7.0.3".
    public let version: String
    /// E.g. "7.0.3.0".
    public let apiVersion: String
    /// `VirtualCenter`, or `HostAgent` for a single ESXi host.
    public let apiType: String
    /// A part of the names that Nova gives to hypervisors: `<cluster moref>.<instanceUuid>`. nil for an ESXi host.
    public let instanceUuid: String?

    /// Whether it is a single ESXi host, not a vCenter.
    public var isESXi: Bool { apiType == "HostAgent" }
}

/// The roots from which everything else is reached.
struct ServiceContent: Sendable, Equatable {
    let about: AboutInfo
    let rootFolder: ManagedObjectReference
    let propertyCollector: ManagedObjectReference
    let sessionManager: ManagedObjectReference
    let viewManager: ManagedObjectReference
    let searchIndex: ManagedObjectReference
    /// nil where the server has none.
    let authorizationManager: ManagedObjectReference?
    let fileManager: ManagedObjectReference?
    let virtualDiskManager: ManagedObjectReference?

    init(_ element: XMLElement) throws(Trouble) {
        func text(_ path: String) throws(Trouble) -> String {
            guard let text = element.at(path)?.text, !text.isEmpty else { throw ServiceContent.lack(path) }
            return text
        }
        func reference(_ path: String) throws(Trouble) -> ManagedObjectReference {
            guard let reference = element.at(path)?.reference else { throw ServiceContent.lack(path) }
            return reference
        }
        about = AboutInfo(
            fullName: try text("about.fullName"), version: try text("about.version"),
            apiVersion: try text("about.apiVersion"), apiType: try text("about.apiType"),
            instanceUuid: element.at("about.instanceUuid")?.text)
        rootFolder = try reference("rootFolder")
        propertyCollector = try reference("propertyCollector")
        sessionManager = try reference("sessionManager")
        viewManager = try reference("viewManager")
        searchIndex = try reference("searchIndex")
        authorizationManager = element.at("authorizationManager")?.reference
        fileManager = element.at("fileManager")?.reference
        virtualDiskManager = element.at("virtualDiskManager")?.reference
    }

    private static func lack(_ path: String) -> Trouble {
        Trouble(.malformedResponse, "the server's ServiceContent has no \(path): is it a vCenter?")
    }
}
