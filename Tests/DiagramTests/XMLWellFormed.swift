import Foundation
import FoundationXML

/// Whether a text is XML, by Foundation's parser, which is none of ours.
struct XMLWellFormed {
    func accepts(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }
}
