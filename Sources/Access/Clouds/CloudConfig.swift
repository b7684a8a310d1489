public import Foundation
public import OpenStack
import Topology

/// A cloud as openstacksdk finds it: in clouds.yaml and secure.yaml, or in `OS_*` variables.
///
/// `config/loader.py` of openstacksdk 4.22, without the vendor profiles that come with it; scripts/compare-clouds compares.
public struct CloudConfig: Sendable {
    /// As clouds.yaml names it; `envvars` for one of the environment.
    public var name: String
    /// Who asks, and at which Keystone.
    public var credentials: Credentials
    /// What whoever asked for the cloud should know of.
    public var warnings: [String] = []

    /// What is wrong with the choice of a cloud, where no file's line is to blame.
    public struct Problem: Error, Equatable, CustomStringConvertible {
        /// Which cloud was asked for, and why it cannot be used.
        public var what: String
        /// What to choose or to write instead.
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
    ///   - region: one of those that the cloud names; nil: the first.
    /// - Throws: `CloudConfig.Problem`, and `TopologyProblems` with file, line and column.
    public static func find(
        _ name: String? = nil, region: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        current: String = FileManager.default.currentDirectoryPath
    ) throws -> CloudConfig {
        let wanted = name ?? environment["OS_CLOUD"].flatMap { $0.isEmpty ? nil : $0 }
        if wanted == nil || wanted == "envvars", !environment["OS_AUTH_URL", default: ""].isEmpty {
            var settings = CloudSettings(environment: environment)
            if let region { settings.set("region_name", region) }
            return try CloudConfig(name: "envvars", settings: settings)
        }
        let files = CloudFiles(environment, folders(environment: environment, current: current))
        let (chosen, cloud) = try files.cloud(wanted)
        let found = try CloudRegions(cloud.members ?? [:]).region(named: region, of: chosen)
        return try CloudConfig(name: chosen, settings: CloudSettings(cloud, in: found))
    }

    init(name: String, settings: CloudSettings) throws {
        self.name = name
        credentials = try settings.credentials()
        if credentials.tls == .insecure {
            warnings = [
                "\(name): the certificates of the cloud are NOT verified (\(settings.insecureSetting)): anyone between"
                    + " here and there can read the password"
            ]
        }
    }
}
