package main

import (
	"fmt"
	"strconv"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// defect makes the inventory wrong on purpose, so that a check which should find it can be tested.
type defect struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Value  string `json:"value"`
}

// defectKinds says on what type of object each kind works, and how.
var defectKinds = map[string]struct {
	kind  string
	apply func(object interface{}, value string) error
}{
	"host-in-maintenance": {"HostSystem", func(o interface{}, _ string) error {
		o.(*simulator.HostSystem).Runtime.InMaintenanceMode = true
		return nil
	}},
	"host-disconnected": {"HostSystem", func(o interface{}, _ string) error {
		o.(*simulator.HostSystem).Runtime.ConnectionState = types.HostSystemConnectionStateDisconnected
		return nil
	}},
	"host-memory-mib": {"HostSystem", func(o interface{}, value string) error {
		n, err := strconv.ParseInt(value, 10, 64)
		host := o.(*simulator.HostSystem)
		host.Summary.Hardware.MemorySize, host.Hardware.MemorySize = n<<20, n<<20
		return err
	}},
	"host-version": {"HostSystem", func(o interface{}, value string) error {
		host := o.(*simulator.HostSystem)
		product := *host.Summary.Config.Product // every host shares the library's
		product.Version = value
		host.Summary.Config.Product = &product
		return nil
	}},
	"host-memory-used-mib": {"HostSystem", func(o interface{}, value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		o.(*simulator.HostSystem).Summary.QuickStats.OverallMemoryUsage = int32(n)
		return err
	}},
	"host-without-firewall-ruleset": {"HostSystem", func(o interface{}, value string) error {
		ruleset, err := rulesetOf(o.(*simulator.HostSystem), value)
		if err == nil {
			ruleset.Enabled = false
		}
		return err
	}},
	// Consoles of the host are for one address, as "10.0.0.1", and no other.
	"host-consoles-only-for": {"HostSystem", func(o interface{}, value string) error {
		ruleset, err := rulesetOf(o.(*simulator.HostSystem), consoleRuleset)
		if err == nil {
			ruleset.AllowedHosts = &types.HostFirewallRulesetIpList{IpAddress: []string{value}}
		}
		return err
	}},
	"host-without-port-group": {"HostSystem", func(o interface{}, value string) error {
		host := o.(*simulator.HostSystem)
		for _, ref := range host.Network {
			if simulator.Map.Get(ref).(mo.Entity).Entity().Name == storedName(value) {
				host.Network = without(host.Network, ref)
				forgetHost(simulator.Map.Get(ref), host.Self)
			}
		}
		return nil
	}},
	"port-group-vlan": {"DistributedVirtualPortgroup", func(o interface{}, value string) error {
		id, err := strconv.ParseInt(value, 10, 32)
		o.(*simulator.DistributedVirtualPortgroup).Config.DefaultPortConfig = vlanSetting(int32(id))
		return err
	}},
	"drs-off": {"ClusterComputeResource", func(o interface{}, _ string) error {
		drsOf(o).Enabled = types.NewBool(false)
		return nil
	}},
	"drs-manual": {"ClusterComputeResource", func(o interface{}, _ string) error {
		drsOf(o).DefaultVmBehavior = types.DrsBehaviorManual
		return nil
	}},
	"ha-off": {"ClusterComputeResource", func(o interface{}, _ string) error {
		haOf(o).Enabled = types.NewBool(false)
		return nil
	}},
	// Percent of the cluster's CPU and memory, as "25".
	"ha-reserves-percent": {"ClusterComputeResource", func(o interface{}, value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		haOf(o).AdmissionControlPolicy = &types.ClusterFailoverResourcesAdmissionControlPolicy{
			CpuFailoverResourcesPercent: int32(n), MemoryFailoverResourcesPercent: int32(n)}
		return err
	}},
	"ha-reserves-host": {"ClusterComputeResource", func(o interface{}, value string) error {
		for _, entity := range simulator.Map.All("HostSystem") {
			if entity.Entity().Name == value {
				haOf(o).AdmissionControlPolicy = &types.ClusterFailoverHostAdmissionControlPolicy{
					FailoverHosts: []types.ManagedObjectReference{entity.Reference()}}
				return nil
			}
		}
		return fmt.Errorf("there is no host %q", value)
	}},
	"datastore-not-on-host": {"Datastore", func(o interface{}, value string) error {
		ds := o.(*simulator.Datastore)
		for i, mount := range ds.Host {
			if host := simulator.Map.Get(mount.Key).(*simulator.HostSystem); host.Name == value {
				ds.Host = append(ds.Host[:i:i], ds.Host[i+1:]...)
				host.Datastore = without(host.Datastore, ds.Self)
				return nil
			}
		}
		return fmt.Errorf("host %q does not mount it", value)
	}},
	"datastore-in-maintenance": {"Datastore", func(o interface{}, _ string) error {
		o.(*simulator.Datastore).Summary.MaintenanceMode = "inMaintenance"
		return nil
	}},
	"datastore-inaccessible": {"Datastore", func(o interface{}, _ string) error {
		o.(*simulator.Datastore).Summary.Accessible = false
		return nil
	}},
	"datastore-free-bytes": {"Datastore", func(o interface{}, value string) (err error) {
		o.(*simulator.Datastore).Summary.FreeSpace, err = strconv.ParseInt(value, 10, 64)
		return err
	}},
}

func without(all []types.ManagedObjectReference, gone types.ManagedObjectReference) []types.ManagedObjectReference {
	var kept []types.ManagedObjectReference
	for _, ref := range all {
		if ref != gone {
			kept = append(kept, ref)
		}
	}
	return kept
}

// forgetHost takes a host from a network's own list, which a defect of the host would contradict.
func forgetHost(network mo.Reference, host types.ManagedObjectReference) {
	switch n := network.(type) {
	case *mo.Network:
		n.Host = without(n.Host, host)
	case *simulator.DistributedVirtualPortgroup:
		n.Host = without(n.Host, host)
	}
}

func haOf(o interface{}) *types.ClusterDasConfigInfo {
	return &o.(*simulator.ClusterComputeResource).ConfigurationEx.(*types.ClusterConfigInfoEx).DasConfig
}

func drsOf(o interface{}) *types.ClusterDrsConfigInfo {
	return &o.(*simulator.ClusterComputeResource).ConfigurationEx.(*types.ClusterConfigInfoEx).DrsConfig
}

func applyDefects(defects []defect) error {
	for _, d := range defects {
		if serverDefects[d.Kind] {
			continue // of the server, not of an object: whoever it concerns looks it up
		}
		known, ok := defectKinds[d.Kind]
		if !ok {
			return fmt.Errorf("defect %q is not known", d.Kind)
		}
		found := false
		for _, entity := range simulator.Map.All(known.kind) {
			if entity.Entity().Name != storedName(d.Object) {
				continue
			}
			found = true
			if err := known.apply(entity, d.Value); err != nil {
				return fmt.Errorf("defect %s of %s: %w", d.Kind, d.Object, err)
			}
		}
		if !found {
			return fmt.Errorf("defect %s: there is no %s %q", d.Kind, known.kind, d.Object)
		}
	}
	return nil
}

// serverDefects are those that are not a property of one object.
var serverDefects = map[string]bool{
	// A cluster of the same name, without hosts, in another datacenter, whose name is the value.
	"cluster-twice": true,
	// The account lacks the privilege that is the value, on the object of that name; everywhere without a name.
	"privilege-missing": true,
	// A session is forgotten after so many calls, as the value says.
	"session-ends-after": true,
	// The server's clock is so many seconds ahead, as the value says.
	"clock-ahead": true,
}

// defects gives those of a kind.
func (c *config) defects(kind string) []defect {
	var found []defect
	for _, d := range c.Defects {
		if d.Kind == kind {
			found = append(found, d)
		}
	}
	return found
}

// defectNumber is the value of the only defect of a kind; 0 if there is none.
func (c *config) defectNumber(kind string) int64 {
	for _, d := range c.defects(kind) {
		n, err := strconv.ParseInt(d.Value, 10, 64)
		if err == nil {
			return n
		}
	}
	return 0
}
