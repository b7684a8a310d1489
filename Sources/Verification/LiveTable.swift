import Foundation
import Wording

/// What a person sees while a verification runs: a row for each hypervisor, a column for each layer.
///
/// A value without a terminal: whoever draws it takes away the lines of before.
public struct LiveTable: Sendable {
    /// The part of the cloud that a column stands for.
    enum Column: String, CaseIterable {
        case service, room, vcenter = "vCenter", boot, guest, network, console, actions, removal
    }

    /// What became of a column's checks so far; the worst of them is shown.
    enum Cell: Int, Comparable {
        case none, skipped, passed, running, failed
        static func < (a: Cell, b: Cell) -> Bool { a.rawValue < b.rawValue }
    }

    private struct Row {
        let host: String
        var cells: [Column: Cell] = [:]
        var current: CheckName?
        var began: Double?
        var ended: Double?
        var verdict: HypervisorReport.Verdict?
    }

    private var rows: [Row] = []
    private var hasActions = false

    /// Empty until a verification says which hypervisors there are.
    public init() {}

    /// Whether there is anything to draw.
    public var isEmpty: Bool { rows.isEmpty }

    /// Whether all hypervisors have come to their end.
    public var isOver: Bool { !rows.isEmpty && rows.allSatisfy { $0.ended != nil } }

    /// Takes in what a verification tells.
    ///
    /// - Parameter now: seconds, on any clock that the table's reader shares.
    public mutating func take(_ event: VerificationEvent, now: Double) {
        switch event {
        case .hypervisors(let hosts): rows = hosts.map { Row(host: VisibleText($0).folded) }
        case .began(let host, let check):
            change(host) { row in
                row.current = check
                row.began = row.began ?? now
                row.cells[check.column] = max(row.cells[check.column] ?? .none, .running)
            }
            hasActions = hasActions || check.column == .actions
        case .ended(let host, let check):
            change(host) { row in
                let before = row.cells[check.name.column] ?? .none
                row.current = row.current == check.name ? nil : row.current
                row.cells[check.name.column] = max(before == .running ? .none : before, Cell(check.verdict))
            }
        case .finished(let report):
            change(report.host) { row in
                (row.ended, row.verdict, row.current) = (now, report.verdict, nil)
            }
        case .note, .warning: break
        }
    }

    private mutating func change(_ host: String, _ change: (inout Row) -> Void) {
        let host = VisibleText(host).folded
        if let index = rows.firstIndex(where: { $0.host == host }) { change(&rows[index]) }
    }

    /// The table for a terminal.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal; no line is wider.
    ///   - height: lines of the terminal; what does not fit is counted in the last one.
    ///   - colours: whether to colour with ANSI escapes.
    public func lines(width: Int, height: Int, now: Double, colours: Bool) -> [String] {
        let sheet = Sheet(hosts: rows.map(\.host), columns: columns, width: max(10, width), colours: colours)
        let most = max(1, height - 3)
        // Those that are still at work are more telling than those that are over.
        let shown = rows.count <= most ? rows : Array((rows.filter { $0.ended == nil } + rows).prefix(most))
        var lines =
            [sheet.head()]
            + shown.map { row in
                sheet.row(
                    row.host, columns.map { row.cells[$0] ?? .none }, row.verdict,
                    seconds: row.began.map { (row.ended ?? now) - $0 },
                    current: row.current?.title ?? (row.ended == nil ? "" : row.verdict?.rawValue ?? ""))
            }
        if rows.count > shown.count { lines.append(sheet.cut("… and \(rows.count - shown.count) more")) }
        return lines
    }

    private var columns: [Column] { Column.allCases.filter { $0 != .actions || hasActions } }
}

extension LiveTable.Cell {
    fileprivate init(_ verdict: CheckVerdict) {
        self = verdict.failure != nil ? .failed : verdict.isSkipped ? .skipped : .passed
    }
}

/// The widths of a table in a terminal.
private struct Sheet {
    let hostColumns: Int
    let names: [String]
    let width: Int
    let colours: Bool

    private static let leastHost = 6
    private static let timeColumns = 7

    init(hosts: [String], columns: [LiveTable.Column], width: Int, colours: Bool) {
        (self.width, self.colours) = (width, colours)
        let longest = max("hypervisor".count, hosts.map(\.columns).max() ?? 0)
        func room(_ names: [String]) -> Int { width - names.reduce(0) { $0 + $1.count + 1 } - Self.timeColumns - 1 }
        let choices = [columns.map(\.rawValue), columns.map { String($0.rawValue.prefix(3)) }, columns.map { _ in "" }]
        // Whole words where the hosts' names keep enough room, else three letters, else marks alone.
        names = choices.first { room($0) >= min(longest, 12) } ?? choices[2]
        hostColumns = max(Self.leastHost, min(longest, room(names)))
    }

    func head() -> String {
        let cells = names.map { " " + padded($0, max(1, $0.count)) }.joined()
        return paint(cut(padded("hypervisor", hostColumns) + cells), "2")
    }

    func row(
        _ host: String, _ cells: [LiveTable.Cell], _ verdict: HypervisorReport.Verdict?, seconds: Double?,
        current: String
    ) -> String {
        let time = seconds.map { String(format: "%5.0f s", $0) } ?? ""
        var columns = hostColumns
        var line = padded(host, hostColumns)
        for (name, cell) in zip(names, cells) where columns + max(1, name.count) + 1 <= width {
            let space = String(repeating: " ", count: max(0, name.count - 1))
            line += " " + mark(cell) + space
            columns += 1 + max(1, name.count)
        }
        guard columns + Self.timeColumns <= width else { return line }
        line += padded(time, Self.timeColumns)
        let room = width - columns - Self.timeColumns - 2
        return room >= 8 && !current.isEmpty ? line + "  " + paint(cut(current, to: room), "2") : line
    }

    private func mark(_ cell: LiveTable.Cell) -> String {
        switch cell {
        case .none: paint("·", "2")
        case .skipped: paint("–", "33")
        case .passed: paint("✓", "32")
        case .running: paint("…", "1")
        case .failed: paint("✗", "31")
        }
    }

    func cut(_ text: String) -> String { cut(text, to: width) }

    private func cut(_ text: String, to columns: Int) -> String {
        guard text.columns > columns else { return text }
        var kept = ""
        for character in text where (kept + String(character)).columns < columns { kept.append(character) }
        return kept + "…"
    }

    private func padded(_ text: String, _ columns: Int) -> String {
        let fitting = cut(text, to: columns)
        return fitting + String(repeating: " ", count: max(0, columns - fitting.columns))
    }

    private func paint(_ text: String, _ colour: String) -> String {
        colours ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }
}

extension CheckName {
    /// The column of the live table.
    var column: LiveTable.Column {
        switch self {
        case .serviceUp, .hypervisorType: .service
        case .placementInventory, .image, .quota, .capacity: .room
        case .vcenterLogin, .vcenterCluster, .datastoreRoom, .portGroup, .vmFound, .vmPower, .vmCluster, .vmDatastore,
            .vmNetwork, .vmDisk, .vmUnique:
            .vcenter
        case .created, .active, .host: .boot
        case .guestReady, .guestAddress, .guestMetadata: .guest
        case .networkAgents, .portBinding, .reach, .peers, .wayOut: .network
        case .console: .console
        case .secondBoot, .configDrive, .stopStart, .reboot, .snapshot, .resize, .coldMigration, .liveMigration,
            .volume, .volumeBoot, .vcpus, .schedulingTagged, .schedulingUntagged, .drillComputeFailure,
            .drillHostFailure,
            .drillVCenterRestart:
            .actions
        case .deleted, .goneFromNova, .goneFromNeutron, .goneFromPlacement, .goneFromLibvirt, .goneFromVCenter: .removal
        }
    }
}
