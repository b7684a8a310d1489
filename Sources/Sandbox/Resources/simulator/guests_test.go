package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// A guest boots from its disk on every controller that Nova can give it.
func TestControllers(t *testing.T) {
	for name, controller := range map[string]types.BaseVirtualController{
		"lsiLogic": &types.VirtualLsiLogicController{}, "lsiLogicsas": &types.VirtualLsiLogicSASController{},
		"busLogic": &types.VirtualBusLogicController{}, "paraVirtual": &types.ParaVirtualSCSIController{},
		"ide": &types.VirtualIDEController{},
	} {
		controller := controller
		t.Run(name, func(t *testing.T) {
			lab := newTestLab(t, true)
			lab.bootDisk("boot.vmdk", "it boots\n", false)
			vm := lab.machine("vm1", diskOn(controller, "boot.vmdk")...)
			lab.do(vm.PowerOn(context.Background()))
			lab.says("vm1", "it boots", 1)
		})
	}
}

func TestPower(t *testing.T) {
	lab, ctx := newTestLab(t, true), context.Background()
	lab.bootDisk("boot.vmdk", "it boots\n", false)
	vm := lab.machine("vm1", diskOn(&types.ParaVirtualSCSIController{}, "boot.vmdk")...)
	lab.do(vm.PowerOn(ctx))
	lab.says("vm1", "it boots", 1)
	if words := lab.fails(vm.PowerOn(ctx)); !strings.Contains(words, "InvalidPowerState") {
		t.Errorf("switched on twice: %s", words)
	}
	lab.do(vm.Reset(ctx))
	lab.says("vm1", "it boots", 2)
	lab.do(vm.Suspend(ctx))
	if state := lab.state(vm); state != types.VirtualMachinePowerStateSuspended {
		t.Errorf("suspended, it is %s", state)
	}
	lab.do(vm.PowerOn(ctx))
	must(t, vm.RebootGuest(ctx))
	lab.says("vm1", "it boots", 3)
	process := lab.front.machines.guests.of(vm.Reference()).process.Process.Pid
	lab.do(vm.PowerOff(ctx))
	if _, err := os.Stat("/proc/" + itoa(process)); !os.IsNotExist(err) {
		t.Errorf("switched off, its process %d is still there", process)
	}
	lab.do(vm.PowerOn(ctx))
	lab.says("vm1", "it boots", 4)
}

// A guest that switches itself off is off in vCenter, too.
func TestOwnEnd(t *testing.T) {
	lab := newTestLab(t, true)
	lab.bootDisk("boot.vmdk", "last words\n", true)
	vm := lab.machine("vm1", diskOn(&types.VirtualIDEController{}, "boot.vmdk")...)
	lab.do(vm.PowerOn(context.Background()))
	lab.says("vm1", "last words", 1)
	lab.eventually("the machine is off", func() bool { return lab.state(vm) == types.VirtualMachinePowerStatePoweredOff })
}

// What keeps a guest from starting is in the task, and the machine stays off.
func TestNoStart(t *testing.T) {
	lab, ctx := newTestLab(t, true), context.Background()
	lab.bootDisk("boot.vmdk", "", false)
	vm := lab.machine("vm1", diskOn(&types.ParaVirtualSCSIController{}, "boot.vmdk")...)
	must(t, os.Remove(lab.path("boot-flat.vmdk")))
	words := lab.fails(vm.PowerOn(ctx))
	if !strings.Contains(words, "boot-flat.vmdk") {
		t.Errorf("a disk without its extent: %s", words)
	}
	if state := lab.state(vm); state != types.VirtualMachinePowerStatePoweredOff {
		t.Errorf("not started, it is %s", state)
	}
}

// The screen is at the ESXi host that the machine is on, and goes with it.
func TestConsole(t *testing.T) {
	lab, ctx := newTestLab(t, true), context.Background()
	lab.bootDisk("boot.vmdk", "it boots\n", false)
	vm := lab.machine("vm1", diskOn(&types.ParaVirtualSCSIController{}, "boot.vmdk")...)
	port := freePort(t)
	lab.do(vm.Reconfigure(ctx, types.VirtualMachineConfigSpec{ExtraConfig: []types.BaseOptionValue{
		&types.OptionValue{Key: "RemoteDisplay.vnc.enabled", Value: "true"},
		&types.OptionValue{Key: "RemoteDisplay.vnc.port", Value: port}}}))
	lab.do(vm.PowerOn(ctx))
	host, err := vm.HostSystem(ctx)
	must(t, err)
	first, second := "127.0.1.1", "127.0.1.2"
	if name, _ := host.ObjectName(ctx); name == second {
		first, second = second, first
	}
	greets(t, first, port)
	other, err := lab.finder.HostSystem(ctx, "*/"+second)
	must(t, err)
	reference := other.Reference()
	lab.do(vm.Relocate(ctx, types.VirtualMachineRelocateSpec{Host: &reference}, types.VirtualMachineMovePriorityDefaultPriority))
	greets(t, second, port)
	lab.says("vm1", "it boots", 1)
}

// When a host fails, HA starts its machines again on another one; maintenance moves them as they are.
func TestHosts(t *testing.T) {
	lab, ctx := newTestLab(t, true), context.Background()
	lab.bootDisk("boot.vmdk", "it boots\n", false)
	vm := lab.machine("vm1", diskOn(&types.ParaVirtualSCSIController{}, "boot.vmdk")...)
	lab.do(vm.PowerOn(ctx))
	lab.says("vm1", "it boots", 1)
	host, err := vm.HostSystem(ctx)
	must(t, err)
	response, err := methods.ShutdownHost_Task(ctx, lab.client, &types.ShutdownHost_Task{This: host.Reference(), Force: true})
	must(t, err)
	lab.do(object.NewTask(lab.client.Client, response.Returnval), nil)
	now, err := vm.HostSystem(ctx)
	must(t, err)
	if now.Reference() == host.Reference() || lab.state(vm) != types.VirtualMachinePowerStatePoweredOn {
		t.Fatalf("its host failed, and it is %s on %s", lab.state(vm), now.Reference())
	}
	lab.says("vm1", "it boots", 2)
	lab.do(host.Reconnect(ctx, nil, nil))
	lab.do(now.EnterMaintenanceMode(ctx, 0, false, nil))
	back, err := vm.HostSystem(ctx)
	must(t, err)
	if back.Reference() != host.Reference() || lab.state(vm) != types.VirtualMachinePowerStatePoweredOn {
		t.Fatalf("its host is in maintenance, and it is %s on %s", lab.state(vm), back.Reference())
	}
	lab.says("vm1", "it boots", 2)
}

func TestMemory(t *testing.T) {
	if n, ok := availableMiB("MemTotal: 3 kB\nMemAvailable:   2097152 kB\n"); !ok || n != 2048 {
		t.Errorf("%d MiB, %v", n, ok)
	}
	if err := roomFor(1 << 40); err == nil || !strings.Contains(err.Error(), "memory left") {
		t.Errorf("a guest larger than any machine: %v", err)
	}
	must(t, roomFor(1))
}

// greets says that a VNC server is there.
func greets(t *testing.T, host string, port int) {
	t.Helper()
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(host, itoa(port)), time.Minute)
	must(t, err)
	defer connection.Close()
	must(t, connection.SetDeadline(time.Now().Add(time.Minute)))
	greeting := make([]byte, 4)
	_, err = io.ReadFull(connection, greeting)
	must(t, err)
	if !bytes.Equal(greeting, []byte("RFB ")) {
		t.Errorf("%q is not the greeting of a VNC server", greeting)
	}
}

// freePort is one from 5900 on that nobody has on either host's address.
func freePort(t *testing.T) int {
	t.Helper()
	for port := firstVNCPort + 300; port < 65000; port++ {
		one, err := net.Listen("tcp", "127.0.1.1:"+itoa(port))
		if err != nil {
			continue
		}
		defer one.Close()
		if two, err := net.Listen("tcp", "127.0.1.2:"+itoa(port)); err == nil {
			two.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
