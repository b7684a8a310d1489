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
	"host-without-port-group": {"HostSystem", func(o interface{}, value string) error {
		host := o.(*simulator.HostSystem)
		var kept []types.ManagedObjectReference
		for _, ref := range host.Network {
			if simulator.Map.Get(ref).(mo.Entity).Entity().Name != value {
				kept = append(kept, ref)
			}
		}
		host.Network = kept
		return nil
	}},
	"drs-off": {"ClusterComputeResource", func(o interface{}, _ string) error {
		drsOf(o).Enabled = types.NewBool(false)
		return nil
	}},
	"drs-manual": {"ClusterComputeResource", func(o interface{}, _ string) error {
		drsOf(o).DefaultVmBehavior = types.DrsBehaviorManual
		return nil
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

func drsOf(o interface{}) *types.ClusterDrsConfigInfo {
	return &o.(*simulator.ClusterComputeResource).ConfigurationEx.(*types.ClusterConfigInfoEx).DrsConfig
}

func applyDefects(defects []defect) error {
	for _, d := range defects {
		known, ok := defectKinds[d.Kind]
		if !ok {
			return fmt.Errorf("defect %q is not known", d.Kind)
		}
		found := false
		for _, entity := range simulator.Map.All(known.kind) {
			if entity.Entity().Name != d.Object {
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
