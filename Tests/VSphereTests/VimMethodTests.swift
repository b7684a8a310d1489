import Foundation
import Testing

@testable import VSphere
import XML

@Suite("vim25 requests")
struct VimMethodTests {
    static let credentials = VCenterCredentials(username: "o'neill@\"vsphere\".local", password: "<&>]]> \t\n\r é 🔑")
    static let collector = ManagedObjectReference(type: "PropertyCollector", value: "propertyCollector")

    static let methods: [(name: String, method: VimMethod)] = [
        ("RetrieveServiceContent", .retrieveServiceContent),
        ("Login", .login(ManagedObjectReference(type: "SessionManager", value: "SessionManager"), credentials)),
        (
            "CreateContainerView",
            .createContainerView(
                ManagedObjectReference(type: "ViewManager", value: "ViewManager"),
                below: ManagedObjectReference(type: "Folder", value: "group-d1"), types: ["HostSystem", "Datastore"])
        ),
        (
            "RetrievePropertiesEx",
            .retrieveProperties(
                collector, VirtualMachine.query(ManagedObjectReference(type: "VirtualMachine", value: "vm-<1>")))
        ),
        (
            "RetrievePropertiesEx-view",
            .retrieveProperties(
                collector,
                .view(
                    ManagedObjectReference(type: "ContainerView", value: "session[1]view-2"),
                    properties: [Datacenter.properties, Network.properties], pageSize: 7))
        ),
        (
            "HasPrivilegeOnEntities",
            .hasPrivileges(
                ManagedObjectReference(type: "AuthorizationManager", value: "AuthorizationManager"),
                entities: [ManagedObjectReference(type: "Folder", value: "group-d1")], session: "52-key",
                ids: ["System.View", "Extension.Register"])
        ),
        ("ContinueRetrievePropertiesEx", .continueRetrieving(collector, token: "1 & 2")),
        (
            "FindAllByUuid",
            .findAll(
                ManagedObjectReference(type: "SearchIndex", value: "SearchIndex"),
                instanceUUID: "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a4")
        ),
        (
            "SearchDatastore_Task",
            .searchDatastore(
                ManagedObjectReference(type: "HostDatastoreBrowser", value: "browser-3"), path: "[shared-1] a & b")
        ),
    ]

    @Test("are the same as the golden files", arguments: methods.map(\.name))
    func golden(_ name: String) throws {
        let method = try #require(Self.methods.first { $0.name == name }).method
        try expectGolden(name + ".xml", method.envelope() + "\n")
    }

    @Test("say to our own decoder what they were given")
    func roundTrip() throws {
        let login = VimMethod.login(ManagedObjectReference(type: "SessionManager", value: "S"), Self.credentials)
        let root = try XMLDecoder().decode(Data(login.envelope().utf8))
        #expect(root.at("Body.Login.userName")?.text == Self.credentials.username)
        #expect(root.at("Body.Login.password")?.text == Self.credentials.password)
        #expect(root.at("Body.Login._this")?.reference == login.this)
    }

    @Test(
        "cannot carry control characters, and do not say which value has one",
        arguments: ["\u{0}", "\u{1B}", "\u{FFFE}"])
    func controlCharacters(_ character: String) throws {
        let credentials = VCenterCredentials(username: "u", password: "secret\(character)")
        let login = VimMethod.login(ManagedObjectReference(type: "SessionManager", value: "S"), credentials)
        let trouble = try #require(throws: Trouble.self) { try login.envelope() }
        #expect(trouble.kind == .invalidInput)
        #expect(!trouble.reason.contains("secret"))
    }

    @Test("show no password when printed or dumped")
    func secrets() {
        let credentials = VCenterCredentials(username: "u", password: "Secret$1")
        let login = VimMethod.login(ManagedObjectReference(type: "SessionManager", value: "S"), credentials)
        let endpoint = VCenterEndpoint(address: "vc", credentials: credentials)
        var text = "\(credentials) \(login) \(endpoint) \(String(reflecting: login)) \(String(reflecting: endpoint))"
        dump(login, to: &text)
        dump(endpoint, to: &text)
        dump(credentials, to: &text)
        #expect(!text.contains("Secret$1"))
        #expect(text.contains("•••"))
    }
}
