package main

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// guestConfig says how guests are run; without it none is.
type guestConfig struct {
	// Program is QEMU's, for x86_64.
	Program string `json:"program"`
	// Accelerator is kvm or tcg.
	Accelerator string `json:"accelerator"`
	// Bridges of port groups' networks, by port group; in the simulator's own network namespace.
	Bridges map[string]string `json:"bridges"`
	// Directory for what QEMU says.
	Directory string `json:"directory"`
}

func (c *guestConfig) check() error {
	if c.Program == "" || c.Directory == "" {
		return errors.New("guests: program and directory are needed")
	}
	if c.Accelerator != "kvm" && c.Accelerator != "tcg" {
		return fmt.Errorf("guests: accelerator %q is neither kvm nor tcg", c.Accelerator)
	}
	return os.MkdirAll(c.Directory, 0o700)
}

// guests are the QEMU processes of the virtual machines that are on.
type guests struct {
	cfg  *guestConfig // nil where none is run
	lock sync.Mutex
	all  map[types.ManagedObjectReference]*guest
}

func newGuests(cfg *guestConfig) *guests {
	return &guests{cfg: cfg, all: map[types.ManagedObjectReference]*guest{}}
}

// of gives the guest of a virtual machine; nil if it is off, or none is run.
func (g *guests) of(ref types.ManagedObjectReference) *guest {
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.all[ref]
}

func (g *guests) set(ref types.ManagedObjectReference, one *guest) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.all[ref] = one
}

func (g *guests) forget(ref types.ManagedObjectReference, one *guest) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.all[ref] == one {
		delete(g.all, ref)
	}
}

// start runs a virtual machine; the caller holds its lock. It returns when QEMU has made all devices.
func (g *guests) start(vm *simulator.VirtualMachine) error {
	if g.cfg == nil {
		return nil
	}
	m, err := g.describe(vm)
	if err != nil {
		return err
	}
	if err := roomFor(int64(vm.Config.Hardware.MemoryMB)); err != nil {
		return err
	}
	one, began := newGuest(m), time.Now()
	if err := g.begin(vm, m, one); err != nil {
		return err
	}
	log.Printf("guest of %s (%s) runs after %s, process %d",
		vm.Self.Value, vm.Name, time.Since(began).Round(time.Millisecond), one.process.Process.Pid)
	g.set(vm.Self, one)
	go g.watch(vm, one)
	return nil
}

// begin launches the process with the ends that it inherits.
func (g *guests) begin(vm *simulator.VirtualMachine, m *machine, one *guest) error {
	ends := &inheritance{}
	defer ends.release()
	control, theirs, err := pair("monitor")
	if err != nil {
		return err
	}
	m.add("-chardev", fmt.Sprintf("socket,id=monitor,fd=%d", ends.add(theirs)), "-mon", "chardev=monitor,mode=control")
	if err := g.connect(vm, m, one, ends); err != nil {
		control.Close()
		return err
	}
	words, err := os.Create(filepath.Join(g.cfg.Directory, vm.Self.Value+".log"))
	if err != nil {
		control.Close()
		return err
	}
	defer words.Close()
	fmt.Fprintln(words, g.cfg.Program, strings.Join(m.arguments, " "))
	command := exec.Command(g.cfg.Program, m.arguments...)
	command.ExtraFiles, command.Stdout, command.Stderr = ends.files, words, words
	if err := one.launch(command); err != nil {
		control.Close()
		return err
	}
	ends.release() // or else we would not see that the process closed its own
	if one.monitor, err = newMonitor(control, one.happened); err != nil {
		one.kill()
		return fmt.Errorf("QEMU does not start: %s", lastLine(words.Name()))
	}
	return nil
}

// connect gives a machine its taps and serial ports.
func (g *guests) connect(vm *simulator.VirtualMachine, m *machine, one *guest, ends *inheritance) error {
	for i, card := range m.networks {
		device := fmt.Sprintf("%s,mac=%s,id=dev%d", card.model, card.mac, card.key)
		if card.bridge != "" {
			tap, err := openTap(fmt.Sprintf("%s.%d", vm.Self.Value, i), card.bridge)
			if err != nil {
				return err
			}
			m.add("-netdev", fmt.Sprintf("tap,id=net%d,fd=%d", card.key, ends.add(tap)))
			device += fmt.Sprintf(",netdev=net%d", card.key)
		}
		m.add("-device", device)
	}
	for i, port := range m.serial {
		serial, theirs, err := openSerial(vm, port)
		if err != nil {
			return err
		}
		one.serial = append(one.serial, serial)
		m.add("-chardev", fmt.Sprintf("socket,id=serial%d,fd=%d", i, ends.add(theirs)),
			"-serial", fmt.Sprintf("chardev:serial%d", i))
	}
	return nil
}

// inheritance is what a process gets beyond its standard descriptors, from 3 on.
type inheritance struct{ files []*os.File }

func (i *inheritance) add(file *os.File) int {
	i.files = append(i.files, file)
	return len(i.files) + 2
}

func (i *inheritance) release() {
	for _, file := range i.files {
		file.Close()
	}
	i.files = nil
}

// watch tells the virtual machine that its guest shut itself down.
func (g *guests) watch(vm *simulator.VirtualMachine, one *guest) {
	<-one.ended
	g.forget(vm.Self, one)
	if one.isExpectedToEnd() {
		return
	}
	simulator.Map.WithLock(vm, func() {
		if g.of(vm.Self) == nil && vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOff {
			log.Printf("guest of %s ended by itself: %s", vm.Self.Value, one.process.ProcessState)
			vm.PowerOffVMTask(internal(vm), &types.PowerOffVM_Task{This: vm.Self})
		}
	})
}

// stop ends a guest in order; a machine without one is off already.
func (g *guests) stop(ref types.ManagedObjectReference) {
	if one := g.of(ref); one != nil {
		one.quit()
		g.forget(ref, one)
	}
}

// crash is what happens to a guest whose host fails.
func (g *guests) crash(ref types.ManagedObjectReference) {
	if one := g.of(ref); one != nil {
		one.kill()
		g.forget(ref, one)
	}
}

// sweep ends the guests of machines that are no more: one that is suspended may be unregistered.
func (g *guests) sweep() {
	g.lock.Lock()
	var gone []types.ManagedObjectReference
	for ref := range g.all {
		if simulator.Map.Get(ref) == nil {
			gone = append(gone, ref)
		}
	}
	g.lock.Unlock()
	for _, ref := range gone {
		g.crash(ref)
	}
}

// command has QEMU do something with a guest that runs. Where none is run, it has nothing to do.
func (g *guests) command(ref types.ManagedObjectReference, name string, arguments interface{}) error {
	one := g.of(ref)
	if one == nil {
		if g.cfg == nil {
			return nil
		}
		return errors.New("the virtual machine has no guest")
	}
	return one.execute(name, arguments)
}

// moveConsole lets a guest's screen be had at the host on which the machine is now.
func (g *guests) moveConsole(vm *simulator.VirtualMachine) error {
	host, display, err := net.SplitHostPort(vncAddress(vm))
	if err != nil || g.of(vm.Self) == nil {
		return nil // it has no console, or is off
	}
	n, err := strconv.Atoi(display)
	if err != nil {
		return err
	}
	address := map[string]string{"type": "inet", "host": host, "port": strconv.Itoa(firstVNCPort + n)}
	return g.command(vm.Self, "display-update", map[string]interface{}{"type": "vnc", "addresses": []interface{}{address}})
}

func lastLine(file string) string {
	text, _ := os.ReadFile(file)
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if len(lines) < 2 { // the first is the command
		return "it says nothing"
	}
	return string(lines[len(lines)-1])
}
