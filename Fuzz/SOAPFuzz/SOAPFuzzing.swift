public import Foundation
import XML

/// Compiled into the room itself, as the decoder is nothing that others see.
public enum SOAPFuzzing {
    /// What a retrieval of properties would make of a document that comes in pieces, as text; without the words about
    /// bad XML, in which libxml2 counts lines and columns as pieces came.
    public static func answer(_ body: Data, piece: Int) -> [String] {
        var limits = XMLDecoder.Limits()
        (limits.depth, limits.elements, limits.text) = (40, 2000, 1 << 20)
        let found = Gathered<String>()
        let decoding = SOAPDecoding(
            "RetrievePropertiesEx", limits: limits,
            streaming: ("objects", { (element) throws(Trouble) in try found.append(describe(ObjectContent(element))) }))
        do {
            var rest = body[...]
            while !rest.isEmpty {
                try decoding.take(Data(rest.prefix(piece)))
                rest = rest.dropFirst(piece)
            }
            let answer = try decoding.finish()
            for value in answer.values {
                precondition(value.children.allSatisfy { $0.name != "objects" }, "an object that was not handed out")
            }
            return found.values + ["\(answer.values.count) values"]
        } catch let trouble as Trouble {
            precondition(!trouble.reason.isEmpty, "a failure without a reason")
            return ["\(trouble.kind)"]
        } catch {
            preconditionFailure("an error that is no trouble")
        }
    }

    /// Whatever an object claims to be, all types have to take it or say what it lacks.
    private static func describe(_ content: ObjectContent) throws(Trouble) -> String {
        let made: [Result<String, Trouble>] = [
            Result { () throws(Trouble) in "\(try HostSystem(content))" },
            Result { () throws(Trouble) in "\(try ClusterComputeResource(content).reference)" },
            Result { () throws(Trouble) in "\(try Datastore(content).mounts.count)" },
            Result { () throws(Trouble) in "\(try Network(content))" },
            Result { () throws(Trouble) in "\(try VirtualMachine(content, among: [content]).disks)" },
            Result { () throws(Trouble) in "\(try Folder(content).name)" },
        ]
        return made.map { result in
            switch result {
            case .success(let text): text
            case .failure(let trouble): "\(trouble.kind)"
            }
        }.joined(separator: "; ")
    }
}
