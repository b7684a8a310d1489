package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// subtypes that a TraversalSpec for a type also selects.
var subtypes = map[string][]string{
	"ComputeResource":          {"ClusterComputeResource"},
	"Folder":                   {"StoragePod"},
	"ResourcePool":             {"VirtualApp"},
	"Network":                  {"DistributedVirtualPortgroup", "OpaqueNetwork"},
	"DistributedVirtualSwitch": {"VmwareDistributedVirtualSwitch"},
	"View":                     {"ContainerView", "ListView", "InventoryView"},
	"ManagedObjectView":        {"ContainerView", "ListView", "InventoryView"},
}

func isA(kind, wanted string) bool {
	if kind == wanted || wanted == "ManagedEntity" || wanted == "ManagedObject" {
		return true
	}
	for _, s := range subtypes[wanted] {
		if s == kind {
			return true
		}
	}
	return false
}

// selectObjects follows the traversal of each object specification and returns plain ones.
//
// The library applies a TraversalSpec to objects of any type, so that the recursive one of
// oslo.vmware (VirtualMachine.resourcePool, ResourcePool.vm, …) ends in a stack overflow that
// kills the process as soon as one virtual machine exists.
func (p *propertyCollector) selectObjects(ctx *simulator.Context, specs []types.ObjectSpec) []types.ObjectSpec {
	var out []types.ObjectSpec
	for _, spec := range specs {
		if len(spec.SelectSet) == 0 {
			out = append(out, spec)
			continue
		}
		t := &traversal{collector: p, ctx: ctx, named: map[string]*types.TraversalSpec{},
			seen: map[step]bool{}, picked: map[types.ManagedObjectReference]bool{}}
		t.index(spec.SelectSet)
		if spec.Skip == nil || !*spec.Skip {
			t.pick(spec.Obj)
		}
		t.walk(spec.Obj, spec.SelectSet)
		out = append(out, t.out...)
	}
	return out
}

type step struct {
	ref  types.ManagedObjectReference
	spec *types.TraversalSpec
}

// traversal is one walk; seen makes it end on the cycles of the inventory.
type traversal struct {
	collector *propertyCollector
	ctx       *simulator.Context
	named     map[string]*types.TraversalSpec
	seen      map[step]bool
	picked    map[types.ManagedObjectReference]bool
	out       []types.ObjectSpec
}

func (t *traversal) index(set []types.BaseSelectionSpec) {
	for _, s := range set {
		if spec, ok := s.(*types.TraversalSpec); ok {
			if spec.Name != "" {
				t.named[spec.Name] = spec
			}
			t.index(spec.SelectSet)
		}
	}
}

// pick leaves out references to objects that are gone: the library forgets some after a relocation.
func (t *traversal) pick(ref types.ManagedObjectReference) {
	if isRegistered(t.ctx, ref) && !t.picked[ref] {
		t.picked[ref] = true
		t.out = append(t.out, types.ObjectSpec{Obj: ref})
	}
}

func (t *traversal) walk(ref types.ManagedObjectReference, set []types.BaseSelectionSpec) {
	for _, s := range set {
		spec, ok := s.(*types.TraversalSpec)
		if !ok {
			spec = t.named[s.GetSelectionSpec().Name]
		}
		if spec == nil || !isA(ref.Type, spec.Type) || t.seen[step{ref, spec}] {
			continue
		}
		t.seen[step{ref, spec}] = true
		for _, next := range t.references(ref, spec.Path) {
			if spec.Skip == nil || !*spec.Skip {
				t.pick(next)
			}
			t.walk(next, spec.SelectSet)
		}
	}
}

// references reads one property that holds one or more references.
func (t *traversal) references(ref types.ManagedObjectReference, path string) []types.ManagedObjectReference {
	request := &types.RetrievePropertiesEx{SpecSet: []types.PropertyFilterSpec{{
		PropSet:   []types.PropertySpec{{Type: ref.Type, PathSet: []string{path}}},
		ObjectSet: []types.ObjectSpec{{Obj: ref}}}}}
	body, ok := t.collector.PropertyCollector.RetrievePropertiesEx(t.ctx, request).(*methods.RetrievePropertiesExBody)
	if !ok || body.Res == nil || body.Res.Returnval == nil || len(body.Res.Returnval.Objects) == 0 {
		return nil
	}
	var refs []types.ManagedObjectReference
	for _, property := range body.Res.Returnval.Objects[0].PropSet {
		switch value := property.Val.(type) {
		case types.ManagedObjectReference:
			refs = append(refs, value)
		case *types.ArrayOfManagedObjectReference:
			refs = append(refs, value.ManagedObjectReference...)
		case types.ArrayOfManagedObjectReference:
			refs = append(refs, value.ManagedObjectReference...)
		}
	}
	return refs
}
