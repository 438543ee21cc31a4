import Glibc

/// Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0 and allocates nothing per sample.
///
/// Samples go to a visitor as they are found. Comments (HELP, TYPE, UNIT, EOF) are stepped over:
/// what a series means is known by its name. Times in the body are checked and dropped, because
/// the time of receipt is the time (RELIABILITY F12). Names are the classic ones, `[a-zA-Z_:]…`;
/// a body is refused whole at its first fault, as Prometheus does.
public struct ExpositionParser: Sendable {
  public var limits: ExpositionLimits

  public init(limits: ExpositionLimits = ExpositionLimits()) { self.limits = limits }

  /// The number of samples in a body that is right in every line.
  public func check(_ body: [UInt8]) throws(ExpositionError) -> Int {
    var counted = SampleCount()
    try unsafe body.withUnsafeBufferPointer { bytes throws(ExpositionError) in
      try unsafe parse(bytes, into: &counted)
    }
    return counted.samples
  }

  private struct SampleCount: ExpositionVisitor {
    var samples = 0
    mutating func series(_ name: BodyText) {}
    mutating func label(_ name: BodyText, _ value: BodyText) {}
    mutating func sample(_ value: Double, name: BodyText, tail: BodyText, isBare: Bool) {
      samples += 1
    }
  }
}

/// Takes what a parser finds, a sample at a time: its name, each label, then its value.
protocol ExpositionVisitor {
  mutating func series(_ name: BodyText)
  mutating func label(_ name: BodyText, _ value: BodyText)
  /// `tail` is what stands between name and value, blanks included; `isBare` says that nothing
  /// follows the value.
  mutating func sample(_ value: Double, name: BodyText, tail: BodyText, isBare: Bool)
}

extension ExpositionParser {
  func parse(
    _ body: UnsafeBufferPointer<UInt8>, into visitor: inout some ExpositionVisitor
  ) throws(ExpositionError) {
    guard body.count <= limits.bytes else {
      throw ExpositionError(line: 1, fault: .tooLarge(limit: limits.bytes))
    }
    guard let base = body.baseAddress, !body.isEmpty else { return }
    let end = unsafe base + body.count
    try unsafe refuseNul(base, end)
    var line = ExpositionLine(limits: limits)
    var samples = 0
    var position = unsafe base
    while unsafe position < end {
      line.number += 1
      let newline = unsafe memchr(position, 0x0a, end - position)
      var stop = unsafe end
      if let newline = unsafe newline {
        unsafe stop = UnsafePointer(newline.assumingMemoryBound(to: UInt8.self))
      }
      if try unsafe line.parse(position, stop, into: &visitor) {
        samples += 1
        guard unsafe newline != nil else { throw line.error(.cutOff) }
        guard samples <= limits.samples else {
          throw line.error(.tooManySamples(limit: limits.samples))
        }
      }
      unsafe position = stop + 1
    }
  }

  private func refuseNul(
    _ base: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(ExpositionError) {
    guard let found = unsafe memchr(base, 0, end - base) else { return }
    let before = unsafe UnsafeRawBufferPointer(
      start: base, count: UnsafeRawPointer(found) - UnsafeRawPointer(base))
    let line = unsafe before.reduce(1) { $0 + ($1 == 0x0a ? 1 : 0) }
    throw ExpositionError(line: line, fault: .nul)
  }
}
