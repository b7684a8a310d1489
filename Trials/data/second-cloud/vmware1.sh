# A compute node that drives one cluster of the vCenter.
. /root/lib.sh
nova_common "$NET.31" > /etc/nova/nova.conf <<C
host = cluster-one
compute_driver = vmwareapi.VMwareVCDriver
reserved_host_memory_mb = 0
[vmware]
host_ip = $NET.50
host_username = administrator@vsphere.local
host_password = $VCENTER_PASSWORD
cluster_name = one
datastore_regex = shared-.*
ca_file = /etc/nova/vcenter.pem
C
: > /etc/nova/nova-compute.conf
# Launchpad bug 2053027: without this, no instance on vSphere boots from Glance in this release.
sed -i 's/if isinstance(image_chunks, glance_utils.IterableWithLength):/if dst_path and isinstance(image_chunks, glance_utils.IterableWithLength):/' \
  /usr/lib/python3/dist-packages/nova/image/glance.py
own nova
install -m 644 /root/vcenter.pem /etc/nova/vcenter.pem
systemctl enable -q nova-compute
systemctl restart nova-compute
step "vmware1"
