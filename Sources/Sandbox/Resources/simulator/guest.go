package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// guest is the QEMU process of a virtual machine that is on.
type guest struct {
	process *exec.Cmd
	monitor *monitor
	serial  []*serialPort
	// ended is closed when the process is gone.
	ended chan struct{}

	lock sync.Mutex
	// asked says that somebody here wanted it to end.
	asked bool
	// nodes are QEMU's names of each disk with its parents, the uppermost last.
	nodes map[int32][]string
	// attached are the devices that QEMU has, by the keys of the configuration's.
	attached map[int32]bool
	made     int
	waiting  map[string]chan struct{}
}

func newGuest(m *machine) *guest {
	return &guest{ended: make(chan struct{}), nodes: m.nodes, attached: m.attached, waiting: map[string]chan struct{}{}}
}

// launch starts the process. It dies with the simulator, however that ends: Linux sends the signal when the thread that
// started it is gone, so that thread does nothing else and lasts as long as the process.
func (one *guest) launch(command *exec.Cmd) error {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	one.process = command
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := command.Start()
		started <- err
		if err != nil {
			return
		}
		_ = command.Wait()
		for _, port := range one.serial {
			port.close()
		}
		close(one.ended)
	}()
	return <-started
}

// kill pulls the plug at once.
func (one *guest) kill() {
	one.expectEnd()
	_ = one.process.Process.Kill()
	<-one.ended
}

// quit has QEMU write what it has to its files.
func (one *guest) quit() {
	one.expectEnd()
	go func() { _, _ = one.monitor.execute("quit", nil) }()
	select {
	case <-one.ended:
	case <-time.After(10 * time.Second):
		one.kill()
	}
}

func (one *guest) expectEnd() {
	one.lock.Lock()
	defer one.lock.Unlock()
	one.asked = true
}

func (one *guest) isExpectedToEnd() bool {
	one.lock.Lock()
	defer one.lock.Unlock()
	return one.asked
}

func (one *guest) execute(command string, arguments interface{}) error {
	_, err := one.monitor.execute(command, arguments)
	return err
}

// node is what a disk is now.
func (one *guest) node(key int32) string {
	one.lock.Lock()
	defer one.lock.Unlock()
	all := one.nodes[key]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// below is what lies under a disk.
func (one *guest) below(key int32) (string, error) {
	one.lock.Lock()
	defer one.lock.Unlock()
	all := one.nodes[key]
	if len(all) < 2 {
		return "", fmt.Errorf("nothing lies under disk %d", key)
	}
	return all[len(all)-2], nil
}

func (one *guest) pushNode(key int32, name string) {
	one.lock.Lock()
	defer one.lock.Unlock()
	one.nodes[key] = append(append([]string(nil), one.nodes[key]...), name)
}

func (one *guest) popNode(key int32) {
	one.lock.Lock()
	defer one.lock.Unlock()
	if all := one.nodes[key]; len(all) > 1 {
		one.nodes[key] = all[:len(all)-1]
	}
}

// newNode is a name that was not in use in this process.
func (one *guest) newNode(key int32) string {
	one.lock.Lock()
	defer one.lock.Unlock()
	one.made++
	return fmt.Sprintf("disk%d-new%d", key, one.made)
}

// expect prepares to wait for an event of something, of a job or a device; what it returns waits.
func (one *guest) expect(event, subject string) func() error {
	one.lock.Lock()
	defer one.lock.Unlock()
	came := make(chan struct{})
	one.waiting[event+" "+subject] = came
	return func() error {
		select {
		case <-came:
			return nil
		case <-one.ended:
			return errors.New("the guest ended")
		case <-time.After(5 * time.Minute):
			return fmt.Errorf("no %s of %s for five minutes", event, subject)
		}
	}
}

// happened is told every event of QEMU.
func (one *guest) happened(event string, data json.RawMessage) {
	var about struct{ Device string }
	_ = json.Unmarshal(data, &about) // many events are about no device
	one.lock.Lock()
	defer one.lock.Unlock()
	key := event + " " + about.Device
	if came := one.waiting[key]; came != nil {
		close(came)
		delete(one.waiting, key)
	}
}
