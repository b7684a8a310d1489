extension PackageSystem {
    /// POSIX shell that prints `absent NAME` for each of these packages that is not installed, and then, if there is one,
    /// `source URI WHY` for each package source, without a reason where it is in reach: apt's own helper fetches its
    /// InRelease into a folder that goes again. Where no folder can be made, `nosources WHY`.
    public func missing(_ packages: [String]) -> String {
        """
        absent=
        for package in \(quoted(packages)); do
          state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null)
          case "$state" in ii*) ;; *) absent=1; echo "absent $package" ;; esac
        done
        helper=/usr/lib/apt/apt-helper
        if [ -n "$absent" ] && [ -x "$helper" ]; then
          if folder=$(mktemp -d 2>&1); then
          apt-get indextargets --format '$(REPO_URI)dists/$(RELEASE)/InRelease' 'Created-By: Packages' 2>/dev/null \\
            | sort -u | { while read -r uri; do
              (
                file=$folder/$(echo "$uri" | cksum | cut -d' ' -f1)
                said=$(timeout 60 "$helper" -o Acquire::Retries=1 -o Acquire::http::Timeout=25 \\
                  download-file "$uri" "$file" 2>&1 >/dev/null)
                status=$?
                # On success it only warns, that root fetches for itself.
                if [ "$status" = 0 ]; then said=; else said="status $status: $said"; fi
                printf 'source %s %s\\n' "$uri" "$(printf %s "$said" | tr '\\n' ' ' | cut -c1-300)"
              ) &
            done; wait; }
          rm -rf "$folder"
          else
            echo "nosources $folder" | tr '\\n' ' '; echo
          fi
        fi
        """
    }
}
