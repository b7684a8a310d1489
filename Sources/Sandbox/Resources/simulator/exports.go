package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// exportMachine gives a lease for reading a machine's disks. It has to be off: its guest would write meanwhile.
func (m *machines) exportMachine(ref types.ManagedObjectReference) *outcome {
	vm := machineOf(ref)
	if vm == nil {
		return nil
	}
	var made *outcome
	simulator.Map.WithLock(vm, func() {
		if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
			made = &outcome{fault: wrongState(vm, types.VirtualMachinePowerStatePoweredOff)}
			return
		}
		made = m.lend(vm, disksOf(vm.Config.Hardware.Device))
	})
	return made
}

// exportSnapshot is the same for the disks that a snapshot has frozen.
func (m *machines) exportSnapshot(ref types.ManagedObjectReference) *outcome {
	frozen, ok := simulator.Map.Get(ref).(*simulator.VirtualMachineSnapshot)
	if !ok {
		return nil
	}
	vm := machineOf(frozen.Vm)
	if vm == nil {
		return nil
	}
	return m.lend(vm, disksOf(frozen.Config.Hardware.Device))
}

func (m *machines) lend(vm *simulator.VirtualMachine, disks []*types.VirtualDisk) *outcome {
	lease := simulator.NewHttpNfcLease(internal(vm), vm.Self)
	simulator.Map.Put(lease) // for every session: the library's are of one
	lease.Info.Lease = lease.Self
	files := map[string]string{}
	for i, disk := range disks {
		file, err := diskFile(disk)
		if err != nil {
			return &outcome{fault: &types.FileNotFound{}, words: err.Error()}
		}
		name := fmt.Sprintf("disk-%d.vmdk", i)
		files[name] = file
		lease.Info.TotalDiskCapacityInKB += disk.CapacityInKB
		lease.Info.DeviceUrl = append(lease.Info.DeviceUrl, types.HttpNfcLeaseDeviceUrl{
			Key: fmt.Sprintf("/%s/VirtualLsiLogicController0:%d", vm.Self.Value, i), Disk: types.NewBool(true),
			TargetId: name, Url: "https://*/nfc/" + lease.Self.Value + "/" + name})
	}
	m.leases.offer(lease.Self.Value, files)
	return &outcome{ref: lease.Self}
}

// serveExport gives a disk with what lies in its parents, as a streamOptimized VMDK.
func (f *front) serveExport(w http.ResponseWriter, r *http.Request, file string) {
	// Beside the datastores, not in /tmp, which may be small, and may be memory.
	directory, err := os.MkdirTemp(f.cfg.DatastoreDirectory, ".export-")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer os.RemoveAll(directory)
	packed := filepath.Join(directory, "packed.vmdk")
	if err := pack(file, filepath.Join(directory, "flat"), packed); err != nil {
		log.Printf("export of %s: %s", file, err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.ServeFile(w, r, packed)
}

func pack(file, flat, packed string) error {
	if err := flatten(file, flat); err != nil {
		return err
	}
	return runImage("convert", "-q", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", flat, packed)
}
