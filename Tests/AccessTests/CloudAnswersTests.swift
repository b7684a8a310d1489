import Foundation
import HTTP
import OpenStack
import Testing
import Topology

@testable import Access

/// What openstacksdk makes of a cloud of a clouds.yaml; scripts/compare-clouds records it.
struct CloudAnswer: Decodable, Sendable, CustomTestStringConvertible {
    var folder: String
    var cloud: String
    /// The region that was asked for.
    var region: String?
    var answer: Answer

    struct Answer: Decodable, Sendable {
        var error: String?
        var auth: [String: String]?
        var auth_type: String?
        var region: String?
        var interface: String?
        var verify: Bool?
    }

    var testDescription: String { "\(folder)/\(cloud) \(region ?? "")" }

    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "Clouds")

    static let all: [CloudAnswer] = {
        do {
            return try JSONDecoder().decode(
                [CloudAnswer].self, from: Data(contentsOf: folder.appending(path: "answers.json")))
        } catch {
            Issue.record("\(error)")
            return []
        }
    }()

    func found() throws -> CloudConfig {
        let place = Self.folder.appending(path: folder).path
        return try CloudConfig.find(cloud, region: region, environment: ["HOME": "/nonexistent"], current: place)
    }
}

@Suite("clouds.yaml as openstacksdk reads it")
struct CloudAnswersTests {
    @Test("is read the same", arguments: CloudAnswer.all.filter { $0.answer.error == nil && $0.folder != "r45" })
    func same(_ asked: CloudAnswer) throws {
        let credentials = try asked.found().credentials
        let auth = try #require(asked.answer.auth)
        let url = try #require(auth["auth_url"])
        #expect(credentials.authURL == (url.hasSuffix("/v3") ? url : url + "/v3"))
        #expect(credentials.region ?? "" == asked.answer.region)
        #expect(credentials.interface == asked.answer.interface?.replacing("URL", with: ""))
        #expect((credentials.tls == .insecure) == (asked.answer.verify == false))
        #expect(credentials.scope == scope(auth))
        expect(credentials.identification, auth)
    }

    private func scope(_ auth: [String: String]) -> Credentials.Scope {
        if auth["application_credential_id"] != nil { return .given }
        if let trust = auth["trust_id"] { return .trust(trust) }
        return principal("project", "project_name", auth).map { .project($0) } ?? .given
    }

    private func principal(_ kind: String, _ key: String, _ auth: [String: String]) -> Credentials.Principal? {
        if let id = auth["\(kind)_id"] { return .id(id) }
        let domain = auth["\(kind)_domain_name"].map { Credentials.Domain.name($0) } ?? .id("default")
        return auth[key].map { .name($0, domain: domain) }
    }

    private func expect(_ found: Credentials.Identification, _ auth: [String: String]) {
        switch found {
        case .password(let user, let password):
            #expect(user == principal("user", "username", auth) && password == auth["password"])
        case .token(let token): #expect(token == auth["token"])
        case .applicationCredential(let id, let secret):
            #expect(id == auth["application_credential_id"] && secret == auth["application_credential_secret"])
        case .namedApplicationCredential: Issue.record("none of the files has one")
        }
    }

    @Test("a region that a cloud does not have is refused, with those that it has", arguments: CloudAnswer.all)
    func regions(_ asked: CloudAnswer) {
        guard asked.answer.error != nil else { return }
        let error = #expect(throws: CloudConfig.Problem.self) { try asked.found() }
        #expect(error?.what == "cloud “\(asked.cloud)” has no region “nowhere”")
        #expect(error?.hint.hasPrefix("\(asked.cloud) has the region") == true)
    }

    @Test("there are as many answers as the tests think")
    func count() { #expect(CloudAnswer.all.count == 70 && CloudAnswer.all.count { $0.answer.error != nil } >= 10) }

    @Test("insecure is warned of")
    func insecure() throws {
        let config = try #require(CloudAnswer.all.first { $0.folder == "r41" }).found()
        #expect(config.warnings.count == 1 && config.warnings[0].contains("NOT verified (insecure: true)"))
    }

    @Test("one sign-on is refused, with the two ways round it")
    func openID() throws {
        let asked = try #require(CloudAnswer.all.first { $0.folder == "r45" })
        let error = #expect(throws: TopologyProblems.self) { try asked.found() }
        let text = "\(try #require(error))"
        #expect(text.contains(":3:16: error: auth_type: auth_type \"v3oidcpassword\" is not supported"))
        #expect(text.contains("openstack application credential create") && text.contains("openstack token issue"))
    }
}
