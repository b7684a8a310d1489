package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// datastore is one to be made: the hosts of the named clusters mount it, or only the first host of
// the cluster if it is local.
type datastore struct {
	name, kind string
	clusters   []string
	local      bool
}

// datastores are the shared ones, which every host mounts, and for each cluster `vmfs-CLUSTER` on
// all its hosts and `local-CLUSTER` on its first host. The last kind is there to be avoided: a
// datastore_regex that matches it makes Nova put instances where they cannot move.
func (c *config) datastores() []datastore {
	var all []datastore
	var names []string
	for _, cl := range c.Clusters {
		names = append(names, cl.Name)
	}
	for _, name := range c.SharedDatastores {
		all = append(all, datastore{name: name, kind: "NFS", clusters: names})
	}
	for _, name := range names {
		all = append(all,
			datastore{name: "vmfs-" + storedName(name), kind: "VMFS", clusters: []string{name}},
			datastore{name: "local-" + storedName(name), kind: "VMFS", clusters: []string{name}, local: true})
	}
	return all
}

func (inv *inventory) addDatastore(ctx context.Context, ds datastore) error {
	directory := filepath.Join(inv.cfg.DatastoreDirectory, ds.name)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return err
	}
	var hosts []*simulator.HostSystem
	for _, name := range ds.clusters {
		hosts = append(hosts, inv.hosts[name]...)
	}
	if ds.local {
		hosts = hosts[:1]
	}
	var ref types.ManagedObjectReference
	for _, host := range hosts {
		system, err := object.NewHostSystem(inv.client, host.Self).ConfigManager().DatastoreSystem(ctx)
		if err != nil {
			return err
		}
		made, err := system.CreateLocalDatastore(ctx, ds.name, directory)
		if err != nil {
			return err
		}
		ref = made.Reference()
	}
	registered := simulator.Map.Get(ref).(*simulator.Datastore)
	registered.Host = nil
	for _, host := range hosts {
		registered.Host = append(registered.Host, types.DatastoreHostMount{Key: host.Self, MountInfo: types.HostMountInfo{
			AccessMode: "readWrite", Mounted: types.NewBool(true), Accessible: types.NewBool(true)}})
	}
	registered.Summary.MultipleHostAccess = types.NewBool(len(hosts) > 1)
	// The library says OTHER, which Nova's driver does not take.
	registered.Summary.Type = ds.kind
	return nil
}

// findDatastore gives the datastore of a name, or nil.
func findDatastore(name string) *simulator.Datastore {
	for _, entity := range simulator.Map.All("Datastore") {
		if ds := entity.(*simulator.Datastore); ds.Name == name {
			return ds
		}
	}
	return nil
}

// fileOf gives the local path of a datastore path like "[shared-1] vm/disk.vmdk".
//
// Joined below "/" first, so that no number of ".." leads out of the datastore.
func fileOf(datastorePath string) (string, types.BaseMethodFault) {
	var p object.DatastorePath
	if !p.FromString(datastorePath) {
		return "", &types.InvalidDatastorePath{DatastorePath: datastorePath}
	}
	ds := findDatastore(p.Datastore)
	if ds == nil {
		return "", &types.InvalidDatastore{Name: p.Datastore}
	}
	return inDatastore(ds, p.Path), nil
}

func inDatastore(ds *simulator.Datastore, path string) string {
	return filepath.Join(ds.Info.GetDatastoreInfo().Url, filepath.Clean("/"+strings.TrimPrefix(path, "/")))
}

// datastoreBrowser survives a search without a search specification (Nova's ageing of its image
// cache sends none), at which the library's browser panics.
type datastoreBrowser struct{ simulator.HostDatastoreBrowser }

// SearchDatastoreTask answers SearchDatastore_Task.
func (b *datastoreBrowser) SearchDatastoreTask(r *types.SearchDatastore_Task) soap.HasFault {
	if r.SearchSpec == nil {
		r.SearchSpec = &types.HostDatastoreBrowserSearchSpec{}
	}
	if len(r.SearchSpec.MatchPattern) == 0 {
		r.SearchSpec.MatchPattern = []string{"*"}
	}
	return b.HostDatastoreBrowser.SearchDatastoreTask(r)
}

func replaceDatastoreBrowsers() {
	for _, entity := range simulator.Map.All("Datastore") {
		if b, ok := simulator.Map.Get(entity.(*simulator.Datastore).Browser).(*simulator.HostDatastoreBrowser); ok {
			simulator.Map.Put(&datastoreBrowser{*b})
		}
	}
}
