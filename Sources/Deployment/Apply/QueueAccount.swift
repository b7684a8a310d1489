import Wording

/// The account of the message queue, as RabbitMQ's definitions have it (rabbitmq.com/docs/definitions).
struct QueueAccount {
    /// What services log in with.
    var password: String

    /// A file of definitions: the user `openstack`, who may do everything in the virtual host `/`. Importing it again
    /// changes the password.
    var json: String {
        let definitions = Definitions(
            users: [User(name: "openstack", password: password, tags: [])],
            permissions: [Permission(user: "openstack", vhost: "/", configure: ".*", write: ".*", read: ".*")])
        // Texts alone are in it, which can always be encoded.
        return (try? JSONText(definitions).text) ?? ""
    }

    private struct Definitions: Encodable {
        var users: [User]
        var permissions: [Permission]
    }

    private struct User: Encodable {
        var name: String
        var password: String
        var tags: [String]
    }

    private struct Permission: Encodable {
        var user: String
        var vhost: String
        var configure: String
        var write: String
        var read: String
    }
}
