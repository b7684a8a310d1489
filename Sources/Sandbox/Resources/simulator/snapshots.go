package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// imageProgram is qemu-img, which works on disks that no guest has open.
const imageProgram = "qemu-img"

// snapshot freezes the machine's disks: from now on it writes into children of them. The caller holds its lock.
func (m *machines) snapshot(vm *simulator.VirtualMachine, r *types.CreateSnapshot_Task) (types.AnyType, types.BaseMethodFault) {
	// The library's snapshot has the same devices as the machine.
	before := vm.Config.Hardware.Device
	vm.Config.Hardware.Device = copied(before)
	body := vm.CreateSnapshotTask(r).(*methods.CreateSnapshot_TaskBody)
	vm.Config.Hardware.Device = copied(before)
	if fault := faultOf(body.Res.Returnval); fault != nil {
		return nil, fault
	}
	one := m.guests.of(vm.Self)
	if one != nil && vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
		// What a disk's CID is must not change meanwhile, and all disks are of one moment.
		if err := one.execute("stop", nil); err != nil {
			return nil, asFault(err)
		}
		defer func() { _ = one.execute("cont", nil) }()
	}
	for _, disk := range disksOf(vm.Config.Hardware.Device) {
		if err := branch(disk, one); err != nil {
			return nil, asFault(err)
		}
	}
	return resultOf(body.Res.Returnval), nil
}

// branch puts a child over a disk. one is nil where no guest runs.
func branch(disk *types.VirtualDisk, one *guest) error {
	backing := backingOf(disk)
	frozen := *backing
	parent, err := diskFile(disk)
	if err != nil {
		return err
	}
	name, file, err := nextName(backing.FileName)
	if err != nil {
		return err
	}
	if err := makeDelta(file, parent); err != nil {
		return err
	}
	backing.FileName, backing.Parent = name, &frozen
	if one == nil || !one.isAttached(disk.Key) {
		return nil
	}
	top, node := one.node(disk.Key), one.newNode(disk.Key)
	if err := one.execute("blockdev-add", map[string]interface{}{"driver": "vmdk", "node-name": node, "backing": nil,
		"file": map[string]string{"driver": "file", "filename": file}}); err != nil {
		return err
	}
	if err := one.execute("blockdev-snapshot", map[string]string{"node": top, "overlay": node}); err != nil {
		return err
	}
	one.pushNode(disk.Key, node)
	return nil
}

var childNumber = regexp.MustCompile(`-\d{6}$`)

// nextName is a name like vSphere's for the child of a disk: disk-000001.vmdk.
func nextName(name string) (string, string, error) {
	stem := childNumber.ReplaceAllString(strings.TrimSuffix(name, ".vmdk"), "")
	for i := 1; i < 1000000; i++ {
		next := fmt.Sprintf("%s-%06d.vmdk", stem, i)
		file, fault := fileOf(next)
		if fault != nil {
			return "", "", fmt.Errorf("%s: %T", next, fault)
		}
		if !exists(file) {
			return next, file, nil
		}
	}
	return "", "", fmt.Errorf("no name is left for a child of %s", name)
}

// removeSnapshot is not performed with the machine's lock as a whole: the library's own method takes it.
func (m *machines) removeSnapshot(r *types.RemoveSnapshot_Task) *outcome {
	frozen, ok := simulator.Map.Get(r.This).(*simulator.VirtualMachineSnapshot)
	if !ok {
		return nil
	}
	vm := machineOf(frozen.Vm)
	if vm == nil {
		return nil
	}
	task := simulator.CreateTask(vm, "removeSnapshot", func(*simulator.Task) (result types.AnyType, fault types.BaseMethodFault) {
		simulator.Map.WithLock(vm, func() { fault = asFault(m.consolidate(vm, frozenDisks(frozen))) })
		if fault != nil {
			return nil, fault
		}
		body := frozen.RemoveSnapshotTask(internal(vm), r).(*methods.RemoveSnapshot_TaskBody)
		return nil, faultOf(body.Res.Returnval)
	})
	return m.run(task, "removeSnapshot of "+vm.Self.Value)
}

// removeAllSnapshots: the caller holds the machine's lock.
func (m *machines) removeAllSnapshots(vm *simulator.VirtualMachine, r *types.RemoveAllSnapshots_Task) types.BaseMethodFault {
	frozen := map[string]bool{}
	for _, snapshot := range snapshotsOf(vm) {
		for name := range frozenDisks(snapshot) {
			frozen[name] = true
		}
	}
	if err := m.consolidate(vm, frozen); err != nil {
		return asFault(err)
	}
	body := vm.RemoveAllSnapshotsTask(internal(vm), r).(*methods.RemoveAllSnapshots_TaskBody)
	return faultOf(body.Res.Returnval)
}

func snapshotsOf(vm *simulator.VirtualMachine) []*simulator.VirtualMachineSnapshot {
	var all []*simulator.VirtualMachineSnapshot
	var walk func([]types.VirtualMachineSnapshotTree)
	walk = func(trees []types.VirtualMachineSnapshotTree) {
		for _, tree := range trees {
			if snapshot, ok := simulator.Map.Get(tree.Snapshot).(*simulator.VirtualMachineSnapshot); ok {
				all = append(all, snapshot)
			}
			walk(tree.ChildSnapshotList)
		}
	}
	if vm.Snapshot != nil {
		walk(vm.Snapshot.RootSnapshotList)
	}
	return all
}

// frozenDisks are the files of the disks that a snapshot has.
func frozenDisks(snapshot *simulator.VirtualMachineSnapshot) map[string]bool {
	names := map[string]bool{}
	for _, disk := range disksOf(snapshot.Config.Hardware.Device) {
		names[backingOf(disk).FileName] = true
	}
	return names
}

// consolidate takes the machine's children of frozen disks back into these, from the top. A disk with another snapshot
// between stays as it is: its chain is right, and longer than it need be. The caller holds the machine's lock.
func (m *machines) consolidate(vm *simulator.VirtualMachine, frozen map[string]bool) error {
	one := m.guests.of(vm.Self)
	for _, disk := range disksOf(vm.Config.Hardware.Device) {
		backing := backingOf(disk)
		for backing.Parent != nil && frozen[backing.Parent.FileName] {
			file, err := diskFile(disk)
			if err != nil {
				return err
			}
			if err := commit(disk, file, one); err != nil {
				return err
			}
			*backing = *backing.Parent
			for _, gone := range []string{file, flatOf(file)} {
				if err := os.Remove(gone); err != nil {
					log.Printf("%s: %s", vm.Name, err)
				}
			}
		}
	}
	return nil
}

// commit writes what a child holds into its parent.
func commit(disk *types.VirtualDisk, file string, one *guest) error {
	if one == nil || !one.isAttached(disk.Key) {
		return runImage("commit", "-q", "-f", "vmdk", file)
	}
	base, err := one.below(disk.Key)
	if err != nil {
		return err
	}
	top, job := one.node(disk.Key), fmt.Sprintf("commit%d", disk.Key)
	ready, done := one.expect("BLOCK_JOB_READY", job), one.expect("BLOCK_JOB_COMPLETED", job)
	if err := one.execute("block-commit", map[string]string{"job-id": job, "device": top, "base-node": base}); err != nil {
		return err
	}
	if err := ready(); err != nil {
		return err
	}
	if err := one.execute("job-complete", map[string]string{"id": job}); err != nil {
		return err
	}
	if err := done(); err != nil {
		return err
	}
	one.popNode(disk.Key)
	return one.execute("blockdev-del", map[string]string{"node-name": top})
}

func runImage(arguments ...string) error {
	output, err := exec.Command(imageProgram, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", imageProgram, arguments[0], err, strings.TrimSpace(string(output)))
	}
	return nil
}
