/// One metric and its values, as Prometheus knows them.
public struct MetricFamily: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable { case counter, gauge, histogram }

  /// Lower case with a unit: "finops_collector_lag_seconds"; counters end in `_total`.
  public var name: String
  public var help: String
  public var kind: Kind
  public var samples: [Sample]

  public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  public struct Sample: Sendable, Hashable {
    /// "_bucket", "_sum", "_count" of a histogram, else empty.
    public var suffix: String
    public var labels: [Label]
    /// Written as it is: exact decimals stay exact.
    public var value: String

    public init(_ value: String, suffix: String = "", _ labels: Label...) {
      self.init(value, suffix: suffix, labels: labels)
    }

    public init(_ value: String, suffix: String = "", labels: [Label]) {
      self.value = value
      self.suffix = suffix
      self.labels = labels
    }
  }

  public struct Label: Sendable, Hashable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// Writes the Prometheus text exposition format, version 0.0.4.
public enum MetricsText {
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// All families with HELP and TYPE, in the order given; families without samples are left out.
  public static func write(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families where !family.samples.isEmpty {
      text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in family.samples {
        text += family.name + sample.suffix
        if !sample.labels.isEmpty {
          let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
          text += "{\(labels.joined(separator: ","))}"
        }
        text += " \(sample.value)\n"
      }
    }
    return text
  }

  /// By scalar and not by character: "\r\n" is one character and would slip through.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
