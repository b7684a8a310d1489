package main

import (
	"context"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// defaultPortGroup is on every ESXi host from its installation on, and so in the library.
const defaultPortGroup = "VM Network"

// addPortGroups puts each port group of the configuration on every host.
func (inv *inventory) addPortGroups(ctx context.Context) error {
	for _, name := range inv.cfg.PortGroups {
		if name != defaultPortGroup {
			inv.addStandardPortGroup(name)
		}
	}
	if len(inv.cfg.DistributedPortGrps) == 0 {
		return nil
	}
	return inv.addDistributedPortGroups(ctx)
}

// addStandardPortGroup registers a port group by hand: the library's AddPortGroup neither fills
// the hosts' networks nor accepts one name on a second host.
func (inv *inventory) addStandardPortGroup(name string) {
	group := &mo.Network{}
	group.Name = storedName(name)
	group.Entity().Name = group.Name
	folder := simulator.Map.Get(inv.folders.NetworkFolder.Reference()).(*simulator.Folder)
	group.Parent = &folder.Self
	simulator.Map.NewEntity(group)
	simulator.Map.PutEntity(folder, group)
	folder.ChildEntity = append(folder.ChildEntity, group.Self)
	group.Summary = &types.NetworkSummary{Network: &group.Self, Name: name, Accessible: true}
	datacenter := simulator.Map.Get(inv.datacenter.Reference()).(*simulator.Datacenter)
	datacenter.Network = append(datacenter.Network, group.Self)
	for _, cl := range inv.cfg.Clusters {
		hosts := inv.hosts[cl.Name]
		for _, host := range hosts {
			host.Network = append(host.Network, group.Self)
			group.Host = append(group.Host, host.Self)
		}
		parent := simulator.Map.Get(*hosts[0].Parent).(*simulator.ClusterComputeResource)
		parent.Network = append(parent.Network, group.Self)
	}
}

func (inv *inventory) addDistributedPortGroups(ctx context.Context) error {
	spec := types.DVSCreateSpec{ConfigSpec: &types.VMwareDVSConfigSpec{}}
	spec.ConfigSpec.GetDVSConfigSpec().Name = "dvs1"
	made, err := finish(ctx)(inv.folders.NetworkFolder.CreateDVS(ctx, spec))
	if err != nil {
		return err
	}
	dvs := object.NewDistributedVirtualSwitch(inv.client, made.(types.ManagedObjectReference))
	for _, name := range inv.cfg.DistributedPortGrps {
		group := types.DVPortgroupConfigSpec{Name: storedName(name), Type: "earlyBinding", NumPorts: 128,
			DefaultPortConfig: vlanSetting(inv.cfg.VLANs[name])}
		if _, err := finish(ctx)(dvs.AddPortgroup(ctx, []types.DVPortgroupConfigSpec{group})); err != nil {
			return err
		}
	}
	for _, cl := range inv.cfg.Clusters {
		for _, host := range inv.hosts[cl.Name] {
			member := types.DistributedVirtualSwitchHostMemberConfigSpec{
				Operation: string(types.ConfigSpecOperationAdd), Host: host.Self}
			task, err := dvs.Reconfigure(ctx, &types.DVSConfigSpec{
				Host: []types.DistributedVirtualSwitchHostMemberConfigSpec{member}})
			if _, err := finish(ctx)(task, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// vlanSetting is the port configuration of a distributed port group with a VLAN; 0 is untagged.
func vlanSetting(id int32) *types.VMwareDVSPortSetting {
	return &types.VMwareDVSPortSetting{Vlan: &types.VmwareDistributedVirtualSwitchVlanIdSpec{VlanId: id}}
}
