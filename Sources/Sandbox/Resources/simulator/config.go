package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// config is the one input of the simulator. README.md describes every key.
type config struct {
	// Kind is what answers: `vcenter`, or `esxi` for one host alone.
	Kind                string    `json:"kind"`
	Listen              string    `json:"listen"`
	User                string    `json:"user"`
	Password            string    `json:"password"`
	Version             string    `json:"version"`
	Datacenter          string    `json:"datacenter"`
	Clusters            []cluster `json:"clusters"`
	HostMemoryMiB       int64     `json:"host_memory_mib"`
	HostThreads         int       `json:"host_threads"`
	DatastoreDirectory  string    `json:"datastore_directory"`
	SharedDatastores    []string  `json:"shared_datastores"`
	PortGroups          []string  `json:"port_groups"`
	DistributedPortGrps []string  `json:"distributed_port_groups"`
	// VLANs of port groups, by name; one that is not named is untagged.
	VLANs         map[string]int32 `json:"vlans"`
	TLS           certificates     `json:"tls"`
	WSDLDirectory string           `json:"wsdl_directory"`
	ReadyFile     string           `json:"ready_file"`
	Defects       []defect         `json:"defects"`
	// Guests says how the guests of virtual machines are run; without it none is.
	Guests *guestConfig `json:"guests"`
}

// What can answer at the address.
const (
	kindVCenter = "vcenter"
	kindESXi    = "esxi"
)

type cluster struct {
	Name  string   `json:"name"`
	Hosts []string `json:"hosts"`
}

type certificates struct {
	CA          string `json:"ca"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// loadConfig reads a configuration, refuses what cannot work and fills in the defaults.
func loadConfig(path string) (*config, error) {
	if path == "" {
		return nil, errors.New("no configuration: start with -config FILE")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s holds a password, but others may read it (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	cfg := &config{
		Kind: kindVCenter, Version: "6.5.0", HostMemoryMiB: 64 << 10, HostThreads: 16,
		SharedDatastores: []string{"shared-1"}, PortGroups: []string{defaultPortGroup},
	}
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(cfg); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}

var versionPattern = regexp.MustCompile(`^\d+\.\d+(\.\d+)*$`)

func (c *config) check() error {
	if c.Kind != kindVCenter && c.Kind != kindESXi {
		return fmt.Errorf("kind %q is neither %s nor %s", c.Kind, kindVCenter, kindESXi)
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("listen: %w", err)
	} else if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("listen: %q is not a port", port)
	}
	for name, value := range map[string]string{
		"user": c.User, "password": c.Password, "datacenter": c.Datacenter,
		"datastore_directory": c.DatastoreDirectory, "wsdl_directory": c.WSDLDirectory,
		"tls.ca": c.TLS.CA, "tls.certificate": c.TLS.Certificate, "tls.key": c.TLS.Key,
	} {
		if value == "" {
			return fmt.Errorf("%s is missing", name)
		}
	}
	if !versionPattern.MatchString(c.Version) {
		return fmt.Errorf("version %q is not like 6.5.0", c.Version)
	}
	if c.HostMemoryMiB < 1 || c.HostThreads < 2 || c.HostThreads > 1024 {
		return errors.New("host_memory_mib must be at least 1, host_threads 2 to 1024")
	}
	if _, err := os.Stat(filepath.Join(c.WSDLDirectory, "vimService.wsdl")); err != nil {
		return fmt.Errorf("wsdl_directory: %w (make it with gen_wsdl.py)", err)
	}
	if c.Guests != nil {
		if err := c.Guests.check(); err != nil {
			return err
		}
	}
	return c.checkNames()
}

// checkNames finds what would otherwise fail half-way, or make two things of one name.
func (c *config) checkNames() error {
	if c.Kind == kindESXi {
		return c.checkESXi()
	}
	if len(c.Clusters) == 0 {
		return errors.New("clusters: there is none")
	}
	seen := map[string]bool{"host " + c.host(): true}
	once := func(kind, name string) error {
		if name == "" || seen[kind+" "+name] {
			return fmt.Errorf("%s %q: every %s needs a name of its own", kind, name, kind)
		}
		seen[kind+" "+name] = true
		return nil
	}
	for _, cl := range c.Clusters {
		if err := once("cluster", cl.Name); err != nil {
			return err
		}
		if len(cl.Hosts) == 0 {
			return fmt.Errorf("cluster %q has no hosts", cl.Name)
		}
		for _, h := range cl.Hosts {
			if net.ParseIP(h) == nil {
				return fmt.Errorf("host %q is not an IP address", h)
			}
			if err := once("host", h); err != nil {
				return err
			}
		}
	}
	for _, ds := range c.datastores() {
		if strings.ContainsAny(ds.name, "/[]") || ds.name == "." || ds.name == ".." {
			return fmt.Errorf("datastore %q cannot be the name of a directory", ds.name)
		}
		if err := once("datastore", ds.name); err != nil {
			return err
		}
	}
	for _, name := range append(append([]string{}, c.PortGroups...), c.DistributedPortGrps...) {
		if err := once("port group", name); err != nil {
			return err
		}
	}
	return nil
}

// checkESXi refuses what only a vCenter has.
func (c *config) checkESXi() error {
	if len(c.Clusters) > 0 || len(c.DistributedPortGrps) > 0 {
		return errors.New("an ESXi host alone has neither clusters nor distributed port groups")
	}
	return nil
}

// storedName is how vCenter keeps a name: `/`, `\` and `%` stand for themselves in none.
func storedName(name string) string {
	return strings.NewReplacer("%", "%25", "/", "%2f", "\\", "%5c").Replace(name)
}

func (c *config) host() string {
	host, _, _ := net.SplitHostPort(c.Listen)
	return host
}

func (c *config) port() string {
	_, port, _ := net.SplitHostPort(c.Listen)
	return port
}

// hosts are the addresses of all ESXi hosts, in the order of the configuration.
func (c *config) hosts() []string {
	var all []string
	for _, cl := range c.Clusters {
		all = append(all, cl.Hosts...)
	}
	return all
}
