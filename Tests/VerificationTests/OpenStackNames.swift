import OpenStack

// The topology and vSphere have things of these names, too.
typealias OpenStackImage = OpenStack.Image
typealias OpenStackFlavor = OpenStack.Flavor
typealias OpenStackNetwork = OpenStack.Network
