extension Service {
    /// Clocks that agree: Neutron drops reports of the past, Keystone refuses tokens of the future.
    static let chrony = Service(name: .chrony, processes: [.init(.chrony, on: .machines, in: .timekeeping)])

    /// The database of all services.
    public static let mariadb = Service(
        name: .mariadb,
        processes: [.init(.mariadb, on: .controllers, in: .database, port: (3306, "MariaDB"))])

    /// The message queue of all services.
    public static let rabbitmq = Service(
        name: .rabbitmq,
        processes: [.init(.rabbitmq, on: .controllers, in: .messageQueue, port: (5672, "RabbitMQ"))])

    /// The cache of tokens.
    public static let memcached = Service(
        name: .memcached,
        processes: [.init(.memcached, on: .controllers, in: .messageQueue, port: (11211, "memcached"))])

    /// What runs the instances of a node that is no client of another hypervisor.
    static let libvirt = Service(
        name: .libvirt, processes: [.init(.libvirt, on: .libvirtNodes, in: .libvirt)])
}
