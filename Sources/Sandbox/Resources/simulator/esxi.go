package main

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// buildESXi fits the library's one host, as an ESXi host alone shows itself, to the configuration: its address, size,
// port groups and datastores. The datacenter of such a host is always ha-datacenter.
func buildESXi(ctx context.Context, client *vim25.Client, cfg *config) error {
	host := simulator.Map.Any("HostSystem").(*simulator.HostSystem)
	host.Name, host.Summary.Config.Name = cfg.host(), cfg.host()
	inv := &inventory{cfg: cfg, client: client, hosts: map[string][]*simulator.HostSystem{"": {host}}}
	inv.sizeHost(host)
	parent := simulator.Map.Get(*host.Parent).(*mo.ComputeResource)
	parent.Name = host.Name
	for _, name := range cfg.PortGroups {
		if err := addHostPortGroup(ctx, client, host, name, cfg.VLANs[name]); err != nil {
			return fmt.Errorf("port group %s: %w", name, err)
		}
	}
	for _, name := range cfg.SharedDatastores {
		ds := datastore{name: name, kind: "NFS", clusters: []string{""}}
		if err := inv.addDatastore(ctx, ds); err != nil {
			return fmt.Errorf("datastore %s: %w", name, err)
		}
	}
	return nil
}

// addHostPortGroup adds a port group to the host's vSwitch0; the one that is there from the installation on gets its
// VLAN.
func addHostPortGroup(
	ctx context.Context, client *vim25.Client, host *simulator.HostSystem, name string, vlan int32,
) error {
	if name != defaultPortGroup {
		system, err := object.NewHostSystem(client, host.Self).ConfigManager().NetworkSystem(ctx)
		if err != nil {
			return err
		}
		spec := types.HostPortGroupSpec{Name: storedName(name), VswitchName: "vSwitch0", VlanId: vlan}
		if err := system.AddPortGroup(ctx, spec); err != nil {
			return err
		}
		for _, entity := range simulator.Map.All("Network") {
			network, ok := entity.(*mo.Network)
			if ok && network.Name == spec.Name {
				network.Host = append(network.Host, host.Self)
				host.Network = append(host.Network, network.Self)
			}
		}
	}
	groups := host.Config.Network.Portgroup
	for i := range groups {
		if groups[i].Spec.Name == storedName(name) {
			groups[i].Spec.VlanId = vlan
			return nil
		}
	}
	host.Config.Network.Portgroup = append(groups, types.HostPortGroup{
		Key:  "key-vim.host.PortGroup-" + storedName(name),
		Spec: types.HostPortGroupSpec{Name: storedName(name), VswitchName: "vSwitch0", VlanId: vlan},
	})
	return nil
}
