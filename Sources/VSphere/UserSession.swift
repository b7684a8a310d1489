public import Foundation
import XML

/// One login (`UserSession`).
public struct UserSession: Sendable, Equatable {
    /// The server's name of the session. In vSphere it opens nothing; it is not for reports all the same.
    public let key: String
    /// With its domain, as the server writes it: `VSPHERE.LOCAL\nova`.
    public let userName: String
    /// What the account's directory has for a name; often the user name again.
    public let fullName: String
    /// By the server's clock; nil where it does not tell.
    public let loginTime: Date?
    /// By the server's clock; nil where it does not tell.
    public let lastActiveTime: Date?
}

extension UserSession {
    init(_ element: XMLElement) {
        key = element.child("key")?.text ?? ""
        userName = element.child("userName")?.text ?? ""
        fullName = element.child("fullName")?.text ?? ""
        loginTime = (element.child("loginTime")?.text).flatMap(DateTime.date)
        lastActiveTime = (element.child("lastActiveTime")?.text).flatMap(DateTime.date)
    }
}
