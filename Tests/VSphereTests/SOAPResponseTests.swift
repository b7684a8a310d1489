import Foundation
import Testing

@testable import VSphere
import XML

@Suite("vim25 responses")
struct SOAPResponseTests {
    func envelope(_ body: String) -> Data {
        Data(
            """
            <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope \
            xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>\(body)</soapenv:Body></soapenv:Envelope>
            """.utf8)
    }

    @Test("without a value are an empty answer")
    func empty() throws {
        let response = try SOAPResponse(
            envelope("<RetrievePropertiesExResponse xmlns=\"urn:vim25\"/>"), to: "RetrievePropertiesEx")
        #expect(response.values.isEmpty)
        #expect(throws: Trouble.self) { try response.value() }
    }

    @Test("of another call, or of no SOAP server, are refused", arguments: ["<html><body/></html>", "<a/>"])
    func foreign(_ text: String) throws {
        let trouble = try #require(throws: Trouble.self) { try SOAPResponse(Data(text.utf8), to: "Login") }
        #expect(trouble.kind == .malformedResponse)
        let other = try #require(throws: Trouble.self) {
            try SOAPResponse(envelope("<LogoutResponse xmlns=\"urn:vim25\"/>"), to: "Login")
        }
        #expect(other.reason == "the answer is <LogoutResponse>, not <LoginResponse>")
    }

    @Test("with a fault throw it, by name and with the server's message")
    func fault() throws {
        let body = """
            <soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>Cannot complete login due to an incorrect \
            user name or password.</faultstring><detail><InvalidLoginFault xmlns="urn:vim25" xsi:type="InvalidLogin"/>\
            </detail></soapenv:Fault>
            """
        let trouble = try #require(throws: Trouble.self) { try SOAPResponse(envelope(body), to: "Login") }
        #expect(trouble.kind == .invalidLogin)
        #expect(
            trouble.at("10.0.0.1", doing: "log in").description == """
                vCenter 10.0.0.1: log in: Cannot complete login due to an incorrect user name or password. (InvalidLogin)
                  hint: check username and password; the name includes the domain, as in administrator@vsphere.local
                """)
    }

    @Test(
        "name faults by type, by element, or by code",
        arguments: [
            ("<detail><X xsi:type=\"NoPermission\"/></detail>", VSphereError.Kind.noPermission),
            ("<detail><NotAuthenticatedFault/></detail>", .notAuthenticated),
            ("<detail><ManagedObjectNotFoundFault/></detail>", .objectNotFound),
            ("<detail><FileLockedFault/></detail>", .fault("FileLocked")),
            ("", .fault("ServerFaultCode")),
        ])
    func names(_ detail: String, _ kind: VSphereError.Kind) throws {
        let body =
            "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>no</faultstring>\(detail)</soapenv:Fault>"
        let trouble = try #require(throws: Trouble.self) { try SOAPResponse(envelope(body), to: "Login") }
        #expect(trouble.kind == kind)
        #expect(trouble.reason.hasPrefix("no"))
    }

    @Test("with properties that may not be read say why")
    func missingProperties() throws {
        let text = """
            <objects xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><obj type="Folder">group-1</obj><missingSet>\
            <path>name</path><fault><fault xsi:type="NoPermission"/><localizedMessage>Permission to perform this \
            operation was denied.</localizedMessage></fault></missingSet></objects>
            """
        let content = try ObjectContent(XMLDecoder().decode(Data(text.utf8)))
        let trouble = try #require(throws: Trouble.self) { try Folder(content) }
        #expect(trouble.kind == .noPermission)
        #expect(
            trouble.reason
                == "name of Folder:group-1: Permission to perform this operation was denied. (NoPermission)")
    }

    @Test("with names in vCenter's writing are read as people wrote them")
    func names() throws {
        let text =
            "<o><obj type=\"Network\">n-1</obj><propSet><name>name</name><val>a%2fb %25 c%252f</val></propSet></o>"
        let content = try ObjectContent(XMLDecoder().decode(Data(text.utf8)))
        #expect(try Network(content).name == "a/b % c%2f")
    }

    @Test("with an object in two pieces make one of them")
    func joined() throws {
        func content(_ path: String) throws -> ObjectContent {
            let text = "<o><obj type=\"Network\">n-1</obj><propSet><name>\(path)</name><val>x</val></propSet></o>"
            return try ObjectContent(XMLDecoder().decode(Data(text.utf8)))
        }
        let all = ObjectContent.joined([try content("name"), try content("tag"), try content("name")])
        #expect(all.count == 1)
        #expect(all.first?.properties.keys.sorted() == ["name", "tag"])
    }

    @Test("with VLANs of port groups tell their kinds")
    func vlans() throws {
        func vlan(_ type: String, _ inner: String) throws -> Network.VLAN? {
            let text = """
                <o xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><obj type="DistributedVirtualPortgroup">dvp-1\
                </obj><propSet><name>name</name><val>p</val></propSet><propSet><name>config.defaultPortConfig</name>\
                <val xsi:type="VMwareDVSPortSetting"><vlan xsi:type="\(type)">\(inner)</vlan></val></propSet></o>
                """
            return try Network(ObjectContent(XMLDecoder().decode(Data(text.utf8)))).vlan
        }
        #expect(try vlan("VmwareDistributedVirtualSwitchVlanIdSpec", "<vlanId>100</vlanId>") == .id(100))
        #expect(try vlan("VmwareDistributedVirtualSwitchPvlanSpec", "<pvlanId>7</pvlanId>") == .privateVLAN(7))
        let ranges = "<vlanId><start>0</start><end>4094</end></vlanId>"
        #expect(
            try vlan("VmwareDistributedVirtualSwitchTrunkVlanSpec", ranges) == .trunk([.init(start: 0, end: 4094)]))
        #expect(try vlan("Other", "") == nil)
    }

    @Test("with HA's admission control policies tell what they reserve")
    func admissionControl() throws {
        func policy(_ type: String, _ inner: String) throws -> ClusterComputeResource.AdmissionControlPolicy {
            let text = "<p xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:type=\"\(type)\">\(inner)</p>"
            return .init(try XMLDecoder().decode(Data(text.utf8)))
        }
        let percent = """
            <cpuFailoverResourcesPercent>25</cpuFailoverResourcesPercent>\
            <memoryFailoverResourcesPercent>30</memoryFailoverResourcesPercent>
            """
        #expect(
            try policy("ClusterFailoverResourcesAdmissionControlPolicy", percent)
                == .resources(cpuPercent: 25, memoryPercent: 30))
        #expect(
            try policy("ClusterFailoverLevelAdmissionControlPolicy", "<failoverLevel>2</failoverLevel>")
                == .failoverLevel(hosts: 2))
        #expect(
            try policy(
                "ClusterFailoverHostAdmissionControlPolicy", "<failoverHosts type=\"HostSystem\">h-1</failoverHosts>")
                == .failoverHosts([ManagedObjectReference(type: "HostSystem", value: "h-1")]))
        #expect(try policy("New", "") == .other("New"))
    }

    @Test(
        "have times with fractions of any length, or none",
        arguments: [
            ("2026-11-21T06:35:50Z", 1_795_242_950.0), ("2026-11-21T06:35:50.5Z", 1_795_242_950.5),
            ("2026-11-21T07:35:50.250000+01:00", 1_795_242_950.25),
        ])
    func times(_ text: String, _ seconds: Double) {
        #expect(DateTime.date(text)?.timeIntervalSince1970 == seconds)
        #expect(DateTime.date("x" + text) == nil)
    }
}
