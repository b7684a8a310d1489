/// One call of the vim25 API: a method of a managed object, with its arguments.
///
/// Prints as its name alone, as arguments may be a password.
struct VimMethod: Sendable, CustomStringConvertible, CustomReflectable {
    let name: StaticString
    let this: ManagedObjectReference
    /// In the order of the API: it is a sequence in the schema.
    var arguments: [SOAPElement] = []
    /// Changes nothing on the server, so that it may be sent again when the connection was lost.
    var isRead = false
    /// How long it may take, where that is not what the endpoint says.
    var timeout: Duration?

    var description: String { "\(name)" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The SOAP 1.1 message.
    ///
    /// - Throws: `Trouble` of the kind `invalidInput` if an argument has a character that XML cannot
    ///   hold. Which one is not said, as it may be a password.
    func envelope() throws(Trouble) -> String {
        let elements = [SOAPElement("_this", this)] + arguments
        guard elements.allSatisfy(\.canBeWritten) else {
            throw Trouble(.invalidInput, "a value of \(name) has a control character, which vim25 cannot carry")
        }
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><\(name) xmlns="urn:vim25">
            """
        elements.forEach { $0.write(to: &text) }
        return text + "</\(name)></soapenv:Body></soapenv:Envelope>"
    }
}

extension VimMethod {
    static let retrieveServiceContent = VimMethod(
        name: "RetrieveServiceContent", this: ManagedObjectReference(type: "ServiceInstance", value: "ServiceInstance"),
        isRead: true)

    static let currentTime = VimMethod(
        name: "CurrentTime", this: ManagedObjectReference(type: "ServiceInstance", value: "ServiceInstance"),
        isRead: true)

    static func login(_ sessionManager: ManagedObjectReference, _ credentials: VCenterCredentials) -> VimMethod {
        VimMethod(
            name: "Login", this: sessionManager,
            arguments: [
                SOAPElement("userName", credentials.username), SOAPElement("password", credentials.password),
            ])
    }

    static func logout(_ sessionManager: ManagedObjectReference) -> VimMethod {
        VimMethod(name: "Logout", this: sessionManager)
    }

    /// A view of everything of these types below a folder.
    static func createContainerView(
        _ viewManager: ManagedObjectReference, below container: ManagedObjectReference, types: [String]
    ) -> VimMethod {
        VimMethod(
            name: "CreateContainerView", this: viewManager,
            arguments: [SOAPElement("container", container)] + types.map { SOAPElement("type", $0) }
                + [SOAPElement("recursive", true)])
    }

    static func retrieveProperties(_ collector: ManagedObjectReference, _ query: PropertyQuery) -> VimMethod {
        VimMethod(name: "RetrievePropertiesEx", this: collector, arguments: query.arguments, isRead: true)
    }

    static func continueRetrieving(_ collector: ManagedObjectReference, token: String) -> VimMethod {
        VimMethod(name: "ContinueRetrievePropertiesEx", this: collector, arguments: [SOAPElement("token", token)])
    }

    static func findAll(_ searchIndex: ManagedObjectReference, instanceUUID: String) -> VimMethod {
        VimMethod(
            name: "FindAllByUuid", this: searchIndex,
            arguments: [
                SOAPElement("uuid", instanceUUID), SOAPElement("vmSearch", true), SOAPElement("instanceUuid", true),
            ], isRead: true)
    }

    /// - Parameter path: a datastore path such as `[shared-1] directory`.
    /// - Parameter below: also in the directories below, whose files then come by directory.
    static func searchDatastore(
        _ browser: ManagedObjectReference, path: String, matching pattern: String = "*", below: Bool = false
    ) -> VimMethod {
        let details = SOAPElement(
            "details",
            [
                SOAPElement("fileType", true), SOAPElement("fileSize", true), SOAPElement("modification", true),
                SOAPElement("fileOwner", false),
            ])
        return VimMethod(
            name: below ? "SearchDatastoreSubFolders_Task" : "SearchDatastore_Task", this: browser,
            arguments: [
                SOAPElement("datastorePath", path),
                SOAPElement("searchSpec", [details, SOAPElement("matchPattern", pattern)]),
            ])
    }
}
