# packages.sh install PACKAGE... / remove: packages beside those that the node has, none of which starts a service.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
before=/root/volume-test.packages
list() { dpkg-query --show --showformat='${Package} ${Status}\n' | sed -n 's/ install ok installed$//p' | sort; }
policy=/usr/sbin/policy-rc.d
case $1 in
install)
  shift
  list > $before
  [ ! -e $policy ] || mv $policy $policy.volume-test
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod 755 $policy
  trap 'rm $policy; [ ! -e $policy.volume-test ] || mv $policy.volume-test $policy' EXIT
  apt-get install -qq -y --no-install-recommends "$@" > /root/volume-test.apt 2>&1 || { tail -n 5 /root/volume-test.apt >&2; exit 1; }
  ;;
remove)
  [ -e $before ] || exit 0
  added=$(list | comm -13 $before -)
  # shellcheck disable=SC2086 # one word a package
  [ -z "$added" ] || apt-get purge -qq -y $added > /root/volume-test.apt 2>&1 || { tail -n 5 /root/volume-test.apt >&2; exit 1; }
  rm -f $before /root/volume-test.apt
  ;;
esac
