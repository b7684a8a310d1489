import Foundation
import XML

/// The answer to one call.
struct SOAPResponse: Sendable, Equatable {
    /// The `returnval` elements: none for a method that gives nothing, several for an array.
    let values: [XMLElement]

    /// - Parameter method: the name of the called method, whose response it has to be.
    /// - Throws: `Trouble`: the fault if it is one, `malformedResponse` if it is no response of that call.
    init(_ document: Data, to method: StaticString, limits: XMLDecoder.Limits = .init()) throws(Trouble) {
        let root: XMLElement
        do { root = try XMLDecoder(limits: limits).decode(document) } catch { throw Trouble(decoding: error) }
        try self.init(root, to: method)
    }

    init(_ root: XMLElement, to method: StaticString) throws(Trouble) {
        guard root.name == "Envelope", let body = root.child("Body"), let content = body.children.first else {
            throw Trouble(
                .malformedResponse, "the answer is no SOAP message, but <\(root.name)>",
                hint: "does a vCenter or ESXi host answer there, and no proxy in between?")
        }
        if content.name == "Fault" { throw SOAPResponse.trouble(in: content) }
        guard content.name == "\(method)Response" else {
            throw Trouble(.malformedResponse, "the answer is <\(content.name)>, not <\(method)Response>")
        }
        values = content.children("returnval")
    }

    /// The only value.
    func value() throws(Trouble) -> XMLElement {
        guard let value = values.first else { throw Trouble(.malformedResponse, "the answer has no value") }
        return value
    }

    func reference() throws(Trouble) -> ManagedObjectReference {
        guard let reference = try value().reference else {
            throw Trouble(.malformedResponse, "the answer is no reference to an object")
        }
        return reference
    }

    /// The detail of a vim25 fault has one element, whose type is the fault's. A fault without detail
    /// comes from the SOAP layer itself.
    private static func trouble(in fault: XMLElement) -> Trouble {
        let message = fault.child("faultstring")?.text ?? ""
        guard let detail = fault.child("detail")?.children.first else {
            return Trouble(fault: fault.child("faultcode")?.text ?? "SOAP fault", message: message)
        }
        let name = detail.type ?? String(detail.name.hasSuffix("Fault") ? detail.name.dropLast(5) : detail.name[...])
        return Trouble(fault: name, message: message.isEmpty ? name : message)
    }
}

extension Trouble {
    /// A LocalizedMethodFault, as tasks and missing properties have it.
    init(localized fault: XMLElement) {
        let name = fault.child("fault")?.type ?? "MethodFault"
        self.init(fault: name, message: fault.child("localizedMessage")?.text ?? "")
    }
}
