import Foundation
import VSphere

/// libFuzzer's entry: any bytes, in pieces of any size, have to give an answer or a reason, never a crash, and the
/// same in one piece.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Data(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let body = bytes.dropFirst()
    let whole = SOAPFuzzing.answer(body, piece: max(1, body.count))
    let inPieces = SOAPFuzzing.answer(body, piece: 1 + Int(first % 61))
    precondition(whole == inPieces, "an answer in pieces is another one")
    return 0
}
