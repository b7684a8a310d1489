public import Foundation
public import OpenStack
import Topology

/// A cloud as openstacksdk finds it: in clouds.yaml and secure.yaml, or in `OS_*` variables.
///
/// https://docs.openstack.org/openstacksdk/zed/user/config/configuration.html, without vendor profiles.
public struct CloudConfig: Sendable {
    /// As clouds.yaml names it; `envvars` for one of the environment.
    public var name: String
    public var credentials: Credentials

    /// What is wrong with the choice of a cloud, where no file's line is to blame.
    public struct Problem: Error, Equatable, CustomStringConvertible {
        public var what: String
        public var hint: String
        public var description: String { "\(what)\n  hint: \(hint)" }
    }

    /// Where files are looked for, in this order; the first file that is there counts.
    public static func folders(environment: [String: String], current: String) -> [String] {
        let home = environment["HOME"] ?? NSHomeDirectory()
        let config = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
        return [current, "\(config)/openstack", "/etc/openstack"]
    }

    /// Finds a cloud.
    ///
    /// - Parameters:
    ///   - name: nil: `OS_CLOUD`, else the cloud of `OS_AUTH_URL` and its like, else the only one in clouds.yaml.
    ///   - region: instead of the one that the configuration names.
    /// - Throws: `CloudConfig.Problem`, and `TopologyProblems` with file, line and column.
    public static func find(
        _ name: String? = nil, region: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        current: String = FileManager.default.currentDirectoryPath
    ) throws -> CloudConfig {
        let wanted = name ?? environment["OS_CLOUD"].flatMap { $0.isEmpty ? nil : $0 }
        var config: CloudConfig
        if wanted == nil || wanted == "envvars", !environment["OS_AUTH_URL", default: ""].isEmpty {
            config = try CloudConfig(name: "envvars", settings: .environment(environment))
        } else {
            config = try inFiles(wanted, environment, folders(environment: environment, current: current))
        }
        if let region { config.credentials.region = region }
        return config
    }

    private static func inFiles(
        _ name: String?, _ environment: [String: String], _ folders: [String]
    ) throws -> CloudConfig {
        func first(_ file: String, _ variable: String) -> String? {
            let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
            let places = folders.flatMap { folder in ["yaml", "yml", "json"].map { "\(folder)/\(file).\($0)" } }
            return ([named].compactMap(\.self) + places).first { FileManager.default.fileExists(atPath: $0) }
        }
        guard let path = first("clouds", "OS_CLIENT_CONFIG_FILE") else {
            throw Problem(
                what: "there is no clouds.yaml in \(folders.joined(separator: ", "))",
                hint: "write one, name it in OS_CLIENT_CONFIG_FILE, or set OS_AUTH_URL and its like")
        }
        let clouds = try CloudsFile(path)
        let secure = try first("secure", "OS_CLIENT_SECURE_FILE").map { try CloudsFile($0) }
        let known = clouds.names
        guard let chosen = name ?? (known.count == 1 ? known.first : nil) else {
            throw Problem(
                what: "\(path) has \(known.count) clouds",
                hint: "choose one with --cloud: \(known.joined(separator: ", "))")
        }
        guard var settings = try clouds.settings(of: chosen) else {
            throw Problem(
                what: "\(path) has no cloud “\(chosen)”",
                hint: known.isEmpty ? "it has none at all" : "it has \(known.joined(separator: ", "))")
        }
        if let more = try secure?.settings(of: chosen) { settings.add(more) }
        return try CloudConfig(name: chosen, settings: settings)
    }

    init(name: String, settings: CloudSettings) throws {
        self.name = name
        credentials = try settings.credentials()
    }
}
