package main

import (
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// reconfigure changes a machine's configuration, and the devices of its guest if it runs. The caller holds its lock.
func (m *machines) reconfigure(vm *simulator.VirtualMachine, r *types.ReconfigVM_Task) types.BaseMethodFault {
	one := m.guests.of(vm.Self)
	if one != nil {
		// A disk leaves the guest first: who removes it may delete its files.
		if err := one.unplugRemoved(r.Spec.DeviceChange); err != nil {
			return asFault(err)
		}
	}
	body := vm.ReconfigVMTask(internal(vm), r).(*methods.ReconfigVM_TaskBody)
	if fault := faultOf(body.Res.Returnval); fault != nil {
		return fault
	}
	if err := completeDisks(vm); err != nil {
		return asFault(err)
	}
	if one != nil {
		return asFault(one.plugAdded(vm.Config.Hardware.Device))
	}
	return nil
}

func (one *guest) unplugRemoved(changes []types.BaseVirtualDeviceConfigSpec) error {
	for _, change := range changes {
		spec := change.GetVirtualDeviceConfigSpec()
		if spec.Operation != types.VirtualDeviceConfigSpecOperationRemove {
			continue
		}
		if disk, ok := spec.Device.(*types.VirtualDisk); ok && one.isAttached(disk.Key) {
			if err := one.unplug(disk.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (one *guest) isAttached(key int32) bool {
	one.lock.Lock()
	defer one.lock.Unlock()
	return one.attached[key]
}

func (one *guest) unplug(key int32) error {
	device := fmt.Sprintf("dev%d", key)
	gone := one.expect("DEVICE_DELETED", device)
	if err := one.execute("device_del", map[string]interface{}{"id": device}); err != nil {
		return err
	}
	if err := gone(); err != nil {
		return err
	}
	one.lock.Lock()
	nodes := one.nodes[key]
	delete(one.nodes, key)
	delete(one.attached, key)
	one.lock.Unlock()
	for i := len(nodes) - 1; i >= 0; i-- { // a child before its parent
		if err := one.execute("blockdev-del", map[string]interface{}{"node-name": nodes[i]}); err != nil {
			return err
		}
	}
	return nil
}

// plugAdded gives a guest that runs the disks that its machine has got, on SCSI controllers that it has already.
func (one *guest) plugAdded(devices object.VirtualDeviceList) error {
	for _, disk := range disksOf(devices) {
		if one.isAttached(disk.Key) {
			continue
		}
		if scsiModel(devices.FindByKey(disk.ControllerKey)) == "" || !one.isAttached(disk.ControllerKey) {
			return fmt.Errorf("disk %d is for controller %d, which takes no disk while the machine is on", disk.Key, disk.ControllerKey)
		}
		if err := one.plug(disk); err != nil {
			return err
		}
	}
	return nil
}

func (one *guest) plug(disk *types.VirtualDisk) error {
	file, err := diskFile(disk)
	if err != nil {
		return err
	}
	node := one.newNode(disk.Key)
	if err := one.execute("blockdev-add", map[string]interface{}{"driver": "vmdk", "node-name": node,
		"file": map[string]string{"driver": "file", "filename": file}}); err != nil {
		return err
	}
	if err := one.execute("device_add", map[string]interface{}{"driver": "scsi-hd", "drive": node,
		"id": fmt.Sprintf("dev%d", disk.Key), "bus": fmt.Sprintf("bus%d.0", disk.ControllerKey),
		"scsi-id": unitOf(disk.GetVirtualDevice()), "lun": 0}); err != nil {
		return err
	}
	one.lock.Lock()
	defer one.lock.Unlock()
	one.nodes[disk.Key], one.attached[disk.Key] = []string{node}, true
	return nil
}
