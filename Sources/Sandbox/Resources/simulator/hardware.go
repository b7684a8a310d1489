package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// machine is a virtual machine's hardware in QEMU's words.
type machine struct {
	arguments []string
	// What the process inherits: taps of the network cards first, then ends of the serial ports.
	networks []networkCard
	serial   []*types.VirtualSerialPort
	// nodes are QEMU's names of each disk and its parents, the uppermost last.
	nodes map[int32][]string
	// attached are the disks, and the controllers that something hangs on, by their keys.
	attached map[int32]bool
}

type networkCard struct {
	key        int32
	model, mac string
	// bridge of the port group's network; empty where there is none.
	bridge string
}

const firstVNCPort = 5900

// scsiModel is QEMU's for vSphere's. QEMU has no LSI 53C1030, which lsiLogic is: it gets the SAS controller of the
// same family (Fusion-MPT); and no BusLogic: it gets LSI's 53C895A, which as that one needs no driver of VMware's.
func scsiModel(controller types.BaseVirtualDevice) string {
	switch controller.(type) {
	case *types.ParaVirtualSCSIController:
		return "pvscsi"
	case *types.VirtualLsiLogicController, *types.VirtualLsiLogicSASController:
		return "mptsas1068"
	case *types.VirtualBusLogicController:
		return "lsi53c895a"
	}
	return ""
}

func networkModel(card types.BaseVirtualDevice) string {
	switch card.(type) {
	case *types.VirtualE1000:
		return "e1000-82545em" // the very one that ESXi has
	case *types.VirtualE1000e:
		return "e1000e"
	case *types.VirtualPCNet32:
		return "pcnet"
	}
	return "vmxnet3"
}

// describe reads the configuration of a virtual machine; the caller holds its lock.
func (g *guests) describe(vm *simulator.VirtualMachine) (*machine, error) {
	if vm.Config.Firmware == string(types.GuestOsDescriptorFirmwareTypeEfi) {
		return nil, fmt.Errorf("%s wants EFI, and the sandbox runs guests with BIOS only", vm.Name)
	}
	m := &machine{nodes: map[int32][]string{}, attached: map[int32]bool{}}
	m.addBoard(vm, g.cfg.Accelerator)
	if err := m.addDisks(vm.Config.Hardware.Device); err != nil {
		return nil, err
	}
	for _, device := range vm.Config.Hardware.Device {
		switch d := device.(type) {
		case types.BaseVirtualEthernetCard:
			card := d.GetVirtualEthernetCard()
			m.networks = append(m.networks, networkCard{
				key: card.Key, model: networkModel(device), mac: card.MacAddress, bridge: g.bridgeOf(card.Backing)})
		case *types.VirtualSerialPort:
			m.serial = append(m.serial, d)
		}
	}
	if address := vncAddress(vm); address != "" {
		m.add("-vnc", address)
	}
	return m, nil
}

func (m *machine) add(arguments ...string) { m.arguments = append(m.arguments, arguments...) }

func (m *machine) addBoard(vm *simulator.VirtualMachine, accelerator string) {
	hardware, id := vm.Config.Hardware, vm.Config.Uuid
	model := "max"
	if accelerator == "kvm" {
		model = "host"
	} else {
		accelerator += ",tb-size=64" // MiB for translated code, whose default is a part of this machine's memory
	}
	m.add("-name", "guest="+vm.Self.Value+",process=guest-"+vm.Self.Value)
	m.add("-machine", "pc,usb=off,vmport=on", "-accel", accelerator, "-cpu", model)
	m.add("-smp", processors(hardware.NumCPU, hardware.NumCoresPerSocket), "-m", fmt.Sprint(atLeast(hardware.MemoryMB, 4)))
	m.add("-uuid", id, "-smbios",
		"type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform,version=None,uuid="+id)
	m.add("-nodefaults", "-no-user-config", "-display", "none", "-rtc", "base=utc", "-device", "vmware-svga")
}

func atLeast(n, least int32) int32 {
	if n < least {
		return least
	}
	return n
}

func processors(count, coresPerSocket int32) string {
	count, cores := atLeast(count, 1), atLeast(coresPerSocket, 1)
	if count%cores != 0 {
		cores = 1
	}
	return fmt.Sprintf("cpus=%d,sockets=%d,cores=%d,threads=1", count, count/cores, cores)
}

// bridgeOf finds the bridge of the network that a card is on.
func (g *guests) bridgeOf(backing types.BaseVirtualDeviceBackingInfo) string {
	name := ""
	switch b := backing.(type) {
	case *types.VirtualEthernetCardNetworkBackingInfo:
		name = b.DeviceName
	case *types.VirtualEthernetCardDistributedVirtualPortBackingInfo:
		ref := types.ManagedObjectReference{Type: "DistributedVirtualPortgroup", Value: b.Port.PortgroupKey}
		if group, ok := simulator.Map.Get(ref).(*simulator.DistributedVirtualPortgroup); ok {
			name = group.Name
		}
	}
	for group, bridge := range g.cfg.Bridges {
		if storedName(group) == name {
			return bridge
		}
	}
	return ""
}

// addDisks adds each controller that has a disk or a CD-ROM, with what hangs on it.
func (m *machine) addDisks(devices object.VirtualDeviceList) error {
	for _, device := range devices {
		var err error
		switch d := device.(type) {
		case *types.VirtualDisk:
			err = m.addDisk(devices, d)
		case *types.VirtualCdrom:
			err = m.addCdrom(devices, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *machine) addDisk(devices object.VirtualDeviceList, disk *types.VirtualDisk) error {
	file, err := diskFile(disk)
	if err != nil {
		return err
	}
	chain, err := chainOf(file)
	if err != nil {
		return err
	}
	// Each by a name of its own, so that children can be taken back into their parents.
	node := ""
	for i := len(chain) - 1; i >= 0; i-- {
		if !exists(chain[i]) {
			return fmt.Errorf("%s, of disk %d, is missing", chain[i], disk.Key)
		}
		options := ""
		if node != "" {
			options = ",backing=" + node
		}
		if i > 0 {
			options += ",read-only=on"
		}
		node = fmt.Sprintf("disk%d-%d", disk.Key, len(chain)-1-i)
		m.nodes[disk.Key] = append(m.nodes[disk.Key], node)
		m.add("-blockdev", "driver=vmdk,node-name="+node+",file.driver=file,file.filename="+quoted(chain[i])+options)
	}
	return m.attach(devices, disk.GetVirtualDevice(), node, "hd")
}

func (m *machine) addCdrom(devices object.VirtualDeviceList, drive *types.VirtualCdrom) error {
	backing, ok := drive.Backing.(*types.VirtualCdromIsoBackingInfo)
	if !ok {
		return nil
	}
	file, fault := fileOf(backing.FileName)
	if fault != nil {
		return fmt.Errorf("CD-ROM %s: %T", backing.FileName, fault)
	}
	node := fmt.Sprintf("cd%d", drive.Key)
	m.add("-blockdev", "driver=file,node-name="+node+",read-only=on,filename="+quoted(file))
	return m.attach(devices, drive.GetVirtualDevice(), node, "cd")
}

// quoted lets a value of QEMU's options have commas.
func quoted(value string) string { return strings.ReplaceAll(value, ",", ",,") }

func (m *machine) attach(devices object.VirtualDeviceList, device *types.VirtualDevice, node, kind string) error {
	controller := devices.FindByKey(device.ControllerKey)
	m.attached[device.Key] = true
	if ide, ok := controller.(*types.VirtualIDEController); ok { // the board has it
		m.add("-device", fmt.Sprintf("ide-%s,drive=%s,bus=ide.%d,unit=%d,id=dev%d",
			kind, node, ide.BusNumber, unitOf(device), device.Key))
		return nil
	}
	model := scsiModel(controller)
	_, isSATA := controller.(*types.VirtualAHCIController)
	if isSATA {
		model = "ahci"
	}
	if model == "" {
		return fmt.Errorf("device %d hangs on %T, which the sandbox does not run", device.Key, controller)
	}
	if key := controller.GetVirtualDevice().Key; !m.attached[key] {
		m.attached[key] = true
		m.add("-device", fmt.Sprintf("%s,id=bus%d", model, key))
	}
	if isSATA {
		m.add("-device", fmt.Sprintf("ide-%s,drive=%s,bus=bus%d.%d,id=dev%d",
			kind, node, device.ControllerKey, unitOf(device), device.Key))
		return nil
	}
	m.add("-device", fmt.Sprintf("scsi-%s,drive=%s,bus=bus%d.0,scsi-id=%d,lun=0,id=dev%d",
		kind, node, device.ControllerKey, unitOf(device), device.Key))
	return nil
}

func unitOf(device *types.VirtualDevice) int32 {
	if device.UnitNumber == nil {
		return 0
	}
	return *device.UnitNumber
}

// vncAddress is HOST:DISPLAY of the machine's ESXi host, or empty if the configuration opens no console.
func vncAddress(vm *simulator.VirtualMachine) string {
	option := map[string]string{}
	for _, o := range vm.Config.ExtraConfig { // the last one counts
		option[o.GetOptionValue().Key] = fmt.Sprint(o.GetOptionValue().Value)
	}
	port, err := strconv.Atoi(option["RemoteDisplay.vnc.port"])
	if err != nil || port < firstVNCPort || !strings.EqualFold(option["RemoteDisplay.vnc.enabled"], "true") {
		return ""
	}
	return fmt.Sprintf("%s:%d", hostOf(vm).Name, port-firstVNCPort)
}

func hostOf(vm *simulator.VirtualMachine) *simulator.HostSystem {
	return simulator.Map.Get(*vm.Runtime.Host).(*simulator.HostSystem)
}
