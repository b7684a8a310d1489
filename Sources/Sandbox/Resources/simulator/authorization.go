package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// authorizationManager can deny single privileges; the library's grants all.
type authorizationManager struct {
	simulator.AuthorizationManager
	missing []defect
}

func (m *authorizationManager) grants(entity types.ManagedObjectReference, id string) bool {
	for _, d := range m.missing {
		if d.Value != id {
			continue
		}
		if d.Object == "" {
			return false
		}
		if e, ok := simulator.Map.Get(entity).(mo.Entity); ok && e.Entity().Name == storedName(d.Object) {
			return false
		}
	}
	return true
}

func (m *authorizationManager) availability(entity types.ManagedObjectReference, ids []string) types.EntityPrivilege {
	answer := types.EntityPrivilege{Entity: entity}
	for _, id := range ids {
		answer.PrivAvailability = append(answer.PrivAvailability,
			types.PrivilegeAvailability{PrivId: id, IsGranted: m.grants(entity, id)})
	}
	return answer
}

// HasPrivilegeOnEntities tells of the session's own user, the only one that there is.
func (m *authorizationManager) HasPrivilegeOnEntities(r *types.HasPrivilegeOnEntities) soap.HasFault {
	response := &types.HasPrivilegeOnEntitiesResponse{}
	for _, entity := range r.Entity {
		response.Returnval = append(response.Returnval, m.availability(entity, r.PrivId))
	}
	return &methods.HasPrivilegeOnEntitiesBody{Res: response}
}

// HasPrivilegeOnEntity is the same for one object.
func (m *authorizationManager) HasPrivilegeOnEntity(r *types.HasPrivilegeOnEntity) soap.HasFault {
	response := &types.HasPrivilegeOnEntityResponse{}
	for _, id := range r.PrivId {
		response.Returnval = append(response.Returnval, m.grants(r.Entity, id))
	}
	return &methods.HasPrivilegeOnEntityBody{Res: response}
}

// FetchUserPrivilegeOnEntities lists all that the user has.
func (m *authorizationManager) FetchUserPrivilegeOnEntities(r *types.FetchUserPrivilegeOnEntities) soap.HasFault {
	body := m.AuthorizationManager.FetchUserPrivilegeOnEntities(r).(*methods.FetchUserPrivilegeOnEntitiesBody)
	for i := range body.Res.Returnval {
		result := &body.Res.Returnval[i]
		var kept []string
		for _, id := range result.Privileges {
			if m.grants(result.Entity, id) {
				kept = append(kept, id)
			}
		}
		result.Privileges = kept
	}
	return body
}
