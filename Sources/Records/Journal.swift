import Foundation
import GRDB

/// What was done to a lab and when: a row for each run, each step before and after, and each verification.
///
/// What still has to be done follows from the facts of the nodes; the journal tells a person, and `status`,
/// where a killed run was. It holds names and times, never contents.
final class Journal: Sendable {
    private let database: DatabaseQueue
    static let file = "journal.sqlite"

    /// Opens the journal of a lab, or makes it.
    init(_ state: LabState) throws {
        try state.make()
        let path = state.path(Self.file)
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
            throw StateProblem(
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

    func begin(_ kind: Run.Kind) throws -> Int64 {
        try write("INSERT INTO run (command, started) VALUES (?, ?)", [kind.name, now])
    }

    func end(_ run: Int64, _ outcome: Run.Outcome) throws {
        try write("UPDATE run SET finished = ?, outcome = ? WHERE id = ?", [now, outcome.rawValue, run])
    }

    func begin(_ step: Run.Step, of run: Int64) throws -> Int64 {
        try write(
            "INSERT INTO step (run, phase, node, title, started) VALUES (?, ?, ?, ?, ?)",
            [run, step.phase, step.node, step.title, step.started.timeIntervalSince1970])
    }

    func end(step: Int64, error: String?) throws {
        try write("UPDATE step SET finished = ?, error = ? WHERE id = ?", [now, error, step])
    }

    func record(_ verification: PastVerification) throws {
        try write(
            "INSERT INTO verification (digest, finished, passed, report) VALUES (?, ?, ?, ?)",
            [
                verification.digest, verification.finished.timeIntervalSince1970, verification.passed,
                verification.report,
            ])
    }

    func lastVerification() throws -> PastVerification? {
        try database.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM verification ORDER BY id DESC LIMIT 1").map { row in
                PastVerification(
                    of: row["digest"], passed: row["passed"], report: row["report"],
                    finished: Date(timeIntervalSince1970: row["finished"]))
            }
        }
    }

    /// The newest first.
    func runs() throws -> [Run] {
        let sql = """
            SELECT run.*, count(step.id) AS steps, count(step.error) AS failures
            FROM run LEFT JOIN step ON step.run = run.id GROUP BY run.id ORDER BY run.id DESC
            """
        return try database.read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                Run(
                    number: row["id"], kind: .init(named: row["command"]),
                    started: Date(timeIntervalSince1970: row["started"]),
                    seconds: (row["finished"] as Double?).map { $0 - row["started"] },
                    outcome: (row["outcome"] as String?).flatMap(Run.Outcome.init), steps: row["steps"],
                    failures: row["failures"])
            }
        }
    }

    func steps(of run: Int64) throws -> [Run.Step] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM step WHERE run = ? ORDER BY id", arguments: [run]).map { row in
                var step = Run.Step(
                    phase: row["phase"], node: row["node"], title: row["title"],
                    started: Date(timeIntervalSince1970: row["started"]))
                step.finished = (row["finished"] as Double?).map { Date(timeIntervalSince1970: $0) }
                step.error = row["error"]
                return step
            }
        }
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
