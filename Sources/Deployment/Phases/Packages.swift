import SSH
import Wording

extension LabView {
    /// Debian packages that a node lacks; in a sandbox what they made is kept as a layer for the next time, but never
    /// of a node that has been configured: other labs would get its passwords and databases.
    func packageSteps(preseed: String, keepingLayers: Bool) -> [Step] {
        nodes.flatMap { view -> [Step] in
            let missing = view.packages.filter { view.facts.packages[$0] == nil }
            guard !missing.isEmpty else { return [] }
            let installation = PackageInstallation(
                packages: view.packages, preseed: preseed, disable: view.units + view.services.disable)
            let install = Step(
                .packages, on: view.name, "install packages",
                because: "\(missing.count) of \(view.packages.count) are missing", .install(installation))
            // Below a shared folder, a layer would have a directory that belongs to root.
            guard keepingLayers, view.facts.files[LivePerformer.originals] == nil,
                !lab.sharesInstancesPath(of: view.node)
            else { return [install] }
            let keep = Step(
                .packages, on: view.name, "keep the layer", because: "the next node need not install them again",
                .keepLayer(packages: view.packages), after: [install.id])
            return [install, keep]
        }
    }
}

extension LabView {
    /// Units that packages brought and that must not run here, e.g. the distribution's nova-compute on a node that
    /// runs one of its own for each cluster.
    func unwantedUnitSteps() -> [Step] {
        nodes.compactMap { view in
            let unwanted = view.unwanted
            guard let first = unwanted.first else { return nil }
            let masked = unwanted.filter(view.services.mask.contains)
            return Step(
                .files, on: view.name, "stop units that are not wanted", because: "\(first) is there",
                .units(UnitChange(disable: unwanted.filter { !masked.contains($0) }, mask: masked)))
        }
    }
}

extension PackageInstallation {
    /// POSIX shell that installs without starting a service: Debian's `policy-rc.d` answers 101, "action
    /// forbidden", while it runs, and what was there before comes back after.
    var script: Script {
        let names = packages.map { shellQuoted($0) }.joined(separator: " ")
        let units = disable.map { shellQuoted($0) }.joined(separator: " ")
        let text = """
            export DEBIAN_FRONTEND=noninteractive LC_ALL=C
            policy=/usr/sbin/policy-rc.d
            mkdir -p /var/lib/polyvisor
            if [ -e "$policy" ] && ! grep -q 'made by polyvisor' "$policy"; then mv "$policy" "$policy.polyvisor"; fi
            printf '#!/bin/sh\\n# made by polyvisor, gone when the packages are in\\nexit 101\\n' > "$policy"
            chmod 755 "$policy"
            restore() { rm -f "$policy"; if [ -e "$policy.polyvisor" ]; then mv "$policy.polyvisor" "$policy"; fi; }
            trap restore EXIT
            # What runs was configured by an earlier run: a package that comes later must not end it at the next boot.
            running=' '
            for unit in \(units); do
              if systemctl is-active -q "$unit"; then running="$running$unit "; fi
            done
            lock='-o DPkg::Lock::Timeout=600'
            dpkg --force-confold --configure -a
            apt-get $lock -q update
            apt-get $lock -q -y install --no-install-recommends debconf-utils
            debconf-set-selections <<'PRESEED'
            \(preseed)
            PRESEED
            apt-get $lock -q -y install --no-install-recommends -o Dpkg::Options::=--force-confold \\
              -o Dpkg::Options::=--force-confdef \\
              -o Dpkg::Options::=--force-unsafe-io \(names)
            for unit in \(units); do
              case "$running" in *" $unit "*) ;; *) systemctl disable -q "$unit" 2>/dev/null || true ;; esac
            done
            # The packages' own request was refused with the rest; without it D-Bus does not know their new users, and
            # polkit, which libvirt asks, cannot start.
            if systemctl is-active -q dbus; then systemctl reload dbus; fi

            """
        return Script(text: text, timeoutSeconds: 1800, stamp: nil)
    }
}
