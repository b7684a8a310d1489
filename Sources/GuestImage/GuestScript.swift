/// The scripts inside the guest, in the shell of busybox.
///
/// What they print is read by `GuestReport`. They change what the image is: `GuestImage.key` has a checksum of them.
struct GuestScript {
    let path: String
    let text: String

    static let all = [
        initScript, wordsScript, addressScript, metadataScript, identityScript, probeScript, questionsScript,
        wayOutScript, powerButtonScript,
    ]

    /// The first process. It must never end: the kernel panics when it does.
    ///
    /// A guest without a network card is ready at once; with one, it waits up to two minutes for an address and
    /// one more for metadata, and goes on asking for both after that.
    private static let initScript = GuestScript(
        path: "init",
        text: #"""
            #!/bin/sh
            export PATH=/bin
            # In a container they are there already.
            [ -e /proc/uptime ] || { mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; }
            exec </dev/console >/dev/console 2>&1
            . /etc/say
            # A container's files outlive it: what it knew before its last start is no longer true.
            rm -f /run/* 2>/dev/null
            while read -r module; do insmod "/lib/modules/$module"; done </etc/modules
            say BOOT "kernel=$(uname -r) uptime=$(uptime)"
            acpid -c /etc/acpi 2>/dev/null
            ip link set lo up
            cards=$(cd /sys/class/net; ls -d eth* 2>/dev/null)
            for card in $cards; do
                ip link set "$card" up
                udhcpc -f -i "$card" -O staticroutes -t 10 -T 2 -A 1 -s /etc/address >/dev/null 2>&1 &
            done
            nc -ll -p 7 -e /etc/identity 2>/dev/null &
            /etc/questions &
            /etc/wayout &
            has_address() { [ -s /run/address ]; }
            if [ -n "$cards" ]; then within 120 has_address; fi
            if has_address; then within 60 /etc/metadata; fi
            say METADATA "$(identity)"
            say READY "$(identity) uptime=$(uptime)"
            while :; do
                sleep 30
                if has_address && ! [ -s /run/instance ]; then /etc/metadata; fi
                say STATUS "$(identity) uptime=$(uptime)"
            done

            """#)

    /// What the other scripts say, and how: on the serial console and, where that is not the console, on the screen.
    private static let wordsScript = GuestScript(
        path: "etc/say",
        text: #"""
            say() {
                echo "POLYVISOR-GUEST $*" >/dev/console
                grep -q 'tty0$' /sys/class/tty/console/active || echo "POLYVISOR-GUEST $*" >/dev/tty0
            } 2>/dev/null
            uptime() { cut -d ' ' -f 1 /proc/uptime; }
            known() { cat "/run/$1" 2>/dev/null || echo none; }
            identity() {
                echo "address=$(known address) instance=$(known instance) hostname=$(known hostname) told=$(known told)"
            }
            # Debian's busybox-static has a wget that crashes; nc with a numeric address does not.
            get() {
                printf 'GET %s HTTP/1.0\r\nHost: 169.254.169.254\r\n\r\n' "$1" |
                    timeout 10 nc -w 3 169.254.169.254 80 2>/dev/null | tr -d '\r' |
                    sed -n '1{/ 200/!q}; /^$/,${/^$/!p}'
            }
            # Reads a text out of JSON.
            field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
            # Tries a command every half second, for so many seconds at most.
            within() {
                end=$(($(uptime | cut -d . -f 1) + $1)); shift
                until "$@"; do
                    [ "$(uptime | cut -d . -f 1)" -lt "$end" ] || return 1
                    sleep 0.5
                done
            }

            """#)

    /// Run by udhcpc for each lease. Where a lease has classless routes, its router does not count (RFC 3442); one by
    /// 0.0.0.0 is to the link itself.
    private static let addressScript = GuestScript(
        path: "etc/address",
        text: #"""
            #!/bin/sh
            . /etc/say
            case $1 in bound|renew) ;; *) exit 0 ;; esac
            [ "$(cat "/run/$interface" 2>/dev/null)" = "$ip/$mask" ] && exit 0
            ip address flush dev "$interface"
            ip address add "$ip/$mask" dev "$interface"
            list() { [ $# -eq 0 ] && echo none || echo "$*" | tr ' ' ,; }
            lease="server=${serverid:-none} router=$(list $router) dns=$(list $dns) routes=$(list $staticroutes)"
            gateways=$router
            if [ -n "$staticroutes" ]; then
                gateways=
                set -- $staticroutes
                while [ $# -ge 2 ]; do
                    if [ "$2" = 0.0.0.0 ]; then ip route add "$1" dev "$interface"
                    else ip route add "$1" via "$2" dev "$interface"; fi
                    [ "$1" != 0.0.0.0/0 ] || gateways="$gateways $2"
                    shift 2
                done
            else
                for gateway in $router; do ip route add default via "$gateway" dev "$interface"; done
            fi 2>/dev/null
            echo "$ip/$mask" >"/run/$interface"
            say LEASE "$lease interface=$interface"
            say ADDRESS "address=$ip/$mask interface=$interface"
            [ -s /run/address ] && exit 0
            for gateway in $gateways; do echo "$gateway"; done >/run/gateways
            for server in $dns; do echo "$server"; done >/run/servers
            # The last one: others wait for it.
            echo "$ip" >/run/address

            """#)

    /// Says once what the guest reaches of what its lease names, and of the place that its metadata names, and again when
    /// something answers that did not. A router may drop ping, and is there all the same if it answers ARP; a name server
    /// may refuse the question, which is an answer.
    private static let wayOutScript = GuestScript(
        path: "etc/wayout",
        text: #"""
            #!/bin/sh
            . /etc/say
            pinged() { ping -c 1 -W 2 "$1" 2>/dev/null | sed -n 's/.*time=\([0-9.]*\) ms.*/\1/p'; }
            # Flag 2 of an entry says that the address was resolved.
            gateway() {
                time=$(pinged "$1"); link=none
                grep -q "^$1 .* 0x[2367] " /proc/net/arp && link=known
                word="GATEWAY peer=$1 ping=${time:-none} link=$link"
                [ "${time:-none} $link" != "none none" ]
            }
            # nslookup's exit status says whether there is such a name. Neutron's own server asks others for the root, who
            # may be out of reach, and knows the guest's address itself.
            server() {
                answer=none
                for question in "-type=ns ." "$(cat /run/address)"; do
                    nslookup $question "$1" 2>/dev/null | grep -q '^Server:' && answer=yes && break
                done
                word="DNS peer=$1 answer=$answer"
                [ $answer = yes ]
            }
            place() {
                time=$(pinged "${1%:*}"); word="BEYOND peer=$1 ping=${time:-none} answer=none"
                [ -z "$time" ] || return 0
                answer=$(printf 'HEAD / HTTP/1.0\r\n\r\n' | timeout 8 nc -w 4 "${1%:*}" "${1#*:}" 2>&1) ||
                    case $answer in *refused*) ;; *) return 1 ;; esac
                word="BEYOND peer=$1 ping=none answer=yes"
            }
            try() {
                "$@" && { say "$word"; return; }
                # The first packets may be lost.
                sleep 1; "$@"; found=$?
                say "$word"
                for round in $(seq 20); do
                    [ $found != 0 ] || return
                    sleep 5; "$@"; found=$?
                    [ $found != 0 ] || say "$word"
                done
            }
            until [ -s /run/address ]; do sleep 0.5; done
            for peer in $(cat /run/gateways); do try gateway "$peer" & done
            for peer in $(cat /run/servers); do try server "$peer" & done
            until [ -s /run/instance ]; do sleep 1; done
            [ ! -s /run/beyond ] || try place "$(cat /run/beyond)"

            """#)

    /// Asks the metadata service once. Where the instance's metadata has a place for questions, the guest says so.
    private static let metadataScript = GuestScript(
        path: "etc/metadata",
        text: #"""
            #!/bin/sh
            . /etc/say
            json=$(get /openstack/latest/meta_data.json)
            id=$(echo "$json" | field uuid); name=$(echo "$json" | field hostname)
            [ -n "$id" ] || id=$(get /latest/meta-data/instance-id | head -n 1)
            [ -n "$id" ] || exit 1
            [ -n "$name" ] || name=$(get /latest/meta-data/hostname | head -n 1)
            [ -z "$(echo "$json" | field polyvisor_probe)" ] || echo probe >/run/told
            echo "$json" | field polyvisor_beyond | grep '^[0-9.]*:[0-9]*$' >/run/beyond
            echo "${name:-none}" >/run/hostname
            echo "$id" >/run/instance

            """#)

    /// Answers who the guest is, in one line, to whoever connects to TCP port 7; and then one question, `probe ADDRESS`:
    /// whether another guest answers ping and TCP port 7, as seen from this one.
    private static let identityScript = GuestScript(
        path: "etc/identity",
        text: #"""
            #!/bin/sh
            . /etc/say
            echo "POLYVISOR-GUEST IDENTITY $(identity) asks=probe"
            read -t 10 -r verb peer || exit 0
            peer=$(echo "$peer" | tr -d '\r')
            case "$verb $peer" in "probe "[0-9]*) ;; *) exit 0 ;; esac
            case $peer in *[!0-9.]*) exit 0 ;; esac
            echo "POLYVISOR-GUEST $(/etc/probe "$peer")"

            """#)

    /// Whether another guest answers ping and TCP port 7, as seen from this one.
    private static let probeScript = GuestScript(
        path: "etc/probe",
        text: #"""
            #!/bin/sh
            peer=$1
            once() { ping -c 1 -W 2 "$peer" 2>/dev/null | sed -n 's/.*time=\([0-9.]*\) ms.*/\1/p'; }
            # The first may be lost while the address is looked up.
            time=$(once); [ -n "$time" ] || time=$(once)
            heard=$(timeout 8 nc -w 4 "$peer" 7 </dev/null 2>/dev/null | head -n 1)
            heard=$(echo "$heard" | sed -n 's/.* \(instance=[^ ]*\).*/\1/p')
            echo "PROBE peer=$peer ping=${time:-none} ${heard:-instance=silent}"

            """#)

    /// Looks into the instance's metadata for addresses that somebody wants to be probed, with commas between them, and
    /// says on the console what it found. Only where the metadata had a place for such questions from the beginning.
    private static let questionsScript = GuestScript(
        path: "etc/questions",
        text: #"""
            #!/bin/sh
            . /etc/say
            until [ -s /run/instance ]; do sleep 2; done
            [ -s /run/told ] || exit 0
            asked=none
            while sleep 2; do
                now=$(get /openstack/latest/meta_data.json | field polyvisor_probe)
                if [ -z "$now" ] || [ "$now" = "$asked" ]; then continue; fi
                asked=$now
                for peer in $(echo "$now" | tr , ' '); do
                    case $peer in *[!0-9.]*) continue ;; esac
                    say "$(/etc/probe "$peer")"
                done
            done

            """#)

    /// Without it Nova waits a minute for each guest before it pulls the plug.
    private static let powerButtonScript = GuestScript(
        path: "etc/acpi/PWRF/00000080",
        text: #"""
            #!/bin/sh
            . /etc/say
            say POWEROFF "uptime=$(uptime)"
            sync
            poweroff -f

            """#)
}
