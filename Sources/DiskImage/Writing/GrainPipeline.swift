import Foundation
import Synchronization

/// What one thread does with the windows of a disk.
protocol GrainWorker: SendableMetatype {
    associatedtype Output: Sendable

    /// Deals with one window.
    ///
    /// - Parameters:
    ///   - window: its place on the disk.
    ///   - bytes: what is there; with zeros behind, up to a whole grain, at the end of a disk that ends within one.
    mutating func process(
        _ window: Range<UInt64>, _ bytes: UnsafeRawBufferPointer
    ) throws(DiskImageError) -> Output
}

/// Reads a disk window by window on several threads, works on each window there, and gives the results in order.
struct GrainPipeline<Worker: GrainWorker>: Sendable {
    let source: any DiskSource
    let threads: Int
    let makeWorker: @Sendable () throws(DiskImageError) -> Worker

    /// Runs through the disk. Blocks; what it started has ended when it returns, also by an error.
    func run(
        _ body: (Range<UInt64>, Worker.Output) throws(DiskImageError) -> Void
    ) throws(DiskImageError) {
        // Two results for each thread keep all of them busy while one takes long.
        let queue = OrderedQueue<Done>(window: threads * 2 + 1)
        let windows = WindowQueue(source)
        let running = DispatchGroup()
        for _ in 0..<threads {
            running.enter()
            Thread.detachNewThread {
                do throws(DiskImageError) { try serve(windows, queue) } catch { queue.fail(error) }
                running.leave()
            }
        }
        defer {
            queue.stop()
            running.wait()
        }
        while let done = try queue.take() { try body(done.window, done.output) }
    }

    private struct Done: Sendable {
        var window: Range<UInt64>
        var output: Worker.Output
    }

    private func serve(_ windows: WindowQueue, _ queue: OrderedQueue<Done>) throws(DiskImageError) {
        var worker = try makeWorker()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(GrainWindows.size), alignment: 4096)
        defer { buffer.deallocate() }
        while let (window, number) = try windows.next(for: queue) {
            let count = Int(window.upperBound - window.lowerBound)
            let whole = (count + ImageEncoding.grainSize - 1) / ImageEncoding.grainSize * ImageEncoding.grainSize
            try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: window.lowerBound)
            UnsafeMutableRawBufferPointer(rebasing: buffer[count..<whole]).initializeMemory(
                as: UInt8.self, repeating: 0)
            let output = try worker.process(window, UnsafeRawBufferPointer(rebasing: buffer[..<whole]))
            queue.put(Done(window: window, output: output), at: number)
        }
    }
}

/// The windows that are still to be dealt with, for several threads.
private final class WindowQueue: Sendable {
    private let windows: Mutex<GrainWindows>

    init(_ source: any DiskSource) { windows = Mutex(GrainWindows(source)) }

    /// The next window and its number; both are given out under one lock, so the numbers follow the disk.
    func next<T>(for queue: OrderedQueue<T>) throws(DiskImageError) -> (window: Range<UInt64>, number: Int)? {
        try windows.withLock { (windows) throws(DiskImageError) -> (Range<UInt64>, Int)? in
            guard let window = try windows.next() else {
                queue.complete()
                return nil
            }
            return queue.reserve().map { (window, $0) }
        }
    }
}
