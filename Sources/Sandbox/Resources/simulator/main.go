// Command vcenter-simulator is the vCenter Server of a sandbox lab.
//
// It is built on the simulator library of govmomi as Debian packages it (0.24.2) and adds what
// Nova's VMware driver asks for and that library lacks: the extension manager, indexed property
// paths, typed traversal, paging, disks with content, guests that run, authenticated datastore access,
// and the WSDL. README.md has the commands that build and start it.
//
// State does not survive a restart: virtual machines and sessions are held in memory. The
// directories that back the datastores do survive; files left there by virtual machines that are
// no longer known are harmless, as Nova makes a directory of its own for each instance and reuses
// or replaces its image cache.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/google/uuid"
	_ "github.com/vmware/govmomi/pbm/simulator"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/simulator/vpx"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25"
)

func main() {
	log.SetOutput(os.Stdout)
	path := flag.String("config", "", "configuration file (JSON, mode 0600)")
	flag.Parse()
	if err := run(*path); err != nil {
		log.Fatalf("vcenter-simulator: %s", err)
	}
}

// run serves until it is told to stop by SIGINT or SIGTERM.
func run(path string) error {
	cfg, err := loadConfig(path)
	if err != nil {
		return err
	}
	if err := os.Remove(cfg.ReadyFile); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("remove the ready file of an earlier run: %w", err)
	}
	certificate, err := serverCertificate(cfg)
	if err != nil {
		return err
	}
	if cfg.Guests != nil {
		if err := dropEmptyImages(cfg); err != nil {
			return err
		}
	}
	service, err := newVCenter(cfg)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	if err := newFront(service, cfg).listen(certificate); err != nil {
		return err
	}
	if err := writeReadyFile(cfg); err != nil {
		return err
	}
	defer os.Remove(cfg.ReadyFile)
	log.Printf("vCenter %s answers at https://%s/sdk, ESXi hosts %v", cfg.Version, cfg.Listen, cfg.hosts())
	log.Printf("stopped by %s", <-stop)
	return nil
}

// newVCenter makes the service with its inventory and everything that was added to the library.
func newVCenter(cfg *config) (*simulator.Service, error) {
	content, root, product := vpx.ServiceContent, vpx.RootFolder, "VMware vCenter Server "
	if cfg.Kind == kindESXi {
		content, root, product = esx.ServiceContent, esx.RootFolder, "VMware ESXi "
	}
	content.About.Version = cfg.Version
	content.About.ApiVersion = strings.Join(strings.SplitN(cfg.Version, ".", 3)[:2], ".")
	content.About.FullName = product + cfg.Version + " (Polyvisor's simulator)"
	// Nova names a hypervisor CLUSTER-MOREF.INSTANCE-UUID: the same after a restart, and another one
	// for another vCenter, whose morefs are the same.
	content.About.InstanceUuid = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://"+cfg.Listen+"/sdk")).String()
	service := simulator.New(simulator.NewServiceInstance(content, root))
	service.RegisterEndpoints = true
	// Before the first session: each session gets a copy of the property collector.
	replaceManagers(cfg)
	client, err := vim25.NewClient(context.Background(), service)
	if err != nil {
		return nil, err
	}
	build := buildInventory
	if cfg.Kind == kindESXi {
		build = buildESXi
	}
	if err := build(context.Background(), client, cfg); err != nil {
		return nil, fmt.Errorf("inventory: %w", err)
	}
	replaceDatastoreBrowsers()
	if err := applyDefects(cfg.Defects); err != nil {
		return nil, err
	}
	// The library checks a password only if Listen names a user. Its own listener, on a random
	// loopback port, is closed at once: the front has listeners with verified certificates.
	service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(cfg.User, cfg.Password)}
	own := service.NewServer()
	own.Server.Listener.Close()
	simulator.Map.SessionManager().ServiceHostName = cfg.host()
	return service, nil
}

// writeReadyFile tells the caller that every listener listens. The rename makes it all or nothing.
func writeReadyFile(cfg *config) error {
	if cfg.ReadyFile == "" {
		return nil
	}
	text, err := json.Marshal(map[string]interface{}{
		"url": "https://" + cfg.Listen + "/sdk", "hosts": cfg.hosts(), "pid": os.Getpid(),
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(cfg.ReadyFile+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(cfg.ReadyFile+".new", cfg.ReadyFile)
}
