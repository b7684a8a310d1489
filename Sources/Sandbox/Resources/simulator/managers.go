package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// replaceManagers puts our own managers in the place of the library's.
func replaceManagers(cfg *config) {
	instance := types.ManagedObjectReference{Type: "ServiceInstance", Value: "ServiceInstance"}
	content := simulator.Map.Get(instance).(*simulator.ServiceInstance).Content
	if content.ExtensionManager != nil { // an ESXi host alone has none
		extensions := &extensionManager{}
		extensions.Self = *content.ExtensionManager
		simulator.Map.Put(extensions)
	}
	collector := &propertyCollector{}
	collector.Self = content.PropertyCollector
	simulator.Map.Put(collector)
	authorization := &authorizationManager{missing: cfg.defects("privilege-missing")}
	authorization.AuthorizationManager = *(simulator.Map.Get(*content.AuthorizationManager).(*simulator.AuthorizationManager))
	simulator.Map.Put(authorization)
	if content.VirtualDiskManager == nil {
		return
	}
	disks := &virtualDiskManager{}
	disks.VirtualDiskManager = *(simulator.Map.Get(*content.VirtualDiskManager).(*simulator.VirtualDiskManager))
	simulator.Map.Put(disks)
}

// extensionManager has the methods that the library's object lacks. Nova registers itself as the
// extension org.openstack.compute when its driver starts.
type extensionManager struct{ mo.ExtensionManager }

func (m *extensionManager) index(key string) int {
	for i := range m.ExtensionList {
		if m.ExtensionList[i].Key == key {
			return i
		}
	}
	return -1
}

// FindExtension answers without an extension, not with a fault, if there is none of that key.
func (m *extensionManager) FindExtension(r *types.FindExtension) soap.HasFault {
	body := &methods.FindExtensionBody{Res: &types.FindExtensionResponse{}}
	if i := m.index(r.ExtensionKey); i >= 0 {
		body.Res.Returnval = &m.ExtensionList[i]
	}
	return body
}

// RegisterExtension refuses a key that is taken, as vCenter does.
func (m *extensionManager) RegisterExtension(r *types.RegisterExtension) soap.HasFault {
	if m.index(r.Extension.Key) >= 0 {
		return &methods.RegisterExtensionBody{
			Fault_: simulator.Fault("", &types.InvalidArgument{InvalidProperty: "extension.key"})}
	}
	m.ExtensionList = append(m.ExtensionList, r.Extension)
	return &methods.RegisterExtensionBody{Res: &types.RegisterExtensionResponse{}}
}

// UnregisterExtension forgets an extension.
func (m *extensionManager) UnregisterExtension(r *types.UnregisterExtension) soap.HasFault {
	i := m.index(r.ExtensionKey)
	if i < 0 {
		return &methods.UnregisterExtensionBody{Fault_: simulator.Fault("", &types.NotFound{})}
	}
	m.ExtensionList = append(m.ExtensionList[:i], m.ExtensionList[i+1:]...)
	return &methods.UnregisterExtensionBody{Res: &types.UnregisterExtensionResponse{}}
}
