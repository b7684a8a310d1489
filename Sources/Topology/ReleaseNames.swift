/// The releases that a topology may name.
///
/// This room does not know them; whoever does hands them to `Lab.read`.
public struct ReleaseNames: Sendable {
    /// What a text that should name a release stands for.
    public enum Answer: Sendable, Equatable {
        /// The release, by the name that everything else knows it by.
        case release(String)
        /// No release: what is wrong, and what to write instead.
        case none(String, hint: String?)
    }

    let answer: @Sendable (String) -> Answer

    /// Names that `answer` looks up.
    public init(_ answer: @escaping @Sendable (String) -> Answer) { self.answer = answer }
}

extension Draft {
    /// Gives the release its own name. One that does not exist is reported where it stands.
    mutating func settleRelease(by names: ReleaseNames, _ log: ProblemLog) {
        guard let given = release.marked else { return }
        switch names.answer(given.value) {
        case .release(let name): release = .value(Marked(name, at: given.mark))
        case .none(let what, let hint):
            log.error(given.mark, what, hint: hint)
            release = .unreadable
        }
    }
}
