public import Foundation
import GRDB

/// What was done to a lab and when: a row for each run, each step before and after, and each verification.
///
/// What still has to be done follows from the facts of the nodes; the journal tells a person, and `status`,
/// where a killed run was. It holds names and times, never contents.
public final class Journal: Sendable {
    private let database: DatabaseQueue

    /// Opens `journal.sqlite` of a lab, or makes it.
    public init(_ state: LabState) throws {
        let path = state.directory.appendingPathComponent("journal.sqlite").path
        // The folder is 0700; the file is too, before SQLite writes to it.
        close(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        var configuration = Configuration()
        // `status` reads while `up` writes.
        configuration.busyMode = .timeout(10)
        // Two that open a new lab at once would both make the tables.
        let lock = try state.turn(at: "journal.lock")
        defer { withExtendedLifetime(lock) {} }
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrator.migrate(database)
        } catch let error as DatabaseError {
            throw DeploymentProblem(
                what: "\(path) cannot be used: \(error.message ?? "\(error)")",
                hint: "move it away: what is to be done is found out from the nodes, only the history is lost")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.create(table: "run") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("command", .text).notNull()
                table.column("started", .double).notNull()
                table.column("finished", .double)
                table.column("outcome", .text)
            }
            try db.create(table: "step") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("run", .integer).notNull().references("run")
                table.column("phase", .text).notNull()
                table.column("node", .text)
                table.column("title", .text).notNull()
                table.column("started", .double).notNull()
                table.column("finished", .double)
                table.column("error", .text)
            }
            try db.create(table: "verification") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("digest", .text).notNull()
                table.column("finished", .double).notNull()
                table.column("passed", .boolean).notNull()
                table.column("report", .text).notNull()
            }
        }
        return migrator
    }

    /// Begins a run and gives its number.
    public func begin(_ command: String) throws -> Int64 {
        try write("INSERT INTO run (command, started) VALUES (?, ?)", [command, now])
    }

    /// The outcome of a run that changed nothing because its input was wrong.
    static let refused = "refused"

    /// Whether there is a lab: the newest run that could touch it was `up`.
    func hasLab() throws -> Bool {
        let sql = "SELECT command FROM run WHERE outcome IS NOT ? ORDER BY id DESC LIMIT 1"
        return try database.read { db in try String.fetchOne(db, sql: sql, arguments: [Self.refused]) == "up" }
    }

    /// Ends a run: `passed`, `failed`, `cancelled` or `refused`.
    public func end(run: Int64, outcome: String) throws {
        try write("UPDATE run SET finished = ?, outcome = ? WHERE id = ?", [now, outcome, run])
    }

    func begin(_ step: Step, run: Int64) throws -> Int64 {
        try write(
            "INSERT INTO step (run, phase, node, title, started) VALUES (?, ?, ?, ?, ?)",
            [run, step.phase.rawValue, step.node, step.title, now])
    }

    func end(step: Int64, error: String?) throws {
        try write("UPDATE step SET finished = ?, error = ? WHERE id = ?", [now, error, step])
    }

    /// Records what a verification of the lab in this shape found.
    public func record(verificationOf digest: String, passed: Bool, report: String) throws {
        try write(
            "INSERT INTO verification (digest, finished, passed, report) VALUES (?, ?, ?, ?)",
            [digest, now, passed, report])
    }

    /// The newest verification, if it was of the lab in this shape.
    public func lastVerification(of digest: String) throws -> (passed: Bool, finished: Date, report: String)? {
        try database.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM verification ORDER BY id DESC LIMIT 1"),
                row["digest"] == digest
            else { return nil }
            return (row["passed"], Date(timeIntervalSince1970: row["finished"]), row["report"])
        }
    }

    /// How long each phase of a run took, from its first step's beginning to its last one's end; phases overlap.
    public func phaseSeconds(ofRun run: Int64) throws -> [(phase: Phase, seconds: Double)] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT phase, max(finished) - min(started) AS seconds FROM step WHERE run = ? GROUP BY phase",
                arguments: [run])
            let seconds = Dictionary(
                uniqueKeysWithValues: rows.map { ($0["phase"] as String, $0["seconds"] as Double?) })
            return Phase.allCases.compactMap { phase in (seconds[phase.rawValue] ?? nil).map { (phase, $0) } }
        }
    }

    /// The runs of every command that changes the lab, the newest first.
    func runs() throws -> [PastRun] {
        let sql = """
            SELECT run.*, count(step.id) AS steps, count(step.error) AS failures
            FROM run LEFT JOIN step ON step.run = run.id GROUP BY run.id ORDER BY run.id DESC
            """
        return try database.read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                PastRun(
                    number: row["id"], command: row["command"], started: Date(timeIntervalSince1970: row["started"]),
                    seconds: (row["finished"] as Double?).map { $0 - row["started"] }, outcome: row["outcome"],
                    steps: row["steps"], failures: row["failures"])
            }
        }
    }

    /// The newest run and the steps of it that began and never ended: where a killed run was.
    public func lastRun() throws -> (command: String, started: Date, outcome: String?, unfinished: [String])? {
        try database.read { db in
            guard let run = try Row.fetchOne(db, sql: "SELECT * FROM run ORDER BY id DESC LIMIT 1") else { return nil }
            let id: Int64 = run["id"]
            let steps = try String.fetchAll(
                db, sql: "SELECT coalesce(node, 'cloud') || ': ' || title FROM step WHERE run = ? AND finished IS NULL",
                arguments: [id])
            return (run["command"], Date(timeIntervalSince1970: run["started"]), run["outcome"], steps)
        }
    }

    /// What a run did, in the order in which its steps began.
    public func steps(ofRun run: Int64) throws -> [PerformedStep] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM step WHERE run = ? ORDER BY id", arguments: [run]).map { row in
                PerformedStep(
                    node: row["node"], title: row["title"], finished: row["finished"] != nil, error: row["error"])
            }
        }
    }

    /// A step as the journal keeps it.
    public struct PerformedStep: Sendable, Equatable, Encodable {
        public var node: String?
        public var title: String
        public var finished: Bool
        /// Why it failed, in the words that the user saw.
        public var error: String?
    }

    private var now: Double { Date().timeIntervalSince1970 }

    @discardableResult
    private func write(_ sql: String, _ arguments: StatementArguments) throws -> Int64 {
        try database.write { db in
            try db.execute(sql: sql, arguments: arguments)
            return db.lastInsertedRowID
        }
    }
}
