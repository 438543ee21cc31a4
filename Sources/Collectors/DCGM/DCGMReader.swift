public import FleetModel
public import Ports
import Synchronization

/// Turns bodies of dcgm-exporter into readings; remembers each target's layout.
///
/// What it remembers only makes it faster: the reading of a body never depends on earlier ones.
public final class DCGMReader: Sendable {
  private struct Known {
    var layout: Layout
    var usedAt: Timestamp
  }

  private let parser: ExpositionParser
  private let capacity: Int
  private let known = Mutex<[Target: Known]>([:])

  /// - Parameter layouts: how many targets are remembered, the longest unused forgotten first; 0
  ///   parses every body whole. A layout takes about 6 kB for a node with 8 GPUs.
  public init(limits: ExpositionLimits = ExpositionLimits(), layouts: Int = 8192) {
    parser = ExpositionParser(limits: limits)
    capacity = layouts
  }

  /// How many targets have a layout now.
  public var layoutCount: Int { known.withLock { $0.count } }

  /// The reading in a decoded body.
  ///
  /// Throws `.notMetrics`, saying what it saw and on which line, when the body is not wholly in the
  /// text format or has no sample at all, and `.tooLarge` past the limit of bytes.
  public func read(
    _ body: [UInt8], from target: Target, at moment: Timestamp
  ) throws(CollectError) -> NodeReading {
    guard body.count <= parser.limits.bytes else {
      throw .tooLarge(limit: parser.limits.bytes)
    }
    if let layout = layout(of: target, usedAt: moment),
      let draft = unsafe body.withUnsafeBufferPointer({ unsafe layout.read($0) })
    {
      return NodeReading(
        target: target, receivedAt: moment, accelerators: layout.reading(of: draft),
        requests: draft.requests, host: draft.host, rejectedSamples: draft.rejected,
        hostname: layout.origin.hostname, driver: layout.origin.driver)
    }
    return try readWhole(body, from: target, at: moment)
  }

  private func readWhole(
    _ body: [UInt8], from target: Target, at moment: Timestamp
  ) throws(CollectError) -> NodeReading {
    if let other = ForeignBody.name(of: body) { throw .notMetrics(other) }
    let result: Result<NodeReading, ExpositionError>
    var found: Layout?
    do throws(ExpositionError) {
      result = .success(
        try unsafe body.withUnsafeBufferPointer { bytes throws(ExpositionError) in
          var scan = NodeScan(keepingLayout: capacity > 0)
          try unsafe parser.parse(bytes, into: &scan)
          guard scan.samples > 0 else { throw ExpositionError(line: 1, fault: .noSamples) }
          let (accelerators, layout) = scan.finish()
          found = layout
          return NodeReading(
            target: target, receivedAt: moment, accelerators: accelerators,
            requests: scan.draft.requests, host: scan.draft.host,
            rejectedSamples: scan.draft.rejected + scan.overflow,
            hostname: scan.origin.hostname, driver: scan.origin.driver)
        })
    } catch {
      result = .failure(error)
    }
    remember(found, of: target, usedAt: moment)
    switch result {
    case .success(let reading): return reading
    case .failure(let error): throw .notMetrics(error.description)
    }
  }

  private func layout(of target: Target, usedAt moment: Timestamp) -> Layout? {
    known.withLock { known in
      known[target]?.usedAt = moment
      return known[target]?.layout
    }
  }

  private func remember(_ layout: Layout?, of target: Target, usedAt moment: Timestamp) {
    known.withLock { known in
      guard let layout else {
        known[target] = nil
        return
      }
      if known[target] == nil, known.count >= capacity,
        let oldest = known.min(by: { ($0.value.usedAt, $0.key) < ($1.value.usedAt, $1.key) })
      {
        known[oldest.key] = nil
      }
      known[target] = Known(layout: layout, usedAt: moment)
    }
  }
}
