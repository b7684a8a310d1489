extension ServiceSettings {
    /// What the register of known defects has of this release, where the settings bring it out for certain.
    func knownDefects() -> [CrossFinding] {
        KnownDefect.register.filter { $0.affects(release: catalog.release) }.compactMap { defect in
            guard isVMware, let setting = cause(of: defect) else { return nil }
            return setting.finding(
                .defect(defect.id), "\(defect.id): \(defect.title): \(defect.effect)",
                hint: defect.advice + (defect.report.map { "; \($0)" } ?? ""))
        }
    }

    private func cause(of defect: KnownDefect) -> OptionSetting? {
        switch defect.cause {
        case .vmware: last("DEFAULT", "compute_driver")
        case .option(let section, let option): last(section, option).flatMap { $0.isTrue ? $0 : nil }
        case .notInFiles: nil
        }
    }
}
