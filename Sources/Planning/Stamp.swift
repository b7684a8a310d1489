import Release
package import Rendering
package import Topology
import Wording

/// A fact that a step leaves on the node when it is done, among its `Traces`: a run that was killed then
/// knows where it was.
package struct Stamp: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) { (self.name, self.value) = (name, value) }

    /// Of the databases' accounts: it holds for these passwords.
    static func databaseAccounts(_ secrets: [SecretName: Secret]) -> Stamp {
        // In the order of the names and once for each database: stamps of labs that are older than this code hold.
        let passwords = Service.Name.allCases.compactMap(Service.named).filter(\.isInstalled).flatMap { service in
            service.databases.map { _ in secrets[.database(service.user)]?.reveal() ?? "" }
        }
        return Stamp(name: "database-accounts", value: sha256(of: passwords))
    }

    /// Of the message queue's account.
    static func queueAccount(_ secrets: [SecretName: Secret]) -> Stamp {
        Stamp(name: "queue-account", value: sha256(of: [secrets[.messageQueue]?.reveal() ?? ""]))
    }

    /// Of a service's databases: they are of this version of its package.
    static func databases(of service: Service.Name, version: String) -> Stamp {
        Stamp(name: "database-\(service.rawValue)", value: version)
    }
}

/// What a plan has to know of the lab's secrets: whether the nodes have these, and whether a file is the same.
package struct Seal: Sendable {
    package var databaseAccounts: Stamp
    package var queueAccount: Stamp
    private var key: Secret

    package init(_ secrets: [SecretName: Secret]) {
        databaseAccounts = .databaseAccounts(secrets)
        queueAccount = .queueAccount(secrets)
        key = secrets[.admin] ?? Secret("")
    }

    /// Of a file that holds a secret, a digest that nobody can find the secret from by trying: a vCenter's password may
    /// be a word, and a plan may be kept and shown.
    package func digest(of file: RenderedFile) -> String {
        file.isSecret ? sha256(of: [key.reveal(), file.digest]) : file.digest
    }
}

extension Seal {
    /// What an action leaves on its node when it is done; nil: nothing.
    package func stamp(of action: Action) -> Stamp? {
        switch action {
        case .makeDatabases: databaseAccounts
        case .makeQueueAccount: queueAccount
        case .migrate(let service, let version): .databases(of: service, version: version)
        default: nil
        }
    }
}
