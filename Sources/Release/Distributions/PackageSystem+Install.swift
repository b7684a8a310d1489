extension PackageSystem {
    /// POSIX shell that installs without starting a service: Debian's `policy-rc.d` answers 101, "action forbidden",
    /// while it runs, and what was there before comes back after.
    ///
    /// - Parameter units: what packages enable and what waits for its configuration, or is not wanted at all.
    public func install(_ packages: [String], disabling units: [String]) -> String {
        let (units, packages) = (quoted(units), quoted(packages))
        let answers = answers.joined(separator: "\n")
        return """
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
            \(answers)
            PRESEED
            apt-get $lock -q -y install --no-install-recommends -o Dpkg::Options::=--force-confold \\
              -o Dpkg::Options::=--force-confdef \\
              -o Dpkg::Options::=--force-unsafe-io \(packages)
            for unit in \(units); do
              case "$running" in *" $unit "*) ;; *) systemctl disable -q "$unit" 2>/dev/null || true ;; esac
            done
            # The packages' own request was refused with the rest; without it D-Bus does not know their new users, and
            # polkit, which libvirt asks, cannot start.
            if systemctl is-active -q dbus; then systemctl reload dbus; fi

            """
    }
}
