/// How much of a foreign body is taken before it is refused whole.
///
/// Prometheus ships these switched off (its documentation, `body_size_limit` and the like default
/// to 0); here they are on, because one broken exporter must not cost the others their reading.
public struct ExpositionLimits: Sendable, Hashable {
  /// Of the decoded body. 8 MiB is 100 times what an 8-GPU node with 25 fields sends (63 kB).
  public var bytes: Int
  /// Samples in one body.
  public var samples: Int
  /// Labels of one sample.
  public var labels: Int
  /// Bytes of one label value, and of one name.
  public var textBytes: Int

  public init(
    bytes: Int = 8 << 20, samples: Int = 50_000, labels: Int = 64, textBytes: Int = 4096
  ) {
    self.bytes = bytes
    self.samples = samples
    self.labels = labels
    self.textBytes = textBytes
  }
}

/// What in a body is not the text format, and on which line (from 1).
public struct ExpositionError: Error, Sendable, Hashable, CustomStringConvertible {
  public var line: Int
  public var fault: Fault

  public init(line: Int, fault: Fault) {
    self.line = line
    self.fault = fault
  }

  public enum Fault: Sendable, Hashable {
    /// A byte that cannot stand where it stands.
    case unexpectedByte(UInt8, wanted: String)
    /// The line ends too early.
    case unexpectedEnd(wanted: String)
    /// The value or timestamp is no number.
    case notANumber
    /// The body holds a NUL byte.
    case nul
    /// The last line is a sample without its line end: the body was cut, perhaps within a number.
    case cutOff
    case noSamples
    case tooLarge(limit: Int)
    case tooManySamples(limit: Int)
    case tooManyLabels(limit: Int)
    case textTooLong(limit: Int)
  }

  public var description: String { "line \(line): \(fault.words)" }
}

extension ExpositionError.Fault {
  var words: String {
    switch self {
    case .unexpectedByte(let byte, let wanted):
      "\(Self.shown(byte)) where \(wanted) should be"
    case .unexpectedEnd(let wanted): "ends where \(wanted) should be"
    case .notANumber: "the value is not a number"
    case .nul: "a NUL byte"
    case .cutOff: "the last line is not ended: the body was cut off"
    case .noSamples: "no samples"
    case .tooLarge(let limit): "more than \(limit) bytes"
    case .tooManySamples(let limit): "more than \(limit) samples"
    case .tooManyLabels(let limit): "more than \(limit) labels"
    case .textTooLong(let limit): "a name or label value of more than \(limit) bytes"
    }
  }

  private static func shown(_ byte: UInt8) -> String {
    (0x21...0x7e).contains(byte)
      ? "“\(String(UnicodeScalar(byte)))”" : "byte 0x\(String(byte, radix: 16))"
  }
}
