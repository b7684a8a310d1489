# What the nodes' scripts share. Configuration by hand: nothing here comes from Polyvisor's templates.
set -euo pipefail
. /root/cloud.env               # NET, PASSWORD, VCENTER_PASSWORD
CONTROLLER=$NET.10
LAST=$SECONDS

step() { printf '%6d s  %s\n' $((SECONDS - LAST)) "$1"; LAST=$SECONDS; }

# account USER: how a service logs in to Keystone.
account() { cat <<C
auth_url = http://$CONTROLLER:5000
auth_type = password
project_domain_name = Default
user_domain_name = Default
region_name = RegionOne
project_name = service
username = $1
password = $PASSWORD
C
}

# token_check USER: how a service has tokens checked.
token_check() { cat <<C
[keystone_authtoken]
www_authenticate_uri = http://$CONTROLLER:5000
memcached_servers = $CONTROLLER:11211
$(account "$1")
C
}

# nova_common ADDRESS: what nova.conf has on each node.
nova_common() { cat <<C
[DEFAULT]
my_ip = $1
transport_url = rabbit://openstack:$PASSWORD@$CONTROLLER:5672/
state_path = /var/lib/nova
log_dir = /var/log/nova
$(cat)
$(token_check nova)
[service_user]
send_service_user_token = true
$(account nova)
[glance]
api_servers = http://$CONTROLLER:9292
[oslo_concurrency]
lock_path = /var/lib/nova/lock
[placement]
$(account placement)
[neutron]
$(account neutron)
service_metadata_proxy = true
metadata_proxy_shared_secret = $PASSWORD
[vnc]
enabled = true
server_listen = 0.0.0.0
server_proxyclient_address = $1
novncproxy_base_url = http://$CONTROLLER:6080/vnc_auto.html
C
}

# neutron_common: what neutron.conf has on each node.
neutron_common() { cat <<C
[DEFAULT]
core_plugin = ml2
transport_url = rabbit://openstack:$PASSWORD@$CONTROLLER:5672/
log_dir = /var/log/neutron
$(cat)
[experimental]
linuxbridge = true
[agent]
root_helper = sudo neutron-rootwrap /etc/neutron/rootwrap.conf
root_helper_daemon = sudo neutron-rootwrap-daemon /etc/neutron/rootwrap.conf
report_interval = 10
[oslo_concurrency]
lock_path = /var/lib/neutron/lock
C
}

# linuxbridge_agent ADDRESS MAPPINGS
linuxbridge_agent() { cat > /etc/neutron/plugins/ml2/linuxbridge_agent.ini <<C
[linux_bridge]
physical_interface_mappings = $2
[vxlan]
enable_vxlan = true
local_ip = $1
l2_population = true
[securitygroup]
enable_security_group = true
firewall_driver = iptables
C
}

# own PROJECT...: files that only the service's group reads, and its place for locks.
own() {
  for project; do
    chown -R "root:$project" "/etc/$project"
    find "/etc/$project" -maxdepth 1 -name '*.conf' -exec chmod 640 {} +
    install -d -o "$project" -g "$project" "/var/lib/$project/lock"
  done
}
