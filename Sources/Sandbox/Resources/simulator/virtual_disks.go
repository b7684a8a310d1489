package main

import (
	"log"
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// virtualDiskManager keeps disks with their content. The library makes two empty files, copies only what it made itself,
// leaves the old extent's name in a disk that it moves, and lacks ExtendVirtualDisk.
type virtualDiskManager struct{ simulator.VirtualDiskManager }

// runTask performs work as a task whose entity is left out, as it is no ManagedEntity.
func runTask(ref mo.Reference, name string, work func() types.BaseMethodFault) types.ManagedObjectReference {
	return simulator.CreateTask(ref, name, func(t *simulator.Task) (types.AnyType, types.BaseMethodFault) {
		t.Info.Entity, t.Info.EntityName = nil, ""
		return nil, work()
	}).Run()
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// CreateVirtualDiskTask answers CreateVirtualDisk_Task.
func (m *virtualDiskManager) CreateVirtualDiskTask(_ *simulator.Context, r *types.CreateVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "createVirtualDisk", func() types.BaseMethodFault {
		file, fault := fileOf(r.Name)
		if fault != nil {
			return fault
		}
		if exists(file) {
			return &types.FileAlreadyExists{FileFault: types.FileFault{File: r.Name}}
		}
		var kib int64
		adapter := ""
		if spec, ok := r.Spec.(types.BaseFileBackedVirtualDiskSpec); ok {
			kib, adapter = spec.GetFileBackedVirtualDiskSpec().CapacityKb, spec.GetFileBackedVirtualDiskSpec().AdapterType
		}
		if writeDisk(file, kib<<10, adapter) != nil {
			return &types.CannotCreateFile{FileFault: types.FileFault{File: r.Name}}
		}
		return nil
	})
	return &methods.CreateVirtualDisk_TaskBody{Res: &types.CreateVirtualDisk_TaskResponse{Returnval: task}}
}

// ExtendVirtualDiskTask answers ExtendVirtualDisk_Task. A disk does not shrink, and one with a parent does not grow.
func (m *virtualDiskManager) ExtendVirtualDiskTask(_ *simulator.Context, r *types.ExtendVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "extendVirtualDisk", func() types.BaseMethodFault {
		file, fault := fileOf(r.Name)
		if fault != nil {
			return fault
		}
		info, err := os.Stat(flatOf(file))
		if err != nil {
			return &types.FileNotFound{FileFault: types.FileFault{File: r.Name}}
		}
		if isSparse(file) {
			return &types.NotSupported{}
		}
		if info.Size() > r.NewCapacityKb<<10 {
			return &types.InvalidArgument{InvalidProperty: "newCapacityKb"}
		}
		if os.Truncate(flatOf(file), r.NewCapacityKb<<10) != nil ||
			writeDescriptor(file, r.NewCapacityKb<<10, "") != nil {
			return &types.CannotAccessFile{FileFault: types.FileFault{File: r.Name}}
		}
		return nil
	})
	return &methods.ExtendVirtualDisk_TaskBody{Res: &types.ExtendVirtualDisk_TaskResponse{Returnval: task}}
}

// CopyVirtualDiskTask answers CopyVirtualDisk_Task. What lacks an extent is an upload in one of the
// sparse formats, which vCenter converts into a disk.
func (m *virtualDiskManager) CopyVirtualDiskTask(_ *simulator.Context, r *types.CopyVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "copyVirtualDisk", func() types.BaseMethodFault {
		return fromTo(r.SourceName, r.DestName, r.Force, copyDisk)
	})
	return &methods.CopyVirtualDisk_TaskBody{Res: &types.CopyVirtualDisk_TaskResponse{Returnval: task}}
}

// MoveVirtualDiskTask answers MoveVirtualDisk_Task.
func (m *virtualDiskManager) MoveVirtualDiskTask(_ *simulator.Context, r *types.MoveVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "moveVirtualDisk", func() types.BaseMethodFault {
		return fromTo(r.SourceName, r.DestName, r.Force, moveDisk)
	})
	return &methods.MoveVirtualDisk_TaskBody{Res: &types.MoveVirtualDisk_TaskResponse{Returnval: task}}
}

// fromTo does something with one disk that makes another; what is there already is replaced by force alone.
func fromTo(
	sourceName, targetName string, force *bool, work func(source, target string) error,
) types.BaseMethodFault {
	source, fault := fileOf(sourceName)
	if fault != nil {
		return fault
	}
	target, fault := fileOf(targetName)
	if fault != nil {
		return fault
	}
	if exists(target) && !(force != nil && *force) {
		return &types.FileAlreadyExists{FileFault: types.FileFault{File: targetName}}
	}
	if !exists(source) {
		return &types.FileNotFound{FileFault: types.FileFault{File: sourceName}}
	}
	if err := work(source, target); err != nil {
		log.Printf("%s to %s: %s", sourceName, targetName, err)
		return &types.CannotCreateFile{FileFault: types.FileFault{File: targetName}}
	}
	return nil
}

// DeleteVirtualDiskTask answers DeleteVirtualDisk_Task. A disk that was never completed may lack its extent.
func (m *virtualDiskManager) DeleteVirtualDiskTask(_ *simulator.Context, r *types.DeleteVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "deleteVirtualDisk", func() types.BaseMethodFault {
		file, fault := fileOf(r.Name)
		if fault != nil {
			return fault
		}
		if os.Remove(file) != nil {
			return &types.FileNotFound{FileFault: types.FileFault{File: r.Name}}
		}
		_ = os.Remove(flatOf(file))
		return nil
	})
	return &methods.DeleteVirtualDisk_TaskBody{Res: &types.DeleteVirtualDisk_TaskResponse{Returnval: task}}
}
