# ceph.sh make ADDRESS / remove: a Ceph cluster of one monitor, one manager and one OSD on this node, all in userspace:
# the OSD's BlueStore lies in a plain file. With a pool for volumes and the account that Cinder and libvirt use.
set -euo pipefail
name=$(hostname -s)
ceph() { timeout 60 /usr/bin/ceph "$@"; }
case $1 in
make)
  fsid=$(cat /proc/sys/kernel/random/uuid)
  osd=$(cat /proc/sys/kernel/random/uuid)
  cat > /etc/ceph/ceph.conf <<C
[global]
fsid = $fsid
mon_initial_members = $name
mon_host = $2
auth_allow_insecure_global_id_reclaim = false
# One OSD holds everything once.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_crush_chooseleaf_type = 0
[osd]
bluestore_block_size = 6442450944
osd_memory_target = 1073741824
C
  work=$(mktemp -d)
  trap 'rm -r $work' EXIT
  chmod 755 "$work"
  ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin \
    --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' > /dev/null
  chmod 600 /etc/ceph/ceph.client.admin.keyring
  ceph-authtool --create-keyring "$work/mon" --gen-key -n mon. --cap mon 'allow *' > /dev/null
  ceph-authtool "$work/mon" --import-keyring /etc/ceph/ceph.client.admin.keyring > /dev/null
  monmaptool --create --add "$name" "$2" --fsid "$fsid" "$work/map" > /dev/null
  chown ceph "$work"/*
  install -d -o ceph -g ceph "/var/lib/ceph/mon/ceph-$name" "/var/lib/ceph/mgr/ceph-$name" /var/lib/ceph/osd/ceph-0
  runuser -u ceph -- ceph-mon --mkfs -i "$name" --monmap "$work/map" --keyring "$work/mon"
  systemctl start "ceph-mon@$name"
  ceph config set global mon_warn_on_pool_no_redundancy false
  ceph auth get-or-create "mgr.$name" mon 'allow profile mgr' osd 'allow *' mds 'allow *' \
    > "/var/lib/ceph/mgr/ceph-$name/keyring"
  chown ceph "/var/lib/ceph/mgr/ceph-$name/keyring"
  systemctl start "ceph-mgr@$name"
  ceph osd new "$osd" > /dev/null
  ceph-authtool --create-keyring /var/lib/ceph/osd/ceph-0/keyring --gen-key -n osd.0 > /dev/null
  chown ceph /var/lib/ceph/osd/ceph-0/keyring
  ceph auth add osd.0 mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' \
    -i /var/lib/ceph/osd/ceph-0/keyring 2> /dev/null
  runuser -u ceph -- ceph-osd -i 0 --mkfs --osd-uuid "$osd" 2> "$work/mkfs" || { tail -n 5 "$work/mkfs" >&2; exit 1; }
  systemctl start ceph-osd@0
  ceph osd pool create volumes 8 2> /dev/null
  timeout 120 rbd pool init volumes
  ceph auth get-or-create client.cinder mon 'profile rbd' osd 'profile rbd pool=volumes' mgr 'profile rbd pool=volumes' \
    > /etc/ceph/ceph.client.cinder.keyring
  chgrp cinder /etc/ceph/ceph.client.cinder.keyring
  chmod 640 /etc/ceph/ceph.client.cinder.keyring
  for _ in $(seq 60); do
    [ "$(ceph df --format json | python3 -c 'import json,sys; print(int(json.load(sys.stdin)["stats"]["total_avail_bytes"] > 0))')" = 1 ] && exit
    sleep 1
  done
  ceph -s >&2
  exit 1
  ;;
remove)
  systemctl stop 'ceph-osd@*' 'ceph-mgr@*' 'ceph-mon@*'
  rm -rf /etc/ceph/ceph.conf /etc/ceph/ceph.client.* /var/lib/ceph/*/ceph-* /var/log/ceph
  ;;
esac
