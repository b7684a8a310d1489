package main

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// consoleRuleset opens TCP 1000 to 9999 and so Nova's consoles; on a real host somebody has to enable it, too.
const consoleRuleset = "gdbserver"

// rulesetOf finds a ruleset of a host's firewall, which the library has as a host of version 6.5 gave it.
func rulesetOf(host *simulator.HostSystem, key string) (*types.HostFirewallRuleset, error) {
	for i := range host.Config.Firewall.Ruleset {
		if host.Config.Firewall.Ruleset[i].Key == key {
			return &host.Config.Firewall.Ruleset[i], nil
		}
	}
	return nil, fmt.Errorf("the firewall has no ruleset %q", key)
}

// openConsoles gives a host a firewall of its own, which lets consoles in.
func openConsoles(host *simulator.HostSystem) {
	firewall := *host.Config.Firewall
	firewall.Ruleset = append([]types.HostFirewallRuleset(nil), firewall.Ruleset...)
	host.Config.Firewall = &firewall
	if ruleset, err := rulesetOf(host, consoleRuleset); err == nil {
		ruleset.Enabled = true
	}
}
