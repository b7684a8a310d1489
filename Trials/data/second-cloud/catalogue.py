"""Accounts, endpoints, networks and a flavor of the second cloud, in two parts: `services` needs Keystone only."""
import sys

import openstack

settings = dict(line.strip().split("=", 1) for line in open("/root/cloud.env"))
cloud = openstack.connect(cloud="second")
controller = settings["NET"] + ".10"


def services():
    identity = cloud.identity
    domain = identity.find_domain("default").id
    project = identity.find_project("service") or identity.create_project(name="service", domain_id=domain)
    roles = [identity.find_role("admin"), identity.find_role("service") or identity.create_role(name="service")]
    for name, kind, where in [("glance", "image", ":9292"), ("placement", "placement", ":8778"),
                              ("nova", "compute", ":8774/v2.1"), ("neutron", "network", ":9696")]:
        user = identity.create_user(
            name=name, password=settings["PASSWORD"], default_project_id=project.id, domain_id=domain)
        for role in roles:
            identity.assign_project_role_to_user(project, user, role)
        service = identity.create_service(name=name, type=kind)
        for interface in ("public", "internal", "admin"):
            identity.create_endpoint(
                service_id=service.id, interface=interface, url=f"http://{controller}{where}", region_id="RegionOne")


def networks():
    """Overlays for what runs on libvirt; a physical network for vSphere, which only the controller has beside it."""
    overlay = cloud.network.create_network(name="overlay", is_shared=True)
    cloud.network.create_subnet(network_id=overlay.id, name="overlay", ip_version=4, cidr="192.168.77.0/24",
                                gateway_ip=None)
    lan = cloud.network.create_network(name="lan", provider_network_type="flat", is_shared=True,
                                       provider_physical_network="physnet1")
    cloud.network.create_subnet(network_id=lan.id, name="lan", ip_version=4, cidr="192.168.78.0/24", gateway_ip=None)
    cloud.compute.create_flavor(name="small", ram=128, vcpus=1, disk=1)
    cloud.compute.create_flavor(name="big", ram=4096, vcpus=2, disk=20)


{"services": services, "networks": networks}[sys.argv[1]]()
