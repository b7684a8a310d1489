# cinder.sh make / remove: Cinder's database, schema and services on a controller whose /etc/cinder is written already.
set -euo pipefail
units="cinder-api cinder-scheduler cinder-volume"
case $1 in
make)
  install -d -o cinder -g cinder -m 750 /var/lib/cinder/lock
  password=$(sed -n 's#^connection = mysql+pymysql://cinder:\([^@]*\)@.*#\1#p' /etc/cinder/cinder.conf)
  mysql << C
CREATE DATABASE cinder CHARACTER SET utf8mb3;
CREATE USER cinder@localhost IDENTIFIED BY '$password', cinder@'%' IDENTIFIED BY '$password';
GRANT ALL ON cinder.* TO cinder@localhost, cinder@'%';
C
  runuser -u cinder -- cinder-manage db sync 2> /root/volume-test.sync || { tail -n 5 /root/volume-test.sync >&2; exit 1; }
  # shellcheck disable=SC2086 # a word a unit
  systemctl start $units
  ;;
remove)
  # shellcheck disable=SC2086
  systemctl stop $units 2> /dev/null || true
  mysql -e "DROP DATABASE IF EXISTS cinder; DROP USER IF EXISTS cinder@localhost, cinder@'%';"
  # Those that a service had for itself may go by themselves meanwhile.
  for queue in $(rabbitmqctl -q list_queues name | grep ^cinder); do
    rabbitmqctl -q delete_queue "$queue" > /dev/null 2>&1 || true
  done
  rm -rf /root/volume-test.sync /etc/cinder /var/lib/cinder /var/log/cinder
  ;;
esac
