package main

import (
	"regexp"
	"strconv"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// propertyCollector adds to the library's: indexed property paths like config.extraConfig["key"],
// traversal that heeds types (traversal.go), paging (paging.go), and an answer without a result
// when nothing matched, as vCenter gives it.
type propertyCollector struct{ simulator.PropertyCollector }

var indexedPath = regexp.MustCompile(`^(.*)\["?([^"\]]*)"?\]$`)

// RetrievePropertiesEx answers the call of that name.
func (p *propertyCollector) RetrievePropertiesEx(ctx *simulator.Context, r *types.RetrievePropertiesEx) soap.HasFault {
	completeDevices()
	indexed := takeIndexedPaths(r.SpecSet)
	for i := range r.SpecSet {
		for _, start := range r.SpecSet[i].ObjectSet {
			if ctx.Session != nil && !isRegistered(ctx, start.Obj) { // without a session the library answers
				return &methods.RetrievePropertiesExBody{
					Fault_: simulator.Fault("The object has been deleted or was never there", &types.ManagedObjectNotFound{Obj: start.Obj})}
			}
		}
		r.SpecSet[i].ObjectSet = p.selectObjects(ctx, r.SpecSet[i].ObjectSet)
	}
	body, ok := p.PropertyCollector.RetrievePropertiesEx(ctx, r).(*methods.RetrievePropertiesExBody)
	if !ok || body.Fault_ != nil || body.Res == nil || body.Res.Returnval == nil {
		return body
	}
	result := body.Res.Returnval
	for i := range result.Objects {
		content := &result.Objects[i]
		for _, path := range append(indexed[content.Obj.Type], indexed["ManagedEntity"]...) {
			if value := indexedProperty(content.Obj, path); value != nil {
				content.PropSet = append(content.PropSet, types.DynamicProperty{Name: path, Val: value})
			}
		}
		hideUnmanagedEntity(content)
	}
	if len(result.Objects) == 0 {
		body.Res.Returnval = nil
		return body
	}
	result.Objects, result.Token = firstPage(result.Objects, int(r.Options.MaxObjects))
	return body
}

// isRegistered looks in the inventory and among the views and filters of the session.
func isRegistered(ctx *simulator.Context, ref types.ManagedObjectReference) bool {
	return simulator.Map.Get(ref) != nil || (ctx.Session != nil && ctx.Session.Get(ref) != nil)
}

// takeIndexedPaths removes the paths that the library would call invalid, and returns them by type.
func takeIndexedPaths(specs []types.PropertyFilterSpec) map[string][]string {
	indexed := map[string][]string{}
	for i := range specs {
		for j := range specs[i].PropSet {
			set := &specs[i].PropSet[j]
			var plain []string
			for _, path := range set.PathSet {
				if indexedPath.MatchString(path) {
					indexed[set.Type] = append(indexed[set.Type], path)
				} else {
					plain = append(plain, path)
				}
			}
			set.PathSet = plain
		}
	}
	return indexed
}

// indexedProperty is nil for what there is not. The library appends to extraConfig where vCenter
// replaces, so the last entry of a key counts.
func indexedProperty(ref types.ManagedObjectReference, path string) types.AnyType {
	vm, ok := simulator.Map.Get(ref).(*simulator.VirtualMachine)
	if !ok || vm.Config == nil {
		return nil
	}
	match := indexedPath.FindStringSubmatch(path)
	switch match[1] {
	case "config.extraConfig":
		for i := len(vm.Config.ExtraConfig) - 1; i >= 0; i-- {
			if option := vm.Config.ExtraConfig[i].GetOptionValue(); option.Key == match[2] {
				return *option
			}
		}
	case "config.hardware.device":
		key, err := strconv.ParseInt(match[2], 10, 32)
		if err != nil {
			return nil
		}
		if device := object.VirtualDeviceList(vm.Config.Hardware.Device).FindByKey(int32(key)); device != nil {
			return device
		}
	}
	return nil
}

// hideUnmanagedEntity leaves out a task's entity that is a manager: info.entity is a ManagedEntity
// by its type, and clients refuse another.
func hideUnmanagedEntity(content *types.ObjectContent) {
	if content.Obj.Type != "Task" {
		return
	}
	for i := range content.PropSet {
		info, ok := content.PropSet[i].Val.(types.TaskInfo)
		if !ok || info.Entity == nil {
			continue
		}
		switch info.Entity.Type {
		case "FileManager", "VirtualDiskManager", "StorageResourceManager", "HostDatastoreBrowser":
			info.Entity = nil
			content.PropSet[i].Val = info
		}
	}
}
