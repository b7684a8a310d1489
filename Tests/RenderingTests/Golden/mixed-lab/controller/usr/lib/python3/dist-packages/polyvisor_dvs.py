"""ML2 mechanism driver: binds ports of VMware compute hosts to vSphere port groups.

Nova's vmwareapi driver accepts only NSX and "dvs" VIFs, and no mechanism driver in
Neutron's tree binds "dvs". A vSphere cluster has no L2 agent, so there is nothing to
configure on a host: the port group already carries the provider network's VLAN. This
driver therefore only answers "which port group", from a map in ml2_conf.ini:

    [ml2_vsphere]
    hosts = vmware1-cluster_a, vmware1-cluster_b
    port_groups = physnet1:dvpg-provider
    port_groups = physnet1.120:vlan-120

Security groups are not enforced: that is the port group's business.
"""
from neutron_lib import constants as const
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api
from oslo_config import cfg
from oslo_log import log

# What nova.network.model calls VIF_TYPE_DVS; neutron_lib has no name for it.
VIF_TYPE_DVS = "dvs"
LOG = log.getLogger(__name__)
# A line for each port group, not a dict: names of port groups may have commas.
OPTS = [
    cfg.ListOpt("hosts", default=[],
                help="nova-compute `host` names whose VIFs are vSphere port groups"),
    cfg.MultiStrOpt("port_groups", default=[],
                    help="PHYSNET:PORT GROUP or PHYSNET.VLAN:PORT GROUP"),
]
cfg.CONF.register_opts(OPTS, "ml2_vsphere")


def list_opts():
    """What oslo.config's own tools (oslo-config-validator) ask for."""
    return [("ml2_vsphere", OPTS)]


def parse_port_groups(lines):
    """Return {"PHYSNET" or "PHYSNET.VLAN": "port group"}."""
    groups = {}
    for line in lines:
        network, separator, group = line.partition(":")
        if not (network.strip() and separator and group.strip()):
            raise cfg.ConfigFileValueError(
                "[ml2_vsphere] port_groups: %r is not NETWORK:PORT GROUP" % line)
        groups[network.strip()] = group.strip()
    return groups


def segment_key(network_type, physical_network, vlan):
    """Return the name of a segment in port_groups, None if it cannot have one."""
    if network_type == const.TYPE_FLAT:
        return physical_network
    if network_type == const.TYPE_VLAN:
        return "%s.%s" % (physical_network, vlan)
    return None


class VSphereMechanismDriver(api.MechanismDriver):
    """Binds the ports of hosts in [ml2_vsphere] as VIF type dvs."""

    def initialize(self):
        self.hosts = set(cfg.CONF.ml2_vsphere.hosts)
        self.groups = parse_port_groups(cfg.CONF.ml2_vsphere.port_groups)
        LOG.info("vSphere hosts %s, port groups %s", sorted(self.hosts), self.groups)

    def bind_port(self, context):
        if context.host not in self.hosts:
            return
        for segment in context.segments_to_bind:
            group = self.groups.get(segment_key(
                segment[api.NETWORK_TYPE], segment[api.PHYSICAL_NETWORK],
                segment[api.SEGMENTATION_ID]))
            if group:
                context.set_binding(
                    segment[api.ID], VIF_TYPE_DVS,
                    {portbindings.CAP_PORT_FILTER: False, "dvs_port_group_name": group},
                    status=const.PORT_STATUS_ACTIVE)
                return
        LOG.error("no port group in [ml2_vsphere] for network %s on %s",
                  context.network.current["id"], context.host)
