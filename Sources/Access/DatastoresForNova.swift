package import VSphere

/// The datastores that Nova's driver may choose for a cluster, as its `datastore_regex` has it.
package enum DatastoresForNova: Sendable, Equatable {
    /// Those whose names match, usable or not.
    case matching([Datastore])
    /// The expression is written for Python alone: nobody here can tell which they are, and nobody guesses.
    case unreadable(String)

    /// - Parameters:
    ///   - datastores: those that the cluster has.
    ///   - expression: nil: Nova takes all.
    package init(among datastores: [Datastore], matching expression: String?) {
        let judged = datastores.map { ($0, DatastoreExpression.matches(expression, $0.name)) }
        if let expression, judged.contains(where: { $1 == nil }) {
            self = .unreadable(expression)
        } else {
            self = .matching(judged.filter { $1 == true }.map(\.0))
        }
    }

    /// Those that match and that Nova takes as they are now (`ds_util._select_datastore`); nil where nobody can tell.
    package var usable: [Datastore]? {
        if case .matching(let all) = self { all.filter(\.isUsableByNova) } else { nil }
    }

    /// What there is to say of an expression that nobody here reads.
    package static func unreadableWords(_ expression: String) -> String {
        "datastore_regex \"\(expression)\" is written for Python alone, so which datastores Nova takes is not known here"
    }
}

extension Inventory {
    /// The datastores of a cluster that Nova's driver may choose.
    package func datastoresForNova(
        of cluster: ClusterComputeResource, matching expression: String?
    ) -> DatastoresForNova {
        DatastoresForNova(among: datastores(of: cluster), matching: expression)
    }
}
