# The controller: database, message queue, Keystone, Glance, Placement, Nova, Neutron and its agents.
. /root/lib.sh

database() { printf 'mysql+pymysql://%s:%s@127.0.0.1/%s' "$1" "$PASSWORD" "$2"; }

systemctl restart --no-block rabbitmq-server
cat > /etc/mysql/mariadb.conf.d/99-cloud.cnf <<C
[mysqld]
bind-address = 127.0.0.1
max_connections = 2000
skip-name-resolve
innodb_flush_log_at_trx_commit = 0
innodb_doublewrite = 0
C
systemctl restart mariadb
for pair in keystone:keystone glance:glance placement:placement neutron:neutron nova:nova nova:nova_api nova:nova_cell0; do
  echo "CREATE DATABASE ${pair#*:}; GRANT ALL ON ${pair#*:}.* TO '${pair%:*}'@'127.0.0.1' IDENTIFIED BY '$PASSWORD';"
done | mysql
step "databases"

cat > /etc/keystone/keystone.conf <<C
[DEFAULT]
log_dir = /var/log/keystone
[database]
connection = $(database keystone keystone)
[token]
provider = fernet
C
cat > /etc/glance/glance-api.conf <<C
[DEFAULT]
log_dir = /var/log/glance
[database]
connection = $(database glance glance)
[glance_store]
stores = file,http
default_store = file
filesystem_store_datadir = /var/lib/glance/images
[paste_deploy]
flavor = keystone
[oslo_concurrency]
lock_path = /var/lib/glance/lock
$(token_check glance)
C
cat > /etc/placement/placement.conf <<C
[DEFAULT]
log_dir = /var/log/placement
[placement_database]
connection = $(database placement placement)
[api]
auth_strategy = keystone
$(token_check placement)
C
nova_common "$CONTROLLER" > /etc/nova/nova.conf <<C
metadata_workers = 1
[api_database]
connection = $(database nova nova_api)
[database]
connection = $(database nova nova)
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 10
query_placement_for_image_type_support = true
C
neutron_common > /etc/neutron/neutron.conf <<C
service_plugins =
auth_strategy = keystone
interface_driver = linuxbridge
dhcp_agents_per_network = 1
api_workers = 1
rpc_workers = 1
[database]
connection = $(database neutron neutron)
[nova]
$(account nova)
$(token_check neutron)
C
# VMware's instances hang on a port group, which no mechanism driver of Neutron's tree binds.
cat > /etc/neutron/plugins/ml2/ml2_conf.ini <<C
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population,polyvisor_dvs
extension_drivers = port_security
[ml2_type_flat]
flat_networks = physnet1
[ml2_type_vxlan]
vni_ranges = 1:1000
[ml2_vsphere]
hosts = cluster-one
port_groups = physnet1:lan
C
linuxbridge_agent "$CONTROLLER" physnet1:eth1
cat > /etc/neutron/dhcp_agent.ini <<C
[DEFAULT]
interface_driver = linuxbridge
enable_isolated_metadata = true
force_metadata = true
C
cat > /etc/neutron/metadata_agent.ini <<C
[DEFAULT]
nova_metadata_host = $CONTROLLER
metadata_proxy_shared_secret = $PASSWORD
metadata_workers = 1
C
# Debian's packages share one file for their console proxies, and start none that it does not name.
echo NOVA_CONSOLE_PROXY_TYPE=novnc > /etc/default/nova-consoleproxy
# What Debian ships starts 8 processes of 32 threads for each API.
for project in keystone glance placement nova neutron; do
  sed -i -E 's/^processes *=.*/processes = 2/; s/^threads *=.*/threads = 1/; s/^plugins *=.*/plugins = python3/; /^apparmor-profile/d' \
    /etc/$project/*-uwsgi.ini
done
sed -i 's/^-l .*/-l 0.0.0.0/' /etc/memcached.conf
systemctl restart memcached
own keystone glance placement nova neutron
sysctl -qw net.ipv4.ip_forward=1
for _ in $(seq 60); do rabbitmqctl await_startup -t 10 > /dev/null 2>&1 && break; sleep 1; done
rabbitmqctl -q add_user openstack "$PASSWORD"
rabbitmqctl -q set_permissions openstack '.*' '.*' '.*'
step "files, message queue"

as() { su -s /bin/sh "$1" -c "$2"; }
identity() {
  as keystone 'keystone-manage db_sync'
  for keys in fernet_setup credential_setup; do keystone-manage $keys --keystone-user keystone --keystone-group keystone; done
  OS_BOOTSTRAP_PASSWORD=$PASSWORD keystone-manage bootstrap --bootstrap-region-id RegionOne \
    --bootstrap-admin-url http://$CONTROLLER:5000/v3/ --bootstrap-internal-url http://$CONTROLLER:5000/v3/ \
    --bootstrap-public-url http://$CONTROLLER:5000/v3/
  systemctl start keystone
  as glance 'glance-manage db_sync'
  as placement 'placement-manage db sync'
  as neutron 'neutron-db-manage --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade head'
}
compute() {
  as nova 'nova-manage api_db sync && nova-manage cell_v2 map_cell0 && nova-manage cell_v2 create_cell --name=cell1 && nova-manage db sync'
}
identity > /root/identity.log 2>&1 & first=$!
compute > /root/compute.log 2>&1 & second=$!
wait $first || { tail -5 /root/identity.log; exit 1; }
wait $second || { tail -5 /root/compute.log; exit 1; }
step "database schemas"

mkdir -p /etc/openstack
cat > /etc/openstack/clouds.yaml <<C
clouds:
  second:
    region_name: RegionOne
    auth:
      auth_url: http://$CONTROLLER:5000/v3
      username: admin
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
C
cat > /etc/openstack/secure.yaml <<C
clouds:
  second:
    auth:
      password: $PASSWORD
C
chmod 600 /etc/openstack/secure.yaml
for _ in $(seq 240); do curl -sf -o /dev/null http://$CONTROLLER:5000/v3 && break; sleep 0.5; done
python3 /root/catalogue.py services
step "catalogue"

# Agents that start before the queue of Neutron's server has a reader wait a minute for their first answer.
systemctl enable -q --now --no-block glance-api placement-api neutron-api neutron-rpc-server nova-api nova-api-metadata
for port in 8778 9292 8774 8775 9696; do
  for _ in $(seq 480); do curl -s -o /dev/null http://$CONTROLLER:$port/ && break; sleep 0.5; done
done
systemctl enable -q --now nova-conductor nova-scheduler nova-novncproxy
for _ in $(seq 240); do
  rabbitmqctl -q list_queues name consumers 2> /dev/null | grep -qE '^q-plugin[[:space:]]+[1-9]' && break
  sleep 0.5
done
systemctl enable -q --now neutron-linuxbridge-agent neutron-dhcp-agent neutron-metadata-agent
python3 /root/catalogue.py networks
step "services, networks"
