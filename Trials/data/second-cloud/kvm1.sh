# A compute node with libvirt, whose guests are emulated.
. /root/lib.sh
ADDRESS=$NET.21
nova_common "$ADDRESS" > /etc/nova/nova.conf <<C
compute_driver = libvirt.LibvirtDriver
C
cat > /etc/nova/nova-compute.conf <<C
[libvirt]
virt_type = qemu
cpu_mode = none
C
neutron_common > /etc/neutron/neutron.conf < /dev/null
linuxbridge_agent "$ADDRESS" ''
# The node is a container: libvirt gets none of the machine's control groups.
cat >> /etc/libvirt/qemu.conf <<C
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
remember_owner = 0
C
own nova neutron
sysctl -qw net.ipv4.ip_forward=1
systemctl restart libvirtd
systemctl enable -q nova-compute neutron-linuxbridge-agent
systemctl restart nova-compute neutron-linuxbridge-agent
step "kvm1"
