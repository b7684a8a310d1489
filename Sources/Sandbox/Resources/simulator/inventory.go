package main

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// inventory is what is being built: one datacenter, its clusters, hosts, port groups, datastores.
type inventory struct {
	cfg        *config
	client     *vim25.Client
	datacenter *object.Datacenter
	folders    *object.DatacenterFolders
	// hosts of each cluster, by the cluster's name.
	hosts map[string][]*simulator.HostSystem
}

func buildInventory(ctx context.Context, client *vim25.Client, cfg *config) error {
	datacenter, err := object.NewRootFolder(client).CreateDatacenter(ctx, storedName(cfg.Datacenter))
	if err != nil {
		return err
	}
	folders, err := datacenter.Folders(ctx)
	if err != nil {
		return err
	}
	inv := &inventory{cfg: cfg, client: client, datacenter: datacenter, folders: folders,
		hosts: map[string][]*simulator.HostSystem{}}
	for _, cl := range cfg.Clusters {
		if err := inv.addCluster(ctx, cl); err != nil {
			return fmt.Errorf("cluster %s: %w", cl.Name, err)
		}
	}
	if err := inv.addPortGroups(ctx); err != nil {
		return fmt.Errorf("port groups: %w", err)
	}
	for _, ds := range cfg.datastores() {
		if err := inv.addDatastore(ctx, ds); err != nil {
			return fmt.Errorf("datastore %s: %w", ds.name, err)
		}
	}
	return inv.addNamesakes(ctx)
}

// addCluster makes a cluster as Nova's documentation wants it: DRS on and fully automated, as
// Nova leaves the choice of a host to vCenter; and HA with vSphere's own default, one host's failure.
func (inv *inventory) addCluster(ctx context.Context, cl cluster) error {
	made, err := inv.folders.HostFolder.CreateCluster(ctx, storedName(cl.Name), types.ClusterConfigSpecEx{})
	if err != nil {
		return err
	}
	for _, address := range cl.Hosts {
		result, err := finish(ctx)(made.AddHost(ctx, types.HostConnectSpec{HostName: address}, true, nil, nil))
		if err != nil {
			return err
		}
		host, ok := simulator.Map.Get(result.(types.ManagedObjectReference)).(*simulator.HostSystem)
		if !ok {
			return fmt.Errorf("host %s was not made", address)
		}
		inv.sizeHost(host)
		inv.hosts[cl.Name] = append(inv.hosts[cl.Name], host)
	}
	resource := simulator.Map.Get(made.Reference()).(*simulator.ClusterComputeResource)
	settings := resource.ConfigurationEx.(*types.ClusterConfigInfoEx)
	settings.DrsConfig = types.ClusterDrsConfigInfo{
		Enabled: types.NewBool(true), DefaultVmBehavior: types.DrsBehaviorFullyAutomated, VmotionRate: 3}
	settings.DasConfig = types.ClusterDasConfigInfo{
		Enabled: types.NewBool(true), HostMonitoring: "enabled", AdmissionControlEnabled: types.NewBool(true),
		AdmissionControlPolicy: &types.ClusterFailoverLevelAdmissionControlPolicy{FailoverLevel: 1}}
	n, threads := int64(len(cl.Hosts)), int16(inv.cfg.HostThreads)
	summary := resource.Summary.GetComputeResourceSummary()
	// As in the real API, one is in bytes and the other in MiB.
	summary.TotalMemory, summary.EffectiveMemory = n*inv.cfg.HostMemoryMiB<<20, n*inv.cfg.HostMemoryMiB
	summary.NumCpuThreads, summary.NumCpuCores = int16(n)*threads, int16(n)*threads/2
	return nil
}

func (inv *inventory) sizeHost(host *simulator.HostSystem) {
	host.Summary.Hardware.MemorySize = inv.cfg.HostMemoryMiB << 20
	host.Hardware.MemorySize = inv.cfg.HostMemoryMiB << 20
	host.Summary.Hardware.NumCpuThreads = int16(inv.cfg.HostThreads)
	host.Summary.Hardware.NumCpuCores = int16(inv.cfg.HostThreads / 2)
	host.Summary.QuickStats.OverallMemoryUsage = 2048
	host.Summary.QuickStats.OverallCpuUsage = 500
	host.Runtime.ConnectionState = types.HostSystemConnectionStateConnected
	openConsoles(host)
}

// finish waits for a task and gives its result: finish(ctx)(call()) for calls that return one.
func finish(ctx context.Context) func(*object.Task, error) (types.AnyType, error) {
	return func(task *object.Task, err error) (types.AnyType, error) {
		if err != nil {
			return nil, err
		}
		info, err := task.WaitForResult(ctx, nil)
		if err != nil {
			return nil, err
		}
		return info.Result, nil
	}
}

// addNamesakes makes clusters of a name that another datacenter has, too; Nova takes the first that it meets.
func (inv *inventory) addNamesakes(ctx context.Context) error {
	for _, d := range inv.cfg.defects("cluster-twice") {
		datacenter, err := object.NewRootFolder(inv.client).CreateDatacenter(ctx, storedName(d.Value))
		if err != nil {
			return err
		}
		folders, err := datacenter.Folders(ctx)
		if err != nil {
			return err
		}
		if _, err := folders.HostFolder.CreateCluster(ctx, storedName(d.Object), types.ClusterConfigSpecEx{}); err != nil {
			return err
		}
	}
	return nil
}
