import Foundation
import Topology

/// The files of clouds that are there: clouds.yaml, secure.yaml and clouds-public.yaml.
struct CloudFiles {
    private let environment: [String: String]
    private let folders: [String]

    init(_ environment: [String: String], _ folders: [String]) {
        self.environment = environment
        self.folders = folders
    }

    /// A cloud with what all files say of it; nil takes the only one that there is.
    func cloud(_ name: String?) throws -> (name: String, settings: CloudValue) {
        guard let path = first("clouds", "OS_CLIENT_CONFIG_FILE") else {
            throw CloudConfig.Problem(
                what: "there is no clouds.yaml in \(folders.joined(separator: ", "))",
                hint: "write one, name it in OS_CLIENT_CONFIG_FILE, or set OS_AUTH_URL and its like")
        }
        let clouds = try CloudsFile(path)
        let known = clouds.names
        guard let chosen = name ?? (known.count == 1 ? known.first : nil) else {
            throw CloudConfig.Problem(
                what: "\(path) has \(known.count) clouds",
                hint: "choose one with --cloud: \(known.joined(separator: ", "))")
        }
        guard let cloud = try clouds.cloud(chosen) else {
            throw CloudConfig.Problem(
                what: "\(path) has no cloud “\(chosen)”",
                hint: known.isEmpty ? "it has none at all" : "it has \(known.joined(separator: ", "))")
        }
        var settings = cloud.members ?? [:]
        if let more = try secure(chosen, beside: path)?.members { settings = settings.merged(with: more) }
        settings = try profile(settings).updated(by: settings)
        return (chosen, CloudValue(.mapping(settings), at: cloud.place))
    }

    /// What secure.yaml says of a cloud.
    ///
    /// openstacksdk looks in the folders of clouds.yaml, and not beside the file of `OS_CLIENT_CONFIG_FILE`, where
    /// people put it: that one counts when those have nothing of the cloud.
    private func secure(_ name: String, beside path: String) throws -> CloudValue? {
        let folder = (path as NSString).deletingLastPathComponent
        let beside = places("secure", in: [folder.isEmpty ? "." : folder]).first(where: exists)
        for file in [first("secure", "OS_CLIENT_SECURE_FILE"), beside].compactMap(\.self) {
            if let found = try CloudsFile(file).cloud(name) { return found }
        }
        return nil
    }

    /// What the profile that a cloud names sets, as clouds-public.yaml has it.
    private func profile(_ cloud: [String: CloudValue]) throws -> [String: CloudValue] {
        guard let given = cloud["profile"] ?? cloud["cloud"], let name = given.text else { return [:] }
        if let path = places("clouds-public", in: folders).first(where: exists),
            let found = try CloudsFile(path, section: "public-clouds").cloud(name)?.members
        {
            return found
        }
        let what = "profile: there is no profile \"\(name)\" in a clouds-public.yaml"
        let hint = "Polyvisor has none of openstacksdk's own: write the profile's values out, auth_url first"
        guard let place = given.place else { throw CloudConfig.Problem(what: what, hint: hint) }
        place.log.error(place.mark, what, hint: hint)
        throw place.log.finish()
    }

    private func first(_ file: String, _ variable: String) -> String? {
        let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        return ([named].compactMap(\.self) + places(file, in: folders)).first(where: exists)
    }

    private func places(_ file: String, in folders: [String]) -> [String] {
        folders.flatMap { folder in ["yaml", "yml", "json"].map { "\(folder)/\(file).\($0)" } }
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
