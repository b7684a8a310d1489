"""catalogue.py make|types|remove ADDRESS [TYPE=BACKEND ...]: Cinder's account, service, endpoints and volume types in a cloud;
standard input has the account's password."""
import sys

import openstack

what, address, *types = sys.argv[1:]
cloud = openstack.connect(load_yaml_config=False, load_envvars=True)
identity = cloud.identity


def make():
    project = identity.find_project("service")
    user = identity.create_user(name="cinder", password=sys.stdin.read().strip(), default_project_id=project.id,
                                domain_id=identity.find_domain("default").id)
    for role in ("admin", "service"):
        identity.assign_project_role_to_user(project, user, identity.find_role(role))
    service = identity.create_service(name="cinder", type="volumev3")
    for interface in ("public", "internal", "admin"):
        identity.create_endpoint(service_id=service.id, interface=interface, region_id="RegionOne",
                                 url=f"http://{address}:8776/v3/%(project_id)s")


def make_types():
    for name, backend in (t.split("=") for t in types):
        cloud.block_storage.create_type(name=name, extra_specs={"volume_backend_name": backend})


def remove():
    for service in identity.services(type="volumev3"):
        identity.delete_service(service)
    if user := identity.find_user("cinder"):
        identity.delete_user(user)


{"make": make, "types": make_types, "remove": remove}[what]()
